#include "config/config_fix.h"

#include <string.h>

#include "base/intl.h"
#include "config/config_scalar.h"
#include "config/config_trial.h"

// A fix in the making.
typedef struct {
    Arena *arena;
    const ConfigFile *f;
    const Problem *problem;
    const YamlNode *node; // what the problem is about
    ConfigFix *fix;
    ConfigEdit *edits;
    size_t cap;
} Draft;

static void add_edit(Draft *d, size_t from, size_t to, Str text)
{
    if (d->fix->n == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 4;
        ConfigEdit *more = arena_many(d->arena, ConfigEdit, d->cap);
        if (d->fix->n)
            memcpy(more, d->edits, d->fix->n * sizeof *more);
        d->edits = more;
        d->fix->edits = more;
    }
    d->edits[d->fix->n++] = (ConfigEdit){from, to - from, text};
}

// ---- Where things are -------------------------------------------------------------------------------

static YamlNode *find_node(YamlNode *node, int line, int col, bool by_key)
{
    for (; node; node = node->next) {
        if ((by_key ? node->key_line : node->line) == line && (by_key ? node->key_col : node->col) == col)
            return node;
        YamlNode *inside = find_node(node->first, line, col, by_key);
        if (inside)
            return inside;
    }
    return NULL;
}

static bool is_about_a_key(Mend mend)
{
    return mend == MEND_RENAME || mend == MEND_DOUBLE;
}

static YamlNode *node_of(YamlNode *root, const Problem *p)
{
    return find_node(root, p->line, p->col, is_about_a_key(p->mend));
}

