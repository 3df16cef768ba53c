#include "base/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Arena *arena;
static char folder[64];

static void set_up(void)
{
    arena = arena_new();
    strcpy(folder, "/tmp/file-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_all(const char *path)
{
    char **names = file_list(arena, path);
    for (size_t i = 0; names[i]; i++) {
        const char *inner = file_join(arena, path, names[i]);
        if (unlink(inner) != 0)
            remove_all(inner);
    }
    rmdir(path);
}

static void tear_down(void)
{
    remove_all(folder);
    arena_free(arena);
}

TestSuite(file, .init = set_up, .fini = tear_down);

static const char *at(const char *name)
{
    return file_join(arena, folder, name);
}

static void put(const char *name, const char *text)
{
    Err err = {0};
    cr_assert(file_write(at(name), str_of(text), 0600, &err), "%s", err.text);
}

Test(file, what_was_written_is_read)
{
    Err err = {0};
    Str out;
    cr_assert(file_write(at("a"), STR("uno\0dos"), 0640, &err));
    cr_assert(file_read(arena, at("a"), 7, &out, &err));
    cr_assert_eq(out.len, 7);
    cr_assert_eq(memcmp(out.at, "uno\0dos", 8), 0); // with the final NUL
    struct stat st;
    cr_assert_eq(stat(at("a"), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0640);
}

Test(file, an_empty_file_has_an_empty_value)
{
    Err err = {0};
    Str out = {0};
    put("a", "");
    cr_assert(file_read(arena, at("a"), 0, &out, &err));
    cr_assert_not_null(out.at);
    cr_assert_eq(out.len, 0);
}

Test(file, reading_stops_at_the_limit)
{
    Err err = {0};
    Str out;
    put("a", "12345");
    cr_assert_not(file_read(arena, at("a"), 4, &out, &err));
    cr_assert_not_null(strstr(err.text, "larger than the 4 bytes"));
    cr_assert_not(file_read(arena, "/dev/zero", 100000, &out, &err));
    cr_assert(file_read(arena, at("a"), SIZE_MAX, &out, &err));
}

Test(file, missing_files_and_folders_are_no_content)
{
    Err err = {0};
    Str out;
    cr_assert_not(file_read(arena, at("missing"), 10, &out, &err));
    cr_assert_not_null(strstr(err.text, "missing: No such file"));
    cr_assert_not(file_read(arena, folder, 10, &out, &err));
    cr_assert_not(file_exists(at("missing")));
    cr_assert_not(file_is_folder(at("missing")));
    cr_assert(file_is_folder(folder));
}

Test(file, writing_replaces_whole_and_leaves_nothing_beside)
{
    put("a", "a long first version");
    Err err = {0};
    Str before_rename, out;
    cr_assert_eq(link(at("a"), at("old")), 0); // the first file, by another name
    put("a", "second");
    cr_assert(file_read(arena, at("old"), 100, &before_rename, &err));
    cr_assert(str_is(before_rename, "a long first version"), "written over in place");
    cr_assert(file_read(arena, at("a"), 100, &out, &err));
    cr_assert(str_is(out, "second"));
    char **names = file_list(arena, folder);
    cr_assert_str_eq(names[0], "a");
    cr_assert_str_eq(names[1], "old");
    cr_assert_null(names[2]);
}

Test(file, failed_writing_leaves_everything_as_it_was)
{
    Err err = {0};
    cr_assert(file_make_folder(at("a/b"), 0700, &err));
    cr_assert_not(file_write(at("a"), STR("x"), 0600, &err)); // a folder cannot be replaced
    cr_assert_not_null(strstr(err.text, "cannot write"));
    cr_assert_not(file_write(at("none/x"), STR("x"), 0600, &err));
    char **names = file_list(arena, folder);
    cr_assert_str_eq(names[0], "a");
    cr_assert_null(names[1]);
    cr_assert(file_is_folder(at("a/b")));
}

Test(file, folders_are_made_with_their_parents)
{
    Err err = {0};
    cr_assert(file_make_folder(at("x/y//z/"), 0750, &err), "%s", err.text);
    cr_assert(file_is_folder(at("x/y/z")));
    cr_assert(file_make_folder(at("x/y"), 0750, &err));
    put("plain", "");
    cr_assert_not(file_make_folder(at("plain/z"), 0750, &err));
    cr_assert_not(file_make_folder(at("plain"), 0750, &err));
    cr_assert_not(file_make_folder("", 0750, &err));
}

// The reason is that of making the folder, not that of looking for it afterwards.
Test(file, a_folder_that_cannot_be_made_says_why)
{
    Err err = {0};
    cr_assert_eq(symlink("nowhere", at("dangling")), 0);
    cr_assert_not(file_make_folder(at("dangling/z"), 0750, &err));
    cr_assert(strstr(err.text, strerror(EEXIST)), "%s", err.text);
}

Test(file, inside_never_leaves_the_folder)
{
    static const char *const refused[] = {"",       "/etc/passwd", "..",    "../x", "a/..",
                                          "a/../b", "a/../../b",   "a//..", "./.."};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        cr_assert_null(file_inside(arena, "/srv", refused[i]), "%s", refused[i]);
    cr_assert_str_eq(file_inside(arena, "/srv", "a/b.yaml"), "/srv/a/b.yaml");
    cr_assert_str_eq(file_inside(arena, "/srv/", "..a/b.."), "/srv/..a/b..");
    cr_assert_str_eq(file_inside(arena, "/srv", "..."), "/srv/...");
}

Test(file, joins_unless_the_name_is_absolute)
{
    cr_assert_str_eq(file_join(arena, "a", "b"), "a/b");
    cr_assert_str_eq(file_join(arena, "a/", "b"), "a/b");
    cr_assert_str_eq(file_join(arena, "", "b"), "b");
    cr_assert_str_eq(file_join(arena, "a", "/b"), "/b");
    cr_assert_str_eq(file_join(arena, "/", "b"), "/b");
}

Test(file, lists_names_sorted_bytewise)
{
    for (int i = 0; i < 40; i++)
        put(arena_text(arena, "n%02d", 39 - i), "");
    put("Z", "");
    put(".hidden", "");
    put("\xC3\xA1", "");
    char **names = file_list(arena, folder);
    cr_assert_str_eq(names[0], ".hidden");
    cr_assert_str_eq(names[1], "Z");
    cr_assert_str_eq(names[2], "n00");
    cr_assert_str_eq(names[41], "n39");
    cr_assert_str_eq(names[42], "\xC3\xA1");
    cr_assert_null(names[43]);
    cr_assert_null(file_list(arena, at("missing"))[0]);
}

Test(file, a_stamp_tells_contents_apart)
{
    Err err = {0};
    FileStamp first, same, second;
    put("a", "one");
    cr_assert(file_stamp(at("a"), &first, &err));
    cr_assert(file_stamp(at("a"), &same, &err));
    cr_assert_eq(memcmp(&first, &same, sizeof first), 0);
    cr_assert_eq(first.size, 3);
    cr_assert_eq(link(at("a"), at("keeps-the-inode")), 0);
    put("a", "two");
    cr_assert(file_stamp(at("a"), &second, &err));
    cr_assert_neq(first.inode, second.inode);
    cr_assert_not(file_stamp(at("missing"), &first, &err));
}

Test(file, free_bytes_are_known_for_places_that_exist)
{
    cr_assert_geq(file_free_bytes(folder), 0);
    cr_assert_eq(file_free_bytes(at("missing")), -1);
}
