// Foreign keys without an index on the side of the child: for each row that goes the server reads the whole
// child table, and the rows that went before are still in it. 20,000 parents of 140,000 rows take a minute;
// with an index for the length of the transaction, less than a second.
#include <string.h>

#include "target/postgres_undo.h"

// Page visits from which on an index is built rather: a tenth of a second of them.
enum { MANY_PAGES = 100000 };

static bool is_costly(const RevertKey *key)
{
    return key->above && !key->indexed && key->above->go * key->pages > MANY_PAGES;
}

// Two keys may begin with the same column.
static bool is_lent(const Revert *r, const RevertKey *key)
{
    for (const RevertKey *other = r->keys; other < key; other++)
        if (other->lent && strcmp(other->child_sql, key->child_sql) == 0 &&
            strcmp(other->from[0], key->from[0]) == 0)
            return true;
    return false;
}

// Without the right to it, or while others keep writing to the table, it goes without: slowly.
bool revert_lend_indexes(Revert *r, Err *err)
{
    for (size_t i = 0; i < r->n_keys; i++) {
        RevertKey *key = &r->keys[i];
        if (!is_costly(key) || is_lent(r, key))
            continue;
        Pg *db = r->t->db;
        if (!pg_exec(db, "SAVEPOINT lend", err))
            return false;
        key->lent = revert_run(r, NULL, err, "CREATE INDEX mudanza_undo_%zu ON %s (%s)", i, key->child_sql,
                               key->from[0]);
        if (!key->lent && pg_trouble(db)->class != PG_DENIED && pg_trouble(db)->class != PG_BUSY)
            return false;
        if (!pg_exec(db, key->lent ? "RELEASE lend" : "ROLLBACK TO lend; RELEASE lend", err))
            return false;
    }
    return true;
}

bool revert_take_indexes(Revert *r, Err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < r->n_keys; i++)
        if (r->keys[i].lent)
            ok = revert_run(r, NULL, err, "DROP INDEX %s.mudanza_undo_%zu", r->keys[i].schema, i);
    return ok;
}
