// The terminal. term.c is the only file that includes <curses.h>.
#ifndef UI_TERM_H
#define UI_TERM_H

#include "ui/canvas.h"
#include "base/err.h"

typedef struct {
    bool color;       // false: NO_COLOR, --color never; attributes alone
    const char *theme; // default, mono, light, cvd; NULL: default
    const char *log_path; // where standard error goes while the screen is up; NULL: nowhere
} TermOptions;

// What can be said of the terminal without opening it. name: of the description that would be taken; NULL: none.
typedef struct {
    const char *name;
    bool places_cursor, unicode;
    int colors;
} TermFacts;
TermFacts term_facts(void);

// Fails with ERR_USAGE when there is no terminal that can place a cursor; err says what was tried.
bool term_open(const TermOptions *o, Err *err) MUST_CHECK;
void term_close(void); // everything as it was; fine when it is not open
// Whether ASCII is all this terminal and locale can show.
bool term_unicode(void);
const char *term_name(void); // of the description that was taken: TERM, or what stands in for it
int term_fd(void);
void term_size(int *rows, int *cols);
void term_resize(void);         // after SIGWINCH
int term_key(void);             // a key of ui/keys.h, or K_NONE when none waits
const char *term_pasted(void);  // of the last K_PASTE
void term_show(const Surface *s); // curses sends what differs
void term_redraw(void);           // the next term_show sends everything
void term_suspend(void);          // Ctrl-Z: hands the terminal back, stops, comes back
void term_leave(void), term_return(void); // around a program in the foreground
void term_copy(const char *text); // to the clipboard: tmux or OSC 52
void term_mouse(bool on);
void term_gone(void); // the terminal is lost: no call of curses any more

#endif
