#include "map/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/yaml_check.h"
#include "map/counters.h"
#include "map/profile_links.h"
#include "map/profile_preview.h"
#include "map/file_rule.h"
#include "map/profile_settings.h"

static size_t count(const YamlNode *list)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    return n;
}

static const char *const profile_keys[] = {"profile", "about", "clinic_table", "settings", "snapshot",
                                           "issues",  "links",        "counters", "files",    "preview",
                                           NULL};
static const char *const clinic_table_keys[] = {"table", "id", "name", NULL};
static const char *const snapshot_keys[] = {"columns", "optional", NULL};
static const char *const issue_keys[] = {"severity", "about", NULL};
static const char *const severities[] = {"fatal", "error", "warning", "information", NULL};

static const YamlNode *map_under(const YamlCheck *check, const YamlNode *map, const char *key)
{
    const YamlNode *node = yaml_get(map, key);
    if (!node || yaml_is_null(node) || node->kind == YAML_MAP)
        return yaml_is_null(node) ? NULL : node;
    yaml_complain_key(check, node, _("%s: must be a map, not %s"), key, yaml_kind_name(node));
    return NULL;
}

// TABLE: [COLUMNS], or TABLE: {columns: [COLUMNS], optional: true}; of an optional one that it is there may be enough.
static void read_snapshots(Arena *a, Profile *p, const YamlNode *map, const YamlCheck *check)
{
    p->snapshots = arena_many(a, Snapshot, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        Snapshot *s = &p->snapshots[p->n_snapshots++];
        const YamlNode *list = c, *optional = NULL;
        if (c->kind == YAML_MAP) {
            yaml_refuse_unknown(check, c, snapshot_keys);
            list = yaml_get(c, "columns");
            optional = yaml_get(c, "optional");
        }
        if (optional && !yaml_bool(optional, &s->optional))
            yaml_complain(check, optional, _("%s: is true or false"), "optional");
        s->table = c->key;
        s->columns = arena_many(a, const char *, count(list) + 1);
        size_t n = 0;
        for (const YamlNode *col = list && list->kind == YAML_LIST ? list->first : NULL; col; col = col->next)
            if (yaml_text(col))
                s->columns[n++] = yaml_text(col);
        if (!n && (!s->optional || list))
            yaml_complain_key(check, c, _("snapshot: %s needs a list of columns"), c->key);
    }
}

static void read_codes(Arena *a, Profile *p, const YamlNode *map, const YamlCheck *check)
{
    p->codes = arena_many(a, IssueCode, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        yaml_refuse_unknown(check, c, issue_keys);
        const YamlNode *severity = yaml_get(c, "severity");
        int word = severity ? yaml_take_word(check, severity, severities) : -1;
        p->codes[p->n_codes++] =
            (IssueCode){c->key, word < 0 ? "warning" : severities[word], yaml_text(yaml_get(c, "about"))};
    }
}

static bool read_description(Arena *a, const Clinic *clinic, Profile *p, const Model *model, const char *path,
                             Problems *problems)
{
    YamlCheck check = {path, problems};
    const YamlNode *root = yaml_read(a, path, problems);
    if (!root)
        return false;
    yaml_refuse_unknown(&check, root, profile_keys);
    p->about = yaml_text(yaml_get(root, "about"));
    const YamlNode *table = map_under(&check, root, "clinic_table");
    yaml_refuse_unknown(&check, table, clinic_table_keys);
    p->clinic_table = yaml_text(yaml_get(table, "table"));
    p->clinic_id_column = yaml_text(yaml_get(table, "id"));
    p->clinic_name_column = yaml_text(yaml_get(table, "name"));
    if (!p->clinic_table || !p->clinic_id_column || !p->clinic_name_column)
        yaml_complain(&check, table ? table : root, "%s", _("clinic_table: needs table, id and name"));
    profile_read_settings(a, p, clinic, map_under(&check, root, "settings"), &check);
    read_snapshots(a, p, map_under(&check, root, "snapshot"), &check);
    read_codes(a, p, map_under(&check, root, "issues"), &check);
    profile_read_links(a, p, model, map_under(&check, root, "links"), &check);
    counters_read(a, p, model, map_under(&check, root, "counters"), &check);
    profile_read_preview(a, p, model, yaml_get(root, "preview"), &check);
    p->files = file_rule_read(a, map_under(&check, root, "files"), &check);
    return true;
}

