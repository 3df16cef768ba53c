#include "base/text.h"

#include <criterion/criterion.h>

typedef struct {
    Str text;
    bool valid;
} Bytes;

Test(text, knows_well_formed_utf8)
{
    static const Bytes cases[] = {
        {{"", 0}, true},
        {{"plain ASCII, longer than eight bytes", 36}, true},
        {{"Núñez 牙 🦷", 17}, true},
        {{"\0", 1}, true},
        {{"\xF4\x8F\xBF\xBF", 4}, true},  // U+10FFFF
        {{"\xF4\x90\x80\x80", 4}, false}, // past it
        {{"\xED\x9F\xBF", 3}, true},      // U+D7FF
        {{"\xED\xA0\x80", 3}, false},     // a surrogate
        {{"\xC0\x80", 2}, false},         // overlong forms
        {{"\xC1\xBF", 2}, false},
        {{"\xE0\x9F\xBF", 3}, false},
        {{"\xF0\x8F\xBF\xBF", 4}, false},
        {{"\xF8\x88\x80\x80\x80", 5}, false},
        {{"\xC3", 1}, false}, // cut off
        {{"\xE2\x82", 2}, false},
        {{"\xF0\x9F\xA6", 3}, false},
        {{"\x80", 1}, false}, // a tail alone
        {{"12345678\xFF", 9}, false},
        {{"12345678abc\xE9", 12}, false}, // Latin-1
        {{"\xC3(", 2}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_assert_eq(text_is_utf8(cases[i].text), cases[i].valid, "case %zu", i);
}

Test(text, counts_characters_not_bytes)
{
    cr_assert_eq(text_chars(STR("")), 0);
    cr_assert_eq(text_chars(STR("Núñez")), 5);
    cr_assert_eq(text_chars(STR("🦷")), 1);
    cr_assert_eq(text_chars((Str){NULL, 0}), 0);
}

Test(text, decodes_one_character)
{
    uint32_t code = 0;
    cr_assert_eq(text_decode(STR("ñx"), &code), 2);
    cr_assert_eq(code, 0xF1);
    cr_assert_eq(text_decode(STR("€"), &code), 3);
    cr_assert_eq(code, 0x20AC);
    cr_assert_eq(text_decode(STR("🦷"), &code), 4);
    cr_assert_eq(code, 0x1F9B7);
    cr_assert_eq(text_decode(STR("\x80"), &code), 0);
    cr_assert_eq(text_decode(STR(""), &code), 0);
}

Test(text, width_is_in_columns)
{
    cr_assert_eq(text_width(STR("Núñez")), 5);
    cr_assert_eq(text_width(STR("牙")), 2);
    cr_assert_eq(text_width(STR("e\xCC\x81")), 1); // e and a combining accent
    cr_assert_eq(text_width(STR("\x1B[0m")), 4);   // shown as ?[0m
    cr_assert_eq(text_width(STR("a\r\nb")), 3);
}

static void cleans(Str dirty, const char *clean)
{
    AUTO(buf_free) Buf out = {0};
    text_clean(&out, dirty);
    cr_assert_str_eq(buf_text(&out), clean);
}

Test(text, cleaning_leaves_nothing_a_terminal_obeys)
{
    cleans(STR("José Núñez 牙"), "José Núñez 牙");
    cleans(STR("\x1B[31mred\x1B]0;title\x07"), "?[31mred?]0;title?");
    cleans(STR("a\0b\x7F"), "a?b?");
    cleans(STR("\xC2\x9B"
               "2J"),
           "?2J"); // CSI of C1
    cleans(STR("a\r\nb\nc\rd\te"), "a b c d e");
    cleans(STR("x\xC2\x85y\xE2\x80\xA8z"), "x y z");        // NEL, LINE SEPARATOR
    cleans(STR("\xE2\x80\xAA\xE2\x80\xAE"), "??");          // U+202A, U+202E
    cleans(STR("\xE2\x81\xA6\xE2\x81\xA9"), "??");          // U+2066, U+2069
    cleans(STR("\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C"), "???"); // U+200E, U+200F, U+061C
    cleans(STR("caf\xE9 \xF0\x9F"), "caf? ??");
    cleans(STR("\xE2\x80\xAF\xE2\x81\xA5"), "\xE2\x80\xAF\xE2\x81\xA5"); // their neighbours stay
}

static void fits(const char *text, int width, bool right, const char *expected)
{
    AUTO(buf_free) Buf out = {0};
    text_fit(&out, str_of(text), width, right);
    cr_assert_str_eq(buf_text(&out), expected);
}

Test(text, fits_exactly)
{
    fits("abc", 5, false, "abc  ");
    fits("abc", 5, true, "  abc");
    fits("abc", 3, false, "abc");
    fits("abcd", 3, false, "ab~");
    fits("abcd", 3, true, "ab~");
    fits("abcd", 1, false, "~");
    fits("abcd", 0, false, "");
    fits("abcd", -2, false, "");
    fits("", 2, false, "  ");
    fits("牙牙", 3, false, "牙~");
    fits("牙牙", 2, false, "~ ");
    fits("Núñez", 4, false, "Núñ~");
    fits("a\nb", 4, false, "a b ");
}

Test(text, finds_the_word_that_was_meant)
{
    static const char *const words[] = {"patient", "payment", "provider", "", "id"};
    size_t n = ARRAY_LEN(words);
    cr_assert_str_eq(text_nearest("patiant", words, n), "patient");
    cr_assert_str_eq(text_nearest("patinet", words, n), "patient"); // neighbours swapped
    cr_assert_str_eq(text_nearest("PAYMENT", words, n), "payment");
    cr_assert_str_eq(text_nearest("payments", words, n), "payment");
    cr_assert_str_eq(text_nearest("di", words, n), "id");
    cr_assert_null(text_nearest("invoice", words, n));
    cr_assert_null(text_nearest("xy", words, n));
    cr_assert_null(text_nearest("", words, n));
    cr_assert_null(text_nearest("a", words, n));
    cr_assert_null(text_nearest("patient", words, 0));
    char long_word[101];
    for (size_t i = 0; i < 100; i++)
        long_word[i] = 'a';
    long_word[100] = 0;
    const char *const same[] = {long_word};
    cr_assert_null(text_nearest(long_word, same, 1));
}

Test(text, globs)
{
    cr_assert(text_glob("*", ""));
    cr_assert(text_glob("", ""));
    cr_assert(text_glob("patient.*", "patient.email"));
    cr_assert(text_glob("*.email", "patient.email"));
    cr_assert(text_glob("p*t*l", "patient.email"));
    cr_assert(text_glob("a?c", "abc"));
    cr_assert(text_glob("N??ez", "Núñez"));
    cr_assert(text_glob("*a*b", "aaaab"));
    cr_assert_not(text_glob("", "a"));
    cr_assert_not(text_glob("a?c", "ac"));
    cr_assert_not(text_glob("patient", "patient.email"));
    cr_assert_not(text_glob("*.email", "patient.emails"));
    cr_assert_not(text_glob("[ab]", "a"));
    // Many stars must not take for ever.
    cr_assert_not(text_glob("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void masks(const char *text, const char *expected)
{
    AUTO(buf_free) Buf out = {0};
    text_mask(&out, str_of(text));
    cr_assert_str_eq(buf_text(&out), expected);
}

Test(text, masks_all_but_the_first_letter)
{
    masks("Ana", "A**");
    masks("Ángel", "Á****");
    masks("Maximiliano Fernández", "M*******");
    masks("F", "*");
    masks("牙", "*");
    masks("", "");
    masks("  Eva ", "E**");
    masks("\x1B[31m", "?****");
}
