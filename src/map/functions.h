// The SQL functions of mapping files, and how an issue raised inside one finds its row.
//
// The composer wraps a value as val(at(n, key), (expr)): SQLite runs arguments left to right, so at()
// notes the cell (column n of the row `key`), expr runs, and val() clears it and hands the value on. A
// function that cannot make sense of its input returns NULL and raises an issue; raised outside a cell
// (inside a window's or an aggregate's argument) the issue has no row, which is a mapping error.
#ifndef MAP_FUNCTIONS_H
#define MAP_FUNCTIONS_H

#include "base/date.h"
#include "db/lite.h"

// What the functions know of the clinic; read by setting(), secret(), now(), today(), row_id().
typedef struct {
    void *arg;
    const char *(*setting)(void *arg, const char *name); // NULL: not set
    Instant as_of;                                       // now() and today()
    // An issue: code such as "date.invalid"; detail names the kind of fault, never the value.
    void (*issue)(void *arg, const char *code, const char *detail);
} FunctionHost;

// The cell being evaluated; -1 outside one.
typedef struct {
    int column;
    char key[128];
    bool outside; // an issue was raised outside a cell since this was last cleared
} Cell;

typedef struct {
    const char *name;
    int args;        // -1: any number
    bool raises;     // may raise an issue: refused in from: and where:
    const char *synopsis; // date_of(text, order)
    const char *about;    // one sentence for mudanza-mapping(5)
} FunctionInfo;

extern const FunctionInfo function_table[]; // ends with a NULL name
const FunctionInfo *function_find(const char *name);

// Registers every function of the table, and at(), val(), on the connection. host and cell outlive it.
bool functions_register(Lite *db, FunctionHost *host, Cell *cell, Err *err) MUST_CHECK;

#endif
