#include "tests/unit/target_place.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/lite.h"

const char place_schema[] =
    "PRAGMA foreign_keys = ON; BEGIN;"
    "CREATE TABLE people (id UUID NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),"
    " name VARCHAR(20) NOT NULL CHECK (length(name) <= 20), email VARCHAR(40) UNIQUE, age INTEGER, PRIMARY KEY (id));"
    "CREATE TABLE visits (id UUID NOT NULL, person UUID NOT NULL REFERENCES people (id), what TEXT, PRIMARY KEY (id));"
    "COMMIT;";

static const char *const person_columns[] = {"id", "name", "email", "age"};
static const char *const visit_columns[] = {"id", "person", "what"};
const WritePart place_parts[2] = {
    {"person", "people", person_columns, ARRAY_LEN(person_columns), 0, NULL},
    {"person.visit", "visits", visit_columns, ARRAY_LEN(visit_columns), 0, NULL},
};

static void begin(Place *p, int64_t job)
{
    Err err = {0};
    p->t = target_sqlite.open(p->arena, p->path, NULL, false, &err);
    cr_assert(p->t, "%s", err.text);
    cr_assert(p->t->kind->prepare(p->t, (TargetScope){"clinic", "source"}, &err), "%s", err.text);
    p->job = job;
    cr_assert(p->t->kind->job_begin(p->t, &p->job, "test", &err), "%s", err.text);
}

Place place_new(const char *schema)
{
    Place p = {.arena = arena_new(), .folder = "/tmp/mudanza_XXXXXX"};
    Err err = {0};
    cr_assert(mkdtemp(p.folder));
    p.path = file_join(p.arena, p.folder, "target.db");
    cr_assert(target_sqlite_make(p.path, str_of(schema), STR(""), &err), "%s", err.text);
    begin(&p, 0);
    return p;
}

void place_again(Place *p, int64_t job)
{
    target_sqlite.close(p->t);
    begin(p, job);
}

void place_free(Place *p)
{
    target_sqlite.close(p->t);
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

int64_t place_int(const Place *p, const char *sql)
{
    Err err = {0};
    int64_t value = -1;
    AUTO(lite_close_at) Lite *db = look(p);
    cr_assert(lite_one_int(db, &value, NULL, &err, "%s", sql), "%s", err.text);
    return value;
}

const char *place_text(const Place *p, const char *sql)
{
    Err err = {0};
    const char *value;
    AUTO(lite_close_at) Lite *db = look(p);
    cr_assert(lite_one_text(db, p->arena, &value, &err, "%s", sql), "%s", err.text);
    return value ? value : "(none)";
}

void place_run(const Place *p, const char *sql)
{
    Err err = {0};
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
    bool ok = p->t->kind->write(p->t, &batch, err);
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