static size_t value_start(const ConfigFile *f, const YamlNode *n)
{
    return config_offset(f, n->line, n->col);
}
static size_t value_end(const ConfigFile *f, const YamlNode *n)
{
    return config_offset(f, n->end_line, n->end_col);
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

// Nothing but what is between its quotes, if it has some: no block, no folded text.
static bool stands_in_one_line(const YamlNode *n)
{
    return n->kind == YAML_SCALAR && n->line == n->end_line;
}

// ---- One function for each way to mend; false: it cannot be done ---------------------------------------

static bool rename_key(Draft *d)
{
    const YamlNode *n = d->node;
    if (!n->key || n->key_line != n->key_end_line)
        return false;
    size_t from = config_offset(d->f, n->key_line, n->key_col), to = config_offset(d->f, n->key_end_line, n->key_end_col);
    if (to > from + 1 && is_quote(d->f->bytes.at[from])) {
        from++;
        to--;
    }
    add_edit(d, from, to, str_of(d->problem->instead));
    d->fix->kind = "rename";
    d->fix->about = arena_text(d->arena, _("calls the key %s, not %s"), d->problem->instead, n->key);
    return true;
}

static bool put_value(Draft *d)
{
    bool plain = d->problem->mend == MEND_PLAIN;
    if (!stands_in_one_line(d->node))
        return false;
    size_t from = value_start(d->f, d->node);
    char quote = is_quote(d->f->bytes.at[from]) && !plain ? d->f->bytes.at[from] : 0;
    static const ConfigKey a_word = {.type = KEY_WORD};
    add_edit(d, from, value_end(d->f, d->node),
             config_scalar(d->arena, str_of(d->problem->instead), quote, &a_word));
    d->fix->kind = "word";
    d->fix->about = arena_text(d->arena, _("writes %s: %s"), d->problem->key ? d->problem->key : d->node->key,
                               d->problem->instead);
    return true;
}

static bool put_in_quotes(Draft *d)
{
    AUTO(buf_free) Buf quoted = {0};
    if (!stands_in_one_line(d->node) || !d->node->plain)
        return false;
    yaml_quote(d->node->text, &quoted);
    add_edit(d, value_start(d->f, d->node), value_end(d->f, d->node), str_copy(d->arena, buf_str(&quoted)));
    d->fix->kind = "quote";
    d->fix->about = arena_text(d->arena, _("puts the value of %s in quotes"), d->problem->key);
    return true;
}

// Where the last line of a map ends: an offset in front of its line end.
static void find_end(const YamlNode *node, int *line, int *col)
{
    for (const YamlNode *n = node->first; n; n = n->next) {
        if (n->end_line > *line || (n->end_line == *line && n->end_col > *col)) {
            *line = n->end_line;
            *col = n->end_col;
        }
        find_end(n, line, col);
    }
}

static const char *line_end_of(const ConfigFile *f)
{
    const char *first = f->bytes.len ? memchr(f->bytes.at, '\n', f->bytes.len) : NULL;
    return first && first > f->bytes.at && first[-1] == '\r' ? "\r\n" : "\n";
}

static bool add_line(Draft *d)
{
    const YamlNode *map = d->node;
    const char *eol = line_end_of(d->f);
    int line = 0, col = 0;
    if (map->kind != YAML_MAP)
        return false;
    find_end(map, &line, &col);
    size_t at = d->f->bytes.len, begin = at;
    if (line > 0 && (size_t)line <= d->f->n_lines && col > 1) {
        Str last = d->f->lines[line - 1];
        at = begin = (size_t)(last.at - d->f->bytes.at) + last.len;
    } else if (line > 0) {
        return false; // the map ends in a text of several lines
    }
    bool fresh = at == 0 || d->f->bytes.at[at - 1] == '\n';
    int indent = map->first ? map->first->key_col - 1 : 0;
    add_edit(d, begin, at,
             str_of(arena_text(d->arena, "%s%*s%s%s", fresh ? "" : eol, indent, "", d->problem->instead,
                               fresh ? eol : "")));
    d->fix->kind = "add";
    d->fix->about = arena_text(d->arena, _("adds the line %s"), d->problem->instead);
    return true;
}

// Only lines that hold nothing else, no remark either.
static bool take_out_double(Draft *d)
{
    const YamlNode *n = d->node;
    int last = n->end_line, col = n->end_col;
    if (!n->key)
        return false;
    find_end(n, &last, &col);
    if (col == 1)
        last--; // a text of several lines ends where the next line begins
    if (last < n->key_line || (size_t)last > d->f->n_lines)
        return false;
    Str first_line = d->f->lines[n->key_line - 1], last_line = d->f->lines[last - 1];
    size_t from = (size_t)(first_line.at - d->f->bytes.at), end = (size_t)(last_line.at - d->f->bytes.at) + last_line.len;
    for (size_t i = from; i < config_offset(d->f, n->key_line, n->key_col); i++)
        if (d->f->bytes.at[i] != ' ')
            return false;
    if (end > from && memchr(d->f->bytes.at + from, '#', end - from))
        return false;
    while (end < d->f->bytes.len && d->f->bytes.at[end] != '\n')
        end++;
    add_edit(d, from, end + (end < d->f->bytes.len), STR(""));
    d->fix->kind = "double";
    d->fix->about = arena_text(d->arena, _("takes out the second %s, which says the same"), n->key);
    return true;
}

// How far people indent in this file.
static size_t indent_unit(const ConfigFile *f)
{
    size_t unit = 0;
    for (size_t i = 0; i < f->n_lines; i++) {
        size_t n = 0;
        while (n < f->lines[i].len && f->lines[i].at[n] == ' ')
            n++;
        if (n && n < f->lines[i].len && f->lines[i].at[n] != '\t' && (unit == 0 || n < unit))
            unit = n;
    }
    return unit ? unit : 2;
}

static bool replace_tabs(Draft *d)
{
    Str line = d->f->lines[d->problem->line - 1];
    size_t start = (size_t)(line.at - d->f->bytes.at), unit = indent_unit(d->f);
    char quote = 0;
    bool indentation = true;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i], before = i ? line.at[i - 1] : ' ';
        if (c == '#' && !quote && (before == ' ' || before == '\t'))
            break;
        if (c == '\t' && quote == '\'')
            return false; // a blank would be another text
        if (c == '\t')
            add_edit(d, start + i, start + i + 1,
                     quote         ? STR("\\t")
                     : indentation ? str_of(arena_text(d->arena, "%*s", (int)unit, ""))
                                   : STR(" "));
        indentation &= c == ' ' || c == '\t';
        if (quote == '"' && c == '\\')
            i++;
        else if (quote)
            quote = c == quote ? 0 : quote;
        else if (is_quote(c) && strchr(" \t[{,", before))
            quote = c;
    }
    d->fix->kind = "tabs";
    d->fix->about = arena_text(d->arena, _("writes blanks for the tabs of line %d"), d->problem->line);
    return d->fix->n > 0;
}

