// Which inputs of a step changed, and each in the operator's words.
#include <string.h>

#include "base/intl.h"
#include "engine/planner.h"

enum { SHOWN = 56, LEAD = 12 }; // bytes of a value that are shown; how many before the first difference

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

// A long value is shown around the place where the two begin to differ.
static const char *excerpt(Arena *a, const char *text, size_t from)
{
    if (!text)
        return _("nothing");
    size_t n = strlen(text), start = n > SHOWN && from > LEAD ? from - LEAD : 0;
    while (start && inside_character(text[start]))
        start--;
    size_t end = n - start > SHOWN ? start + SHOWN : n;
    while (end > start && end < n && inside_character(text[end]))
        end--;
    return arena_text(a, "%s%.*s%s", start ? "..." : "", (int)(end - start), text + start,
                      end < n ? "..." : "");
}

static const char *subject(Arena *a, const InputChange *c)
{
    if (strcmp(c->kind, INPUT_SOURCE) == 0)
        return _("the source file");
    if (strcmp(c->kind, INPUT_SETTING) == 0)
        return arena_text(a, _("setting %s"), c->name);
    if (strcmp(c->kind, INPUT_AS_OF) == 0)
        return _("the moment taken for now (as_of)");
    if (strcmp(c->kind, INPUT_MAPPING) == 0)
        return arena_text(a, _("mapping %s"), c->name);
    if (strcmp(c->kind, INPUT_PROFILE) == 0)
        return arena_text(a, _("severity of issue %s"), c->name);
    if (strcmp(c->kind, INPUT_MODEL) == 0)
        return arena_text(a, _("fields of entity %s"), c->name);
    if (strcmp(c->kind, INPUT_CATALOGUE) == 0)
        return arena_text(a, _("target column %s"), c->name);
    if (strcmp(c->kind, INPUT_TARGET) == 0)
        return arena_text(a, _("small tables of the target (%s)"), c->name);
    if (strcmp(c->kind, INPUT_LINKS) == 0)
        return arena_text(a, _("decisions about the links of %s"), c->name);
    if (strcmp(c->kind, INPUT_UPSTREAM) == 0)
        return arena_text(a, _("the result of %s"), c->name);
    return arena_text(a, _("mudanza's own rules of %s"), c->name);
}

const char *change_text(Arena *a, const InputChange *c)
{
    const char *what = subject(a, c);
    size_t same = 0;
    if (c->change == INPUT_CAME)
        return c->after ? arena_text(a, _("%s is new: %s"), what, excerpt(a, c->after, 0))
                        : arena_text(a, _("%s is new"), what);
    if (c->change == INPUT_WENT)
        return c->before ? arena_text(a, _("%s is gone: it was %s"), what, excerpt(a, c->before, 0))
                         : arena_text(a, _("%s is gone"), what);
    if (!c->before && !c->after)
        return arena_text(a, _("%s changed"), what);
    while (c->before && c->after && c->before[same] && c->before[same] == c->after[same])
        same++;
    return arena_text(a, _("%s changed: %s -> %s"), what, excerpt(a, c->before, same),
                      excerpt(a, c->after, same));
}

// A column of an upstream step says more than the step as a whole.
static bool is_told_by_column(const InputChange *list, size_t n, const InputChange *c)
{
    size_t length = strlen(c->name);
    for (size_t i = 0; strcmp(c->kind, INPUT_UPSTREAM) == 0 && i < n; i++)
        if (strcmp(list[i].kind, INPUT_UPSTREAM) == 0 && strncmp(list[i].name, c->name, length) == 0 &&
            list[i].name[length] == ':')
            return true;
    return false;
}

bool changed_inputs(Session *s, const char *step, const Inputs *now, InputChange **out, size_t *n, Err *err)
{
    Inputs before = {.arena = s->arena};
    size_t all;
    *n = 0;
    *out = NULL;
    if (s->control && !control_inputs(s->control, step, &before, err))
        return false;
    if (!before.n)
        return true;
    const InputChange *list = inputs_compare(&before, now, &all);
    *out = arena_many(s->arena, InputChange, all);
    for (size_t i = 0; i < all; i++)
        if (!is_told_by_column(list, all, &list[i]))
            (*out)[(*n)++] = list[i];
    return true;
}
