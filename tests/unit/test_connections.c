#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "engine/connections.h"
#include "tests/support/temp_clinic.h"
#include "tests/support/temp_folder.h"

static TempClinic t;
static Connection got;
static const ConnectHow lightly = {.passphrase = {.fd = -1}}, wholly = {.passphrase = {.fd = -1}, .whole = true};

static void setup(void)
{
    t = temp_clinic();
    unsetenv("MUDANZA_PASSPHRASE");
}
static void teardown(void)
{
    arena_free(t.arena);
}
TestSuite(connections, .init = setup, .fini = teardown);

static void try_part(const char *config, ConnectPart part, const ConnectHow *how)
{
    Clinic *c = temp_clinic_load(&t, arena_text(t.arena, "profile: dentalpin\n%s", config), "pipeline: auto\n");
    cr_assert_not_null(c, "%s", temp_clinic_told(&t));
    connection_try(t.arena, c, part, how, &got);
    cr_assert_geq(got.n_findings, 1u);
    cr_assert_geq(got.took_ms, 0);
}

static const char *source_of(const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    return arena_text(t.arena, "source: {path: %s/%s}\n", top, name);
}

Test(connections, a_source_is_looked_at_lightly_or_whole)
{
    const char *good = source_of("tests/fixtures/dpmf/odd/hash_absent.dpm");
    try_part(good, CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD, "%s", got.findings[0].text);
    cr_assert(strstr(got.findings[0].text, "its content was not read"));
    cr_assert_eq(got.values[0].in, FOUND_CONFIG);
    cr_assert_eq(got.values[0].line, 2);
    const char *broken = source_of("tests/fixtures/dpmf/broken/hash_row_deleted.dpm");
    try_part(broken, CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD);
    try_part(broken, CONNECT_SOURCE, &wholly);
    cr_assert_eq(got.state, FINDING_BAD);
    cr_assert_eq(got.findings[0].kind, ERR_SOURCE);
}

Test(connections, a_source_that_is_not_there)
{
    try_part("", CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.findings[0].kind, ERR_CONFIG);
    try_part("source: {path: /no/such/file}\n", CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.findings[0].kind, ERR_SOURCE);
    try_part(source_of("tests/fixtures"), CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD);
}

Test(connections, a_look_takes_no_passphrase_away)
{
    const char *sealed = source_of("clinics/demo/sources/demo.dpm.zst.enc");
    try_part(sealed, CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_DOUBTFUL);
    cr_assert_eq(got.values[1].in, FOUND_NOWHERE);
    setenv("MUDANZA_PASSPHRASE", "hunter2", 1);
    try_part(sealed, CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD);
    cr_assert_str_eq(got.values[1].variable, "MUDANZA_PASSPHRASE");
    cr_assert_null(got.values[1].value);
    cr_assert_str_eq(getenv("MUDANZA_PASSPHRASE"), "hunter2");
    unsetenv("MUDANZA_PASSPHRASE");
    try_part(arena_text(t.arena, "source: {path: \"%s/clinics/demo/sources/demo.dpm.zst.enc\", passphrase: \"${file:nowhere}\"}\n",
                        getenv("TOP_SRCDIR")),
             CONNECT_SOURCE, &lightly);
    cr_assert_eq(got.state, FINDING_BAD);
    cr_assert(strstr(got.findings[0].text, "No such file"), "%s", got.findings[0].text);
}

Test(connections, the_state_folder_and_what_is_in_it)
{
    try_part("", CONNECT_CACHE, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD, "%s", got.findings[0].text);
    cr_assert_eq(got.values[0].in, FOUND_DEFAULT);
    const char *state = file_join(t.arena, t.workspace, "north/state");
    Err err = {0};
    cr_assert(file_make_folder(state, 0700, &err));
    temp_file(t.arena, state, "cache.db", STR("this is no database at all, whatever it is called"));
    try_part("", CONNECT_CACHE, &lightly);
    cr_assert_eq(got.state, FINDING_BAD);
    chmod(state, 0755);
    try_part("", CONNECT_CACHE, &lightly);
    cr_assert_eq(got.findings[0].kind, ERR_CONFIG);
    setenv("MUDANZA_STATE_DIR", t.workspace, 1);
    try_part("", CONNECT_CACHE, &lightly);
    unsetenv("MUDANZA_STATE_DIR");
    cr_assert_str_eq(got.values[0].variable, "MUDANZA_STATE_DIR");
}

Test(connections, an_embedded_target)
{
    try_part("", CONNECT_TARGET, &lightly);
    cr_assert_eq(got.state, FINDING_GOOD);
    cr_assert_eq(got.values[0].in, FOUND_DEFAULT);
    temp_file(t.arena, t.workspace, "north/other.db", STR("this is no database"));
    try_part("target: {path: other.db}\n", CONNECT_TARGET, &lightly);
    cr_assert_eq(got.state, FINDING_BAD);
    cr_assert_eq(got.findings[0].kind, ERR_TARGET);
    cr_assert_eq(got.values[0].line, 2);
}

Test(connections, a_server_that_is_not_there_is_told_with_what_it_was_looked_for)
{
    setenv("HOME", t.workspace, 1);
    temp_file(t.arena, t.workspace, ".pgpass", STR("*:*:*:*:hunter2\n"));
    chmod(file_join(t.arena, t.workspace, ".pgpass"), 0644);
    try_part("target: {type: postgres, host: /no/such/folder, dbname: x}\n", CONNECT_TARGET, &lightly);
    cr_assert_eq(got.state, FINDING_BAD);
    cr_assert_eq(got.n_values, (size_t)SERVER_VALUES);
    cr_assert_str_eq(got.findings[0].name, "password");
    cr_assert(strstr(got.findings[0].text, "chmod 600"));
    cr_assert_eq(got.findings[got.n_findings - 1].kind, ERR_TARGET);
    for (size_t i = 0; i < got.n_findings; i++)
        cr_assert_not(strstr(got.findings[i].text, "hunter2"));
}
