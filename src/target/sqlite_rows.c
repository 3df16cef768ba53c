#include "target/target_sqlite.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/intl.h"
#include "base/json_out.h"

void sqlite_quote(Buf *sql, const char *name)
{
    buf_add_char(sql, '"');
    for (const char *p = name; *p; p++)
        buf_add_text(sql, *p == '"' ? "\"\"" : (char[]){*p, 0});
    buf_add_char(sql, '"');
}

// What the table holds of the rows in a list of ids: every column, those the mapping does not fill too; the
// application's at the end.
static bool prepare_stored(SqliteTarget *t, PartWriter *w, const char *id, Err *err)
{
    AUTO(buf_free) Buf names = {0}, list = {0};
    const Table *table = &w->live->table;
    sqlite_list(&list, str_of(id));
    buf_add_text(&names, "t.");
    sqlite_quote(&names, id);
    w->own = 1;
    for (size_t i = 0; i < 2 * table->n; i++) {
        const Column *c = &table->columns[i % table->n];
        bool application = false;
        for (size_t k = 0; k < w->n; k++)
            application |= w->columns[k] == c && w->kept[k];
        if (strcmp(c->name, id) == 0 || application != (i >= table->n))
            continue;
        sqlite_list(&list, str_of(c->name));
        buf_add_text(&names, ", t.");
        sqlite_quote(&names, c->name);
        w->own += !application;
    }
    buf_add_char(&list, ']');
    w->all_columns = str_keep(t->arena, buf_str(&list));
    w->stored = lite_preparef(t->db, err,
                              "SELECT e.key, %s FROM json_each(?) e CROSS JOIN \"%w\" t"
                              " ON t.\"%w\" = e.value",
                              buf_text(&names), table->name, id);
    return w->stored;
}

static bool is_kept(const WritePart *part, size_t column)
{
    return part->kept && part->kept[column];
}

// OR ABORT: a conflict clause in the target's schema (IGNORE, REPLACE, ROLLBACK) would lose or undo rows.
static bool prepare_statements(SqliteTarget *t, PartWriter *w, const WritePart *part, Err *err)
{
    AUTO(buf_free) Buf names = {0}, marks = {0}, sets = {0};
    for (size_t i = 0; i < part->n_columns; i++) {
        buf_add_text(&names, i ? ", " : "");
        sqlite_quote(&names, part->columns[i]);
        buf_add_text(&marks, i ? ", ?" : "?");
        if (i == part->id || is_kept(part, i))
            continue;
        buf_add_text(&sets, sets.len ? ", " : "");
        sqlite_quote(&sets, part->columns[i]);
        buf_add_text(&sets, " = ?");
    }
    const char *id = part->columns[part->id];
    if (!prepare_stored(t, w, id, err))
        return false;
    w->insert = lite_preparef(t->db, err, "INSERT OR ABORT INTO \"%w\" (%s) VALUES (%s)", part->table,
                              buf_text(&names), buf_text(&marks));
    w->before = lite_preparef(t->db, err, "SELECT * FROM \"%w\" WHERE \"%w\" = ?", part->table, id);
    if (sets.len)
        w->update = lite_preparef(t->db, err, "UPDATE OR ABORT \"%w\" SET %s WHERE \"%w\" = ?", part->table,
                                  buf_text(&sets), id);
    return w->insert && w->before && (w->update || !sets.len);
}

PartWriter *sqlite_part(SqliteTarget *t, const WritePart *part, Err *err)
{
    AUTO(buf_free) Buf signature = {0};
    buf_addf(&signature, "%s\n%zu", part->table, part->id);
    for (size_t i = 0; i < part->n_columns; i++)
        buf_addf(&signature, "\n%s%s", part->columns[i], is_kept(part, i) ? " kept" : "");
    for (PartWriter *w = t->writers; w; w = w->next) {
        if (strcmp(w->signature, buf_text(&signature)) == 0)
            return w;
    }
    LiveTable *live = sqlite_live(t, part->table, err);
    if (!live) {
        if (err->kind == ERR_NONE)
            err_set(err, ERR_TARGET, _("%s: the target has no table %s"), part->name, part->table);
        return NULL;
    }
    PartWriter *w = arena_one(t->arena, PartWriter);
    w->signature = str_keep(t->arena, buf_str(&signature));
    w->live = live;
    w->n = part->n_columns;
    w->id = part->id;
    w->columns = arena_many(t->arena, const Column *, part->n_columns);
    w->kept = arena_many(t->arena, bool, part->n_columns);
    for (size_t i = 0; i < part->n_columns; i++) {
        w->columns[i] = sqlite_column(live, part->columns[i]);
        w->kept[i] = is_kept(part, i);
        if (!w->columns[i]) {
            err_set(err, ERR_TARGET, _("%s: the target's table %s has no column %s"), part->name, part->table,
                    part->columns[i]);
            return NULL;
        }
    }
    if (w->n && !prepare_statements(t, w, part, err)) {
        sqlite_part_free(w);
        err_wrap(err, "%s", part->name);
        return NULL;
    }
    w->next = t->writers;
    t->writers = w;
    return w;
}

void sqlite_part_free(PartWriter *w)
{
    lite_finish(w->insert);
    lite_finish(w->update);
    lite_finish(w->before);
    lite_finish(w->stored);
    for (size_t i = 0; i < PART_LISTS; i++)
        buf_free(&w->lists[i]);
}

