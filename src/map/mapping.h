// A mapping file: how the rows of one canonical entity become rows of one target table.
#ifndef MAP_MAPPING_H
#define MAP_MAPPING_H

#include "base/problems.h"
#include "config/yaml.h"
#include "model/model.h"

typedef struct {
    const char *sql;
    int line, col;
} Expression; // sql NULL: not given

typedef struct {
    const char *name;
    Expression value;
    bool cut; // too long: cut with a warning instead of a reject
} MappedColumn;

typedef enum { MISSING_REJECT, MISSING_WARN, MISSING_IGNORE } MissingPolicy;

typedef struct {
    const char *column; // "id" in a mapping that only links
    const char *entity;
    Expression key, fallback; // fallback: the value when nothing is found
    MissingPolicy missing;
    bool required; // a NULL key is as bad as one that leads nowhere
    const char *code_none, *code_unmapped;
} Reference;

typedef struct {
    const char *from, *to; // to NULL: SQL NULL
    int line, col;         // of to
} ValuePair;

typedef struct {
    const char *column;
    Expression of;
    ValuePair *pairs;
    size_t n;
    const char *other; // other: {set: TEXT}; NULL: SQL NULL
    int other_line, null_line;
    const char *other_issue; // raised for a value that is not in the map; NULL: none
    const char *when_null;   // null: VALUE
} ValueMap;

typedef struct {
    const char *code, *severity, *message;
    Expression when, data; // data: a JSON object of values that are kept with the issue; may be without sql
    bool skip; // the row is left out, for this reason, without being an error
} Check;

// What a mapping file says of one thing, without comments and layout: for fingerprints.
typedef struct {
    const char *name;             // "table", "column first_name", "check patient.no_name"
    const char *canonical, *text; // text: as written when it is one value, else canonical
} MappingPiece;

typedef struct {
    const char *name;                  // budget or budget.history: the file's name without .yaml
    const char *entity, *part, *table; // part NULL: the main mapping
    int table_line;
    const char *out;  // out_budget, out_budget_history
    const char *file; // for messages
    Expression from, where, key, link;
    bool otherwise_raw; // rows that `where` leaves out are kept raw instead of skipped
    bool before;        // a part whose rows are written before the main one's
    const char *id_column;
    bool id_of_main; // a part whose rows have the id of the main one's
    const char *alias; // of the entity's table in from
    MappedColumn *columns;
    size_t n_columns;
    Reference *references;
    size_t n_references;
    ValueMap *values;
    size_t n_values;
    Check *checks;
    size_t n_checks;
    const char **owned;   // columns the application owns: filled once, never over; NULL-ended
    const char **after;   // entities, NULL-ended
    MappingPiece *pieces; // all the file says, but about:
    size_t n_pieces;
} Mapping;

// A mapping that only links fills no table.
static inline bool mapping_only_links(const Mapping *m)
{
    return m->n_columns == 0;
}

// NULL and problems when the file is not a mapping. Checks words and shapes; SQL is checked later, against a
// cache.
Mapping *mapping_read(Arena *a, const char *path, const char *name, const Model *model, Problems *problems);

#endif
