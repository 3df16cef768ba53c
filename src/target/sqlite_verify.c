#include <string.h>

#include "target/orphans.h"
#include "target/target_sqlite.h"

enum { KEY_COLUMNS = 32 }; // of one foreign key

typedef struct {
    int64_t number;
    const char *parent;
    const char *columns[KEY_COLUMNS], *parents[KEY_COLUMNS];
    size_t n;
} Key;

static const char *quoted(Arena *a, const char *name)
{
    AUTO(buf_free) Buf text = {0};
    sqlite_quote(&text, name);
    return str_keep(a, buf_str(&text));
}

// Keys that name no columns of their parent mean its primary key.
static bool read_keys(SqliteTarget *t, Arena *a, const char *table, Key **keys, size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(t->db, err,
                                "SELECT k.id, k.\"table\", k.\"from\", coalesce(k.\"to\", (SELECT name FROM"
                                " pragma_table_info(k.\"table\") WHERE pk = k.seq + 1)), count(*) OVER ()"
                                " FROM pragma_foreign_key_list(%Q) k ORDER BY k.id, k.seq",
                                table);
    LiteStep step = LITE_FAILED;
    *n = 0;
    *keys = NULL;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        if (!*keys)
            *keys = arena_many(a, Key, (size_t)lite_int(s, 4));
        Key *k = *n && (*keys)[*n - 1].number == lite_int(s, 0) ? &(*keys)[*n - 1] : &(*keys)[(*n)++];
        k->number = lite_int(s, 0);
        k->parent = str_keep(a, lite_text(s, 1));
        if (k->n == KEY_COLUMNS || !lite_text(s, 3).at)
            continue;
        k->columns[k->n] = str_keep(a, lite_text(s, 2));
        k->parents[k->n++] = str_keep(a, lite_text(s, 3));
    }
    return step == LITE_DONE;
}

static const char *name_of(Arena *a, const Key *k)
{
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < k->n; i++)
        buf_addf(&text, "%s%s", i ? ", " : "", k->columns[i]);
    return str_keep(a, buf_str(&text));
}

static bool count_key(SqliteTarget *t, Arena *a, const LiveTable *live, const Key *k, TargetOrphans *o,
                      Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    orphans_count(&sql, &(ForeignKeyRows){quoted(a, live->table.name), quoted(a, k->parent), k->columns,
                                          k->parents, k->n});
    if (!lite_one_int(t->db, &o->rows, NULL, err, "%s", buf_text(&sql)))
        return false;
    o->ours = o->rows;
    for (size_t i = 0; o->rows && i < live->table.n; i++) {
        if (!live->table.columns[i].primary_key)
            continue;
        return lite_one_int(t->db, &o->ours, NULL, err,
                            "%s AND t.%s IN (SELECT e.value FROM mudanza_journal j JOIN json_each(j.ids) e"
                            " WHERE j.operation = 'insert' AND j.table_id = (SELECT id FROM mudanza_tables"
                            " WHERE name = %Q))",
                            buf_text(&sql), quoted(a, live->table.columns[i].name), live->table.name);
    }
    return true;
}

bool sqlite_orphans(Target *base, Arena *a, const char *table, int64_t *keys, TargetOrphans **out, size_t *n,
                    Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    Key *list;
    size_t n_keys;
    err->kind = ERR_NONE;
    LiveTable *live = sqlite_live(t, table, err);
    *n = 0;
    *keys = 0;
    if (!live)
        return err->kind == ERR_NONE;
    if (!read_keys(t, a, table, &list, &n_keys, err))
        return false;
    *keys = (int64_t)n_keys;
    *out = arena_many(a, TargetOrphans, n_keys + 1);
    for (size_t i = 0; i < n_keys; i++) {
        TargetOrphans *o = &(*out)[*n];
        *o =
            (TargetOrphans){.table = live->table.name, .key = name_of(a, &list[i]), .parent = list[i].parent};
        if (list[i].n && !count_key(t, a, live, &list[i], o, err))
            return false;
        *n += o->rows > 0;
    }
    return true;
}

// Made when the first report comes: older targets have none, and lack nothing.
bool sqlite_keep_report(Target *base, Str content, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf now = {0};
    instant_format(instant_now(), &now);
    return lite_exec(t->db,
                     "CREATE TABLE IF NOT EXISTS mudanza_validation_reports (report INTEGER PRIMARY KEY,"
                     " scope INTEGER NOT NULL, job INTEGER, made_at TEXT NOT NULL, content TEXT NOT NULL)",
                     err) &&
           lite_execf(t->db, err,
                      "INSERT INTO mudanza_validation_reports (scope, job, made_at, content)"
                      " VALUES (%lld, nullif(%lld, 0), %Q, %Q)",
                      (long long)t->scope, (long long)t->job, buf_text(&now), str_keep(a, content));
}
