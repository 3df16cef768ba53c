#include "target/target_postgres.h"

#include <string.h>

void postgres_written(PostgresTarget *t, const PgTable *live, const Str *values,
                      unsigned char out[PG_WRITTEN_BYTES])
{
    unsigned char whole[SHA256_BYTES];
    if (!t->digest)
        t->digest = sha256_new();
    for (size_t i = 0; i < live->table.n; i++) {
        // Lengths make the text readable in one way only; without value is not the same as empty.
        size_t len = values[i].at ? values[i].len : SIZE_MAX;
        sha256_add(t->digest, (Str){(const char *)&len, sizeof len});
        if (values[i].at)
            sha256_add(t->digest, values[i]);
    }
    sha256_finish(t->digest, whole);
    memcpy(out, whole, PG_WRITTEN_BYTES);
}
