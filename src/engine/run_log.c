#include "engine/run_log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"

struct RunLog {
    Arena *arena;
    pthread_mutex_t mutex;
    const char *path;
    int fd;
    int64_t bytes, max;
};

static bool open_part(RunLog *log)
{
    struct stat st;
    int fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false; // the old one serves on
    if (log->fd >= 0)
        close(log->fd);
    log->fd = fd;
    log->bytes = fstat(fd, &st) == 0 ? st.st_size : 0;
    return true;
}

// The oldest part is overwritten by the one before it.
static void begin_part(RunLog *log)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    for (int i = RUN_LOG_PARTS - 1; i > 0; i--) {
        const char *from = i == 1 ? log->path : arena_text(a, "%s.%d", log->path, i - 1);
        if (rename(from, arena_text(a, "%s.%d", log->path, i)) != 0)
            continue; // not there yet
    }
    open_part(log);
}

// A convenience, as the events are: a full disk must not stop the run.
static void write_line(RunLog *log, Str line)
{
    pthread_mutex_lock(&log->mutex);
    if (log->bytes && log->bytes + (int64_t)line.len > log->max)
        begin_part(log);
    ssize_t n = write(log->fd, line.at, line.len);
    log->bytes += MAX(n, 0);
    pthread_mutex_unlock(&log->mutex);
}

static void add_word(Buf *line, const char *word)
{
    if (!word || !*word)
        return;
    buf_add_text(line, "  ");
    text_clean(line, str_of(word));
}

void run_log_text(const Event *e, Buf *line)
{
    text_clean(line, str_of(e->at));
    add_word(line, e->type);
    add_word(line, e->step);
    add_word(line, e->status);
    if (strcmp(e->type, "step.end") == 0)
        buf_addf(line, "  %lld/%lld  %.3f s", (long long)e->done, (long long)MAX(e->rows, 0), e->took_s);
    add_word(line, e->text);
    add_word(line, e->hint);
}

static void hear(void *arg, const Event *e)
{
    AUTO(buf_free) Buf line = {0};
    if (strcmp(e->type, "step.progress") == 0 || strcmp(e->type, "warning") == 0 ||
        strcmp(e->type, "issues") == 0)
        return;
    run_log_text(e, &line);
    buf_add_char(&line, '\n');
    write_line(arg, buf_str(&line));
}

RunLog *run_log_open(const char *folder, EventLog *events, int64_t max)
{
    Arena *a = arena_new();
    RunLog *log = arena_one(a, RunLog);
    *log = (RunLog){.arena = a, .path = arena_text(a, "%s/run.log", folder), .fd = -1, .max = max};
    if (!open_part(log)) {
        arena_free(a);
        return NULL;
    }
    pthread_mutex_init(&log->mutex, NULL);
    events_listen(events, (Listener){.event = hear, .arg = log});
    return log;
}

void run_log_reopen(RunLog *log)
{
    if (!log)
        return;
    pthread_mutex_lock(&log->mutex);
    open_part(log);
    pthread_mutex_unlock(&log->mutex);
}

void run_log_line(RunLog *log, const char *type, const char *detail, const char *text)
{
    AUTO(buf_free) Buf line = {0};
    if (!log)
        return;
    instant_rfc3339(instant_now(), &line);
    add_word(&line, type);
    add_word(&line, text);
    add_word(&line, detail);
    buf_add_char(&line, '\n');
    write_line(log, buf_str(&line));
}

void run_log_close(RunLog *log)
{
    if (!log)
        return;
    close(log->fd);
    pthread_mutex_destroy(&log->mutex);
    arena_free(log->arena);
}
