#include "config/server_places.h"

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "config/config_place.h"
#include "config/config_values.h"
#include "config/password_file.h"

enum { SERVICE, HOST, PORT, DBNAME, USER, PASSWORD, MOST_BYTES = 1 << 20 };

static const char *const names[SERVER_VALUES] = {"service", "host", "port", "dbname", "user", "password"};

typedef struct {
    Arena *arena;
    const Clinic *clinic;
    const ConfigFile *config;
    FoundValue *out;
    const char *passfile; // named by the service
} Places;

const char *found_word(FoundIn in)
{
    static const char *const words[] = {
        [FOUND_NOWHERE] = "nowhere", [FOUND_CONFIG] = "config",         [FOUND_SERVICE] = "service",
        [FOUND_PGPASS] = "pgpass",   [FOUND_ENVIRONMENT] = "environment", [FOUND_FILE] = "file",
        [FOUND_CREDENTIAL] = "credential", [FOUND_DEFAULT] = "default",  [FOUND_OPTION] = "option",
    };
    return words[in];
}

const char *found_place(Arena *a, const FoundValue *v)
{
    if (v->variable)
        return v->variable;
    if (v->file)
        return v->line ? arena_text(a, "%s:%d", v->file, v->line) : v->file;
    return v->in == FOUND_DEFAULT ? _("default") : "-";
}

// ---- Where people keep things -----------------------------------------------------------------------

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

// As libpq finds it.
static const char *home_folder(Arena *a)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    if (variable("HOME"))
        return variable("HOME");
    if (getpwuid_r(geteuid(), &entry, room, sizeof room, &found) != 0 || !found)
        return NULL;
    return str_keep(a, str_of(found->pw_dir));
}

static const char *in_home(Arena *a, const char *name)
{
    const char *home = home_folder(a);
    return home ? file_join(a, home, name) : NULL;
}

const char *found_shown(Arena *a, const char *path)
{
    const char *home = home_folder(a);
    size_t n = home ? strlen(home) : 0;
    if (n > 1 && strncmp(path, home, n) == 0 && path[n] == '/')
        return arena_text(a, "~%s", path + n);
    return shown_path(a, path);
}

// ---- config.yaml ------------------------------------------------------------------------------------

static FoundValue from_config(Places *p, int which)
{
    ConfigPlace place;
    FoundValue v = {.name = names[which]};
    if (!p->config->root || !config_place_of(p->arena, p->config, arena_text(p->arena, "target.%s", names[which]), &place) ||
        place.origin != ORIGIN_FILE)
        return v;
    v.value = which == PASSWORD ? NULL : place.value;
    v.in = FOUND_CONFIG;
    v.file = p->config->path;
    v.line = place.line;
    return v;
}

// ---- The service file ---------------------------------------------------------------------------------

static void take_option(Places *p, const char *file, int line, Str name, Str value)
{
    if (str_is(name, "passfile") && !p->passfile)
        p->passfile = str_keep(p->arena, value);
    for (int i = HOST; i < SERVER_VALUES; i++) {
        FoundValue *v = &p->out[i];
        if (!str_is(name, names[i]) || v->in != FOUND_NOWHERE || value.len == 0)
            continue;
        v->in = FOUND_SERVICE;
        v->secret = i == PASSWORD;
        v->value = v->secret ? NULL : str_keep(p->arena, value);
        v->file = file;
        v->line = line;
    }
}

// Whether the file has the service; its options are taken then.
static bool take_service(Places *p, Str text, const char *file, const char *service)
{
    const char *header = arena_text(p->arena, "[%s]", service);
    bool inside = false;
    Str line;
    for (int number = 1; str_cut(&text, '\n', &line); number++) {
        line = str_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (line.at[0] == '[') {
            if (inside)
                return true;
            inside = str_starts(line, header);
            if (inside) {
                p->out[SERVICE].in = FOUND_SERVICE;
                p->out[SERVICE].file = file;
                p->out[SERVICE].line = number;
            }
        } else if (inside && memchr(line.at, '=', line.len)) {
            Str name, value = line;
            str_cut(&value, '=', &name);
            take_option(p, file, number, name, value);
        }
    }
    return inside;
}

static bool read_service(Places *p, const char *path, const char *service)
{
    Str text;
    Err err = {0};
    if (!path || !file_read(p->arena, path, MOST_BYTES, &text, &err))
        return false;
    bool found = take_service(p, text, found_shown(p->arena, path), service);
    explicit_bzero((char *)(uintptr_t)text.at, text.len); // a copy of our own, maybe with passwords
    return found;
}

