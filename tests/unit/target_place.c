#include "tests/unit/target_place.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/lite.h"
#include "db/pg.h"
#include "tests/support/temp_pg.h"

const char place_schema[] =
    "PRAGMA foreign_keys = ON; BEGIN;"
    "CREATE TABLE people (id UUID NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),"
    " name VARCHAR(20) NOT NULL CHECK (length(name) <= 20), email VARCHAR(40) UNIQUE, age INTEGER, PRIMARY KEY (id));"
    "CREATE TABLE visits (id UUID NOT NULL, person UUID NOT NULL REFERENCES people (id), what TEXT, PRIMARY KEY (id));"
    "COMMIT;";

static const char postgres_schema[] =
    "CREATE TABLE people (id uuid PRIMARY KEY, name varchar(20) NOT NULL, email varchar(40) UNIQUE, age integer);"
    "CREATE TABLE visits (id uuid PRIMARY KEY, person uuid NOT NULL REFERENCES people (id), what text);";

static const char postgres_words[] =
    "CREATE FUNCTION public.group_next(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE"
    " AS $$SELECT coalesce($1 || $3, '') || $2$$;"
    "CREATE FUNCTION public.group_next(text, text) RETURNS text LANGUAGE sql IMMUTABLE"
    " AS $$SELECT coalesce($1 || ',', '') || $2$$;"
    "CREATE AGGREGATE public.group_concat(text, text) (sfunc = group_next, stype = text);"
    "CREATE AGGREGATE public.group_concat(text) (sfunc = group_next, stype = text);";

static const char *const person_columns[] = {"id", "name", "email", "age"};
static const char *const visit_columns[] = {"id", "person", "what"};
const WritePart place_parts[2] = {
    {"person", "people", person_columns, ARRAY_LEN(person_columns), 0, NULL},
    {"person.visit", "visits", visit_columns, ARRAY_LEN(visit_columns), 0, NULL},
};

static void begin(Place *p, int64_t job)
{
    Err err = {0};
    p->t = p->kind->open(p->arena, p->path, NULL, false, &err);
    cr_assert(p->t, "%s", err.text);
    cr_assert(p->t->kind->prepare(p->t, (TargetScope){"clinic", "source"}, &err), "%s", err.text);
    p->job = job;
    cr_assert(p->t->kind->job_begin(p->t, &p->job, "test", &err), "%s", err.text);
}

Place place_of(const TargetKind *kind, const char *schema)
{
    Place p = {.arena = arena_new(), .kind = kind, .folder = "/tmp/mudanza_XXXXXX"};
    Err err = {0};
    cr_assert(mkdtemp(p.folder));
    if (kind == &target_sqlite) {
        p.path = file_join(p.arena, p.folder, "target.db");
        cr_assert(target_sqlite_make(p.path, str_of(schema ? schema : place_schema), STR(""), &err), "%s", err.text);
    } else {
        p.path = temp_pg_database(p.arena);
        place_run(&p, postgres_words);
        place_run(&p, schema ? schema : postgres_schema);
    }
    begin(&p, 0);
    return p;
}

Place place_new(const char *schema)
{
    return place_of(&target_sqlite, schema);
}

void place_again(Place *p, int64_t job)
{
    p->kind->close(p->t);
    begin(p, job);
}

void place_free(Place *p)
{
    p->kind->close(p->t);
    for (char **name = file_list(p->arena, p->folder); *name; name++)
        unlink(file_join(p->arena, p->folder, *name));
    rmdir(p->folder);
    arena_free(p->arena);
}

void place_free_at(Place *p)
{
    place_free(p);
}

static Lite *look(const Place *p)
{
    Err err = {0};
    Lite *db = lite_open(p->path, LITE_WRITE, ERR_INTERNAL, &err);
    cr_assert(db, "%s", err.text);
    return db;
}

// mudanza_x is mudanza.x there.
static const char *in_postgres(const Place *p, const char *sql)
{
    static const char prefix[] = "mudanza_";
    char *text = arena_text(p->arena, "%s", sql);
    for (char *at = text; (at = strstr(at, prefix)); at++)
        at[strlen(prefix) - 1] = '.';
    return text;
}

static Pg *look_in_postgres(const Place *p)
{
    Err err = {0};
    Pg *pg = pg_open(&(PgOptions){.conninfo = p->path, .application = "test"}, &err);
    cr_assert(pg && pg_exec(pg, "SET search_path = public", &err), "%s", err.text);
    return pg;
}

