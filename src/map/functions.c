#include "map/functions.h"

#include <strings.h>

#include "base/intl.h"

const FunctionInfo function_table[] = {
    {"setting", 1, false, "setting(name)",
     N_("The setting of config.yaml, or the profile's default; NULL when it has neither.")},
    {"now", 0, false, "now()",
     N_("The instant of the run, as 2026-11-21 12:00:00+00:00; the same for every row.")},
    {"today", 0, false, "today()", N_("The day of the run in UTC, as 2026-11-21.")},
    {"date_of", 2, true, "date_of(text, order)",
     N_("The date as YYYY-MM-DD; order is 'ymd', 'dmy' or 'mdy'. NULL and issue date.invalid when it is "
        "no date.")},
    {"try_date", 2, false, "try_date(text, order)", N_("As date_of, without an issue.")},
    {"instant_of", 3, true, "instant_of(date, time, zone)",
     N_("The instant in UTC of a day (YYYY-MM-DD) and a wall-clock time (HH:MM or HH:MM:SS) in a time "
        "zone. A time that the clocks skipped is moved forward, one that came twice is the first; both "
        "with issue time.dst. NULL and issue time.invalid when unreadable.")},
    {"instant_utc", 1, true, "instant_utc(text)",
     N_("The instant in UTC of an ISO 8601 text, whose offset counts; without one it is UTC. NULL and "
        "issue time.invalid when unreadable.")},
    {"add_minutes", 2, true, "add_minutes(instant, n)",
     N_("The instant n minutes later, or earlier when n is negative. NULL and issue time.invalid or "
        "integer.invalid when unreadable.")},
    {"days_between", 2, false, "days_between(from, to)",
     N_("The days from one YYYY-MM-DD to another, negative when it is earlier; NULL when one of them is no date.")},
    {"dec_valid", 2, true, "dec_valid(x, scale)",
     N_("The decimal text of x rounded to scale digits, halves away from zero. NULL and issue "
        "decimal.invalid when unreadable.")},
    {"try_dec", 2, false, "try_dec(x, scale)", N_("As dec_valid, without an issue.")},
    {"dec_add", 2, false, "dec_add(a, b)", N_("The exact sum; NULL when a or b is no decimal.")},
    {"dec_sub", 2, false, "dec_sub(a, b)", N_("The exact difference; NULL when a or b is no decimal.")},
    {"dec_mul", 2, false, "dec_mul(a, b)", N_("The exact product; NULL when a or b is no decimal.")},
    {"dec_div", 3, false, "dec_div(a, b, scale)",
     N_("The quotient rounded to scale digits, halves to even; NULL when b is zero, or a or b is no "
        "decimal.")},
    {"dec_round", 2, false, "dec_round(x, scale)",
     N_("x rounded to scale digits, halves to even; NULL when x is no decimal.")},
    {"dec_cmp", 2, false, "dec_cmp(a, b)",
     N_("-1, 0 or 1 as a is below, equal to or above b; NULL when a or b is no decimal.")},
    {"dec_sum", 1, false, "dec_sum(x)",
     N_("The exact sum of many rows, also over a window. NULL rows are left out; no rows give NULL, and "
        "so does a row that is no decimal.")},
    {"hand_out", 2, false, "hand_out(key, wanted)",
     N_("Of many rows, by key: the number wanted when nobody has it, else the next after the highest given so far, "
        "with a minus sign. A row without key says that its number is gone. A JSON list in the order of the keys.")},
    {"pair_twins", 4, false, "pair_twins(key, day, done, most)",
     N_("Of many rows, those that are one thing twice: each row with done, by day and key, takes the latest row "
        "without it that is not taken, not later and at most so many days earlier; of one day the lowest key. "
        "A JSON list of [key taken, key of the row with done]; NULL when there is no pair.")},
    {"int_of", 1, true, "int_of(x)",
     N_("The integer in a number, without its fraction, or in the text of an integer. NULL and issue "
        "integer.invalid when it is none.")},
    {"try_int", 1, false, "try_int(x)", N_("As int_of, without an issue.")},
    {"email_of", 1, true, "email_of(text)",
     N_("The e-mail address, without blanks around it. NULL and issue email.invalid when it is no address.")},
    {"phone_of", 2, false, "phone_of(text, max_chars)",
     N_("The phone number on one line, without blanks around it and control characters, at most "
        "max_chars characters; NULL when nothing is left.")},
    {"text_of", 1, true, "text_of(x)",
     N_("Text as it is, numbers as text. NULL and issue text.not_text for bytes, and for what -> or "
        "json_extract() says is a JSON array or object.")},
    {"clean_text", 1, false, "clean_text(x)",
     N_("Text without control characters; line ends and tabs stay. Broken UTF-8 becomes U+FFFD.")},
    {"fold", 1, false, "fold(text)", N_("Text in lower case without accents.")},
    {"letters_of", 1, false, "letters_of(text)",
     N_("The letters and digits alone, in lower case, with their accents.")},
    {"lower_of", 1, false, "lower_of(text)", N_("Text in lower case, in any alphabet.")},
    {"upper_of", 1, false, "upper_of(text)", N_("Text in upper case, in any alphabet.")},
    {"row_id", 5, false, "row_id(entity, key, table, part, extra)",
     N_("The id that the row of an entity has in a table of the target, always the same; part and extra "
        "may be NULL or ''.")},
    {"uuid5", 2, false, "uuid5(namespace, name)",
     N_("The uuid of version 5 that a name has in a namespace, itself a uuid; NULL when that is none.")},
    {"secret", 1, false, "secret(name)",
     N_("64 hexadecimal digits that nobody can guess without the setting secret; the same for the same "
        "name.")},
    {"secret_uuid", 1, false, "secret_uuid(name)", N_("As secret, shaped as a uuid of version 4.")},
    {"cut_text", 2, false, "cut_text(text, n)", N_("The first n characters.")},
    {"similarity", 2, false, "similarity(a, b)",
     N_("How many words two labels share, 0 to 1: words of three letters or more, where one begins with "
        "the other, whatever the case and the accents.")},
    {"alert_category", 1, false, "alert_category(text)",
     N_("What a free text about a patient speaks of: allergy, medication, disease, anticoagulant, anesthesia, "
        "smoking, pregnancy, lactating, bruxism, administrative or general. With the setting repairs: full a "
        "negation in front of the word counts.")},
    {"alert_items", 1, false, "alert_items(text)",
     N_("What an allergy, a medication or a disease lists, as a JSON array of texts; empty for other "
        "categories.")},
    {"alert_lines", 1, false, "alert_lines(text)",
     N_("The lines of a note without blanks, dots and dashes around them, as a JSON array; empty ones are left "
        "out.")},
    {"alert_dose", 1, false, "alert_dose(text)",
     N_("The first dose of a medicine in the text, such as 850 mg; NULL when there is none.")},
    {0},
};

// In alphabetical order. Aggregates and window functions of these names are the same names.
// clang-format off
static const char *const sqlite_functions[] = {
    "->", "->>", "abs", "avg", "ceil", "ceiling", "char", "coalesce", "concat", "concat_ws", "count",
    "cume_dist", "dense_rank", "first_value", "floor", "format", "glob", "group_concat", "hex", "if",
    "ifnull", "iif", "instr", "json", "json_array", "json_array_length", "json_error_position",
    "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
    "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid", "lag",
    "last_value", "lead", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min",
    "mod", "nth_value", "ntile", "nullif", "octet_length", "percent_rank", "printf", "quote", "rank",
    "replace", "round", "row_number", "rtrim", "sign", "string_agg", "substr", "substring", "sum",
    "total", "trim", "trunc", "typeof", "unhex", "unicode", "unlikely", "upper", "zeroblob",
};
// clang-format on

const FunctionInfo *function_find(const char *name)
{
    for (const FunctionInfo *f = function_table; f->name; f++)
        if (!strcasecmp(f->name, name))
            return f;
    return NULL;
}

bool functions_allowed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(sqlite_functions); i++)
        if (!strcasecmp(sqlite_functions[i], name))
            return true;
    return function_find(name);
}
