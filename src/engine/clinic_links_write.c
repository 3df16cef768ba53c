#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/yaml.h"
#include "engine/audit.h"
#include "engine/clinic_links.h"
#include "engine/lock.h"

static void close_later(void *control)
{
    control_close(control);
}

const char *links_path(Arena *a, const Clinic *clinic)
{
    return arena_text(a, "%s/decisions/links.yaml", clinic->folder);
}

bool links_build(Arena *a, const RunOptions *o, Problems *problems, Err *err)
{
    static const char *const entity[] = {"treatment_catalog_item", NULL};
    RunOptions reading = *o;
    reading.select = entity;
    if (!engine_preview_make(a, &reading, problems, err))
        return false;
    Control *c = links_open(a, o->clinic, false, problems, err);
    return c && links_look_around(a, o->clinic, c, err);
}

static bool changed_file(Arena *a, const Clinic *clinic, Control *c, bool *yes, Err *err)
{
    const char *path = links_path(a, clinic), *noted;
    char digest[SHA256_HEX + 1];
    Str content;
    *yes = false;
    if (!file_exists(path))
        return true;
    if (!file_read(a, path, 64 << 20, &content, err) || !control_noted(c, a, LINKS_NOTE, &noted, err))
        return false;
    sha256_hex_of(content, digest);
    *yes = !noted || !str_is(str_of(noted), digest);
    return true;
}

Control *links_open(Arena *a, const Clinic *clinic, bool take, Problems *problems, Err *err)
{
    const char *state = clinic->state_folder;
    bool changed = false;
    if (!file_exists(links_path(a, clinic)) && !file_exists(file_join(a, state, "control.db"))) {
        err_set(err, ERR_USAGE, _("%s has had no run yet"), clinic->name);
        err_hint(err, "mudanza links build %s", clinic->typed);
        return NULL;
    }
    Control *c = file_make_folder(state, 0700, err) ? control_open(state, true, err) : NULL;
    if (!c)
        return NULL;
    arena_defer(a, close_later, c);
    if (!take)
        return c;
    if (!links_first(a, clinic, c, lock_user(a), problems, err) || !changed_file(a, clinic, c, &changed, err))
        return NULL;
    if (!changed)
        return c;
    err_set(err, ERR_DECISION, _("%s was changed since it was written"),
            shown_path(a, links_path(a, clinic)));
    err_hint(err, _("`mudanza links import %s` takes it in first"), clinic->typed);
    return NULL;
}

bool links_written(Arena *a, const Clinic *clinic, Control *c, const char *action, int64_t count, Err *err)
{
    JsonOut *j;
    if (!count)
        return true;
    Audit *audit = audit_begin(clinic->state_folder, clinic->name, action, &j);
    json_int(j, "count", count);
    return (audit_end(audit, err) && links_export(a, clinic, c, err)) ||
           err_wrap(err, "%s", _("decided, but not written down in the clinic's folder"));
}

static void add_text(Buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    buf_addf(out, ", %s: ", name);
    yaml_quote(str_of(value), out);
}

static void write_item(const LinkItem *i, Buf *out)
{
    const char *state =
        link_state_words[i->state == LINK_ACCEPTED && i->chosen.id ? LINK_ACCEPTED : i->state];
    buf_add_text(out, "\n  - {entity: ");
    yaml_quote(str_of(i->entity), out);
    add_text(out, "key", i->key);
    add_text(out, "label", i->label);
    add_text(out, "code", i->code);
    add_text(out, "type", i->type);
    add_text(out, "state", state);
    if (i->chosen.id) {
        buf_add_text(out, ", target: {id: ");
        yaml_quote(str_of(i->chosen.id), out);
        add_text(out, "code", i->chosen.code);
        add_text(out, "label", i->chosen.label);
        buf_add_char(out, '}');
    }
    add_text(out, "category", i->chosen_category);
    add_text(out, "by", i->by);
    add_text(out, "at", i->at);
    add_text(out, "note", i->note);
    add_text(out, "from", i->from);
    buf_add_char(out, '}');
}

bool links_text(Arena *a, const Clinic *clinic, Control *c, Buf *out, size_t *n, Err *err)
{
    const char *system;
    *n = 0;
    if (!control_noted(c, a, LINKS_SYSTEM, &system, err))
        return false;
    buf_add_text(out, "# Decisions about links: written by `mudanza links`, read by `mudanza links import`.\n"
                      "version: 1\nclinic: ");
    yaml_quote(str_of(clinic->name), out);
    buf_add_text(out, "\nsystem: ");
    yaml_quote(str_of(system ? system : clinic->source_system ? clinic->source_system : "unknown"), out);
    buf_add_text(out, "\nlinks:");
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT %s FROM links WHERE revision > 0 ORDER BY entity, key", link_columns);
    AUTO(arena_free_at) Arena *one = arena_new();
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        arena_reset(one);
        const LinkItem item = link_item(s, one);
        if (!text_is_utf8(str_of(item.key)) || !item.by)
            continue;
        write_item(&item, out);
        ++*n;
    }
    buf_add_text(out, *n ? "\n" : " []\n");
    return step == LITE_DONE;
}

// Inside a transaction, so that of two people who decide at once the later one writes what both decided.
static bool write_file(Arena *a, const Clinic *clinic, Control *c, Err *err)
{
    const char *path = links_path(a, clinic);
    AUTO(buf_free) Buf text = {0};
    char digest[SHA256_HEX + 1];
    size_t n;
    if (!links_text(a, clinic, c, &text, &n, err))
        return false;
    if (!n && !file_exists(path))
        return true;
    sha256_hex_of(buf_str(&text), digest);
    return file_make_folder(arena_text(a, "%s/decisions", clinic->folder), 0700, err) &&
           file_write(path, buf_str(&text), 0600, err) && control_note(c, LINKS_NOTE, digest, err);
}

bool links_export(Arena *a, const Clinic *clinic, Control *c, Err *err)
{
    if (lite_begin(control_db(c), err) && write_file(a, clinic, c, err) && lite_commit(control_db(c), err))
        return true;
    lite_rollback(control_db(c));
    return false;
}

bool links_keep(Session *s, const char *entity, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *made_of, *stored;
    LinkCatalogue found;
    if (!mapper_links_made_of(s->mapper, entity, a, &made_of, err))
        return false;
    if (!made_of)
        return true;
    if (!link_stored(s->control, a, entity, &stored, err))
        return false;
    if (stored && str_is(str_of(stored), made_of))
        return true;
    if (!mapper_links(s->mapper, entity, a, &found, err))
        return false;
    found.made_of = made_of;
    return link_store(s->control, &found, err) &&
           control_note(s->control, LINKS_SYSTEM, s->source_system, err) &&
           links_look_around(a, s->clinic, s->control, err);
}
