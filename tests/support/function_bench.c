#include "tests/support/function_bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *setting(void *arg, const char *name)
{
    static const char *const settings[][2] = {
        {"clinic_id", BENCH_CLINIC}, {"source_system", "gesden"}, {"secret", "open sesame"}, {"empty", ""}};
    const Bench *b = arg;
    if (!strcmp(name, "repairs"))
        return b->repairs;
    for (size_t i = 0; i < ARRAY_LEN(settings) && !b->unsettled; i++)
        if (!strcmp(settings[i][0], name))
            return settings[i][1];
    return NULL;
}

static void note_issue(void *arg, const char *code, const char *detail)
{
    Bench *b = arg;
    buf_addf(&b->issues, "%s%s@%d/%s: %s", b->issues.len ? "; " : "", code, b->cell.column, b->cell.key,
             detail);
}

Bench *bench_open(void)
{
    Err err = {0};
    Bench *b = calloc(1, sizeof *b);
    cr_assert(b);
    b->host = (FunctionHost){.arg = b, .setting = setting, .issue = note_issue};
    bool has_offset;
    cr_assert(instant_parse(STR("2026-11-21T12:34:56Z"), &b->host.as_of, &has_offset));
    b->db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    cr_assert(b->db, "%s", err.text);
    cr_assert(functions_register(b->db, &b->host, &b->cell, &err), "%s", err.text);
    return b;
}

void bench_close(Bench *b)
{
    lite_close(b->db);
    buf_free(&b->issues);
    free(b);
}

void bench_close_at(Bench **b)
{
    bench_close(*b);
}

void bench_check(const BenchCase *cases, size_t n)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < n; i++) {
        Err err = {0};
        const char *value, *sql = cases[i].sql;
        bool ok = lite_one_text(b->db, a, &value, &err, "SELECT quote(val(at(7, 'k1'), (%s)))", sql);
        cr_expect(ok, "%s: %s", sql, err.text);
        if (!ok)
            continue;
        cr_expect_str_eq(value, cases[i].value, "%s gives %s, not %s", sql, value, cases[i].value);
        const char *issues = "";
        if (cases[i].issues) {
            size_t code = strcspn(cases[i].issues, ":");
            issues = arena_text(a, "%.*s@7/k1%s", (int)code, cases[i].issues, cases[i].issues + code);
        }
        cr_expect_str_eq(buf_text(&b->issues), issues, "%s raises '%s', not '%s'", sql, buf_text(&b->issues),
                         issues);
        cr_expect_eq(b->cell.column, -1, "%s leaves the cell open", sql);
        cr_expect_not(b->cell.outside, "%s raises outside its cell", sql);
        buf_clear(&b->issues);
    }
}

const char *bench_rows(Bench *b, Arena *a, const char *sql)
{
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(b->db, sql, &err);
    cr_assert(s, "%s: %s", sql, err.text);
    LiteStep step;
    while ((step = lite_step(s, &err)) == LITE_ROW) {
        Str text = lite_text(s, 0);
        if (out.len)
            buf_add_char(&out, ',');
        buf_add(&out, text.at ? text : STR("NULL"));
    }
    cr_assert_eq(step, LITE_DONE, "%s: %s", sql, err.text);
    return arena_text(a, "%s", buf_text(&out));
}

const char *bench_error(Bench *b, Arena *a, const char *sql)
{
    Err err = {0};
    const char *value;
    cr_assert_not(lite_one_text(b->db, a, &value, &err, "SELECT %s", sql), "%s should fail", sql);
    return arena_text(a, "%s", err.text);
}
