#include "map/mapping_pieces.h"

#include <criterion/criterion.h>
#include <string.h>

static Arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(mapping_pieces, .init = set_up, .fini = tear_down);

static Mapping pieces(const char *text)
{
    Problems *problems = problems_new(arena);
    Mapping m = {0};
    const YamlNode *root = yaml_parse(arena, str_of(text), "patient.yaml", problems);
    cr_assert(root && !problems->errors);
    mapping_read_pieces(arena, root, &m);
    return m;
}

static const MappingPiece *piece(const Mapping *m, const char *name)
{
    for (size_t i = 0; i < m->n_pieces; i++)
        if (strcmp(m->pieces[i].name, name) == 0)
            return &m->pieces[i];
    return NULL;
}

static bool same(const Mapping *x, const Mapping *y)
{
    bool all = x->n_pieces == y->n_pieces;
    for (size_t i = 0; all && i < x->n_pieces; i++)
        all = strcmp(x->pieces[i].name, y->pieces[i].name) == 0 &&
              strcmp(x->pieces[i].canonical, y->pieces[i].canonical) == 0;
    return all;
}

Test(mapping_pieces, each_thing_has_a_name)
{
    Mapping m = pieces("table: patients\n"
                       "columns: {first_name: p.name, last_name: \"'x'\"}\n"
                       "references: {doctor_id: {entity: professional, key: p.doctor}}\n"
                       "checks:\n  - {code: a.b, when: '1'}\n  - {code: a.b, when: '2'}\n");
    cr_assert_str_eq(piece(&m, "table")->text, "patients");
    cr_assert_str_eq(piece(&m, "column last_name")->text, "'x'");
    cr_assert(piece(&m, "reference doctor_id") && piece(&m, "check a.b") && piece(&m, "check a.b (2)"));
    cr_assert_str_eq(piece(&m, "order of columns")->text, "first_name, last_name, doctor_id");
    cr_assert_eq(m.n_pieces, 7);
}

Test(mapping_pieces, layout_comments_and_about_are_none)
{
    Mapping
        x = pieces("table: patients\ncolumns: {a: p.a, b: p.b}\n"),
        y = pieces(
            "about: them\n# a remark\ncolumns:\n\n  a: 'p.a'   # of p\n  b: p.b\n\ntable: \"patients\"\n");
    cr_assert(same(&x, &y));
}

Test(mapping_pieces, a_value_and_the_order_of_columns_count)
{
    Mapping x = pieces("columns: {a: p.a, b: p.b}\n"), value = pieces("columns: {a: p.a, b: p.c}\n"),
            order = pieces("columns: {b: p.b, a: p.a}\n");
    cr_assert_not(same(&x, &value));
    cr_assert_not(same(&x, &order));
}
