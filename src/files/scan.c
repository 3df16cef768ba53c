#include "files/scan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "files/hashers.h"

enum { BATCH = 200, LOOK_MS = 200, TELL_US = 500 * 1000 };

typedef struct {
    Desk *desk;
    FileStore *store;
    const ScanWatch *watch;
    ScanResult *out;
    Match *match;
    Delivery waiting[BATCH]; // to be delivered together
    size_t n;
    Arena *arena; // of these
    const Hashed *hashed;
    bool from_store;
    Instant began, told;
    Err *err;
} Scan;

static void tell(Scan *s, bool now)
{
    Instant at = steady_now();
    s->out->took_s = (double)(at - s->began) / 1e6;
    if (!s->watch->progress || (!now && at - s->told < TELL_US))
        return;
    s->told = at;
    s->watch->progress(s->watch->arg, s->out);
}

static void count(Scan *s, const Delivery *x)
{
    ScanResult *o = s->out;
    ListedFile *file = (ListedFile *)(uintptr_t)x->file; // of our own list
    switch (x->outcome) {
    case DELIVERED:
        o->received++;
        o->by_path += x->by_path;
        o->stored += s->from_store;
        break;
    case DELIVERED_BEFORE: o->before++; break;
    case DELIVERY_WAITS: o->waiting++; return;
    case DELIVERY_REFUSED:
        o->refused++;
        if (!o->refusal)
            o->refusal = x->why;
        return;
    }
    file->document_id = x->document_id;
}

static bool deliver(Scan *s, Arena *keeps)
{
    if (!s->n)
        return true;
    bool ok = desk_deliver(s->desk, s->arena, s->store, s->waiting, s->n, s->err);
    for (size_t i = 0; ok && i < s->n; i++) {
        Delivery *x = &s->waiting[i];
        x->document_id = x->document_id ? arena_text(keeps, "%s", x->document_id) : NULL;
        x->why = x->why ? arena_text(keeps, "%s", x->why) : NULL;
        count(s, x);
    }
    s->n = 0;
    arena_reset(s->arena);
    return ok;
}

static bool add(Scan *s, Arena *keeps, Delivery x)
{
    for (size_t i = 0; i < s->n; i++) // two files of one content
        if (s->waiting[i].file == x.file)
            return true;
    x.sha256 = arena_text(s->arena, "%s", x.sha256);
    x.mime = arena_text(s->arena, "%s", x.mime);
    s->waiting[s->n++] = x;
    return s->n < BATCH || deliver(s, keeps);
}

// What came while the row it hangs on was not there, or was left by a kill.
static bool take_stored(Scan *s, Arena *keeps, Mime *mime, ListedFile *files, size_t n)
{
    s->from_store = true;
    for (size_t i = 0; i < n; i++) {
        int64_t size;
        if (files[i].document_id || !files[i].sha256 || !store_has(s->store, files[i].sha256, &size))
            continue;
        int fd = store_blob(s->store, files[i].sha256);
        Delivery x = {.file = &files[i], .sha256 = files[i].sha256, .size = size};
        x.mime = fd >= 0 ? mime_of(mime, s->arena, fd) : NULL;
        if (fd >= 0)
            close(fd);
        if (x.mime && (!cancel_check(s->err) || !add(s, keeps, x)))
            return false;
    }
    bool ok = deliver(s, keeps);
    s->from_store = false;
    s->out->waiting = 0; // they are met again, or stay missing
    return ok;
}

typedef struct {
    Scan *s;
    Arena *keeps;
    bool ok;
} Meeting;

static void meet(void *arg, ListedFile *file, bool by_path)
{
    Meeting *m = arg;
    const Hashed *h = m->s->hashed;
    if (file->document_id || !m->ok || !h->mime)
        return;
    m->ok = add(m->s, m->keeps, (Delivery){.file = file, .sha256 = h->sha256, .mime = h->mime, .size = h->size, .by_path = by_path});
}

static bool take(Scan *s, Arena *keeps, const Hashed *h)
{
    ScanResult *o = s->out;
    Meeting m = {s, keeps, true};
    o->hashed++;
    switch (h->as) {
    case HASHED_KNOWN:
        s->hashed = h;
        match_each(s->match, h->sha256, h->file->path, h->size, meet, &m);
        break;
    case HASHED_UNKNOWN:
        o->unknown++;
        o->differs += match_path(s->match, h->file->path);
        break;
    case HASHED_UNREADABLE: o->unreadable++; break;
    case HASHED_CHANGED: o->changed++; break;
    case HASHED_TOO_LARGE: o->too_large++; break;
    case HASHED_FAILED: break; // told at the end
    }
    return m.ok;
}

static bool read_all(Scan *s, Arena *keeps, const char *folder, const Walk *walk, Mime *mime)
{
    Hashers *h = hashers_start(folder, walk, s->match, s->store, mime, s->watch->threads, s->err);
    if (!h)
        return false;
    bool ok = true, end = false;
    while (ok && !end) {
        Hashed one;
        if (hashers_next(h, &one, LOOK_MS, &end))
            ok = take(s, keeps, &one);
        else
            ok = deliver(s, keeps);
        s->out->hashed_bytes = hashers_bytes(h);
        ok = ok && cancel_check(s->err);
        tell(s, false);
    }
    Err of_store;
    if (!hashers_end(h, &of_store) && ok) {
        *s->err = of_store;
        ok = false;
    }
    Err late = {0}; // what is in the storage is delivered whatever came between
    Err *first = s->err;
    s->err = ok ? first : &late;
    bool delivered = deliver(s, keeps);
    s->err = first;
    return delivered && ok;
}

bool scan_folder(Arena *a, Desk *desk, FileStore *store, const char *folder, const ScanWatch *watch, ScanResult *out,
                 Err *err)
{
    Scan *s = arena_one(a, Scan);
    *s = (Scan){.desk = desk, .store = store, .watch = watch, .out = out, .err = err, .began = steady_now()};
    *out = (ScanResult){0};
    ListedFile *files;
    size_t n;
    Walk walk;
    if (!desk_list(desk, a, &files, &n, err) || !walk_folder(a, folder, &walk, err))
        return false;
    out->listed = (int64_t)n;
    out->files = (int64_t)walk.n;
    out->bytes = walk.bytes;
    out->links = walk.links;
    out->others = walk.others;
    out->unreadable = walk.unreadable;
    for (size_t i = 0; i < n; i++)
        out->before += files[i].document_id != NULL;
    Mime *mime = mime_open(err);
    s->arena = arena_new();
    s->match = match_new(a, files, n);
    bool ok = mime && take_stored(s, a, mime, files, n) && read_all(s, a, folder, &walk, mime);
    for (size_t i = 0; i < n; i++)
        out->missing += files[i].document_id == NULL;
    tell(s, true);
    arena_free(s->arena);
    mime_close(mime);
    return ok;
}
