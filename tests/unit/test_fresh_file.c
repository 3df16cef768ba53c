#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/fresh_file.h"
#include "tests/support/temp_folder.h"

static size_t names(Arena *a, const char *folder)
{
    size_t n = 0;
    for (char **name = file_list(a, folder); *name; name++)
        n++;
    return n;
}

Test(fresh_file, has_its_name_only_when_it_is_whole)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Err err = {0};
    FreshFile f;
    const char *path = arena_text(a, "%s/out", folder);
    cr_assert(fresh_begin(&f, path, &err), "%s", err.text);
    cr_assert(fresh_write(&f, STR("one "), &err) && fresh_write(&f, STR("two"), &err));
    cr_expect_not(file_exists(path));
    cr_expect(str_starts(str_of(f.beside), arena_text(a, "%s.new-", path)), "%s", f.beside);
    cr_assert(fresh_finish(&f, &err), "%s", err.text);
    fresh_end(&f);
    Str text;
    struct stat st;
    cr_assert(file_read(a, path, 100, &text, &err));
    cr_expect(str_is(text, "one two"));
    cr_assert(stat(path, &st) == 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_eq(names(a, folder), 1);
    arena_free(a);
}

Test(fresh_file, leaves_nothing_when_it_is_given_up)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Err err = {0};
    FreshFile f;
    cr_assert(fresh_begin(&f, arena_text(a, "%s/out", folder), &err));
    cr_assert(fresh_write(&f, STR("part"), &err));
    fresh_end(&f);
    cr_expect_eq(names(a, folder), 0);
    arena_free(a);
}

Test(fresh_file, never_takes_the_place_of_another)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Err err = {0};
    FreshFile f;
    const char *path = arena_text(a, "%s/out", folder);
    cr_assert(file_write(path, STR("theirs"), 0600, &err));
    cr_expect_not(fresh_begin(&f, path, &err));
    cr_expect_eq(err.kind, ERR_DECISION);
    fresh_end(&f);
    unlink(path);
    cr_assert(symlink("nowhere", path) == 0);
    cr_expect_not(fresh_begin(&f, path, &err), "a link to nothing");
    fresh_end(&f);
    unlink(path);
    cr_assert(fresh_begin(&f, path, &err) && fresh_write(&f, STR("ours"), &err));
    cr_assert(file_write(path, STR("theirs"), 0600, &err)); // meanwhile
    cr_expect_not(fresh_finish(&f, &err));
    cr_expect_eq(err.kind, ERR_DECISION, "%s", err.text);
    fresh_end(&f);
    Str text;
    cr_assert(file_read(a, path, 100, &text, &err));
    cr_expect(str_is(text, "theirs"));
    cr_expect_eq(names(a, folder), 1);
    arena_free(a);
}

Test(fresh_file, says_what_cannot_be_written)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Err err = {0};
    FreshFile f;
    cr_expect_not(fresh_begin(&f, arena_text(a, "%s/no/out", folder), &err));
    cr_expect_eq(err.kind, ERR_INTERNAL);
    cr_expect(*err.hint);
    fresh_end(&f);
    arena_free(a);
}
