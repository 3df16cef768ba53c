#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include "files/walk.h"
#include "tests/support/temp_folder.h"

Test(walk, finds_ordinary_files_alone)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *folder = temp_folder(a);
    temp_file(a, folder, "b/two", STR("22"));
    temp_file(a, folder, "a.txt", STR("1"));
    temp_file(a, folder, "b/caf\xe9", STR("333"));
    cr_assert_eq(mkfifo(arena_text(a, "%s/pipe", folder), 0600), 0);
    cr_assert_eq(symlink("/etc", arena_text(a, "%s/etc", folder)), 0);
    cr_assert_eq(symlink("..", arena_text(a, "%s/b/up", folder)), 0);
    Walk w;
    Err err = {0};
    cr_assert(walk_folder(a, folder, &w, &err), "%s", err.text);
    cr_assert_eq(w.n, 3);
    cr_assert_str_eq(w.files[0].path, "a.txt");
    cr_assert_str_eq(w.files[1].path, "b/caf\xe9");
    cr_assert_str_eq(w.files[2].path, "b/two");
    cr_assert_eq(w.bytes, 6);
    cr_assert_eq(w.links, 2);
    cr_assert_eq(w.others, 1);
    int at = open(folder, O_RDONLY | O_DIRECTORY);
    int fd = walk_open(at, "b/two");
    cr_assert(fd >= 0);
    close(fd);
    cr_assert_eq(walk_open(at, "etc/passwd"), -1);
    cr_assert_eq(walk_open(at, "pipe"), -1);
    close(at);
}

Test(walk, a_folder_that_is_not_there_is_an_error)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Walk w;
    Err err = {0};
    cr_assert_not(walk_folder(a, "/no/such/folder", &w, &err));
    cr_assert_eq(err.kind, ERR_SOURCE);
}
