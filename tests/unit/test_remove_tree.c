#include "base/remove_tree.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;

static void set_up(void)
{
    Err err = {0};
    arena = arena_new();
    folder = temp_folder(arena);
    cr_assert(file_make_folder(file_join(arena, folder, "state/runs/000001"), 0700, &err));
    cr_assert(file_make_folder(file_join(arena, folder, "precious"), 0700, &err));
    temp_file(arena, folder, "precious/data", STR("12345"));
    temp_file(arena, folder, "state/runs/000001/log", STR("123"));
    cr_assert_eq(symlink("../../../precious", file_join(arena, folder, "state/runs/000001/link")), 0);
    cr_assert_eq(symlink("../precious", file_join(arena, folder, "state/linked")), 0);
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(remove_tree, .init = set_up, .fini = tear_down);

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(file_join(arena, folder, path), &st) == 0;
}

Test(remove_tree, removes_links_and_never_what_is_behind_them)
{
    Err err = {0};
    const char *state = file_join(arena, folder, "state");
    cr_assert_geq(tree_bytes(state, "runs"), 3);
    cr_assert_eq(tree_bytes(state, "runs/000001/log"), 3);
    cr_assert(remove_tree(state, "runs", &err), "%s", err.text);
    cr_assert_not(is_there("state/runs"));
    cr_assert(is_there("precious/data"));
    cr_assert(remove_tree(state, "linked", &err), "%s", err.text);
    cr_assert_not(is_there("state/linked"));
    cr_assert(is_there("precious/data"));
    cr_assert(remove_tree(state, "nothing/here", &err), "what is not there is gone already");
}

Test(remove_tree, goes_through_no_link)
{
    Err err = {0};
    cr_assert_not(remove_tree(file_join(arena, folder, "state"), "linked/data", &err));
    cr_assert_not(remove_tree(file_join(arena, folder, "state/linked"), "data", &err));
    cr_assert(is_there("precious/data"));
    cr_assert_eq(tree_bytes(file_join(arena, folder, "state/linked"), "data"), 0);
}
