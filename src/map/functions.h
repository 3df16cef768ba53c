// The SQL functions of mapping files, and how an issue raised inside one finds its row.
//
// The composer wraps a value as val(at(n, key), (expr)): SQLite runs arguments left to right, so at()
// notes the cell (column n of the row `key`), expr runs, and val() clears it and hands the value on. A
// function that cannot make sense of its input returns NULL and raises an issue; raised outside a cell
// (inside a window's or an aggregate's argument) the issue has no row, which is a mapping error.
//
// An argument that is NULL gives NULL without an issue; so does blank text where a date, a number, an
// e-mail or a phone is read. A mistake of the mapping itself (an order that is not "ymd", a scale that is
// no scale, a time zone nobody knows, a setting that must be there) is an SQL error and stops the statement.
//
// Issue codes: date.invalid, time.invalid, time.dst, decimal.invalid, integer.invalid, email.invalid,
// text.not_text.
#ifndef MAP_FUNCTIONS_H
#define MAP_FUNCTIONS_H

#include "base/date.h"
#include "db/lite.h"

// What the functions know of the clinic; read by setting(), secret(), now(), today(), row_id().
// row_id() needs the settings clinic_id (a uuid) and source_system, and keeps the values it first saw;
// secret() needs the setting secret.
typedef struct {
    void *arg;
    const char *(*setting)(void *arg, const char *name); // NULL: not set
    Instant as_of;                                       // now() and today()
    // An issue: code such as "date.invalid"; detail names the kind of fault, never the value.
    void (*issue)(void *arg, const char *code, const char *detail);
} FunctionHost;

// The cell being evaluated; -1 outside one. A statement that fails half-way leaves its cell behind: whoever
// goes on with the connection sets column to -1.
typedef struct {
    int column;
    char key[128]; // NUL-ended; a longer key is an SQL error, since two rows could share its beginning
    bool outside;  // an issue was raised outside a cell since this was last cleared
} Cell;

typedef struct {
    const char *name;
    int args;             // -1: any number
    bool raises;          // may raise an issue: refused in from: and where:
    const char *synopsis; // date_of(text, order)
    const char *about;    // one sentence for mudanza-mapping(5); marked for translation
} FunctionInfo;

extern const FunctionInfo function_table[];          // ends with a NULL name
const FunctionInfo *function_find(const char *name); // in any case, as SQL names are; NULL: none of ours

// Whether a mapping file may call this function: one of ours, or one of SQLite's that depends on nothing
// but its arguments. at() and val() are the composer's alone; SQLite's date functions can read the clock,
// and random() and its like would make a second run differ, so they are not allowed.
bool functions_allowed(const char *name);

// Registers every function of the table, and at(), val(), on the connection. host and cell outlive it.
// Leaves the cell empty (column -1, outside false).
bool functions_register(Lite *db, FunctionHost *host, Cell *cell, Err *err) MUST_CHECK;

#endif
