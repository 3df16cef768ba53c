#include <string.h>

#include "base/intl.h"
#include "cache/sample.h"
#include "engine/worker.h"

// The entity of "patient" or "patient/insert".
static const char *entity_of(Arena *a, const char *step)
{
    return arena_text(a, "%.*s", (int)strcspn(step, "/"), step);
}

bool engine_preview(Arena *a, const RunOptions *o, const char *step, size_t rows, bool unmask, Preview *out, Problems *problems, Err *err)
{
    *out = (Preview){0};
    const char *entity = entity_of(a, step);
    const char *select[] = {entity, NULL};
    RunOptions reading = *o;
    reading.mode = "preview";
    reading.select = select;
    reading.stages = "XV"; // reads and checks; the target's rows are not touched
    reading.max_rejects = INT64_MAX;
    RunOutcome outcome;
    if (!engine_run(a, &reading, problems, &outcome, err))
        return false;
    if (outcome.exit_code != 0 && outcome.exit_code != 3)
        return err->kind != ERR_NONE ? false : err_set(err, (ErrKind)outcome.exit_code, "%s", outcome.reason);
    AUTO(cache_close_at) Cache *cache = cache_open(o->clinic->state_folder, false, err);
    Sample sample;
    CacheSource source;
    CacheStep made = {0};
    bool found;
    if (!cache || !cache_sample(cache, a, entity, rows, !unmask, &sample, err) || !cache_source(cache, entity, &source, err) ||
        !cache_step(cache, a, arena_text(a, "%s/validate", entity), &made, &found, err))
        return false;
    if (!source.rows && !sample.n_columns)
        return err_set(err, ERR_USAGE, _("the clinic has no entity '%s'"), entity);
    out->source = source.rows;
    out->skipped = made.skipped;
    out->rejected = source.rejected + made.rejected;
    out->kept = source.rows - out->skipped - out->rejected;
    out->columns = sample.columns;
    out->n_columns = sample.n_columns;
    out->rows = sample.rows;
    out->n_rows = sample.n_rows;
    return true;
}