// ---- Is the rest what it was? -------------------------------------------------------------------------

static void remove_child(YamlNode *map, const YamlNode *child)
{
    for (YamlNode **at = &map->first; *at; at = &(*at)->next) {
        if (*at == child) {
            *at = child->next;
            return;
        }
        remove_child(*at, child);
    }
}

static void append_line(Arena *a, YamlNode *map, const char *line)
{
    YamlNode **end = &map->first, *child = arena_one(a, YamlNode);
    Str rest = str_of(line), key;
    while (*end)
        end = &(*end)->next;
    str_cut(&rest, ':', &key);
    child->key = str_keep(a, key);
    child->text = (Str){str_keep(a, str_trim(rest)), str_trim(rest).len};
    *end = child;
}

static bool change_tree(Arena *a, YamlNode *root, const void *what)
{
    const Problem *p = what;
    YamlNode *n = node_of(root, p);
    if (!n)
        return false;
    switch (p->mend) {
    case MEND_RENAME: n->key = p->instead; break;
    case MEND_WORD:
    case MEND_PLAIN: n->text = str_of(p->instead); break;
    case MEND_ADD: append_line(a, n, p->instead); break;
    case MEND_DOUBLE: remove_child(root, n); break;
    case MEND_NONE:
    case MEND_QUOTE:
    case MEND_TABS: break;
    }
    return true;
}

static bool stands_trial(Draft *d)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    const ConfigFix *fix = d->fix;
    ConfigTrial before = config_trial(scratch, d->f, NULL, 0), after = config_trial(scratch, d->f, &fix, 1);
    Mend mend = d->problem->mend;
    return config_trial_better(&before, &after, mend) &&
           (mend == MEND_TABS || config_trial_differs_by(scratch, d->f, &after, change_tree, d->problem));
}

bool config_fix_too_large(const ConfigFile *f)
{
    return f->bytes.len > CONFIG_FIX_MOST_KIB * 1024;
}

const ConfigFix *config_fix_of(Arena *a, const ConfigFile *f, const Problem *p)
{
    static bool (*const ways[])(Draft *) = {
        [MEND_RENAME] = rename_key,   [MEND_WORD] = put_value, [MEND_PLAIN] = put_value,  [MEND_QUOTE] = put_in_quotes,
        [MEND_ADD] = add_line, [MEND_TABS] = replace_tabs, [MEND_DOUBLE] = take_out_double,
    };
    if (p->mend == MEND_NONE || f->odd || !f->bytes.at || config_fix_too_large(f) || p->line < 1 ||
        (size_t)p->line > f->n_lines)
        return NULL;
    Draft d = {.arena = a, .f = f, .problem = p, .fix = arena_one(a, ConfigFix)};
    d.fix->line = p->line;
    d.fix->col = p->col;
    d.node = p->mend == MEND_TABS || !f->root ? NULL : node_of(f->root, p);
    if (p->mend != MEND_TABS && !d.node)
        return NULL;
    return ways[p->mend](&d) && stands_trial(&d) ? d.fix : NULL;
}
