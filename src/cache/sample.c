#include "cache/sample.h"

#include <string.h>

#include "base/text.h"
#include "base/uuid.h"

// Uuids are keys of the migration and say nothing about a person.
const char *sample_masked(Arena *a, Str value)
{
    AUTO(buf_free) Buf text = {0};
    if (!value.at || uuid_valid(value))
        return str_keep(a, value);
    text_mask(&text, value);
    return str_keep(a, buf_str(&text));
}

// So are these columns. (A column's name says little otherwise: national_id is a patient's.)
static bool may_show(const char *column)
{
    return !strcmp(column, "key") || !strcmp(column, "id") || !strcmp(column, "link");
}

static const char *shown(Arena *a, LiteStmt *s, int i, bool masked)
{
    Str value = lite_text(s, i);
    if (!value.at)
        return NULL;
    if (masked && !may_show(lite_column_name(s, i)))
        return sample_masked(a, value);
    AUTO(buf_free) Buf text = {0};
    text_clean(&text, value);
    return str_keep(a, buf_str(&text));
}

static bool read_rows(LiteStmt *s, Arena *a, size_t most, bool masked, Sample *out, Err *err)
{
    int n = lite_columns(s);
    out->columns = arena_many(a, const char *, (size_t)n);
    for (int i = 0; i < n; i++)
        if (strcmp(lite_column_name(s, i), "hash") != 0 && strcmp(lite_column_name(s, i), "part") != 0)
            out->columns[out->n_columns++] = arena_text(a, "%s", lite_column_name(s, i));
    out->rows = arena_many(a, const char **, most);
    while (out->n_rows < most) {
        LiteStep step = lite_step(s, err);
        if (step != LITE_ROW)
            return step == LITE_DONE;
        const char **row = out->rows[out->n_rows++] = arena_many(a, const char *, (size_t)n);
        for (int i = 0, k = 0; i < n; i++)
            if (strcmp(lite_column_name(s, i), "hash") != 0 && strcmp(lite_column_name(s, i), "part") != 0)
                row[k++] = shown(a, s, i, masked);
    }
    return true;
}

bool cache_sample(Cache *c, Arena *a, const char *entity, size_t most, bool masked, Sample *out, Err *err)
{
    *out = (Sample){0};
    const char *mapped = arena_text(a, "out_%s", entity);
    bool has_mapped, has_entity;
    if (!lite_table_exists(cache_db(c), mapped, &has_mapped, err) ||
        !lite_table_exists(cache_db(c), entity, &has_entity, err))
        return false;
    if (!has_mapped && !has_entity)
        return true;
    const char *table = has_mapped ? mapped : entity;
    AUTO(lite_finish_at)
    LiteStmt *s = has_mapped
                      ? lite_preparef(cache_db(c), err, "SELECT * FROM \"%w\" ORDER BY key, part LIMIT %lld",
                                      table, (long long)most)
                      : lite_preparef(cache_db(c), err,
                                      "SELECT canonical_uuid AS key, source_id, payload FROM \"%w\" ORDER BY "
                                      "canonical_uuid LIMIT %lld",
                                      table, (long long)most);
    return s && read_rows(s, a, most, masked, out, err);
}

// Counted while they were made; in a cache of an earlier version, by reading all of them.
static bool count_linked(Cache *c, Arena *a, const char *entity, int64_t *linked, Err *err)
{
    const char *mapped = arena_text(a, "out_%s", entity);
    bool has_mapped, noted;
    *linked = 0;
    return lite_table_exists(cache_db(c), mapped, &has_mapped, err) &&
           (!has_mapped ||
            (lite_one_int(cache_db(c), linked, &noted, err,
                          "SELECT CAST(value AS INTEGER) FROM _about WHERE key = 'linked:%q'", entity) &&
             (noted ||
              lite_one_int(cache_db(c), linked, NULL, err,
                           "SELECT count(DISTINCT key) FROM \"%w\" WHERE link IS NOT NULL", mapped))));
}

bool cache_entity_counts(Cache *c, const char *entity, int64_t *linked, int64_t *issues, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return count_linked(c, a, entity, linked, err) &&
           lite_one_int(
               cache_db(c), issues, NULL, err,
               "SELECT count(*) FROM _issues WHERE step IN ('%q/extract', '%q/validate') AND entity = %Q",
               entity, entity, entity);
}

bool cache_note_linked(Cache *c, const char *entity, int64_t linked, Err *err)
{
    return lite_execf(cache_db(c), err, "INSERT OR REPLACE INTO _about VALUES('linked:%q', '%lld')", entity,
                      (long long)linked);
}
