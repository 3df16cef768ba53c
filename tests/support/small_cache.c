#include "tests/support/small_cache.h"

#include <criterion/criterion.h>

static Field patient_fields[] = {
    {.name = "number", .type = FIELD_TEXT},
    {.name = "age", .type = FIELD_INTEGER},
    {.name = "active", .type = FIELD_BOOLEAN},
    {.name = "tags", .type = FIELD_JSON},
    {.name = "budget", .type = FIELD_REFERENCE, .refers = "budget"},
};
static Field budget_fields[] = {{.name = "total", .type = FIELD_DECIMAL, .scale = 2}};
static Entity entities[] = {
    {.name = "patient",
     .category = "People",
     .order = 0,
     .fields = patient_fields,
     .n_fields = ARRAY_LEN(patient_fields)},
    {.name = "budget",
     .category = "Money",
     .order = 1,
     .fields = budget_fields,
     .n_fields = ARRAY_LEN(budget_fields)},
};

const Model *small_model(Arena *a)
{
    Model *m = arena_one(a, Model);
    *m = (Model){entities, ARRAY_LEN(entities)};
    return m;
}

void small_row(CacheLoad *l, const char *key, const char *payload, const char *raw)
{
    Err err = {0};
    SourceRow row = {.key = str_of(key),
                     .source_id = STR("s"),
                     .source_system = STR("old"),
                     .payload = str_of(payload),
                     .raw = str_of(raw),
                     .extracted_at = STR("2026-01-01")};
    cr_assert(cache_load_row(l, &row, &err), "%s", err.text);
}

void small_cache(Arena *a, const char *folder, const char *const *payloads)
{
    Err err = {0};
    int64_t rows, rejected;
    AUTO(cache_load_abandon_at) CacheLoad *l = cache_load_begin(folder, small_model(a), &err);
    cr_assert(l && cache_load_entity(l, "patient", &err), "%s", err.text);
    for (size_t i = 0; payloads[i]; i++)
        small_row(l, arena_text(a, "k%zu", i), payloads[i], NULL);
    cr_assert(cache_load_entity_end(l, "hash", &rows, &rejected, &err) && cache_load_finish(l, "print", &err),
              "%s", err.text);
}
