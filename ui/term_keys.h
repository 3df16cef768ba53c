// From what a terminal sends to keys: characters in any encoding, sequences nobody knows, pasted text. No
// curses and no clock in here, so a test can type whatever it likes.
#ifndef UI_TERM_KEYS_H
#define UI_TERM_KEYS_H

#include "ui/keys.h"

enum {
    SENT_KEY = 0x200000,   // SENT_KEY + K_UP and so on: a key the terminal's description knows
    SEQUENCE_PAUSE_MS = 500, // so long a sequence that came in pieces may pause
    PASTE_MAX = 1 << 16,     // bytes of pasted text that are kept
};

// Zero-initialise it; term_keys_free() frees it.
typedef struct {
    int state, skip;      // of the sequence that is being read; bytes that follow it
    char parameters[8];   // of a sequence: "200"
    size_t n_parameters;
    int ready[4], n_ready; // keys that are understood
    char letter[8];        // bytes of a character that is not whole
    size_t n_letter;
    int64_t last_ms;
    bool lone;             // the last thing was an Esc of its own
    Buf paste;
    size_t closing;        // how much of the end of pasted text was seen
} TermKeys;

// Takes one byte, or SENT_KEY + a key.
void term_keys_take(TermKeys *k, int sent, int64_t now_ms);
// Nothing more waits: an Esc that nothing followed is the key Esc.
void term_keys_pause(TermKeys *k);
int term_keys_next(TermKeys *k); // K_NONE: none is ready
// The text of the last K_PASTE, line ends as \n; until the next byte is taken.
const char *term_keys_pasted(const TermKeys *k);
void term_keys_free(TermKeys *k);

#endif
