// mudanza doctor [CLINIC]: is everything in place for a run?
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/doctor_checks.h"

enum { MOST_CHECKS = 32, NAME_WIDTH = 14 };

typedef struct {
    CheckResult results[MOST_CHECKS];
    size_t n;
} Report;

static void look(Report *r, const Checkup *c, DoctorCheck *const *checks)
{
    for (; *checks && r->n < MOST_CHECKS; checks++) {
        CheckResult result = (*checks)(c);
        if (result.name)
            r->results[r->n++] = result;
    }
}

static const char *state_word(CheckState state)
{
    return state == CHECK_OK ? "ok" : state == CHECK_WARN ? "warn" : "fail";
}

static void print(Cli *cli, const Report *r)
{
    static const Style styles[] = {
        [CHECK_OK] = STYLE_GOOD, [CHECK_WARN] = STYLE_WARN, [CHECK_FAIL] = STYLE_BAD};
    for (size_t i = 0; i < r->n; i++) {
        const CheckResult *c = &r->results[i];
        if (c->state == CHECK_OK && cli->out.quiet)
            continue;
        out_styled(&cli->out, styles[c->state], arena_text(cli->arena, "%-5s", state_word(c->state)),
                   " %-*s %s", NAME_WIDTH, c->name, c->text);
        if (c->advice && *c->advice)
            out_line(&cli->out, "      %*s %s", NAME_WIDTH, "", c->advice);
    }
}

static void write_document(Cli *cli, const Clinic *clinic, const Report *r)
{
    JsonOut *j = out_document(&cli->out, "doctor");
    json_text(j, "clinic", clinic ? clinic->name : NULL);
    json_open_list(j, "checks");
    for (size_t i = 0; i < r->n; i++) {
        const CheckResult *c = &r->results[i];
        json_open(j, NULL);
        json_text(j, "name", c->name);
        json_text(j, "state", state_word(c->state));
        json_text(j, "message", c->text);
        json_text(j, "advice", c->advice && *c->advice ? c->advice : NULL);
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&cli->out);
}

// What a run would meet first.
static int exit_code(const Report *r)
{
    static const ErrKind order[] = {ERR_CONFIG, ERR_INTERNAL, ERR_TARGET, ERR_SOURCE, ERR_STEP};
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < r->n; i++)
            if (r->results[i].state == CHECK_FAIL && r->results[i].kind == order[k])
                return (int)order[k];
    for (size_t i = 0; i < r->n; i++)
        if (r->results[i].state == CHECK_FAIL)
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
            report.n += doctor_server(&checkup, report.results + report.n, MOST_CHECKS - report.n);
        } else {
            // a broken configuration is a finding too; what depends on it cannot be looked at
            report.results[report.n++] = (CheckResult){"configuration", CHECK_FAIL, ERR_CONFIG,
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
