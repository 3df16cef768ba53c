#include "files/hashers.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/intl.h"
#include "files/scan.h"

enum { MOST_THREADS = 16, ROUND = 256 << 10, TRIES = 2 };

struct Hashers {
    int folder;
    const Walk *walk;
    const Match *match;
    FileStore *store;
    Mime *mime;
    Arena *arenas[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    size_t n, running, next, done, taken; // done: results there are
    Hashed *results;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_llong bytes;
    atomic_bool stop;
    Err err;
};

typedef struct {
    Hashers *h;
    Arena *arena;
    char *room;
    Sha256 *sum;
} Hasher;

static bool same_state(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

// Reads it once, into the storage where in is given.
static HashedAs read_once(Hasher *x, int fd, Incoming *in, Hashed *out, Err *err)
{
    struct stat before, after;
    ssize_t got = 0;
    out->size = 0;
    if (fstat(fd, &before) != 0 || lseek(fd, 0, SEEK_SET) < 0)
        return HASHED_UNREADABLE;
    while (!atomic_load(&x->h->stop) && (got = read(fd, x->room, ROUND)) > 0) {
        Str bytes = {x->room, (size_t)got};
        out->size += got;
        atomic_fetch_add(&x->h->bytes, got);
        if (!in)
            sha256_add(x->sum, bytes);
        else if (!store_add(in, bytes, err))
            return HASHED_FAILED;
    }
    if (in)
        store_digest(in, out->sha256);
    else
        sha256_finish_hex(x->sum, out->sha256);
    if (got < 0 || fstat(fd, &after) != 0)
        return HASHED_UNREADABLE;
    return same_state(&before, &after) && after.st_size == out->size ? HASHED_KNOWN : HASHED_CHANGED;
}

typedef struct {
    bool any, wanted;
} Wanted;

static void note_wanted(void *arg, ListedFile *file, bool by_path)
{
    Wanted *w = arg;
    (void)by_path;
    w->any = true;
    w->wanted = w->wanted || !file->received_sha256; // document_id is the other thread's
}

// What was hashed is copied by reading it again; only the same bytes are kept.
static HashedAs keep(Hasher *x, int fd, Hashed *out, Err *err)
{
    Hashers *h = x->h;
    Hashed again = *out;
    int64_t size;
    Incoming in = {.fd = -1};
    HashedAs as = HASHED_KNOWN;
    if (!store_has(h->store, out->sha256, &size) || size != out->size) {
        as = store_begin(h->store, &in, err) ? read_once(x, fd, &in, &again, err) : HASHED_FAILED;
        if (as == HASHED_KNOWN && strcmp(again.sha256, out->sha256) != 0)
            as = HASHED_CHANGED;
        if (as == HASHED_KNOWN && !store_keep(h->store, &in, out->sha256, err))
            as = HASHED_FAILED;
        store_end(h->store, &in);
    }
    if (as == HASHED_KNOWN)
        out->mime = mime_of(h->mime, x->arena, fd);
    return as;
}

static HashedAs hash_one(Hasher *x, Hashed *out, Err *err)
{
    Hashers *h = x->h;
    int fd = walk_open(h->folder, out->file->path);
    if (fd < 0)
        return HASHED_UNREADABLE;
    HashedAs as = HASHED_CHANGED;
    for (int i = 0; i < TRIES && as == HASHED_CHANGED && !atomic_load(&h->stop); i++) {
        Wanted w = {0};
        as = read_once(x, fd, NULL, out, err);
        if (as != HASHED_KNOWN)
            continue;
        match_each(h->match, out->sha256, out->file->path, out->size, note_wanted, &w);
        if (!w.any)
            as = HASHED_UNKNOWN;
        else if (w.wanted && out->size > FILE_BYTES_MAX)
            as = HASHED_TOO_LARGE;
        else if (w.wanted)
            as = keep(x, fd, out, err);
    }
    close(fd);
    return as;
}

static void *work(void *arg)
{
    Hasher *x = arg;
    Hashers *h = x->h;
    pthread_mutex_lock(&h->lock);
    while (!atomic_load(&h->stop) && h->next < h->walk->n) {
        Hashed one = {.file = &h->walk->files[h->next++]};
        Err err = {0};
        pthread_mutex_unlock(&h->lock);
        one.as = hash_one(x, &one, &err);
        pthread_mutex_lock(&h->lock);
        if (one.as == HASHED_FAILED) {
            if (h->err.kind == ERR_NONE)
                h->err = err;
            atomic_store(&h->stop, true);
        }
        h->results[h->done++] = one;
        pthread_cond_signal(&h->changed);
    }
    h->running--;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    free(x->room);
    sha256_free(x->sum);
    free(x);
    return NULL;
}

static bool start_one(Hashers *h)
{
    Hasher *x = calloc(1, sizeof *x);
    if (!x || !(x->room = malloc(ROUND)))
        abort();
    x->h = h;
    x->sum = sha256_new();
    x->arena = h->arenas[h->n] = arena_new();
    if (pthread_create(&h->threads[h->n], NULL, work, x) == 0) {
        h->n++;
        h->running++;
        return true;
    }
    sha256_free(x->sum);
    free(x->room);
    free(x);
    arena_free(h->arenas[h->n]);
    return false;
}

Hashers *hashers_start(const char *folder, const Walk *walk, const Match *match, FileStore *store, Mime *mime, size_t threads,
                       Err *err)
{
    Hashers *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    *h = (Hashers){.walk = walk, .match = match, .store = store, .mime = mime};
    h->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (h->folder < 0) {
        free(h);
        err_sys(err, ERR_SOURCE, "%s", folder);
        return NULL;
    }
    h->results = calloc(walk->n + 1, sizeof *h->results);
    if (!h->results)
        abort();
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&h->changed, &steady);
    pthread_condattr_destroy(&steady);
    sigset_t all, before; // a new thread inherits the signals that its maker blocks
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_mutex_lock(&h->lock);
    threads = MIN(MAX(threads, (size_t)1), (size_t)MOST_THREADS);
    while (h->n < threads && start_one(h)) {
    }
    bool any = h->n > 0;
    pthread_mutex_unlock(&h->lock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (any)
        return h;
    err_set(err, ERR_INTERNAL, "%s", _("no thread can be started"));
    Err ignored;
    if (!hashers_end(h, &ignored))
        ignored.kind = ERR_NONE;
    return NULL;
}

bool hashers_next(Hashers *h, Hashed *out, int ms, bool *end)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&h->lock);
    while (h->taken == h->done && h->running && pthread_cond_timedwait(&h->changed, &h->lock, &until) == 0) {
    }
    bool got = h->taken < h->done;
    if (got)
        *out = h->results[h->taken++];
    *end = !got && !h->running;
    pthread_mutex_unlock(&h->lock);
    return got;
}

int64_t hashers_bytes(Hashers *h)
{
    return atomic_load(&h->bytes);
}

bool hashers_end(Hashers *h, Err *err)
{
    atomic_store(&h->stop, true);
    for (size_t i = 0; i < h->n; i++)
        pthread_join(h->threads[i], NULL);
    for (size_t i = 0; i < h->n; i++)
        arena_free(h->arenas[i]);
    bool ok = h->err.kind == ERR_NONE;
    if (!ok)
        *err = h->err;
    close(h->folder);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    free(h->results);
    free(h);
    return ok;
}
