#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "config/yaml_check.h"
#include "engine/clinic_links.h"

enum { FILE_MAX = 16 << 20 };

typedef struct {
    YamlCheck check;
    const char *clinic, *system; // of the file
    LinkItem *items;
    size_t n;
} File;

static const char *const file_keys[] = {"version", "clinic", "system", "links", NULL};
static const char *const item_keys[] = {"entity",   "key", "label", "code", "type", "state", "target",
                                        "category", "by",  "at",    "note", "from", NULL};
static const char *const target_keys[] = {"id", "code", "label", NULL};

static bool is_map(const YamlCheck *c, const YamlNode *node)
{
    if (node->kind == YAML_MAP)
        return true;
    yaml_complain(c, node, _("a map is wanted here, not %s"), yaml_kind_name(node));
    return false;
}

static void check_instant(const YamlCheck *c, const YamlNode *map, const char *text)
{
    Instant at;
    bool offset;
    if (text && !instant_parse(str_of(text), &at, &offset))
        yaml_complain(c, yaml_get(map, "at"), _("\"%s\" is no instant: write 2026-11-21T12:00:00Z"), text);
}

static void take_target(const YamlCheck *c, const YamlNode *item, LinkItem *out)
{
    const YamlNode *target = yaml_get(item, "target");
    bool needed = out->state == LINK_RELINKED;
    if (!target && needed)
        yaml_complain(c, item, "%s", _("what is relinked needs its target"));
    if (!target || !is_map(c, target))
        return;
    yaml_refuse_unknown(c, target, target_keys);
    out->chosen.id = yaml_take_text(c, target, "id", true);
    out->chosen.code = yaml_take_text(c, target, "code", false);
    out->chosen.label = yaml_take_text(c, target, "label", false);
}

static void take_item(File *f, const YamlNode *node)
{
    const YamlCheck *c = &f->check;
    LinkItem *out = &f->items[f->n];
    if (!is_map(c, node))
        return;
    yaml_refuse_unknown(c, node, item_keys);
    const YamlNode *state = yaml_get(node, "state"), *label = yaml_get(node, "label");
    if (!state)
        yaml_complain(c, node, "%s", _("a decision needs a state"));
    int word = state ? yaml_take_word(c, state, link_state_words) : -1;
    *out = (LinkItem){
        .entity = yaml_take_text(c, node, "entity", true),
        .key = yaml_take_text(c, node, "key", true),
        .label =
            label && label->kind == YAML_SCALAR ? label->text.at : yaml_take_text(c, node, "label", true),
        .code = yaml_take_text(c, node, "code", false),
        .type = yaml_take_text(c, node, "type", false),
        .state = word < 0 ? LINK_PENDING : (LinkState)word,
        .by = yaml_take_text(c, node, "by", true),
        .at = yaml_take_text(c, node, "at", true),
        .note = yaml_take_text(c, node, "note", false),
        .from = yaml_take_text(c, node, "from", false),
    };
    check_instant(c, node, out->at);
    take_target(c, node, out);
    out->chosen_category = yaml_take_text(c, node, "category", out->state == LINK_CREATE_NEW);
    f->n++;
}

// false: it has mistakes, which are problems.
static bool read_file(Arena *a, Str content, const char *path, Problems *problems, File *out)
{
    size_t before = problems->errors, most = 0;
    int64_t version = 0;
    *out = (File){.check = {shown_path(a, path), problems}};
    const YamlNode *root = yaml_parse(a, content, out->check.file, problems);
    if (!root || !is_map(&out->check, root))
        return false;
    yaml_refuse_unknown(&out->check, root, file_keys);
    if (!yaml_int(yaml_get(root, "version"), &version) || version != 1)
        yaml_complain(&out->check, root, "%s", _("version: 1 is wanted"));
    out->clinic = yaml_take_text(&out->check, root, "clinic", true);
    out->system = yaml_take_text(&out->check, root, "system", true);
    const YamlNode *list = yaml_get(root, "links");
    if (!list || list->kind != YAML_LIST)
        yaml_complain(&out->check, list ? list : root, "%s", _("links: has to be a list"));
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        most++;
    out->items = arena_many(a, LinkItem, most + 1);
    for (const YamlNode *c = list && list->kind == YAML_LIST ? list->first : NULL; c; c = c->next)
        take_item(out, c);
    return problems->errors == before;
}

