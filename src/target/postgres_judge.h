// Which items of a batch a constraint would refuse; what the files that find out share.
#ifndef TARGET_POSTGRES_JUDGE_H
#define TARGET_POSTGRES_JUDGE_H

#include "target/postgres_writer.h"

// Rows that cannot be there together: those of one group.
typedef struct {
    size_t item, group;
    const char *words;
    Str id;
} PgRival;

// An item that needs a row of another one; of several with one number any will do.
typedef struct {
    size_t item, number, parent;
    const char *words;
} PgNeed;

typedef struct {
    PgBatch *b;
    size_t part; // whose rows are judged
    Buf rivals, needs;
    size_t groups, numbers;
} PgJudge;

void postgres_find_guilty(PgJudge *j, size_t item, const char *code, const char *words);
// Questions to the server about the staged rows of a part. What it cannot answer (an operator out of reach, a
// division by zero in a check) finds nobody guilty; the statement that writes has the last word.
bool postgres_ask_checks(PgJudge *j, Err *err);
bool postgres_ask_uniques(PgJudge *j, Err *err); // taken in the table
bool postgres_ask_rivals(PgJudge *j, Err *err);  // each other's
// missing: per foreign key NULL or, for each row, whether the table has no parent.
bool postgres_ask_parents(PgJudge *j, bool **missing, Err *err);
bool postgres_ask_needs(PgJudge *j, bool **missing, Err *err); // those that have it in the batch

#endif
