// The asking side of the control socket.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "base/json_read.h"
#include "engine/control_socket.h"
#include "engine/lock.h"

enum { ANSWER_MAX = 4096, PATIENCE_MS = 5000 };

static int connect_to(Arena *a, const char *state_folder, Err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = control_socket_path(a, state_folder, err);
    if (!path)
        return -1;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // both ways: a worker that hangs must not make us hang
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (errno == ENOENT || errno == ECONNREFUSED)
        err_set(err, ERR_USAGE, "%s", _("no worker listens"));
    else
        err_sys(err, ERR_INTERNAL, _("cannot reach the worker at %s"), path);
    if (fd >= 0)
        close(fd);
    return -1;
}

static void write_request(Buf *out, const Order *order)
{
    JsonOut j = {.out = out};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "id", order->id);
    json_text(&j, "cmd", order_words[order->kind]);
    if (order->kind == ORDER_STOP)
        json_text(&j, "after", stop_words[order->stop]);
    json_text(&j, "from", order->from);
    json_close(&j);
    buf_add_char(out, '\n');
}

static bool exchange(int fd, Str request, char answer[ANSWER_MAX], Err *err)
{
    size_t n = 0;
    if (send(fd, request.at, request.len, MSG_NOSIGNAL) != (ssize_t)request.len)
        return err_sys(err, ERR_INTERNAL, "%s", _("the worker does not listen"));
    while (n < ANSWER_MAX - 1 && !memchr(answer, '\n', n)) {
        ssize_t got = recv(fd, answer + n, ANSWER_MAX - 1 - n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    answer[n] = 0;
    if (memchr(answer, '\n', n))
        return true;
    err_set(err, ERR_INTERNAL, "%s", _("the worker did not answer"));
    return err_hint(err, "%s", _("It may be busy with others: try again. A signal (SIGTERM) stops it too."));
}

bool control_ask(const char *state_folder, const Order *order, int64_t *run, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf request = {0};
    char text[ANSWER_MAX];
    int fd = connect_to(a, state_folder, err);
    if (fd < 0)
        return false;
    write_request(&request, order);
    bool ok = exchange(fd, buf_str(&request), text, err);
    close(fd);
    if (!ok)
        return false;
    Str answer = str_trim(str_of(text));
    if (!json_is_object(answer))
        return err_set(err, ERR_INTERNAL, "%s", _("the worker's answer makes no sense"));
    const char *why = json_as_text(a, json_member(answer, "error"));
    if (!json_as_bool(json_member(answer, "ok")))
        return err_set(err, ERR_INTERNAL, _("the worker refuses: %s"), why ? why : "?");
    *run = json_as_int(json_member(answer, "run"), 0);
    return true;
}

void order_sign(Order *order)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *terminal = lock_terminal(a);
    snprintf(order->id, sizeof order->id, "c%lld-%d", (long long)(instant_now() / 1000000), (int)getpid());
    snprintf(order->from, sizeof order->from, "%s%s%s", lock_host(a), *terminal ? ":" : "", terminal);
}

void order_words_told(const Order *order, const char *clinic, int64_t run, Buf *out)
{
    long long n = (long long)run;
    switch (order->kind) {
    case ORDER_PAUSE:
        buf_addf(out, _("%s: run %lld pauses after the running batch, or the step where nothing is written"), clinic, n);
        break;
    case ORDER_CONTINUE: buf_addf(out, _("%s: run %lld goes on"), clinic, n); break;
    case ORDER_STOP:
        if (order->stop == STOP_AFTER_STEP)
            buf_addf(out, _("%s: run %lld stops after the running step"), clinic, n);
        else if (order->stop == STOP_AFTER_BATCH)
            buf_addf(out, _("%s: run %lld stops after the running batch"), clinic, n);
        else
            buf_addf(out, _("%s: run %lld stops"), clinic, n);
    }
}
