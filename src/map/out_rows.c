#include "map/out_rows.h"

#include <stdlib.h>
#include <string.h>

#include "map/mapper_state.h"

// A cursor over one out_ table, standing on a row or at its end.
typedef struct {
    const Ready *ready;
    LiteStmt *select; // key, link, hash, id, then the filled columns
    bool ended;
} Cursor;

struct OutRows {
    Mapper *m;
    const ReadyEntity *entity;
    Cursor *cursors; // main first
    WritePart *parts;
    Sha256 *digest;
};

enum { CURSOR_KEY, CURSOR_LINK, CURSOR_HASH, CURSOR_ID, CURSOR_FILLED };

static bool advance(Cursor *c, Err *err)
{
    LiteStep step = lite_step(c->select, err);
    c->ended = step == LITE_DONE;
    return step == LITE_ROW || step == LITE_DONE;
}

static bool open_cursor(Mapper *m, Cursor *c, const char *after, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT key, link, hash, id");
    for (size_t i = 0; i < c->ready->n_filled; i++)
        buf_addf(&sql, ", \"%s\"", c->ready->filled[i].out);
    buf_addf(&sql, " FROM \"%s\" WHERE key > ?", c->ready->mapping->out);
    if (m->limited)
        buf_addf(&sql, " AND key IN (SELECT key FROM temp.\"chosen_%s\")", c->ready->mapping->entity);
    buf_add_text(&sql, " ORDER BY key, part");
    c->select = lite_prepare(m->db, buf_text(&sql), err);
    if (!c->select)
        return false;
    lite_bind_text(c->select, 0, str_of(after));
    return advance(c, err);
}

static WritePart columns_of(Mapper *m, const Ready *r)
{
    WritePart p = {
        .name = r->mapping->name, .table = r->mapping->table, .n_columns = r->table ? r->n_filled + 1 : 0};
    const char **columns = arena_many(m->arena, const char *, r->n_filled + 1);
    bool *kept = arena_many(m->arena, bool, r->n_filled + 1);
    columns[0] = r->table ? r->id->name : NULL;
    for (size_t i = 0; i < r->n_filled; i++)
        columns[i + 1] = r->filled[i].column->name;
    for (size_t i = 0; i < r->n_filled; i++)
        kept[i + 1] = r->filled[i].owned;
    p.columns = columns;
    p.kept = kept;
    return p;
}

// A mapping that only links stands for rows of the table its reference leads to.
static const char *linked_table(Mapper *m, const Ready *r)
{
    const Mapping *map = r->mapping;
    if (map->table)
        return map->table;
    const MappedEntity *to =
        map->n_references ? profile_entity(m->o.profile, map->references[0].entity) : NULL;
    return to && to->n && to->mappings[0]->table ? to->mappings[0]->table : "";
}

WritePart out_rows_part(Mapper *m, const Ready *r)
{
    WritePart p = columns_of(m, r);
    p.table = linked_table(m, r);
    return p;
}

OutRows *out_rows_open(Mapper *m, const char *entity, const char *after, Err *err)
{
    OutRows *o = calloc(1, sizeof *o);
    if (!o)
        abort();
    o->m = m;
    o->entity = mapper_entity(m, entity);
    o->cursors = calloc(o->entity->n, sizeof *o->cursors);
    o->parts = arena_many(m->arena, WritePart, o->entity->n);
    o->digest = sha256_new();
    if (!o->cursors)
        abort();
    for (size_t i = 0; i < o->entity->n; i++) {
        o->cursors[i].ready = &o->entity->parts[i];
        o->parts[i] = out_rows_part(m, o->cursors[i].ready);
        if (!open_cursor(m, &o->cursors[i], after, err)) {
            out_rows_close(o);
            return NULL;
        }
    }
    return o;
}

void out_rows_close(OutRows *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->entity->n; i++)
        lite_finish(o->cursors[i].select);
    sha256_free(o->digest);
    free(o->cursors);
    free(o);
}

