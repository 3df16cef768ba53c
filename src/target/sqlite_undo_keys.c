// The foreign keys that matter to an undo: declared in the target, of any number of columns.
#include "target/sqlite_undo.h"

#include <strings.h>

static const UndoneTable *table_named(const Undo *u, const char *name)
{
    for (size_t i = 0; i < u->n_tables; i++)
        if (strcasecmp(u->tables[i].name, name) == 0)
            return &u->tables[i];
    return NULL;
}

// A key without named columns refers to the primary key. Keys to tables that do not exist bind nobody.
static const char sql[] =
    "SELECT m.name, p.name, f.\"from\","
    " coalesce(f.\"to\", (SELECT name FROM pragma_table_info(p.name) WHERE pk = f.seq + 1)), f.seq,"
    " count(*) OVER () FROM sqlite_schema m CROSS JOIN pragma_foreign_key_list(m.name) f"
    " JOIN sqlite_schema p ON p.type = 'table' AND p.name = f.\"table\" COLLATE NOCASE"
    " WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

bool undo_read_keys(Undo *u, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(u->t->db, sql, err);
    if (!s)
        return false;
    LiteStep step;
    UndoKey *key = NULL;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        size_t most = (size_t)lite_int(s, 5), column = (size_t)lite_int(s, 4);
        if (!u->keys)
            u->keys = arena_many(u->arena, UndoKey, most);
        if (column == 0) {
            const char *child = str_keep(u->arena, lite_text(s, 0)),
                       *parent = str_keep(u->arena, lite_text(s, 1));
            const UndoneTable *below = table_named(u, child), *above = table_named(u, parent);
            key = NULL;
            if (!below && !above)
                continue;
            key = &u->keys[u->n_keys++];
            *key = (UndoKey){.child = child, .parent = parent, .child_table = below, .parent_table = above};
            key->from = arena_many(u->arena, const char *, most);
            key->to = arena_many(u->arena, const char *, most);
        }
        if (!key)
            continue;
        key->from[key->n] = str_keep(u->arena, lite_text(s, 2));
        key->to[key->n++] = str_keep(u->arena, lite_text(s, 3));
    }
    return step == LITE_DONE;
}
