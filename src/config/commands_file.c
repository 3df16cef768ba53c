#include "config/commands_file.h"

#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "config/config_check.h"

// The types by what their entries may and must have.
typedef struct {
    const char *name;
    bool entity, script, function; // entity: must have; script: must have; function: may have
} CommandType;

static const CommandType types[] = {
    {.name = "extract", .entity = true},
    {.name = "normalise", .entity = true},
    {.name = "validate", .entity = true},
    {.name = "insert", .entity = true},
    {.name = "verify"},
    {.name = "files"},
    {.name = "sql", .script = true},
    {.name = "script", .script = true, .function = true},
    {.name = "report"},
    {.name = "global", .script = true, .function = true},
};

static const CommandType *find_type(const char *name)
{
    for (size_t i = 0; name && i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

static bool truth(const YamlNode *node)
{
    bool flag = false;
    return yaml_bool(node, &flag) && flag;
}

const char *const *config_texts(Arena *a, const YamlNode *node)
{
    size_t n = 0;
    for (const YamlNode *item = node ? node->first : NULL; item; item = item->next)
        n++;
    const char **list = arena_many(a, const char *, n + 2);
    if (node && node->kind == YAML_SCALAR) {
        list[0] = yaml_text(node);
        return list;
    }
    n = 0;
    for (const YamlNode *item = node ? node->first : NULL; item; item = item->next)
        if (yaml_text(item))
            list[n++] = yaml_text(item);
    return list;
}

static void read_params(Arena *a, const YamlNode *map, Command *command)
{
    if (!map || map->kind != YAML_MAP)
        return;
    for (const YamlNode *node = map->first; node; node = node->next)
        command->n_params++;
    command->params = arena_many(a, Setting, command->n_params);
    size_t i = 0;
    for (const YamlNode *node = map->first; node; node = node->next)
        command->params[i++] = (Setting){node->key, yaml_text(node), node->line};
}

static void read_command(Arena *a, const YamlNode *node, Command *command)
{
    *command = (Command){
        .name = yaml_text(yaml_get(node, "name")),
        .category = yaml_text(yaml_get(node, "category")),
        .type = yaml_text(yaml_get(node, "type")),
        .entity = yaml_text(yaml_get(node, "entity")),
        .source = yaml_text(yaml_get(node, "source")),
        .script = yaml_text(yaml_get(node, "script")),
        .function = yaml_text(yaml_get(node, "function")),
        .description = yaml_text(yaml_get(node, "description")),
        .after = config_texts(a, yaml_get(node, "after")),
        .skip_autopilot = truth(yaml_get(node, "skip_autopilot")),
        .skip_status = truth(yaml_get(node, "skip_status")),
        .line = node->line,
    };
    if (!command->category)
        command->category = "General";
    if (!command->type && command->script)
        command->type = "script";
    read_params(a, yaml_get(node, "params"), command);
}

// ---- What belongs together ----------------------------------------------------------------------

static void check_command(const YamlCheck *c, const YamlNode *node, const Command *command)
{
    const CommandType *type = find_type(command->type);
    if (!command->type)
        yaml_complain(c, node, _("the command has neither a type nor a script"));
    if (!type)
        return; // an unknown word has been told
    if (type->entity && !command->entity)
        yaml_complain(c, node, _("a command of type %s needs an entity"), type->name);
    if (type->script && !command->script)
        yaml_complain(c, node, _("a command of type %s needs a script"), type->name);
    if (!type->script && command->script)
        yaml_complain_key(c, yaml_get(node, "script"), _("a command of type %s has no script"), type->name);
    if (!type->function && command->function)
        yaml_complain_key(c, yaml_get(node, "function"), _("a command of type %s has no function"),
                          type->name);
    if (command->script && !file_inside(c->problems->arena, "/", command->script))
        yaml_complain(c, yaml_get(node, "script"), _("the script %s is outside the folder"), command->script)
            ->hint = _("a relative path without ..");
}

static bool is_step(const Clinic *clinic, const char *word)
{
    for (size_t i = 0; i < clinic->n_commands; i++) {
        const Command *k = &clinic->commands[i];
        size_t n = k->entity ? strlen(k->entity) : 0;
        if (k->name && strcmp(k->name, word) == 0)
            return true;
        if (k->entity && k->type && strncmp(word, k->entity, n) == 0 && word[n] == '/' &&
            strcmp(word + n + 1, k->type) == 0)
            return true;
    }
    return false;
}

static void check_after(const YamlCheck *c, const Clinic *clinic, const YamlNode *node)
{
    Arena *a = c->problems->arena;
    const YamlNode *after = yaml_get(node, "after");
    if (!after || after->kind == YAML_MAP)
        return;
    for (const YamlNode *item = after->kind == YAML_LIST ? after->first : after; item;
         item = after->kind == YAML_LIST ? item->next : NULL) {
        const char *word = yaml_text(item);
        if (!word || is_step(clinic, word))
            continue;
        const char **names = arena_many(a, const char *, 2 * clinic->n_commands + 1);
        size_t n = 0;
        for (size_t i = 0; i < clinic->n_commands; i++) {
            const Command *k = &clinic->commands[i];
            if (k->name)
                names[n++] = k->name;
            if (k->entity && k->type)
                names[n++] = arena_text(a, "%s/%s", k->entity, k->type);
        }
        yaml_complain(c, item, _("no command is called \"%s\""), word)->hint =
            yaml_suggestion(a, word, names);
    }
}

static void check_names(const YamlCheck *c, const Clinic *clinic, const YamlNode *list)
{
    size_t i = 0;
    for (const YamlNode *node = list->first; node; node = node->next, i++)
        for (size_t j = 0; j < i; j++) {
            const char *name = clinic->commands[i].name, *before = clinic->commands[j].name;
            if (!name || !before || strcmp(name, before) != 0)
                continue;
            yaml_complain(c, yaml_get(node, "name"),
                          _("another command is called \"%s\": the one of line %d"), name,
                          clinic->commands[j].line);
            break;
        }
}

static void read_list(Arena *a, Clinic *clinic, const YamlCheck *c, const YamlNode *list)
{
    for (const YamlNode *node = list->first; node; node = node->next)
        clinic->n_commands++;
    clinic->commands = arena_many(a, Command, clinic->n_commands);
    size_t i = 0;
    for (const YamlNode *node = list->first; node; node = node->next)
        read_command(a, node, &clinic->commands[i++]);
    i = 0;
    for (const YamlNode *node = list->first; node; node = node->next, i++) {
        if (node->kind == YAML_MAP) {
            check_command(c, node, &clinic->commands[i]);
            check_after(c, clinic, node);
        }
    }
    check_names(c, clinic, list);
}

// Without any list, the steps mudanza finds itself are what is wanted.
static void offer(Problem *p, const YamlNode *list)
{
    p->mend = list ? MEND_NONE : MEND_ADD;
    p->instead = list ? NULL : "pipeline: auto";
}

void commands_file_read(Arena *a, Clinic *clinic, Problems *problems)
{
    YamlCheck c = {shown_path(a, clinic->commands_path), problems};
    if (!file_exists(clinic->commands_path)) {
        problems_add(problems, PROBLEM_ERROR, c.file, 0, 0, _("there is no such file"))->hint =
            _("one line is enough: pipeline: auto");
        return;
    }
    const YamlNode *root = yaml_read_anyway(a, c.file, problems);
    if (!root)
        return;
    config_check(&c, root, command_keys);
    const YamlNode *pipeline = yaml_get(root, "pipeline"), *list = yaml_get(root, "commands");
    clinic->pipeline_auto = !yaml_is_null(pipeline);
    if (clinic->pipeline_auto && !yaml_is_null(list))
        yaml_complain_key(&c, list, _("pipeline: auto and a list of commands exclude each other"));
    else if (!clinic->pipeline_auto && (yaml_is_null(list) || (list->kind == YAML_LIST && !list->first)))
        offer(yaml_complain(&c, root, _("neither pipeline: auto nor a list of commands")), list);
    if (list && list->kind == YAML_LIST)
        read_list(a, clinic, &c, list);
}
