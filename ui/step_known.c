// What control.db and the profile tell of a step: how it stood last, what it reads, fills, needs and feeds.
#include <string.h>

#include "base/intl.h"
#include "map/profile.h"
#include "ui/step_data.h"

static StepStatus status_of(const char *word)
{
    for (int i = 0; i < STEP_STATUSES; i++)
        if (strcmp(step_status_words[i], word) == 0)
            return (StepStatus)i;
    return STEP_PENDING;
}

// A list without twice the same.
typedef struct {
    Arena *arena;
    Control *control; // NULL: no run yet
    StepNear *items;
    size_t n;
} Near;

static bool add_near(Near *list, const char *entity, Err *err)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].entity, entity) == 0)
            return true;
    StepRecord last;
    bool found = false;
    if (list->control && !control_step(list->control, list->arena,
                                       arena_text(list->arena, "%s/insert", entity), &last, &found, err))
        return false;
    list->items[list->n++] = (StepNear){entity, found ? status_of(last.status) : STEP_PENDING};
    return true;
}

static bool refers(const MappedEntity *from, const char *to)
{
    for (size_t i = 0; i < from->n; i++)
        for (size_t k = 0; k < from->mappings[i]->n_references; k++)
            if (strcmp(from->mappings[i]->references[k].entity, to) == 0)
                return true;
    return false;
}

static bool add_profile(Arena *a, Control *c, const Profile *p, const char *entity, StepKnown *out, Err *err)
{
    const MappedEntity *own = profile_entity(p, entity);
    Near needs = {a, c, arena_many(a, StepNear, p->n + 1), 0},
         feeds = {a, c, arena_many(a, StepNear, p->n + 1), 0};
    bool ok = true;
    for (size_t i = 0; ok && own && i < p->n; i++) {
        const MappedEntity *other = &p->entities[i];
        if (other == own)
            continue;
        if (refers(own, other->entity->name))
            ok = add_near(&needs, other->entity->name, err);
        if (ok && refers(other, entity))
            ok = add_near(&feeds, other->entity->name, err);
    }
    out->needs = needs.items;
    out->n_needs = needs.n;
    out->feeds = feeds.items;
    out->n_feeds = feeds.n;
    out->mapped = own && own->n;
    if (!out->mapped)
        return ok;
    out->profile_file = own->mappings[0]->file;
    out->tables = arena_many(a, const char *, own->n);
    for (size_t i = 0; i < own->n; i++)
        if (own->mappings[i]->table)
            out->tables[out->n_tables++] = own->mappings[i]->table;
    return ok;
}

static bool add_history(Arena *a, Control *c, const char *entity, const char *step, StepKnown *out, Err *err)
{
    const IssueFilter open = {.entity = entity, .state = "open"};
    if (!control_step(c, a, step, &out->last, &out->ran, err) || !issue_count(c, &open, &out->open, err))
        return false;
    out->status = out->ran ? status_of(out->last.status) : STEP_PENDING;
    out->runs = step_history(c, a, step, 0, STEP_RUNS, &out->n_runs, &out->more_runs, err);
    return out->runs || err->kind == ERR_NONE;
}

void *step_read_known(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    const char *entity = step_wish_text(w, 0);
    Problems *problems = problems_new(a);
    const char *data = data_folder(a, err);
    StepKnown *out = arena_one(a, StepKnown);
    (void)o;
    *out = (StepKnown){.status = STEP_PENDING, .source = clinic->source_path};
    Control *c = control_open(clinic->state_folder, false, err);
    if (!data || (!c && err->kind != ERR_NONE))
        return NULL;
    const Model *model = model_load(a, data, problems);
    const Profile *profile = model ? profile_load(a, clinic, clinic->profile, model, problems) : NULL;
    bool ok =
        (!c || add_history(a, c, entity, arena_text(a, "%s/%s", entity, stage_words[w->stage]), out, err)) &&
        (!profile || add_profile(a, c, profile, entity, out, err));
    control_close(c);
    return ok ? out : NULL;
}
