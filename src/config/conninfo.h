// Connection strings: taken apart, checked for passwords, put together for libpq.
#ifndef CONFIG_CONNINFO_H
#define CONFIG_CONNINFO_H

#include "base/err.h"
#include "base/str.h"

// The keywords a clinic's target may have; each NULL when not given.
typedef struct {
    const char *service, *host, *port, *dbname, *user;
} Conninfo;

// Both forms libpq knows: keyword=value pairs and postgresql:// with one server. ERR_USAGE when there is a
// password in it, an option that belongs into pg_service.conf, or neither form. The text itself is never part
// of the message.
bool conninfo_parse(Arena *a, const char *text, Conninfo *out, Err *err) MUST_CHECK;

// keyword='value' pairs with libpq's escapes.
const char *conninfo_text(Arena *a, const Conninfo *c);

// Whether a text that should be a plain name looks like a way to hide more keywords or a password.
bool conninfo_is_plain(const char *value);

#endif
