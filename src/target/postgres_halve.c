// Rows in groups under savepoints: a group that fails is cut, until the row that the server refuses is alone.
//
// A refusal that comes with the row itself is found at once: a sequence, which no rollback takes back, says
// which row the server had taken up. One that comes at the end of a statement is found by halving.
#include "target/postgres_writer.h"

#include <string.h>

enum { GROUP = 100 }; // items: each guilty one costs half a group once more, each group some round trips

typedef struct {
    size_t first, end; // items
} Range;

// The rows of these items in a part; rows are in the order of their items.
static Range rows_of(const PgBatch *b, size_t part, Range items)
{
    Range rows = {0, 0};
    size_t low = 0, high = b->n_rows[part];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->rows[part][middle].item < items.first)
            low = middle + 1;
        else
            high = middle;
    }
    for (rows.first = rows.end = low; rows.end < b->n_rows[part] && b->rows[part][rows.end].item < items.end;)
        rows.end++;
    return rows;
}

// Ends with the savepoint of the next group. part: the one whose statement failed; n_parts: a constraint that
// spoke late.
static bool put_group(PgBatch *b, Range items, size_t *part, Err *err)
{
    bool deferrable = false;
    b->orphaned = false;
    for (*part = 0; *part < b->batch->n_parts; ++*part) {
        deferrable |= b->parts[*part]->deferrable;
        Range rows = rows_of(b, *part, items);
        if (rows.first < rows.end && !postgres_put_staged(b, *part, rows.first, rows.end, true, err))
            return false;
    }
    for (*part = 0; *part < b->batch->n_parts; ++*part) {
        Range rows = rows_of(b, *part, items);
        if (!postgres_bulk_group(b, *part, rows.first, rows.end, err))
            return false;
    }
    return pg_exec(b->t->db,
                   deferrable ? "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
                                "RELEASE mudanza_group; SAVEPOINT mudanza_group"
                              : "RELEASE mudanza_group; SAVEPOINT mudanza_group",
                   err);
}

// The item of the row that the server had taken up, when others come behind it.
static bool find_suspect(PgBatch *b, Range items, size_t part, size_t *suspect, Err *err)
{
    *suspect = items.end;
    if (part == b->batch->n_parts)
        return true;
    AUTO(pg_rows_free_at)
    PgRows *place = pg_query(b->t->db, "SELECT last_value FROM pg_temp.mudanza_place", NULL, 0, err);
    if (!place)
        return false;
    Range rows = rows_of(b, part, items);
    size_t behind = (size_t)pg_int(place, 0, 0);
    if (behind > rows.first && behind < rows.end)
        *suspect = b->rows[part][behind - 1].item;
    return true;
}

static void push(Buf *stack, size_t first, size_t end)
{
    const Range range = {first, end};
    if (first < end)
        buf_add(stack, (Str){(const char *)&range, sizeof range});
}

static bool cut(PgBatch *b, Buf *stack, Range items, size_t part, Err *err)
{
    size_t suspect;
    if (!find_suspect(b, items, part, &suspect, err))
        return false;
    if (suspect < items.end) {
        push(stack, suspect + 1, items.end);
        push(stack, suspect, suspect + 1);
        push(stack, items.first, suspect);
    } else {
        size_t middle = items.first + (items.end - items.first) / 2;
        push(stack, middle, items.end);
        push(stack, items.first, middle);
    }
    return true;
}

// A row without its parent may find it when the others are written.
typedef struct {
    size_t item;
    const char *code, *detail;
} Orphan;

static void note_guilty(PgBatch *b, size_t item, const char *code, const char *detail, Buf *orphans)
{
    const Orphan one = {item, code, detail};
    if (strcmp(code, "target.foreign_key") == 0)
        buf_add(orphans, (Str){(const char *)&one, sizeof one});
    else
        postgres_refuse(b, item, code, detail);
}

static bool may_be_a_row(const PgBatch *b, size_t part)
{
    PgClass class = pg_trouble(b->t->db)->class;
    const PgPart *p = b->parts[MIN(part, b->batch->n_parts - 1)];
    return b->orphaned || class == PG_DATA || (class == PG_DENIED && p->live->row_security);
}

static bool put_ranges(PgBatch *b, Buf *stack, Buf *orphans, Err *err)
{
    while (stack->len) {
        Range items;
        size_t part;
        Err failed = {0};
        stack->len -= sizeof items;
        items = *(const Range *)(const void *)(stack->at + stack->len);
        if (put_group(b, items, &part, &failed))
            continue;
        *err = failed;
        if (!may_be_a_row(b, part))
            return false;
        const char *detail, *code = postgres_refusal(b, MIN(part, b->batch->n_parts - 1), &detail);
        if (!pg_exec(b->t->db, "ROLLBACK TO mudanza_group", err))
            return false;
        b->found = b->halved = true;
        if (items.end - items.first == 1)
            note_guilty(b, items.first, code, detail, orphans);
        else if (!cut(b, stack, items, part, err))
            return false;
    }
    return true;
}

static bool put_all(PgBatch *b, Buf *stack, Buf *orphans, Err *err)
{
    for (size_t i = b->batch->n; i > 0; i = (i - 1) / GROUP * GROUP)
        push(stack, (i - 1) / GROUP * GROUP, i);
    for (size_t before = SIZE_MAX;;) {
        if (!put_ranges(b, stack, orphans, err))
            return false;
        size_t n = orphans->len / sizeof(Orphan);
        const Orphan *all = (const Orphan *)(const void *)orphans->at;
        for (size_t i = 0; i < n && n == before; i++)
            postgres_refuse(b, all[i].item, all[i].code, all[i].detail);
        if (!n || n == before)
            return true;
        for (size_t i = n; i > 0; i--)
            push(stack, all[i - 1].item, all[i - 1].item + 1);
        before = n;
        buf_clear(orphans);
    }
}

bool postgres_halve(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf stack = {0}, orphans = {0};
    return pg_exec(b->t->db, "SAVEPOINT mudanza_group", err) && put_all(b, &stack, &orphans, err) &&
           pg_exec(b->t->db, "RELEASE mudanza_group", err);
}
