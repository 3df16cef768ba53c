// mudanza config fix CLINIC [--plan]: mends what needs nobody's judgement, after the lines have been shown.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/config_call.h"
#include "cli/confirm.h"
#include "cli/run_call.h"
#include "config/config_preview.h"

enum { AROUND = 2 }; // lines, in front of and behind a change

typedef struct {
    const ConfigFile *file;
    const ConfigFix **fixes;
    size_t n, n_lines;
    PreviewLine *lines;
} FileFixes;

typedef struct {
    Cli *cli;
    const char *name;
    const ConfigReview *review;
    FileFixes files[REVIEW_FILES];
    size_t n; // fixes of both
} Call;

static void collect(Call *c)
{
    c->n = 0;
    for (int i = 0; i < REVIEW_FILES; i++) {
        FileFixes *f = &c->files[i];
        f->file = c->review->files[i];
        f->n = config_review_fixes(c->cli->arena, c->review, (ReviewFile)i, &f->fixes);
        f->lines = config_preview(c->cli->arena, f->file, f->fixes, f->n, AROUND, &f->n_lines);
        c->n += f->n;
    }
}

static void print_plan(const Call *c)
{
    AUTO(buf_free) Buf text = {0};
    for (int i = 0; i < REVIEW_FILES; i++) {
        const FileFixes *f = &c->files[i];
        for (size_t k = 0; k < f->n; k++)
            out_line(&c->cli->out, "%s:%d:%d: %s", f->file->path, f->fixes[k]->line, f->fixes[k]->col, f->fixes[k]->about);
        config_preview_text(f->file, f->lines, f->n_lines, &text);
    }
    Str rest = buf_str(&text), line;
    while (str_cut(&rest, '\n', &line))
        if (line.len || rest.len) // each passes through the cleaning of lines
            out_line(&c->cli->out, "%.*s", STR_ARG(line));
}

static void tell_large(const Call *c)
{
    for (int i = 0; i < REVIEW_FILES; i++)
        if (config_fix_too_large(c->files[i].file))
            out_note(&c->cli->out, _("%s is larger than %d KiB: it is mended in an editor only"),
                     c->files[i].file->path, CONFIG_FIX_MOST_KIB);
}

static void write_file(JsonOut *j, const FileFixes *f)
{
    json_open(j, NULL);
    json_text(j, "file", f->file->path);
    json_open_list(j, "fixes");
    for (size_t i = 0; i < f->n; i++) {
        json_open(j, NULL);
        json_text(j, "kind", f->fixes[i]->kind);
        json_int(j, "line", f->fixes[i]->line);
        json_int(j, "col", f->fixes[i]->col);
        json_text(j, "about", f->fixes[i]->about);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "lines");
    for (size_t i = 0; i < f->n_lines; i++) {
        const PreviewLine *l = &f->lines[i];
        if (l->sign == '@')
            continue;
        json_open(j, NULL);
        json_text(j, "sign", l->sign == '-' ? "-" : l->sign == '+' ? "+" : " ");
        json_int(j, "before", l->before);
        json_int(j, "after", l->after);
        json_text(j, "text", l->text);
        json_close(j);
    }
    json_close_list(j);
    json_close(j);
}

// left: the problems there are now, or would be left.
static void write_document(const Call *c, const ConfigReview *now, bool done)
{
    if (!c->cli->out.json)
        return;
    JsonOut *j = out_document(&c->cli->out, "config.fix");
    json_text(j, "clinic", c->name);
    json_bool(j, "done", done);
    json_open_list(j, "files");
    for (int i = 0; i < REVIEW_FILES; i++)
        if (c->files[i].n)
            write_file(j, &c->files[i]);
    json_close_list(j);
    json_bool(j, "valid", now->errors == 0);
    json_problems(j, "problems", config_call_problems(c->cli, now, REVIEW_FILES));
    out_document_end(&c->cli->out);
}

static bool agreed(const Call *c, Err *err)
{
    Cli *cli = c->cli;
    if (cli_has(cli, FLAG_YES))
        return true;
    const char *answer = NULL;
    if (cli_may_ask(cli) && !cli->out.json)
        answer = confirm_ask(cli, arena_text(cli->arena, ngettext("Write this change? [y/N] ", "Write these %zu changes? [y/N] ", c->n), c->n));
    if (answer && strlen(answer) == 1 && strchr("yYsS", answer[0]))
        return true;
    err_set(err, ERR_DECISION, _("nothing was changed"));
    return err_hint(err, _("`mudanza config fix %s --plan` shows the changes, --yes makes them"), cli_typed(cli, c->name));
}

static bool apply(const Call *c, Err *err)
{
    for (int i = 0; i < REVIEW_FILES; i++) {
        const FileFixes *f = &c->files[i];
        if (f->n && !config_fix_write(f->file, config_fixed(c->cli->arena, f->file, f->fixes, f->n, NULL), err))
            return false;
    }
    return true;
}

// What is left, and whether a second call would find something: behind tabs other mistakes come to light.
static int tell_rest(Call *c, const ConfigReview *now)
{
    int code = config_call_tell(c->cli, c->name, now);
    if (now->fixable)
        out_next(&c->cli->out, arena_text(c->cli->arena, "mudanza config fix %s", cli_typed(c->cli, c->name)),
                 _("mends what has come to light"));
    else if (now->errors)
        out_next(&c->cli->out, arena_text(c->cli->arena, "mudanza config edit %s", cli_typed(c->cli, c->name)),
                 _("opens your editor at the first of them"));
    return code;
}

int cmd_config_fix(Cli *cli, Err *err)
{
    Call c = {.cli = cli, .name = cli->args[0]};
    bool only_plan = cli_has(cli, FLAG_PLAN);
    if (only_plan && cli_has(cli, FLAG_YES))
        err_set(err, ERR_USAGE, "%s", _("--plan and --yes say the opposite"));
    else
        c.review = config_call_review(cli, c.name, err);
    if (!c.review)
        return (int)err->kind;
    collect(&c);
    tell_large(&c);
    if (c.n == 0 || only_plan) {
        print_plan(&c);
        write_document(&c, c.review, false);
        if (c.n)
            return EXIT_OK;
        if (c.review->errors)
            out_line(&cli->out, "%s", _("there is nothing that can be mended without a person:"));
        return config_call_tell(cli, c.name, c.review);
    }
    if (!run_call_may_write(cli, err))
        return (int)err->kind;
    print_plan(&c);
    if (!agreed(&c, err) || !apply(&c, err))
        return (int)err->kind;
    const ConfigReview *now = config_call_review(cli, c.name, err);
    if (!now)
        return (int)err->kind;
    write_document(&c, now, true);
    return tell_rest(&c, now);
}
