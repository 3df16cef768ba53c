// Rows that were changed in the target since they were written, and whose source changed too.
#include "target/postgres_writer.h"

#include <string.h>

static bool is_digest(Str last, const unsigned char now[PG_WRITTEN_BYTES])
{
    return last.len == PG_WRITTEN_BYTES && memcmp(last.at, now, PG_WRITTEN_BYTES) == 0;
}

// Columns that belong to the application are no part of it. A row that was removed was changed; one that was
// never written was not.
static bool was_changed(PgBatch *b, size_t part, const PgRow *row)
{
    const PgItem *it = &b->items[row->item];
    const PgPast *past = part ? postgres_past(b, b->tables[part], row->values[b->parts[part]->id]) : NULL;
    Str written = part == 0 ? it->written : past ? past->written : (Str){NULL, 0};
    Str judged = part == 0 ? it->judged : past ? past->judged : (Str){NULL, 0};
    const PgPart *p = b->parts[part];
    unsigned char now[PG_WRITTEN_BYTES];
    if (!written.at)
        return b->batch->doubt;
    if (!row->there)
        return true;
    if (p->kept && judged.at)
        postgres_judged(b->t, p, row->stored, now);
    else
        postgres_written(b->t, p->live, row->stored, now);
    return !is_digest(p->kept && judged.at ? judged : written, now);
}

// Nothing of the item is written: it is refused until somebody decides, or the target's version stays, and
// the mapping learns what the source says now.
void postgres_conflicts(PgBatch *b)
{
    if (b->batch->conflicts == CONFLICT_SOURCE_WINS)
        return;
    for (size_t p = 0; p < b->batch->n_parts; p++)
        for (size_t r = 0; r < b->n_rows[p]; r++) {
            const PgRow *row = &b->rows[p][r];
            PgItem *it = &b->items[row->item];
            if (row->op != OP_CHANGE || it->item->outcome != ROW_UPDATED || !was_changed(b, p, row))
                continue;
            it->stays = b->batch->conflicts == CONFLICT_TARGET_WINS;
            it->item->outcome = it->stays ? ROW_UNCHANGED : ROW_REJECTED;
            it->item->code = it->stays ? "target.kept" : "target.conflict";
            it->item->detail = b->parts[p]->live->table.name;
        }
}
