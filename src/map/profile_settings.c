#include "map/profile_settings.h"

#include <string.h>

#include "base/intl.h"

static const char *const setting_keys[] = {"default", "values", "about", NULL};

static size_t count(const YamlNode *list)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    return n;
}

static const Setting *set_by(const Clinic *clinic, const char *name)
{
    for (size_t i = 0; clinic && i < clinic->n_settings; i++)
        if (strcmp(clinic->settings[i].name, name) == 0)
            return &clinic->settings[i];
    return NULL;
}

static void check_value(Arena *a, const Clinic *clinic, const char *name, const YamlNode *list,
                        Problems *problems)
{
    const Setting *set = set_by(clinic, name);
    if (!set || !set->value)
        return;
    const char **values = arena_many(a, const char *, count(list) + 1);
    size_t n = 0;
    for (const YamlNode *c = list->first; c; c = c->next) {
        const char *value = yaml_text(c);
        if (value && strcmp(value, set->value) == 0)
            return;
        if (value)
            values[n++] = value;
    }
    problems_add(problems, PROBLEM_ERROR, clinic->config_path, set->line, 0,
                 _("settings.%s: the profile does not know this value"), name)
        ->hint = yaml_suggestion(a, set->value, values);
}

void profile_read_settings(Arena *a, Profile *p, const Clinic *clinic, const YamlNode *map,
                           const YamlCheck *check)
{
    p->settings = arena_many(a, Setting, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        yaml_refuse_unknown(check, c, setting_keys);
        const YamlNode *value = c->kind == YAML_MAP ? yaml_get(c, "default") : c;
        const YamlNode *values = c->kind == YAML_MAP ? yaml_get(c, "values") : NULL;
        p->settings[p->n_settings++] = (Setting){c->key, yaml_text(value), c->line};
        if (values)
            check_value(a, clinic, c->key, values, check->problems);
    }
}
