// YAML as a tree whose nodes remember line and column. A strict subset: no duplicate keys, no anchors,
// no aliases, no tags, no merge keys, no directives, no tabs, UTF-8, one document. The only home of libyaml.
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include "base/problems.h"

typedef enum { YAML_SCALAR, YAML_MAP, YAML_LIST } YamlKind;

typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    int line, col;          // from 1, where the value starts
    int key_line, key_col;  // where its key starts (0 for list items and the root)
    int end_line, end_col;  // right behind a scalar, its quotes too; of a map or list where it starts
    int key_end_line, key_end_col;
    const char *key;        // in a map; NULL in a list
    Str text;               // of a scalar
    bool plain;             // a scalar without quotes: only then null, true, 12 mean more than text
    YamlNode *first, *next; // children of a map or list, in order; sibling
};

// NULL and at least one problem when the file cannot be read or is not the subset. An empty file is an
// empty map. Depth and size are limited (64 levels, 16 MiB, 500,000
// values). All mistakes but those of syntax are told at once.
YamlNode *yaml_read(Arena *a, const char *path, Problems *problems);
// The same, but the tree also comes back when nothing told so far blurs it (a key that is there twice, an
// anchor, a tag): for who goes on looking for mistakes. Only problems->errors says whether the file is good.
YamlNode *yaml_read_anyway(Arena *a, const char *path, Problems *problems);
YamlNode *yaml_parse(Arena *a, Str text, const char *file_name, Problems *problems);
YamlNode *yaml_parse_anyway(Arena *a, Str text, const char *file_name, Problems *problems);

YamlNode *yaml_get(const YamlNode *map, const char *key); // NULL when absent or not a map
const char *yaml_text(const YamlNode *node);              // NUL-ended; NULL for no node, null, map or list
bool yaml_is_null(const YamlNode *node);                  // absent, plain null, ~ or empty
bool yaml_bool(const YamlNode *node, bool *out);          // plain true or false
bool yaml_int(const YamlNode *node, int64_t *out);        // plain digits, no leading zero; a minus sign
// A plain scalar that other readers of YAML take for something else than text (no, on, 08001, 1e3, 12:30).
// Here it is text; who reads a text should warn.
bool yaml_is_doubtful(const YamlNode *node);

// A canonical form of the tree: the same for two files that differ only in comments, blanks, line
// breaks, quotes or the order of the keys of a map. For fingerprints.
void yaml_canonical(const YamlNode *node, Buf *out);
bool yaml_same(const YamlNode *one, const YamlNode *other); // they have the same canonical form

// A text as a value in double quotes, escaped so that yaml_parse gives it back. The text must be UTF-8
// without NUL.
void yaml_quote(Str text, Buf *out);

#endif
