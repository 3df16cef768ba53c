#include "ui/run_news.h"

#include <poll.h>
#include <string.h>

#include "base/intl.h"
#include "base/json_read.h"
#include "engine/control_socket.h"
#include "engine/event_lines.h"
#include "engine/lock.h"

enum { READ_AT_ONCE = 1 << 18 };

// The newest run, if this process ran it.
static int64_t run_of(Arena *a, const Clinic *clinic, int64_t pid)
{
    RunRecord run = {0};
    Err ignored = {0};
    Control *control = pid ? control_open(clinic->state_folder, false, &ignored) : NULL;
    bool found = control && control_run(control, a, 0, &run, &ignored) && run.pid == pid;
    control_close(control);
    return found ? run.run : 0;
}

static void free_lines(void *lines)
{
    buf_free(lines);
}

static bool read_events(Arena *a, const Clinic *clinic, RunNews *n, Err *err)
{
    Buf *lines = arena_one(a, Buf);
    arena_defer(a, free_lines, lines);
    n->to = n->from;
    const char *path = event_lines_path(a, clinic->state_folder, n->run);
    if (!event_lines_read(path, &n->to, READ_AT_ONCE, lines, &n->more, err))
        return false;
    n->lines = buf_str(lines);
    return true;
}

// Who is at work is looked at first: one who is gone then has written its last line before.
void *run_news_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const NewsWish *w = wish;
    const char *owner;
    (void)o;
    if (!clinic)
        return NULL;
    if (w->wait_ms)
        poll(NULL, 0, w->wait_ms);
    RunNews *n = arena_one(a, RunNews);
    n->at_work = lock_owner(a, clinic->state_folder, &owner);
    n->owner = n->at_work && json_is_object(str_of(owner)) ? str_of(owner) : (Str){NULL, 0};
    int64_t live = n->owner.at ? json_as_int(json_member(n->owner, "run"), 0) : 0;
    n->run = w->run ? w->run : n->at_work ? live : run_of(a, clinic, w->pid);
    if (!n->run && !n->at_work)
        n->run = w->known;
    n->live = n->at_work && live && live == n->run;
    n->told = n->live && beat_read(a, clinic->state_folder, &n->seen) && n->seen.run == n->run;
    n->now = instant_now();
    n->from = w->known == n->run ? w->offset : 0;
    Err unread = {0};
    if (n->run && !read_events(a, clinic, n, &unread) && !n->live) { // of a live one: not there yet
        *err = unread;
        return NULL;
    }
    return n;
}

void *run_list_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o, (void)wish;
    RunList *list = arena_one(a, RunList);
    Control *control = clinic ? control_open(clinic->state_folder, false, err) : NULL;
    const char *owner;
    bool at_work = clinic && lock_owner(a, clinic->state_folder, &owner);
    RunRecord *runs = control ? control_runs(control, a, &list->n, err) : NULL;
    for (size_t i = 0; runs && !at_work && i < list->n; i++) // its worker died; the next one will note it
        if (!strcmp(runs[i].status, "running"))
            runs[i].status = "interrupted";
    list->runs = runs;
    control_close(control);
    if (err->kind != ERR_NONE)
        list->trouble = arena_text(a, "%s", err->text);
    return list;
}

void *order_ask_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    Order order = *(const Order *)wish;
    int64_t run;
    const char *owner;
    (void)o;
    if (!lock_owner(a, clinic->state_folder, &owner)) {
        err_set(err, ERR_USAGE, _("nobody is at work on %s"), clinic->name);
        return NULL;
    }
    order_sign(&order);
    if (!control_ask(clinic->state_folder, &order, &run, err))
        return NULL;
    AUTO(buf_free) Buf told = {0};
    order_words_told(&order, clinic->name, run, &told);
    return arena_text(a, "%s", buf_text(&told));
}
