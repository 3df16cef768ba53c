// extract: the source file into a new cache.db, in one pass that also checks its integrity.
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/load.h"
#include "engine/worker.h"
#include "source/dpmf.h"

enum { ASK_ROWS = 1024 }; // how often a request to stop is looked for

typedef struct {
    Worker *w;
    CacheLoad *load;
    Step *step; // NULL: an entity without a step yet (unknown to the model)
    int64_t rows;
} Extraction;

static bool begin_entity(void *arg, const DpmfEntity *entity, Err *err)
{
    Extraction *x = arg;
    x->rows = 0;
    x->step = worker_step(x->w, entity->name, STAGE_EXTRACT);
    if (x->step)
        worker_begin_step(x->w, x->step, entity->declared);
    return cache_load_declared(x->load, entity->name, entity->declared, entity->schema_version, err) &&
           cache_load_entity(x->load, entity->name, err);
}

static bool take_row(void *arg, const DpmfRow *row, Err *err)
{
    Extraction *x = arg;
    SourceRow copy = {row->key,     row->source_id, row->source_system,
                      row->payload, row->raw,       row->extracted_at};
    if (!cache_load_row(x->load, &copy, err))
        return false;
    return ++x->rows % ASK_ROWS != 0 || worker_may_go_on(x->w, err);
}

static bool end_entity(void *arg, const DpmfEntity *entity, const char *content_hash, Err *err)
{
    Extraction *x = arg;
    (void)entity;
    int64_t rows, rejected;
    if (!cache_load_entity_end(x->load, content_hash, &rows, &rejected, err))
        return false;
    if (!x->step)
        return true;
    x->step->rows = x->step->done = rows;
    x->step->rejected = rejected;
    x->step->took_s = (double)(steady_now() - x->step->began) / 1e6;
    return true;
}

static bool take_file(void *arg, Str columns[7], Err *err)
{
    return cache_load_file(((Extraction *)arg)->load, columns, err);
}

static bool take_warning(void *arg, Str columns[7], Err *err)
{
    return cache_load_warning(((Extraction *)arg)->load, columns, err);
}

static void peeling(void *arg, const char *phase, int64_t done, int64_t total)
{
    Worker *w = arg;
    event_progress(w->events, "source/extract", phase, strcmp(phase, "read") != 0, done, total, 0);
    beat_tick(w->beat, phase, "source/extract", done, total, 0);
    worker_glance(w, STAGE_EXTRACT);
}

// What the file says of itself, all of it: an export writes it again.
static bool load_meta(CacheLoad *load, Dpmf *d, Err *err)
{
    for (size_t i = 0; i < dpmf_meta_count(d); i++) {
        Str key, value;
        dpmf_meta_at(d, i, &key, &value);
        if (!cache_load_meta(load, key, value, err))
            return false;
    }
    const char *system = dpmf_meta(d, "source_system");
    return !system || !*system || cache_load_about(load, "source_system", system, err);
}

static bool load_about(Worker *w, CacheLoad *load, const Dpmf *d, Err *err)
{
    return cache_load_about(load, "source_digest", w->source_digest, err) &&
           cache_load_about(load, "integrity_hash", dpmf_hash_computed(d), err) &&
           cache_load_about(load, "layering", dpmf_layering(d), err) &&
           cache_load_about(load, "plain_bytes", arena_text(w->s.arena, "%lld", (long long)dpmf_bytes(d)),
                            err);
}

static bool read_all(Worker *w, Dpmf *d, const char *fingerprint, Err *err)
{
    AUTO(cache_load_abandon_at)
    CacheLoad *load = cache_load_begin(w->s.clinic->state_folder, w->s.model, err);
    if (!load)
        return false;
    Extraction x = {.w = w, .load = load};
    DpmfVisitor visitor = {begin_entity, take_row, NULL, end_entity, take_file, take_warning, &x};
    DpmfVerdict verdict;
    FileStamp after;
    if (!load_meta(load, d, err) || !dpmf_read(d, &visitor, &verdict, err) ||
        !file_stamp(w->s.clinic->source_path, &after, err))
        return false;
    // What was read must be what the digest was taken of.
    if (memcmp(&w->s.source_stamp, &after, sizeof after) != 0)
        return err_set(err, ERR_SOURCE, _("%s changed while it was read"), w->s.clinic->source_path);
    for (size_t i = 0; i < dpmf_warning_count(d); i++)
        if (!cache_load_issue(load, dpmf_warning(d, i)->code, dpmf_warning(d, i)->message, err))
            return false;
    return load_about(w, load, d, err) && cache_load_finish(load, fingerprint, err);
}

// Nobody is there to be asked: who watches over the night is told, and the report says how to give it.
static void tell_passphrase_missing(Worker *w, const Err *why)
{
    Err ignored = {0};
    JsonOut *j = event_begin(w->events, "gate", NULL);
    json_text(j, "need", NEED_PASSPHRASE);
    json_text(j, "message", why->text);
    json_text(j, "hint", why->hint);
    event_send(w->events, &(Event){.text = NULL});
    (void)!control_run_needs(w->s.control, w->record.run, NEED_PASSPHRASE, &ignored);
}

