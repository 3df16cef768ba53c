#include "files/mime.h"

#include <magic.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/intl.h"

enum { LOOKED_AT = 64 << 10 };

struct Mime {
    magic_t magic;
    pthread_mutex_t lock; // libmagic knows one file at a time
};

Mime *mime_open(Err *err)
{
    Mime *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    pthread_mutex_init(&m->lock, NULL);
    m->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
    if (m->magic && magic_load(m->magic, NULL) == 0)
        return m;
    err_set(err, ERR_INTERNAL, _("the table of file types cannot be read: %s"),
            m->magic && magic_error(m->magic) ? magic_error(m->magic) : "libmagic");
    mime_close(m);
    return NULL;
}

void mime_close(Mime *m)
{
    if (!m)
        return;
    if (m->magic)
        magic_close(m->magic);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

const char *mime_of(Mime *m, Arena *a, int fd)
{
    char *bytes = malloc(LOOKED_AT);
    if (!bytes)
        abort();
    ssize_t got = pread(fd, bytes, LOOKED_AT, 0);
    pthread_mutex_lock(&m->lock);
    const char *found = got > 0 ? magic_buffer(m->magic, bytes, (size_t)got) : NULL;
    const char *kept = arena_text(a, "%s", found ? found : "application/octet-stream");
    pthread_mutex_unlock(&m->lock);
    free(bytes);
    return kept;
}
