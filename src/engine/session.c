#include "engine/session.h"

#include <string.h>

#include "base/file.h"
#include "base/intl.h"

enum { SQL_MAX = 64 << 20 };

bool session_profile(Session *s, Problems *problems, Err *err)
{
    const char *data = data_folder(s->arena, err);
    if (!data)
        return false;
    s->model = model_load(s->arena, data, problems);
    if (!s->model)
        return false;
    s->profile = profile_load(s->arena, s->clinic, s->clinic->profile, s->model, problems);
    return s->profile;
}

static bool read_sql(Session *s, const char *name, Str *out, Err *err)
{
    const char *path = profile_file(s->arena, s->clinic, s->profile->name, name);
    if (!path)
        return err_set(err, ERR_CONFIG, _("profile %s has no %s: the embedded target cannot be made"),
                       s->profile->name, name);
    return file_read(s->arena, path, SQL_MAX, out, err);
}

static bool make_embedded(Session *s, Err *err)
{
    Str schema, seed;
    return read_sql(s, "schema.sqlite.sql", &schema, err) && read_sql(s, "seed.sqlite.sql", &seed, err) &&
           target_sqlite_make(s->clinic->target_path, schema, seed, err);
}

static Target *open_server(const Clinic *c, Arena *a, bool read_only, Err *err)
{
    AUTO(secret_free_at) Secret *password = NULL;
    if (c->target_password && !(password = secret_of(c->target_password, err))) {
        if (err->kind == ERR_NONE)
            err_set(err, ERR_CONFIG, "%s", _("it is empty"));
        err_wrap(err, "target.password");
        return NULL;
    }
    return target_postgres.open(a, c->target_conninfo, password, read_only, err);
}

Target *session_open_target(const Clinic *c, Arena *a, bool read_only, Err *err)
{
    err->kind = ERR_NONE;
    if (c->target_type == TARGET_SQLITE)
        return target_sqlite.open(a, c->target_path, NULL, read_only, err);
    Target *t = open_server(c, a, read_only, err);
    if (t)
        t->kind->at_work(t, arena_text(a, "mudanza %s", c->name));
    return t;
}

bool session_target(Session *s, bool write, Err *err)
{
    const Clinic *c = s->clinic;
    err->kind = ERR_NONE;
    if (c->target_type == TARGET_SQLITE && !file_exists(c->target_path)) {
        if (!write)
            return true;
        if (!make_embedded(s, err))
            return false;
    }
    s->target = session_open_target(c, s->arena, !write, err);
    return s->target;
}

typedef struct {
    Arena *arena;
    const char *wanted; // NULL: any
    const char *id, *name;
    size_t n;
    Buf list;
} Candidates;

static bool note_clinic(void *arg, const Str *values, Err *err)
{
    Candidates *c = arg;
    (void)err;
    if (c->wanted && !str_is(values[0], c->wanted))
        return true;
    c->n++;
    c->id = str_keep(c->arena, values[0]);
    c->name = str_keep(c->arena, values[1].at ? values[1] : STR("?"));
    if (c->n <= 20)
        buf_addf(&c->list, "%s%s (%s)", c->n > 1 ? ", " : "", c->id, c->name);
    return true;
}

bool session_which_clinic(Session *s, Err *err)
{
    const Profile *p = s->profile;
    const char *columns[] = {p->clinic_id_column, p->clinic_name_column};
    Candidates found = {.arena = s->arena, .wanted = clinic_setting(s->clinic, "clinic_id")};
    bool ok = s->target->kind->read(s->target, p->clinic_table, columns, 2, false, columns[0], NULL, -1,
                                    note_clinic, &found, err);
    if (ok && found.wanted && found.n != 1)
        ok = err_set(err, ERR_CONFIG, _("the target has no clinic with the id %s (settings.clinic_id)"),
                     found.wanted);
    else if (ok && found.n != 1) {
        ok =
            err_set(err, ERR_DECISION,
                    found.n ? _("the target holds %zu clinics: %s") : _("the target holds no clinic (%zu)%s"),
                    found.n, buf_text(&found.list));
        err_hint(err, "%s", _("Name the one to fill: settings: {clinic_id: ...} in config.yaml."));
    }
    s->clinic_id = found.id;
    s->clinic_name = found.name;
    buf_free(&found.list);
    return ok;
}

bool session_as_of(Session *s, const char *given, const char *source_digest, bool write, Err *err)
{
    const char *key = arena_text(s->arena, "as_of:%s", source_digest);
    const char *text = given ? given : clinic_setting(s->clinic, "as_of");
    if (!text && s->control && !control_noted(s->control, s->arena, key, &text, err))
        return false;
    bool has_offset;
    if (text && !instant_parse(str_of(text), &s->as_of, &has_offset))
        return err_set(err, given ? ERR_USAGE : ERR_CONFIG,
                       _("'%s' is no instant: write 2026-11-21T12:00:00Z"), text);
    AUTO(buf_free) Buf shown = {0};
    if (!text)
        s->as_of = instant_now() / 1000000 * 1000000; // whole seconds read better in rows
    instant_format(s->as_of, &shown);
    if (!text && !clock_is_sane(s->as_of)) { // rows would be judged by it, also in later runs
        err_set(err, ERR_INTERNAL, _("the clock says %s"), buf_text(&shown));
        return err_hint(err, "%s", _("Set the clock (timedatectl set-ntp true), or say what the rows are judged by: --as-of"));
    }
    s->as_of_text = str_keep(s->arena, buf_str(&shown));
    return !write || control_note(s->control, key, s->as_of_text, err);
}

bool session_mapper(Session *s, Problems *problems, Err *err)
{
    if (!cache_about(s->cache, s->arena, "source_system", &s->source_system, err))
        return false;
    if (s->clinic->source_system)
        s->source_system = s->clinic->source_system;
    if (!s->source_system)
        s->source_system = "unknown";
    MapperOptions o = {
        .cache = s->cache,
        .profile = s->profile,
        .clinic = s->clinic,
        .target = s->target,
        .clinic_id = s->clinic_id,
        .source_system = s->source_system,
        .as_of = s->as_of,
        .control = s->control,
        .looks = s->looks,
    };
    s->mapper = mapper_new(s->arena, &o, problems, err);
    return s->mapper;
}

void session_close(Session *s)
{
    cache_close(s->cache);
    s->cache = NULL;
    if (s->target)
        s->target->kind->close(s->target);
    s->target = NULL;
    control_close(s->control);
    s->control = NULL;
}
