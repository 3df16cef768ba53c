#include "source/dpmf_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/relay.h"

enum {
    BATCH_BYTES = 256 * 1024,
    BATCH_ROWS = 1024, // to be looked into
    LOOK_COLUMNS = 5, // of a row's line
};

typedef struct {
    uint32_t at[LOOK_COLUMNS], n[LOOK_COLUMNS]; // within the bytes of the batch
    bool has_value[LOOK_COLUMNS];
} Mark;

typedef struct {
    size_t used, rows;
    Mark marks[BATCH_ROWS];
    char bytes[BATCH_BYTES];
} Batch;

// The hashes belong to the second thread, except behind wait_for_all.
struct Lines {
    Relay *relay;
    Batch *batch; // being filled; NULL: none yet
    Sha256 *all, *own;
    bool owning;
    LinesLook look;
    void *arg;
};

static void hash(Lines *l, Str bytes)
{
    sha256_add(l->all, bytes);
    if (l->owning)
        sha256_add(l->own, bytes);
}

static void show(Lines *l, const Str *v)
{
    l->look(l->arg, &(DpmfRow){v[0], v[1], v[2], v[3], v[4], {NULL, 0}});
}

static bool take_batch(void *arg, void *buffer, Err *err)
{
    Lines *l = arg;
    Batch *b = buffer;
    (void)err;
    hash(l, (Str){b->bytes, b->used});
    for (size_t i = 0; i < b->rows; i++) {
        Mark *m = &b->marks[i];
        Str v[LOOK_COLUMNS];
        for (size_t k = 0; k < LOOK_COLUMNS; k++)
            v[k] = m->has_value[k] ? (Str){b->bytes + m->at[k], m->n[k]} : (Str){NULL, 0};
        show(l, v);
    }
    b->used = b->rows = 0;
    return true;
}

Lines *lines_new(LinesLook look, void *arg)
{
    Lines *l = malloc(sizeof *l);
    if (!l)
        abort();
    *l = (Lines){.all = sha256_new(), .own = sha256_new(), .look = look, .arg = arg};
    l->relay = relay_new(sizeof(Batch), take_batch, l);
    return l;
}

void lines_free(Lines *l)
{
    if (!l)
        return;
    relay_free(l->relay);
    sha256_free(l->all);
    sha256_free(l->own);
    free(l);
}

void lines_free_at(Lines **l)
{
    lines_free(*l);
    *l = NULL;
}

static bool hand_over(Lines *l)
{
    if (l->batch)
        relay_put(l->relay);
    l->batch = NULL;
    return true;
}

static bool wait_for_all(Lines *l, Err *err)
{
    return hand_over(l) && relay_drain(l->relay, err);
}

// A line that no batch holds is dealt with here, while the other thread has nothing to do.
static bool add_long(Lines *l, const char *label, const Str *texts, int n, const Str *row, Err *err)
{
    if (!wait_for_all(l, err))
        return false;
    hash(l, str_of(label));
    for (int i = 0; i < n; i++) {
        hash(l, STR("|"));
        hash(l, texts[i]);
    }
    hash(l, STR("\n"));
    if (row)
        show(l, row);
    return true;
}

static uint32_t append(Batch *b, Str bytes)
{
    uint32_t at = (uint32_t)b->used;
    if (bytes.len)
        memcpy(b->bytes + at, bytes.at, bytes.len);
    b->used += bytes.len;
    return at;
}

bool lines_add(Lines *l, const char *label, const Str *texts, int n, const Str *row, Err *err)
{
    size_t size = strlen(label) + 1;
    for (int i = 0; i < n; i++)
        size += 1 + texts[i].len;
    if (!l->look)
        row = NULL;
    if (size > BATCH_BYTES)
        return add_long(l, label, texts, n, row, err);
    if (l->batch && (l->batch->used + size > BATCH_BYTES || l->batch->rows == BATCH_ROWS))
        hand_over(l);
    if (!l->batch && !(l->batch = relay_get(l->relay, err)))
        return false;
    Batch *b = l->batch;
    Mark *m = row ? &b->marks[b->rows++] : NULL;
    append(b, str_of(label));
    for (int i = 0; i < n; i++) {
        append(b, STR("|"));
        uint32_t at = append(b, texts[i]);
        if (m) {
            m->at[i] = at;
            m->n[i] = (uint32_t)texts[i].len;
            m->has_value[i] = row[i].at != NULL;
        }
    }
    append(b, STR("\n"));
    return true;
}

bool lines_begin_part(Lines *l, bool own, Err *err)
{
    bool ok = wait_for_all(l, err);
    l->owning = own;
    return ok;
}

bool lines_end_part(Lines *l, char hash_hex[SHA256_HEX + 1], Err *err)
{
    if (!wait_for_all(l, err))
        return false;
    if (l->owning)
        sha256_finish_hex(l->own, hash_hex);
    l->owning = false;
    return true;
}

bool lines_end(Lines *l, char hash_hex[SHA256_HEX + 1], Err *err)
{
    if (!wait_for_all(l, err))
        return false;
    sha256_finish_hex(l->all, hash_hex);
    return true;
}
