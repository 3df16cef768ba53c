// mudanza dpmf extract FILE ENTITY: the rows of one entity, once the whole file has been judged.
#include <string.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/dpmf_call.h"
#include "cli/extract_rows.h"
#include "source/dpmf_report.h"

enum { NAMES_SHOWN = 480 }; // bytes of entity names in a message

static bool take_row(void *arg, const DpmfRow *row, Err *err)
{
    (void)err; // what cannot be printed is told when the output is closed
    return extract_row(arg, row);
}

static bool unknown_entity(const char *name, const DpmfSummary *s, Arena *a, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    const char **names = arena_many(a, const char *, s->entity_count + 1);
    for (size_t i = 0; i < s->entity_count; i++) {
        names[i] = s->entities[i].name;
        if (list.len < NAMES_SHOWN)
            buf_addf(&list, "%s%s", i ? ", " : "",
                     list.len + strlen(names[i]) < NAMES_SHOWN ? names[i] : "...");
    }
    err_set(err, ERR_USAGE, _("the file holds no entity \"%.60s\"; it holds: %s"), name,
            list.len ? buf_text(&list) : _("none at all"));
    const char *near = text_nearest(name, names, s->entity_count);
    return near ? err_hint(err, _("did you mean %s?"), near) : false;
}

static const DpmfEntity *find(const DpmfSummary *s, const char *name)
{
    for (size_t i = 0; i < s->entity_count; i++)
        if (!strcmp(s->entities[i].name, name))
            return &s->entities[i];
    return NULL;
}

static const Model *load_model(Cli *cli, Err *err)
{
    Problems *problems = problems_new(cli->arena);
    const char *folder = data_folder(cli->arena, err);
    const Model *model = folder ? model_load(cli->arena, folder, problems) : NULL;
    if (folder && !model) {
        out_problems(&cli->out, problems);
        err_set(err, ERR_CONFIG, _("the model of entities in %s has mistakes"), folder);
    }
    return model;
}

// From the first row on standard output belongs to the rows: nothing else is told there.
static bool print(Cli *cli, Dpmf *d, const DpmfEntity *entity, const Model *model, Err *err)
{
    AUTO(extract_free)
    ExtractRows rows = {
        .out = &cli->out,
        .entity = model ? model_entity(model, entity->name) : NULL,
        .csv = model,
        .terminal = isatty(STDOUT_FILENO),
    };
    DpmfVerdict verdict;
    cli->out.json = false;
    return extract_begin(&rows, cli->arena) && dpmf_read_entity(d, entity, take_row, &rows, &verdict, err) &&
           extract_end(&rows);
}

static bool extract(Cli *cli, DpmfCall *call, const Model *model, Err *err)
{
    DpmfSummary summary;
    Dpmf *d;
    if (!dpmf_verify_open(call->path, call->passphrase, call->folder, &call->watch, &summary, &d, cli->arena,
                          err))
        return false;
    if (!d)
        return false;
    if (isatty(STDOUT_FILENO))
        dpmf_call_end(call); // the rows would run into the line of progress
    const DpmfEntity *entity = find(&summary, cli->args[1]);
    if (!entity)
        return unknown_entity(cli->args[1], &summary, cli->arena, err);
    for (size_t i = 0; i < summary.warning_count; i++)
        out_note(&cli->out, _("warning: %s"), summary.warnings[i].message);
    return print(cli, d, entity, model, err);
}

int cmd_dpmf_extract(Cli *cli, Err *err)
{
    const char *format = cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT] : "json";
    const Model *model = NULL; // only CSV asks it, for the columns
    DpmfCall call;
    if (cli->out.json && strcmp(format, "json") != 0)
        err_set(err, ERR_USAGE, _("--json wants the rows as JSON: leave it out, or leave --format out"));
    if (err->kind != ERR_NONE)
        return (int)err->kind;
    if (!strcmp(format, "csv") && !(model = load_model(cli, err)))
        return (int)err->kind;
    if (dpmf_call_begin(&call, cli, err))
        extract(cli, &call, model, err);
    dpmf_call_end(&call);
    return (int)err->kind;
}
