// mudanza questions export|import CLINIC: what the clinic has to be asked, and what it answers.
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/csv_print.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"
#include "engine/audit.h"
#include "engine/decisions.h"
#include "engine/issue_export.h"
#include "engine/issue_meaning.h"
#include "engine/lock.h"
#include "source/csv.h"

// ---- Export -----------------------------------------------------------------------------------------

typedef struct {
    Cli *cli;
    const Clinic *clinic;
    const IssueWords *words;
    Buf text;
    JsonOut *json; // NULL: comma-separated text
} Asking;

static bool ask_one(void *arg, const IssueItem *i, Err *err)
{
    Asking *x = arg;
    const char *about = issue_meaning(x->words, i->code);
    (void)err; // what cannot be printed is told when the output is closed
    if (x->json) {
        json_open(x->json, NULL);
        json_issue(x->json, "warning", i);
        json_text(x->json, "about", about);
        json_close(x->json);
        return true;
    }
    char row[24];
    snprintf(row, sizeof row, "%lld", (long long)i->origin);
    const Str cells[] = {
        str_of(i->fp),     str_of(i->entity),           str_of(i->source_id), str_of(i->origin ? row : NULL),
        str_of(i->field),  str_of(about ? about : ""),  str_of(i->reason),    str_of(i->code),
        str_of(i->by),     str_of(i->at),               str_of(NULL),
    };
    csv_line(&x->text, cells, ARRAY_LEN(cells));
    return csv_print(&x->cli->out, &x->text, false);
}

int cmd_questions_export(Cli *cli, Err *err)
{
    Asking x = {.cli = cli};
    Control *control;
    const char *format = cli->out.json ? "json" : cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT] : "csv";
    IssueFilter filter = issue_filter(cli);
    filter.state = "asked";
    if (!records_open(cli, &x.clinic, &control, err))
        return (int)err->kind;
    x.words = issue_words(cli->arena, x.clinic);
    cli->out.json |= strcmp(format, "json") == 0;
    if (cli->out.json) {
        x.json = out_document(&cli->out, "questions.export");
        json_text(x.json, "clinic", x.clinic->name);
        json_text(x.json, "file", x.clinic->source_path);
        json_open_list(x.json, "questions");
    } else {
        buf_add_text(&x.text, "issue,entity,source_id,row,field,question,remark,code,asked_by,asked_at,answer\r\n");
    }
    bool ok = !control || issue_each(control, &filter, INT64_MAX, ask_one, &x, err);
    if (ok && x.json) {
        json_close_list(x.json);
        out_document_end(&cli->out);
    } else if (ok) {
        ok = csv_print(&cli->out, &x.text, true);
    }
    buf_free(&x.text);
    return ok ? EXIT_OK : (int)err->kind;
}

// ---- Import -----------------------------------------------------------------------------------------

typedef struct {
    const char *fp, *text;
} Answer;

typedef struct {
    Control *control;
    Buf answers; // of Answer, of issues that are asked
    int64_t answered, unanswered, closed;
} Answers;

static bool column_named(const CsvFinding *f, const char *name, size_t *out)
{
    for (*out = 0; *out < f->columns; ++*out)
        if (strcmp(f->names[*out], name) == 0)
            return true;
    return false;
}

static bool take_answer(Answers *x, Arena *a, const char *issue, Str answer, Err *err)
{
    IssueItem item;
    if (str_is(str_trim(answer), "")) {
        x->unanswered++;
        return true;
    }
    if (!issue_find(x->control, a, issue, &item, err))
        return false;
    if (strcmp(item.state, "asked") != 0) {
        x->closed++;
        return true;
    }
    const Answer one = {item.fp, str_keep(a, answer)};
    buf_add(&x->answers, (Str){(const char *)&one, sizeof one});
    x->answered++;
    return true;
}

static bool read_answers(Answers *x, Arena *a, const char *path, Err *err)
{
    const CsvDialect given = {.quote = CSV_DETECT, .escape = CSV_DETECT, .header = 1};
    CsvFinding f;
    CsvRecord record;
    size_t issue, answer;
    CsvReader *r = csv_sniff(a, path, &given, &f, err) ? csv_open(a, path, &f, err) : NULL;
    if (!r) {
        err->kind = ERR_USAGE; // named by whoever calls
        return false;
    }
    if (!column_named(&f, "issue", &issue) || !column_named(&f, "answer", &answer))
        return err_set(err, ERR_USAGE, _("%s: its first line must name the columns issue and answer"), path);
    for (;;) {
        switch (csv_next(r, &record, err)) {
        case CSV_END: return true;
        case CSV_FAILED: return false;
        case CSV_REFUSED: return err_set(err, ERR_USAGE, _("%s, line %lld: %s"), path, (long long)record.line, record.reason);
        case CSV_RECORD:
            if (!take_answer(x, a, str_keep(a, record.fields[issue]), record.fields[answer], err))
                return err_wrap(err, _("%s, line %lld"), path, (long long)record.line);
        }
    }
}

// What the clinic said is a note, and somebody decides now: the issue is open again.
static bool write_answers(Answers *x, Cli *cli, const Clinic *clinic, Err *err)
{
    IssueOutcome outcome;
    JsonOut *j;
    const char *by = lock_user(cli->arena);
    for (size_t i = 0; i < (size_t)x->answered; i++) {
        Answer one;
        memcpy(&one, x->answers.at + i * sizeof one, sizeof one);
        const IssueChoice choice = {one.fp, -1};
        const Decision note = {ISSUE_NOTE, by, arena_text(cli->arena, _("the clinic answers: %s"), one.text), NULL},
                       open = {ISSUE_REOPEN, by, NULL, NULL};
        if (!issue_decide(x->control, cli->arena, &choice, 1, &note, &outcome, err) ||
            !issue_decide(x->control, cli->arena, &choice, 1, &open, &outcome, err))
            return false;
    }
    if (!x->answered)
        return true;
    Audit *audit = audit_begin(clinic->state_folder, clinic->name, "questions.import", &j);
    json_int(j, "count", x->answered);
    return audit_end(audit, err) && decisions_export(cli->arena, clinic, x->control, err);
}

int cmd_questions_import(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Answers x = {0};
    bool ok = issue_open(cli, &clinic, &x.control, err) && read_answers(&x, cli->arena, cli->args[1], err) &&
              write_answers(&x, cli, clinic, err);
    buf_free(&x.answers);
    if (!ok)
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "questions.import");
        json_text(j, "clinic", clinic->name);
        json_int(j, "answered", x.answered);
        json_int(j, "unanswered", x.unanswered);
        json_int(j, "not_asked", x.closed);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    out_line(&cli->out, ngettext("%lld question answered", "%lld questions answered", (unsigned long)x.answered),
             (long long)x.answered);
    if (x.unanswered)
        out_line(&cli->out, _("%lld still without an answer"), (long long)x.unanswered);
    if (x.closed)
        out_line(&cli->out, _("%lld are asked no more: left as they are"), (long long)x.closed);
    return EXIT_OK;
}