static bool complain(const File *f, Problems *problems, size_t before, Err *err)
{
    return err_set(err, ERR_CONFIG,
                   ngettext("%s has %zu mistake", "%s has %zu mistakes", problems->errors - before),
                   f->check.file, problems->errors - before);
}

static bool restore(Control *c, const File *f, Str content, const char *importer, int64_t *changed, Err *err)
{
    char digest[SHA256_HEX + 1];
    sha256_hex_of(content, digest);
    bool ok = lite_begin(control_db(c), err);
    for (size_t i = 0; ok && i < f->n; i++) {
        bool one;
        ok = link_restore(c, &f->items[i], importer, &one, err);
        *changed += ok && one;
    }
    if (ok && control_note(c, LINKS_NOTE, digest, err) && lite_commit(control_db(c), err))
        return true;
    lite_rollback(control_db(c));
    return false;
}

// What another clinic did is told as what came of it: whether it accepted a proposal or chose itself is its
// matter.
static bool offer(Arena *a, Control *c, const File *f, int64_t *n, Err *err)
{
    LinkElsewhere *list = arena_many(a, LinkElsewhere, f->n + 1);
    for (size_t i = 0; i < f->n;) {
        const char *entity = f->items[i].entity;
        size_t kept = 0;
        for (; i < f->n && strcmp(f->items[i].entity, entity) == 0; i++) {
            const LinkItem *d = &f->items[i];
            if (d->state == LINK_PENDING || (d->state == LINK_ACCEPTED && !d->chosen.id))
                continue;
            list[kept++] = (LinkElsewhere){
                .entity = entity,
                .label = d->label,
                .type = d->type,
                .offer = {.clinic = f->clinic,
                          .by = d->by,
                          .at = d->at,
                          .note = d->note,
                          .state = d->state == LINK_ACCEPTED ? LINK_RELINKED : d->state,
                          .target = d->chosen,
                          .category = d->chosen_category},
            };
        }
        if (!link_offers_store(c, entity, f->clinic, list, kept, err))
            return false;
        *n += (int64_t)kept;
    }
    return true;
}

bool links_import(Arena *a, const Clinic *clinic, Control *c, const char *path, const char *importer,
                  LinksImport *out, Problems *problems, Err *err)
{
    const char *own = links_path(a, clinic), *system;
    size_t before = problems->errors;
    Str content;
    File file;
    *out = (LinksImport){0};
    if (!file_exists(path ? path : own))
        return err_set(err, ERR_USAGE, _("there is no %s"), shown_path(a, path ? path : own));
    if (!file_read(a, path ? path : own, FILE_MAX, &content, err))
        return false;
    if (!read_file(a, content, path ? path : own, problems, &file))
        return complain(&file, problems, before, err);
    if (!path || strcmp(file.clinic, clinic->name) == 0)
        return restore(c, &file, content, importer, &out->changed, err);
    if (!control_noted(c, a, LINKS_SYSTEM, &system, err))
        return false;
    if (system && strcmp(system, file.system) != 0)
        return err_set(err, ERR_USAGE, _("%s is of the source system %s, not %s"), file.check.file,
                       file.system, system);
    return offer(a, c, &file, &out->offered, err);
}

bool links_first(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                 Err *err)
{
    const char *noted;
    LinksImport unused;
    if (!file_exists(links_path(a, clinic)))
        return true;
    return control_noted(c, a, LINKS_NOTE, &noted, err) &&
           (noted || links_import(a, clinic, c, NULL, importer, &unused, problems, err));
}

bool links_look_around(Arena *a, const Clinic *clinic, Control *c, Err *err)
{
    const char *system;
    int64_t unused = 0;
    if (!control_noted(c, a, LINKS_SYSTEM, &system, err))
        return false;
    char **names = clinic->workspace && system ? workspace_clinics(a, clinic->workspace) : NULL;
    for (; names && *names; names++) {
        const char *path = arena_text(a, "%s/%s/decisions/links.yaml", clinic->workspace, *names);
        Err passed = {0};
        Str content;
        File file;
        if (strcmp(*names, clinic->name) == 0 || !file_exists(path) ||
            !file_read(a, path, FILE_MAX, &content, &passed) ||
            !read_file(a, content, path, problems_new(a), &file) || strcmp(file.system, system) != 0 ||
            strcmp(file.clinic, clinic->name) == 0)
            continue;
        if (!offer(a, c, &file, &unused, err))
            return false;
    }
    return true;
}
