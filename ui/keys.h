// Keys and what they do. One table a screen drives dispatch, footer, help, and is checked against mudanza(1).
//
// Letters are commands, capitals go to screens, the same letter means the same everywhere (mudanza(1), KEYS).
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "base/str.h"

// A key: a Unicode character, or one of these above them.
enum {
    K_NONE = 0,
    K_TAB = 9,
    K_ENTER = 13,
    K_ESC = 27,
    K_BACKSPACE = 127,
    K_UP = 0x110000,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_HOME,
    K_END,
    K_INSERT,
    K_DELETE,
    K_BACK_TAB,
    K_F1, // K_F1 + n - 1 is Fn
    K_F12 = K_F1 + 11,
    K_PASTE, // pasted text, which app_pasted() has: no command ever
    K_OTHER, // a sequence nobody knows, swallowed whole
};
#define K_CTRL(letter) ((letter) & 0x1F)

typedef enum {
    ACT_NONE,
    ACT_UP,
    ACT_DOWN,
    ACT_LEFT,
    ACT_RIGHT,
    ACT_PAGE_UP,
    ACT_PAGE_DOWN,
    ACT_HALF_UP,
    ACT_HALF_DOWN,
    ACT_FIRST,
    ACT_LAST,
    ACT_OPEN,      // Enter
    ACT_CLOSE,     // Esc: the innermost thing
    ACT_BACK,      // q
    ACT_LEAVE,     // Q
    ACT_NEXT_TAB,
    ACT_PREV_TAB,
    ACT_TAB_1, // ACT_TAB_1 + n - 1
    ACT_TAB_9 = ACT_TAB_1 + 8,
    ACT_FILTER,
    ACT_NEXT,      // n: match, record
    ACT_PREVIOUS,  // p or N
    ACT_MARK,
    ACT_MARK_ALL,
    ACT_SORT,
    ACT_SORT_BACK,
    ACT_HELP,
    ACT_PALETTE,
    ACT_MESSAGES,
    ACT_COPY,
    ACT_PRINT,
    ACT_MASK,
    ACT_MOUSE,
    ACT_UNDO,
    ACT_REDRAW,
    ACT_REREAD,
    ACT_SUSPEND,
    ACT_GO_CLINICS,
    ACT_GO_BOARD,
    ACT_GO_WARNINGS,
    ACT_GO_AUTOPILOT,
    ACT_GO_CONFIG,
    ACT_GO_REPORT,
    ACT_GO_JOURNAL,
    ACT_GO_LINKS,
    ACT_NEW,
    ACT_RUN,       // x
    ACT_DRY_RUN,   // d
    ACT_WHY,       // w
    ACT_VIEW,      // v: other view
    ACT_BEHIND,    // o: log, source, origin
    ACT_FOLD_ALL,
    ACT_QUICK_FILTER,
    ACT_DANGER,
    ACT_MORE,
    ACT_EDIT,      // e: $EDITOR
    ACT_FIX,
    ACT_TEST,
    ACT_RESOLVE,
    ACT_IGNORE,
    ACT_NOTE,
    ACT_REOPEN,
    ACT_ASK,
    ACT_ASSIGN,
    ACT_COMPARE,
    ACT_PAUSE,
    ACT_STOP,
    ACT_FOLLOW,
    ACT_YES,
    ACT_OWN, // what a screen alone has: ACT_OWN + n
} Action;

typedef struct {
    const char *keys; // "x F5": names with blanks between; the first one is shown. Terminated by NULL
    int action;
    const char *hint; // in the footer, most important first; NULL: not there. N_()
    const char *help; // one sentence; N_()
    const char *twin; // the command line's way, CLINIC for the clinic: "mudanza run CLINIC"; NULL: none
    bool writes;      // needs more than --read-only
} Binding;

extern const Binding keys_everywhere[];

// The action of a key by a table; ACT_NONE: it has none there. *binding may be NULL.
int keys_find(const Binding *table, int key, const Binding **binding);
// "Enter", "Ctrl-L", "F5", "x": what tables and manual call a key. In a.
const char *key_name(Arena *a, int key);
int key_named(Str name); // K_NONE: no key is called so
const char *keys_first(Arena *a, const char *keys); // the first of a binding's keys

#endif
