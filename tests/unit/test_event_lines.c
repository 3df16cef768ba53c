#include "engine/event_lines.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/temp_folder.h"

typedef struct {
    Arena *arena;
    const char *path;
    int64_t offset;
    bool more;
} Reader;

static Reader begun(const char *text)
{
    Arena *a = arena_new();
    return (Reader){.arena = a, .path = temp_file(a, temp_folder(a), "events.ndjson", str_of(text))};
}

static void append(const Reader *r, const char *text)
{
    int fd = open(r->path, O_WRONLY | O_APPEND);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static const char *next(Reader *r, size_t most)
{
    AUTO(buf_free) Buf out = {0};
    Err err = {0};
    cr_assert(event_lines_read(r->path, &r->offset, most, &out, &r->more, &err), "%s", err.text);
    return arena_text(r->arena, "%s", buf_text(&out));
}

Test(event_lines, a_half_line_waits_for_its_rest)
{
    Reader r = begun("one\ntwo\nthr");
    cr_assert_str_eq(next(&r, 1000), "one\ntwo\n");
    cr_assert_str_eq(next(&r, 1000), "");
    cr_assert_not(r.more && r.offset == 11);
    append(&r, "ee\n");
    cr_assert_str_eq(next(&r, 1000), "three\n");
    cr_assert_eq(r.offset, 14);
    arena_free(r.arena);
}

Test(event_lines, comes_in_pieces_without_gap)
{
    Reader r = begun("one\ntwo\na line that is longer than a piece\nend\n");
    AUTO(buf_free) Buf all = {0};
    int pieces = 0;
    do {
        buf_add_text(&all, next(&r, 9));
        pieces++;
    } while (r.more);
    cr_assert_str_eq(buf_text(&all), "one\ntwo\na line that is longer than a piece\nend\n");
    cr_assert_gt(pieces, 1);
    arena_free(r.arena);
}

Test(event_lines, a_file_begun_anew_is_read_from_its_beginning)
{
    Reader r = begun("one\ntwo\n");
    next(&r, 1000);
    cr_assert_eq(truncate(r.path, 0), 0);
    append(&r, "new\n");
    cr_assert_str_eq(next(&r, 1000), "new\n");
    arena_free(r.arena);
}

Test(event_lines, a_file_that_is_not_there_is_told)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf out = {0};
    int64_t offset = 0;
    bool more;
    Err err = {0};
    const char *path = event_lines_path(a, temp_folder(a), 43);
    cr_assert_not(event_lines_read(path, &offset, 1000, &out, &more, &err));
    cr_assert(strstr(err.text, "/runs/000043/events.ndjson"));
    cr_assert_not(more);
}
