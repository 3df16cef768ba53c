// mudanza warnings show CLINIC ISSUE: everything known of one issue, and what can be done about it.
#include <string.h>

#include "base/intl.h"
#include "base/json_members.h"
#include "cache/sample.h"
#include "cli/commands.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"
#include "engine/issue_export.h"
#include "engine/issue_meaning.h"

typedef struct {
    const Clinic *clinic;
    IssueItem item;
    const char *meaning, *remedy;
    const char *data; // NULL: none
    IssueEvent *events;
    size_t n;
    const char *next[3]; // commands to type; NULL-ended when fewer
} Shown;

static void suggest(Cli *cli, Shown *s)
{
    Arena *a = cli->arena;
    const char *name = s->clinic->typed;
    const char *seen = arena_text(a, "%s@%lld", issue_short(a, s->item.fp), (long long)s->item.revision);
    size_t n = 0;
    if (strcmp(s->item.state, "open") == 0) {
        s->next[n++] = arena_text(a, "mudanza warnings ignore %s %s --reason TEXT", name, seen);
        s->next[n++] = arena_text(a, "mudanza warnings ask %s %s", name, seen);
    } else {
        s->next[n++] = arena_text(a, "mudanza warnings reopen %s %s", name, seen);
    }
    s->next[n] = arena_text(a, "mudanza warnings note %s %s --note TEXT", name, seen);
}

static const char *action_shown(const char *action)
{
    static const char *const words[][2] = {
        {"ignore", N_("ignored")},      {"resolve", N_("resolved")}, {"ask", N_("asked")},
        {"reopen", N_("opened again")}, {"note", N_("note")},        {"import", N_("imported")},
        {"assign", N_("given to")},
        {"gone", N_("went away")},      {"back", N_("came back")},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i][0], action) == 0)
            return _(words[i][1]);
    return action;
}

static void print_place(Output *out, const Shown *s)
{
    const IssueItem *i = &s->item;
    out_line(out, _("  row      %s %s%s%s"), i->entity, *i->key ? i->key : "-", *i->field ? ", " : "",
             i->field);
    if (i->source_id)
        out_line(out, _("  source   %s"), i->source_id);
    if (i->origin && s->clinic->source_path)
        out_line(out, _("  place    %s, row %lld of %s"), s->clinic->source_path, (long long)i->origin,
                 i->entity);
    out_line(out, _("  step     %s; met in run %lld first, in run %lld last"), i->step,
             (long long)i->first_run, (long long)i->last_run);
    if (!i->present)
        out_line(out, _("  gone     since run %lld"), (long long)i->gone_run);
}

// Each value as it is shown to whom it is not meant for.
static void mask_data(Arena *a, Str data, void (*tell)(void *arg, const char *name, const char *value), void *arg)
{
    JsonMembers m = json_members(data);
    Str name, value;
    while (json_member_next(&m, &name, &value)) {
        AUTO(buf_free) Buf key = {0}, text = {0};
        json_unquote(name, &key);
        if (value.len && value.at[0] == '"')
            json_unquote(value, &text);
        else
            buf_add(&text, value);
        tell(arg, buf_text(&key), sample_masked(a, buf_str(&text)));
    }
}

static void print_value(void *arg, const char *name, const char *value)
{
    out_line(arg, _("  kept     %s: %s"), name, value);
}

static void write_value(void *arg, const char *name, const char *value)
{
    json_text(arg, name, value);
}

static void print(Cli *cli, const Shown *s)
{
    Output *out = &cli->out;
    const IssueItem *i = &s->item;
    out_line(out, "%s  %s  %s  %s", issue_short(cli->arena, i->fp), i->code, word_shown(i->severity),
             word_shown(i->state));
    if (s->meaning)
        out_line(out, "  %s", s->meaning);
    if (i->detail)
        out_line(out, "  %s", _(i->detail));
    print_place(out, s);
    if (s->data)
        mask_data(cli->arena, str_of(s->data), print_value, out);
    if (i->owner && *i->owner)
        out_line(out, _("  owner    %s"), i->owner);
    if (i->until)
        out_line(out,
                 strcmp(i->state, "open") == 0 ? _("  until    %s, which has passed") : _("  until    %s"),
                 i->until);
    for (size_t k = 0; k < s->n; k++) {
        const IssueEvent *e = &s->events[k];
        if (e->run)
            out_line(out, _("  %s  %s in run %lld"), e->at, action_shown(e->action), (long long)e->run);
        else
            out_line(out, "  %s  %s  %s%s%s", e->at, e->by, action_shown(e->action), e->text ? ": " : "",
                     !e->text ? "" : *e->text ? e->text : _("nobody"));
    }
    out_line(out, "  %s", s->remedy);
    for (size_t k = 0; k < ARRAY_LEN(s->next) && s->next[k]; k++)
        out_line(out, "    %s", s->next[k]);
}

static void write_document(Cli *cli, const Shown *s)
{
    JsonOut *j = out_document(&cli->out, "warnings.show");
    json_text(j, "clinic", s->clinic->name);
    json_issue(j, "warning", &s->item);
    json_text(j, "file", s->clinic->source_path);
    json_text(j, "about", s->meaning);
    json_text(j, "remedy", s->remedy);
    if (s->data) {
        json_open(j, "data");
        mask_data(cli->arena, str_of(s->data), write_value, j);
        json_close(j);
    } else {
        json_null(j, "data");
    }
    json_open_list(j, "history");
    for (size_t k = 0; k < s->n; k++) {
        const IssueEvent *e = &s->events[k];
        json_open(j, NULL);
        json_text(j, "at", e->at);
        json_text(j, "by", e->by);
        json_text(j, "action", e->action);
        json_text(j, "before", e->before);
        json_text(j, "after", e->after);
        json_text(j, "text", e->text);
        json_text(j, "until", e->until);
        if (e->run)
            json_int(j, "run", e->run);
        else
            json_null(j, "run");
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "next");
    for (size_t k = 0; k < ARRAY_LEN(s->next) && s->next[k]; k++)
        json_text(j, NULL, s->next[k]);
    json_close_list(j);
    out_document_end(&cli->out);
}

int cmd_warnings_show(Cli *cli, Err *err)
{
    Shown s = {0};
    Control *control;
    const char *word = arena_text(cli->arena, "%.*s", (int)strcspn(cli->args[1], "@"), cli->args[1]);
    if (!records_open(cli, &s.clinic, &control, err))
        return (int)err->kind;
    if (!control) {
        err_set(err, ERR_USAGE, _("%s has had no run yet"), s.clinic->name);
        return (int)err->kind;
    }
    if (!issue_find(control, cli->arena, word, &s.item, err) ||
        !(s.events = issue_history(control, cli->arena, s.item.fp, &s.n, err)))
        return (int)err->kind;
    s.data = issue_data(control, cli->arena, s.item.fp, err);
    if (!s.data && err->kind != ERR_NONE)
        return (int)err->kind;
    s.meaning = issue_meaning(issue_words(cli->arena, s.clinic), s.item.code);
    s.remedy = issue_remedy(s.item.code, s.item.severity);
    suggest(cli, &s);
    if (cli->out.json)
        write_document(cli, &s);
    else
        print(cli, &s);
    return EXIT_OK;
}
