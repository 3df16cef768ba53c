// A value on its way into a target column: checked against the live column, in canonical form.
#ifndef MAP_VALUE_H
#define MAP_VALUE_H

#include "db/lite.h"
#include "target/target.h"

typedef enum { VALUE_OK, VALUE_CUT, VALUE_WRONG } ValueState;

// Column i of the current row of s. out receives the canonical text (ColumnKind); *is_null for SQL NULL.
// VALUE_WRONG: *code is value.missing, value.type, value.too_long, value.range or value.word.
// VALUE_CUT: the column may be cut and was; *code is value.truncated.
ValueState value_canonical(const Column *column, bool may_cut, LiteStmt *s, int i, Buf *out, bool *is_null,
                           const char **code);

// A word that a mapping file writes for this column, in canonical form; gives the code of what is wrong with
// it, NULL when nothing is.
const char *value_of_word(const Column *column, const char *word, Buf *out);

// Binds canonical text the way out_* tables keep it: integers and booleans as integers, the rest as text.
void value_bind(const Column *column, LiteStmt *s, int i, Str canonical);

// Whether two canonical values mean the same: decimals by value, everything else by its text.
bool value_same(const Column *column, Str one, Str other);

#endif
