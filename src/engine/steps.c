// The list of steps: which there are, and which of them this run is to do.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/stage_files.h"

const char *const stage_words[STAGES] = {N_("extract"), N_("validate"), N_("insert"), N_("verify")};
const char stage_letters[STAGES + 1] = "XVIC";
const char *const step_status_words[STEP_STATUSES] = {"done",    "pending", "running",
                                                      "stale",   "failed",  "partial",
                                                      "blocked", "skipped"};

bool step_is_raw(const Step *s)
{
    return !s->mapped || !s->mapped->n;
}

bool step_is_good(const Step *s)
{
    return s->status == STEP_DONE || s->status == STEP_PARTIAL;
}

bool worker_only_looks(const RunOptions *o)
{
    return strcmp(o->mode, "verify") == 0 || strcmp(o->mode, "preview") == 0;
}

bool worker_is_unattended(const RunOptions *o)
{
    return strcmp(o->mode, "autopilot") == 0 || strcmp(o->mode, "resume") == 0;
}

static bool fills_table(const MappedEntity *e)
{
    for (size_t i = 0; e && i < e->n; i++)
        if (!mapping_only_links(e->mappings[i]))
            return true;
    return false;
}

static bool named(const RunOptions *o)
{
    return o->select && o->select[0];
}

// skip_autopilot of an entry for this step, or for one before it of the same entity: without that there is
// nothing to write or to verify. Reading is one pass for all.
static int switched_off(const Clinic *c, const Step *s)
{
    for (size_t i = 0; i < c->n_commands; i++) {
        const Command *k = &c->commands[i];
        for (Stage stage = STAGE_VALIDATE; k->skip_autopilot && k->entity && k->type && stage <= s->stage;
             stage++)
            if (strcmp(k->type, stage_words[stage]) == 0 && strcmp(k->entity, s->entity) == 0)
                return k->line;
    }
    return 0;
}

static bool without_status(const Clinic *c, const Step *s)
{
    for (size_t i = 0; i < c->n_commands; i++) {
        const Command *k = &c->commands[i];
        if (k->skip_status && k->entity && k->type && strcmp(k->type, stage_words[s->stage]) == 0 &&
            strcmp(k->entity, s->entity) == 0)
            return true;
    }
    return false;
}

static bool selected(const Worker *w, const Step *s)
{
    if (w->o->stages && !strchr(w->o->stages, stage_letters[s->stage]))
        return false;
    if (!named(w->o))
        return true;
    for (size_t i = 0; w->o->select[i]; i++)
        if (text_glob(w->o->select[i], s->entity) || text_glob(w->o->select[i], s->id))
            return true;
    return false;
}

static void add_step(Worker *w, const char *entity, Stage stage, const MappedEntity *mapped)
{
    Step *s = &w->steps[w->n++];
    *s = (Step){.entity = entity, .stage = stage, .mapped = mapped, .status = STEP_PENDING, .rows = -1};
    s->id = arena_text(w->s.arena, "%s/%s", entity, stage_words[stage]);
    s->off = switched_off(w->s.clinic, s);
    s->untracked = without_status(w->s.clinic, s);
    s->wanted = selected(w, s) && (!s->off || named(w->o));
}

Step *worker_step(Worker *w, const char *entity, Stage stage)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == stage && strcmp(w->steps[i].entity, entity) == 0)
            return &w->steps[i];
    return NULL;
}

// --failed and --stale keep, of the selected steps, those control.db tells so of. A step that was done and
// is still current does nothing, so what --stale leaves is what changed.
static bool keep_by_status(Worker *w, Err *err)
{
    for (size_t i = 0; (w->o->failed_only || w->o->stale_only) && i < w->n; i++) {
        Step *s = &w->steps[i];
        StepRecord last;
        bool found = false;
        if (!s->wanted)
            continue;
        if (w->s.control && !control_step(w->s.control, w->s.arena, s->id, &last, &found, err))
            return false;
        bool partial = found && strcmp(last.status, "partial") == 0,
             done = found && strcmp(last.status, "done") == 0;
        // The same file holds the same damaged rows: reading it again would mend none.
        bool failed = found && (strcmp(last.status, "failed") == 0 || strcmp(last.status, "blocked") == 0 ||
                                (partial && s->stage != STAGE_EXTRACT));
        s->again = w->o->failed_only && failed;
        s->wanted = s->again || (w->o->stale_only && (done || partial));
    }
    return true;
}

