#include "engine/orders.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cancel.h"

enum { MOST = 16 };

const char *const order_words[3] = {"pause", "continue", "stop"};
const char *const stop_words[4] = {"", "step", "batch", "now"};

struct Orders {
    pthread_mutex_t mutex;
    Order waiting[MOST];
    size_t n;
    atomic_bool any;
    int fd;
};

Orders *orders_new(void)
{
    Orders *o = calloc(1, sizeof *o);
    if (!o)
        abort();
    pthread_mutex_init(&o->mutex, NULL);
    o->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); // -1: poll() ignores it and looks a little later
    return o;
}

void orders_free(Orders *o)
{
    if (!o)
        return;
    if (o->fd >= 0)
        close(o->fd);
    pthread_mutex_destroy(&o->mutex);
    free(o);
}

bool orders_put(Orders *o, const Order *order)
{
    pthread_mutex_lock(&o->mutex);
    bool room = o->n < MOST;
    if (room)
        o->waiting[o->n++] = *order;
    atomic_store(&o->any, o->n > 0);
    pthread_mutex_unlock(&o->mutex);
    if (room && o->fd >= 0)
        eventfd_write(o->fd, 1);
    if (room && order->kind == ORDER_STOP && order->stop == STOP_NOW)
        cancel_request(0);
    return room;
}

bool orders_take(Orders *o, Order *out)
{
    if (!atomic_load_explicit(&o->any, memory_order_relaxed))
        return false;
    pthread_mutex_lock(&o->mutex);
    bool got = o->n > 0;
    if (got) {
        *out = o->waiting[0];
        o->n--;
        for (size_t i = 0; i < o->n; i++)
            o->waiting[i] = o->waiting[i + 1];
    }
    eventfd_t seen;
    if (!o->n && o->fd >= 0)
        eventfd_read(o->fd, &seen);
    atomic_store(&o->any, o->n > 0);
    pthread_mutex_unlock(&o->mutex);
    return got;
}

int orders_fd(const Orders *o)
{
    return o->fd;
}
