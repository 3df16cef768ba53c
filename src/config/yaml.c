#include "config/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/intl.h"
#include "config/yaml_bytes.h"

// Files of people are small. What is larger is a mistake or an attack, and is refused before it costs memory.
enum {
    MAX_BYTES = 16 << 20,
    MAX_DEPTH = 64,
    MAX_NODES = 500000,
    MAX_PROBLEMS = 100, // then reading stops: nobody reads more
};

typedef struct {
    Arena *arena;
    const char *file;
    Problems *problems;
    yaml_parser_t parser;
    size_t nodes, told;
    bool stopped; // nothing more is read: a syntax error or a limit
} Reader;

static Problem *tell(Reader *r, yaml_mark_t at, const char *text)
{
    if (++r->told >= MAX_PROBLEMS)
        r->stopped = true;
    return problems_add(r->problems, PROBLEM_ERROR, r->file, (int)at.line + 1, (int)at.column + 1, "%s",
                        text);
}

static yaml_mark_t mark_of_offset(Str text, size_t offset)
{
    yaml_mark_t at = {0};
    for (size_t i = 0; i < text.len && i < offset; i++) {
        if (text.at[i] == '\n') {
            at.line++;
            at.column = 0;
        } else if (((unsigned char)text.at[i] & 0xC0) != 0x80) {
            at.column++;
        }
    }
    return at;
}

// ---- Events into nodes --------------------------------------------------------------------------

static void tell_parser_error(Reader *r, Str text)
{
    const yaml_parser_t *p = &r->parser;
    const char *what = p->problem ? p->problem : _("it cannot be read");
    yaml_mark_t at =
        p->error == YAML_READER_ERROR ? mark_of_offset(text, p->problem_offset) : p->problem_mark;
    const char *message = p->context
                              ? arena_text(r->arena, _("not valid YAML: %s (%s that starts in line %zu)"),
                                           what, p->context, p->context_mark.line + 1)
                              : arena_text(r->arena, _("not valid YAML: %s"), what);
    tell(r, at, message);
    r->stopped = true;
}

static bool next_event(Reader *r, yaml_event_t *event)
{
    if (r->stopped)
        return false;
    if (yaml_parser_parse(&r->parser, event))
        return true;
    r->stopped = true;
    return false;
}

static void refuse_anchor_and_tag(Reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
                                  const yaml_char_t *tag)
{
    if (anchor)
        tell(r, e->start_mark,
             arena_text(r->arena, _("an anchor (&%s): write the value out where it is needed"),
                        (const char *)anchor));
    if (tag)
        tell(r, e->start_mark,
             arena_text(r->arena, _("a tag (%s): write the value without it"), (const char *)tag));
}

static YamlNode *new_node(Reader *r, YamlKind kind, const yaml_event_t *e)
{
    YamlNode *node = arena_one(r->arena, YamlNode);
    node->kind = kind;
    node->line = (int)e->start_mark.line + 1;
    node->col = (int)e->start_mark.column + 1;
    node->end_line = (int)e->end_mark.line + 1;
    node->end_col = (int)e->end_mark.column + 1;
    if (++r->nodes > MAX_NODES && !r->stopped) {
        tell(r, e->start_mark, arena_text(r->arena, _("more than %d values in one file"), MAX_NODES));
        r->stopped = true;
    }
    return node;
}

