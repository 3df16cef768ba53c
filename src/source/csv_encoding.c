#include "source/csv_encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"

static bool converts(iconv_t to_utf8, unsigned char byte, Encoding *e)
{
    char in[1] = {(char)byte}, *from = in, *to = e->utf8[byte];
    size_t in_left = 1, out_left = sizeof e->utf8[byte];
    iconv(to_utf8, NULL, NULL, NULL, NULL);
    if (iconv(to_utf8, &from, &in_left, &to, &out_left) == (size_t)-1) {
        e->utf8_len[byte] = 0;
        return errno == EILSEQ;
    }
    e->utf8_len[byte] = (unsigned char)(sizeof e->utf8[byte] - out_left);
    return e->utf8_len[byte] > 0 && (byte > 0x7F || (e->utf8_len[byte] == 1 && e->utf8[byte][0] == in[0]));
}

// Units are told by what a line end becomes: iconv knows an encoding by many names. A byte order mark is written
// in front of the first alone.
static void find_unit(Encoding *e)
{
    iconv_t from_utf8 = iconv_open(e->name, "UTF-8");
    char bytes[16] = {0};
    size_t n = 0;
    if (from_utf8 == (iconv_t)-1)
        return;
    for (int i = 0; i < 2; i++) {
        char line_end[] = "\n", *from = line_end, *to = bytes;
        size_t left = 1, room = sizeof bytes;
        n = iconv(from_utf8, &from, &left, &to, &room) == (size_t)-1 ? 0 : sizeof bytes - room;
    }
    iconv_close(from_utf8);
    if (n != 2 && n != 4)
        return;
    e->unit = n;
    e->big = bytes[n - 1] == '\n';
}

bool encoding_open(const char *name, Encoding *out, Err *err)
{
    *out = (Encoding){.name = name, .unit = 1};
    if (strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0)
        return true;
    // Without the order of its bytes UTF-16 is what Windows writes; a byte order mark has been looked at before.
    if (strcasecmp(name, "utf-16") == 0 || strcasecmp(name, "utf16") == 0)
        out->name = name = "UTF-16LE";
    iconv_t to_utf8 = iconv_open("UTF-8", name);
    if (to_utf8 == (iconv_t)-1)
        return err_set(err, ERR_USAGE, _("encoding %s is not known"), name) ||
               err_hint(err, "%s", _("for example utf-8, windows-1252, iso-8859-15, cp850, utf-16"));
    bool bytes = true, high = false;
    for (int b = 0; b < 256 && bytes; b++) {
        bytes = converts(to_utf8, (unsigned char)b, out);
        high |= b > 0x7F && out->utf8_len[b];
    }
    iconv_close(to_utf8);
    out->kind = !bytes ? ENCODING_STREAM : high ? ENCODING_BYTES : ENCODING_UTF8;
    out->ascii_only = bytes && !high;
    if (out->kind == ENCODING_STREAM)
        find_unit(out);
    return true;
}

bool encoding_text(const Encoding *e, Str bytes, Buf *out)
{
    if (e->kind != ENCODING_BYTES) {
        buf_add(out, bytes);
        return text_is_utf8(bytes);
    }
    for (size_t i = 0; i < bytes.len; i++) {
        const unsigned char b = (unsigned char)bytes.at[i];
        if (!e->utf8_len[b])
            return false;
        buf_add(out, (Str){e->utf8[b], e->utf8_len[b]});
    }
    return true;
}

