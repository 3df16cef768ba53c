// A bench for the SQL functions: a connection in memory, a host that notes issues, expressions in tables.
#ifndef FUNCTION_BENCH_H
#define FUNCTION_BENCH_H

#include "map/functions.h"

typedef struct {
    const char *sql;    // an expression
    const char *value;  // what quote() says of it: 'text', 12, 0.5, NULL
    const char *issues; // "code: detail" of the one issue; NULL: none
} BenchCase;

typedef struct {
    Lite *db;
    Cell cell;
    FunctionHost host;
    Buf issues;     // "code@column/key: detail" each, joined by "; "
    bool unsettled;      // setting() knows nothing
    const char *repairs; // setting('repairs')
} Bench;

#define BENCH_CLINIC "6f1d2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b"

// Settings: clinic_id (BENCH_CLINIC), source_system "gesden", secret "open sesame", empty "". as_of:
// 2026-11-21 12:34:56.
Bench *bench_open(void);
void bench_close(Bench *b);
void bench_close_at(Bench **b);
// Each expression, wrapped as cell (7, 'k1'): its value, and its issue with that column and key.
void bench_check(const BenchCase *cases, size_t n);
// Joined by commas: the first column of every row. Criterion fails on an error.
const char *bench_rows(Bench *b, Arena *a, const char *sql);
// The error of an expression that must fail.
const char *bench_error(Bench *b, Arena *a, const char *sql);

#define BENCH_CHECK(...)                                                                                     \
    do {                                                                                                     \
        static const BenchCase cases_[] = {__VA_ARGS__};                                                     \
        bench_check(cases_, ARRAY_LEN(cases_));                                                              \
    } while (0)

#endif
