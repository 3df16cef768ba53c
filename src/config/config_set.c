// One value of a file given another text.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "config/config_check.h"
#include "config/config_fix.h"
#include "config/config_place.h"
#include "config/config_scalar.h"
#include "config/config_trial.h"

typedef struct {
    int line, col;
    const char *text; // NULL: nothing
} NewValue;

static YamlNode *find_value(YamlNode *node, int line, int col)
{
    for (; node; node = node->next) {
        if (node->kind == YAML_SCALAR && node->line == line && node->col == col)
            return node;
        YamlNode *inside = find_value(node->first, line, col);
        if (inside)
            return inside;
    }
    return NULL;
}

static bool change_value(Arena *a, YamlNode *root, const void *what)
{
    (void)a;
    const NewValue *v = what;
    YamlNode *n = find_value(root, v->line, v->col);
    if (!n)
        return false;
    n->text = str_of(v->text ? v->text : "");
    n->plain = !v->text;
    return true;
}

static bool can_be_set(const ConfigFile *f, const ConfigPlace *p, const char *text, Err *err)
{
    if (f->odd || config_fix_too_large(f))
        return err_set(err, ERR_CONFIG, _("%s can only be changed in an editor"), f->path);
    if (!p->key)
        return err_set(err, ERR_CONFIG, _("%s is no key of %s: there is nothing it could take"), p->path, f->name);
    if (p->node->kind != YAML_SCALAR)
        return err_set(err, ERR_CONFIG, _("%s has several values: set one of them"), p->path);
    if (p->node->line != p->node->end_line)
        return err_set(err, ERR_CONFIG, _("%s stands in several lines: change it in an editor"), p->path);
    if (text && (!text_is_utf8(str_of(text))))
        return err_set(err, ERR_CONFIG, _("the new text is not UTF-8"));
    return true;
}

// A key without a value ends at its colon, where a blank is still needed.
static Str written(Arena *a, const ConfigFile *f, const ConfigPlace *p, size_t from, size_t to, const char *text)
{
    char quote = to > from && (f->bytes.at[from] == '"' || f->bytes.at[from] == '\'') ? f->bytes.at[from] : 0;
    Str value = text ? config_scalar(a, str_of(text), quote, p->key) : STR("");
    if (!text || to > from || from == 0 || f->bytes.at[from - 1] == ' ')
        return value;
    return str_of(arena_text(a, " %.*s", STR_ARG(value)));
}

static bool same_problem(const Problem *a, const Problem *b)
{
    return a->line == b->line && strcmp(a->text, b->text) == 0;
}

// What is wrong now and was not before; NULL: nothing.
static const Problem *new_problem(const ConfigTrial *before, const ConfigTrial *after)
{
    for (size_t i = 0; i < after->problems->n; i++) {
        const Problem *p = &after->problems->items[i];
        bool known = false;
        for (size_t k = 0; k < before->problems->n && !known; k++)
            known = same_problem(p, &before->problems->items[k]);
        if (!known)
            return p;
    }
    return NULL;
}

// Also when the old value was wrong in the same words.
static const Problem *problem_of_value(const ConfigTrial *after, const ConfigPlace *p)
{
    for (size_t i = 0; i < after->problems->n; i++) {
        const Problem *found = &after->problems->items[i];
        if (found->level == PROBLEM_ERROR && found->line == p->line && found->col >= p->col && found->key &&
            strcmp(found->key, p->key->path) == 0)
            return found;
    }
    return NULL;
}

static bool refuse(Err *err, const Problem *wrong)
{
    err_set(err, ERR_CONFIG, "%s", wrong->text);
    return wrong->hint && err_hint(err, "%s", wrong->hint);
}

const ConfigFix *config_set(Arena *a, const ConfigFile *f, int line, int col, const char *text, Err *err)
{
    ConfigPlace p;
    if (!f->root || !config_place_at(a, f, line, col, &p)) {
        err_set(err, ERR_CONFIG, _("%s:%d:%d: there is no value"), f->path, line, col);
        return NULL;
    }
    if (!can_be_set(f, &p, text, err))
        return NULL;
    size_t from = config_offset(f, p.line, p.col), to = config_offset(f, p.node->end_line, p.node->end_col);
    ConfigEdit *edit = arena_one(a, ConfigEdit);
    ConfigFix *fix = arena_one(a, ConfigFix);
    *edit = (ConfigEdit){from, to - from, written(a, f, &p, from, to, text)};
    *fix = (ConfigFix){"value", arena_text(a, _("gives %s another value"), p.path), p.line, p.col, edit, 1};
    const ConfigFix *one = fix;
    ConfigTrial before = config_trial(a, f, NULL, 0), after = config_trial(a, f, &one, 1);
    const Problem *wrong = problem_of_value(&after, &p);
    if (!wrong)
        wrong = new_problem(&before, &after);
    NewValue v = {p.line, p.col, text};
    if (wrong)
        refuse(err, wrong);
    else if (!config_trial_differs_by(a, f, &after, change_value, &v))
        err_set(err, ERR_CONFIG, _("%s cannot be written there without changing more: use an editor"), p.path);
    else
        return fix;
    return NULL;
}
