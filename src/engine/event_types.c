#include "engine/event_types.h"

#include <stddef.h>

#include "base/intl.h"

#define STATUSES "done|pending|running|stale|failed|partial|blocked|skipped"

const EventField event_common_fields[] = {
    {"v", "integer", false, "1"},
    {"t", "string", false, NULL},
    {"seq", "integer", false, NULL},
    {"type", "string", false, NULL},
    {"clinic", "string", false, NULL},
    {"run", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField run_start[] = {
    {"mode", "string", false, "run|autopilot|resume|verify|preview|rehearse|rollback"},
    {"by", "string", false, NULL},
    {"host", "string", false, NULL},
    {"pid", "integer", false, NULL},
    {"resumes", "integer", true, NULL},
    {"target", "object", false, NULL},
    {"target.env", "string", false, NULL},
    {"target.type", "string", false, "sqlite|postgres"},
    {"version", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField plan[] = {
    {"steps", "integer", false, NULL},
    {"order", "array", true, NULL},
    {"order[]", "string", false, NULL},
    {"left_out", "array", true, NULL},
    {"left_out[]", "string", false, NULL},
    {"rows", "integer", true, NULL},
    {"undoes", "array", true, NULL},
    {"undoes[]", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField step_start[] = {
    {"step", "string", false, NULL},
    {"rows", "integer", true, NULL},
    {"why", "array", true, NULL},
    {"why[]", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField step_progress[] = {
    {"step", "string", false, NULL},
    {"phase", "string", false, NULL},
    {"done", "integer", false, NULL},
    {"rows", "integer", false, NULL},
    {"unit", "string", false, "rows|bytes"},
    {"rate", "number", false, NULL},
    {"eta_s", "array", true, NULL},
    {"eta_s[]", "number", false, NULL},
    {"rejects", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField warning[] = {
    {"step", "string", false, NULL},
    {"code", "string", false, NULL},
    {"severity", "string", false, "fatal|error|warning|information"},
    {"entity", "string", false, NULL},
    {"id", "string|null", false, NULL},
    {"fp", "string", false, NULL},
    {"new", "boolean", false, NULL},
    {"at", "object", false, NULL},
    {"at.row", "integer|null", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField gate[] = {
    {"need", "string", false, "decision|mapping|passphrase|disk|server"},
    {"step", "string", true, NULL},
    {"code", "string", true, NULL},
    {"count", "integer", true, NULL},
    {"blocking", "boolean", true, NULL},
    {"message", "string", false, NULL},
    {"hint", "string", true, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField stall[] = {
    {"step", "string", true, NULL},
    {"since_s", "integer", false, NULL},
    {"cause", "string", false, "no progress|silent"},
    {"waits_for", "string|null", false, NULL},
    {"message", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField control[] = {
    {"id", "string", true, NULL},
    {"cmd", "string", false, "listen|pause|continue|stop"},
    {"after", "string", true, "batch|step|now"},
    {"by", "string", true, NULL},
    {"from", "string", true, NULL},
    {"state", "string", false, "applied|failed"},
    {"message", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField retry[] = {
    {"step", "string", true, NULL},
    {"try", "integer", false, NULL},
    {"of", "integer", false, NULL},
    {"wait_s", "number", false, NULL},
    {"reason", "string", false, "busy|lost"},
    {"message", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField bulk[] = {
    {"state", "string", false, "planned|no|off|back|on|unchecked|left"},
    {"tables", "integer", true, NULL},
    {"keys", "integer", true, NULL},
    {"indexes", "integer", true, NULL},
    {"reason", "string", true, NULL},
    {"took_s", "number", true, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField issues[] = {
    {"step", "string", false, NULL},
    {"fatal", "integer", false, NULL},
    {"error", "integer", false, NULL},
    {"warning", "integer", false, NULL},
    {"information", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField paused[] = {
    {"by", "string", false, NULL},
    {"until", "string|null", false, NULL},
    {"reason", "string", false, NULL},
    {"hint", "string", true, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField continued[] = {
    {"message", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField state[] = {
    {"pid", "integer", false, NULL},
    {"pid_start", "integer", false, NULL},
    {"host", "string", false, NULL},
    {"state", "string", false, NULL},
    {"phase", "string", false, NULL},
    {"step", "string", false, NULL},
    {"done", "integer", false, NULL},
    {"rows", "integer", false, NULL},
    {"rate", "number", false, NULL},
    {"steps", "array", false, NULL},
    {"steps[]", "integer", false, NULL},
    {"eta_s", "array|null", false, NULL},
    {"eta_s[]", "number", false, NULL},
    {"rejects", "integer", false, NULL},
    {"warnings_new", "integer", false, NULL},
    {"retries", "integer", false, NULL},
    {"paused_by", "string|null", false, NULL},
    {"pause_until", "string|null", false, NULL},
    {"asked", "string|null", false, NULL},
    {"waits_for", "string|null", false, NULL},
    {"stall", "object|null", false, NULL},
    {"stall.since_s", "integer", false, NULL},
    {"moved_at", "string", false, NULL},
    {"log_bytes", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField kept[] = {
    {"table", "string", false, NULL},
    {"id", "string", false, NULL},
    {"reason", "string", false, NULL},
    {"built", "array", false, NULL},
    {"built[]", "object", false, NULL},
    {"built[].table", "string", false, NULL},
    {"built[].rows", "integer", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField hook[] = {
    {"event", "string", true, NULL},
    {"program", "string", true, NULL},
    {"state", "string", false, "done|failed|timeout|refused|dropped"},
    {"exit", "integer", true, NULL},
    {"took_s", "number", true, NULL},
    {"message", "string", true, NULL},
    {"output", "string", true, NULL},
    {"calls", "integer", true, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField retention[] = {
    {"runs", "integer", false, NULL},
    {"cache_bytes", "integer", false, NULL},
    {"message", "string|null", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField heartbeat[] = {
    {"status", "string", false, "running"},
    {NULL, NULL, false, NULL},
};

static const EventField step_end[] = {
    {"step", "string", false, NULL},
    {"status", "string", false, STATUSES},
    {"reason", "string", true, NULL},
    {"rows", "integer", false, NULL},
    {"rejected", "integer", true, NULL},
    {"source", "integer", true, NULL},
    {"inserted", "integer", true, NULL},
    {"updated", "integer", true, NULL},
    {"unchanged", "integer", true, NULL},
    {"linked", "integer", true, NULL},
    {"skipped", "integer", true, NULL},
    {"lost", "integer", true, NULL},
    {"absent", "integer", true, NULL},
    {"took_s", "number", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField verified[] = {
    {"step", "string", false, NULL},
    {"rows", "integer", false, NULL},
    {"missing", "integer", false, NULL},
    {"different", "integer", false, NULL},
    {"edited", "integer", false, NULL},
    {"foreign_keys", "integer", false, NULL},
    {"orphans", "array", false, NULL},
    {"orphans[]", "object", false, NULL},
    {"orphans[].table", "string", false, NULL},
    {"orphans[].key", "string", false, NULL},
    {"orphans[].parent", "string", false, NULL},
    {"orphans[].rows", "integer", false, NULL},
    {"orphans[].ours", "integer", false, NULL},
    {"money", "array", false, NULL},
    {"money[]", "object", false, NULL},
    {"money[].table", "string", false, NULL},
    {"money[].column", "string", false, NULL},
    {"money[].by", "string|null", false, NULL},
    {"money[].year", "string", false, NULL},
    {"money[].made", "string", false, NULL},
    {"money[].refused", "string", false, NULL},
    {"money[].there", "string", false, NULL},
    {"money[].balances", "boolean", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField error[] = {
    {"step", "string", true, NULL},
    {"code", "string", false, NULL},
    {"exit", "integer", false, NULL},
    {"message", "string", false, NULL},
    {"hint", "string", true, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField writers[] = {
    {"connections", "integer", false, NULL},
    {"wanted", "integer", false, NULL},
    {"message", "string", false, NULL},
    {NULL, NULL, false, NULL},
};

static const EventField run_end[] = {
    {"status", "string", false, "done|partial|stopped|failed|unbalanced"},
    {"exit", "integer", false, NULL},
    {"reason", "string|null", false, NULL},
    {"resumable", "boolean", false, NULL},
    {"resume", "string", true, NULL},
    {"took_s", "number", true, NULL},
    {"report", "string", true, NULL},
    {NULL, NULL, false, NULL},
};

const EventType event_types[] = {
    {"run.start", N_("A run begins; it is the first line of every run."), run_start},
    {"plan", N_("What will be done: the steps in their order, or the rows and runs a rollback undoes."), plan},
    {"step.start", N_("A step begins, and why it is not current."), step_start},
    {"step.progress", N_("How far a step is, at most once per --progress-interval."), step_progress},
    {"warning", N_("An issue that is new or came back: codes and places, never values of a patient."), warning},
    {"issues", N_("How many issues more a step found than it tells as warning, by severity."), issues},
    {"writers", N_("On how many connections a run writes that was asked to use several."), writers},
    {"gate", N_("A person has to decide, give the passphrase or make room on the disk or the server, before it goes on."), gate},
    {"stall", N_("Nothing has moved for limits.stall_after."), stall},
    {"control", N_("The run obeys somebody: pause, continue or stop; listen: it can only be asked by signals."), control},
    {"retry", N_("The target was busy or lost; the same is tried again after a while."), retry},
    {"bulk", N_("Bulk mode: whether it is used; keys and indexes are off, are made anew (back), are there again (on)."), bulk},
    {"paused", N_("The run waits; by names a user, window, disk or server."), paused},
    {"continued", N_("A paused run goes on."), continued},
    {"state", N_("Where the run is, because SIGUSR1 asked for it."), state},
    {"kept", N_("A row that a rollback left in the target, and why."), kept},
    {"verified", N_("What verify found: rows, foreign keys that lead nowhere, money per year."), verified},
    {"step.end", N_("A step has ended, with its account."), step_end},
    {"error", N_("What failed, and what to do about it."), error},
    {"hook", N_("What became of the call of a hook; dropped: so many calls were not made."), hook},
    {"retention", N_("Folders of old runs, or the cache and rejects, were removed, as retention: says."), retention},
    {"heartbeat", N_("The run is alive; told only where a hook is called for it."), heartbeat},
    {"run.end", N_("The run has ended; it is the last line, whatever the end but SIGKILL."), run_end},
    {NULL, NULL, NULL},
};
