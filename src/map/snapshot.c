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

// An optional table that is not there, or not as it is known, is no mistake.
static bool not_there(const Profile *p, const Snapshot *s, const char *column, Problems *problems)
{
    if (s->optional)
        return false;
    if (column)
        problems_add(problems, PROBLEM_ERROR, p->folder, 0, 0, _("snapshot: table %s has no column '%s'"),
                     s->table, column);
    else
        problems_add(problems, PROBLEM_ERROR, p->folder, 0, 0, _("snapshot: the target has no table '%s'"), s->table);
    return false;
}

static bool find_columns(Arena *a, const Table *t, const Profile *p, const Snapshot *s, Copy *c, Problems *problems)
{
    while (s->columns[c->n])
        c->n++;
    c->columns = arena_many(a, const Column *, c->n + 1);
    for (size_t i = 0; i < c->n; i++)
        if (!(c->columns[i] = column_named(t, s->columns[i])))
            return not_there(p, s, s->columns[i], problems);
    return true;
}

static bool make_table(Lite *db, const Snapshot *s, Buf *places, Err *err)
{
    AUTO(buf_free) Buf names = {0};
    for (size_t i = 0; s->columns[i]; i++) {
        buf_addf(&names, "%s\"%s\"", i ? ", " : "", s->columns[i]);
        buf_add_text(places, i ? ",?" : "?");
    }
    return !names.len || lite_execf(db, err, "CREATE TABLE target.\"%w\"(%s)", s->table, buf_text(&names));
}

static bool attach_table(Arena *a, Lite *db, Target *target, const Profile *p, const Snapshot *s,
                         Sha256 *digest, Problems *problems, Err *err)
{
    err->kind = ERR_NONE;
    AUTO(buf_free) Buf places = {0};
    const Table *t = target->kind->table(target, s->table, err);
    if ((!t && err->kind != ERR_NONE) || !make_table(db, s, &places, err))
        return false;
    Copy c = {.table = s->table, .digest = digest};
    if (!(t ? find_columns(a, t, p, s, &c, problems) : not_there(p, s, NULL, problems)))
        return true;
    sha256_add(digest, str_of(s->table));
    if (s->optional && !lite_execf(db, err, "INSERT INTO target.present VALUES(%Q)", s->table))
        return false;
    if (!c.n)
        return true;
    AUTO(lite_finish_at)
    LiteStmt *insert =
        lite_preparef(db, err, "INSERT INTO target.\"%w\" VALUES(%s)", s->table, buf_text(&places));
    c.insert = insert;
    return insert && target->kind->read(target, s->table, s->columns, c.n, true, s->columns[0], NULL,
                                        SNAPSHOT_MAX + 1, copy_row, &c, err);
}

static const char *end_digest(Arena *a, Sha256 *sum)
{
    char hex[SHA256_HEX + 1];
    sha256_finish_hex(sum, hex);
    return arena_text(a, "%s", hex);
}

bool snapshot_attach(Arena *a, Lite *db, Target *target, const Profile *p, Problems *problems,
                     const char ***digests, Err *err)
{
    if (!lite_attach_memory(db, "target", err) || !lite_exec(db, "CREATE TABLE target.present(name)", err))
        return false;
    *digests = arena_many(a, const char *, p->n_snapshots + 1);
    Sha256 *sum = sha256_new();
    bool ok = true;
    for (size_t i = 0; ok && i < p->n_snapshots; i++) {
        ok = attach_table(a, db, target, p, &p->snapshots[i], sum, problems, err);
        (*digests)[i] = end_digest(a, sum);
    }
    for (size_t i = 0; ok && i < p->n_snapshots; i++)
        sha256_add(sum, str_of(p->snapshots[i].optional ? (*digests)[i] : ""));
    (*digests)[p->n_snapshots] = end_digest(a, sum);
    sha256_free(sum);
    return ok;
}

const char *snapshot_digest(const Profile *p, const char *const *digests, const char *table)
{
    size_t i = 0;
    while (i < p->n_snapshots && strcmp(p->snapshots[i].table, table) != 0)
        i++;
    return digests[i];
}
