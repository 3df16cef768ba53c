#include "tests/support/mapping_bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/load.h"
#include "tests/support/temp_folder.h"

MappingBench bench;

static const char *folder, *state;
static CacheLoad *load;
static char loading[32];
static Model *model;

static const struct {
    const char *name, *text;
} model_files[] = {
    {"model/model.yaml", "about: A small world.\nentities: [person, visit, note]\n"},
    {"model/person.yaml", "entity: person\nabout: A person.\ncategory: People\nfields: {name: text, age: integer, born: date, sex: text,\n"
                          "  extra: json, boss_uuid: {type: reference, to: person}}\n"},
    {"model/visit.yaml", "entity: visit\nabout: A visit.\ncategory: People\nfields: {day: date, price: decimal,\n"
                         "  person_uuid: {type: reference, to: person}}\n"},
    {"model/note.yaml", "entity: note\nabout: A note.\ncategory: People\nfields: {text: text, visit_uuid: {type: reference, to: visit}}\n"},
};

static const char schema[] =
    "CREATE TABLE clinics (id UUID NOT NULL, name VARCHAR(40) NOT NULL, PRIMARY KEY (id));"
    "CREATE TABLE people (id UUID NOT NULL, name VARCHAR(10) NOT NULL, age SMALLINT, active BOOLEAN, born DATE,"
    " seen TIMESTAMP, balance NUMERIC(6,2), weight DOUBLE PRECISION, big BIGINT, plain INTEGER, twin UUID, extra TEXT,"
    " letters INTEGER NOT NULL GENERATED ALWAYS AS (length(name)) VIRTUAL,"
    " PRIMARY KEY (id), CHECK (extra IS NULL OR json_valid(extra)));"
    "CREATE TABLE visits (id UUID NOT NULL, person_id UUID NOT NULL, day DATE, price NUMERIC(8,2), what VARCHAR(20),"
    " PRIMARY KEY (id), FOREIGN KEY (person_id) REFERENCES people (id));";

static void must(bool ok, const char *what)
{
    cr_assert(ok, "%s: %s", what, bench.err.text);
}

void bench_open(void)
{
    bench.arena = arena_new();
    bench.as_of = "2026-11-21T12:00:00Z";
    folder = temp_folder(bench.arena);
    state = arena_text(bench.arena, "%s/state", folder);
    must(file_make_folder(state, 0700, &bench.err), state);
    for (size_t i = 0; i < ARRAY_LEN(model_files); i++)
        temp_file(bench.arena, folder, model_files[i].name, str_of(model_files[i].text));
    bench_file("profile.yaml", "profile: small\nabout: A small target.\nclinic_table: {table: clinics, id: id, name: name}\n"
                               "settings: {greeting: {default: hello}}\nsnapshot: {clinics: [id, name]}\n"
                               "issues:\n  date.invalid: {severity: warning}\n");
    setenv("MUDANZA_DATA_DIR", folder, 1);
    Problems *problems = problems_new(bench.arena);
    model = model_load(bench.arena, folder, problems);
    cr_assert(model, "the model of the bench is wrong");
    must(target_sqlite_make(file_join(bench.arena, folder, "target.db"), str_of(schema),
                            STR("INSERT INTO clinics VALUES('" BENCH_CLINIC "', 'Clinic')"), &bench.err), "target");
    load = cache_load_begin(state, model, &bench.err);
    must(load, "cache");
}

static void put_away(void)
{
    cache_close(bench.cache);
    if (bench.target)
        bench.target->kind->close(bench.target);
    bench.cache = NULL;
    bench.target = NULL;
    bench.mapper = NULL;
}

void bench_close(void)
{
    put_away();
    cache_load_abandon(load);
    arena_free(bench.arena);
}

void bench_file(const char *name, const char *text)
{
    const char *path = arena_text(bench.arena, "profiles/small/%s", name);
    if (text)
        temp_file(bench.arena, folder, path, str_of(text));
    else
        must(unlink(file_join(bench.arena, folder, path)) == 0, name);
}

static void end_entity(void)
{
    int64_t rows, rejected;
    must(!*loading || cache_load_entity_end(load, "content", &rows, &rejected, &bench.err), loading);
}

void bench_record(const char *entity, const char *key, const char *payload)
{
    if (strcmp(loading, entity) != 0) {
        end_entity();
        must(cache_load_entity(load, entity, &bench.err), entity);
        strcpy(loading, entity);
    }
    SourceRow row = {str_of(key), str_of(key), STR("small"), str_of(payload), STR("{}"), STR("")};
    must(cache_load_row(load, &row, &bench.err), key);
}

static void finish_load(void)
{
    if (!load)
        return;
    end_entity();
    must(cache_load_finish(load, "fingerprint", &bench.err), "cache");
    cache_load_abandon(load);
    load = NULL;
}

bool bench_start(void)
{
    put_away();
    finish_load();
    bench.err = (Err){0};
    bench.problems = problems_new(bench.arena);
    bench.profile = profile_load(bench.arena, NULL, "small", model, bench.problems);
    if (!bench.profile)
        return false;
    bench.target = target_sqlite.open(bench.arena, file_join(bench.arena, folder, "target.db"), NULL, false, &bench.err);
    must(bench.target && target_sqlite.prepare(bench.target, (TargetScope){BENCH_CLINIC, "small"}, &bench.err), "target");
    bench.cache = cache_open(state, true, &bench.err);
    must(bench.cache, "cache");
    MapperOptions o = {.cache = bench.cache,
                       .profile = bench.profile,
                       .clinic = &bench.clinic,
                       .target = bench.target,
                       .clinic_id = BENCH_CLINIC,
                       .source_system = "small"};
    bool has_offset;
    must(instant_parse(str_of(bench.as_of), &o.as_of, &has_offset), "as_of");
    bench.mapper = mapper_new(bench.arena, &o, bench.problems, &bench.err);
    return bench.mapper;
}

const char *bench_told(void)
{
    AUTO(buf_free) Buf out = {0};
    problems_print(bench.problems, &out);
    buf_add_text(&out, bench.err.text);
    return arena_text(bench.arena, "%s", buf_text(&out));
}

void bench_refuses(const char *file, int line, const char *text)
{
    cr_assert(!bench_start(), "accepted, though: %s", text);
    cr_assert_eq(bench.problems->errors, 1, "%s", bench_told());
    const Problem *p = &bench.problems->items[0];
    cr_assert(str_ends(str_of(p->file), file), "%s", bench_told());
    cr_assert_eq(p->line, line, "%s", bench_told());
    cr_assert(strstr(bench_told(), text), "%s\nsays nothing of: %s", bench_told(), text);
}

bool bench_validate(const char *entity, MapperResult *out)
{
    MapperWatch watch = {.max_rejects = -1, .max_ratio = 1};
    return mapper_validate(bench.mapper, entity, "fingerprint", &watch, out, &bench.err);
}

void bench_makes(const char *entity)
{
    MapperResult result;
    cr_assert(bench.mapper || bench_start(), "%s", bench_told());
    must(bench_validate(entity, &result), entity);
}

const char *bench_value(const char *sql)
{
    const char *value;
    must(lite_one_text(cache_db(bench.cache), bench.arena, &value, &bench.err, "%s", sql), sql);
    return value ? value : "";
}

const char *bench_fingerprint(const char *entity)
{
    const char *print;
    must(mapper_fingerprint(bench.mapper, bench.arena, entity, &print, &bench.err), entity);
    return print;
}
