// What mapper.c prepares; evaluate.c and judge.c use it. Private to map/.
#ifndef MAP_MAPPER_STATE_H
#define MAP_MAPPER_STATE_H

#include "map/mapper.h"

// A mapping made ready: where each target column's value comes from.
typedef enum { FROM_NOTHING, FROM_COLUMN, FROM_REFERENCE, FROM_VALUES } Origin;

typedef struct {
    const Column *column;
    const char
        *out; // what the out table calls it: key, part, id, link and hash are taken and get an underscore
    Origin origin;
    size_t index; // of the column, reference or value map in the mapping
    bool owned;   // by the application: no part of the row's hash, and not verified
} Filled;

typedef struct {
    const Mapping *mapping;
    const Table *table; // NULL: only links
    const Column *id;   // of the table
    Filled *filled;     // the columns this mapping fills, without the id; in the order of the out table
    size_t n_filled;
    Composed composed; // reads: those of the work tables it reads stand in their place
    bool *works;       // which it reads, parallel to the mapper's
    ComposedLayout layout;
} Ready;

typedef struct {
    Ready *parts; // main first
    size_t n;
} ReadyEntity;

// A work table made ready.
typedef struct {
    const Work *work;
    Composed composed; // reads: as those of a mapping
    bool *used;        // the work tables it reads
    const char *create, **columns, **indexes;
    size_t n_columns;
} ReadyWork;

// The links of one entity made ready.
typedef struct {
    const LinkTable *table;
    ColumnRead *reads, *uses; // of what proposals are made of; of what counts how often they are used
    size_t n_reads, n_uses;
    LinkRule *rules; // what people decided, by key; once has_rules
    size_t n_rules;
    bool has_rules, filled;
} LinksReady;

struct Mapper {
    MapperOptions o;
    Arena *arena;
    Lite *db;
    FunctionHost host;
    Cell cell;
    ReadyEntity *entities; // parallel to o.profile->entities
    LinksReady *links;     // those of the profile
    ReadyWork *works;      // those of the profile, each behind what it reads
    const char **snapshot_digests; // see snapshot_attach
    bool limited; // to the records in temp.chosen_<entity> (limit.c)
    void (*on_issue)(void *arg, const char *code, const char *detail); // while evaluating
    void *on_issue_arg;
};

ReadyEntity *mapper_entity(const Mapper *m, const char *entity);
WritePart out_rows_part(Mapper *m, const Ready *r); // what a WriteBatch needs of it (out_rows.c)

// Which value goes into which live column; what is unknown, there twice, forgotten or no value for its column
// is a problem. false with err: the target did not answer.
bool mapper_bind(Mapper *m, Ready *r, Problems *problems, Err *err);

// What decides what a statement gives: settings, the files of the work tables it reads, and all it reads.
bool mapper_common_inputs(Mapper *m, const Composed *composed, const bool *works, Inputs *out, Err *err);

// Indexes of entity tables that the composed mappings use (indexes.c).
bool mapper_make_indexes(Mapper *m, Err *err);

// The columns of an out_ table: key, part, id, link, then the filled ones, then hash.
enum { OUT_KEY, OUT_PART, OUT_ID, OUT_LINK, OUT_FIRST };

#endif
