// Where libpq finds what a connection needs: the service file, ~/.pgpass, the environment. Nothing is connected, and
// no password leaves this file.
#ifndef CONFIG_SERVER_PLACES_H
#define CONFIG_SERVER_PLACES_H

#include "config/clinic.h"

typedef enum {
    FOUND_NOWHERE,
    FOUND_CONFIG,      // config.yaml
    FOUND_SERVICE,     // a line of the service file
    FOUND_PGPASS,      // a line of the password file
    FOUND_ENVIRONMENT, // variable
    FOUND_FILE,        // the whole file: ${file:...}
    FOUND_CREDENTIAL,  // of systemd: ${cred:NAME}
    FOUND_DEFAULT,     // of libpq or mudanza
    FOUND_OPTION,      // of the command line: variable is its name
} FoundIn;

// One thing a connection is made of.
typedef struct {
    const char *name;  // path, service, host, port, dbname, user, password, passphrase
    const char *value; // NULL: nothing was found, or it is a secret
    bool secret;       // found, and never shown
    FoundIn in;
    const char *file;  // where that is in a file, as the operator would type it: ~ for the home folder
    int line;          // 0: the whole file
    const char *variable;
    const char *trouble; // one sentence: the place is there and is not used (others can read ~/.pgpass); or NULL
} FoundValue;

// config.yaml, a service file, ...: one word, for scripts: config, service, pgpass, environment, file, credential,
// default, option, nowhere.
const char *found_word(FoundIn in);
// "~/.pg_service.conf:14", "PGUSER", "config.yaml", "default": where, for people.
const char *found_place(Arena *a, const FoundValue *v);

// A path as people write it: ~ for the home folder.
const char *found_shown(Arena *a, const char *path);
// Where a reference of config.yaml (${file:...}) leads; v has its name.
void found_reference(Arena *a, const char *reference, FoundValue *v);

enum { SERVER_VALUES = 6 }; // service, host, port, dbname, user, password

// Of a clinic with a PostgreSQL target, in the order above; in libpq's order of precedence.
void server_places(Arena *a, const Clinic *c, FoundValue out[SERVER_VALUES]);

#endif
