#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "files/receive_inner.h"

// A body of this size or less is taken in before it is refused: whoever sends it may not listen before.
enum { SMALL_BODY = 4 << 20, MEMORY = 256 << 10, FORM_ROOM = 64 << 10, FINISH_S = 30 };

static void note(Upload *u)
{
    Receiver *r = u->r;
    pthread_mutex_lock(&r->lock);
    r->totals.requests++;
    if (u->answer.code != MHD_HTTP_CREATED)
        r->totals.refused++;
    else if (u->answer.already)
        r->totals.already++;
    else {
        r->totals.received++;
        r->totals.received_bytes += u->in.size;
    }
    if (r->o->answered)
        r->o->answered(r->o->arg, u->answer.code, u->begun ? u->in.size : 0,
                       u->answer.code != MHD_HTTP_CREATED ? u->answer.words
                       : u->answer.already               ? "already_received"
                                                         : "received");
    pthread_mutex_unlock(&r->lock);
}

static void add_members(JsonOut *j, const Answer *a)
{
    json_text(j, "staging_id", a->staging);
    json_text(j, "document_id", a->document);
    json_text(j, "status", a->already ? "already_received" : "received");
}

static enum MHD_Result answer(Upload *u, struct MHD_Connection *c)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    if (u->answer.code == MHD_HTTP_CREATED) {
        add_members(&j, &u->answer);
        json_open(&j, "data");
        add_members(&j, &u->answer);
        json_close(&j);
    } else {
        json_text(&j, "detail", u->answer.words);
    }
    json_close(&j);
    struct MHD_Response *r = MHD_create_response_from_buffer(text.len, text.at, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (u->answer.code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    if (u->answer.code == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(r, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    if (u->answer.code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
    enum MHD_Result done = MHD_queue_response(c, (unsigned)u->answer.code, r);
    MHD_destroy_response(r);
    note(u);
    return done;
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *data, size_t *size, void **own)
{
    Upload *u = *own;
    (void)version;
    if (!u) {
        u = *own = calloc(1, sizeof *u);
        if (!u)
            return MHD_NO;
        u->r = arg;
        u->in.fd = -1;
        u->since = steady_now();
        upload_judge_head(u, c, url, method);
        if (u->answer.code && (u->told < 0 || u->told > SMALL_BODY))
            return answer(u, c);
        if (!u->answer.code)
            u->form = MHD_create_post_processor(c, FORM_ROOM, upload_piece, u);
        return MHD_YES;
    }
    if (*size) {
        bool goes_on = upload_take(u, data, *size);
        *size = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    upload_finish(u);
    return answer(u, c);
}

static void completed(void *arg, struct MHD_Connection *c, void **own, enum MHD_RequestTerminationCode why)
{
    Receiver *r = arg;
    Upload *u = *own;
    (void)c;
    (void)why;
    if (!u)
        return;
    *own = NULL;
    bool counted = u->counted;
    upload_free(u);
    pthread_mutex_lock(&r->lock);
    r->active -= counted;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

// What it would say names what senders sent.
static void say_nothing(void *arg, const char *format, va_list args)
{
    (void)arg;
    (void)format;
    (void)args;
}

static struct MHD_Daemon *start(Receiver *r, const struct sockaddr *address, Err *err)
{
    const ReceiveOptions *o = r->o;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
        {MHD_OPTION_END, 0, NULL},
    };
    if (!o->certificate)
        tls[0].option = MHD_OPTION_END;
    else
        flags |= MHD_USE_TLS;
    if (address->sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    sigset_t all, before; // its threads inherit the signals that their maker blocks
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    errno = 0;
    struct MHD_Daemon *d = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, r, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_NOTIFY_COMPLETED, completed, r, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)o->idle_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)(o->uploads * 4 + 16),
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    int why = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (d)
        return d;
    err_set(err, ERR_INTERNAL, _("cannot listen on %s, port %s"), o->host, o->port);
    if (why)
        err_because(err, why);
    return NULL;
}

// Nobody new gets in; those who are in get their time.
static void finish(Receiver *r)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FINISH_S;
    pthread_mutex_lock(&r->lock);
    while (r->active && pthread_cond_timedwait(&r->changed, &r->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&r->lock);
}

static bool serve(Receiver *r, const struct sockaddr *address, Err *err)
{
    struct MHD_Daemon *d = start(r, address, err);
    if (!d)
        return false;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
    if (r->o->ready)
        r->o->ready(r->o->arg, r->o->host, info ? info->port : 0);
    while (!cancel_requested())
        poll(&(struct pollfd){.fd = cancel_fd(), .events = POLLIN}, 1, -1);
    MHD_socket listening = MHD_quiesce_daemon(d);
    finish(r);
    MHD_stop_daemon(d);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    return true;
}

bool receive_serve(Desk *desk, FileStore *store, const ReceiveOptions *o, ReceiveTotals *out, Err *err)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *found = NULL;
    *out = (ReceiveTotals){0};
    if (getaddrinfo(o->host, o->port, &hints, &found) != 0 || !found)
        return err_set(err, ERR_USAGE, _("cannot listen on %s, port %s"), o->host, o->port);
    Receiver r = {.desk = desk, .store = store, .o = o};
    sha256_hex_of(secret_bytes(o->token), r.token);
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    r.mime = mime_open(err);
    bool ok = r.mime && serve(&r, found->ai_addr, err);
    *out = r.totals;
    mime_close(r.mime);
    freeaddrinfo(found);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    return ok;
}