static bool whole_number(Str text, int64_t *out)
{
    char digits[24];
    if (!text.len || text.len >= sizeof digits)
        return false;
    memcpy(digits, text.at, text.len);
    digits[text.len] = 0;
    char *end;
    long long value = strtoll(digits, &end, 10);
    *out = value;
    return end == digits + text.len && value != LLONG_MAX && value != LLONG_MIN;
}

// What is not the number it should be goes as text: the table's own checks then refuse it with their words.
static void bind(LiteStmt *s, int at, const Column *c, Str value)
{
    int64_t whole;
    char digits[64], *end;
    if ((c->kind == COLUMN_INT || c->kind == COLUMN_BOOL) && value.at && whole_number(value, &whole)) {
        lite_bind_int(s, at, whole);
        return;
    }
    if (c->kind == COLUMN_DOUBLE && value.len && value.len < sizeof digits) {
        memcpy(digits, value.at, value.len);
        digits[value.len] = 0;
        double number = strtod(digits, &end);
        if (end == digits + value.len) {
            lite_bind_double(s, at, number);
            return;
        }
    }
    lite_bind_text(s, at, value);
}

void sqlite_list(Buf *list, Str text)
{
    buf_add_char(list, list->len ? ',' : '[');
    JsonOut j = {.out = list};
    json_str(&j, NULL, text);
}

// list: INSERTED or UPDATED; the keys stand behind it.
static void note_row(PartWriter *w, int list, Str id)
{
    sqlite_list(&w->lists[list], id);
    if (w->key.at)
        sqlite_list(&w->lists[list + 1], w->key);
}

static Put put(LiteStmt *s, Err *err)
{
    LiteStep step = lite_step(s, err);
    lite_reset(s);
    return step == LITE_CONSTRAINT ? PUT_REFUSED : step == LITE_FAILED ? PUT_FAILED : PUT_DONE;
}

Put sqlite_insert(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err)
{
    (void)t;
    for (size_t i = 0; i < w->n; i++)
        bind(w->insert, (int)i, w->columns[i], row->values[i]);
    Put done = put(w->insert, err);
    if (done == PUT_DONE)
        note_row(w, INSERTED, row->values[w->id]);
    return done;
}

// The row as it stands, as a JSON object appended to images when that is given.
static Put look(PartWriter *w, const WriteRow *row, Buf *images, bool *found, Err *err)
{
    LiteStmt *s = w->before;
    bind(s, 0, w->columns[w->id], row->values[w->id]);
    LiteStep step = lite_step(s, err);
    *found = step == LITE_ROW;
    if (*found && images) {
        buf_add_char(images, images->len ? ',' : '[');
        JsonOut j = {.out = images};
        json_open(&j, NULL);
        for (int i = 0; i < lite_columns(s); i++) {
            const char *name = lite_column_name(s, i);
            Buf text = {0};
            switch (lite_type(s, i)) {
            case LITE_NULL: json_null(&j, name); break;
            case LITE_INTEGER: json_int(&j, name, lite_int(s, i)); break;
            case LITE_TEXT: json_str(&j, name, lite_text(s, i)); break;
            case LITE_REAL: // in base 16: it comes back as the very same number
                buf_addf(&text, "%a", lite_double(s, i));
                json_open(&j, name);
                json_str(&j, "real", buf_str(&text));
                json_close(&j);
                break;
            case LITE_BLOB: {
                Str blob = lite_blob(s, i);
                hex_of((const unsigned char *)blob.at, blob.len, buf_room(&text, 2 * blob.len + 1));
                text.len = 2 * blob.len;
                json_open(&j, name);
                json_str(&j, "blob", buf_str(&text));
                json_close(&j);
                break;
            }
            }
            buf_free(&text);
        }
        json_close(&j);
    }
    lite_reset(s);
    return step == LITE_ROW || step == LITE_DONE ? PUT_DONE : PUT_FAILED;
}

Put sqlite_insert_absent(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err)
{
    bool found;
    Put done = look(w, row, NULL, &found, err);
    return done != PUT_DONE || found ? done : sqlite_insert(t, w, row, err);
}

Put sqlite_insert_or_update(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err)
{
    bool found;
    Put done = look(w, row, &w->lists[IMAGES], &found, err);
    if (done != PUT_DONE)
        return done;
    if (!found)
        return sqlite_insert(t, w, row, err);
    note_row(w, UPDATED, row->values[w->id]);
    if (!w->update)
        return PUT_DONE;
    int at = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (i != w->id && !w->kept[i])
            bind(w->update, at++, w->columns[i], row->values[i]);
    }
    bind(w->update, at, w->columns[w->id], row->values[w->id]);
    return put(w->update, err);
}

const char *sqlite_orphan(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err)
{
    for (size_t k = 0; k < w->live->n_keys; k++) {
        LiveKey *key = &w->live->keys[k];
        for (size_t i = 0; i < w->n; i++) {
            if (!row->values[i].at || strcmp(w->columns[i]->name, key->column) != 0)
                continue;
            if (!key->probe)
                key->probe =
                    lite_preparef(t->db, err, "SELECT 1 FROM \"%w\" WHERE \"%w\" = ?", key->table, key->to);
            if (!key->probe)
                continue; // the parent table is broken: SQLite's own words stand
            bind(key->probe, 0, w->columns[i], row->values[i]);
            bool orphan = lite_step(key->probe, err) == LITE_DONE;
            lite_reset(key->probe);
            bool own =
                strcmp(key->table, w->live->table.name) == 0 && str_eq(row->values[i], row->values[w->id]);
            if (orphan && !own)
                return arena_text(t->scratch, "%s.%s -> %s.%s", w->live->table.name, key->column, key->table,
                                  key->to);
        }
    }
    return NULL;
}