static const char *text_in_postgres(const Place *p, const char *sql)
{
    Err err = {0};
    AUTO(pg_close_at) Pg *pg = look_in_postgres(p);
    AUTO(pg_rows_free_at) PgRows *rows = pg_query(pg, in_postgres(p, sql), NULL, 0, &err);
    cr_assert(rows, "%s: %s", sql, err.text);
    return pg_rows(rows) ? str_keep(p->arena, pg_value(rows, 0, 0)) : NULL;
}

int64_t place_int(const Place *p, const char *sql)
{
    Err err = {0};
    int64_t value = -1;
    if (p->kind == &target_postgres)
        return strtoll(place_text(p, sql), NULL, 10);
    AUTO(lite_close_at) Lite *db = look(p);
    cr_assert(lite_one_int(db, &value, NULL, &err, "%s", sql), "%s", err.text);
    return value;
}

const char *place_text(const Place *p, const char *sql)
{
    Err err = {0};
    const char *value;
    if (p->kind == &target_postgres) {
        value = text_in_postgres(p, sql);
    } else {
        AUTO(lite_close_at) Lite *db = look(p);
        cr_assert(lite_one_text(db, p->arena, &value, &err, "%s", sql), "%s", err.text);
    }
    return value ? value : "(none)";
}

void place_run(const Place *p, const char *sql)
{
    Err err = {0};
    if (p->kind == &target_postgres) {
        AUTO(pg_close_at) Pg *pg = look_in_postgres(p);
        cr_assert(pg_exec(pg, in_postgres(p, sql), &err), "%s: %s", sql, err.text);
        return;
    }
    AUTO(lite_close_at) Lite *db = look(p);
    cr_assert(lite_exec(db, sql, &err), "%s", err.text);
}

const char *place_id(const Place *p, int n)
{
    return arena_text(p->arena, "00000000-0000-4000-8000-%012d", n);
}

PlaceItem *place_items(const Place *p, int first, int n, bool with_visit)
{
    static const int parts[] = {0, 1};
    PlaceItem *items = arena_many(p->arena, PlaceItem, (size_t)n);
    for (int i = 0; i < n; i++) {
        PlaceItem *it = &items[i];
        it->person[0] = str_of(place_id(p, first + i));
        it->person[1] = str_of(arena_text(p->arena, "Person %d", first + i));
        it->person[2] = str_of(arena_text(p->arena, "p%d@example.org", first + i));
        it->person[3] = STR("42");
        it->visit[0] = str_of(place_id(p, 1000000 + first + i));
        it->visit[1] = it->person[0];
        it->visit[2] = STR("seen");
        it->rows[0].values = it->person;
        it->rows[1].values = it->visit;
        it->item = (WriteItem){
            .key = str_of(arena_text(p->arena, "k%06d", first + i)),
            .hash = STR("\x01\x00\x02"),
            .rows = it->rows,
            .parts = parts,
            .n_rows = with_visit ? 2 : 1,
        };
    }
    return items;
}

ConflictPolicy place_conflicts;
const bool *place_kept;
bool place_looks;
int64_t place_marked;

bool place_try(Place *p, PlaceItem *items, int n, bool last, Err *err)
{
    WriteItem *list = arena_many(p->arena, WriteItem, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        list[i] = items[i].item;
    WritePart *parts = arena_many(p->arena, WritePart, ARRAY_LEN(place_parts));
    memcpy(parts, place_parts, sizeof place_parts);
    parts[0].kept = place_kept;
    WriteBatch batch = {
        .step = "person/insert",
        .entity = "person",
        .parts = parts,
        .n_parts = ARRAY_LEN(place_parts),
        .items = list,
        .n = (size_t)n,
        .last_key = n ? str_keep(p->arena, list[n - 1].key) : NULL,
        .last = last,
        .fingerprint = "print",
        .conflicts = place_conflicts,
    };
    bool ok = place_looks ? p->t->kind->look(p->t, &batch, "", err) : p->t->kind->write(p->t, &batch, err);
    place_marked = batch.marked;
    for (int i = 0; i < n; i++)
        items[i].item = list[i];
    return ok;
}

void place_write(Place *p, PlaceItem *items, int n, bool last)
{
    Err err = {0};
    cr_assert(place_try(p, items, n, last, &err), "%s (%s)", err.text, err.hint);
    cr_assert_eq(err.kind, ERR_NONE);
}
