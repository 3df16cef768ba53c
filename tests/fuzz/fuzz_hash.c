// The integrity hash: a sound database is made of what the input says, read, and its hash compared with one
// that was worked out on the way. And what judges texts, tried with those in it.
#include <string.h>

#include "source/dpmf.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/judge_texts.h"
#include "tests/fuzz/judgement.h"
#include "tests/fuzz/made_database.h"

typedef struct {
    Rows tables[TABLES];
    int entity, row, looked, file, note; // what the reader handed over so far
} Expected;

// ---- What the reader hands over ---------------------------------------------------------------------

static void judge_column(const Value *v, Str given)
{
    AUTO(buf_free) Buf shown = {0};
    value_show(v, &shown);
    if (v->kind == VALUE_NULL)
        PROMISE(!given.at);
    else
        PROMISE(given.at && given.len == shown.len && memcmp(given.at, buf_text(&shown), given.len) == 0);
}

static bool meet_entity(void *arg, const DpmfEntity *entity, Err *err)
{
    Expected *e = arg;
    (void)err;
    e->row = e->looked = 0;
    PROMISE(strcmp(entity->name, tables[ENTITIES + e->entity].name) == 0);
    PROMISE(entity->declared == e->tables[LIST].rows[e->entity].values[1].integer);
    return true;
}

static void judge_row(const Expected *e, int n, const DpmfRow *row)
{
    const Rows *rows = &e->tables[ENTITIES + e->entity];
    PROMISE(n < rows->n);
    const Value *v = rows->rows[n].values;
    judge_column(&v[0], row->key);
    judge_column(&v[1], row->source_id);
    judge_column(&v[2], row->source_system);
    judge_column(&v[3], row->payload);
    judge_column(&v[4], row->raw);
}

static bool meet_row(void *arg, const DpmfRow *row, Err *err)
{
    Expected *e = arg;
    (void)err;
    judge_row(e, e->row, row);
    const Value *extracted = &e->tables[ENTITIES + e->entity].rows[e->row++].values[5];
    PROMISE(!row->extracted_at.at == (extracted->kind == VALUE_NULL));
    return true;
}

static void look_at_row(void *arg, const DpmfRow *row)
{
    Expected *e = arg;
    judge_row(e, e->looked++, row);
}

static bool meet_entity_end(void *arg, const DpmfEntity *entity, const char *content_hash, Err *err)
{
    Expected *e = arg;
    (void)err;
    AUTO(buf_free) Buf lines = {0};
    char hex[SHA256_HEX + 1];
    int table = ENTITIES + e->entity++;
    PROMISE(show_rows(&e->tables[table], table, &lines));
    hash_of(buf_str(&lines), hex);
    PROMISE(strcmp(hex, content_hash) == 0);
    PROMISE(entity->rows == e->row && e->looked == e->row && e->row == e->tables[table].n);
    return true;
}

static bool meet_file(void *arg, Str columns[7], Err *err)
{
    Expected *e = arg;
    (void)err;
    PROMISE(e->file < e->tables[FILES].n);
    for (int i = 0; i < MAX_COLUMNS; i++)
        judge_column(&e->tables[FILES].rows[e->file].values[i], columns[i]);
    e->file++;
    return true;
}

static bool meet_warning(void *arg, Str columns[7], Err *err)
{
    Expected *e = arg;
    (void)err;
    PROMISE(e->note < e->tables[NOTES].n);
    for (int i = 0; i < MAX_COLUMNS; i++)
        judge_column(&e->tables[NOTES].rows[e->note].values[i], columns[i]);
    e->note++;
    return true;
}

// ---- Bringing it together ------------------------------------------------------------------------------

static void judge_texts_of(const Expected *e)
{
    for (int t = 0; t < TABLES; t++)
        for (int r = 0; r < e->tables[t].n; r++)
            for (int i = 0; i < tables[t].n; i++)
                if (e->tables[t].rows[r].values[i].kind == VALUE_TEXT)
                    judge_text(e->tables[t].rows[r].values[i].bytes);
}

// One entity alone gives the same rows once more.
static void read_again(Dpmf *d, Expected *e)
{
    DpmfVerdict verdict;
    Err err = {0};
    for (e->entity = 0; e->entity < 2; e->entity++) {
        e->row = 0;
        PROMISE(dpmf_read_entity(d, dpmf_entity(d, (size_t)e->entity), meet_row, e, &verdict, &err));
        PROMISE(e->row == e->tables[ENTITIES + e->entity].n);
    }
}

static void judge_reading(const char *path, Expected *e, bool sound)
{
    const DpmfVisitor visitor = {.entity = meet_entity,
                                 .row = meet_row,
                                 .look = look_at_row,
                                 .entity_end = meet_entity_end,
                                 .file = meet_file,
                                 .warning = meet_warning,
                                 .arg = e};
    DpmfVerdict verdict;
    Err err = {0};
    Dpmf *d = dpmf_open(path, NULL, input_temp_folder(), NULL, &verdict, &err);
    if (!d)
        fprintf(stderr, "not opened: %s\n", err.text);
    PROMISE(d && verdict == DPMF_ACCEPT);
    bool read = dpmf_read(d, &visitor, &verdict, &err);
    if (read != sound)
        fprintf(stderr, "%s: %s\n", sound ? "refused" : "not refused", err.text);
    PROMISE(read == sound);
    PROMISE(verdict == (read ? DPMF_ACCEPT : DPMF_HASH));
    if (read) {
        PROMISE(e->entity == 2 && e->file == e->tables[FILES].n && e->note == e->tables[NOTES].n);
        read_again(d, e);
    } else {
        judge_refusal(verdict, &err);
    }
    dpmf_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = {data, data + size, UTF8};
    uint8_t form = take_byte(&in);
    if (form >= 0x80) { // all of it is one text: nothing has to be built
        judge_text((Str){(const char *)in.at, (size_t)(in.end - in.at)});
        return 0;
    }
    Expected e = {0};
    bool sound;
    const char *path = make_database(form, &in, e.tables, &sound);
    judge_texts_of(&e);
    judge_reading(path, &e, sound);
    input_judge_order();
    return 0;
}
