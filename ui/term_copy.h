// Into the clipboard of whoever sits at the terminal, however far away: tmux, or OSC 52 to the terminal itself.
#ifndef UI_TERM_COPY_H
#define UI_TERM_COPY_H

#include "base/str.h"

// Gives the text to the tmux we run in. false: we run in none, or it would not.
bool copy_by_tmux(const char *text);
// What tells the terminal to take the text, through GNU screen when we run in it. false: it is longer than
// terminals take.
bool copy_sequence(const char *text, Buf *out);

#endif
