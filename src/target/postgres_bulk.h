// A bulk load: what may be taken off for it, and the notes of what was.
//
//   take off   one transaction: the tables locked, looked at again, notes written, keys and indexes dropped
//   load       the writer looks for the parents of what it wrote (postgres_bulk_check.c)
//   put back   one transaction: the keys made anew, NOT VALID, noted as unchecked
//              then, each in a transaction with its note: indexes made, keys validated
//
// Whoever finds notes and has the guard's lock knows that the load was cut short, and goes on from there.
#ifndef TARGET_POSTGRES_BULK_H
#define TARGET_POSTGRES_BULK_H

#include "target/postgres_writer.h"

// A table to be filled.
typedef struct {
    const PgTable *live;
    int64_t rows; // to come
    bool taken;   // keys and indexes of it are taken off
    bool holds;   // rows
} BulkTable;

typedef struct {
    PostgresTarget *t;
    Arena *arena;
    const BulkWish *wish;
    BulkLook *look;
    BulkTable *tables;
    size_t n;
    bool noted;        // there may be notes
    Buf keys, indexes; // oids, as arrays
    Buf again;         // keys that a load cut short left unchecked
} Bulk;

bool postgres_bulk_find(Bulk *b, Err *err);
void postgres_bulk_free(Bulk *b);

#endif
