// mudanza init CLINIC: a clinic's folder with both files.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "cli/commands.h"
#include "config/init.h"

// The first clinic may make its workspace: the folder of -C, or clinics/ here when there is none above.
// *made: a folder to take away again when nothing comes of it.
static const char *workspace_for_init(Cli *cli, const char **made, Err *err)
{
    const char *given = cli->flags[FLAG_WORKSPACE], *variable = getenv("MUDANZA_CLINICS_DIR");
    *made = NULL;
    if (given && !file_exists(given)) {
        if (!file_make_folder(given, 0755, err))
            return NULL;
        *made = given;
    }
    const char *found = workspace_find(cli->arena, given, err);
    if (found || given || (variable && *variable))
        return found;
    *err = (Err){0};
    if (!file_make_folder("clinics", 0755, err))
        return NULL;
    *made = "clinics";
    return workspace_find(cli->arena, "clinics", err);
}

static const Setting *settings_of(Cli *cli)
{
    Setting *settings = arena_many(cli->arena, Setting, cli->n_sets + 1);
    for (size_t i = 0; i < cli->n_sets; i++) {
        const char *equals = strchr(cli->sets[i], '=');
        settings[i].name = str_keep(cli->arena, (Str){cli->sets[i], (size_t)(equals - cli->sets[i])});
        settings[i].value = equals + 1;
    }
    return settings;
}

int cmd_init(Cli *cli, Err *err)
{
    const char *folder, *made;
    const char *profile = cli->flags[FLAG_PROFILE];
    if (!profile) {
        err_set(err, ERR_USAGE, _("--profile is missing: which system receives the data?"));
        AUTO(buf_free) Buf names = {0};
        for (const char *const *name = profile_names(cli->arena, NULL); *name; name++)
            buf_addf(&names, "%s--profile %s", names.len ? ", " : "", *name);
        err_hint(err, "%s", buf_text(&names));
        return ERR_USAGE;
    }
    InitOptions options = {
        .workspace = workspace_for_init(cli, &made, err),
        .name = cli->args[0],
        .source = cli->flags[FLAG_SOURCE],
        .profile = profile,
        .target = cli->flags[FLAG_TARGET],
        .settings = settings_of(cli),
        .n_settings = cli->n_sets,
        .passphrase_file = cli->flags[FLAG_PASSPHRASE_FILE],
    };
    if (!options.workspace || !clinic_init(cli->arena, &options, &folder, err)) {
        if (made)
            rmdir(made);
        return (int)err->kind;
    }
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "init");
        json_text(j, "clinic", options.name);
        json_text(j, "folder", folder);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    out_line(&cli->out, _("%s: made %s"), options.name, shown_path(cli->arena, folder));
    if (!cli->out.quiet)
        out_line(&cli->out,
                 options.source ? _("next: mudanza doctor %s (the source has not been read yet)")
                                : _("next: mudanza doctor %s"),
                 clinic_typed(cli->arena, options.workspace, options.name, NULL));
    return EXIT_OK;
}
