#include <string.h>

#include "base/intl.h"
#include "cache/figure_store.h"
#include "cache/raw_rows.h"
#include "cache/sample.h"
#include "engine/issue_meaning.h"
#include "engine/worker.h"

// The entity of "patient" or "patient/insert".
static const char *entity_of(Arena *a, const char *step)
{
    return arena_text(a, "%.*s", (int)strcspn(step, "/"), step);
}

bool engine_preview_make(Arena *a, const RunOptions *o, Problems *problems, Err *err)
{
    RunOptions reading = *o;
    reading.mode = "preview";
    reading.stages = "XV";
    reading.max_rejects = INT64_MAX; // a limit is for who writes
    reading.stop_on_reject = false;
    const char **entities = NULL;
    size_t n = 0;
    while (o->select && o->select[n])
        n++;
    if (n) {
        entities = arena_many(a, const char *, n + 1);
        for (size_t i = 0; i < n; i++)
            entities[i] = entity_of(a, o->select[i]);
    }
    reading.select = entities;
    RunOutcome outcome;
    if (!engine_run(a, &reading, problems, &outcome, err))
        return false;
    if (outcome.exit_code != 0 && err->kind == ERR_NONE)
        err_set(err, (ErrKind)outcome.exit_code, "%s", outcome.reason);
    return outcome.exit_code == 0;
}

static bool tell(Arena *a, const Clinic *clinic, Cache *cache, const char *entity, Told **out, size_t *n, Err *err)
{
    FigureLine *lines;
    if (!cache_figures(cache, a, entity, &lines, n, err))
        return false;
    const IssueWords *words = *n ? issue_words(a, clinic) : NULL;
    *out = arena_many(a, Told, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const FigureLine *l = &lines[i];
        (*out)[i] = (Told){.name = l->name,
                           .entity = l->entity,
                           .setting = l->setting,
                           .value = l->setting ? figure_setting(words, clinic, l->setting) : NULL,
                           .about = figure_about(words, l->name),
                           .label = l->label,
                           .rows = l->rows};
    }
    return true;
}

bool engine_preview_source(Arena *a, const Clinic *clinic, SourcePreview *out, Err *err)
{
    SourceFiles files;
    SourceWarning *warnings;
    *out = (SourcePreview){0};
    AUTO(cache_close_at) Cache *cache = cache_open(clinic->state_folder, false, err);
    if (!cache || !cache_files(cache, NULL, &files, err) || !cache_warnings(cache, a, &warnings, &out->n_warnings, err) ||
        !tell(a, clinic, cache, NULL, &out->told, &out->n_told, err))
        return false;
    out->files = files.total;
    out->files_hashed = files.hashed;
    out->warnings = arena_many(a, struct SourceTold, out->n_warnings + 1);
    for (size_t i = 0; i < out->n_warnings; i++)
        out->warnings[i] = (struct SourceTold){warnings[i].entity, warnings[i].severity, warnings[i].code, warnings[i].rows};
    return true;
}

bool engine_preview(Arena *a, const Clinic *clinic, const char *step, size_t rows, bool unmask, Preview *out,
                    Err *err)
{
    *out = (Preview){0};
    const char *entity = entity_of(a, step);
    AUTO(cache_close_at) Cache *cache = cache_open(clinic->state_folder, false, err);
    Sample sample;
    CacheSource source;
    CacheStep made = {0};
    SourceFiles files;
    bool found;
    if (!cache || !cache_sample(cache, a, entity, rows, !unmask, &sample, err) ||
        !cache_source(cache, entity, &source, err) ||
        !cache_files(cache, entity, &files, err) || !tell(a, clinic, cache, entity, &out->told, &out->n_told, err) ||
        !cache_step(cache, a, arena_text(a, "%s/validate", entity), &made, &found, err))
        return false;
    if (!source.rows && !sample.n_columns)
        return err_set(err, ERR_USAGE, _("the clinic has no entity '%s'"), entity);
    if (!cache_entity_counts(cache, entity, &out->linked, &out->issues, err) ||
        !raw_rows_count(cache, entity, found, &out->raw, err))
        return false;
    out->files = files.total;
    out->files_hashed = files.hashed;
    out->source = source.rows;
    out->skipped = found ? made.skipped - out->raw : 0;
    out->rejected = source.rejected + made.rejected;
    out->kept = source.rows - out->skipped - out->rejected - out->linked - out->raw;
    out->columns = sample.columns;
    out->n_columns = sample.n_columns;
    out->rows = sample.rows;
    out->n_rows = sample.n_rows;
    return true;
}
