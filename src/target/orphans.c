#include "target/orphans.h"

static void add_column(Buf *sql, const char *alias, const char *name)
{
    buf_addf(sql, "%s.\"", alias);
    for (const char *p = name; *p; p++)
        buf_add_text(sql, *p == '"' ? "\"\"" : (char[]){*p, 0});
    buf_add_char(sql, '"');
}

void orphans_count(Buf *sql, const ForeignKeyRows *k)
{
    buf_addf(sql, "SELECT count(*) FROM %s t WHERE NOT EXISTS (SELECT 1 FROM %s p WHERE ", k->table,
             k->parent);
    for (size_t i = 0; i < k->n; i++) {
        buf_add_text(sql, i ? " AND " : "");
        add_column(sql, "p", k->parents[i]);
        buf_add_text(sql, " = ");
        add_column(sql, "t", k->columns[i]);
    }
    buf_add_char(sql, ')');
    for (size_t i = 0; i < k->n; i++) {
        buf_add_text(sql, " AND ");
        add_column(sql, "t", k->columns[i]);
        buf_add_text(sql, " IS NOT NULL");
    }
}
