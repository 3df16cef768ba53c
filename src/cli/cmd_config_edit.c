// mudanza config edit CLINIC [config|commands]: the person's own editor at the first problem, and what is wrong after it.
#include <string.h>
#include <unistd.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/config_call.h"
#include "cli/run_call.h"
#include "config/editor.h"

static bool file_named(const char *word, ReviewFile *out, Err *err)
{
    *out = word && strcmp(word, "commands") == 0 ? REVIEW_COMMANDS : REVIEW_CONFIG;
    if (!word || *out == REVIEW_COMMANDS || strcmp(word, "config") == 0)
        return true;
    return err_set(err, ERR_USAGE, _("the file is config or commands, not \"%s\""), word);
}

// Errors before warnings.
static int first_line(const ConfigReview *r, ReviewFile file)
{
    int line = 1;
    bool error = false;
    for (size_t i = r->n; i-- > 0;) {
        const Problem *p = &r->items[i].problem;
        if (r->items[i].file != file || p->line < 1 || (error && p->level != PROBLEM_ERROR))
            continue;
        error |= p->level == PROBLEM_ERROR;
        line = p->line;
    }
    return line;
}

static bool edit(Cli *cli, const ConfigFile *f, int line, Err *err)
{
    const char *command = editor_command(cli_may_ask(cli));
    if (cli_has(cli, FLAG_NO_INPUT))
        return err_set(err, ERR_USAGE, _("--no-input: an editor wants a person"));
    if (!command) {
        err_set(err, ERR_USAGE, _("no editor: there is no terminal, and neither VISUAL nor EDITOR names a program"));
        return err_hint(err, _("%s:%d is the place"), f->path, line);
    }
    return editor_run(command, f->path, line, cli->out.json ? STDERR_FILENO : STDOUT_FILENO, err);
}

static void write_document(Cli *cli, const char *name, const ConfigReview *r, const ConfigFile *f, bool changed)
{
    if (!cli->out.json)
        return;
    JsonOut *j = out_document(&cli->out, "config.edit");
    json_text(j, "clinic", name);
    json_text(j, "file", f->path);
    json_bool(j, "changed", changed);
    json_bool(j, "valid", r->errors == 0);
    json_problems(j, "problems", config_call_problems(cli, r, REVIEW_FILES));
    out_document_end(&cli->out);
}

int cmd_config_edit(Cli *cli, Err *err)
{
    ReviewFile file = REVIEW_CONFIG;
    const char *name = cli->args[0];
    if (!file_named(cli->n_args > 1 ? cli->args[1] : NULL, &file, err) || !run_call_may_write(cli, err))
        return (int)err->kind;
    ConfigReview *before = config_call_review(cli, name, err);
    if (!before || !edit(cli, before->files[file], first_line(before, file), err))
        return (int)err->kind;
    ConfigReview *after = config_call_review(cli, name, err);
    if (!after)
        return (int)err->kind;
    write_document(cli, name, after, after->files[file], !str_eq(before->files[file]->bytes, after->files[file]->bytes));
    return config_call_tell(cli, name, after);
}
