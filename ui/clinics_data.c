#include "ui/clinics_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/conninfo.h"
#include "engine/lock.h"
#include "engine/overview.h"
#include "engine/words_shown.h"
#include "ui/when.h"

const char *const clinic_line_names[6] = {N_("config"), N_("source"), N_("cache"),
                                          N_("target"), N_("lock"),   N_("run")};

static const char *last_part(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path ? path : "";
}

static const char *target_name(Arena *a, const Clinic *c)
{
    Conninfo server = {0};
    Err ignored = {0};
    if (c->target_type == TARGET_SQLITE)
        return last_part(c->target_path);
    if (!c->target_conninfo || !conninfo_parse(a, c->target_conninfo, &server, &ignored))
        return "postgres";
    return server.service ? server.service : server.dbname ? server.dbname : "postgres";
}

static const char *counted(Arena *a, int64_t n, const char *words)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    buf_addf(&text, " %s", words);
    return str_keep(a, buf_str(&text));
}

// ---- How its last run ended ------------------------------------------------------------------

static StepStatus run_status(const ClinicOverview *o)
{
    static const struct {
        const char *word;
        StepStatus status;
    } known[] = {{"done", STEP_DONE},       {"partial", STEP_PARTIAL},     {"running", STEP_RUNNING},
                 {"blocked", STEP_BLOCKED}, {"stopped", STEP_STALE},       {"interrupted", STEP_STALE},
                 {"failed", STEP_FAILED},   {"unbalanced", STEP_FAILED}};
    if (o->running)
        return STEP_RUNNING;
    if (!o->run.run)
        return STEP_PENDING;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (o->run.status && strcmp(o->run.status, known[i].word) == 0)
            return known[i].status;
    return STEP_FAILED;
}

static const char *last_run(Arena *a, const ClinicOverview *o, Instant now)
{
    if (o->running && o->told)
        return arena_text(a, _("#%lld at work, %s"), (long long)o->seen.run, o->owner_user ? o->owner_user : "?");
    if (o->running)
        return _("a worker begins");
    if (!o->run.run)
        return _("never run");
    return arena_text(a, "#%lld %s %s", (long long)o->run.run, o->run.status ? run_word(o->run.status) : "?",
                      when_short(a, o->run.ended_at ? o->run.ended_at : o->run.started_at, now));
}

// ---- The lines below the list ---------------------------------------------------------------------

static const char *config_line(Arena *a, const ClinicOverview *o, size_t hints)
{
    size_t errors = o->problems ? o->problems->errors : 0;
    if (!o->clinic)
        return arena_text(a, ngettext("%zu error: Enter shows it", "%zu errors: Enter shows them", errors), errors);
    if (hints)
        return arena_text(a, ngettext("valid, %zu hint", "valid, %zu hints", hints), hints);
    return _("valid");
}

static const char *source_line(Arena *a, const ClinicOverview *o)
{
    const char *path = o->clinic->source_path;
    if (!path)
        return _("none yet: source.path in config.yaml");
    if (!o->source_there)
        return arena_text(a, _("%s is not there"), shown_path(a, path));
    return o->read_at ? arena_text(a, _("%s, read %s"), shown_path(a, path), when_whole(a, o->read_at))
                      : arena_text(a, _("%s, not read yet"), shown_path(a, path));
}

static const char *cache_line(Arena *a, const ClinicOverview *o)
{
    if (o->cache_rows < 0 && !o->cache_bytes)
        return _("nothing yet");
    return arena_text(a, "%s, %s", counted(a, MAX(o->cache_rows, 0), _("rows")), bytes_short(a, o->cache_bytes));
}

static const char *target_line(Arena *a, const Clinic *c)
{
    if (c->target_type == TARGET_SQLITE)
        return arena_text(a, "%s  %s", c->env, c->target_path ? shown_path(a, c->target_path) : "");
    return arena_text(a, "%s  %s", c->env, c->target_conninfo ? c->target_conninfo : "");
}

