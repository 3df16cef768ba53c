#include "map/profile_preview.h"

#include "base/intl.h"

static const char *const figure_keys[] = {"name", "entity", "setting", "about", "sql", NULL};

static const char *text_of(const YamlNode *map, const char *key, const YamlCheck *check)
{
    const YamlNode *node = yaml_get(map, key);
    const char *text = node ? yaml_text(node) : NULL;
    if (!text)
        yaml_complain_key(check, node ? node : map, _("preview: %s is a text that has to be there"), key);
    return text;
}

void profile_read_preview(Arena *a, Profile *p, const Model *model, const YamlNode *list, const YamlCheck *check)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    p->figures = arena_many(a, Figure, n + 1);
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        if (c->kind != YAML_MAP) {
            yaml_complain_key(check, c, "%s", _("preview: is a list of maps"));
            continue;
        }
        yaml_refuse_unknown(check, c, figure_keys);
        const YamlNode *sql = yaml_get(c, "sql"), *setting = yaml_get(c, "setting");
        Figure f = {
            .name = text_of(c, "name", check),
            .entity = text_of(c, "entity", check),
            .about = text_of(c, "about", check),
            .setting = setting ? yaml_text(setting) : NULL,
            .file = check->file,
            .sql = {.sql = text_of(c, "sql", check), .line = sql ? sql->line : 0, .col = sql ? sql->col : 0},
        };
        if (f.entity && !model_entity(model, f.entity))
            yaml_complain_key(check, c, _("preview: '%s' is no entity of the model"), f.entity);
        if (f.setting && !profile_default(p, f.setting))
            yaml_complain_key(check, c, _("preview: '%s' is no setting of the profile"), f.setting);
        if (f.sql.sql)
            p->figures[p->n_figures++] = f;
    }
}