// The mapping files of an entity, main first, parts by name. A part without a main mapping is an error.
static void read_entity(Arena *a, const Clinic *clinic, Profile *p, MappedEntity *e, const Model *model,
                        char **files, Problems *problems)
{
    size_t n = 0;
    while (files[n])
        n++;
    e->mappings = arena_many(a, Mapping *, n + 1);
    const char *name = e->entity->name;
    const char *main_file = arena_text(a, "%s.yaml", name), *prefix = arena_text(a, "%s.", name);
    for (int parts = 0; parts <= 1; parts++)
        for (size_t i = 0; files[i]; i++) {
            bool is_main = strcmp(files[i], main_file) == 0;
            if (!str_ends(str_of(files[i]), ".yaml") || is_main == (parts == 1) ||
                (!is_main && !str_starts(str_of(files[i]), prefix)))
                continue;
            const char *path =
                clinic ? profile_file(a, clinic, p->name, files[i]) : file_join(a, p->folder, files[i]);
            const char *stem = arena_text(a, "%.*s", (int)strlen(files[i]) - 5, files[i]);
            Mapping *m = mapping_read(a, path, stem, model, problems);
            if (m && (is_main || e->n))
                e->mappings[e->n++] = m;
            else if (m)
                problems_add(problems, PROBLEM_ERROR, path, 0, 0,
                             _("a part needs the entity's own mapping %s"), main_file);
        }
}

static void read_works(Arena *a, const Clinic *clinic, Profile *p, const Model *model, char **files,
                       Problems *problems)
{
    size_t room = 0;
    for (char **f = files; *f; f++)
        room += work_is_file(*f);
    p->works = arena_many(a, Work *, room);
    for (; *files; files++) {
        if (!work_is_file(*files))
            continue;
        const char *path = clinic ? profile_file(a, clinic, p->name, *files) : file_join(a, p->folder, *files);
        Work *w = work_read(a, path, *files, model, problems);
        if (w)
            p->works[p->n_works++] = w;
    }
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

// The product's files and those the workspace adds; which of two with one name counts, profile_file says.
static char **list_files(Arena *a, const Clinic *clinic, const Profile *p)
{
    char **product = file_list(a, p->folder);
    if (!clinic || !clinic->workspace)
        return product;
    char **own = file_list(a, arena_text(a, "%s/profiles/%s", clinic->workspace, p->name));
    size_t n = 0, more = 0, kept = 0;
    while (product[n])
        n++;
    while (own[more])
        more++;
    char **all = arena_many(a, char *, n + more + 1);
    memcpy(all, product, n * sizeof *all);
    memcpy(all + n, own, more * sizeof *all);
    qsort(all, n + more, sizeof *all, compare_names);
    for (size_t i = 0; i < n + more; i++)
        if (!kept || strcmp(all[kept - 1], all[i]) != 0)
            all[kept++] = all[i];
    all[kept] = NULL;
    return all;
}

// A mapping file of no entity would be left alone in silence.
static void refuse_strangers(Arena *a, char **files, const Model *model, const char *folder,
                             Problems *problems)
{
    const char **names = arena_many(a, const char *, model->n + 1);
    for (size_t i = 0; i < model->n; i++)
        names[i] = model->entities[i].name;
    for (; *files; files++) {
        const char *entity = arena_text(a, "%.*s", (int)strcspn(*files, "."), *files);
        if (!str_ends(str_of(*files), ".yaml") || strcmp(*files, "profile.yaml") == 0 ||
            work_is_file(*files) || model_entity(model, entity))
            continue;
        problems_add(problems, PROBLEM_ERROR, file_join(a, folder, *files), 0, 0,
                     _("'%s' is no entity of the model"), entity)
            ->hint = yaml_suggestion(a, entity, names);
    }
}

Profile *profile_load(Arena *a, const Clinic *clinic, const char *name, const Model *model,
                      Problems *problems)
{
    Err err = {0};
    size_t before = problems->errors;
    const char *data = data_folder(a, &err);
    if (!data) {
        problems_add(problems, PROBLEM_ERROR, name, 0, 0, "%s", err.text);
        return NULL;
    }
    Profile *p = arena_one(a, Profile);
    p->name = name;
    p->folder = arena_text(a, "%s/profiles/%s", data, name);
    const char *description =
        clinic ? profile_file(a, clinic, name, "profile.yaml") : file_join(a, p->folder, "profile.yaml");
    if (!description || !file_exists(description)) {
        Problem *problem = problems_add(problems, PROBLEM_ERROR, name, 0, 0, "%s", _("no such profile"));
        char **known = file_list(a, arena_text(a, "%s/profiles", data));
        size_t n = 0;
        while (known[n])
            n++;
        const char *near = text_nearest(name, (const char *const *)known, n);
        problem->hint = near ? arena_text(a, _("did you mean '%s'?"), near) : NULL;
        return NULL;
    }
    if (!read_description(a, clinic, p, model, description, problems))
        return NULL;
    char **files = list_files(a, clinic, p);
    refuse_strangers(a, files, model, p->folder, problems);
    read_works(a, clinic, p, model, files, problems);
    p->n = model->n;
    p->entities = arena_many(a, MappedEntity, model->n);
    for (size_t i = 0; i < model->n; i++) {
        p->entities[i].entity = &model->entities[i];
        read_entity(a, clinic, p, &p->entities[i], model, files, problems);
    }
    return problems->errors == before ? p : NULL;
}

const char *profile_severity(const Profile *p, const char *code)
{
    for (size_t i = 0; i < p->n_codes; i++)
        if (strcmp(p->codes[i].code, code) == 0)
            return p->codes[i].severity;
    return "warning";
}

const char *profile_default(const Profile *p, const char *setting)
{
    for (size_t i = 0; i < p->n_settings; i++)
        if (strcmp(p->settings[i].name, setting) == 0)
            return p->settings[i].value;
    return NULL;
}

MappedEntity *profile_entity(const Profile *p, const char *entity)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->entities[i].entity->name, entity) == 0)
            return &p->entities[i];
    return NULL;
}

