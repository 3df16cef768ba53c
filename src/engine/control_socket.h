// The socket through which people pause, continue and stop a run.
//
// One request a line, one answer a line, both JSON objects:
//   {"v":1,"id":"c7","cmd":"pause|continue|stop","after":"batch|step|now","from":"srv1:pts/4"}
//   {"v":1,"id":"c7","ok":true,"state":"accepted","run":43}   or   {"v":1,"id":"c7","ok":false,"error":"..."}
// Accepted is not applied: that is an event of the run. Whoever connects is a stranger until the kernel says
// that he is the run's own user, or root; garbage, long lines, slow and many clients cost them their place.
#ifndef ENGINE_CONTROL_SOCKET_H
#define ENGINE_CONTROL_SOCKET_H

#include <poll.h>

#include "base/err.h"
#include "base/str.h"
#include "engine/orders.h"

typedef struct ControlSocket ControlSocket;

enum { CONTROL_CLIENTS = 8, CONTROL_FDS = CONTROL_CLIENTS + 1 };

// Where it is: state/control.sock, or /tmp/mudanza-UID/HASH.sock when that is longer than a socket's name may
// be. NULL when that folder is somebody else's.
const char *control_socket_path(Arena *a, const char *state_folder, Err *err);

// By the holder of the clinic's lock, so that what is there is left over and replaced.
ControlSocket *control_socket_open(const char *state_folder, int64_t run, Orders *orders, Err *err);
void control_socket_close(ControlSocket *s); // NULL is fine; the socket is gone then

// For the thread that listens: what to poll for (at most CONTROL_FDS), and what to do then. Never waits.
size_t control_socket_wants(ControlSocket *s, struct pollfd *fds);
void control_socket_serve(ControlSocket *s, const struct pollfd *fds, size_t n);

// For the other side (control_ask.c): sends an order and waits some seconds for the answer. *run: which run
// it is for. ERR_USAGE when nobody listens.
bool control_ask(const char *state_folder, const Order *order, int64_t *run, Err *err) MUST_CHECK;
void order_sign(Order *order); // fills in id and from: this process, at its terminal
// What an accepted order leads to, for people.
void order_words_told(const Order *order, const char *clinic, int64_t run, Buf *out);

#endif
