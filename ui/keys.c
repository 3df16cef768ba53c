#include "ui/keys.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"

static const struct {
    const char *name;
    int key;
} named[] = {{"Tab", K_TAB},       {"Enter", K_ENTER},         {"Esc", K_ESC},       {"Backspace", K_BACKSPACE},
             {"Space", ' '},       {"Up", K_UP},               {"Down", K_DOWN},     {"Left", K_LEFT},
             {"Right", K_RIGHT},   {"PgUp", K_PAGE_UP},        {"PgDn", K_PAGE_DOWN}, {"Home", K_HOME},
             {"End", K_END},       {"Ins", K_INSERT},          {"Del", K_DELETE},    {"Shift-Tab", K_BACK_TAB},
             {"Paste", K_PASTE}};

int key_named(Str name)
{
    uint32_t code;
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (str_is(name, named[i].name))
            return named[i].key;
    if (name.len == 6 && str_starts(name, "Ctrl-"))
        return K_CTRL(name.at[5]);
    if (name.len > 1 && name.at[0] == 'F') {
        int n = 0;
        for (size_t i = 1; i < name.len && n < 100; i++)
            n = name.at[i] >= '0' && name.at[i] <= '9' ? n * 10 + name.at[i] - '0' : 100;
        return n >= 1 && n <= 12 ? K_F1 + n - 1 : K_NONE;
    }
    return name.len && text_decode(name, &code) == name.len ? (int)code : K_NONE;
}

const char *key_name(Arena *a, int key)
{
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (named[i].key == key)
            return named[i].name;
    if (key >= K_F1 && key <= K_F12)
        return arena_text(a, "F%d", key - K_F1 + 1);
    if (key > 0 && key < ' ')
        return arena_text(a, "Ctrl-%c", key + '@');
    AUTO(buf_free) Buf text = {0};
    if (key > 0 && key < K_UP)
        text_encode(&text, (uint32_t)key);
    return str_keep(a, buf_str(&text));
}

const char *keys_first(Arena *a, const char *keys)
{
    return arena_text(a, "%.*s", (int)strcspn(keys, " "), keys);
}

int keys_find(const Binding *table, int key, const Binding **binding)
{
    for (const Binding *b = table; b && b->keys; b++) {
        Str rest = str_of(b->keys), name;
        while (str_cut(&rest, ' ', &name))
            if (key_named(name) == key && key != K_NONE) {
                if (binding)
                    *binding = b;
                return b->action;
            }
    }
    return ACT_NONE;
}

