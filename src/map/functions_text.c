// text_of, clean_text, cut_text, fold, letters_of, lower_of, upper_of, similarity; email_of, phone_of.
#include <sqlite3.h>

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/intl.h"
#include "base/letters.h"
#include "base/text.h"
#include "map/functions_sql.h"

enum {
    JSON_SUBTYPE = 'J', // what SQLite's JSON functions mark arrays and objects with
    EMAIL_MAX = 254,    // RFC 5321: a path is 256 octets with its angle brackets
};

// ---- Text of any kind --------------------------------------------------------------

static void text_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf out = {0};
    switch (sqlite3_value_type(args[0])) {
    case SQLITE_NULL: break;
    case SQLITE_TEXT:
        if (sqlite3_value_subtype(args[0]) == JSON_SUBTYPE)
            call_issue(call, "text.not_text", N_("JSON instead of text"));
        else
            sqlite3_result_value(call, args[0]);
        break;
    case SQLITE_BLOB: call_issue(call, "text.not_text", N_("bytes instead of text")); break;
    default:
        if (isinf(sqlite3_value_double(args[0])))
            call_issue(call, "text.not_text", N_("out of range"));
        else if (call_number_text(args[0], &out))
            call_give_buf(call, &out);
    }
}

// The functions that make one text out of another.
static void convert(sqlite3_context *call, sqlite3_value *arg, void (*make)(Buf *out, Str text))
{
    AUTO(buf_free) Buf scratch = {0};
    AUTO(buf_free) Buf out = {0};
    if (call_any_null(1, &arg))
        return;
    make(&out, call_text(arg, &scratch));
    call_give_buf(call, &out);
}

static void clean_text(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    convert(call, args[0], letters_clean);
}

static void fold(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    convert(call, args[0], letters_fold);
}

static void letters_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    convert(call, args[0], letters_only);
}

static void lower_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    convert(call, args[0], letters_lower);
}

static void upper_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    convert(call, args[0], letters_upper);
}

static bool read_length(sqlite3_context *call, sqlite3_value *arg, int *out)
{
    return call_small_int(call, arg, N_("a number of characters"), 0, INT_MAX, out);
}

static void cut_text(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    int length;
    if (read_length(call, args[1], &length) && !call_any_null(1, args))
        call_give_text(call, letters_first(call_text(args[0], &scratch), (size_t)length));
}

static void similarity(sqlite3_context *call, int n, sqlite3_value **args)
{
    AUTO(buf_free) Buf a = {0};
    AUTO(buf_free) Buf b = {0};
    if (!call_any_null(n, args))
        sqlite3_result_double(call, letters_similarity(call_text(args[0], &a), call_text(args[1], &b)));
}

// ---- Addresses ---------------------------------------------------------------------

static bool has(Str s, const char *part)
{
    return memmem(s.at, s.len, part, strlen(part));
}

// A shape that mail systems take, not all that RFC 5322 allows: sources hold typing mistakes, not quoted
// parts.
static bool is_email(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] <= ' ' || s.at[i] == 0x7F || s.at[i] == ',')
            return false;
    Str domain = s, local;
    if (!has(s, "@") || !str_cut(&domain, '@', &local) || has(domain, "@"))
        return false;
    return local.len && has(domain, ".") && !has(s, "..") && domain.at[0] != '.' &&
           domain.at[domain.len - 1] != '.' && text_is_utf8(s);
}

static void email_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_trimmed(args[0], &scratch);
    if (!text.len)
        return;
    if (text.len > EMAIL_MAX)
        call_issue(call, "email.invalid", N_("too long"));
    else if (!is_email(text))
        call_issue(call, "email.invalid", N_("not an e-mail address"));
    else
        call_give_text(call, text);
}

static void phone_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    AUTO(buf_free) Buf out = {0};
    int length;
    if (!read_length(call, args[1], &length))
        return;
    letters_clean(&out, call_trimmed(args[0], &scratch));
    for (size_t i = 0; i < out.len; i++)
        if (out.at[i] == '\t' || out.at[i] == '\n' || out.at[i] == '\r')
            out.at[i] = ' ';
    Str phone = letters_first(str_trim(buf_str(&out)), (size_t)length);
    if (phone.len)
        call_give_text(call, phone);
}

const FunctionCode text_functions[] = {
    {"text_of", text_of},
    {"clean_text", clean_text},
    {"cut_text", cut_text},
    {"fold", fold},
    {"letters_of", letters_of},
    {"lower_of", lower_of},
    {"upper_of", upper_of},
    {"similarity", similarity},
    {"email_of", email_of},
    {"phone_of", phone_of},
    {0},
};
