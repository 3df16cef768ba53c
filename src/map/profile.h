// A profile: everything that turns canonical entities into one target system. clinics/profiles/<name>/.
#ifndef MAP_PROFILE_H
#define MAP_PROFILE_H

#include "config/clinic.h"
#include "map/mapping.h"
#include "map/work.h"

typedef struct {
    const char *code, *severity, *about;
} IssueCode;

// A catalogue whose items are looked for among the target's, see profile_links.h.
typedef struct {
    const char *entity, *file;
    Expression items, targets, categories, used; // used.sql NULL: nobody counts
    const char *otherwise;                       // the category of what fits nowhere
} LinkTable;

// A number a person wants to see before anything is written, see profile_preview.h.
typedef struct {
    const char *name, *entity, *about, *file;
    const char *setting; // that it says something about; NULL: none
    Expression sql;      // gives a number, or labels and numbers
} Figure;

typedef struct {
    const char *table;
    const char **columns; // NULL-ended
    bool optional;        // a target without it is fine: it is empty then
} Snapshot;

enum { COUNTER_COLUMNS = 8 };

// Rows of a table of the target whose numbers go on behind those an entity brought.
typedef struct {
    const char *table, *file, *after; // after: the entity
    const char *columns[COUNTER_COLUMNS];
    size_t n;
    Expression sql; // the id of each row, then what its columns have to be at least
} Counter;

// An entity of the pipeline: its mappings, main first; n 0: kept raw.
typedef struct {
    const Entity *entity;
    Mapping **mappings;
    size_t n;
} MappedEntity;

typedef struct FileRule FileRule;

typedef struct {
    const char *name, *about, *folder;
    const char *clinic_table, *clinic_id_column, *clinic_name_column;
    Setting *settings; // defaults
    size_t n_settings;
    Snapshot *snapshots;
    size_t n_snapshots;
    IssueCode *codes;
    size_t n_codes;
    LinkTable *links;
    size_t n_links;
    Figure *figures;
    size_t n_figures;
    Work **works;
    size_t n_works;
    Counter *counters;
    size_t n_counters;
    FileRule *files; // what becomes of files whose bytes came; NULL: it has no place for them
    MappedEntity *entities; // all of the model, in its order until order_entities() sorts them
    size_t n;
} Profile;

// NULL when problems->errors > 0. clinic may be NULL: the product's own profile without overrides.
Profile *profile_load(Arena *a, const Clinic *clinic, const char *name, const Model *model,
                      Problems *problems);

// The severity of an issue code: the profile's, else the built-in one of the function library, else warning.
const char *profile_severity(const Profile *p, const char *code);
const char *profile_default(const Profile *p, const char *setting); // NULL: none
MappedEntity *profile_entity(const Profile *p, const char *entity); // NULL: not in the model

// Puts the entities in an order in which references, `after:` and tables read by expressions come first.
// needs[i][j]: entity i needs entity j. false and a problem that prints the loop when there is none.
bool profile_order(Arena *a, Profile *p, const bool *needs, Problems *problems);

#endif
