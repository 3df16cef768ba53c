#include "tests/support/profile_bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_read.h"
#include "cache/cache.h"
#include "cache/load.h"
#include "tests/support/temp_folder.h"

static Cache *cache;
static Target *target;
static Mapper *mapper;
static Profile *loaded;
static const char *seeds = "";
static Err err;
static Setting settings[8] = {
    {"secret", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 1}};
static size_t n_settings = 1;

void profile_bench_set(const char *name, const char *value)
{
    cr_assert_lt(n_settings, ARRAY_LEN(settings));
    settings[n_settings++] = (Setting){name, value, 1};
}

static void must(bool ok, const char *what)
{
    cr_assert(ok, "%s: %s", what, err.text);
}

static void load(const char *folder, const Model *model, const Record *records, size_t n)
{
    CacheLoad *l = cache_load_begin(folder, model, &err);
    must(l != NULL, "cache");
    for (size_t i = 0; i < n;) {
        const char *entity = records[i].entity;
        must(cache_load_entity(l, entity, &err), entity);
        for (; i < n && strcmp(records[i].entity, entity) == 0; i++) {
            Str raw = json_member(str_of(records[i].payload), "raw_source_data");
            SourceRow row = {str_of(records[i].key),
                             str_of(records[i].key),
                             STR("gesden"),
                             str_of(records[i].payload),
                             raw.at ? raw : STR("{}"),
                             STR("")};
            must(cache_load_row(l, &row, &err), records[i].key);
        }
        int64_t rows, rejected;
        must(cache_load_entity_end(l, "content", &rows, &rejected, &err), entity);
        cr_assert_eq(rejected, 0);
    }
    must(cache_load_finish(l, "fingerprint", &err), "cache");
    cache_load_abandon(l);
}

static Str read_all(Arena *a, const char *path)
{
    Str text;
    must(file_read(a, path, 1 << 20, &text, &err), path);
    return text;
}

static void open_target(Arena *a, const char *folder, const char *data, const char *profile,
                        TargetScope scope)
{
    const char *path = file_join(a, folder, "target.db"),
               *from = arena_text(a, "%s/profiles/%s", data, profile);
    Str schema = read_all(a, file_join(a, from, "schema.sqlite.sql")),
        seed = read_all(a, file_join(a, from, "seed.sqlite.sql"));
    must(target_sqlite_make(path, schema, str_of(arena_text(a, "%.*s;\n%s", STR_ARG(seed), seeds)), &err), path);
    target = target_sqlite.open(a, path, NULL, false, &err);
    must(target != NULL, path);
    must(target_sqlite.prepare(target, scope, &err), path);
}

static const char *told(Arena *a, const Problems *problems)
{
    AUTO(buf_free) Buf out = {0};
    problems_print(problems, &out);
    return arena_text(a, "%s", buf_text(&out));
}

Lite *profile_bench(Arena *a, const char *name, const char *clinic_id, const Record *records, size_t n)
{
    const char *folder = temp_folder(a), *data = getenv("MUDANZA_DATA_DIR");
    Problems *problems = problems_new(a);
    Model *model = model_load(a, data, problems);
    Profile *profile = model ? profile_load(a, NULL, name, model, problems) : NULL;
    cr_assert(profile != NULL, "%s", told(a, problems));
    load(folder, model, records, n);
    open_target(a, folder, data, name, (TargetScope){clinic_id, "gesden"});
    cache = cache_open(folder, true, &err);
    must(cache != NULL, folder);
    Clinic *clinic = arena_one(a, Clinic);
    clinic->settings = settings;
    clinic->n_settings = n_settings;
    MapperOptions o = {.cache = cache,
                       .profile = profile,
                       .clinic = clinic,
                       .target = target,
                       .clinic_id = clinic_id,
                       .source_system = "gesden"};
    bool has_offset;
    cr_assert(instant_parse(STR("2026-11-21T12:00:00Z"), &o.as_of, &has_offset));
    Mapper *m = mapper_new(a, &o, problems, &err);
    cr_assert(m != NULL, "%s%s", told(a, problems), err.text);
    mapper = m;
    loaded = profile;
    MapperWatch watch = {.max_rejects = -1, .max_ratio = 1};
    for (size_t i = 0; i < profile->n; i++) {
        MapperResult result;
        const MappedEntity *e = &profile->entities[i];
        must(!e->n || mapper_validate(m, e->entity->name, "fingerprint", &watch, &result, &err),
             e->entity->name);
    }
    return cache_db(cache);
}

void profile_bench_seed(const char *sql)
{
    seeds = sql;
}

void profile_bench_close(void)
{
    if (target)
        target->kind->close(target);
    cache_close(cache);
    target = NULL;
    cache = NULL;
    seeds = "";
    n_settings = 1;
}

const char *profile_bench_value(Arena *a, const char *sql)
{
    const char *value;
    must(lite_one_text(cache_db(cache), a, &value, &err, "%s", sql), sql);
    return value ? value : "";
}

Mapper *profile_bench_mapper(void)
{
    return mapper;
}

const Profile *profile_bench_profile(void)
{
    return loaded;
}
