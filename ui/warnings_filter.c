#include "ui/warnings_filter.h"

#include <string.h>

#include "base/intl.h"
#include "config/clinic.h"

static const char *const severities[] = {"fatal", "error", "warning", "information", NULL};
static const char *const states[] = {"open", "asked", "ignored", "resolved", "all", NULL};

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words;
}

static void add_text(Arena *a, const char **to, const char *word)
{
    *to = *to ? arena_text(a, "%s %s", *to, word) : word;
}

// field:value. false: no such field.
static bool take_field(IssueFilter *f, Str field, const char *value)
{
    const struct {
        const char *name;
        const char **to;
    } fields[] = {{"code", &f->code},   {"severity", &f->severity}, {"entity", &f->entity},
                  {"state", &f->state}, {"step", &f->step},         {"owner", &f->owner}};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (str_is(field, fields[i].name)) {
            *fields[i].to = value;
            return true;
        }
    return false;
}

static const char *take_word(Arena *a, IssueFilter *f, Str word)
{
    const char *colon = memchr(word.at, ':', word.len), *text = str_keep(a, word);
    if (str_is(word, "new")) {
        f->fresh = true;
    } else if (colon) {
        Str field = {word.at, (size_t)(colon - word.at)};
        if (!take_field(f, field, text + field.len + 1))
            return _("in front of ':' stands code, severity, entity, state, step or owner");
    } else if (text[0] == '!' && text[1]) {
        add_text(a, &f->without, text + 1);
    } else {
        add_text(a, &f->text, text);
    }
    return NULL;
}

const char *warnings_filter(Arena *a, const char *typed, IssueFilter *out)
{
    Str rest = str_of(typed), word;
    *out = (IssueFilter){0};
    while (str_cut(&rest, ' ', &word)) {
        const char *wrong = word.len ? take_word(a, out, word) : NULL;
        if (wrong)
            return wrong;
    }
    if (out->severity && !is_one_of(out->severity, severities))
        return _("a severity is fatal, error, warning or information");
    if (out->state && !is_one_of(out->state, states))
        return _("a state is open, asked, ignored, resolved or all");
    if (!out->state)
        out->state = "open";
    else if (strcmp(out->state, "all") == 0)
        out->state = NULL;
    return NULL;
}

const char *warnings_flags(Arena *a, const IssueFilter *f)
{
    AUTO(buf_free) Buf flags = {0};
    const char *const texts[][2] = {{"code", f->code},     {"severity", f->severity},
                                    {"entity", f->entity}, {"step", f->step},
                                    {"owner", f->owner},   {"state", f->state ? f->state : "all"}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i][1] && strcmp(texts[i][1], "open") != 0)
            buf_addf(&flags, " --%s %s", texts[i][0], shell_word(a, texts[i][1]));
    if (f->fresh)
        buf_add_text(&flags, " --new");
    return arena_text(a, "%s", buf_text(&flags));
}
