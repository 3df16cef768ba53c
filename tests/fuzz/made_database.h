// A sound database out of an input: tables of every layout with values of every type, and what is in them.
#ifndef TESTS_FUZZ_MADE_DATABASE_H
#define TESTS_FUZZ_MADE_DATABASE_H

#include "base/digest.h"
#include "tests/fuzz/typed_values.h"

enum {
    MAX_COLUMNS = 7,
    MAX_ROWS = 24, // of one table; what the input says beyond them is left out
    TABLES = 5,
    LIST = 0,     // _entities
    ENTITIES = 1, // two of them
    FILES = 3,
    NOTES = 4, // _warnings
};

typedef struct {
    const char *name, *columns;
    int n, hashed; // columns, and how many of them at the beginning are hashed
} Table;
extern const Table tables[TABLES]; // in the order of the hash

typedef struct {
    Value values[MAX_COLUMNS];
} Row;

typedef struct {
    Row rows[MAX_ROWS];
    int n;
} Rows;

// Makes the file and fills made with its rows, in the order of the hash. form chooses layout and encoding.
// The hash is declared in it. *sound: all that is hashed is UTF-8.
const char *make_database(uint8_t form, Input *in, Rows made[TABLES], bool *sound);

// Appends the lines that are hashed of a table. false: a text in it is not UTF-8.
bool show_rows(const Rows *rows, int table, Buf *out);
void hash_of(Str bytes, char hex[SHA256_HEX + 1]);

#endif
