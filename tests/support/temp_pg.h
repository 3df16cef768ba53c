// A private PostgreSQL 15 for the tests of one program, started by the first that asks; it goes when the program
// ends. Each test has a database of its own.
#ifndef TESTS_SUPPORT_TEMP_PG_H
#define TESTS_SUPPORT_TEMP_PG_H

#include "base/arena.h"

// Keywords for libpq to a new, empty database. The test is skipped with the reason where PostgreSQL 15 is absent.
const char *temp_pg_database(Arena *a);

#endif
