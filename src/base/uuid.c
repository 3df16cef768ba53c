#include "base/uuid.h"

#include "base/digest.h"

#include <string.h>

enum { UUID_BYTES = 16 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static bool parse(Str text, unsigned char out[UUID_BYTES])
{
    if (!text.at || text.len != UUID_TEXT)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < UUID_TEXT;) {
        if (is_dash_place(i)) {
            if (text.at[i++] != '-')
                return false;
            continue;
        }
        int high = hex_value(text.at[i]), low = hex_value(text.at[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[n++] = (unsigned char)(high << 4 | low);
        i += 2;
    }
    return true;
}

bool uuid_valid(Str text)
{
    unsigned char bytes[UUID_BYTES];
    return parse(text, bytes);
}

void uuid_format(const unsigned char bytes[16], char out[UUID_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t n = 0, i = 0; n < UUID_BYTES; n++) {
        if (is_dash_place(i))
            out[i++] = '-';
        out[i++] = digits[bytes[n] >> 4];
        out[i++] = digits[bytes[n] & 15];
    }
    out[UUID_TEXT] = 0;
}

bool uuid5(Str namespace_uuid, Str name, char out[UUID_TEXT + 1])
{
    // Names are short: a stack buffer spares a second pass through libcrypto.
    unsigned char small[512], sum[SHA1_BYTES];
    if (!parse(namespace_uuid, small))
        return false;
    if (name.len <= sizeof small - UUID_BYTES) {
        if (name.len)
            memcpy(small + UUID_BYTES, name.at, name.len);
        sha1_of((Str){(const char *)small, UUID_BYTES + name.len}, sum);
    } else {
        AUTO(buf_free) Buf whole = {0};
        buf_add(&whole, (Str){(const char *)small, UUID_BYTES});
        buf_add(&whole, name);
        sha1_of(buf_str(&whole), sum);
    }
    sum[6] = (unsigned char)((sum[6] & 0x0F) | 0x50); // version 5
    sum[8] = (unsigned char)((sum[8] & 0x3F) | 0x80); // the variant of RFC 4122
    uuid_format(sum, out);
    return true;
}
