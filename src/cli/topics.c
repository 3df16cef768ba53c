#include "cli/topics.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/grid.h"
#include "engine/event_types.h"

const EnvironmentVariable environment_variables[] = {
    {"MUDANZA_CLINICS_DIR", N_("the folder that holds the clinics, as -C")},
    {"MUDANZA_STATE_DIR", N_("a folder that gets one state folder per clinic, as --state-dir")},
    {"MUDANZA_DATA_DIR", N_("where the product's own model, profiles and adapters are")},
    {"MUDANZA_TOKEN", N_("the token senders show to files receive; removed from the environment once read")},
    {"MUDANZA_PASSPHRASE", N_("the passphrase of the source; removed from the environment once read")},
    {"MUDANZA_LANG", N_("language of messages (en, es), as --lang")},
    {"MUDANZA_PLAIN", N_("1: as --plain")},
    {"MUDANZA_NO_TUI", N_("1: as --no-tui")},
    {"MUDANZA_ASCII", N_("1: as --ascii")},
    {"MUDANZA_THEME", N_("colours of the screens, as --theme")},
    {"MUDANZA_NO_INPUT", N_("1: as --no-input")},
    {"MUDANZA_READ_ONLY", N_("1: as --read-only")},
    {"VISUAL", N_("the editor that config edit opens, with its arguments")},
    {"EDITOR", N_("the same when VISUAL is not set; without both vi")},
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

static void write_exit_codes(Cli *cli, JsonOut *j)
{
    (void)cli;
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

static void write_environment(Cli *cli, JsonOut *j)
{
    (void)cli;
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

static void write_signals(Cli *cli, JsonOut *j)
{
    (void)cli;
    json_open_list(j, "signals");
    for (const SignalUse *s = signal_uses; s->name; s++) {
        json_open(j, NULL);
        json_text(j, "name", s->name);
        json_text(j, "about", _(s->about));
        json_close(j);
    }
    json_close_list(j);
}

static void add_field(Buf *line, const EventField *f)
{
    buf_addf(line, "%s%s%s", line->len ? " " : "", f->name, f->optional ? "?" : "");
    if (f->words)
        buf_addf(line, "(%s)", f->words);
}

static void print_events(Cli *cli)
{
    out_line(&cli->out, "%s", _("One JSON object a line. Every event has v (1), t (RFC 3339), seq (without gaps), type, clinic and run."));
    out_line(&cli->out, "%s", _("? stands behind a field that not every event of the type has, ( ) holds the words it knows, [] is what a list holds."));
    for (const EventType *e = event_types; e->type; e++) {
        AUTO(buf_free) Buf line = {0};
        for (const EventField *f = e->fields; f->name; f++)
            add_field(&line, f);
        out_line(&cli->out, "%s", "");
        out_styled(&cli->out, STYLE_HEAD, e->type, "  %s", _(e->about));
        out_line(&cli->out, "    %s", buf_text(&line));
    }
}

static void write_fields(JsonOut *j, const char *key, const EventField *fields)
{
    json_open_list(j, key);
    for (const EventField *f = fields; f->name; f++) {
        Str rest = str_of(f->words ? f->words : ""), word;
        json_open(j, NULL);
        json_text(j, "name", f->name);
        json_text(j, "type", f->type);
        json_bool(j, "required", !f->optional);
        json_open_list(j, "words");
        while (rest.len && str_cut(&rest, '|', &word))
            json_str(j, NULL, word);
        json_close_list(j);
        json_close(j);
    }
    json_close_list(j);
}

static void write_events(Cli *cli, JsonOut *j)
{
    (void)cli;
    write_fields(j, "every_event", event_common_fields);
    json_open_list(j, "events");
    for (const EventType *e = event_types; e->type; e++) {
        json_open(j, NULL);
        json_text(j, "type", e->type);
        json_text(j, "about", _(e->about));
        write_fields(j, "fields", e->fields);
        json_close(j);
    }
    json_close_list(j);
}

typedef struct {
    Output *out;
    const char *screen; // of the last line
} KeyLines;

static void print_key(void *arg, const char *screen, const char *keys, const char *does, const char *twin)
{
    KeyLines *lines = arg;
    if (!lines->screen || strcmp(lines->screen, screen) != 0) {
        out_line(lines->out, "%s", "");
        out_styled(lines->out, STYLE_HEAD, screen, "%s", "");
    }
    lines->screen = screen;
    AUTO(buf_free) Buf line = {0};
    text_fit(&line, str_of(keys), 14, false);
    buf_addf(&line, "%s%s%s%s", does, twin ? " (" : "", twin ? twin : "", twin ? ")" : "");
    out_line(lines->out, "  %s", buf_text(&line));
}

static void print_keys(Cli *cli)
{
    out_line(&cli->out, "%s", _("The keys of the screens, which mudanza without a command opens. ? shows those of the screen one is on."));
    if (cli->screens)
        cli->screens->keys(print_key, &(KeyLines){.out = &cli->out});
}

static void write_key(void *arg, const char *screen, const char *keys, const char *does, const char *twin)
{
    JsonOut *j = arg;
    json_open(j, NULL);
    json_text(j, "screen", screen);
    json_text(j, "keys", keys);
    json_text(j, "about", does);
    json_text(j, "command", twin);
    json_close(j);
}

static void write_keys(Cli *cli, JsonOut *j)
{
    json_open_list(j, "keys");
    if (cli->screens)
        cli->screens->keys(write_key, j);
    json_close_list(j);
}

const Topic topics[] = {
    {"exit-codes", N_("what the exit code says, and whether resume makes sense"), print_exit_codes, write_exit_codes},
    {"environment", N_("variables mudanza reads"), print_environment, write_environment},
    {"events", N_("the lines of `run --json` and of events.ndjson"), print_events, write_events},
    {"keys", N_("what the keys of the screens do"), print_keys, write_keys},
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