static bool needs(const Worker *w, const Step *s, const Step *other)
{
    if (other->stage == STAGE_EXTRACT || (other->stage < s->stage && other->stage == STAGE_VALIDATE))
        return true;
    if (other->stage < s->stage)
        return strcmp(other->entity, s->entity) == 0;
    return other->stage == s->stage && (s->stage == STAGE_VALIDATE || s->stage == STAGE_INSERT) &&
           other != s && w->s.mapper && !step_is_raw(s) && !step_is_raw(other) &&
           mapper_needs(w->s.mapper, s->entity, other->entity);
}

// What a wanted step needs is wanted too, unless only the selected ones are to run: reading and checking
// write nothing, so all of it comes along. Backwards, so that what is needed finds in turn what it needs.
static void want_upstream(Worker *w)
{
    for (size_t i = w->n; !w->o->only && i-- > 0;)
        for (size_t k = 0; w->steps[i].wanted && w->steps[i].stage > STAGE_EXTRACT && k < w->n; k++)
            w->steps[k].wanted |= !w->steps[k].off && needs(w, &w->steps[i], &w->steps[k]);
}

// What only the ledger knows: entity types that were kept raw and are not in the source any more.
static bool find_past_entities(Worker *w, const char **extra, size_t n_extra, const char ***past,
                               size_t *n_past, Err *err)
{
    size_t n = 0;
    const Target *t = w->s.target;
    if (t && !t->kind->raw_entities(w->s.target, w->s.arena, past, &n, err))
        return false;
    *n_past = 0;
    for (size_t i = 0; i < n; i++) {
        bool known = model_entity(w->s.model, (*past)[i]);
        for (size_t k = 0; !known && k < n_extra; k++)
            known = strcmp(extra[k], (*past)[i]) == 0;
        if (!known)
            (*past)[(*n_past)++] = (*past)[i];
    }
    return true;
}

bool worker_make_steps(Worker *w, Err *err)
{
    const Profile *p = w->s.profile;
    size_t n_extra = 0, n_past = 0;
    const char **extra = NULL, **past = NULL;
    bool files = false;
    if (!staging_is_wanted(w, &files, err) ||
        (w->s.cache && !cache_unknown_entities(w->s.cache, w->s.arena, w->s.model, &extra, &n_extra, err)) ||
        !find_past_entities(w, extra, n_extra, &past, &n_past, err))
        return false;
    w->steps = arena_many(w->s.arena, Step, (p->n + n_extra + n_past + 1) * STAGES);
    w->n = 0;
    for (Stage stage = STAGE_EXTRACT; stage < STAGES; stage++) {
        for (size_t i = 0; i < p->n; i++) {
            const MappedEntity *e = &p->entities[i];
            bool has = stage == STAGE_EXTRACT || stage == STAGE_INSERT || (stage == STAGE_VALIDATE && e->n) ||
                       (stage == STAGE_VERIFY && fills_table(e));
            if (has)
                add_step(w, e->entity->name, stage, e);
        }
        for (size_t i = 0; i < n_extra && (stage == STAGE_EXTRACT || stage == STAGE_INSERT); i++)
            add_step(w, extra[i], stage, NULL);
        for (size_t i = 0; i < n_past && stage == STAGE_INSERT; i++)
            add_step(w, past[i], stage, NULL);
        if (files && stage == STAGE_INSERT)
            add_step(w, FILES_ENTITY, stage, NULL);
    }
    if (!keep_by_status(w, err))
        return false;
    want_upstream(w);
    return true;
}

const char *worker_why_not(Worker *w, const Step *s)
{
    return s->off ? arena_text(w->s.arena, _("switched off in commands.yaml, line %d"), s->off)
                  : _("not selected");
}
