#include "engine/log_page.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "engine/engine.h"

enum {
    LIMIT_MS = 150,
    PIECE = 64 << 10,     // bytes read at a time
    LINE_MOST = 16 << 10, // of a longer line only its beginning is shown
};

typedef struct {
    Arena *arena;
    const LogWish *wish;
    int fd;
    int64_t size;
    const char *also; // the step that stands for all extract steps, or NULL
    Instant until;
    Buf found; // LogLine
    size_t n, most;
    bool stopped;
} Reader;

// ---- One line -----------------------------------------------------------------------------------

// The next word of a line: words are parted by two blanks.
static Str word_of(Str *rest)
{
    const char *gap = rest->len ? memmem(rest->at, rest->len, "  ", 2) : NULL;
    Str word = {rest->at, gap ? (size_t)(gap - rest->at) : rest->len};
    size_t taken = MIN(word.len + 2, rest->len);
    *rest = (Str){rest->at + taken, rest->len - taken};
    return word;
}

static bool is_step(Str word)
{
    for (Stage i = 0; i < STAGES; i++)
        if (word.len > strlen(stage_words[i]) && str_ends(word, stage_words[i]) &&
            word.at[word.len - strlen(stage_words[i]) - 1] == '/')
            return true;
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool holds(Str line, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= line.len; i++) {
        size_t k = 0;
        while (k < n && lower(line.at[i + k]) == lower(part[k]))
            k++;
        if (k == n)
            return true;
    }
    return false;
}

static void take_line(Reader *r, Str line, int64_t at)
{
    const LogWish *w = r->wish;
    AUTO(buf_free) Buf clean = {0};
    Str rest = line, time = word_of(&rest), type = word_of(&rest), step = word_of(&rest);
    if (!is_step(step))
        step = STR("");
    if ((w->step && !str_is(step, w->step) && !(r->also && str_is(step, r->also))) ||
        (w->find && *w->find && !holds(line, w->find)))
        return;
    text_clean(&clean, (Str){line.at, MIN(line.len, (size_t)LINE_MOST)});
    const LogLine one = {.at = at,
                         .end = at + (int64_t)line.len + 1,
                         .text = str_keep(r->arena, buf_str(&clean)),
                         .time = str_keep(r->arena, time),
                         .type = str_keep(r->arena, type),
                         .step = str_keep(r->arena, step)};
    buf_add(&r->found, (Str){(const char *)&one, sizeof one});
    r->n++;
}

// ---- Through the file ---------------------------------------------------------------------------

static Str read_piece(Reader *r, Buf *piece, int64_t from, int64_t to)
{
    buf_clear(piece);
    char *room = buf_room(piece, (size_t)(to - from));
    ssize_t n = pread(r->fd, room, (size_t)(to - from), (off_t)from);
    piece->len = n > 0 ? (size_t)n : 0;
    return buf_str(piece);
}

static bool may_go_on(Reader *r)
{
    if (r->n == r->most)
        return false;
    r->stopped = steady_now() > r->until;
    return !r->stopped;
}

// Where the line that holds the byte before `at` begins.
static int64_t line_begin(Reader *r, int64_t at)
{
    AUTO(buf_free) Buf piece = {0};
    while (at > 0) {
        int64_t from = MAX(at - PIECE, 0);
        Str s = read_piece(r, &piece, from, at);
        const char *end = s.len ? memrchr(s.at, '\n', s.len) : NULL;
        if (end || !s.len)
            return end ? from + (end - s.at) + 1 : 0;
        at = from;
    }
    return 0;
}

// Gives where it has come to. A piece ends with a line; a line longer than a piece is read on its own.
static int64_t read_down(Reader *r, int64_t at)
{
    AUTO(buf_free) Buf piece = {0};
    int64_t size = PIECE;
    while (at < r->size && may_go_on(r)) {
        Str s = read_piece(r, &piece, at, MIN(at + size, r->size));
        const char *end = s.len ? memrchr(s.at, '\n', s.len) : NULL;
        if (!end) {
            size *= 2;
            if (!s.len)
                return at;
            continue;
        }
        for (const char *p = s.at; p <= end && r->n < r->most;) {
            const char *stop = memchr(p, '\n', (size_t)(end - p) + 1);
            take_line(r, (Str){p, (size_t)(stop - p)}, at + (p - s.at));
            p = stop + 1;
            if (p > end || r->n == r->most) {
                at += p - s.at;
                break;
            }
        }
        size = PIECE;
    }
    return at;
}

// The lines that end before `at`, the last first.
static int64_t read_up(Reader *r, int64_t at)
{
    AUTO(buf_free) Buf piece = {0};
    while (at > 0 && may_go_on(r)) {
        int64_t from = line_begin(r, MAX(at - PIECE, 1));
        Str s = read_piece(r, &piece, from, at);
        if ((int64_t)s.len < at - from)
            return at;
        while (s.len && r->n < r->most) {
            const char *before = s.len > 1 ? memrchr(s.at, '\n', s.len - 1) : NULL;
            const char *begin = before ? before + 1 : s.at;
            take_line(r, (Str){begin, (size_t)(s.at + s.len - begin) - 1}, from + (begin - s.at));
            s.len = (size_t)(begin - s.at);
        }
        at = from + (int64_t)s.len;
    }
    return at;
}

static LogLine *in_order(Reader *r, bool back)
{
    LogLine *list = arena_copy(r->arena, buf_text(&r->found), r->found.len);
    for (size_t i = 0; back && i < r->n / 2; i++) {
        LogLine line = list[i];
        list[i] = list[r->n - 1 - i];
        list[r->n - 1 - i] = line;
    }
    return list;
}

static void read_page(Reader *r, PageWay way, int64_t at, LogPage *out)
{
    bool back = page_goes_back(way);
    struct stat st;
    r->size = fstat(r->fd, &st) == 0 ? line_begin(r, st.st_size) : 0;
    if (way == PAGE_FIRST || way == PAGE_LAST)
        at = back ? r->size : 0;
    at = MAX(0, MIN(at, r->size));
    if (at < r->size) // somewhere in a line, when the file is another one by now
        at = line_begin(r, at);
    int64_t to = back ? read_up(r, at) : read_down(r, at);
    *out = (LogPage){.lines = in_order(r, back),
                     .n = r->n,
                     .from = back ? to : at,
                     .to = back ? at : to,
                     .size = r->size,
                     .stopped = r->stopped,
                     .there = true};
}

bool log_page(Arena *a, const Clinic *clinic, const LogWish *wish, PageWay way, int64_t at, size_t most,
              LogPage *out, Err *err)
{
    const char *path = arena_text(a, "%s/runs/%06lld/run.log", clinic->state_folder, (long long)wish->run);
    Reader r = {.arena = a, .wish = wish, .most = most};
    r.until = steady_now() + (Instant)(wish->limit_ms ? wish->limit_ms : LIMIT_MS) * 1000;
    if (wish->step && str_ends(str_of(wish->step), "/extract"))
        r.also = "source/extract";
    *out = (LogPage){0};
    r.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); // be it a pipe
    if (r.fd < 0)
        return access(path, F_OK) != 0 || err_sys(err, ERR_INTERNAL, "%s", path);
    read_page(&r, way, at, out);
    close(r.fd);
    buf_free(&r.found);
    return true;
}
