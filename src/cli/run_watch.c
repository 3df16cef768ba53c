#include "cli/run_watch.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "cli/run_records.h"
#include "engine/lock.h"

enum { LOOK_EVERY_MS = 300 };

struct RunWatch {
    FILE *file;
    const Clinic *clinic;
    bool ended;
};

static void close_later(void *file)
{
    fclose(file);
}

RunWatch *run_watch_open(Arena *a, const Clinic *clinic, int64_t run, Err *err)
{
    const char *path = arena_text(a, "%s/events.ndjson", records_folder(a, clinic, run));
    RunWatch *w = arena_one(a, RunWatch);
    *w = (RunWatch){.file = fopen(path, "re"), .clinic = clinic};
    if (!w->file) {
        err_sys(err, ERR_INTERNAL, "%s", path);
        return NULL;
    }
    arena_defer(a, close_later, w->file);
    return w;
}

void run_watch_lines(RunWatch *w, void (*tell)(void *arg, Str line), void *arg)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    long start = ftell(w->file);
    while ((n = getline(&line, &cap, w->file)) > 0) {
        if (line[n - 1] != '\n') {
            fseek(w->file, start, SEEK_SET);
            break;
        }
        start = ftell(w->file);
        line[--n] = 0;
        w->ended = w->ended || strstr(line, "\"type\":\"run.end\"");
        tell(arg, (Str){line, (size_t)n});
    }
    clearerr(w->file);
    free(line);
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