static YamlNode *read_scalar(Reader *r, const yaml_event_t *e)
{
    YamlNode *node = new_node(r, YAML_SCALAR, e);
    refuse_anchor_and_tag(r, e, e->data.scalar.anchor, e->data.scalar.tag);
    Str text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    if (memchr(text.at, 0, text.len))
        tell(r, e->start_mark, _("a text with the character NUL (\\0)"));
    node->text = (Str){str_keep(r->arena, text), text.len};
    node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static int compare_keys(const void *left, const void *right)
{
    const YamlNode *a = *(const YamlNode *const *)left, *b = *(const YamlNode *const *)right;
    int order = strcmp(a->key, b->key);
    if (order == 0)
        order = a->key_line != b->key_line ? a->key_line - b->key_line : a->key_col - b->key_col;
    return order;
}

// Sorted, so that a hostile map of a million keys costs no more than an honest one.
static void refuse_duplicates(Reader *r, const YamlNode *map, size_t n)
{
    if (n < 2)
        return;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    const YamlNode **sorted = arena_many(scratch, const YamlNode *, n);
    size_t filled = 0;
    for (const YamlNode *child = map->first; child && filled < n; child = child->next)
        sorted[filled++] = child;
    qsort(sorted, filled, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < filled && !r->stopped; i++)
        if (strcmp(sorted[i]->key, sorted[i - 1]->key) == 0) {
            yaml_mark_t at = {.line = (size_t)sorted[i]->key_line - 1,
                              .column = (size_t)sorted[i]->key_col - 1};
            Problem *p = tell(r, at,
                              arena_text(r->arena, _("the key \"%s\" is there twice: first in line %d"), sorted[i]->key,
                                         sorted[i - 1]->key_line));
            p->key = sorted[i]->key;
            p->mend = yaml_same(sorted[i], sorted[i - 1]) ? MEND_DOUBLE : MEND_NONE;
        }
}

static YamlNode *read_node(Reader *r, yaml_event_t *e, int depth);

static void read_list(Reader *r, YamlNode *list, int depth)
{
    YamlNode **end = &list->first;
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&e);
            return;
        }
        YamlNode *item = read_node(r, &e, depth + 1);
        if (!item)
            return;
        *end = item;
        end = &item->next;
    }
}

// A key this subset knows: a text that is not empty and not "<<". Others are told, and false comes back.
static bool take_key(Reader *r, const YamlNode *key, YamlNode *value)
{
    yaml_mark_t at = {.line = (size_t)key->line - 1, .column = (size_t)key->col - 1};
    if (key->kind != YAML_SCALAR)
        tell(r, at, _("a map or list as a key: a key is a text"));
    else if (key->plain && str_is(key->text, "<<"))
        tell(r, at, _("a merge key (<<): write the keys out where they are needed"));
    else if (key->plain && key->text.len == 0)
        tell(r, at, _("a value without a key"));
    else {
        value->key = key->text.at;
        value->key_line = key->line;
        value->key_col = key->col;
        value->key_end_line = key->end_line;
        value->key_end_col = key->end_col;
        return true;
    }
    return false;
}

static void read_map(Reader *r, YamlNode *map, int depth)
{
    YamlNode **end = &map->first;
    size_t n = 0;
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&e);
            refuse_duplicates(r, map, n);
            return;
        }
        const YamlNode *key = read_node(r, &e, depth + 1);
        if (!key || !next_event(r, &e))
            return;
        YamlNode *value = read_node(r, &e, depth + 1);
        if (!value)
            return;
        if (!take_key(r, key, value))
            continue;
        *end = value;
        end = &value->next;
        n++;
    }
}

