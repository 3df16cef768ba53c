// mudanza doctor [CLINIC]: is everything in place for a run?
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "engine/connect_parts.h"

enum { MOST_CHECKS = 32, NAME_WIDTH = 14 };

typedef struct {
    Finding results[MOST_CHECKS];
    size_t n;
} Report;

static void look(Report *r, const Checkup *c, DoctorCheck *const *checks)
{
    for (; *checks && r->n < MOST_CHECKS; checks++) {
        Finding result = (*checks)(c);
        if (result.name)
            r->results[r->n++] = result;
    }
}

static const char *state_word(FindingState state)
{
    return state == FINDING_GOOD ? "ok" : state == FINDING_DOUBTFUL ? "warn" : "fail";
}

static void print(Cli *cli, const Report *r)
{
    static const Style styles[] = {
        [FINDING_GOOD] = STYLE_GOOD, [FINDING_DOUBTFUL] = STYLE_WARN, [FINDING_BAD] = STYLE_BAD};
    for (size_t i = 0; i < r->n; i++) {
        const Finding *c = &r->results[i];
        if (c->state == FINDING_GOOD && cli->out.quiet)
            continue;
        out_styled(&cli->out, styles[c->state], arena_text(cli->arena, "%-5s", state_word(c->state)),
                   " %-*s %s", NAME_WIDTH, c->name, c->text);
        if (c->advice && *c->advice)
            out_line(&cli->out, "      %*s %s", NAME_WIDTH, "", c->advice);
    }
}

// Where a server's name, user and password were found; never the password.
static void write_places(Cli *cli, JsonOut *j, const Clinic *clinic)
{
    FoundValue found[SERVER_VALUES];
    size_t n = clinic && clinic->target_type == TARGET_POSTGRES ? ARRAY_LEN(found) : 0;
    if (n)
        server_places(cli->arena, clinic, found);
    json_open_list(j, "places");
    for (size_t i = 0; i < n; i++) {
        const FoundValue *v = &found[i];
        json_open(j, NULL);
        json_text(j, "name", v->name);
        json_text(j, "value", v->secret ? "set" : v->value);
        json_text(j, "in", found_word(v->in));
        json_text(j, "file", v->file);
        json_int(j, "line", v->line);
        json_text(j, "variable", v->variable);
        json_text(j, "trouble", v->trouble);
        json_close(j);
    }
    json_close_list(j);
}

static void write_document(Cli *cli, const Clinic *clinic, const Report *r)
{
    JsonOut *j = out_document(&cli->out, "doctor");
    json_text(j, "clinic", clinic ? clinic->name : NULL);
    json_open_list(j, "checks");
    for (size_t i = 0; i < r->n; i++) {
        const Finding *c = &r->results[i];
        json_open(j, NULL);
        json_text(j, "name", c->name);
        json_text(j, "state", state_word(c->state));
        json_text(j, "message", c->text);
        json_text(j, "advice", c->advice && *c->advice ? c->advice : NULL);
        json_close(j);
    }
    json_close_list(j);
    write_places(cli, j, clinic);
    out_document_end(&cli->out);
}

// What a run would meet first.
static int exit_code(const Report *r)
{
    static const ErrKind order[] = {ERR_CONFIG, ERR_INTERNAL, ERR_TARGET, ERR_SOURCE, ERR_STEP};
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < r->n; i++)
            if (r->results[i].state == FINDING_BAD && r->results[i].kind == order[k])
                return (int)order[k];
    for (size_t i = 0; i < r->n; i++)
        if (r->results[i].state == FINDING_BAD)
            return ERR_INTERNAL;
    return EXIT_OK;
}

int cmd_doctor(Cli *cli, Err *err)
{
    Report report = {0};
    Checkup checkup = {.cli = cli, .arena = cli->arena};
    look(&report, &checkup, machine_checks);
    if (cli->n_args) {
        checkup.clinic = cli_clinic(cli, cli->args[0], err);
        if (!checkup.clinic && err->kind != ERR_CONFIG)
            return (int)err->kind;
        if (checkup.clinic) {
            look(&report, &checkup, clinic_checks);
            report.n += connect_server(cli->arena, checkup.clinic, report.results + report.n, MOST_CHECKS - report.n);
        } else {
            // a broken configuration is a finding too; what depends on it cannot be looked at
            report.results[report.n++] = (Finding){"configuration", FINDING_BAD, ERR_CONFIG,
                                                       arena_text(cli->arena, "%s", err->text),
                                                       arena_text(cli->arena, "%s", err->hint)};
            err->kind = ERR_NONE;
        }
    }
    if (cli->out.json)
        write_document(cli, checkup.clinic, &report);
    else
        print(cli, &report);
    return exit_code(&report);
}
