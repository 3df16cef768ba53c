#include "cli/topics.h"

#include <string.h>

#include "base/intl.h"
#include "cli/grid.h"

const EnvironmentVariable environment_variables[] = {
    {"MUDANZA_CLINICS_DIR", N_("the folder that holds the clinics, as -C")},
    {"MUDANZA_STATE_DIR", N_("a folder that gets one state folder per clinic, as --state-dir")},
    {"MUDANZA_DATA_DIR", N_("where the product's own model, profiles and adapters are")},
    {"MUDANZA_PASSPHRASE", N_("the passphrase of the source; removed from the environment once read")},
    {"MUDANZA_LANG", N_("language of messages (en, es), as --lang")},
    {"MUDANZA_PLAIN", N_("1: as --plain")},
    {"MUDANZA_NO_INPUT", N_("1: as --no-input")},
    {"MUDANZA_READ_ONLY", N_("1: as --read-only")},
    {"NO_COLOR", N_("set and not empty: no colours; --color wins")},
    {"CLICOLOR_FORCE", N_("set and not 0: colours without a terminal too")},
    {"CREDENTIALS_DIRECTORY", N_("where ${cred:NAME} in config.yaml is looked up (set by systemd)")},
    {NULL, NULL},
};

const SignalUse signal_uses[] = {
    {"SIGINT", N_("finishes the batch and exits with 130; a second one within five seconds gives the batch up")},
    {"SIGTERM", N_("likewise, and exits with 143")},
    {"SIGHUP", N_("nothing: a run outlives the terminal it was started in")},
    {"SIGUSR1", N_("writes where it is into its events")},
    {"SIGUSR2", N_("opens events.ndjson and run.log anew, for who moves logs away")},
    {"SIGPIPE", N_("nothing")},
    {"SIGKILL", N_("dies; what was not committed is lost, and resume goes on")},
    {NULL, NULL},
};

const EventType event_types[] = {
    {"run.start", "mode by host pid target version", N_("a run begins")},
    {"plan", "steps todo rows order", N_("what will be done, in order")},
    {"step.start", "step rows attempt why", N_("a step begins, and why it is not current")},
    {"step.progress", "step phase done rows unit rate eta_s rejects", N_("at most once per --progress-interval")},
    {"warning", "step code severity entity id fp new at", N_("an issue: codes and places, never values of a patient")},
    {"retry", "step attempt of wait_s reason", N_("a step is tried again")},
    {"stall", "step since_s cause message", N_("nothing moves; cause: no progress, or silent")},
    {"control", "id cmd after by from state message", N_("the run does what somebody asked: pause, continue or stop")},
    {"paused", "by until reason", N_("the run waits; by: a user, window or disk")},
    {"continued", "message", N_("a paused run goes on")},
    {"state", "pid state phase step done rows rate steps eta_s rejects paused_by stall moved_at log_bytes",
     N_("where the run is, because SIGUSR1 asked for it")},
    {"gate", "need step count message hint", N_("something is missing before a step may run: a decision, or room on the disk")},
    {"step.end", "step status source inserted updated unchanged skipped rejected lost absent took_s",
     N_("a step has ended, with its account")},
    {"error", "code exit message hint", N_("what failed, and what to do about it")},
    {"hook", "event program state exit took_s message output calls",
     N_("what became of the call of a hook; state: done, failed, timeout, refused or dropped")},
    {"retention", "runs message", N_("folders of old runs were removed, as retention.runs says")},
    {"heartbeat", "status", N_("the run is alive; only where a hook is called for it")},
    {"run.end", "status exit resumable resume report took_s", N_("the last line, whatever the end but SIGKILL")},
    {NULL, NULL, NULL},
};

