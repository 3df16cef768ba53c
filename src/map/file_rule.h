// What a profile makes of a file of the source's list once its bytes are there: one row of the target.
#ifndef MAP_FILE_RULE_H
#define MAP_FILE_RULE_H

#include "config/yaml_check.h"
#include "map/profile.h"
#include "target/target.h"

// `files:` of profile.yaml. Expressions read one row, f, of the columns that file_facts names.
struct FileRule {
    const char *parent; // entity a file hangs on; its row is mapped to parent_id
    const char *table;
    const char **columns, **expressions;
    size_t n, id, path; // id: the column that identifies the row; path: that of the place below the storage folder
    const char *file;   // for messages
};

// NULL without such a section, or with problems.
FileRule *file_rule_read(Arena *a, const YamlNode *map, const YamlCheck *check);

typedef struct {
    Str canonical_uuid, parent_uuid, parent_id, relative_path, sha256, mime, mime_hint, matched_by, staged_at, received_at;
    int64_t size, job;
} FileFacts;

typedef struct {
    const Profile *profile; // has files
    const Clinic *clinic;
    Target *target;
    const char *clinic_id, *source_system;
} FileMakerOptions;

typedef struct FileMaker FileMaker;

// NULL with problems (mistakes of the profile) or err.
FileMaker *file_maker_new(Arena *a, const FileMakerOptions *o, Problems *problems, Err *err);
void file_maker_free(FileMaker *m); // NULL is fine
const Table *file_maker_table(const FileMaker *m);
// The row, a value a column, in canonical form; they live as long as a. *why: the column that cannot hold its value,
// NULL: all can. The path is relative and leads nowhere else.
bool file_maker_row(FileMaker *m, Arena *a, const FileFacts *f, Str *values, const char **why, Err *err) MUST_CHECK;

#endif