static size_t first_need(const Profile *p, const bool *needs, const bool *done, size_t of)
{
    for (size_t j = 0; j < p->n; j++)
        if (needs[of * p->n + j] && !done[j] && j != of)
            return j;
    return of;
}

// Each entity that is left needs another one that is left: after n steps the walk is on a loop.
static const char *loop_text(Arena *a, const Profile *p, const bool *needs, const bool *done)
{
    size_t at = 0;
    while (done[at])
        at++;
    for (size_t step = 0; step < p->n; step++)
        at = first_need(p, needs, done, at);
    AUTO(buf_free) Buf loop = {0};
    size_t start = at;
    do {
        buf_addf(&loop, "%s -> ", p->entities[at].entity->name);
        at = first_need(p, needs, done, at);
    } while (at != start);
    return arena_text(a, "%s%s", buf_text(&loop), p->entities[start].entity->name);
}

// Kahn's algorithm; among the ready ones the model's order decides, so the same input gives the same order.
bool profile_order(Arena *a, Profile *p, const bool *needs, Problems *problems)
{
    size_t n = p->n, placed = 0;
    bool *done = arena_many(a, bool, n);
    MappedEntity *sorted = arena_many(a, MappedEntity, n);
    while (placed < n) {
        size_t next = n;
        for (size_t i = 0; i < n && next == n; i++) {
            bool ready = !done[i];
            for (size_t j = 0; j < n; j++)
                ready = ready && (!needs[i * n + j] || done[j] || i == j);
            if (ready)
                next = i;
        }
        if (next == n)
            break;
        done[next] = true;
        sorted[placed++] = p->entities[next];
    }
    if (placed == n) {
        p->entities = sorted;
        return true;
    }
    problems_add(problems, PROBLEM_ERROR, p->folder, 0, 0, _("entities need each other in a loop: %s"),
                 loop_text(a, p, needs, done));
    return false;
}
