// mudanza config show CLINIC [--origin]: every value in force, and where it comes from.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "config/yaml.h"

typedef struct {
    Cli *cli;
    const char *file; // as the operator would type it
    Grid *grid;
    JsonOut *json;
} Show;

// Never shown: references to passphrases, and the key that unguessable values are made with.
static bool is_secret(const ConfigKey *key, const char *path)
{
    return key->type == KEY_SECRET || !strcmp(path, "settings.secret");
}

static const YamlNode *node_at(const YamlNode *root, Str path)
{
    Str part;
    while (root && str_cut(&path, '.', &part)) {
        const YamlNode *child = root->kind == YAML_MAP ? root->first : NULL;
        while (child && !str_is(part, child->key))
            child = child->next;
        root = child;
    }
    return root;
}

// value NULL: not given and without a default.
static void show_value(Show *s, const ConfigKey *key, const char *path, const char *value,
                       const YamlNode *node)
{
    const char *shown = value && is_secret(key, path) ? _("set") : value;
    const char *origin = node    ? arena_text(s->cli->arena, "%s:%d:%d", s->file, node->line, node->col)
                         : value ? _("default")
                                 : "-";
    if (s->json) {
        json_open(s->json, NULL);
        json_text(s->json, "key", path);
        json_text(s->json, "value", value && is_secret(key, path) ? "set" : value);
        json_text(s->json, "origin", node ? origin : value ? "default" : NULL);
        json_close(s->json);
        return;
    }
    grid_text(s->grid, path);
    grid_text(s->grid, shown);
    if (cli_has(s->cli, FLAG_ORIGIN))
        grid_text(s->grid, origin);
}

static const char *list_text(Arena *a, const YamlNode *list)
{
    AUTO(buf_free) Buf text = {0};
    for (const YamlNode *n = list->first; n; n = n->next) {
        const char *item = yaml_text(n);
        buf_addf(&text, "%s%s", text.len ? ", " : "", item ? item : "...");
    }
    return str_keep(a, buf_str(&text));
}

static bool is_listed(const char *path)
{
    for (const ConfigKey *k = config_keys; k->path; k++)
        if (!strcmp(k->path, path))
            return true;
    return false;
}

// "settings.*": those names of the map that have no line of their own in the table.
static void show_others(Show *s, const ConfigKey *key, const YamlNode *root)
{
    Str folder = {key->path, strlen(key->path) - 2};
    const YamlNode *map = node_at(root, folder);
    for (const YamlNode *n = map && map->kind == YAML_MAP ? map->first : NULL; n; n = n->next) {
        const char *path = arena_text(s->cli->arena, "%.*s.%s", STR_ARG(folder), n->key);
        if (!is_listed(path))
            show_value(s, key, path, yaml_text(n), n);
    }
}

static void show_keys(Show *s, const YamlNode *root)
{
    for (const ConfigKey *k = config_keys; k->path; k++) {
        if (k->type == KEY_MAP)
            continue;
        if (str_ends(str_of(k->path), ".*")) {
            show_others(s, k, root);
            continue;
        }
        const YamlNode *node = node_at(root, str_of(k->path));
        const char *value =
            node && node->kind == YAML_LIST ? list_text(s->cli->arena, node) : yaml_text(node);
        show_value(s, k, k->path, value ? value : k->fallback, value ? node : NULL);
    }
}

int cmd_config_show(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Key"), false, 0}, {_("Value"), false, 0}, {_("Origin"), false, 0}};
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    if (!clinic)
        return (int)err->kind;
    const YamlNode *root = yaml_read(cli->arena, clinic->config_path, problems_new(cli->arena));
    if (!root) {
        err_set(err, ERR_CONFIG, _("%s has changed while it was read"), clinic->config_path);
        return ERR_CONFIG;
    }
    Show show = {.cli = cli, .file = shown_path(cli->arena, clinic->config_path)};
    if (cli->out.json) {
        show.json = out_document(&cli->out, "config.show");
        json_text(show.json, "clinic", clinic->name);
        json_text(show.json, "folder", clinic->folder);
        json_text(show.json, "state_folder", clinic->state_folder);
        json_open_list(show.json, "values");
        show_keys(&show, root);
        json_close_list(show.json);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    show.grid = grid_new(cli->arena, columns, cli_has(cli, FLAG_ORIGIN) ? 3 : 2);
    show_keys(&show, root);
    grid_print(show.grid, &cli->out);
    return EXIT_OK;
}