static void print_exit_codes(Cli *cli)
{
    const GridColumn columns[] = {{_("Code"), true, 0}, {_("Name"), false, 0}, {_("Resume?"), false, 0}, {_("Meaning"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (const ExitCode *e = exit_codes; e->name; e++) {
        grid_int(grid, e->code);
        grid_text(grid, e->name);
        grid_text(grid, e->resumable);
        grid_text(grid, _(e->meaning));
    }
    grid_print(grid, &cli->out);
    out_line(&cli->out, "%s", "");
    out_line(&cli->out, "%s", _("When several apply, the first in this order is given: 1, 7, 6, 12, 4, 13, 8, 11, 3, 0."));
    out_line(&cli->out, "%s", _("Any other code means failure too."));
}

static void write_exit_codes(JsonOut *j)
{
    json_open_list(j, "exit_codes");
    for (const ExitCode *e = exit_codes; e->name; e++) {
        json_open(j, NULL);
        json_int(j, "code", e->code);
        json_text(j, "name", e->name);
        json_text(j, "resumable", e->resumable);
        json_text(j, "meaning", _(e->meaning));
        json_close(j);
    }
    json_close_list(j);
}

static void print_environment(Cli *cli)
{
    const GridColumn columns[] = {{_("Variable"), false, 0}, {_("Use"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (const EnvironmentVariable *v = environment_variables; v->name; v++) {
        grid_text(grid, v->name);
        grid_text(grid, _(v->about));
    }
    grid_print(grid, &cli->out);
}

static void write_environment(JsonOut *j)
{
    json_open_list(j, "variables");
    for (const EnvironmentVariable *v = environment_variables; v->name; v++) {
        json_open(j, NULL);
        json_text(j, "name", v->name);
        json_text(j, "about", _(v->about));
        json_close(j);
    }
    json_close_list(j);
}

static void print_signals(Cli *cli)
{
    const GridColumn columns[] = {{_("Signal"), false, 0}, {_("What a worker does"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (const SignalUse *s = signal_uses; s->name; s++) {
        grid_text(grid, s->name);
        grid_text(grid, _(s->about));
    }
    grid_print(grid, &cli->out);
}

static void write_signals(JsonOut *j)
{
    json_open_list(j, "signals");
    for (const SignalUse *s = signal_uses; s->name; s++) {
        json_open(j, NULL);
        json_text(j, "name", s->name);
        json_text(j, "about", _(s->about));
        json_close(j);
    }
    json_close_list(j);
}

static void print_events(Cli *cli)
{
    const GridColumn columns[] = {{_("Type"), false, 0}, {_("When"), false, 0}, {_("Fields"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (const EventType *e = event_types; e->type; e++) {
        grid_text(grid, e->type);
        grid_text(grid, _(e->about));
        grid_text(grid, e->fields);
    }
    out_line(&cli->out, "%s", _("One JSON object a line. Every event has v (1), t (RFC 3339), seq (without gaps), type, clinic and run."));
    out_line(&cli->out, "%s", "");
    grid_print(grid, &cli->out);
}

static void write_events(JsonOut *j)
{
    json_open_list(j, "events");
    for (const EventType *e = event_types; e->type; e++) {
        Str rest = str_of(e->fields), field;
        json_open(j, NULL);
        json_text(j, "type", e->type);
        json_open_list(j, "fields");
        while (str_cut(&rest, ' ', &field))
            json_str(j, NULL, field);
        json_close_list(j);
        json_text(j, "about", _(e->about));
        json_close(j);
    }
    json_close_list(j);
}

const Topic topics[] = {
    {"exit-codes", N_("what the exit code says, and whether resume makes sense"), print_exit_codes, write_exit_codes},
    {"environment", N_("variables mudanza reads"), print_environment, write_environment},
    {"events", N_("the lines of `run --json` and of events.ndjson"), print_events, write_events},
    {"signals", N_("what a worker does when it gets a signal"), print_signals, write_signals},
    {NULL, NULL, NULL, NULL},
};

const Topic *topic_named(const char *name)
{
    for (const Topic *t = topics; t->name; t++)
        if (!strcmp(t->name, name))
            return t;
    return NULL;
}