const Binding keys_everywhere[] = {
    {"Up k", ACT_UP, NULL, N_("move up"), NULL, false},
    {"Down j", ACT_DOWN, NULL, N_("move down"), NULL, false},
    {"Left h", ACT_LEFT, NULL, N_("fold, or scroll to the left"), NULL, false},
    {"Right l", ACT_RIGHT, NULL, N_("unfold, or scroll to the right"), NULL, false},
    {"PgUp Ctrl-B", ACT_PAGE_UP, NULL, N_("a page up"), NULL, false},
    {"PgDn Ctrl-F", ACT_PAGE_DOWN, NULL, N_("a page down"), NULL, false},
    {"Ctrl-U", ACT_HALF_UP, NULL, N_("half a page up"), NULL, false},
    {"Ctrl-D", ACT_HALF_DOWN, NULL, N_("half a page down"), NULL, false},
    {"Home g", ACT_FIRST, NULL, N_("first row"), NULL, false},
    {"End G", ACT_LAST, NULL, N_("last row"), NULL, false},
    {"Enter", ACT_OPEN, NULL, N_("open"), NULL, false},
    {"Esc", ACT_CLOSE, NULL, N_("close what is innermost: filter, marks, screen"), NULL, false},
    {"q F10", ACT_BACK, N_("back"), N_("back to the screen before; a run goes on"), NULL, false},
    {"Q", ACT_LEAVE, NULL, N_("leave mudanza; a run goes on"), NULL, false},
    {"Tab", ACT_NEXT_TAB, NULL, N_("next tab or pane"), NULL, false},
    {"Shift-Tab", ACT_PREV_TAB, NULL, N_("previous tab or pane"), NULL, false},
    {"1", ACT_TAB_1, NULL, NULL, NULL, false},
    {"2", ACT_TAB_1 + 1, NULL, NULL, NULL, false},
    {"3", ACT_TAB_1 + 2, NULL, NULL, NULL, false},
    {"4", ACT_TAB_1 + 3, NULL, NULL, NULL, false},
    {"5", ACT_TAB_1 + 4, NULL, NULL, NULL, false},
    {"6", ACT_TAB_1 + 5, NULL, NULL, NULL, false},
    {"7", ACT_TAB_1 + 6, NULL, NULL, NULL, false},
    {"8", ACT_TAB_1 + 7, NULL, NULL, NULL, false},
    {"9", ACT_TAB_9, NULL, NULL, NULL, false},
    {"/ F3", ACT_FILTER, NULL, N_("filter what is shown; Esc takes it away"), NULL, false},
    {"n", ACT_NEXT, NULL, N_("next match or record"), NULL, false},
    {"p N", ACT_PREVIOUS, NULL, N_("previous match or record"), NULL, false},
    {"Space Ins", ACT_MARK, NULL, N_("mark the row, or take its mark away"), NULL, false},
    {"*", ACT_MARK_ALL, NULL, N_("mark all rows that are shown; again: none"), NULL, false},
    {"s", ACT_SORT, NULL, N_("sort by the next column"), NULL, false},
    {"S", ACT_SORT_BACK, NULL, N_("sort the other way round"), NULL, false},
    {"? F1", ACT_HELP, N_("help"), N_("this help"), "mudanza help keys", false},
    {": F9", ACT_PALETTE, NULL, N_("type what to do"), NULL, false},
    {"F6", ACT_MESSAGES, NULL, N_("messages: what was said, newest first"), NULL, false},
    {"y", ACT_COPY, NULL, N_("copy"), NULL, false},
    {"P", ACT_PRINT, NULL, N_("write what is shown into a file of the state folder"), NULL, true},
    {"M", ACT_MASK, NULL, N_("show values, or mask them again; showing them is written to the audit log"), NULL, false},
    {"u", ACT_UNDO, NULL, N_("take back your last decision"), "mudanza warnings reopen CLINIC", true},
    {"%", ACT_MOUSE, NULL, N_("the mouse wheel moves the cursor; again: it selects text"), NULL, false},
    {"Ctrl-L", ACT_REDRAW, NULL, N_("paint the screen anew"), NULL, false},
    {"Ctrl-R", ACT_REREAD, NULL, N_("read again from disk"), NULL, false},
    {"Ctrl-Z", ACT_SUSPEND, NULL, N_("suspend; `fg` comes back"), NULL, false},
    {"C", ACT_GO_CLINICS, NULL, N_("go to the clinics"), "mudanza clinics list", false},
    {"B", ACT_GO_BOARD, NULL, N_("go to the board"), "mudanza status CLINIC", false},
    {"W F7", ACT_GO_WARNINGS, NULL, N_("go to the warnings"), "mudanza warnings list CLINIC", false},
    {"L", ACT_GO_LINKS, NULL, N_("go to the links: what catalogue items stand for in the target"),
     "mudanza links list CLINIC", false},
    {"A F8", ACT_GO_AUTOPILOT, NULL, N_("go to the autopilot: the run under way, or start one"),
     "mudanza monitor CLINIC", false},
    {"E F2", ACT_GO_CONFIG, NULL, N_("go to the configuration"), "mudanza config validate CLINIC", false},
    {"R", ACT_GO_REPORT, NULL, N_("go to the report"), "mudanza report CLINIC", false},
    {"J", ACT_GO_JOURNAL, NULL, N_("go to the journal: what anybody did"), "mudanza runs CLINIC", false},
    {0},
};
