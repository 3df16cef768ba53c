#include "cli/run_watch.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "engine/event_lines.h"
#include "engine/lock.h"

enum { LOOK_EVERY_MS = 300, READ_AT_ONCE = 1 << 18 };

struct RunWatch {
    const char *path;
    const Clinic *clinic;
    int64_t offset;
    Buf lines;
    bool ended;
};

static void free_lines(void *lines)
{
    buf_free(lines);
}

RunWatch *run_watch_open(Arena *a, const Clinic *clinic, int64_t run, Err *err)
{
    bool more;
    int64_t offset = 0;
    RunWatch *w = arena_one(a, RunWatch);
    *w = (RunWatch){.path = event_lines_path(a, clinic->state_folder, run), .clinic = clinic};
    arena_defer(a, free_lines, &w->lines);
    return event_lines_read(w->path, &offset, READ_AT_ONCE, &w->lines, &more, err) ? w : NULL;
}

void run_watch_lines(RunWatch *w, void (*tell)(void *arg, Str line), void *arg)
{
    Err ignored = {0};
    for (bool more = true; more;) {
        buf_clear(&w->lines);
        if (!event_lines_read(w->path, &w->offset, READ_AT_ONCE, &w->lines, &more, &ignored))
            break;
        Str rest = buf_str(&w->lines), line;
        while (str_cut(&rest, '\n', &line)) {
            if (!line.len)
                continue;
            w->ended = w->ended || memmem(line.at, line.len, "\"type\":\"run.end\"", 16);
            tell(arg, line);
        }
    }
    fflush(stdout);
}

bool run_watch_ended(const RunWatch *w)
{
    return w->ended;
}

bool run_watch_more(RunWatch *w)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    const char *owner;
    struct pollfd wait = {.fd = cancel_fd(), .events = POLLIN};
    bool alive = lock_owner(scratch, w->clinic->state_folder, &owner); // one that died writes no run.end
    if (alive)
        poll(&wait, 1, LOOK_EVERY_MS);
    return alive && !cancel_requested() && !ferror(stdout);
}