const WritePart *out_rows_parts(const OutRows *o, size_t *n)
{
    *n = o->entity->n;
    return o->parts;
}

static const Str *copy_values(Arena *a, const Cursor *c)
{
    size_t n = c->ready->n_filled + 1;
    Str *values = arena_many(a, Str, n);
    for (size_t i = 0; i < n; i++)
        values[i] = str_copy(a, lite_text(c->select, CURSOR_ID + (int)i));
    return values;
}

static int compare(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

typedef struct {
    WriteRow row;
    int part;
} Piece;

// The rows of the parts that hang on the item's key. A part whose main row was refused has none.
static bool collect_parts(OutRows *o, Arena *a, const WriteItem *item, Piece **pieces, size_t *n, Err *err)
{
    size_t room = 8;
    *pieces = arena_many(a, Piece, room);
    for (size_t p = 1; p < o->entity->n; p++) {
        Cursor *c = &o->cursors[p];
        while (!c->ended && compare(lite_text(c->select, CURSOR_KEY), item->key) <= 0) {
            if (compare(lite_text(c->select, CURSOR_KEY), item->key) == 0) {
                sha256_add(o->digest, lite_blob(c->select, CURSOR_HASH));
                if (lite_type(c->select, CURSOR_LINK) != LITE_NULL || !c->ready->table) {
                    if (!advance(c, err)) // it stands for a row that is there: nothing is written
                        return false;
                    continue;
                }
                if (*n == room) {
                    Piece *more = arena_many(a, Piece, room * 2);
                    memcpy(more, *pieces, room * sizeof *more);
                    *pieces = more;
                    room *= 2;
                }
                (*pieces)[(*n)++] = (Piece){{copy_values(a, c)}, (int)p};
            }
            if (!advance(c, err))
                return false;
        }
    }
    return true;
}

// Parts marked `before` come first, then the main row, then the others.
static void arrange(OutRows *o, Arena *a, WriteItem *item, bool has_main, const Str *main_values,
                    const Piece *pieces, size_t n)
{
    WriteRow *rows = arena_many(a, WriteRow, n + 1);
    int *parts = arena_many(a, int, n + 1);
    size_t at = 0;
    for (int before = 1; before >= 0; before--) {
        for (size_t i = 0; i < n; i++)
            if (o->entity->parts[pieces[i].part].mapping->before == (before == 1)) {
                rows[at] = pieces[i].row;
                parts[at++] = pieces[i].part;
            }
        if (before && has_main) {
            rows[at].values = main_values;
            parts[at++] = 0;
        }
    }
    item->rows = rows;
    item->parts = parts;
    item->n_rows = at;
}

static bool read_item(OutRows *o, Arena *a, WriteItem *item, Err *err)
{
    Piece *pieces;
    size_t n = 0;
    Cursor *main = &o->cursors[0];
    *item = (WriteItem){.key = str_copy(a, lite_text(main->select, CURSOR_KEY)),
                        .link = str_copy(a, lite_text(main->select, CURSOR_LINK))};
    const Str *values = item->link.at ? NULL : copy_values(a, main);
    sha256_add(o->digest, lite_blob(main->select, CURSOR_HASH));
    if (!collect_parts(o, a, item, &pieces, &n, err))
        return false;
    unsigned char hash[SHA256_BYTES];
    sha256_finish(o->digest, hash);
    item->hash = (Str){arena_copy(a, hash, 16), 16};
    arrange(o, a, item, !item->link.at, values, pieces, n);
    return advance(main, err);
}

bool out_rows_next(OutRows *o, Arena *a, size_t most, size_t bytes, WriteItem **items, size_t *n, Err *err)
{
    *items = arena_many(a, WriteItem, most);
    *n = 0;
    size_t before = arena_used(a);
    while (*n < most && !o->cursors[0].ended && arena_used(a) - before < bytes)
        if (!read_item(o, a, &(*items)[(*n)++], err))
            return false;
    return true;
}
