#include "engine/connections.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/intl.h"
#include "config/config_place.h"
#include "engine/connect_parts.h"

enum { MOST_FINDINGS = 16, MOST_VALUES = SERVER_VALUES };

typedef struct {
    FoundValue values[MOST_VALUES];
    Finding findings[MOST_FINDINGS];
    size_t n_values, n_findings;
} Look;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// ---- Where each was found ---------------------------------------------------------------------------

// A value of config.yaml, or its default.
static FoundValue from_config(Arena *a, const Clinic *c, const char *name, const char *key, const char *value)
{
    FoundValue v = {.name = name, .value = value};
    ConfigPlace place;
    const ConfigFile *f = config_file_read(a, shown_path(a, c->config_path), config_keys, problems_new(a));
    if (!value || !f->root || !config_place_of(a, f, key, &place))
        return v;
    v.in = place.node ? FOUND_CONFIG : FOUND_DEFAULT;
    v.file = place.node ? f->path : NULL;
    v.line = place.node ? place.line : 0;
    return v;
}

// In the order in which the passphrase is looked for.
static FoundValue passphrase(Arena *a, const Clinic *c, const ConnectHow *how)
{
    FoundValue v = {.name = "passphrase"};
    const char *given = getenv("MUDANZA_PASSPHRASE");
    if (how->passphrase.file || how->passphrase.fd >= 0) {
        v.in = FOUND_OPTION;
        v.variable = how->passphrase.file ? "--passphrase-file" : "--passphrase-fd";
    } else if (given && *given) {
        v.in = FOUND_ENVIRONMENT;
        v.variable = "MUDANZA_PASSPHRASE";
    } else if (c->passphrase) {
        found_reference(a, c->passphrase, &v);
        return v;
    }
    v.secret = v.in != FOUND_NOWHERE;
    return v;
}

static FoundValue state_folder(Arena *a, const Clinic *c)
{
    FoundValue v = {.name = "folder", .value = c->state_folder, .in = FOUND_OPTION, .variable = "--state-dir"};
    const char *folder = getenv("MUDANZA_STATE_DIR");
    if (strcmp(c->state_folder, file_join(a, c->folder, "state")) == 0) {
        v.in = FOUND_DEFAULT;
        v.variable = NULL;
    } else if (folder && *folder && !strstr(c->typed, "--state-dir")) {
        v.in = FOUND_ENVIRONMENT;
        v.variable = "MUDANZA_STATE_DIR";
    }
    return v;
}

// ---- The parts ----------------------------------------------------------------------------------------

static void try_source(Arena *a, const Clinic *c, const ConnectHow *how, Look *l)
{
    l->values[l->n_values++] = from_config(a, c, "path", "source.path", c->source_path);
    l->values[l->n_values++] = passphrase(a, c, how);
    l->findings[l->n_findings++] = connect_source(a, c, how);
}

static void try_cache(Arena *a, const Clinic *c, Look *l)
{
    l->values[l->n_values++] = state_folder(a, c);
    l->findings[l->n_findings++] = connect_state(a, c);
    l->findings[l->n_findings++] = connect_cache(a, c);
    l->findings[l->n_findings++] = connect_history(a, c);
}

// What was found in its place and is not used, in front of what the server says.
static void tell_troubles(Look *l)
{
    for (size_t i = 0; i < l->n_values; i++)
        if (l->values[i].trouble)
            l->findings[l->n_findings++] = finding_doubtful(l->values[i].name, l->values[i].trouble, NULL);
}

static void try_target(Arena *a, const Clinic *c, Look *l)
{
    if (c->target_type == TARGET_POSTGRES) {
        server_places(a, c, l->values);
        l->n_values = SERVER_VALUES;
        tell_troubles(l);
    } else {
        l->values[l->n_values++] = from_config(a, c, "path", "target.path", c->target_path);
        l->findings[l->n_findings++] = connect_embedded(a, c);
    }
    l->n_findings += connect_server(a, c, l->findings + l->n_findings, MOST_FINDINGS - l->n_findings);
}

void connection_try(Arena *a, const Clinic *clinic, ConnectPart part, const ConnectHow *how, Connection *out)
{
    Look *l = arena_one(a, Look);
    int64_t begun = now_ms();
    *out = (Connection){.part = part};
    switch (part) {
    case CONNECT_SOURCE: try_source(a, clinic, how, l); break;
    case CONNECT_CACHE: try_cache(a, clinic, l); break;
    case CONNECT_TARGET: try_target(a, clinic, l); break;
    case CONNECT_PARTS: break;
    }
    out->values = l->values;
    out->n_values = l->n_values;
    out->findings = l->findings;
    out->n_findings = l->n_findings;
    for (size_t i = 0; i < l->n_findings; i++)
        out->state = MAX(out->state, l->findings[i].state);
    out->took_ms = now_ms() - begun;
}
