#include "cache/file_rows.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

enum { C_KEY, C_PARENT_TYPE, C_PARENT_KEY, C_PATH, C_SIZE, C_SHA, C_MIME, COLUMNS };

struct FileRows {
    LiteStmt *select;
    Buf texts[COLUMNS];
    Buf before; // the key of the line before
    bool any, ended; // ended: SQLite would begin again
};

FileRows *file_rows_open(Cache *c, const char *after, Err *err)
{
    FileRows *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->select = lite_preparef(cache_db(c), err,
                              "SELECT canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"
                              " CASE WHEN length(declared_size_bytes) BETWEEN 1 AND 18 AND declared_size_bytes NOT GLOB '*[^0-9]*'"
                              " THEN CAST(declared_size_bytes AS INTEGER) ELSE -1 END, sha256, mime_hint FROM _files"
                              " WHERE %Q = '' OR canonical_uuid > %Q ORDER BY canonical_uuid, rowid",
                              after, after);
    if (r->select)
        return r;
    free(r);
    return NULL;
}

void file_rows_close(FileRows *r)
{
    if (!r)
        return;
    lite_finish(r->select);
    for (size_t i = 0; i < COLUMNS; i++)
        buf_free(&r->texts[i]);
    buf_free(&r->before);
    free(r);
}

// Databases that take no NUL and no broken UTF-8 are to hold it.
static Str readable(Str text, Buf *out)
{
    buf_clear(out);
    while (text.len) {
        uint32_t code;
        size_t n = text_decode(text, &code);
        text_encode(out, n && code ? code : 0xFFFD);
        n = n ? n : 1;
        text = (Str){text.at + n, text.len - n};
    }
    return buf_str(out);
}

static void take_sha(FileRow *row, Str text, Buf *out)
{
    text = str_trim(text);
    row->sha256 = (Str){NULL, 0};
    row->bad_sha = text.len > 0;
    if (text.len != SHA256_HEX)
        return;
    buf_clear(out);
    for (size_t i = 0; i < text.len; i++) {
        if (!isxdigit((unsigned char)text.at[i]))
            return;
        buf_add_char(out, (char)tolower((unsigned char)text.at[i]));
    }
    row->sha256 = buf_str(out);
    row->bad_sha = false;
}

bool file_rows_next(FileRows *r, FileRow *row, bool *end, Err *err)
{
    LiteStep step = r->ended ? LITE_DONE : lite_step(r->select, err);
    *end = r->ended = step == LITE_DONE;
    if (step != LITE_ROW)
        return *end;
    Str key = lite_text(r->select, C_KEY);
    *row = (FileRow){.size = lite_int(r->select, C_SIZE)};
    row->key = readable(key, &r->texts[C_KEY]);
    row->parent_type = readable(lite_text(r->select, C_PARENT_TYPE), &r->texts[C_PARENT_TYPE]);
    row->parent_key = readable(lite_text(r->select, C_PARENT_KEY), &r->texts[C_PARENT_KEY]);
    row->path = readable(lite_text(r->select, C_PATH), &r->texts[C_PATH]);
    row->mime_hint = readable(lite_text(r->select, C_MIME), &r->texts[C_MIME]);
    take_sha(row, lite_text(r->select, C_SHA), &r->texts[C_SHA]);
    // A key that had to be changed would not be found again.
    row->state = !str_eq(key, row->key) || !key.len             ? FILE_ROW_NO_KEY
                 : r->any && str_eq(key, buf_str(&r->before)) ? FILE_ROW_TWICE
                                                              : FILE_ROW_GOOD;
    buf_clear(&r->before);
    buf_add(&r->before, key);
    r->any = key.len > 0;
    return true;
}

bool file_rows_sum(Cache *c, FileRowsSum *out, Err *err)
{
    *out = (FileRowsSum){0};
    FileRows *rows = file_rows_open(c, "", err);
    Sha256 *sum = sha256_new();
    FileRow row;
    bool end = false, ok = rows;
    while (ok && (ok = file_rows_next(rows, &row, &end, err)) && !end) {
        out->rows++;
        if (row.state != FILE_ROW_GOOD)
            continue;
        out->good++;
        const Str parts[] = {row.key, row.parent_type, row.parent_key, row.path, row.sha256, row.mime_hint};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            sha256_add(sum, parts[i]);
            sha256_add(sum, STR("\0"));
        }
        sha256_add(sum, (Str){(const char *)&row.size, sizeof row.size});
    }
    file_rows_close(rows);
    sha256_finish_hex(sum, out->digest);
    sha256_free(sum);
    return ok;
}
