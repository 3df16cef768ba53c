// mudanza mapping eval [--profile P] EXPR: prints the value of one expression.
#include <string.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "config/yaml.h"
#include "map/eval_expr.h"

// Settings: --set first, then the profile's defaults.
typedef struct {
    const Cli *cli;
    const YamlNode *defaults;
} Settings;

static const char *setting(void *arg, const char *name)
{
    const Settings *s = arg;
    size_t n = strlen(name);
    for (size_t i = s->cli->n_sets; i-- > 0;)
        if (!strncmp(s->cli->sets[i], name, n) && s->cli->sets[i][n] == '=')
            return s->cli->sets[i] + n + 1;
    return yaml_text(yaml_get(yaml_get(s->defaults, name), "default"));
}

static bool read_profile(Cli *cli, const char *profile, const YamlNode **defaults, Err *err)
{
    const Clinic *place = cli_place(cli);
    const char *path = profile_file(cli->arena, place, profile, "profile.yaml");
    if (!path) {
        const char *const *names = profile_names(cli->arena, place ? place->workspace : NULL);
        size_t n = 0;
        while (names[n])
            n++;
        const char *near = text_nearest(profile, names, n);
        err_set(err, ERR_USAGE, _("there is no profile \"%s\""), profile);
        return near ? err_hint(err, _("did you mean %s?"), near) : false;
    }
    Problems *problems = problems_new(cli->arena);
    const YamlNode *root = yaml_read(cli->arena, path, problems);
    if (!root) {
        out_problems(&cli->out, problems);
        return err_set(err, ERR_CONFIG, _("the profile \"%s\" cannot be read"), profile);
    }
    *defaults = yaml_get(root, "settings");
    return true;
}

int cmd_mapping_eval(Cli *cli, Err *err)
{
    Settings settings = {.cli = cli};
    ExprWorld world = {.setting = setting, .arg = &settings, .as_of = instant_now()};
    ExprResult result;
    bool has_offset;
    if (cli_has(cli, FLAG_AS_OF))
        instant_parse(str_of(cli->flags[FLAG_AS_OF]), &world.as_of, &has_offset);
    if (cli_has(cli, FLAG_PROFILE) && !read_profile(cli, cli->flags[FLAG_PROFILE], &settings.defaults, err))
        return (int)err->kind;
    if (!map_eval(cli->arena, cli->args[0], &world, &result, err))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "mapping.eval");
        json_str(j, "value", result.value);
        json_text(j, "kind", result.type);
        json_open_list(j, "issues");
        for (size_t i = 0; i < result.n_issues; i++) {
            json_open(j, NULL);
            json_text(j, "code", result.issues[i].code);
            json_text(j, "detail", result.issues[i].detail);
            json_close(j);
        }
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    if (result.value.at)
        out_line(&cli->out, "%.*s", STR_ARG(result.value));
    else
        out_line(&cli->out, "NULL");
    for (size_t i = 0; i < result.n_issues; i++)
        out_note(&cli->out, _("issue %s: %s"), result.issues[i].code,
                 result.issues[i].detail ? result.issues[i].detail : "-");
    return EXIT_OK;
}
