// Which source row stands behind which row of the target.
#include "target/postgres_writer.h"

static Str digest(const unsigned char *bytes)
{
    return (Str){(const char *)bytes, PG_WRITTEN_BYTES};
}

static Str target_id(const PgBatch *b, const PgItem *it)
{
    return it->item->link.at ? it->item->link : it->main->values[b->parts[0]->id];
}

static bool is_new(const PgItem *it)
{
    return it->kind == ITEM_NEW && !postgres_is_out(it);
}

static void copy_line(PgBatch *b, PgCopy *c, const PgItem *it)
{
    enum { COLUMNS = 10 };
    const Str none = {NULL, 0};
    const PgRow *main = it->main && it->main->digests ? it->main : NULL;
    postgres_binary_line(c, COLUMNS);
    postgres_binary_int(c, b->t->scope, 2);
    postgres_binary_int(c, b->entity, 2);
    if (b->main_table)
        postgres_binary_int(c, b->main_table, 2);
    else
        postgres_binary_bytes(c, none);
    postgres_binary_int(c, it->item->link.at != NULL, 1);
    postgres_binary_int(c, b->number, 4);
    postgres_binary_bytes(c, it->item->key);
    postgres_binary_bytes(c, target_id(b, it));
    postgres_binary_bytes(c, it->item->hash);
    postgres_binary_bytes(c, main ? digest(main->written) : none);
    postgres_binary_bytes(c, main && b->parts[0]->kept ? digest(main->judged) : none);
    postgres_copy_sent(c);
}

static bool add_mappings(PgBatch *b, Err *err)
{
    PgCopy c;
    size_t i = 0;
    while (i < b->batch->n && !is_new(&b->items[i]))
        i++;
    if (i == b->batch->n)
        return true;
    if (!postgres_binary_begin(&c, b->t,
                               "COPY mudanza.entity_mappings (scope, entity, table_id, linked, batch, key, id,"
                               " source_hash, written_hash, judged_hash) FROM STDIN (FORMAT binary)",
                               err))
        return false;
    for (; i < b->batch->n; i++)
        if (is_new(&b->items[i]))
            copy_line(b, &c, &b->items[i]);
    return postgres_binary_end(&c);
}

#define KEEP_IMAGES(lists)                                                                                   \
    "WITH u AS (SELECT * FROM " lists                                                                        \
    "), kept AS (INSERT INTO mudanza.mapping_images (batch, entity, key, table_id,"                          \
    " id, linked, source_hash, written_hash, judged_hash, updated_batch, absent)"                            \
    " SELECT $3::integer, m.entity, m.key, m.table_id, m.id, m.linked, m.source_hash, m.written_hash, "      \
    "m.judged_hash,"                                                                                         \
    " m.updated_batch, m.absent FROM u JOIN mudanza.entity_mappings m ON m.scope = $1 AND m.entity = $2"     \
    " AND m.key = u.key) "

// A row the target keeps as it is counts as unchanged; one whose main row was not written again keeps what is
// known of it.
static bool change_mappings(PgBatch *b, Err *err)
{
    static const char sql[] =
        KEEP_IMAGES("unnest($5::text[], $6::text[], $7::boolean[], $8::bytea[], $9::bytea[], $10::bytea[], "
                    "$11::boolean[])"
                    " u (key, id, linked, source_hash, written_hash, judged_hash, stays)") //
        "UPDATE mudanza.entity_mappings m SET table_id = $4::smallint, id = u.id, linked = u.linked,"
        " source_hash = u.source_hash, written_hash = CASE WHEN u.linked THEN NULL ELSE "
        "coalesce(u.written_hash,"
        " m.written_hash) END, judged_hash = CASE WHEN u.linked THEN NULL ELSE coalesce(u.judged_hash, "
        "m.judged_hash)"
        " END, updated_batch = CASE WHEN u.stays THEN m.updated_batch ELSE $3::integer END, absent = NULL"
        " FROM u WHERE m.scope = $1 AND m.entity = $2 AND m.key = u.key";
    AUTO(buf_free)
    Buf keys = {0},
        ids = {0}, linked = {0}, hashes = {0}, written = {0}, judged = {0}, stays = {0};
    const Str none = {NULL, 0};
    for (size_t i = 0; i < b->batch->n; i++) {
        const PgItem *it = &b->items[i];
        if (it->kind == ITEM_NEW || it->kind == ITEM_SAME || it->item->outcome == ROW_REJECTED)
            continue;
        const PgRow *main = it->main && it->main->digests && !(it->main->op == OP_ABSENT && it->main->there)
                                ? it->main
                                : NULL;
        postgres_list(&keys, it->item->key);
        postgres_list(&ids, target_id(b, it));
        postgres_list(&linked, it->item->link.at ? STR("t") : STR("f"));
        postgres_list_bytes(&hashes, it->item->hash);
        postgres_list_bytes(&written, main ? digest(main->written) : none);
        postgres_list_bytes(&judged, main && b->parts[0]->kept ? digest(main->judged) : none);
        postgres_list(&stays, it->stays ? STR("t") : STR("f"));
    }
    if (!keys.len)
        return true;
    PgNumber rooms[4];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope),
                          postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->number),
                          b->main_table ? postgres_number(&rooms[3], b->main_table) : none,
                          postgres_list_end(&keys),
                          postgres_list_end(&ids),
                          postgres_list_end(&linked),
                          postgres_list_end(&hashes),
                          postgres_list_end(&written),
                          postgres_list_end(&judged),
                          postgres_list_end(&stays)};
    return pg_run(b->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

// They are in the source again, as they were.
static bool return_mappings(PgBatch *b, Err *err)
{
    static const char sql[] = KEEP_IMAGES("unnest($4::text[]) u (key)") //
        "UPDATE mudanza.entity_mappings m SET absent = NULL FROM u"
        " WHERE m.scope = $1 AND m.entity = $2 AND m.key = u.key";
    AUTO(buf_free) Buf keys = {0};
    for (size_t i = 0; i < b->batch->n; i++)
        if (b->items[i].kind == ITEM_SAME && b->items[i].absent) {
            postgres_list(&keys, b->items[i].item->key);
            b->batch->marked++;
        }
    if (!keys.len)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope), postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->number), postgres_list_end(&keys)};
    return pg_run(b->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

bool postgres_mappings(PgBatch *b, Err *err)
{
    return add_mappings(b, err) && (!b->known || (change_mappings(b, err) && return_mappings(b, err)));
}
