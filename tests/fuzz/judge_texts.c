#include "tests/fuzz/judge_texts.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/secret.h"
#include "base/text.h"
#include "cache/payload.h"
#include "db/lite.h"

// Another reader of JSON agrees wherever it can read the same. (It overlooks a zero byte behind a number.)
static void judge_json(Str text, unsigned flags)
{
    if (text.len && memchr(text.at, '\0', text.len)) {
        PROMISE(flags & JSON_BAD);
        return;
    }
    json_error_t where;
    json_t *tree =
        json_loadb(text.at, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &where);
    if (tree)
        PROMISE(!(flags & JSON_BAD) ||
                json_dumpb(tree, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) > JSON_MAX_DEPTH);
    else if (text_is_utf8(text))
        PROMISE(flags & (JSON_BAD | JSON_LONE_SURROGATE | JSON_BIG_NUMBER | JSON_NUL_ESCAPE));
    if (tree && !(flags & JSON_BAD)) {
        PROMISE(!(flags & JSON_NOT_OBJECT) == json_is_object(tree));
        json_decref(tree);
        tree = json_loadb(text.at, text.len,
                          JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES,
                          &where);
        PROMISE(tree || flags & JSON_DUPLICATE_KEY);
    }
    json_decref(tree);
}

static void judge_valid_for_sqlite(Str json)
{
    static LiteStmt *valid;
    Err err;
    if (!valid) {
        Lite *db = lite_open(NULL, LITE_MEMORY, ERR_INTERNAL, &err); // for ever
        valid = lite_prepare(db, "SELECT json_valid(?1)", &err);
        PROMISE(valid);
    }
    lite_bind_text(valid, 0, json);
    PROMISE(lite_step(valid, &err) == LITE_ROW && lite_int(valid, 0) == 1);
    lite_reset(valid);
}

// The last of repeated keys alone is there, however they are spelled.
static void judge_unique_keys(Str json)
{
    json_error_t where;
    json_t *tree = json_loadb(json.at, json.len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &where);
    PROMISE(tree || !text_is_utf8(json));
    json_decref(tree);
}

static void judge_payload(Str text, unsigned flags)
{
    AUTO(buf_free) Buf safe = {0};
    AUTO(buf_free) Buf again = {0};
    bool replaced;
    switch (payload_make_safe(text, &safe, &replaced)) {
    case PAYLOAD_SAFE:
        PROMISE(flags == 0 && !replaced);
        judge_valid_for_sqlite(text);
        break;
    case PAYLOAD_REWRITTEN:
        PROMISE(!(flags & (JSON_BAD | JSON_NOT_OBJECT)) && flags);
        PROMISE(replaced == !!(flags & (JSON_NUL_ESCAPE | JSON_LONE_SURROGATE)));
        // More keys than the scan remembers, and quotes in a key, which cannot be written otherwise.
        PROMISE((json_scan(buf_str(&safe)) & ~(unsigned)(JSON_DUPLICATE_KEY | JSON_ESCAPED_KEY)) == 0);
        judge_valid_for_sqlite(buf_str(&safe));
        judge_unique_keys(buf_str(&safe));
        if (payload_make_safe(buf_str(&safe), &again, &replaced) == PAYLOAD_REWRITTEN)
            PROMISE(str_eq(buf_str(&again), buf_str(&safe)));
        break;
    case PAYLOAD_BROKEN: PROMISE(flags & (JSON_BAD | JSON_DUPLICATE_KEY)); break;
    case PAYLOAD_NO_OBJECT: PROMISE(flags & JSON_NOT_OBJECT); break;
    }
}

static void judge_clean(Str text)
{
    AUTO(buf_free) Buf clean = {0};
    AUTO(buf_free) Buf again = {0};
    text_clean(&clean, text);
    PROMISE(text_is_utf8(buf_str(&clean)));
    PROMISE(clean.len <= text.len);
    for (size_t i = 0; i < clean.len; i++)
        PROMISE((unsigned char)clean.at[i] >= ' ' && clean.at[i] != 0x7F);
    text_clean(&again, buf_str(&clean));
    PROMISE(str_eq(buf_str(&again), buf_str(&clean)) || !clean.len);
    PROMISE(text_width(text) == text_width(buf_str(&clean)));
    AUTO(buf_free) Buf fit = {0};
    int width = 1 + (int)(text.len % 40);
    text_fit(&fit, text, width, text.len & 1);
    PROMISE(text_width(buf_str(&fit)) == width);
}

// What is decoded and encoded again is the text without blanks; bits that no byte needs may differ.
static void judge_base64(Str text)
{
    size_t cap = text.len / 4 * 3 + 3, n;
    unsigned char *bytes = malloc(cap), *back = malloc(4 * (cap / 3 + 2));
    if (base64_decode(text, bytes, cap, &n)) {
        PROMISE(n <= cap);
        size_t length = (size_t)EVP_EncodeBlock(back, bytes, (int)n), seen = 0;
        bool padded = length && back[length - 1] == '=';
        size_t certain = length - (!padded ? 0 : back[length - 2] == '=' ? 3 : 2);
        for (size_t i = 0; i < text.len; i++)
            if (!strchr("\r\n ", text.at[i])) {
                PROMISE(seen < length && (seen >= certain || text.at[i] == (char)back[seen]));
                seen++;
            }
        PROMISE(seen == length);
    }
    free(bytes);
    free(back);
}

void judge_text(Str text)
{
    unsigned flags = json_scan(text);
    judge_json(text, flags);
    judge_payload(text, flags);
    judge_clean(text);
    judge_base64(text);
}