// How well a character fits between its neighbours in a text of western Europe.
static int fits(uint32_t c, bool letter_before, bool letter_behind, bool lower_before)
{
    static const uint32_t small[] = {0xE1, 0xE9, 0xED, 0xF3, 0xFA, 0xFC, 0xF1, 0xE7, 0xE0, 0xE8, 0xF2, 0xEF, 0xE3, 0xF5,
                                     0xE2, 0xEA, 0xF4, 0xB7},
                          signs[] = {0xBA, 0xAA, 0xBF, 0xA1, 0x20AC, 0xB0, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D,
                                     0x2026, 0xAB, 0xBB, 0xA0, 0xB4};
    bool in_word = letter_before || letter_behind;
    for (size_t i = 0; i < ARRAY_LEN(small); i++) {
        if (c == small[i])
            return in_word ? 4 : 1;
        if (c == small[i] - 0x20 && small[i] != 0xB7)
            return lower_before ? -2 : in_word ? 3 : 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (c == signs[i])
            return letter_before && letter_behind && c != 0x2019 && c != 0xB4 ? -3 : 2;
    if (c < 0xA0 || c == 0xFFFD)
        return -8; // a control character
    if (c >= 0x2500 && c < 0x2600)
        return -4; // lines and blocks
    return in_word ? -3 : -1;
}

static long score(const Encoding *e, Str text)
{
    long sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char b = (unsigned char)text.at[i];
        if (b < 0x80)
            continue;
        const unsigned char before = i ? (unsigned char)text.at[i - 1] : ' ',
                            behind = i + 1 < text.len ? (unsigned char)text.at[i + 1] : ' ';
        uint32_t c = 0xFFFD;
        if (e->utf8_len[b])
            text_decode((Str){e->utf8[b], e->utf8_len[b]}, &c);
        bool lower = before >= 'a' && before <= 'z';
        sum += fits(c, lower || (before >= 'A' && before <= 'Z'),
                    (behind >= 'a' && behind <= 'z') || (behind >= 'A' && behind <= 'Z'), lower);
    }
    return sum;
}

const char *encoding_detect_bytes(Str text, int *sure)
{
    static const char *const names[] = {"windows-1252", "iso-8859-15", "iso-8859-1", "cp850"};
    const char *best = names[0];
    long best_score = 0, second = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Encoding e;
        Err err = {0};
        if (!encoding_open(names[i], &e, &err))
            continue;
        long s = score(&e, text);
        if (i == 0 || s > best_score) {
            second = i ? best_score : s - 1;
            best_score = s;
            best = names[i];
        } else if (i == 3)
            second = MIN(second, s); // the three others agree on nearly all letters: cp850 is the real rival
    }
    *sure = best_score <= 0 ? 20 : best_score > 2 * MAX(second, 0) ? 90 : 60;
    return best;
}

// Pairs in which one byte is NUL and the other none, which ASCII in UTF-16 is made of.
static const char *detect_wide(Str head, int *sure)
{
    size_t le = 0, be = 0, pairs = MIN(head.len, 4096) / 2;
    for (size_t i = 0; i < pairs; i++) {
        le += head.at[2 * i] && !head.at[2 * i + 1];
        be += !head.at[2 * i] && head.at[2 * i + 1];
    }
    *sure = 90;
    if (pairs && le * 10 > pairs * 6 && !(be * 10 > pairs))
        return "utf-16le";
    if (pairs && be * 10 > pairs * 6 && !(le * 10 > pairs))
        return "utf-16be";
    return NULL;
}

const char *encoding_detect(Str head, bool whole, int *sure, size_t *bom)
{
    static const struct {
        const char *mark, *name;
        size_t len;
    } marks[] = {{"\xEF\xBB\xBF", "utf-8", 3}, {"\xFF\xFE", "utf-16le", 2}, {"\xFE\xFF", "utf-16be", 2}};
    *sure = 100;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (head.len >= marks[i].len && memcmp(head.at, marks[i].mark, marks[i].len) == 0) {
            *bom = marks[i].len;
            return marks[i].name;
        }
    }
    *bom = 0;
    const char *wide = detect_wide(head, sure);
    if (wide)
        return wide;
    Str text = head;
    // The sample may end inside a character.
    for (int cut = 0; !whole && cut < 3 && text.len && !text_is_utf8(text); cut++)
        text.len--;
    if (text_is_utf8(text)) {
        *sure = text_chars(text) < text.len ? 95 : 70; // of ASCII nothing speaks against UTF-8
        return "utf-8";
    }
    return encoding_detect_bytes(head, sure);
}
