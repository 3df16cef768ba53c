#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "files/store.h"
#include "tests/support/temp_folder.h"

static void put(FileStore *s, const char *text, char sha256[SHA256_HEX + 1])
{
    Incoming in;
    Err err = {0};
    cr_assert(store_begin(s, &in, &err), "%s", err.text);
    cr_assert(store_add(&in, str_of(text), &err), "%s", err.text);
    store_digest(&in, sha256);
    cr_assert(store_keep(s, &in, sha256, &err), "%s", err.text);
    store_end(s, &in);
}

Test(store, one_content_is_one_file_under_all_its_names)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *root = arena_text(a, "%s/store", temp_folder(a));
    Err err = {0};
    char sha[SHA256_HEX + 1], again[SHA256_HEX + 1], wanted[SHA256_HEX + 1];
    FileStore *s = store_open(root, &err);
    cr_assert(s, "%s", err.text);
    put(s, "bytes", sha);
    put(s, "bytes", again);
    sha256_hex_of(STR("bytes"), wanted);
    cr_assert_str_eq(sha, wanted);
    cr_assert_str_eq(again, wanted);
    cr_assert(store_place(s, sha, "clinic/patient/a.txt", &err) && store_place(s, sha, "clinic/patient/b.txt", &err));
    cr_assert(store_place(s, sha, "clinic/patient/a.txt", &err));
    struct stat st;
    cr_assert(stat(arena_text(a, "%s/clinic/patient/b.txt", root), &st) == 0 && st.st_nlink == 3 && st.st_size == 5);
    int64_t size;
    cr_assert(store_has(s, sha, &size) && size == 5);
    cr_assert_not(store_has(s, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", &size));
    store_close(s);
}

Test(store, another_content_takes_the_name_over)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *root = temp_folder(a);
    Err err = {0};
    char one[SHA256_HEX + 1], two[SHA256_HEX + 1];
    FileStore *s = store_open(root, &err);
    put(s, "one", one);
    put(s, "two", two);
    cr_assert(store_place(s, one, "p/a.txt", &err) && store_place(s, two, "p/a.txt", &err));
    Str text;
    cr_assert(file_read(a, arena_text(a, "%s/p/a.txt", root), 100, &text, &err));
    cr_assert(str_is(text, "two"));
    store_close(s);
}

Test(store, nothing_leads_out_of_it)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *folder = temp_folder(a), *root = arena_text(a, "%s/store", folder);
    static const char *const paths[] = {"../a", "p/../../a", "/a", "p//a", "p/.", ".blobs/a", "", "p/", "link/a"};
    Err err = {0};
    char sha[SHA256_HEX + 1];
    FileStore *s = store_open(root, &err);
    put(s, "bytes", sha);
    cr_assert_eq(symlink(folder, arena_text(a, "%s/link", root)), 0);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        cr_assert_not(store_place(s, sha, paths[i], &err), "%s", paths[i]);
    cr_assert_not(file_exists(arena_text(a, "%s/a", folder)));
    store_close(s);
}
