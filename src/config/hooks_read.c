#include "config/hooks_read.h"

#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/config_check.h"
#include "config/config_values.h"

const char *const hook_words[HOOK_EVENTS + 1] = {"run.start", "run.end", "step.failed", "gate",
                                                 "stall",     "paused",  "heartbeat",   NULL};

// A single text is a list of one.
static const YamlNode *first_of(const YamlNode *list)
{
    return list && list->kind == YAML_SCALAR ? list : list ? list->first : NULL;
}

static const YamlNode *next_of(const YamlNode *list, const YamlNode *item)
{
    return list->kind == YAML_SCALAR ? NULL : item->next;
}

static unsigned read_events(const YamlNode *list, const YamlCheck *check)
{
    unsigned on = 0;
    for (const YamlNode *item = first_of(list); item; item = next_of(list, item)) {
        size_t i = 0;
        while (yaml_text(item) && hook_words[i] && strcmp(hook_words[i], yaml_text(item)) != 0)
            i++;
        if (yaml_text(item) && hook_words[i]) {
            on |= 1U << i;
        } else if (yaml_text(item)) {
            Problem *p = yaml_complain(check, item, _("hooks.on: there is no event \"%s\""), yaml_text(item));
            p->key = "hooks.on";
            p->hint = yaml_suggestion(check->problems->arena, yaml_text(item), hook_words);
            p->instead = text_nearest(yaml_text(item), hook_words, HOOK_EVENTS);
            p->mend = p->instead ? MEND_WORD : MEND_NONE;
        }
    }
    return on;
}

static const char *const *read_exec(Arena *a, const Clinic *c, const YamlNode *list, const YamlCheck *check)
{
    size_t n = 0;
    for (const YamlNode *item = first_of(list); item; item = next_of(list, item))
        n++;
    const char **argv = arena_many(a, const char *, n + 1);
    n = 0;
    for (const YamlNode *item = first_of(list); item; item = next_of(list, item))
        if (yaml_text(item))
            argv[n++] = yaml_text(item);
    if (!n || argv[0][0] == '/')
        return n ? argv : NULL;
    const char *inside = file_inside(a, c->folder, argv[0]);
    if (!inside) {
        Problem *p = yaml_complain(check, list, _("hooks.exec: %s is outside the clinic's folder"), argv[0]);
        p->key = "hooks.exec";
        p->hint = _("an absolute path, or a relative one without ..");
        return NULL;
    }
    argv[0] = inside;
    return argv;
}

// A value that is wrong has been told; the default keeps the rest readable.
static int64_t seconds_of(const YamlNode *hook, const char *name, const char *path)
{
    const char *text = yaml_text(yaml_get(hook, name));
    int64_t seconds = 0;
    if (!text || !duration_parse(str_of(text), &seconds))
        (void)!duration_parse(str_of(config_key(config_keys, path)->fallback), &seconds);
    return seconds;
}

void hooks_read(Arena *a, Clinic *c, const YamlNode *root, const YamlCheck *check)
{
    const YamlNode *list = yaml_get(root, "hooks");
    if (!list || list->kind != YAML_LIST)
        return;
    size_t n = 0;
    for (const YamlNode *node = list->first; node; node = node->next)
        n++;
    c->hooks = arena_many(a, Hook, n);
    for (const YamlNode *node = list->first; node; node = node->next) {
        Hook hook = {.on = read_events(yaml_get(node, "on"), check),
                     .exec = read_exec(a, c, yaml_get(node, "exec"), check),
                     .timeout_s = seconds_of(node, "timeout", "hooks.timeout"),
                     .every_s = seconds_of(node, "every", "hooks.every"),
                     .line = node->line};
        if (hook.on && hook.exec)
            c->hooks[c->n_hooks++] = hook;
    }
}
