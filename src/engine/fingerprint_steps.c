#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "engine/stage_files.h"

// Raised when reading or writing changes its meaning: the steps are done anew.
static const char EXTRACT_VERSION[] = "1", INSERT_VERSION[] = "1";

// A file written to in the same tick of the file system's clock has the same stamp: a change this young
// is not yet believed to be the last one. Nor is one from the future, when the clock was moved back.
enum { STAMP_SETTLED_S = 2 };

static bool is_settled(const FileStamp *s, Instant when)
{
    return s->ctime_ns / 1000 < when - (Instant)STAMP_SETTLED_S * 1000000;
}

static bool digest_of(Session *s, const char *path, const char **out, Err *err)
{
    char hex[SHA256_HEX + 1];
    FileStamp after;
    if (!sha256_file(path, hex, err) || !file_stamp(path, &after, err)) {
        if (err->kind != ERR_STOPPED)
            err->kind = ERR_SOURCE;
        return false;
    }
    if (memcmp(&after, &s->source_stamp, sizeof after) != 0)
        return err_set(err, ERR_SOURCE, _("%s changed while it was read"), path);
    *out = arena_text(s->arena, "%s", hex);
    return true;
}

bool source_digest(Session *s, const char **out, Err *err)
{
    const char *path = s->clinic->source_path, *known;
    FileStamp now;
    Instant when = instant_now();
    if (!path)
        return err_set(err, ERR_CONFIG, "%s", _("config.yaml names no source (source: path:)"));
    if (!file_stamp(path, &now, err)) {
        err->kind = ERR_SOURCE;
        return false;
    }
    s->source_stamp = now;
    const char *stamp = arena_text(s->arena, "%llu %llu %lld %lld %lld ", (unsigned long long)now.device,
                                   (unsigned long long)now.inode, (long long)now.size,
                                   (long long)now.mtime_ns, (long long)now.ctime_ns);
    const char *key = arena_text(s->arena, "digest:%s", path);
    if (s->control) {
        if (!control_noted(s->control, s->arena, key, &known, err))
            return false;
        if (known && str_starts(str_of(known), stamp)) {
            *out = known + strlen(stamp);
            return true;
        }
    }
    if (!digest_of(s, path, out, err))
        return false;
    Err ignored; // a reader cannot note it: the next one reads the file again
    if (s->control && is_settled(&now, when) &&
        !control_note(s->control, key, arena_text(s->arena, "%s%s", stamp, *out), &ignored))
        ignored.kind = ERR_NONE;
    return true;
}

static const char *source_text(Session *s, const char *digest)
{
    AUTO(buf_free) Buf when = {0};
    if (!s->source_stamp.size) // verify goes by what was read once
        return arena_text(s->arena, "%.8s", digest);
    instant_rfc3339(s->source_stamp.mtime_ns / 1000, &when);
    return arena_text(s->arena, _("%.8s (%lld bytes, of %.19sZ)"), digest, (long long)s->source_stamp.size,
                      buf_text(&when));
}

const char *fingerprint_extract(Session *s, const char *source, Inputs *in)
{
    in->arena = s->arena;
    inputs_add(in, INPUT_RULES, "extract", EXTRACT_VERSION, EXTRACT_VERSION);
    inputs_add_digest(in, INPUT_SOURCE, "", source, source_text(s, source));
    for (size_t i = 0; i < s->model->n; i++) {
        const Entity *e = &s->model->entities[i];
        AUTO(buf_free) Buf fields = {0};
        for (size_t f = 0; f < e->n_fields; f++)
            buf_addf(&fields, "%s%s%s%s", f ? ", " : "", e->fields[f].name, e->fields[f].refers ? " -> " : "",
                     e->fields[f].refers ? e->fields[f].refers : "");
        inputs_add(in, INPUT_MODEL, e->name, buf_text(&fields), buf_text(&fields));
    }
    return inputs_fingerprint(in);
}

// The digest of each column that validate made, so that a change can be told by it.
static bool add_columns(Session *s, const char *entity, Inputs *in, Err *err)
{
    const MappedEntity *e = profile_entity(s->profile, entity);
    for (size_t i = 0; e && i < e->n; i++) {
        const Mapping *m = e->mappings[i];
        AUTO(lite_finish_at)
        LiteStmt *q =
            lite_preparef(cache_db(s->cache), err,
                          "SELECT name, digest FROM _columns WHERE made = %Q ORDER BY name", m->out);
        LiteStep got = LITE_FAILED;
        while (q && (got = lite_step(q, err)) == LITE_ROW)
            inputs_add_digest(in, INPUT_UPSTREAM,
                              arena_text(s->arena, "%s/validate: %s%s%.*s", entity, m->part ? m->part : "",
                                         m->part ? "." : "", STR_ARG(lite_text(q, 0))),
                              str_keep(s->arena, lite_text(q, 1)), NULL);
        if (got != LITE_DONE)
            return false;
    }
    return true;
}

// insert depends on what validate made, not on how: a mapping that gives the same rows changes nothing.
bool fingerprint_insert(Session *s, const char *entity, bool raw, Inputs *in, const char **out, Err *err)
{
    *out = "";
    if (strcmp(entity, FILES_ENTITY) == 0)
        return staging_fingerprint(s, in, out, err);
    in->arena = s->arena;
    CacheStep from;
    bool found;
    const char *step = arena_text(s->arena, "%s/%s", entity, raw ? "extract" : "validate");
    if (!cache_step(s->cache, s->arena, step, &from, &found, err))
        return false;
    if (!found)
        return true;
    inputs_add(in, INPUT_RULES, "insert", INSERT_VERSION, INSERT_VERSION);
    inputs_add(in, INPUT_SETTING, "clinic_id", s->clinic_id, s->clinic_id);
    inputs_add_digest(in, INPUT_UPSTREAM, step, from.content, NULL);
    if (!raw && !add_columns(s, entity, in, err))
        return false;
    *out = inputs_fingerprint(in);
    return true;
}
