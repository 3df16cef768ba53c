#include "engine/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "base/json_read.h"
#include "base/text.h"
#include "engine/lock.h"

enum { LINE_MAX_BYTES = 4096, PATIENCE_S = 5, BACKLOG = 16 };

typedef struct {
    int fd; // -1: free
    uid_t uid;
    Instant since;
    size_t n;
    char line[LINE_MAX_BYTES];
} Client;

struct ControlSocket {
    Arena *arena;
    const char *path, *user;
    int fd;
    int64_t run;
    Orders *orders;
    Client clients[CONTROL_CLIENTS];
};

static const char *folder_of_ours(Arena *a, Err *err)
{
    struct stat st;
    const char *folder = arena_text(a, "/tmp/mudanza-%u", (unsigned)geteuid());
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        err_sys(err, ERR_INTERNAL, _("cannot make the folder %s"), folder);
        return NULL;
    }
    if (lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077))
        return folder;
    err_set(err, ERR_INTERNAL, _("%s is not a folder of ours alone"), folder);
    return NULL;
}

const char *control_socket_path(Arena *a, const char *state_folder, Err *err)
{
    struct sockaddr_un address;
    char digest[SHA256_HEX + 1];
    const char *path = file_join(a, state_folder, "control.sock");
    if (strlen(path) < sizeof address.sun_path)
        return path;
    const char *folder = folder_of_ours(a, err);
    char *real = realpath(state_folder, NULL);
    sha256_hex_of(str_of(real ? real : state_folder), digest);
    free(real);
    return folder ? arena_text(a, "%s/%.16s.sock", folder, digest) : NULL;
}

static bool listen_at(int fd, const char *path)
{
    struct stat st;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path); // its owner is dead: we hold the lock
    // no moment in which others may connect: the folder is closed to them, and so is the socket
    return fchmod(fd, 0600) == 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
           chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0;
}

ControlSocket *control_socket_open(const char *state_folder, int64_t run, Orders *orders, Err *err)
{
    Arena *a = arena_new();
    ControlSocket *s = arena_one(a, ControlSocket);
    *s = (ControlSocket){.arena = a, .user = lock_user(a), .run = run, .orders = orders, .fd = -1};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        s->clients[i].fd = -1;
    s->path = control_socket_path(a, state_folder, err);
    if (s->path) {
        s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (s->fd >= 0 && listen_at(s->fd, s->path))
            return s;
        err_sys(err, ERR_INTERNAL, _("cannot listen at %s"), s->path);
    }
    if (s->fd >= 0)
        close(s->fd);
    arena_free(a);
    return NULL;
}

static void drop(Client *c)
{
    close(c->fd);
    *c = (Client){.fd = -1};
}

void control_socket_close(ControlSocket *s)
{
    if (!s)
        return;
    unlink(s->path);
    close(s->fd);
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (s->clients[i].fd >= 0)
            drop(&s->clients[i]);
    arena_free(s->arena);
}

// ---- Requests -------------------------------------------------------------------------------------

// why NULL: accepted. An answer that does not fit into the socket's buffer is the client's loss.
static void answer(const ControlSocket *s, const Client *c, const char *id, const char *why)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "id", id);
    json_bool(&j, "ok", !why);
    if (why) {
        json_text(&j, "error", why);
    } else {
        json_text(&j, "state", "accepted");
        json_int(&j, "run", s->run);
    }
    json_close(&j);
    buf_add_char(&text, '\n');
    ssize_t sent UNUSED = send(c->fd, text.at, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static size_t word_at(const char *word, const char *const *words, size_t n)
{
    size_t i = 0;
    while (i < n && (!word || strcmp(words[i], word) != 0))
        i++;
    return i;
}

// Cleaned and cut: it will be shown on terminals.
static void keep_text(char *out, size_t size, const char *text)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text ? text : ""));
    snprintf(out, size, "%s", buf_text(&clean));
}

// NULL: the line is an order; else what is wrong with it. The order's id is known as soon as possible.
static const char *read_order(Arena *a, Str line, Order *order)
{
    if (!json_is_object(line))
        return "not a JSON object";
    Str id = json_member(line, "id");
    const char *text = json_as_text(a, id);
    keep_text(order->id, sizeof order->id, text ? text : id.at ? str_keep(a, id) : "");
    if (json_as_int(json_member(line, "v"), 0) != 1)
        return "v is not 1";
    size_t kind = word_at(json_as_text(a, json_member(line, "cmd")), order_words, ARRAY_LEN(order_words));
    if (kind == ARRAY_LEN(order_words))
        return "cmd is none of pause, continue, stop";
    const char *after = json_as_text(a, json_member(line, "after"));
    size_t stop = after ? word_at(after, stop_words, ARRAY_LEN(stop_words)) : STOP_AFTER_BATCH;
    if (kind == ORDER_STOP && (stop == STOP_NOT || stop == ARRAY_LEN(stop_words)))
        return "after is none of batch, step, now";
    order->kind = (OrderKind)kind;
    order->stop = kind == ORDER_STOP ? (StopWhen)stop : STOP_NOT;
    keep_text(order->from, sizeof order->from, json_as_text(a, json_member(line, "from")));
    return NULL;
}

static void obey(ControlSocket *s, const Client *c, Str line)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Order order = {0};
    const char *why = read_order(a, line, &order);
    if (!why && c->uid != geteuid() && c->uid != 0)
        why = "this run belongs to another user";
    snprintf(order.by, sizeof order.by, "%s", c->uid == geteuid() ? s->user : "root");
    if (!why && !orders_put(s->orders, &order))
        why = "too many orders are waiting";
    answer(s, c, order.id, why);
}

// ---- Clients --------------------------------------------------------------------------------------

static void admit(ControlSocket *s)
{
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct ucred peer;
    socklen_t size = sizeof peer;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        Client *c = &s->clients[i];
        if (c->fd >= 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
            continue;
        *c = (Client){.fd = fd, .uid = peer.uid, .since = steady_now()};
        return;
    }
    close(fd); // no place is free
}

static void hear(ControlSocket *s, Client *c)
{
    ssize_t got = recv(c->fd, c->line + c->n, sizeof c->line - c->n, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        drop(c);
        return;
    }
    c->n += (size_t)got;
    char *end;
    while ((end = memchr(c->line, '\n', c->n))) {
        size_t used = (size_t)(end - c->line) + 1;
        obey(s, c, (Str){c->line, used - 1});
        c->n -= used;
        memmove(c->line, c->line + used, c->n);
        c->since = steady_now();
    }
    if (c->n == sizeof c->line) {
        answer(s, c, "", "the line is too long");
        drop(c);
    }
}

size_t control_socket_wants(ControlSocket *s, struct pollfd *fds)
{
    size_t n = 0;
    if (!s)
        return 0;
    fds[n++] = (struct pollfd){.fd = s->fd, .events = POLLIN};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (s->clients[i].fd >= 0)
            fds[n++] = (struct pollfd){.fd = s->clients[i].fd, .events = POLLIN};
    return n;
}

void control_socket_serve(ControlSocket *s, const struct pollfd *fds, size_t n)
{
    for (size_t k = 0; s && k < CONTROL_CLIENTS; k++) {
        Client *c = &s->clients[k];
        for (size_t i = 1; c->fd >= 0 && i < n; i++)
            if (fds[i].fd == c->fd && fds[i].revents) {
                hear(s, c);
                break;
            }
        if (c->fd >= 0 && steady_now() - c->since > (Instant)PATIENCE_S * 1000000)
            drop(c);
    }
    if (s && n && fds[0].revents)
        admit(s); // one at a time: the next look comes at once
}