// Takes over the event. NULL: reading has stopped.
static YamlNode *read_node(Reader *r, yaml_event_t *e, int depth)
{
    YamlNode *node = NULL;
    if (depth > MAX_DEPTH) {
        tell(r, e->start_mark, arena_text(r->arena, _("nested deeper than %d levels"), MAX_DEPTH));
        r->stopped = true;
    } else if (e->type == YAML_ALIAS_EVENT) {
        tell(r, e->start_mark,
             arena_text(r->arena, _("an alias (*%s): write the value out"),
                        (const char *)e->data.alias.anchor));
        node = new_node(r, YAML_SCALAR, e);
        node->text = STR(""); // as if absent: the file is refused, and this only keeps the rest readable
        node->plain = true;
    } else if (e->type == YAML_SEQUENCE_START_EVENT) {
        node = new_node(r, YAML_LIST, e);
        refuse_anchor_and_tag(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    } else if (e->type == YAML_MAPPING_START_EVENT) {
        node = new_node(r, YAML_MAP, e);
        refuse_anchor_and_tag(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    } else {
        node = read_scalar(r, e);
    }
    yaml_event_delete(e);
    if (node && node->kind == YAML_LIST)
        read_list(r, node, depth);
    else if (node && node->kind == YAML_MAP)
        read_map(r, node, depth);
    return r->stopped ? NULL : node;
}

// ---- The document -------------------------------------------------------------------------------

// One document; without any, an empty map.
static YamlNode *read_document(Reader *r)
{
    YamlNode *root = NULL;
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(&e);
            break;
        }
        if (e.type == YAML_DOCUMENT_START_EVENT && root) {
            tell(r, e.start_mark, _("a second document (---): one file holds one"));
            r->stopped = true;
        } else if (e.type == YAML_DOCUMENT_START_EVENT &&
                   (e.data.document_start.version_directive ||
                    e.data.document_start.tag_directives.start != e.data.document_start.tag_directives.end)) {
            tell(r, e.start_mark, _("a directive (%): leave it out"));
        }
        bool content = e.type == YAML_SCALAR_EVENT || e.type == YAML_ALIAS_EVENT ||
                       e.type == YAML_SEQUENCE_START_EVENT || e.type == YAML_MAPPING_START_EVENT;
        if (content)
            root = read_node(r, &e, 1);
        else
            yaml_event_delete(&e);
    }
    if (root)
        return root;
    root = arena_one(r->arena, YamlNode);
    root->kind = YAML_MAP;
    root->line = root->col = 1;
    return root;
}

// NULL when the tree would say something else than the file.
YamlNode *yaml_parse_anyway(Arena *a, Str text, const char *file_name, Problems *problems)
{
    Reader r = {.arena = a, .file = file_name, .problems = problems};
    if (str_starts(text, "\xEF\xBB\xBF")) // a byte order mark of UTF-8 is harmless
        text = (Str){text.at + 3, text.len - 3};
    if (text.len > MAX_BYTES) {
        problems_add(problems, PROBLEM_ERROR, file_name, 0, 0, _("larger than %d MiB"), MAX_BYTES >> 20);
        return NULL;
    }
    size_t errors_before = problems->errors;
    if (!yaml_check_bytes(a, &text, file_name, MAX_PROBLEMS, problems))
        return NULL;
    r.told = problems->errors - errors_before;
    if (!yaml_parser_initialize(&r.parser))
        abort(); // memory is out
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.at ? text.at : ""), text.len);
    YamlNode *root = read_document(&r);
    if (r.parser.error != YAML_NO_ERROR)
        tell_parser_error(&r, text);
    yaml_parser_delete(&r.parser);
    return r.stopped ? NULL : root;
}

YamlNode *yaml_parse(Arena *a, Str text, const char *file_name, Problems *problems)
{
    size_t errors_before = problems->errors;
    YamlNode *root = yaml_parse_anyway(a, text, file_name, problems);
    return problems->errors == errors_before ? root : NULL;
}

YamlNode *yaml_read(Arena *a, const char *path, Problems *problems)
{
    size_t errors_before = problems->errors;
    YamlNode *root = yaml_read_anyway(a, path, problems);
    return problems->errors == errors_before ? root : NULL;
}

YamlNode *yaml_read_anyway(Arena *a, const char *path, Problems *problems)
{
    Str text;
    Err err = {0};
    if (!file_read(a, path, MAX_BYTES, &text, &err)) {
        Problem *p = problems_add(problems, PROBLEM_ERROR, path, 0, 0, "%s", err.text);
        p->hint = err.hint[0] ? arena_text(a, "%s", err.hint) : NULL;
        return NULL;
    }
    return yaml_parse_anyway(a, text, path, problems);
}
