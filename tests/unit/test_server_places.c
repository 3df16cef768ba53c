#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "config/server_places.h"
#include "tests/support/temp_clinic.h"
#include "tests/support/temp_folder.h"

enum { SERVICE, HOST, PORT, DBNAME, USER, PASSWORD };

static TempClinic t;
static const char *home;
static FoundValue found[SERVER_VALUES];

static void setup(void)
{
    static const char *const none[] = {"PGSERVICE", "PGSERVICEFILE", "PGHOST",     "PGPORT",
                                       "PGDATABASE", "PGUSER",        "PGPASSWORD", "PGPASSFILE"};
    t = temp_clinic();
    home = temp_folder(t.arena);
    setenv("HOME", home, 1);
    setenv("PGSYSCONFDIR", file_join(t.arena, home, "etc"), 1);
    unsetenv("CREDENTIALS_DIRECTORY");
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        unsetenv(none[i]);
}
static void teardown(void)
{
    arena_free(t.arena);
}
TestSuite(server_places, .init = setup, .fini = teardown);

static void look(const char *target)
{
    const char *config = arena_text(t.arena, "profile: dentalpin\ntarget:\n  type: postgres\n%s", target);
    Clinic *c = temp_clinic_load(&t, config, "pipeline: auto\n");
    cr_assert_not_null(c, "%s", temp_clinic_told(&t));
    server_places(t.arena, c, found);
    for (size_t i = 0; i < SERVER_VALUES; i++)
        cr_assert(!found[i].value || !strstr(found[i].value, "hunter2"), "a password is told");
}

static void is_at(int which, const char *value, const char *place)
{
    cr_assert_str_eq(found[which].value ? found[which].value : "-", value, "%s", found[which].name);
    const char *got = found_place(t.arena, &found[which]);
    cr_assert(str_ends(str_of(got), place), "%s: %s, not %s", found[which].name, got, place);
}

static const char *home_file(const char *name, const char *text, unsigned mode)
{
    const char *path = temp_file(t.arena, home, name, str_of(text));
    chmod(path, mode);
    return path;
}

Test(server_places, a_service_gives_what_config_does_not)
{
    home_file(".pg_service.conf", "# servers\n[other]\nhost=wrong\n\n[clinic]\nhost=db1\n port=5433 \nuser=me\npassword=hunter2\n[next]\ndbname=x\n", 0600);
    look("  service: clinic\n  user: boss\n");
    is_at(SERVICE, "clinic", "~/.pg_service.conf:5");
    is_at(HOST, "db1", "~/.pg_service.conf:6");
    is_at(PORT, "5433", "~/.pg_service.conf:7");
    is_at(USER, "boss", "north/config.yaml:5");
    is_at(DBNAME, "boss", "default");
    is_at(PASSWORD, "-", "~/.pg_service.conf:9");
    cr_assert(found[PASSWORD].secret);
}

Test(server_places, a_service_of_everybody_and_one_that_is_nowhere)
{
    home_file("etc/pg_service.conf", "[clinic]\nhost=db2\n", 0644);
    look("  service: clinic\n");
    is_at(HOST, "db2", "etc/pg_service.conf:2");
    look("  service: clinik\n");
    cr_assert(strstr(found[SERVICE].trouble, "neither ~/.pg_service.conf nor "), "%s", found[SERVICE].trouble);
    is_at(SERVICE, "clinik", "config.yaml:4");
}

Test(server_places, the_password_file_is_read_as_libpq_reads_it)
{
    home_file(".pgpass", "# a remark\ndb1:5432:x:me:hunter2\n*:5433:*:me:hunter2\ndb\\:2:*:a\\\\b:*:hunter2\nlocalhost:*:*:*:hunter2", 0600);
    static const struct {
        const char *target, *place;
    } cases[] = {
        {"  host: db1\n  dbname: x\n  user: me\n", "~/.pgpass:2"},
        {"  host: db1\n  port: 5433\n  dbname: y\n  user: me\n", "~/.pgpass:3"},
        {"  host: db:2\n  dbname: a\\b\n  user: me\n", "~/.pgpass:4"},
        {"  dbname: x\n  user: you\n", "~/.pgpass:5"},
        {"  host: db1\n  dbname: x\n  user: you\n", "-"},
        {"  host: db\n  dbname: x\n  user: me\n", "-"},
        {"  host: db11\n  dbname: x\n  user: me\n", "-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        look(cases[i].target);
        is_at(PASSWORD, "-", cases[i].place);
        cr_assert_eq(found[PASSWORD].secret, cases[i].place[0] != '-');
    }
}

Test(server_places, a_password_file_others_may_read_is_told)
{
    home_file(".pgpass", "*:*:*:*:hunter2\n", 0644);
    look("  dbname: x\n");
    cr_assert_eq(found[PASSWORD].in, FOUND_PGPASS);
    cr_assert_not(found[PASSWORD].secret);
    cr_assert(strstr(found[PASSWORD].trouble, "chmod 600 ~/.pgpass"));
    setenv("PGPASSFILE", home, 1); // a folder
    look("  dbname: x\n");
    cr_assert(strstr(found[PASSWORD].trouble, "no ordinary file"));
}

Test(server_places, the_environment_comes_behind_the_service)
{
    setenv("PGHOST", "db9", 1);
    setenv("PGUSER", "nine", 1);
    setenv("PGPASSWORD", "hunter2", 1);
    setenv("PGSERVICE", "clinic", 1);
    home_file(".pg_service.conf", "[clinic]\nhost=db1\n", 0600);
    look("  dbname: x\n");
    is_at(SERVICE, "clinic", "~/.pg_service.conf:1");
    is_at(HOST, "db1", "~/.pg_service.conf:2");
    is_at(USER, "nine", "PGUSER");
    is_at(PORT, "5432", "default");
    is_at(PASSWORD, "-", "PGPASSWORD");
    cr_assert(found[PASSWORD].secret);
}

Test(server_places, a_reference_of_config_comes_first)
{
    setenv("PGPASSWORD", "hunter2", 1);
    const char *file = home_file("secret", "hunter2", 0600);
    look(arena_text(t.arena, "  dbname: x\n  password: ${file:%s}\n", file));
    is_at(PASSWORD, "-", "~/secret");
    cr_assert_eq(found[PASSWORD].in, FOUND_FILE);
    cr_assert(found[PASSWORD].secret);
    look("  dbname: x\n  password: ${file:nowhere}\n");
    cr_assert(strstr(found[PASSWORD].trouble, "No such file"), "%s", found[PASSWORD].trouble);
    look("  dbname: x\n  password: ${cred:db}\n");
    cr_assert(strstr(found[PASSWORD].trouble, "CREDENTIALS_DIRECTORY"));
    setenv("CREDENTIALS_DIRECTORY", home, 1);
    look("  dbname: x\n  password: ${cred:secret}\n");
    cr_assert_str_eq(found_word(found[PASSWORD].in), "credential");
    is_at(PASSWORD, "-", "~/secret");
}