static void look_for_service(Places *p)
{
    FoundValue *v = &p->out[SERVICE];
    Arena *a = p->arena;
    if (v->in == FOUND_NOWHERE && (v->value = variable("PGSERVICE"))) {
        v->in = FOUND_ENVIRONMENT;
        v->variable = "PGSERVICE";
    }
    if (!v->value)
        return;
    const char *own = variable("PGSERVICEFILE") ? variable("PGSERVICEFILE") : in_home(a, ".pg_service.conf");
    const char *folder = variable("PGSYSCONFDIR") ? variable("PGSYSCONFDIR") : "/etc/postgresql-common";
    const char *common = file_join(a, folder, "pg_service.conf");
    v->variable = NULL;
    if (!read_service(p, own, v->value) && !read_service(p, common, v->value))
        v->trouble = arena_text(a, _("neither %s nor %s has the service"), own ? found_shown(a, own) : "-", common);
}

// ---- The environment and what holds without anything ------------------------------------------------

static const char *user_name(Arena *a)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    if (getpwuid_r(geteuid(), &entry, room, sizeof room, &found) != 0 || !found)
        return NULL;
    return str_keep(a, str_of(found->pw_name));
}

static const char *fallback(Places *p, int which)
{
    if (which == HOST)
        return file_is_folder("/var/run/postgresql") ? "/var/run/postgresql" : "/tmp";
    if (which == PORT)
        return "5432";
    return which == DBNAME ? p->out[USER].value : user_name(p->arena);
}

static void look_elsewhere(Places *p, int which)
{
    static const char *const variables[] = {NULL, "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"};
    FoundValue *v = &p->out[which];
    const char *value = variable(variables[which]);
    if (v->in != FOUND_NOWHERE)
        return;
    v->secret = which == PASSWORD && value;
    if (value) {
        v->in = FOUND_ENVIRONMENT;
        v->variable = variables[which];
        v->value = which == PASSWORD ? NULL : value;
    } else if (which != PASSWORD && (v->value = fallback(p, which))) {
        v->in = FOUND_DEFAULT;
    }
}

// ---- The password ---------------------------------------------------------------------------------------

void found_reference(Arena *a, const char *reference, FoundValue *v)
{
    Str name;
    ReferenceKind kind = reference_parse(str_of(reference), &name);
    const char *folder = variable("CREDENTIALS_DIRECTORY"), *path = NULL;
    v->in = kind == REFERENCE_FILE ? FOUND_FILE : kind == REFERENCE_CRED ? FOUND_CREDENTIAL : FOUND_ENVIRONMENT;
    v->file = NULL;
    v->line = 0;
    if (kind == REFERENCE_ENV) {
        v->variable = str_keep(a, name);
        v->secret = variable(v->variable) != NULL;
        v->trouble = v->secret ? NULL : arena_text(a, _("%s is not set"), v->variable);
        return;
    }
    if (kind == REFERENCE_CRED && !folder) {
        v->trouble = _("there are no credentials of systemd: CREDENTIALS_DIRECTORY is not set");
        return;
    }
    path = kind == REFERENCE_CRED ? file_join(a, folder, str_keep(a, name)) : str_keep(a, name);
    v->file = found_shown(a, path);
    v->secret = access(path, R_OK) == 0;
    if (!v->secret)
        v->trouble = arena_text(a, "%s: %s", v->file, strerror(errno));
}

static void look_for_password(Places *p)
{
    FoundValue *v = &p->out[PASSWORD];
    if (p->clinic->target_password) {
        found_reference(p->arena, p->clinic->target_password, v);
        return;
    }
    look_elsewhere(p, PASSWORD);
    if (v->in != FOUND_NOWHERE)
        return;
    const char *path = variable("PGPASSFILE");
    if (p->passfile)
        path = p->passfile;
    else if (!path)
        path = in_home(p->arena, ".pgpass");
    if (path)
        password_line(p->arena, path, p->out[HOST].in == FOUND_DEFAULT ? "localhost" : p->out[HOST].value,
                      p->out[PORT].value, p->out[DBNAME].value, p->out[USER].value, v);
}

void server_places(Arena *a, const Clinic *c, FoundValue out[SERVER_VALUES])
{
    Places p = {.arena = a, .clinic = c, .out = out};
    p.config = config_file_read(a, shown_path(a, c->config_path), config_keys, problems_new(a));
    for (int i = 0; i < SERVER_VALUES; i++)
        out[i] = from_config(&p, i);
    if (c->target_password)
        out[PASSWORD].in = FOUND_FILE; // no service is asked
    look_for_service(&p);
    look_elsewhere(&p, HOST);
    look_elsewhere(&p, PORT);
    look_elsewhere(&p, USER);
    look_elsewhere(&p, DBNAME);
    look_for_password(&p);
}
