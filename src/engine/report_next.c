#include "engine/report_next.h"

#include <string.h>

#include "base/intl.h"

#define PASSPHRASE_GIVEN "resume %s --passphrase-file FILE"

typedef struct {
    Arena *arena;
    Report *report;
    const char *name; // the clinic as typed
} Adviser;

// command: with %s where the clinic goes.
static const char *typed(const Adviser *d, const char *command)
{
    const char *gap = strstr(command, "%s");
    return arena_text(d->arena, "mudanza %.*s%s%s", (int)(gap - command), command, d->name, gap + 2);
}

// The same command is not told twice.
static void advise(Adviser *d, const char *command, const char *why)
{
    Report *r = d->report;
    const char *line = typed(d, command);
    if (r->n_next == NEXT_ACTIONS)
        return;
    for (size_t i = 0; i < r->n_next; i++)
        if (strcmp(r->next[i].command, line) == 0)
            return;
    r->next[r->n_next++] = (NextAction){line, why};
}

// Exit code 8: what is wanted was noted when it was missed.
static void advise_decision(Adviser *d)
{
    const char *needs = d->report->run.needs;
    if (needs && strcmp(needs, NEED_PASSPHRASE) == 0)
        advise(d, PASSPHRASE_GIVEN,
               _("give the passphrase: like this, with --passphrase-fd, in MUDANZA_PASSPHRASE, or as "
                 "source.passphrase in config.yaml"));
    else if (needs && strcmp(needs, NEED_LINKS) == 0)
        advise(d, "links list %s --state pending", _("see the proposed links, then accept, relink, create or ignore"));
    else if (needs)
        advise(d, arena_text(d->arena, "warnings list %%s --code %s", shell_word(d->arena, needs)),
               _("see what waits for a decision, then resolve, ignore or ask"));
    else
        advise(d, "plan %s", _("see what waits for a decision"));
}

static void advise_on_exit(Adviser *d, const char *logs)
{
    switch (d->report->run.exit_code) {
    case ERR_INTERNAL: advise(d, logs, _("read what happened before the error")); break;
    case ERR_CONFIG:
        advise(d, "config validate %s", _("see every problem of the configuration at once"));
        break;
    case ERR_SOURCE: advise(d, "doctor %s", _("check that the source can be read")); break;
    case ERR_TARGET: advise(d, "doctor %s", _("check that the target can be reached")); break;
    case ERR_DECISION: advise_decision(d); break;
    case ERR_STEP:
        if (d->report->n_causes) // it may well have been too many of them
            advise(d, "rejects list %s", _("see which rows were rejected and why"));
        advise(d, logs, _("read why a step failed"));
        break;
    default: break;
    }
}

static bool any_warning(const Report *r)
{
    for (size_t i = 0; i < r->n_issues; i++)
        if (strcmp(r->issues[i].severity, "warning") == 0)
            return true;
    return false;
}

static bool any_failed_step(const Report *r)
{
    for (size_t i = 0; i < r->n_steps; i++)
        if (strcmp(r->steps[i].status, "failed") == 0)
            return true;
    return false;
}

// Worth going on with: everything but a good end, a wrong command line and a wrong configuration. A
// worker that is gone without having said how it ended left its work to go on with.
static bool can_go_on(const Report *r)
{
    if (strcmp(r->run.status, "running") == 0 || strcmp(r->run.mode, "verify") == 0 ||
        strcmp(r->run.mode, "preview") == 0 || strcmp(r->run.mode, "rehearse") == 0)
        return false;
    return !r->ended ||
           (r->run.exit_code != 0 && !(r->is_rollback && r->run.exit_code == 3) && r->run.exit_code != ERR_USAGE && r->run.exit_code != ERR_CONFIG);
}

// What goes on with the run. The steps that left rejects count as done until something they read changes: only
// a retry does them again.
static const char *way_on(const Report *r)
{
    const char *needs = r->run.needs;
    if (strcmp(r->run.status, "partial") == 0)
        return r->n_causes ? "rejects retry %s" : NULL;
    return r->run.exit_code == ERR_DECISION && needs && strcmp(needs, NEED_PASSPHRASE) == 0 ? PASSPHRASE_GIVEN
                                                                                            : "resume %s";
}

void report_next(Arena *a, Report *r)
{
    Adviser d = {a, r, r->clinic->typed};
    const char *logs = arena_text(a, "logs %%s %lld", (long long)r->run.run);
    const char *on = can_go_on(r) ? way_on(r) : NULL;
    bool partial = strcmp(r->run.status, "partial") == 0, rehearsed = strcmp(r->run.mode, "rehearse") == 0;
    if (on)
        r->resume = typed(&d, on);
    if (strcmp(r->run.status, "running") == 0)
        advise(&d, "status %s", _("see what the run is at"));
    if (r->total.lost != 0 || r->run.exit_code == ERR_UNBALANCED)
        advise(&d, "verify %s", _("find the rows without outcome: read the target back"));
    advise_on_exit(&d, logs);
    if (any_failed_step(r))
        advise(&d, logs, _("read why a step failed"));
    if (on && !partial)
        advise(&d, on, _("go on where it stopped"));
    if (r->is_rollback)
        advise(&d, "autopilot %s", _("write it anew"));
    else if (r->n_causes) {
        advise(&d, "rejects list %s", _("see which rows were rejected and why"));
        if (!rehearsed)
            advise(&d, "rejects retry %s", _("try them again once the causes are mended"));
    }
    if (any_warning(r) && !r->is_rollback)
        advise(&d, "warnings list %s", _("look through the warnings"));
    if (rehearsed)
        advise(&d, "autopilot %s", _("do it for real"));
    else if (!r->is_rollback)
        advise(&d, "verify %s", _("read the target back and verify it"));
    advise(&d, arena_text(a, "report %%s %lld --format md", (long long)r->run.run), _("hand this report on"));
    advise(&d, "runs %s", _("compare with earlier runs"));
}
