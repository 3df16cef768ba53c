#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "source/dpmf_inner.h"

enum { MAX_VALUE = 64 * 1024, MAX_BYTES = 1 << 20, MAX_DIGITS = 50 };

static const char *const meta_columns[] = {"key", "value", NULL};

const Str *dpmf_meta_value(const Dpmf *d, const char *key)
{
    for (size_t i = 0; i < d->meta_n; i++)
        if (str_is(d->meta[i].key, key))
            return &d->meta[i].value;
    return NULL;
}

static bool take_meta(Dpmf *d, Str key, Str value, Err *err)
{
    int n = (int)MIN(key.len, 60u);
    size_t bytes = key.len + value.len;
    if (!text_is_utf8(key) || !text_is_utf8(value))
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("table _meta: %.*s is not UTF-8"), n, key.at);
    if (d->meta_n == DPMF_MAX_META || value.len > MAX_VALUE || key.len > MAX_VALUE)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table _meta holds more than any exporter writes"));
    for (size_t i = 0; i < d->meta_n; i++) {
        bytes += d->meta[i].key.len + d->meta[i].value.len;
        if (!str_eq(d->meta[i].key, key))
            continue;
        if (str_eq(d->meta[i].value, value))
            return true;
        return dpmf_refuse(d, str_is(key, "format_version") ? DPMF_VERSION : DPMF_SCHEMA, err,
                           _("table _meta: %.*s is there twice with different values"), n, key.at);
    }
    if (bytes > MAX_BYTES)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table _meta holds more than any exporter writes"));
    d->meta[d->meta_n++] = (DpmfMeta){str_copy(d->arena, key), str_copy(d->arena, value)};
    return true;
}

// Bytes are no text: written as the hash writes them, they equal neither a version nor a hash.
static Str as_text(LiteStmt *s, int column, Buf *room)
{
    LiteType type = lite_type(s, column);
    if (type == LITE_TEXT)
        return lite_text(s, column);
    if (type == LITE_BLOB && lite_blob(s, column).len > MAX_VALUE)
        return lite_blob(s, column);
    buf_clear(room);
    dpmf_render(s, column, room);
    return buf_str(room);
}

static bool read_meta(Dpmf *d, Err *err)
{
    AUTO(buf_free) Buf key = {0};
    AUTO(buf_free) Buf value = {0};
    if (!dpmf_ordinary_table(d, "_meta", meta_columns, err))
        return false;
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(d->db, "SELECT key, value FROM _meta", err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    d->meta = arena_many(d->arena, DpmfMeta, DPMF_MAX_META);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        // A key or value that is NULL says nothing.
        if (lite_type(s, 0) == LITE_NULL || lite_type(s, 1) == LITE_NULL)
            continue;
        if (!take_meta(d, as_text(s, 0, &key), as_text(s, 1, &value), err))
            return false;
    }
}

// Digits up to the first dot. Blanks, a plus or single underscores among them are odd, but plain enough.
static bool major_of(Str version, bool *zero, bool *odd)
{
    Str rest = version, head;
    *odd = false;
    *zero = true;
    if (memchr(version.at, '.', version.len))
        str_cut(&rest, '.', &head);
    else
        head = version;
    Str bare = str_trim(head);
    if (bare.len && bare.at[0] == '+')
        bare = (Str){bare.at + 1, bare.len - 1};
    *odd = bare.len != head.len;
    if (bare.len == 0 || bare.len > MAX_DIGITS || bare.at[0] == '_' || bare.at[bare.len - 1] == '_')
        return false;
    for (size_t i = 0; i < bare.len; i++) {
        char c = bare.at[i];
        if (c == '_' && bare.at[i - 1] != '_')
            *odd = true;
        else if (c < '0' || c > '9')
            return false;
        else if (c != '0')
            *zero = false;
    }
    return true;
}

static bool judge_version(Dpmf *d, Err *err)
{
    const Str *version = dpmf_meta_value(d, "format_version");
    bool zero, odd;
    if (!version)
        return dpmf_refuse(d, DPMF_VERSION, err, _("table _meta: format_version is missing"));
    int n = (int)MIN(version->len, 40u);
    if (!version->len || !major_of(*version, &zero, &odd))
        return dpmf_refuse(d, DPMF_VERSION, err, _("format_version '%.*s' is not a version"), n, version->at);
    if (!zero)
        return dpmf_refuse(d, DPMF_VERSION, err, _("format_version '%.*s' is not supported, only 0.x is"), n,
                           version->at);
    if (odd)
        dpmf_warn(d, "dpmf.version_form", _("format_version '%.*s' is written oddly and was read as 0"), n,
                  version->at);
    return true;
}

bool dpmf_read_meta(Dpmf *d, Err *err)
{
    return read_meta(d, err) && judge_version(d, err);
}
