// Free texts about patients. The vectors say what DentalPin's own importer makes of a text; MUDANZA_ALERT_VECTORS names
// another file of them.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/function_bench.h"

static const char *quoted(Arena *a, Str text)
{
    AUTO(buf_free) Buf out = {0};
    for (size_t i = 0; i < text.len; i++)
        buf_addf(&out, text.at[i] == '\'' ? "''" : "%c", text.at[i]);
    return arena_text(a, "'%s'", buf_text(&out));
}

static void same(Bench *b, Arena *a, const char *sql, const char *expected)
{
    const char *value = bench_rows(b, a, arena_text(a, "SELECT %s", sql));
    cr_expect_str_eq(value, expected, "%s gives %s, not %s", sql, value, expected);
}

Test(function_alerts, vectors)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    Str file, line, columns[3];
    const char *path = getenv("MUDANZA_ALERT_VECTORS");
    if (!path)
        path = arena_text(a, "%s/tests/fixtures/alert-vectors.tsv", getenv("TOP_SRCDIR"));
    cr_assert(file_read(a, path, 1 << 20, &file, &err), "%s", err.text);
    cr_assert(str_cut(&file, '\n', &line));
    size_t n = 0;
    for (; str_cut(&file, '\n', &line) && line.len; n++) {
        for (size_t i = 0; i < 3; i++)
            cr_assert(str_cut(&line, '\t', &columns[i]) || i == 2);
        const char *text = quoted(a, columns[0]);
        same(b, a, arena_text(a, "alert_category(%s)", text), str_keep(a, columns[1]));
        same(b, a,
             arena_text(a, "coalesce((SELECT group_concat(value, ' | ') FROM json_each(alert_items(%s))), '')",
                        text),
             columns[2].at ? str_keep(a, columns[2]) : "");
    }
    cr_assert_geq(n, 36);
}

typedef struct {
    const char *text, *category;
} Case;

static void classify(const char *repairs, const Case *cases, size_t n)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    b->repairs = repairs;
    for (size_t i = 0; i < n; i++)
        same(b, a, arena_text(a, "alert_category('%s')", cases[i].text), cases[i].category);
}

Test(function_alerts, rules_hit_where_they_say)
{
    static const Case cases[] = {
        {"  medicación : Adiro", "medication"},
        {"Medicaciones: x", "general"},
        {"ALERGIAS :", "allergy"},
        {"Presupuesto entregado", "general"},
        {"10 % de descuento", "administrative"},
        {"15% familia", "administrative"},
        {"un 15% familia", "general"},
        {"TIENE UN REDESCUENTO", "administrative"},
        {"INCOBRABLE", "general"},
        {"Referida por su madre", "administrative"},
        {"HISTORIAL ALÉRGICO ESCANEADO", "administrative"},
        {"12semanas", "pregnancy"},
        {"12 semanales", "general"},
        {"EMBARAZADAS", "general"},
        {"Lactantes", "lactating"},
        {"PREANESTESIA", "general"},
        {"sin vaso", "anesthesia"},
        {"SINVASO", "general"},
        {"anticoagulado", "anticoagulant"},
        {"aprieta los dientes", "bruxism"},
        {"no fumar", "smoking"},
        {"FUMADORES", "general"},
        {"PAQUETES AL DIA", "general"},
        {"Sin alergias conocidas", "allergy"},
        {"Historial de Hipotiroidismo. Recomendado seguimiento", "disease"},
        {"Migraña", "disease"},
        {"PLASMA", "general"},
        {"Toma de contacto", "medication"},
        {"TOMATE", "general"},
        {"2,5 ml", "medication"},
        {"10 mgr", "general"},
        {"Renitec  20", "medication"},
        {"GEL 20", "general"},
        {"GASA 20ml2", "general"},
        {"Jarabe ½", "general"},
        {"\xD0\x90\xD0\xA1\xD0\x9C\xD0\x90", "general"},
    };
    classify(NULL, cases, ARRAY_LEN(cases));
    classify("faithful", cases, ARRAY_LEN(cases));
}

Test(function_alerts, a_negation_counts_with_full_repairs_only)
{
    static const Case cases[] = {
        {"Sin alergias conocidas", "general"},
        {"No es alérgico", "general"},
        {"Niega alergias, HTA", "general"},
        {"Niega alergias. HTA", "disease"},
        {"No diabetes ni hipertensión", "general"},
        {"NO ALERGIAS, DIABETICO", "disease"},
        {"No fuma", "general"},
        {"NO ESTÁ EMBARAZADA", "general"},
        {"no toma Sintrom", "general"},
        {"SIN ANTECEDENTES DE CARDIOPATIA", "general"},
        {"No alérgico a penicilina; alergia al yodo", "allergy"},
        {"No tomar aspirina, alérgico", "allergy"},
        {"Antecedentes: Diabetes tipo II. Sin alergias conocidas.", "disease"},
        {"Anestesia tópica previa", "anesthesia"},
        {"NO ANESTESIA CON ADRENALINA", "anesthesia"},
        {"ANESTESIA SIN VASO", "anesthesia"},
        {"NO SE COBRA", "administrative"},
        {"NO, SINTROM", "anticoagulant"},
    };
    classify("full", cases, ARRAY_LEN(cases));
}

Test(function_alerts, items_lines_and_doses)
{
    BENCH_CHECK(
        {"alert_items('Dr: ojo, alergia a: yodo, y látex')", "'[\"yodo\",\"látex\"]'", NULL},
        {"alert_items('toma Adiro y; .')", "'[]'", NULL}, // an anticoagulant
        {"alert_items('TOMA: ; .')", "'[\"TOMA: ; .\"]'", NULL},
        {"alert_items('Toma Ramipril')", "'[\"Ramipril\"]'", NULL},
        {"alert_items('Asma. Anemia.')", "'[\"Asma. Anemia.\"]'", NULL},
        {"alert_items('Asma., \"Anemia\"')", "'[\"Asma\",\"\\\"Anemia\\\"\"]'", NULL},
        {"alert_items('ALERGIA: sol y sal')", "'[\"sol\",\"sal\"]'", NULL},
        {"alert_items(NULL)", "'[]'", NULL}, {"alert_items(12)", "'[]'", NULL},
        {"alert_category(NULL)", "'general'", NULL}, {"alert_category('')", "'general'", NULL},
        {"alert_category(cast(x'414cff4552474941' AS TEXT))", "'general'", NULL},
        {"alert_category('A' || char(769) || 'lergia')", "'allergy'", NULL},
        {"alert_items('Ale' || char(769) || 'rgia a: N' || char(771))", "'[\"N\xCC\x83\"]'", NULL},
        {"alert_lines(' - a.b. ' || char(13, 10) || ' .- ' || char(10) || 'c\\n')", "'[\"a.b\",\"c\\\\n\"]'", NULL},
        {"alert_lines('')", "'[]'", NULL}, {"alert_lines(NULL)", "'[]'", NULL},
        {"alert_dose('Metformina 850 mg')", "'850 mg'", NULL}, {"alert_dose('0,5MCG al día')", "'0,5MCG'", NULL},
        {"alert_dose('10 MGS')", "NULL", NULL}, {"alert_dose('B12 5 UI')", "'5 UI'", NULL},
        {"alert_dose('sin dosis')", "NULL", NULL}, {"alert_dose(NULL)", "NULL", NULL});
}
