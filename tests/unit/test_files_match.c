#include <criterion/criterion.h>
#include <string.h>

#include "files/match.h"

static const char one[] = "1111111111111111111111111111111111111111111111111111111111111111";
static const char two[] = "2222222222222222222222222222222222222222222222222222222222222222";

typedef struct {
    char ids[64];
    int by_path;
} Met;

static void meet(void *arg, ListedFile *file, bool by_path)
{
    Met *m = arg;
    strcat(m->ids, file->id);
    m->by_path += by_path;
}

static Met met(const char *sha256, const char *path, int64_t size)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    ListedFile files[] = {
        {.id = "a", .path = "x/a.jpg", .sha256 = one, .size = 5},
        {.id = "b", .path = "x/b.jpg", .sha256 = one, .size = -1},
        {.id = "c", .path = ".\\x\\c.jpg", .size = 7},
        {.id = "d", .path = "x/c.jpg", .size = -1},
        {.id = "e", .path = "../../etc/passwd", .size = 7},
    };
    Met m = {0};
    match_each(match_new(a, files, ARRAY_LEN(files)), sha256, path, size, meet, &m);
    return m;
}

Test(match, one_digest_serves_every_line)
{
    Met m = met(one, "anything", 5);
    cr_assert(strlen(m.ids) == 2 && strchr(m.ids, 'a') && strchr(m.ids, 'b'));
    cr_assert_eq(m.by_path, 0);
}

Test(match, without_a_digest_path_and_size_decide)
{
    Met m = met(two, "x/c.jpg", 7);
    cr_assert_str_eq(m.ids, "c");
    cr_assert_eq(m.by_path, 1);
    cr_assert_str_eq(met(two, "x/c.jpg", 8).ids, "");
    cr_assert_str_eq(met(two, "c.jpg", 7).ids, "");
}

Test(match, a_path_alone_is_nothing)
{
    cr_assert_str_eq(met(two, "x/a.jpg", 5).ids, "");
}
