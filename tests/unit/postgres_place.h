// A small target in a private PostgreSQL for the tests of src/target that are about PostgreSQL alone.
#ifndef TESTS_POSTGRES_PLACE_H
#define TESTS_POSTGRES_PLACE_H

#include "db/pg.h"
#include "target/target.h"

typedef struct {
    Arena *arena;
    const char *conninfo;
    Pg *pg; // of somebody else
    Target *t;
} PostgresPlace;

PostgresPlace postgres_place(const char *schema); // made and opened to write
void postgres_place_again(PostgresPlace *p);      // the target closed and opened: it remembers nothing
void postgres_place_free(PostgresPlace *p);
void postgres_place_run(PostgresPlace *p, const char *sql);

const Table *postgres_place_table(PostgresPlace *p, const char *name);
const Column *postgres_place_column(PostgresPlace *p, const char *table, const char *name);

// Rows as "value|value\n", values that are NULL as null.
typedef struct {
    size_t n;
    Buf text;
} PlaceRows;
bool place_rows_take(void *arg, const Str *values, Err *err);

#endif