static const char *lock_line(Arena *a, const ClinicOverview *o)
{
    if (!o->running)
        return _("free");
    if (!o->told)
        return _("held by a worker that has not told anything yet");
    return arena_text(a, _("%s on %s, process %lld, %lld of %lld steps"), o->owner_user ? o->owner_user : "?",
                      o->seen.host, (long long)o->seen.pid, (long long)o->seen.steps_done,
                      (long long)o->seen.steps_total);
}

static const char *run_line(Arena *a, const ClinicOverview *o)
{
    AUTO(buf_free) Buf text = {0};
    if (o->trouble)
        return o->trouble;
    if (!o->run.run)
        return _("none yet");
    buf_addf(&text, "#%lld %s", (long long)o->run.run, o->run.status ? run_word(o->run.status) : "?");
    if (o->steps_total)
        buf_addf(&text, _(", %lld of %lld steps done"), (long long)o->steps_done, (long long)o->steps_total);
    if (o->steps_failed)
        buf_addf(&text, _(", %lld failed"), (long long)o->steps_failed);
    if (o->rejected)
        buf_addf(&text, _(", %s"), counted(a, o->rejected, _("rows rejected")));
    return str_keep(a, buf_str(&text));
}

// Somebody else, or oneself on another machine.
static bool is_others(Arena *a, const ClinicOverview *o)
{
    return o->running && o->owner_user && o->owner_host &&
           (strcmp(o->owner_user, lock_user(a)) != 0 || strcmp(o->owner_host, lock_host(a)) != 0);
}

static ClinicRow row_of(Arena *a, const ClinicOverview *o, Instant now)
{
    const Clinic *c = o->clinic;
    size_t errors = o->problems ? o->problems->errors : 0;
    ClinicRow row = {
        .name = o->name,
        .title = o->run.run && o->run.clinic_name ? o->run.clinic_name : "",
        .env = c ? c->env : "",
        .source = c ? last_part(c->source_path) : "",
        .target = c ? target_name(a, c) : "",
        .valid = c,
        .errors = errors,
        .hints = o->problems ? o->problems->n - errors : 0,
        .share = c && o->steps_total ? (double)o->steps_done / (double)o->steps_total : -1,
        .open = c && !o->trouble ? o->issues.open : -1,
        .status = c ? run_status(o) : STEP_FAILED,
        .in_use = is_others(a, o),
        .attention = o->attention,
        .moment = o->run.run ? o->run.started_at : NULL,
        .next_key = c ? o->next.key : 'E',
        .next = o->next.why ? o->next.why : "",
        .next_command = o->next.command ? o->next.command : "",
    };
    row.last = c ? last_run(a, o, now)
                 : arena_text(a, ngettext("config: %zu error", "config: %zu errors", errors), errors);
    for (size_t i = 0; i < ARRAY_LEN(row.line); i++)
        row.line[i] = "";
    row.line[0] = config_line(a, o, row.hints);
    if (!c)
        return row;
    row.line[1] = source_line(a, o);
    row.line[2] = cache_line(a, o);
    row.line[3] = target_line(a, c);
    row.line[4] = lock_line(a, o);
    row.line[5] = run_line(a, o);
    return row;
}

void *clinics_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)clinic, (void)wish, (void)err;
    ClinicsModel *m = arena_one(a, ClinicsModel);
    Instant now = instant_now();
    size_t n = 0;
    m->workspace = o->workspace;
    ClinicOverview *seen = o->workspace ? overview_clinics(a, o->workspace, o->state_dir, &n) : NULL;
    if (n)
        qsort(seen, n, sizeof *seen, overview_by_attention);
    m->rows = arena_many(a, ClinicRow, n + 1);
    for (size_t i = 0; i < n; i++)
        m->rows[m->n++] = row_of(a, &seen[i], now);
    return m;
}
