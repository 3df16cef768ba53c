// Which items of a batch a constraint would refuse: the server compares the staged rows with the tables and
// with each other, a question for each key; then one walk in the order of the items, in which the first of
// two wins and who hangs on a refused one is refused.
#include "target/postgres_judge.h"

#include <stdlib.h>
#include <string.h>

void postgres_find_guilty(PgJudge *j, size_t item, const char *code, const char *words)
{
    j->b->found = true;
    if (!postgres_is_out(&j->b->items[item]))
        postgres_refuse(j->b, item, code, words);
}

static int by_item(const void *a, const void *b)
{
    const PgRival *one = a, *other = b;
    return (one->item > other->item) - (one->item < other->item);
}

static int by_child(const void *a, const void *b)
{
    const PgNeed *one = a, *other = b;
    int order = (one->item > other->item) - (one->item < other->item);
    return order ? order : (one->number > other->number) - (one->number < other->number);
}

// The rivals of one item, from `i` on: it holds all of its groups, or none.
static size_t settle_rivals(PgJudge *j, const PgRival *rivals, size_t n, size_t i, const PgRival **holders)
{
    size_t end = i;
    const PgRival *in_the_way = NULL;
    for (; end < n && rivals[end].item == rivals[i].item; end++)
        in_the_way =
            in_the_way || holders[rivals[end].group] == NULL ? in_the_way : holders[rivals[end].group];
    if (in_the_way)
        postgres_find_guilty(
            j, rivals[i].item, "target.unique",
            arena_text(j->b->t->scratch, "%s: row %.*s has it", in_the_way->words, STR_ARG(in_the_way->id)));
    for (size_t k = i; !in_the_way && k < end; k++)
        holders[rivals[k].group] = &rivals[k];
    return end;
}

static bool is_refused(const PgJudge *j, size_t item)
{
    return j->b->items[item].item->outcome == ROW_REJECTED;
}

// The parents of one row, from `i` on: all of them are refused.
static bool is_left_alone(const PgJudge *j, const PgNeed *needs, size_t n, size_t i, size_t *end)
{
    bool alone = true;
    for (*end = i; *end < n && needs[*end].number == needs[i].number; ++*end)
        alone &= is_refused(j, needs[*end].parent);
    return alone;
}

// Once is enough where parents come before their children.
static bool settle_once(PgJudge *j, const PgRival *rivals, size_t n_rivals, const PgNeed *needs,
                        size_t n_needs, const PgRival **holders)
{
    bool changed = false;
    size_t r = 0, d = 0;
    while (r < n_rivals || d < n_needs) {
        bool need = d < n_needs && (r == n_rivals || needs[d].item <= rivals[r].item);
        if (need) {
            size_t end;
            if (is_left_alone(j, needs, n_needs, d, &end) && !is_refused(j, needs[d].item)) {
                postgres_find_guilty(j, needs[d].item, "target.foreign_key", needs[d].words);
                changed = true;
            }
            d = end;
        } else if (is_refused(j, rivals[r].item)) {
            r++;
        } else {
            r = settle_rivals(j, rivals, n_rivals, r, holders);
        }
    }
    return changed;
}

static void settle(PgJudge *j)
{
    PgRival *rivals = (PgRival *)(void *)j->rivals.at;
    PgNeed *needs = (PgNeed *)(void *)j->needs.at;
    size_t n_rivals = j->rivals.len / sizeof *rivals, n_needs = j->needs.len / sizeof *needs;
    const PgRival **holders = arena_many(j->b->t->scratch, const PgRival *, j->groups + 1);
    if (n_rivals)
        qsort(rivals, n_rivals, sizeof *rivals, by_item);
    if (n_needs)
        qsort(needs, n_needs, sizeof *needs, by_child);
    while (settle_once(j, rivals, n_rivals, needs, n_needs, holders))
        memset(holders, 0, (j->groups + 1) * sizeof(const PgRival *));
}

// Rows of a batch are few beside those of a table: each is looked up by an index there; among themselves they
// are hashed.
static bool ask_all(PgJudge *j, Err *err)
{
    bool **missing = arena_many(j->b->t->scratch, bool *, j->b->parts[j->part]->live->n_foreign + 1);
    return postgres_ask_checks(j, err) &&
           pg_exec(j->b->t->db, "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off", err) &&
           postgres_ask_uniques(j, err) && postgres_ask_parents(j, missing, err) &&
           pg_exec(j->b->t->db, "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on", err) &&
           postgres_ask_rivals(j, err) && postgres_ask_needs(j, missing, err);
}

bool postgres_judge(PgBatch *b, Err *err)
{
    PgJudge j = {.b = b};
    bool ok = true;
    for (j.part = 0; ok && j.part < b->batch->n_parts; j.part++)
        if (b->n_rows[j.part])
            ok = ask_all(&j, err);
    if (ok)
        settle(&j);
    buf_free(&j.rivals);
    buf_free(&j.needs);
    return ok;
}
