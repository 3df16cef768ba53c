// What the files of the SQL functions share: arguments in, results and issues out. Only for
// map/functions_*.c.
#ifndef MAP_FUNCTIONS_SQL_H
#define MAP_FUNCTIONS_SQL_H

#include "base/str.h"
#include "base/uuid.h"
#include "map/functions.h"

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_value sqlite3_value;

// One for a connection; shared by all its functions.
typedef struct {
    int uses; // functions that still point here
    FunctionHost *host;
    Cell *cell;
    Buf name;                  // row_id: the name, whose first origin_len bytes are "source_system|"
    size_t origin_len;         // 0: not known yet
    char space[UUID_TEXT + 1]; // row_id: the clinic
} FunctionState;

typedef void FunctionCall(sqlite3_context *call, int n, sqlite3_value **args);

typedef struct {
    const char *name;  // as in function_table; NULL ends a list
    FunctionCall *run; // the aggregates are registered on their own
} FunctionCode;

extern const FunctionCode alert_functions[], date_functions[], decimal_functions[], text_functions[],
    identity_functions[];

// dec_sum, an aggregate that can also run over a window. SQLite's result code.
int decimal_sum_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state));
// pair_twins and hand_out, aggregates. SQLite's result code.
int pair_twins_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state));
int hand_out_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state));

FunctionState *call_state(sqlite3_context *call);
bool call_any_null(int n, sqlite3_value **args);
// The argument's bytes, which may hold NUL; numbers as call_number_text writes them. Valid until the
// argument is asked for as something else. Without value for NULL.
Str call_text(sqlite3_value *arg, Buf *scratch);
// The same without blanks at both ends.
Str call_trimmed(sqlite3_value *arg, Buf *scratch);
// A number as text: integers exactly, reals in the fewest digits that read back as the same ("0.1",
// "12.0", "1e+22"); "inf" when it is infinite. false when arg is neither INTEGER nor REAL.
bool call_number_text(sqlite3_value *arg, Buf *out);
// An INTEGER, a REAL without its fraction, or the text of an integer.
typedef enum { INT_OK, INT_NONE, INT_NOT_A_NUMBER, INT_OUT_OF_RANGE } IntState;
IntState call_integer(sqlite3_value *arg, int64_t *out);
// A number that the mapping's author writes, such as a length or a scale; outside the limits it is an SQL
// error.
bool call_small_int(sqlite3_context *call, sqlite3_value *arg, const char *what, int least, int most,
                    int *out);

void call_give_text(sqlite3_context *call, Str text); // copied
void call_give_buf(sqlite3_context *call, const Buf *text);
void call_fail(sqlite3_context *call, const char *fmt, ...) PRINTF(2, 3); // an SQL error
// Raises an issue in the cell under way; the caller gives no result, which is NULL.
void call_issue(sqlite3_context *call, const char *code, const char *detail);

#endif
