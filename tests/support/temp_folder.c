#include "tests/support/temp_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", what, path);
    abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void remove_all(void *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *temp_folder(Arena *a)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_text(a, "%s/mudanza-test.XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        fail("no folder for the test", path);
    arena_defer(a, remove_all, path);
    return path;
}

const char *temp_file(Arena *a, const char *folder, const char *name, Str bytes)
{
    Err err = {0};
    const char *path = arena_text(a, "%s/%s", folder, name);
    char *parent = arena_text(a, "%s", path);
    *strrchr(parent, '/') = 0;
    if (!file_make_folder(parent, 0700, &err) || !file_write(path, bytes, 0600, &err))
        fail(err.text, path);
    return path;
}
