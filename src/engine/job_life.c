#include "engine/job_life.h"

#include <string.h>
#include <sys/stat.h>

#include "base/intl.h"
#include "cache/as_read.h"

static bool leaves_alone(const Worker *w)
{
    return w->o->rehearse || strcmp(w->o->mode, "verify") == 0;
}

// ---- What is told of the file ---------------------------------------------------------------------

typedef struct {
    Arena *arena;
    Str *about;
} Meta;

static bool take_meta(void *arg, const Str *line, Err *err)
{
    static const struct {
        const char *key;
        JobField field;
    } keys[] = {{"source_adapter_version", JOB_SOURCE_ADAPTER_VERSION}, {"exporter_tool", JOB_EXPORTER_TOOL},
                {"exporter_version", JOB_EXPORTER_VERSION},             {"format_version", JOB_FORMAT_VERSION},
                {"tenant_label", JOB_TENANT_LABEL},                     {"integrity_hash", JOB_HASH_DECLARED}};
    Meta *m = arg;
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (str_is(line[0], keys[i].key))
            m->about[keys[i].field] = str_of(str_keep(m->arena, line[1]));
    return true;
}

static bool tell_about(Worker *w, Str about[JOB_FIELDS], Err *err)
{
    Arena *a = w->s.arena;
    const char *path = w->s.clinic->source_path, *name = path ? strrchr(path, '/') : NULL, *hash;
    struct stat st;
    int64_t rows = 0;
    Meta meta = {a, about};
    for (size_t i = 0; i < w->n; i++)
        rows += w->steps[i].stage == STAGE_EXTRACT ? w->steps[i].rows : 0;
    memset(about, 0, JOB_FIELDS * sizeof *about);
    if (!as_read_meta(w->s.cache, take_meta, &meta, err) ||
        !cache_about(w->s.cache, a, "integrity_hash", &hash, err))
        return false;
    about[JOB_LABEL] = str_of(arena_text(a, "%s run %lld", w->s.clinic->name, (long long)w->record.run));
    about[JOB_CREATED_BY] = str_of(w->record.by);
    about[JOB_ORIGINAL_FILENAME] = str_of(name ? name + 1 : path);
    about[JOB_FILE_PATH] = str_of(path);
    if (path && stat(path, &st) == 0)
        about[JOB_FILE_SIZE] = str_of(arena_text(a, "%lld", (long long)st.st_size));
    about[JOB_HASH_COMPUTED] = str_of(hash);
    about[JOB_TOTAL_ENTITIES] = str_of(arena_text(a, "%lld", (long long)rows));
    about[JOB_EXECUTE_OPTIONS] = str_of(w->record.options);
    return true;
}

// ---- Moves ----------------------------------------------------------------------------------------

static bool is_at_work(JobState state)
{
    return state == JOB_VALIDATING || state == JOB_EXECUTING;
}

// Said before it is done: after a kill in between somebody has to look.
static bool foretell(Worker *w, JobState to, Err *err)
{
    JobSeen seen;
    if (!is_at_work(to))
        return true;
    if (!w->s.target->kind->job_seen(w->s.target, w->s.arena, w->shown, &seen, err))
        return false;
    seen.state = to;
    seen.moves++;
    return job_note(w->s.control, &seen, w->s.source_system, err);
}

// A run that failed waits for nobody: who looks next closes the job.
static bool move(Worker *w, JobState to, const char *error, int64_t processed, Err *err)
{
    Target *t = w->s.target;
    Attempts retry = {0};
    while (!foretell(w, to, err) || !t->kind->job_move(t, w->shown, to, error, processed, -1, err))
        if (to == JOB_FAILED || !worker_try_again(w, &retry, NULL, err))
            return false;
    w->shown_state = to;
    return job_note_newest(&w->s, err);
}

