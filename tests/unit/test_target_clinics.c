#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "engine/target_clinics.h"
#include "target/target_sqlite.h"
#include "tests/support/temp_clinic.h"

static TempClinic t;
static TargetClinic *found;
static size_t n;
static Err err;

static void setup(void)
{
    t = temp_clinic();
    setenv("MUDANZA_DATA_DIR", arena_text(t.arena, "%s/clinics", getenv("TOP_SRCDIR")), 1);
}
static void teardown(void)
{
    arena_free(t.arena);
}
TestSuite(target_clinics, .init = setup, .fini = teardown);

static Str sql(const char *name)
{
    Str text;
    const char *path = profile_file(t.arena, NULL, "dentalpin", name);
    cr_assert(path && file_read(t.arena, path, 64 << 20, &text, &err));
    return text;
}

static bool ask(const char *profile, const char *target, size_t most)
{
    err = (Err){0};
    return target_clinics(t.arena, t.workspace, profile, target, most, &found, &n, &err);
}

// A target with its schema and these clinics.
static const char *target_with(Str seed)
{
    const char *path = arena_text(t.arena, "%s/target.db", t.workspace);
    cr_assert(target_sqlite_make(path, sql("schema.sqlite.sql"), seed, &err), "%s", err.text);
    return arena_text(t.arena, "sqlite:%s", path);
}

Test(target_clinics, are_listed_with_their_names)
{
    const char *target = target_with(sql("seed.sqlite.sql"));
    cr_assert(ask("dentalpin", target, 10), "%s", err.text);
    cr_assert_eq(n, 1u);
    cr_assert_eq(strlen(found[0].id), 36u);
    cr_assert(*found[0].name);
}

Test(target_clinics, none_where_the_first_run_makes_it)
{
    cr_assert(ask("dentalpin", NULL, 10) && n == 0);
    cr_assert(ask("dentalpin", "sqlite:/there/is/no/such/file.db", 10) && n == 0);
}

Test(target_clinics, what_cannot_be_asked_says_why)
{
    cr_assert_not(ask("dentalpin", "dbname=x password=secreto", 10));
    cr_assert_eq(err.kind, ERR_USAGE);
    cr_assert_not(strstr(err.text, "secreto"));
    cr_assert_not(ask("nonesuch", target_with(STR("")), 10));
    cr_assert_eq(err.kind, ERR_CONFIG);
    cr_assert_not(ask("dentalpin", "host=/there/is/no/such/folder dbname=x", 10));
    cr_assert_eq(err.kind, ERR_TARGET);
}