static Secret *find_passphrase(Worker *w, Err *err)
{
    SecretSource from = w->o->passphrase ? *w->o->passphrase : (SecretSource){.fd = -1};
    from.reference = w->s.clinic->passphrase;
    err->kind = ERR_NONE;
    Secret *found = secret_find(&from, _("Passphrase of the source file: "), err);
    if (!found && err->kind == ERR_NONE) {
        err_set(err, ERR_DECISION, _("%s is encrypted and no passphrase was given"),
                w->s.clinic->source_path);
        err_hint(err, "%s",
                 _("Use --passphrase-file, --passphrase-fd, MUDANZA_PASSPHRASE or source: passphrase: in "
                   "config.yaml."));
        tell_passphrase_missing(w, err);
    }
    return found;
}

// Where plaintext of an encrypted source goes when it must.
static const char *temp_folder(Worker *w)
{
    return file_join(w->s.arena, w->s.clinic->state_folder, "tmp");
}

static bool extract_source(Worker *w, const char *fingerprint, Err *err)
{
    AUTO(secret_free_at) Secret *passphrase = NULL;
    bool encrypted;
    if (!dpmf_is_encrypted(w->s.clinic->source_path, &encrypted, err) ||
        (encrypted && !(passphrase = find_passphrase(w, err))))
        return false;
    const char *temp = temp_folder(w);
    if (!file_make_folder(temp, 0700, err))
        return false;
    DpmfWatch watch = {peeling, w};
    DpmfVerdict verdict;
    Dpmf *d = dpmf_open(w->s.clinic->source_path, passphrase, temp, &watch, &verdict, err);
    if (!d)
        return false;
    bool ok = read_all(w, d, fingerprint, err);
    dpmf_close(d);
    return ok;
}

static bool extract_is_current(Worker *w, const char *fingerprint, bool *current, Err *err)
{
    *current = false;
    if (!w->s.cache)
        return err->kind == ERR_NONE;
    CacheStep step;
    if (!cache_step(w->s.cache, w->s.arena, w->n ? w->steps[0].id : "", &step, current, err))
        return false;
    *current = *current && strcmp(step.fingerprint, fingerprint) == 0;
    return true;
}

// What is known of the file as a whole.
static bool note_source(Worker *w, const Inputs *inputs, Err *err)
{
    return control_inputs_save(w->s.control, SOURCE_STEP, inputs, err) &&
           worker_take_issues(w, "source/extract", err);
}

// Each entity's step ends with what the cache says of it.
static bool end_steps(Worker *w, const char *fingerprint, const Inputs *inputs, bool current, Err *err)
{
    bool told = !current && note_source(w, inputs, err);
    if (!current && !told)
        return false;
    for (size_t i = 0; i < w->n; i++) {
        Step *s = &w->steps[i];
        CacheStep made;
        bool found;
        if (s->stage != STAGE_EXTRACT)
            continue;
        if (!cache_step(w->s.cache, w->s.arena, s->id, &made, &found, err))
            return false;
        s->rows = s->done = found ? made.rows : 0;
        s->rejected = found ? made.rejected : 0;
        s->fingerprint = fingerprint;
        if (!worker_step_noted(w, s, &s->current, err))
            return false;
        s->current = s->current && current;
        // A kill may have come before it was told: it is never told after the first step has ended.
        if (!s->current && !told && !(told = note_source(w, inputs, err)))
            return false;
        if (!s->current && !worker_take_issues(w, s->id, err))
            return false;
        if (!worker_end_step(w, s, s->rejected ? STEP_PARTIAL : STEP_DONE, NULL, NULL, err))
            return false;
    }
    return true;
}

// The source may hold entity types the model does not know. How long each step took is kept.
static bool make_steps_anew(Worker *w, Err *err)
{
    const Step *before = w->steps;
    size_t n = w->n;
    if (!worker_make_steps(w, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        Step *now = worker_step(w, before[i].entity, before[i].stage);
        if (now) {
            now->took_s = before[i].took_s;
            now->ran = before[i].ran;
        }
    }
    return true;
}

// verify compares with what was read once, whatever has become of the file since.
static bool find_digest(Worker *w, Err *err)
{
    w->source_digest = NULL;
    if (strcmp(w->o->mode, "verify") == 0 && w->s.cache &&
        !cache_about(w->s.cache, w->s.arena, "source_digest", &w->source_digest, err))
        return false;
    return w->source_digest || source_digest(&w->s, &w->source_digest, err);
}

bool run_extract(Worker *w, Err *err)
{
    const char *fingerprint;
    bool current, wanted = false;
    Inputs inputs = {0};
    dpmf_remove_leftovers(temp_folder(w)); // also when nothing is to be read: what a kill left must not stay
    for (size_t i = 0; i < w->n; i++)
        wanted |= w->steps[i].wanted && w->steps[i].stage == STAGE_EXTRACT;
    if (!find_digest(w, err))
        return false;
    fingerprint = fingerprint_extract(&w->s, w->source_digest, &inputs);
    err->kind = ERR_NONE;
    if (!extract_is_current(w, fingerprint, &current, err))
        return false;
    if (!current && !wanted) {
        err_set(err, ERR_STEP, "%s", _("the source has not been extracted: run the extract steps first"));
        return err_hint(err, "mudanza run %s --stage X", w->s.clinic->typed);
    }
    if (!current) {
        cache_close(w->s.cache);
        w->s.cache = NULL;
        if (!extract_source(w, fingerprint, err))
            return false;
        w->s.cache = cache_open(w->s.clinic->state_folder, true, err);
        if (!w->s.cache)
            return err->kind != ERR_NONE
                       ? false
                       : err_set(err, ERR_INTERNAL, "%s", _("the cache just built cannot be opened"));
        if (!make_steps_anew(w, err))
            return false;
    }
    return end_steps(w, fingerprint, &inputs, current, err);
}