static bool open_job(Worker *w, Err *err)
{
    Target *t = w->s.target;
    Str about[JOB_FIELDS];
    JobSeen seen;
    w->shown = w->job;
    if (!tell_about(w, about, err) || !t->kind->job_open(t, about, &w->shown, err) ||
        !t->kind->job_seen(t, w->s.arena, w->shown, &seen, err))
        return false;
    w->shown_state = seen.state;
    return job_note_newest(&w->s, err);
}

// What is all there already needs no second job, unless something is written.
static bool is_needed(Worker *w, bool *needed, Err *err)
{
    const char *hash;
    JobSeen newest;
    *needed = true;
    if (w->job)
        return true;
    if (!w->s.target->kind->job_seen(w->s.target, w->s.arena, 0, &newest, err) ||
        !cache_about(w->s.cache, w->s.arena, "integrity_hash", &hash, err))
        return false;
    *needed = newest.state != JOB_COMPLETED || !hash || !newest.hash || strcmp(hash, newest.hash) != 0;
    return true;
}

static bool show(Worker *w, Err *err)
{
    bool needed;
    if (w->shown || leaves_alone(w))
        return true;
    return is_needed(w, &needed, err) && (!needed || open_job(w, err));
}

bool job_prepared(Worker *w, bool read_anew, Err *err)
{
    Target *t = w->s.target;
    JobSeen newest;
    if (leaves_alone(w))
        return true;
    if (!t->kind->job_seen(t, w->s.arena, 0, &newest, err))
        return false;
    if (newest.job && is_at_work(newest.state) &&
        (!t->kind->job_move(t, newest.job, JOB_FAILED, _("the process ended"), -1, -1, err) ||
         !job_note_newest(&w->s, err)))
        return false;
    if (w->job) // it goes on: what it wrote counts as its own
        return open_job(w, err) && t->kind->job_begin(t, &w->job, "", err);
    return !read_anew || show(w, err);
}

bool job_validating(Worker *w, Err *err)
{
    return show(w, err) && (!w->shown || w->shown_state == JOB_VALIDATING || move(w, JOB_VALIDATING, NULL, -1, err));
}

bool job_validated(Worker *w, Err *err)
{
    if (!w->shown || (w->shown_state != JOB_UPLOADED && w->shown_state != JOB_VALIDATING))
        return true;
    return job_validating(w, err) && move(w, JOB_VALIDATED, NULL, -1, err);
}

// A rollback's job has no file.
static bool find_own(Worker *w, Err *err)
{
    JobSeen seen;
    if (!w->o->undo_run)
        return open_job(w, err);
    if (!w->s.target->kind->job_seen(w->s.target, w->s.arena, w->job, &seen, err))
        return false;
    w->shown = w->job;
    w->shown_state = seen.state;
    return job_note_newest(&w->s, err);
}

bool job_executing(Worker *w, Err *err)
{
    if (leaves_alone(w))
        return true;
    if (!w->shown && !find_own(w, err))
        return false;
    w->job = w->shown;
    return job_validated(w, err) &&
           (w->shown_state == JOB_EXECUTING || move(w, JOB_EXECUTING, NULL, -1, err));
}

static bool went_well(const Worker *w)
{
    return w->exit_code == 0 || w->exit_code == 3;
}

bool job_ended(Worker *w, Err *err)
{
    if (!w->shown || leaves_alone(w) || !w->s.target)
        return true;
    if (!went_well(w))
        return move(w, JOB_FAILED, w->reason, -1, err);
    if (w->job && w->shown_state != JOB_COMPLETED) // one that went on may have found everything done
        return job_executing(w, err) && move(w, JOB_COMPLETED, NULL, w->o->undo_run ? -1 : w->accounted, err);
    if (w->shown_state == JOB_VALIDATED && strcmp(w->o->mode, "preview") == 0)
        return move(w, JOB_PREVIEWING, NULL, -1, err);
    return true;
}

bool job_undone(Worker *w, const int64_t *jobs, size_t n, const char *why, int64_t processed, Err *err)
{
    Target *t = w->s.target;
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = t->kind->job_move(t, jobs[i], JOB_FAILED, why, processed, -1, err);
    return ok;
}
