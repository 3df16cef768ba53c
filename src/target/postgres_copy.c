// Rows as lines of COPY's text format.
#include "target/postgres_writer.h"

enum { SEND_AT = 64 << 10 };

bool postgres_copy_begin(PgCopy *c, PostgresTarget *t, const char *sql, Err *err)
{
    *c = (PgCopy){.t = t, .bytes = &postgres_writer(t)->bytes, .err = err};
    buf_clear(c->bytes);
    c->failed = !pg_copy_in(t->db, sql, err);
    return !c->failed;
}

void postgres_copy_field(PgCopy *c, Str value)
{
    pg_copy_text(c->bytes, value);
    buf_add_char(c->bytes, '\t');
}

void postgres_copy_end_line(PgCopy *c)
{
    c->bytes->at[c->bytes->len - 1] = '\n';
    postgres_copy_sent(c);
}

// The verdict of the server stands in the end alone: a lost connection is all that shows before.
void postgres_copy_sent(PgCopy *c)
{
    if (c->bytes->len < SEND_AT)
        return;
    c->failed = c->failed || !pg_copy_put(c->t->db, buf_str(c->bytes), c->err);
    buf_clear(c->bytes);
}

bool postgres_copy_end(PgCopy *c)
{
    return !c->failed && pg_copy_put(c->t->db, buf_str(c->bytes), c->err) &&
           pg_copy_end(c->t->db, NULL, c->err);
}

void postgres_list(Buf *list, Str text)
{
    buf_add_char(list, list->len ? ',' : '{');
    if (!text.at) {
        buf_add_text(list, "NULL");
        return;
    }
    buf_add_char(list, '"');
    char *to = buf_room(list, 2 * text.len + 1), *begin = to;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\')
            *to++ = '\\';
        *to++ = text.at[i];
    }
    *to = 0;
    list->len += (size_t)(to - begin);
    buf_add_char(list, '"');
}

void postgres_list_bytes(Buf *list, Str bytes)
{
    if (!bytes.at) {
        postgres_list(list, bytes);
        return;
    }
    buf_add_text(list, list->len ? ",\"\\" : "{\"\\");
    postgres_add_bytes(list, bytes);
    buf_add_char(list, '"');
}

void postgres_list_number(Buf *list, int64_t n)
{
    buf_addf(list, "%c%lld", list->len ? ',' : '{', (long long)n);
}

Str postgres_list_end(Buf *list)
{
    if (!list->len)
        buf_add_char(list, '{');
    if (list->at[list->len - 1] != '}')
        buf_add_char(list, '}');
    return buf_str(list);
}
