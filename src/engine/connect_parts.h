// The single looks behind connection_try(); doctor has them in an order of its own.
#ifndef ENGINE_CONNECT_PARTS_H
#define ENGINE_CONNECT_PARTS_H

#include "engine/connections.h"

// Is it there, is it what its exporter wrote?
Finding connect_source(Arena *a, const Clinic *c, const ConnectHow *how);

// The state folder, and the two databases in it.
Finding connect_state(Arena *a, const Clinic *c);
Finding connect_history(Arena *a, const Clinic *c);
Finding connect_cache(Arena *a, const Clinic *c);

// An embedded target. Without a name: it is a server.
Finding connect_embedded(Arena *a, const Clinic *c);
// Of a PostgreSQL target: what it says when it is asked, of an embedded one what it cannot do; how many there are.
size_t connect_server(Arena *a, const Clinic *c, Finding *out, size_t most);

// The path itself, or the nearest folder above it that exists.
const char *connect_existing(Arena *a, const char *path);

#endif
