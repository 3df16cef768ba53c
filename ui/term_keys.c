#include "ui/term_keys.h"

#include <string.h>
#include <wchar.h>

enum {
    PLAIN,
    AFTER_ESC,
    CSI,     // ESC [ ... letter
    CSI_BOX, // ESC [ [ letter: F keys of the Linux console
    SS3,     // ESC O ... letter
    STRING,  // ESC ] P _ ^ ... until BEL or ESC \, answers to questions somebody else asked
    STRING_ESC,
    PASTING,
};

// A terminal that lost a piece of a sequence shall not swallow what is typed after it. 'O' is a key as well as
// the beginning of a sequence, so it belongs to an Esc that has been told only when no hand is that fast.
enum { LONE_O_MS = 100, STRING_PAUSE_MS = 100 };

static const char paste_end[] = "\033[201~";

static void ready(TermKeys *k, int key)
{
    if ((size_t)k->n_ready < ARRAY_LEN(k->ready))
        k->ready[k->n_ready++] = key;
}

static void pasted(TermKeys *k)
{
    k->state = PLAIN;
    k->closing = 0;
    ready(k, K_PASTE);
}

static void paste_byte(TermKeys *k, char c)
{
    if (k->paste.len < PASTE_MAX)
        buf_add_char(&k->paste, c == '\r' ? '\n' : c);
}

static void take_pasted(TermKeys *k, int sent)
{
    if (sent >= SENT_KEY)
        return; // a sequence inside of the text
    if (sent == paste_end[k->closing]) {
        if (++k->closing == sizeof paste_end - 1)
            pasted(k);
        return;
    }
    for (size_t i = 1; i < k->closing; i++) // what looked like the end was text; its ESC is dropped
        paste_byte(k, paste_end[i]);
    k->closing = sent == paste_end[0];
    if (!k->closing)
        paste_byte(k, (char)sent);
}

static void csi_ends(TermKeys *k, int final)
{
    k->state = PLAIN;
    if (final == '~' && k->n_parameters == 3 && !memcmp(k->parameters, "200", 3)) {
        buf_clear(&k->paste);
        k->closing = 0;
        k->state = PASTING;
    } else if (!(final == '~' && k->n_parameters == 3 && !memcmp(k->parameters, "201", 3))) {
        k->skip = final == 'M' && !k->n_parameters ? 3 : 0; // a click of the mouse nobody asked for
        ready(k, K_OTHER);
    }
}

// No sequence holds such a byte: what was begun is nothing, and an Esc begins another one.
static void broken_off(TermKeys *k, int byte)
{
    k->state = byte == K_ESC ? AFTER_ESC : PLAIN;
    ready(k, K_OTHER);
}

static void take_csi(TermKeys *k, int byte)
{
    if (byte == '[' && !k->n_parameters) {
        k->state = CSI_BOX;
    } else if (byte >= 0x40 && byte <= 0x7E) {
        csi_ends(k, byte);
    } else if (byte >= 0x20 && byte <= 0x3F) {
        if (k->n_parameters < sizeof k->parameters)
            k->parameters[k->n_parameters++] = (char)byte;
    } else {
        broken_off(k, byte);
    }
}

// ESC O 5 P, ESC [ [ A: digits, then a letter ends it.
static void take_short(TermKeys *k, int byte)
{
    if (byte < 0x20 || byte >= 0x7F)
        broken_off(k, byte);
    else if (byte >= 0x40 || k->state == CSI_BOX)
        broken_off(k, 0);
}

static void take_string(TermKeys *k, int byte)
{
    if (byte == 7 || (k->state == STRING_ESC && byte == '\\')) {
        k->state = PLAIN;
        ready(k, K_OTHER);
    } else {
        k->state = byte == K_ESC ? STRING_ESC : STRING;
    }
}

