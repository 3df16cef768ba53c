#include "ui/watch.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "ui/screen.h"

enum { FOLDERS_MOST = 1024 };

typedef struct {
    int id;
    char *path;
} Folder;

struct Watch {
    int fd;
    Folder folders[FOLDERS_MOST];
    size_t n;
    unsigned pending; // CHANGED_*
    bool folders_changed;
    Instant told;
};

Watch *watch_open(void)
{
    Watch *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return w;
}

void watch_close(Watch *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->folders[i].path);
    if (w->fd >= 0)
        close(w->fd);
    free(w);
}

int watch_fd(const Watch *w)
{
    return w->fd;
}

static bool is_among(const char *const *folders, const char *path)
{
    while (*folders && strcmp(*folders, path) != 0)
        folders++;
    return *folders;
}

static void add_folder(Watch *w, const char *path)
{
    for (size_t i = 0; i < w->n; i++)
        if (!strcmp(w->folders[i].path, path))
            return;
    if (w->n == FOLDERS_MOST)
        return;
    int id = inotify_add_watch(w->fd, path,
                               IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM |
                                   IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    char *copy = id < 0 ? NULL : strdup(path);
    if (copy)
        w->folders[w->n++] = (Folder){id, copy};
}

static void drop(Watch *w, size_t i)
{
    free(w->folders[i].path);
    w->folders[i] = w->folders[--w->n];
}

void watch_folders(Watch *w, const char *const *folders)
{
    if (w->fd < 0)
        return;
    for (size_t i = w->n; i-- > 0;) {
        if (is_among(folders, w->folders[i].path))
            continue;
        inotify_rm_watch(w->fd, w->folders[i].id);
        drop(w, i);
    }
    for (; *folders; folders++)
        add_folder(w, *folders);
}

// A reader of a database makes and removes files beside it too: only what is written there is news.
static unsigned meaning(const char *name, uint32_t mask)
{
    bool whole = mask & (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE);
    bool written = mask & (IN_MODIFY | IN_MOVED_TO);
    if (!strcmp(name, "config.yaml") || !strcmp(name, "commands.yaml"))
        return whole ? CHANGED_CONFIG : 0;
    if (!strcmp(name, "control.db") || !strcmp(name, "control.db-wal"))
        return written ? CHANGED_RECORDS : 0;
    if (!strcmp(name, "status.json"))
        return written || (mask & IN_DELETE) ? CHANGED_RUN : 0;
    return written && !strcmp(name, "events.ndjson") ? CHANGED_RUN : 0;
}

static void take(Watch *w, const struct inotify_event *e)
{
    if (e->mask & IN_Q_OVERFLOW) {
        w->pending |= CHANGED_RUN | CHANGED_RECORDS | CHANGED_CONFIG;
        w->folders_changed = true;
    } else if (e->mask & IN_IGNORED) { // the folder is gone
        for (size_t i = 0; i < w->n; i++)
            if (w->folders[i].id == e->wd) {
                drop(w, i);
                w->folders_changed = true;
                break;
            }
    } else if (e->mask & IN_MOVE_SELF) { // what stands there now is another one
        inotify_rm_watch(w->fd, e->wd);  // and IN_IGNORED follows
    } else if (e->mask & IN_ISDIR) {
        w->folders_changed |= e->mask & (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE);
    } else if (e->len) {
        w->pending |= meaning(e->name, e->mask);
    }
}

void watch_read(Watch *w)
{
    _Alignas(struct inotify_event) char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    ssize_t n;
    while ((n = read(w->fd, bytes, sizeof bytes)) > 0)
        for (char *at = bytes; at < bytes + n;) {
            const struct inotify_event *e = (const struct inotify_event *)(const void *)at;
            take(w, e);
            at += sizeof *e + e->len;
        }
}

int64_t watch_wait(const Watch *w, Instant now)
{
    if (!w->pending)
        return -1;
    return !w->told ? 0 : MAX(w->told + WATCH_BETWEEN_US - now, (int64_t)0);
}

unsigned watch_due(Watch *w, Instant now)
{
    unsigned due = w->pending;
    if (watch_wait(w, now) != 0)
        return 0;
    w->told = now;
    w->pending = 0;
    return due;
}

bool watch_folders_changed(Watch *w)
{
    bool changed = w->folders_changed;
    w->folders_changed = false;
    return changed;
}
