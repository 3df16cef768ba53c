#include "engine/job_noted.h"

#include "base/intl.h"
#include "base/json_read.h"
#include "engine/job_life.h"

static const char note_key[] = "job";

bool job_note(Control *c, const JobSeen *seen, const char *source_system, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_int(&j, "job", seen->job);
    json_text(&j, "kind", seen->rollback ? "rollback" : "import");
    json_text(&j, "status", job_state_words[seen->state]);
    json_text(&j, "error", seen->error);
    json_int(&j, "total_entities", seen->total);
    json_int(&j, "processed_entities", seen->processed);
    json_int(&j, "moves", seen->moves);
    json_text(&j, "source_system", source_system);
    json_close(&j);
    return control_note(c, note_key, buf_text(&text), err);
}

const char *job_noted(Arena *a, Control *c)
{
    Err ignored = {0};
    const char *text = NULL;
    return c && control_noted(c, a, note_key, &text, &ignored) ? text : NULL;
}

bool job_note_newest(Session *s, Err *err)
{
    JobSeen seen;
    return s->target->kind->job_seen(s->target, s->arena, 0, &seen, err) &&
           (!seen.job || job_note(s->control, &seen, s->source_system, err));
}

static bool find_scope(Session *s, Err *err)
{
    if (!session_profile(s, problems_new(s->arena), err))
        return false;
    s->target = session_open_target(s->clinic, s->arena, false, err);
    return s->target && session_which_clinic(s, err) &&
           s->target->kind->prepare(s->target, (TargetScope){s->clinic_id, s->source_system}, err);
}

// A worker that begins meanwhile moves the job on: then it is not the one that was noted.
static bool close_dead(Session *s, int64_t job, int64_t moves, Err *err)
{
    Target *t;
    s->control = control_open(s->clinic->state_folder, true, err);
    return s->control && find_scope(s, err) && (t = s->target) &&
           t->kind->job_move(t, job, JOB_FAILED, _("the process ended"), -1, moves, err) && job_note_newest(s, err);
}

void job_catch_up(Arena *a, const Clinic *clinic)
{
    Err ignored = {0};
    const char *owner;
    Control *c = control_open(clinic->state_folder, false, &ignored);
    Str noted = str_of(job_noted(a, c));
    control_close(c);
    Str status = json_member(noted, "status");
    if ((!str_is(status, "\"validating\"") && !str_is(status, "\"executing\"")) ||
        lock_owner(a, clinic->state_folder, &owner))
        return;
    Session s = {.arena = a, .clinic = clinic, .source_system = json_as_text(a, json_member(noted, "source_system"))};
    if (!close_dead(&s, json_as_int(json_member(noted, "job"), 0), json_as_int(json_member(noted, "moves"), 0), &ignored))
        ignored.kind = ERR_NONE; // who may only read leaves it to somebody else
    session_close(&s);
}
