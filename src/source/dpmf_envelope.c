#include "source/dpmf_envelope.h"

#include <jansson.h>

#include "base/intl.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "cache/payload.h"

static void json_free(json_t **j)
{
    json_decref(*j);
}

// Whole: a NUL in it does not end it.
static Str text_of(const json_t *value)
{
    return (Str){json_string_value(value), json_string_length(value)};
}

static bool is_word(const json_t *value, const char *word)
{
    return word && str_is(text_of(value), word);
}

// The key must be there and hold exactly one of the two words.
static bool has_word(Dpmf *d, const json_t *header, const char *key, const char *word, const char *other,
                     Err *err)
{
    const json_t *value = json_object_get(header, key);
    if (is_word(value, word) || is_word(value, other))
        return true;
    if (!json_is_string(value))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: %s is missing or no text"), key);
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, text_of(value));
    return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: %s is '%.60s', not %s%s%s"), key,
                       buf_text(&clean), word, other ? _(" or ") : "", other ? other : "");
}

static bool take_base64(Dpmf *d, const json_t *object, const char *key, Str *out, Err *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: %s is missing or no text"), key);
    Str text = text_of(value);
    size_t cap = text.len / 4 * 3 + 3, n;
    unsigned char *bytes = arena_take(d->arena, cap);
    if (!base64_decode(text, bytes, cap, &n))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: %s is not base64"), key);
    *out = (Str){(char *)bytes, n};
    return true;
}

// The parameters in the header are never obeyed: a hostile file could ask for any amount of memory.
static void compare_kdf(Dpmf *d, const json_t *params)
{
    static const struct {
        const char *key;
        double value;
    } fixed[] = {{"n", 131072}, {"r", 8}, {"p", 1}};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        const json_t *value = json_object_get(params, fixed[i].key);
        if (value && (!json_is_number(value) || json_number_value(value) != fixed[i].value))
            dpmf_warn(d, "dpmf.kdf_params",
                      _("the encryption header names another %s for scrypt than the format fixes "
                        "(%.0f); the fixed one was used"),
                      fixed[i].key, fixed[i].value);
    }
}

static bool judge(Dpmf *d, const json_t *header, Envelope *out, Err *err)
{
    if (!json_is_object(header))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: it is JSON, but not an object"));
    const json_t *v = json_object_get(header, "v");
    if (!json_is_true(v) && !(json_is_number(v) && json_number_value(v) == 1))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: v is missing or not 1"));
    if (!has_word(d, header, "cipher", "AES-256-GCM", NULL, err) ||
        !has_word(d, header, "kdf", "scrypt", NULL, err) ||
        !has_word(d, header, "inner_layout", "raw", "zstd", err))
        return false;
    const json_t *params = json_object_get(header, "kdf_params");
    if (!json_is_object(params))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: kdf_params is missing or no object"));
    if (!take_base64(d, params, "salt", &out->salt, err) || !take_base64(d, header, "iv", &out->iv, err))
        return false;
    if (out->iv.len < GCM_MIN_IV || out->iv.len > GCM_MAX_IV)
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: iv has %zu bytes, not %d to %d"),
                           out->iv.len, GCM_MIN_IV, GCM_MAX_IV);
    compare_kdf(d, params);
    out->zstd = is_word(json_object_get(header, "inner_layout"), "zstd");
    d->layering = out->zstd ? "enc(zstd)" : "enc(raw)";
    return true;
}

// jansson refuses what JSON allows: numbers no double holds, halves of surrogate pairs. Where nobody looks
// they do no harm, so it gets a second try with them made harmless.
static json_t *parse(Str text)
{
    enum { FLAGS = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL }; // no integer is too large
    if (json_scan(text) & JSON_BAD)
        return NULL;
    json_error_t where;
    json_t *header = json_loadb(text.at, text.len, FLAGS, &where);
    AUTO(buf_free) Buf safe = {0};
    bool replaced;
    if (header || payload_make_safe(text, &safe, &replaced) != PAYLOAD_REWRITTEN)
        return header;
    return json_loadb(buf_text(&safe), safe.len, FLAGS, &where);
}

bool dpmf_read_envelope(Dpmf *d, int fd, Envelope *out, Err *err)
{
    *out = (Envelope){0};
    unsigned char start[DPME_START];
    if (!dpmf_pread(fd, start, sizeof start, 0))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("the file ends inside its encryption header"));
    uint32_t n = start[4] | (uint32_t)start[5] << 8 | (uint32_t)start[6] << 16 | (uint32_t)start[7] << 24;
    if (n == 0 || n > DPME_MAX_HEADER)
        return dpmf_refuse(d, DPMF_ENVELOPE, err,
                           _("encryption header: a length of %u bytes cannot be right"), n);
    char *bytes = arena_take(d->arena, n);
    if (!dpmf_pread(fd, bytes, n, DPME_START))
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("the file ends inside its encryption header"));
    out->header = (Str){bytes, n};
    out->cipher_at = DPME_START + (int64_t)n;
    out->size = d->stamp.size - out->cipher_at - GCM_TAG; // negative: the tag is not whole
    AUTO(json_free) json_t *header = text_is_utf8(out->header) ? parse(out->header) : NULL;
    if (!header)
        return dpmf_refuse(d, DPMF_ENVELOPE, err, _("encryption header: it is not JSON in UTF-8"));
    return judge(d, header, out, err);
}