// A character, as the locale of this process writes it.
static void take_letter(TermKeys *k, int byte)
{
    k->letter[k->n_letter++] = (char)byte;
    wchar_t c = 0;
    mbstate_t fresh = {0};
    size_t used = mbrtowc(&c, k->letter, k->n_letter, &fresh);
    if (used == (size_t)-2 && k->n_letter < sizeof k->letter)
        return;
    k->n_letter = 0;
    ready(k, used < (size_t)-2 && c >= 0xA0 ? (int)c : K_OTHER);
}

static void take_plain(TermKeys *k, int byte)
{
    if (k->n_letter && (byte < 0x80 || byte >= SENT_KEY)) { // the rest of it never came
        k->n_letter = 0;
        ready(k, K_OTHER);
    }
    if (byte >= SENT_KEY)
        ready(k, byte - SENT_KEY);
    else if (byte >= 0x80)
        take_letter(k, byte);
    else if (byte == K_ESC)
        k->state = AFTER_ESC;
    else if (byte == 8)
        ready(k, K_BACKSPACE);
    else
        ready(k, byte ? byte : K_OTHER);
}

// false: the byte after an Esc begins no sequence.
static bool begins_sequence(TermKeys *k, int byte)
{
    k->n_parameters = 0;
    if (byte == '[')
        k->state = CSI;
    else if (byte == 'O')
        k->state = SS3;
    else if (byte == ']' || byte == 'P' || byte == '_' || byte == '^')
        k->state = STRING;
    else
        return false;
    return true;
}

static void after_esc(TermKeys *k, int byte)
{
    if (begins_sequence(k, byte))
        return;
    k->state = PLAIN;
    ready(k, K_ESC); // and a key after it: Alt, or two keys in one packet of a slow line
    take_plain(k, byte);
}

// What stopped in the middle is over after a pause; what was pasted is then pasted.
static void forget_old(TermKeys *k, int64_t pause_ms)
{
    bool string = k->state == STRING || k->state == STRING_ESC;
    if (pause_ms <= (string ? STRING_PAUSE_MS : SEQUENCE_PAUSE_MS))
        return;
    if (k->state == PASTING)
        pasted(k);
    k->state = PLAIN;
    k->skip = 0;
    k->n_letter = 0;
}

void term_keys_take(TermKeys *k, int sent, int64_t now_ms)
{
    int64_t pause = now_ms - k->last_ms;
    bool lone = k->lone;
    k->last_ms = now_ms;
    k->lone = false;
    forget_old(k, pause);
    if (k->state == PLAIN && k->skip > 0) {
        k->skip--;
    } else if (k->state == PASTING) {
        take_pasted(k, sent);
    } else if (sent >= SENT_KEY) {
        if (k->state == AFTER_ESC)
            ready(k, K_ESC);
        k->state = PLAIN;
        take_plain(k, sent);
    } else if (k->state == PLAIN) {
        // an Esc that was told already turns out to be the beginning of a sequence in pieces
        bool late = lone && (sent == '[' ? pause <= SEQUENCE_PAUSE_MS : sent == 'O' && pause <= LONE_O_MS);
        if (!late || !begins_sequence(k, sent))
            take_plain(k, sent);
    } else if (k->state == AFTER_ESC) {
        after_esc(k, sent);
    } else if (k->state == CSI) {
        take_csi(k, sent);
    } else if (k->state == STRING || k->state == STRING_ESC) {
        take_string(k, sent);
    } else {
        take_short(k, sent);
    }
}

void term_keys_pause(TermKeys *k)
{
    if (k->state != AFTER_ESC)
        return;
    k->state = PLAIN;
    k->lone = true;
    ready(k, K_ESC);
}

int term_keys_next(TermKeys *k)
{
    if (!k->n_ready)
        return K_NONE;
    int key = k->ready[0];
    memmove(k->ready, k->ready + 1, (size_t)--k->n_ready * sizeof *k->ready);
    return key;
}

const char *term_keys_pasted(const TermKeys *k)
{
    return buf_text(&k->paste);
}

void term_keys_free(TermKeys *k)
{
    buf_free(&k->paste);
    *k = (TermKeys){0};
}
