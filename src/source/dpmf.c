#include "source/dpmf_inner.h"

Dpmf *dpmf_new(const char *path, const DpmfWatch *watch)
{
    Arena *a = arena_new();
    Dpmf *d = arena_one(a, Dpmf);
    d->arena = a;
    d->path = arena_text(a, "%s", path);
    if (watch)
        d->watch = *watch;
    return d;
}

bool dpmf_load(Dpmf *d, const Secret *passphrase, const char *temp_folder, Err *err)
{
    *err = (Err){0};
    d->verdict = DPMF_ACCEPT;
    return dpmf_peel(d, passphrase, temp_folder, err) && dpmf_judge_schema(d, err);
}

Dpmf *dpmf_open(const char *path, const Secret *passphrase, const char *temp_folder, const DpmfWatch *watch,
                DpmfVerdict *verdict, Err *err)
{
    Dpmf *d = dpmf_new(path, watch);
    bool ok = dpmf_load(d, passphrase, temp_folder, err);
    *verdict = d->verdict;
    if (ok)
        return d;
    dpmf_close(d);
    return NULL;
}

void dpmf_close(Dpmf *d)
{
    if (!d)
        return;
    lite_close(d->db);
    arena_free(d->arena);
}

void dpmf_watch(Dpmf *d)
{
    lite_watch_all(d->db, 4000 + d->bytes / 1000);
}

const char *dpmf_layering(const Dpmf *d)
{
    return d->layering;
}

int64_t dpmf_bytes(const Dpmf *d)
{
    return d->bytes;
}

size_t dpmf_meta_count(const Dpmf *d)
{
    return d->meta_n;
}

void dpmf_meta_at(const Dpmf *d, size_t i, Str *key, Str *value)
{
    *key = d->meta[i].key;
    *value = d->meta[i].value;
}

const char *dpmf_meta(const Dpmf *d, const char *key)
{
    const Str *value = dpmf_meta_value(d, key);
    return value ? value->at : NULL; // copies of the arena are NUL-ended
}

size_t dpmf_entity_count(const Dpmf *d)
{
    return d->entities_n;
}

const DpmfEntity *dpmf_entity(const Dpmf *d, size_t i)
{
    return &d->entities[i];
}

size_t dpmf_warning_count(const Dpmf *d)
{
    return d->warnings_n;
}

const DpmfWarning *dpmf_warning(const Dpmf *d, size_t i)
{
    return &d->warnings[i];
}

const char *dpmf_hash_declared(const Dpmf *d)
{
    const char *declared = dpmf_meta(d, "integrity_hash");
    return declared && *declared ? declared : NULL;
}

const char *dpmf_hash_computed(const Dpmf *d)
{
    return d->hash[0] ? d->hash : NULL;
}
