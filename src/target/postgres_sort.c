// Which items of a batch are new, changed or the same, and what the client itself refuses.
#include "target/postgres_writer.h"

#include <string.h>

#include "base/text.h"

static int key_order(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

void postgres_refuse(PgBatch *b, size_t item, const char *code, const char *detail)
{
    WriteItem *refused = b->items[item].item;
    refused->outcome = ROW_REJECTED;
    refused->code = code;
    refused->detail = detail;
}

// The ledger's lines and the batch's items are both in the order of their keys: one walk along them.
typedef struct {
    PgBatch *b;
    size_t at;
    Buf vanished; // Strs
} Walk;

enum { L_KEY, L_HASH, L_LINKED, L_ID, L_ABSENT, L_WRITTEN, L_JUDGED };

static void recognise(PgBatch *b, PgItem *it, const Str *line)
{
    Arena *a = b->t->scratch;
    WriteItem *item = it->item;
    Str hash = postgres_bytes(a, line[L_HASH]);
    bool linked = str_is(line[L_LINKED], "t");
    bool same = str_eq(hash, item->hash) && linked == (item->link.at != NULL) &&
                (!linked || str_eq(line[L_ID], item->link));
    it->kind = same ? ITEM_SAME : hash.at && !hash.len ? ITEM_KEPT : ITEM_CHANGED;
    it->absent = str_is(line[L_ABSENT], "t");
    it->written = postgres_bytes(a, line[L_WRITTEN]);
    it->judged = postgres_bytes(a, line[L_JUDGED]);
    if (!item->link.at)
        item->outcome = same ? ROW_UNCHANGED : ROW_UPDATED;
}

static bool take_line(void *arg, const Str *line, size_t n, Err *err)
{
    Walk *w = arg;
    PgBatch *b = w->b;
    (void)n;
    (void)err;
    while (w->at < b->batch->n && key_order(b->items[w->at].item->key, line[L_KEY]) < 0)
        w->at++;
    if (w->at < b->batch->n && str_eq(b->items[w->at].item->key, line[L_KEY])) {
        recognise(b, &b->items[w->at], line);
    } else if (str_is(line[L_ABSENT], "f")) {
        Str key = str_copy(b->t->scratch, line[L_KEY]);
        buf_add(&w->vanished, (Str){(const char *)&key, sizeof key});
    }
    return true;
}

static bool look_up(PgBatch *b, Err *err)
{
    PgNumber rooms[2];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope), postgres_number(&rooms[1], b->entity),
                          b->head->after, b->head->until};
    Walk w = {.b = b};
    bool ok =
        pg_each(b->t->db,
                "SELECT key, source_hash, linked, id, absent IS NOT NULL, written_hash, judged_hash"
                " FROM mudanza.entity_mappings WHERE scope = $1 AND entity = $2 AND key > $3 AND key <= $4"
                " ORDER BY key",
                values, ARRAY_LEN(values), take_line, &w, err);
    b->n_vanished = w.vanished.len / sizeof(Str);
    b->vanished = w.vanished.len ? arena_copy(b->t->scratch, w.vanished.at, w.vanished.len) : NULL;
    buf_free(&w.vanished);
    return ok;
}

static bool is_plain(Str value)
{
    unsigned char seen = 0;
    bool zero = false;
    for (size_t i = 0; i < value.len; i++) {
        seen |= (unsigned char)value.at[i];
        zero |= !value.at[i];
    }
    return !zero && (seen < 0x80 || text_is_utf8(value));
}

// What PostgreSQL cannot take as text, and NULL where there may be none, costs no round trip. A trigger may
// still put something in the place of NULL.
static bool row_is_fine(PgBatch *b, size_t item, const PgPart *p, const WriteRow *row)
{
    for (size_t i = 0; i < p->n; i++) {
        const Column *c = &p->live->table.columns[p->columns[i]];
        const char *name = p->live->table.name;
        if (!row->values[i].at && c->not_null && !p->live->user_triggers)
            postgres_refuse(b, item, "target.not_null", arena_text(b->t->scratch, "%s.%s", name, c->name));
        else if (row->values[i].at && !is_plain(row->values[i]))
            postgres_refuse(b, item, "target.refused",
                            arena_text(b->t->scratch, "%s.%s: not UTF-8, or with a NUL", name, c->name));
        else
            continue;
        return false;
    }
    return true;
}

static void check_item(PgBatch *b, size_t i)
{
    const WriteItem *item = b->items[i].item;
    if (i && str_eq(item->key, b->items[i - 1].item->key)) {
        postgres_refuse(b, i, "target.unique", "mudanza.entity_mappings.key: the key comes twice");
        return;
    }
    if (b->swallowed[i]) {
        postgres_refuse(b, i, "target.refused", "a trigger or a rule keeps the row out");
        return;
    }
    bool has_id = item->link.at;
    for (size_t r = 0; r < item->n_rows; r++) {
        const PgPart *p = b->parts[item->parts[r]];
        has_id |= item->parts[r] == 0 && item->rows[r].values[p->id].at;
        if (!row_is_fine(b, i, p, &item->rows[r]))
            return;
    }
    if (!has_id)
        postgres_refuse(b, i, "target.not_null", "mudanza.entity_mappings.id");
}

bool postgres_sort_items(PgBatch *b, Err *err)
{
    b->items = arena_many(b->t->scratch, PgItem, b->batch->n + 1);
    b->n_vanished = 0;
    for (size_t i = 0; i < b->batch->n; i++) {
        WriteItem *item = &b->batch->items[i];
        b->items[i].item = item;
        item->outcome = item->link.at ? ROW_LINKED : ROW_NEW;
        item->code = item->detail = NULL;
    }
    if (b->known && !look_up(b, err))
        return false;
    for (size_t i = 0; i < b->batch->n; i++)
        if (b->items[i].kind != ITEM_SAME)
            check_item(b, i);
    return true;
}

void postgres_build_rows(PgBatch *b)
{
    for (size_t p = 0; p < b->batch->n_parts; p++)
        b->n_rows[p] = 0;
    for (size_t i = 0; i < b->batch->n; i++)
        for (size_t r = 0; r < b->batch->items[i].n_rows; r++)
            b->n_rows[b->batch->items[i].parts[r]]++;
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        b->rows[p] = arena_many(b->t->scratch, PgRow, b->n_rows[p] + 1);
        b->n_rows[p] = 0;
    }
    for (size_t i = 0; i < b->batch->n; i++) {
        PgItem *it = &b->items[i];
        RowOp op = it->kind == ITEM_CHANGED                     ? OP_CHANGE
                   : it->kind == ITEM_KEPT || it->item->link.at ? OP_ABSENT
                                                                : OP_NEW;
        for (size_t r = 0; !postgres_is_out(it) && r < it->item->n_rows; r++) {
            int part = it->item->parts[r];
            PgRow *row = &b->rows[part][b->n_rows[part]++];
            *row = (PgRow){.values = it->item->rows[r].values, .item = i, .op = op};
            if (part == 0 && !it->main)
                it->main = row;
        }
    }
}
