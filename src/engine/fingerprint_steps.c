#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "engine/worker.h"

// Raised when reading or writing changes its meaning: the steps are done anew.
static const char EXTRACT_VERSION[] = "1", INSERT_VERSION[] = "1";

static void add(Sha256 *h, const char *text)
{
    sha256_add(h, text ? str_of(text) : STR("\\N"));
    sha256_add(h, STR("\n"));
}

static const char *finish(Arena *a, Sha256 *h)
{
    char hex[SHA256_HEX + 1];
    sha256_finish_hex(h, hex);
    sha256_free(h);
    return arena_text(a, "%s", hex);
}

bool source_digest(Session *s, const char **out, Err *err)
{
    const char *path = s->clinic->source_path, *known;
    FileStamp now;
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
    char hex[SHA256_HEX + 1];
    if (!sha256_file(path, hex, err)) {
        err->kind = ERR_SOURCE;
        return false;
    }
    *out = arena_text(s->arena, "%s", hex);
    Err ignored; // a reader cannot note it: the next one reads the file again
    if (s->control && !control_note(s->control, key, arena_text(s->arena, "%s%s", stamp, hex), &ignored))
        ignored.kind = ERR_NONE;
    return true;
}

bool fingerprint_extract(Session *s, const char *source, const char **out, Err *err)
{
    (void)err;
    Sha256 *h = sha256_new();
    add(h, EXTRACT_VERSION);
    add(h, source);
    for (size_t i = 0; i < s->model->n; i++) {
        const Entity *e = &s->model->entities[i];
        add(h, e->name);
        for (size_t f = 0; f < e->n_fields; f++) {
            add(h, e->fields[f].name);
            add(h, e->fields[f].refers);
        }
    }
    *out = finish(s->arena, h);
    return true;
}

// insert depends on what validate made, not on how: a mapping that gives the same rows changes nothing.
bool fingerprint_insert(Session *s, const char *entity, bool raw, const char **out, Err *err)
{
    *out = "";
    CacheStep from;
    bool found;
    const char *step = arena_text(s->arena, "%s/%s", entity, raw ? "extract" : "validate");
    if (!cache_step(s->cache, s->arena, step, &from, &found, err))
        return false;
    if (!found)
        return true;
    Sha256 *h = sha256_new();
    add(h, INSERT_VERSION);
    add(h, from.content);
    add(h, s->clinic_id);
    add(h, raw ? "raw" : "mapped");
    *out = finish(s->arena, h);
    return true;
}
