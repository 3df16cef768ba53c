// Starting a worker: what it gets, and what is said when it ends before it began a run.
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/support/temp_clinic.h"
#include "tests/support/temp_folder.h"
#include "ui/app.h"

typedef struct {
    TempClinic clinic;
    App *app;
    const char *folder;
} Bench;

// mudanza is a script here; it writes what it got into the file `got`.
static Bench bench(const char *script, bool read_only)
{
    Bench b = {.clinic = temp_clinic()};
    Arena *a = b.clinic.arena;
    cr_assert(temp_clinic_load(
                  &b.clinic, "profile: dentalpin\nsource: {path: s.dpm}\ntarget: {type: sqlite, env: DEV}\n",
                  "pipeline: auto\n"),
              "%s", temp_clinic_told(&b.clinic));
    b.folder = temp_folder(a);
    const char *program =
        temp_file(a, b.folder, "mudanza", str_of(arena_text(a, "#!/bin/sh\ncd '%s'\n%s", b.folder, script)));
    cr_assert_eq(chmod(program, 0700), 0);
    b.app =
        app_new(&(AppOptions){.workspace = b.clinic.workspace, .program = program, .read_only = read_only});
    cr_assert(app_open_clinic(b.app, "north", NULL));
    return b;
}

static bool launch(const Bench *b, const char *const *args, Str passphrase, Err *err)
{
    static const char *const names[] = {"-north", "patient", NULL}; // no flags, whatever they begin with
    return app_launch(b->app, &(Launch){args, names, passphrase}, err);
}

static const char *told_at_the_end(const Bench *b)
{
    char mark;
    Role role;
    cr_assert_eq(poll(&(struct pollfd){.fd = app_launch_fd(b->app), .events = POLLIN}, 1, 10000), 1);
    app_launch_ended(b->app);
    cr_assert_eq(app_launch_fd(b->app), -1);
    cr_assert_eq(app_launch_pid(b->app), 0);
    return app_messages(b->app) ? app_message(b->app, 0, &mark, &role) : "";
}

static const char *const run[] = {"run", NULL};

Test(launch, gets_its_words_and_the_passphrase_on_a_descriptor)
{
    Bench b = bench("echo \"$@\" >got\ncat <&3 >>got\nenv | grep -c sesame >>got\nexit 0\n", false);
    Err err = {0};
    Str got;
    cr_assert(launch(&b, run, STR("sesame"), &err), "%s", err.text);
    cr_assert_gt(app_launch_pid(b.app), 0);
    told_at_the_end(&b);
    cr_assert(file_read(b.clinic.arena, file_join(b.clinic.arena, b.folder, "got"), 4096, &got, &err), "%s",
              err.text);
    cr_assert_str_eq(got.at,
                     arena_text(b.clinic.arena,
                                "run --yes --no-input -C %s --passphrase-fd 3 -- -north patient\nsesame0\n",
                                b.clinic.workspace));
    app_free(b.app);
}

Test(launch, tells_why_it_ended_before_it_began)
{
    Bench b = bench("echo \"run: a line\"\necho \"mudanza: the file is not there\" >&2\necho \"  hint: "
                    "look\" >&2\nexit 6\n",
                    false);
    Err err = {0};
    cr_assert(launch(&b, run, (Str){NULL, 0}, &err), "%s", err.text);
    cr_expect_str_eq(told_at_the_end(&b), "mudanza run north ended with exit code 6: the file is not there");
    app_free(b.app);
}

Test(launch, tells_what_a_purge_said)
{
    static const char *const purge[] = {"purge", "north", "cache", "--confirm", "north", NULL};
    Bench b = bench("echo \"removed: 3, with 1024 bytes\"\n", false);
    Err err = {0};
    cr_assert(launch(&b, purge, (Str){NULL, 0}, &err), "%s", err.text);
    cr_expect_str_eq(told_at_the_end(&b), "removed: 3, with 1024 bytes");
    app_free(b.app);
}

Test(launch, one_at_a_time_and_none_with_read_only)
{
    Bench b = bench("read x <go\n", false);
    Err err = {0};
    cr_assert_eq(mkfifo(file_join(b.clinic.arena, b.folder, "go"), 0600), 0);
    cr_assert(launch(&b, run, (Str){NULL, 0}, &err), "%s", err.text);
    cr_expect_not(launch(&b, run, (Str){NULL, 0}, &err));
    cr_expect_eq(err.kind, ERR_IN_USE);
    FILE *go = fopen(file_join(b.clinic.arena, b.folder, "go"), "w");
    cr_assert(go);
    fclose(go);
    told_at_the_end(&b);
    app_free(b.app);
    b = bench("true\n", true);
    err = (Err){0};
    cr_expect_not(launch(&b, run, (Str){NULL, 0}, &err));
    cr_expect_eq(err.kind, ERR_USAGE);
    app_free(b.app);
}

Test(launch, a_program_that_is_not_there_is_told)
{
    Bench b = bench("true\n", false);
    app_free(b.app);
    Err err = {0};
    b.app = app_new(&(AppOptions){.workspace = b.clinic.workspace, .program = "/nowhere/mudanza"});
    cr_assert(app_open_clinic(b.app, "north", NULL));
    cr_assert(launch(&b, run, (Str){NULL, 0}, &err), "%s", err.text);
    cr_expect_str_eq(told_at_the_end(&b), "/nowhere/mudanza cannot be started");
    app_free(b.app);
}
