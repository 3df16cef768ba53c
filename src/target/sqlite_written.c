#include "target/target_sqlite.h"

#include <string.h>

// A row's columns in one text that can be read only one way: kind, length, bytes.
static void add_value(Buf *row, LiteStmt *s, int i)
{
    LiteType type = lite_type(s, i);
    char kind = (char)type;
    int64_t whole = lite_int(s, i);
    double number = lite_double(s, i);
    Str bytes = {NULL, 0};
    switch (type) {
    case LITE_NULL: break;
    case LITE_INTEGER: bytes = (Str){(const char *)&whole, sizeof whole}; break;
    case LITE_REAL: bytes = (Str){(const char *)&number, sizeof number}; break;
    case LITE_TEXT: bytes = lite_text(s, i); break;
    case LITE_BLOB: bytes = lite_blob(s, i); break;
    }
    buf_add(row, (Str){&kind, 1});
    buf_add(row, (Str){(const char *)&bytes.len, sizeof bytes.len});
    buf_add(row, bytes);
}

void sqlite_row_digest(SqliteTarget *t, LiteStmt *s, int first, int end, unsigned char out[WRITTEN_BYTES])
{
    unsigned char whole[SHA256_BYTES];
    if (!t->digest)
        t->digest = sha256_new();
    buf_clear(&t->row);
    for (int i = first; i < end; i++)
        add_value(&t->row, s, i);
    sha256_add(t->digest, buf_str(&t->row));
    sha256_finish(t->digest, whole);
    memcpy(out, whole, WRITTEN_BYTES);
}

static unsigned char *digest_at(Buf *out, size_t at)
{
    if (out->len < at + WRITTEN_BYTES) { // a row that a trigger took away leaves zeros
        size_t more = at + WRITTEN_BYTES - out->len;
        memset(buf_room(out, more + 1), 0, more + 1);
        out->len += more;
    }
    return (unsigned char *)out->at + at;
}

bool sqlite_written(SqliteTarget *t, PartWriter *w, Str ids, Buf *out, Buf *ours, Err *err)
{
    buf_clear(out);
    buf_clear(ours);
    lite_bind_text(w->stored, 0, ids);
    LiteStep step;
    while ((step = lite_step(w->stored, err)) == LITE_ROW) {
        size_t at = (size_t)lite_int(w->stored, 0) * WRITTEN_BYTES;
        int end = lite_columns(w->stored);
        sqlite_row_digest(t, w->stored, 1, end, digest_at(out, at));
        if (w->own + 1 < end)
            sqlite_row_digest(t, w->stored, 1, w->own + 1, digest_at(ours, at));
    }
    lite_reset(w->stored);
    return step == LITE_DONE;
}
