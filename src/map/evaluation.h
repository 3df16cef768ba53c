// One mapping under evaluation: evaluate.c goes through its rows, judge.c says of each whether it may pass.
// Private to them.
#ifndef MAP_EVALUATION_H
#define MAP_EVALUATION_H

#include "base/digest.h"
#include "map/issues.h"
#include "map/mapper_state.h"

typedef struct {
    Mapper *m;
    const Ready *r;
    IssueLog *issues;
    LiteStmt *select, *insert, *find_reject;
    Sha256 *row_digest, **column_digests; // key, id, link, filled columns
    size_t n_digests;
    Buf *values; // canonical text of each filled column
    bool *nulls;
    Buf key, extra;
    Buf last_key, last_extra;  // of the row before, which must be another one
    const char *code_unmapped; // of a mapping that only links
    bool main;
    MapperResult *result;
} Evaluation;

// Why the row under way is kept back; code and skip NULL: it is not.
typedef struct {
    const char *code;
    bool by_parent;
    const Check *skip; // it is left out on purpose, whatever else stands against it
} Refusal;

// The first reason counts.
void refuse(Refusal *why, const char *code, bool by_parent);

// Each looks at the row the SELECT stands on, notes its issues and refuses it where it has to be; false with err.
// Reference i, which may lead nowhere: the mapping says what is to be done.
bool judge_reference(Evaluation *v, size_t i, Refusal *why, Err *err);
bool judge_checks(Evaluation *v, Refusal *why, Err *err);
// The canonical text of each filled column into values and nulls.
bool fill_columns(Evaluation *v, Refusal *why, Err *err);

#endif
