// Rows put back as they were, from the images the journal holds.
#include <stdlib.h>
#include <string.h>

#include "target/sqlite_undo.h"

// Generated columns are not written: they follow from the others.
static bool read_columns(Restorer *r, const UndoneTable *table, const char *columns, Buf *sets, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(r->t->db, err,
                      "SELECT c.value, count(*) OVER () FROM json_each(%Q) c JOIN pragma_table_xinfo(%Q) x"
                      " ON x.name = c.value AND x.hidden = 0 ORDER BY c.key",
                      columns, table->name);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        if (!r->columns)
            r->columns = arena_many(r->scratch, const char *, (size_t)lite_int(s, 1));
        const char *name = r->columns[r->n++] = str_keep(r->scratch, lite_text(s, 0));
        buf_add_text(sets, r->n > 1 ? ", " : "");
        sqlite_quote(sets, name);
        buf_add_text(sets, " = ?");
    }
    return step == LITE_DONE;
}

bool restorer_open(Restorer *r, SqliteTarget *t, const UndoneTable *table, const char *columns, Err *err)
{
    AUTO(buf_free) Buf sets = {0};
    *r = (Restorer){.t = t, .scratch = arena_new()};
    if (!read_columns(r, table, columns, &sets, err))
        return false;
    r->members = lite_prepare(t->db, "SELECT key, type, value FROM json_each(?)", err);
    r->update = r->members ? lite_preparef(t->db, err, "UPDATE OR ABORT \"%w\" SET %s WHERE \"%w\" = ?",
                                           table->name, buf_text(&sets), table->id)
                           : NULL;
    return r->update;
}

void restorer_close(Restorer *r)
{
    lite_finish(r->members);
    lite_finish(r->update);
    arena_free(r->scratch);
}

// {"real": "0x1.8p+1"} and {"blob": "00ff"}: what JSON has no exact form for.
static void bind_object(LiteStmt *update, int at, Arena *a, Str json)
{
    static const char real[] = "{\"real\":\"", blob[] = "{\"blob\":\"";
    const char *text = str_keep(a, json);
    if (str_starts(json, real)) {
        lite_bind_double(update, at, strtod(text + strlen(real), NULL));
        return;
    }
    const char *hex = text + strlen(blob);
    size_t n = strspn(hex, "0123456789abcdef") / 2;
    char *bytes = arena_take(a, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)strtol((char[]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    lite_bind_blob(update, at, (Str){bytes, n});
}

Put restore_row(Restorer *r, const UndoneTable *table, Str image, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new(); // what is bound must live until the step
    LiteStep step;
    lite_bind_text(r->members, 0, image);
    while ((step = lite_step(r->members, err)) == LITE_ROW) {
        Str name = lite_text(r->members, 0), type = lite_text(r->members, 1);
        bool is_id = str_is(name, table->id);
        for (size_t i = 0; i < r->n + is_id; i++) {
            if (i < r->n && !str_is(name, r->columns[i]))
                continue;
            if (str_is(type, "integer"))
                lite_bind_int(r->update, (int)i, lite_int(r->members, 2));
            else if (str_is(type, "object"))
                bind_object(r->update, (int)i, a, lite_text(r->members, 2));
            else
                lite_bind_text(r->update, (int)i, str_copy(a, lite_text(r->members, 2)));
        }
    }
    lite_reset(r->members);
    if (step != LITE_DONE)
        return PUT_FAILED;
    step = lite_step(r->update, err);
    lite_reset(r->update);
    if (step == LITE_CONSTRAINT || (step == LITE_DONE && lite_changes(r->t->db) == 0))
        return PUT_REFUSED;
    return step == LITE_DONE ? PUT_DONE : PUT_FAILED;
}
