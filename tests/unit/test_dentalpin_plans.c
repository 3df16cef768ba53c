// How SQLite would go about each mapping: tables of the source have millions of rows, so nothing may be read
// from end to end once for each row of something else.
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "tests/support/profile_bench.h"

static Arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    profile_bench_close();
    arena_free(arena);
}

TestSuite(dentalpin_plans, .init = setup, .fini = teardown);

typedef struct {
    int64_t id, parent;
    const char *detail;
} Node;

typedef struct {
    const char *sql;
    const Profile *profile;
    Node nodes[200];
    size_t n;
} Plan;

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static bool is_large(const Plan *p, Str table)
{
    for (size_t i = 0; i < p->profile->n; i++)
        if (str_is(table, p->profile->entities[i].entity->name))
            return true;
    return str_starts(table, "out_") || str_starts(table, "work_");
}

static Str named(const char *detail, const char *verb)
{
    Str rest = {detail + strlen(verb), strlen(detail) - strlen(verb)}, name;
    str_cut(&rest, ' ', &name);
    return name;
}

// Whether the name in a plan is that of a table of the source or of a result: itself, or the word in front
// of it in the statement ("budget_line l").
static bool large(const Plan *p, Str name)
{
    if (is_large(p, name))
        return true;
    for (size_t i = 0; i < p->n; i++) // made once, by a subquery of this name
        if ((str_starts(str_of(p->nodes[i].detail), "MATERIALIZE ") && str_eq(named(p->nodes[i].detail, "MATERIALIZE "), name)) ||
            (str_starts(str_of(p->nodes[i].detail), "CO-ROUTINE ") && str_eq(named(p->nodes[i].detail, "CO-ROUTINE "), name)))
            return false;
    for (const char *at = p->sql; (at = strstr(at, arena_text(arena, "%.*s", STR_ARG(name)))); at++) {
        const char *end = at;
        if (at == p->sql || in_word(at[-1]) || in_word(at[name.len]))
            continue;
        while (end > p->sql && (isspace((unsigned char)end[-1]) || end[-1] == '"'))
            end--;
        const char *start = end;
        while (start > p->sql && in_word(start[-1]))
            start--;
        if (end < at && is_large(p, (Str){start, (size_t)(end - start)}))
            return true;
    }
    return false;
}

static bool correlated(const Plan *p, int64_t id)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->nodes[i].id == id)
            return str_starts(str_of(p->nodes[i].detail), "CORRELATED") || correlated(p, p->nodes[i].parent);
    return false;
}

// The outermost of a row of loops runs once; those inside run once for each of its rows.
static bool innermost(const Plan *p, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (p->nodes[i].parent == p->nodes[at].parent &&
            (str_starts(str_of(p->nodes[i].detail), "SCAN ") || str_starts(str_of(p->nodes[i].detail), "SEARCH ")))
            return true;
    return false;
}

static const char *too_slow(const Plan *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const char *detail = p->nodes[i].detail;
        if (str_starts(str_of(detail), "SCAN ") && !strstr(detail, "VIRTUAL TABLE") && large(p, named(detail, "SCAN ")) &&
            (innermost(p, i) || correlated(p, p->nodes[i].parent)))
            return detail;
        if (strstr(detail, " AUTOMATIC ") && large(p, named(detail, "SEARCH ")))
            return detail;
    }
    return NULL;
}

static void read_plan(Lite *db, Plan *p)
{
    Err err = {0};
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(db, &err, "EXPLAIN QUERY PLAN %s", p->sql);
    cr_assert(s, "%s", err.text);
    while (lite_step(s, &err) == LITE_ROW) {
        cr_assert_lt(p->n, ARRAY_LEN(p->nodes));
        p->nodes[p->n++] = (Node){lite_int(s, 0), lite_int(s, 1), str_keep(arena, lite_text(s, 3))};
    }
    cr_assert_gt(p->n, 0);
}

Test(dentalpin_plans, nothing_large_is_read_for_each_row)
{
    Record none[] = {{"center", "00000000-0000-5000-8000-000000000001", "{}"}};
    Lite *db = profile_bench(arena, "dentalpin", "c1111111-0000-4000-8000-000000000001", none, 1);
    Mapper *m = profile_bench_mapper();
    const Profile *profile = profile_bench_profile();
    size_t seen = 0;
    for (size_t e = 0; e < profile->n; e++)
        for (size_t i = 0; i < profile->entities[e].n; i++) {
            const Mapping *mapping = profile->entities[e].mappings[i];
            Plan plan = {.sql = mapper_composed(m, mapping)->sql, .profile = profile};
            read_plan(db, &plan);
            const char *slow = too_slow(&plan);
            cr_expect(!slow, "%s: %s", mapping->file, slow ? slow : "");
            seen++;
        }
    cr_assert_gt(seen, 10);
    for (size_t i = 0; i < profile->n_works; i++) {
        Plan plan = {.sql = mapper_composed_work(m, i)->sql, .profile = profile};
        read_plan(db, &plan);
        const char *slow = too_slow(&plan);
        cr_expect(!slow, "%s: %s", plan.sql, slow ? slow : "");
    }
    Plan bad = {.sql = "SELECT 1 FROM patient p JOIN budget b ON b.title = p.notes", .profile = profile};
    read_plan(db, &bad);
    cr_assert(too_slow(&bad), "a join without an index is not noticed");
    Plan nested = {.sql = "SELECT (SELECT count(*) FROM budget b WHERE b.title = p.notes) FROM patient p", .profile = profile};
    read_plan(db, &nested);
    cr_assert(too_slow(&nested), "a subquery without an index is not noticed");
}
