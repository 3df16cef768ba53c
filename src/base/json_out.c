#include "base/json_out.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>

static void add_escape(Buf *out, uint32_t code)
{
    switch (code) {
    case '"': buf_add_text(out, "\\\""); break;
    case '\\': buf_add_text(out, "\\\\"); break;
    case '\n': buf_add_text(out, "\\n"); break;
    case '\r': buf_add_text(out, "\\r"); break;
    case '\t': buf_add_text(out, "\\t"); break;
    default: buf_addf(out, "\\u%04" PRIx32, code);
    }
}

// Also DEL and C1 are escaped: lines of JSON are looked at in terminals.
static bool needs_escape(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7F && c < 0xA0);
}

static void add_string(Buf *out, Str s)
{
    buf_add_char(out, '"');
    size_t plain = 0; // bytes seen and not yet added
    while (plain < s.len) {
        uint32_t code = 0;
        size_t n = text_decode((Str){s.at + plain, s.len - plain}, &code);
        if (n && !needs_escape(code)) {
            plain += n;
            continue;
        }
        buf_add(out, (Str){s.at, plain});
        if (n)
            add_escape(out, code);
        else
            buf_add_text(out, "\xEF\xBF\xBD"); // U+FFFD
        plain += MAX(n, (size_t)1);
        s = (Str){s.at + plain, s.len - plain};
        plain = 0;
    }
    buf_add(out, s);
    buf_add_char(out, '"');
}

// Everything that comes before a value; afterwards the next one needs a comma.
static Buf *begin(JsonOut *j, const char *key)
{
    if (j->need_comma)
        buf_add_char(j->out, ',');
    j->need_comma = true;
    if (key) {
        add_string(j->out, str_of(key));
        buf_add_char(j->out, ':');
    }
    return j->out;
}

void json_open(JsonOut *j, const char *key)
{
    buf_add_char(begin(j, key), '{');
    j->need_comma = false;
}

void json_close(JsonOut *j)
{
    buf_add_char(j->out, '}');
    j->need_comma = true;
}

void json_open_list(JsonOut *j, const char *key)
{
    buf_add_char(begin(j, key), '[');
    j->need_comma = false;
}

void json_close_list(JsonOut *j)
{
    buf_add_char(j->out, ']');
    j->need_comma = true;
}

void json_str(JsonOut *j, const char *key, Str value)
{
    if (value.at)
        add_string(begin(j, key), value);
    else
        json_null(j, key);
}

void json_text(JsonOut *j, const char *key, const char *value)
{
    json_str(j, key, str_of(value));
}

void json_int(JsonOut *j, const char *key, int64_t value)
{
    buf_addf(begin(j, key), "%" PRId64, value);
}

void json_num(JsonOut *j, const char *key, double value, int decimals)
{
    if (isfinite(value))
        buf_addf(begin(j, key), "%.*f", decimals, value);
    else
        json_null(j, key);
}

void json_bool(JsonOut *j, const char *key, bool value)
{
    buf_add_text(begin(j, key), value ? "true" : "false");
}

void json_null(JsonOut *j, const char *key)
{
    buf_add_text(begin(j, key), "null");
}

void json_raw(JsonOut *j, const char *key, Str json)
{
    buf_add(begin(j, key), json);
}
