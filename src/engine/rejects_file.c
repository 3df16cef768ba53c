#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "engine/rejects.h"

// Who rejects more than this has one cause, not so many.
enum { MOST_LINES = 100 * 1000 };
static const int64_t most_bytes = INT64_C(256) << 20;

void json_bytes(JsonOut *j, const char *name, Str bytes)
{
    if (!bytes.at || text_is_utf8(bytes)) {
        json_str(j, name, bytes);
        return;
    }
    AUTO(buf_free) Buf hex = {0}, key = {0};
    buf_addf(&key, "%s_hex", name);
    hex_of((const unsigned char *)bytes.at, bytes.len, buf_room(&hex, 2 * bytes.len + 1));
    hex.len = 2 * bytes.len;
    json_str(j, buf_text(&key), buf_str(&hex));
}

void json_reject(JsonOut *j, const Reject *r, bool values)
{
    json_open(j, NULL);
    json_text(j, "step", r->step);
    json_text(j, "entity", r->entity);
    json_text(j, "id", r->key);
    json_text(j, "code", r->code);
    json_text(j, "detail", r->detail);
    json_text(j, "source_id", r->source_id);
    if (r->origin)
        json_int(j, "row", r->origin);
    else
        json_null(j, "row");
    json_bool(j, "by_parent", r->by_parent);
    json_text(j, "issue", r->fp);
    json_text(j, "state", r->state);
    if (values) {
        json_bytes(j, "payload", r->payload);
        json_bytes(j, "raw", r->raw);
    }
    json_close(j);
}

typedef struct {
    FILE *file;
    Buf line;
    int64_t lines, bytes, left_out;
} Writing;

static bool put(Writing *x, Err *err)
{
    buf_add_char(&x->line, '\n');
    x->lines++;
    x->bytes += (int64_t)x->line.len;
    bool ok = fwrite(x->line.at, 1, x->line.len, x->file) == x->line.len;
    return ok || file_cannot_write("rejects.ndjson", errno, err);
}

static bool write_one(void *arg, const Reject *r, Err *err)
{
    Writing *x = arg;
    buf_clear(&x->line);
    JsonOut j = {.out = &x->line};
    json_reject(&j, r, true);
    if (x->lines < MOST_LINES && x->bytes + (int64_t)x->line.len < most_bytes)
        return put(x, err);
    x->left_out++;
    return true;
}

static bool write_end(Writing *x, Err *err)
{
    if (!x->left_out)
        return true;
    buf_clear(&x->line);
    JsonOut j = {.out = &x->line};
    json_open(&j, NULL);
    json_int(&j, "left_out", x->left_out);
    json_close(&j);
    return put(x, err);
}

bool rejects_write(const Clinic *clinic, Control *c, const char *run_folder, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = file_join(a, run_folder, "rejects.ndjson");
    const RejectFilter all = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    Writing x = {.file = fd < 0 ? NULL : fdopen(fd, "w")};
    if (!x.file)
        return file_cannot_write(path, errno, err);
    bool ok = rejects_each(clinic, c, &all, true, write_one, &x, err) && write_end(&x, err);
    buf_free(&x.line);
    if (fclose(x.file) != 0 && ok)
        ok = file_cannot_write(path, errno, err);
    return ok;
}
