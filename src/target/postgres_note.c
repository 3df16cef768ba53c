// What the ledger notes of a batch beside its mappings.
#include "target/postgres_writer.h"

static Str closed(Buf *list)
{
    return list && list->len ? postgres_list_end(list) : (Str){NULL, 0};
}

bool postgres_journal(PostgresTarget *t, const PgJournal *line, Err *err)
{
    PgNumber rooms[2];
    const Str values[] = {postgres_number(&rooms[0], line->batch),
                          line->table ? postgres_number(&rooms[1], line->table) : (Str){NULL, 0},
                          str_of(line->operation),
                          closed(line->ids),
                          closed(line->keys),
                          closed(line->before),
                          closed(line->written),
                          closed(line->judged)};
    return pg_run(
        t->db,
        "INSERT INTO mudanza.journal (batch, table_id, operation, ids, keys, before, written, judged)"
        " VALUES ($1, $2, $3, $4::text[], $5::text[], $6::jsonb[], $7::bytea[], $8::bytea[])",
        values, ARRAY_LEN(values), NULL, err);
}

typedef struct {
    Buf ids, keys, before, written, judged;
} Lists;

static void lists_free(Lists *l)
{
    Buf *all[] = {&l->ids, &l->keys, &l->before, &l->written, &l->judged};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        buf_free(all[i]);
}

static void add_row(const PgBatch *b, size_t part, const PgRow *row, Lists *l)
{
    const PgPart *p = b->parts[part];
    Str none = {NULL, 0};
    postgres_list(&l->ids, row->values[p->id]);
    postgres_list(&l->keys, part ? b->items[row->item].item->key : none);
    if (row->there)
        postgres_list(&l->before, row->image);
    postgres_list_bytes(&l->written,
                        row->digests ? (Str){(const char *)row->written, PG_WRITTEN_BYTES} : none);
    if (p->kept)
        postgres_list_bytes(&l->judged,
                            row->digests ? (Str){(const char *)row->judged, PG_WRITTEN_BYTES} : none);
}

// Main rows of new mappings are noted with these.
static bool is_noted(const PgBatch *b, size_t part, const PgRow *row, bool there)
{
    return row->there == there && postgres_is_written(b, row) &&
           (there || part > 0 || b->items[row->item].kind != ITEM_NEW);
}

static bool note_part(PgBatch *b, size_t part, bool there, Err *err)
{
    AUTO(lists_free) Lists l = {0};
    for (size_t r = 0; r < b->n_rows[part]; r++)
        if (is_noted(b, part, &b->rows[part][r], there))
            add_row(b, part, &b->rows[part][r], &l);
    PgJournal line = {.batch = b->number,
                      .table = b->tables[part],
                      .operation = there ? "update" : "insert",
                      .ids = &l.ids,
                      .keys = &l.keys,
                      .before = &l.before,
                      .written = &l.written,
                      .judged = &l.judged};
    return !l.ids.len || postgres_journal(b->t, &line, err);
}

bool postgres_note_journal(PgBatch *b, Err *err)
{
    for (size_t p = 0; p < b->batch->n_parts; p++)
        if (!note_part(b, p, false, err) || !note_part(b, p, true, err))
            return false;
    AUTO(buf_free) Buf keys = {0};
    for (size_t i = 0; b->known && i < b->batch->n; i++) {
        const PgItem *it = &b->items[i];
        if (it->kind == ITEM_SAME ? it->absent : it->kind != ITEM_NEW && it->item->outcome != ROW_REJECTED)
            postgres_list(&keys, it->item->key);
    }
    PgJournal line = {.batch = b->number, .operation = "mapping", .keys = &keys};
    return !keys.len || postgres_journal(b->t, &line, err);
}

static bool add_refused(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf keys = {0}, codes = {0}, details = {0};
    for (size_t i = 0; i < b->batch->n; i++) {
        const WriteItem *item = &b->batch->items[i];
        if (!item->code)
            continue;
        postgres_list(&keys, item->key);
        postgres_list(&codes, str_of(item->code));
        postgres_list(&details, str_of(item->detail));
    }
    if (!keys.len)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope),
                          str_of(b->batch->step),
                          postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->t->job),
                          postgres_list_end(&keys),
                          postgres_list_end(&codes),
                          postgres_list_end(&details)};
    return pg_run(
        b->t->db,
        "INSERT INTO mudanza.warnings (scope, step, entity, job, key, code, detail)"
        " SELECT DISTINCT ON (u.key) $1::smallint, $2, $3::smallint, $4::bigint, u.key, u.code, u.detail"
        " FROM unnest($5::text[], $6::text[], $7::text[]) u (key, code, detail)"
        " ON CONFLICT (scope, step, key) DO UPDATE SET entity = excluded.entity, code = excluded.code,"
        " detail = excluded.detail, job = excluded.job",
        values, ARRAY_LEN(values), NULL, err);
}

// Of a row that is written anew whatever was noted is over; one that is the same stays as it was decided.
static bool drop_accepted(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf keys = {0}, anew = {0};
    for (size_t i = 0; i < b->batch->n; i++) {
        if (b->batch->items[i].code)
            continue;
        postgres_list(&keys, b->batch->items[i].key);
        postgres_list(&anew, b->items[i].kind == ITEM_SAME ? STR("f") : STR("t"));
    }
    if (!keys.len)
        return true;
    PgNumber room;
    const Str values[] = {postgres_number(&room, b->t->scope), str_of(b->batch->step),
                          postgres_list_end(&keys), postgres_list_end(&anew)};
    return pg_run(
        b->t->db,
        "DELETE FROM mudanza.warnings w USING unnest($3::text[], $4::boolean[]) u (key, anew)"
        " WHERE w.scope = $1 AND w.step = $2 AND w.key = u.key AND (u.anew OR w.code <> 'target.kept')",
        values, ARRAY_LEN(values), NULL, err);
}

bool postgres_note_refused(PgBatch *b, Err *err)
{
    return (!b->warned || drop_accepted(b, err)) && add_refused(b, err);
}

bool postgres_note_vanished(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf keys = {0};
    for (size_t i = 0; i < b->n_vanished; i++)
        postgres_list(&keys, b->vanished[i]);
    if (!keys.len)
        return true;
    b->batch->marked += (int64_t)b->n_vanished;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope), postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->t->job), postgres_list_end(&keys)};
    PgJournal line = {.batch = b->number, .operation = "absent", .keys = &keys};
    return pg_run(b->t->db,
                  "UPDATE mudanza.entity_mappings m SET absent = $3 FROM unnest($4::text[]) u (key)"
                  " WHERE m.scope = $1 AND m.entity = $2 AND m.key = u.key",
                  values, ARRAY_LEN(values), NULL, err) &&
           postgres_journal(b->t, &line, err);
}
