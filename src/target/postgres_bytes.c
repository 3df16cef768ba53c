// bytea as text, the way sessions of ours have it: \x and hex digits.
#include "target/target_postgres.h"

#include "base/digest.h"

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

Str postgres_bytes(Arena *a, Str text)
{
    if (!text.at || text.len < 2)
        return (Str){NULL, 0};
    size_t n = text.len / 2 - 1;
    char *bytes = arena_take(a, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(digit(text.at[2 + 2 * i]) << 4 | digit(text.at[3 + 2 * i]));
    return (Str){bytes, n};
}

void postgres_add_bytes(Buf *out, Str bytes)
{
    buf_add_text(out, "\\x");
    hex_of((const unsigned char *)bytes.at, bytes.len, buf_room(out, 2 * bytes.len + 1));
    out->len += 2 * bytes.len;
}
