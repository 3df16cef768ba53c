#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_fix.h"
#include "config/config_review.h"
#include "tests/support/temp_clinic.h"
#include "tests/support/temp_folder.h"

static Arena *a;
static const char *folder, *path;
static Err err;

static const char before[] = "profile: dentalpin\r\ntarget: {env: dev}\r\n", after[] = "profile: dentalpin\r\ntarget: {env: DEV}\r\n";

static void setup(void)
{
    a = arena_new();
    folder = temp_folder(a);
    path = temp_file(a, folder, "config.yaml", STR("profile: dentalpin\r\ntarget: {env: dev}\r\n"));
    err = (Err){0};
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(config_write, .init = setup, .fini = teardown);

static const ConfigFile *read_it(const char *name)
{
    return config_file_read(a, name, config_keys, problems_new(a));
}

static bool write_it(const ConfigFile *f)
{
    return config_fix_write(f, str_of(after), &err);
}

static void holds(const char *text)
{
    Str now;
    cr_assert(file_read(a, path, 1000, &now, &err));
    cr_assert(str_is(now, text), "%.*s", STR_ARG(now));
    cr_assert_eq(file_list(a, folder)[1] == NULL || !strstr(file_list(a, folder)[1], "yaml."), true, "something was left behind");
}

Test(config_write, the_mode_stays)
{
    chmod(path, 0640);
    cr_assert(write_it(read_it(path)), "%s", err.text);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0640u);
    holds(after);
}

Test(config_write, a_link_keeps_leading_to_the_file)
{
    const char *name = file_join(a, folder, "a.link");
    struct stat st;
    cr_assert_eq(symlink(path, name), 0);
    cr_assert(write_it(read_it(name)), "%s", err.text);
    cr_assert_eq(lstat(name, &st), 0);
    cr_assert(S_ISLNK(st.st_mode));
    cr_assert_eq(unlink(name), 0);
    holds(after);
}

static void refuses(const ConfigFile *f, const char *why)
{
    cr_assert_not(write_it(f));
    cr_assert_eq(err.kind, ERR_CONFIG);
    cr_assert(strstr(err.text, why), "%s", err.text);
}

Test(config_write, what_changed_meanwhile_is_left_alone)
{
    const ConfigFile *f = read_it(path);
    temp_file(a, folder, "config.yaml", STR("profile: dentalpin\r\ntarget: {env: DEV}\r\n#"));
    refuses(f, "has changed since it was read");
    unlink(path);
    refuses(f, "has changed since it was read");
    const ConfigFile *none = read_it(path);
    cr_assert_null(none->root);
    refuses(none, "has changed");
}

Test(config_write, a_file_of_the_same_size_and_time_is_not_taken_for_the_old_one)
{
    const ConfigFile *f = read_it(path);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    temp_file(a, folder, "config.yaml", STR("profile: dentalpin\r\ntarget: {env: NOT}\r\n"));
    struct timespec times[] = {st.st_atim, st.st_mtim};
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    refuses(f, "has changed since it was read");
}

Test(config_write, a_read_only_file_stays)
{
    chmod(path, 0400);
    refuses(read_it(path), "is read-only");
    holds(before);
}

Test(config_write, a_file_of_two_names_stays)
{
    const char *name = file_join(a, folder, "a.second");
    cr_assert_eq(link(path, name), 0);
    refuses(read_it(path), "several names");
    cr_assert_eq(unlink(name), 0);
    holds(before);
}

Test(config_write, a_folder_that_takes_nothing_is_told)
{
    if (geteuid() == 0)
        cr_skip_test("root may write everywhere");
    const ConfigFile *f = read_it(path);
    chmod(folder, 0500);
    bool wrote = write_it(f);
    chmod(folder, 0700);
    cr_assert_not(wrote);
    holds(before);
}

// ---- Both files of a clinic ---------------------------------------------------------------------------

static const ConfigReview *review(TempClinic *t, const char *config, const char *commands)
{
    temp_clinic_load(t, config, commands);
    const ConfigReview *r = config_review(t->arena, t->workspace, "north", NULL, &err);
    cr_assert_not_null(r, "%s", err.text);
    return r;
}

Test(config_write, a_review_has_the_problems_of_both_files_in_order)
{
    TempClinic t = temp_clinic();
    const ConfigReview *r = review(&t, "target: {env: dev}\nprofile: dentalpim\nsettings: {a: no}\n", "# none yet\n");
    cr_assert_eq(r->n, 4u);
    cr_assert_null(r->clinic);
    cr_assert_eq(r->errors, 3u);
    cr_assert_eq(r->warnings, 1u);
    cr_assert_eq(r->fixable, 4u);
    static const char *const kinds[] = {"word", "word", "quote", "add"};
    for (size_t i = 0; i < r->n; i++)
        cr_assert_str_eq(r->items[i].fix->kind, kinds[i]);
    const ConfigFix **fixes;
    size_t n = config_review_fixes(t.arena, r, REVIEW_CONFIG, &fixes);
    cr_assert_eq(n, 3u);
    cr_assert(config_fix_write(r->files[0], config_fixed(t.arena, r->files[0], fixes, n, NULL), &err), "%s", err.text);
    n = config_review_fixes(t.arena, r, REVIEW_COMMANDS, &fixes);
    cr_assert(config_fix_write(r->files[1], config_fixed(t.arena, r->files[1], fixes, n, NULL), &err), "%s", err.text);
    r = config_review(t.arena, t.workspace, "north", NULL, &err);
    cr_assert_eq(r->n, 0u);
    cr_assert_not_null(r->clinic);
    arena_free(t.arena);
}

Test(config_write, an_event_of_a_hook_is_a_word_too)
{
    TempClinic t = temp_clinic();
    const ConfigReview *r = review(&t, "profile: dentalpin\nhooks:\n  - {on: [gate, 'step.faild'], exec: /bin/true}\n",
                                   "pipeline: auto\n");
    cr_assert_eq(r->n, 1u);
    const ConfigFix *fix = r->items[0].fix;
    cr_assert_not_null(fix);
    cr_assert(strstr(config_fixed(t.arena, r->files[0], &fix, 1, NULL).at, "[gate, 'step.failed']"));
    arena_free(t.arena);
}

Test(config_write, two_fixes_that_clash_are_not_made_together)
{
    TempClinic t = temp_clinic();
    const ConfigReview *r = review(&t, "profile: dentalpin\nsettings: {}\nlimits:\n  jbs: 2\n  job: 2\n", "pipeline: auto\n");
    cr_assert_eq(r->fixable, 2u);
    const ConfigFix **fixes;
    cr_assert_eq(config_review_fixes(t.arena, r, REVIEW_CONFIG, &fixes), 1u);
    arena_free(t.arena);
}

Test(config_write, a_review_of_what_is_no_clinic_is_an_error)
{
    TempClinic t = temp_clinic();
    cr_assert_null(config_review(t.arena, t.workspace, "../ws/north", NULL, &err));
    cr_assert_eq(err.kind, ERR_USAGE);
    cr_assert_null(config_review(t.arena, t.workspace, "south", NULL, &err));
    const ConfigReview *r = review(&t, NULL, "pipeline: auto\n");
    cr_assert_eq(r->n, 1u);
    cr_assert_null(r->files[REVIEW_CONFIG]->root);
    arena_free(t.arena);
}
