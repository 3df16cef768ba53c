#include "map/snapshot.h"

#include <string.h>

#include "base/digest.h"
#include "base/intl.h"
#include "db/lite_guard.h"
#include "map/value.h"

enum { SNAPSHOT_MAX = 100000 }; // rows of one table: a snapshot is for small tables

typedef struct {
    LiteStmt *insert;
    const Column **columns;
    size_t n;
    int64_t rows;
    const char *table;
    Sha256 *digest;
} Copy;

static bool copy_row(void *arg, const Str *values, Err *err)
{
    Copy *c = arg;
    if (++c->rows > SNAPSHOT_MAX)
        return err_set(err, ERR_CONFIG, _("snapshot: table %s of the target has more than %d rows"), c->table,
                       SNAPSHOT_MAX);
    for (size_t i = 0; i < c->n; i++) {
        value_bind(c->columns[i], c->insert, (int)i, values[i]);
        sha256_add(c->digest, values[i].at ? values[i] : STR("\\N"));
        sha256_add(c->digest, STR("\t"));
    }
    sha256_add(c->digest, STR("\n"));
    return lite_run(c->insert, err);
}

static const Column *column_named(const Table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    return NULL;
}

static bool attach_table(Arena *a, Lite *db, Target *target, const Profile *p, const Snapshot *s,
                         Sha256 *digest, Problems *problems, Err *err)
{
    err->kind = ERR_NONE;
    const Table *t = target->kind->table(target, s->table, err);
    if (!t) {
        if (err->kind != ERR_NONE)
            return false;
        problems_add(problems, PROBLEM_ERROR, p->folder, 0, 0, _("snapshot: the target has no table '%s'"),
                     s->table);
        return true;
    }
    Copy c = {.table = s->table, .digest = digest};
    while (s->columns[c.n])
        c.n++;
    c.columns = arena_many(a, const Column *, c.n);
    AUTO(buf_free) Buf sql = {0}, places = {0};
    for (size_t i = 0; i < c.n; i++) {
        c.columns[i] = column_named(t, s->columns[i]);
        if (!c.columns[i]) {
            problems_add(problems, PROBLEM_ERROR, p->folder, 0, 0, _("snapshot: table %s has no column '%s'"),
                         s->table, s->columns[i]);
            return true;
        }
        buf_addf(&sql, "%s\"%s\"", i ? ", " : "", s->columns[i]);
        buf_add_text(&places, i ? ",?" : "?");
    }
    if (!lite_execf(db, err, "CREATE TABLE target.\"%w\"(%s)", s->table, buf_text(&sql)))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *insert =
        lite_preparef(db, err, "INSERT INTO target.\"%w\" VALUES(%s)", s->table, buf_text(&places));
    c.insert = insert;
    sha256_add(digest, str_of(s->table));
    return insert && target->kind->read(target, s->table, s->columns, c.n, true, s->columns[0], NULL,
                                        SNAPSHOT_MAX + 1, copy_row, &c, err);
}

bool snapshot_attach(Arena *a, Lite *db, Target *target, const Profile *p, Problems *problems,
                     const char **digest, Err *err)
{
    if (!lite_attach_memory(db, "target", err))
        return false;
    Sha256 *sum = sha256_new();
    bool ok = true;
    for (size_t i = 0; ok && i < p->n_snapshots; i++)
        ok = attach_table(a, db, target, p, &p->snapshots[i], sum, problems, err);
    char hex[SHA256_HEX + 1];
    sha256_finish_hex(sum, hex);
    sha256_free(sum);
    *digest = arena_text(a, "%s", hex);
    return ok;
}
