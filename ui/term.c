#include "ui/term.h"

#define key_name curses_key_name // ours is another one
#include <curses.h>
#undef key_name
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/date.h"
#include "base/intl.h"
#include "ui/term_copy.h"
#include "ui/term_crash.h"
#include "ui/term_keys.h"
#include "ui/theme.h"

enum { ESC_WAIT_MS = 25 }; // an arrow key over a slow line may come in two pieces

// There is one terminal a process: it is where curses keeps its own state, and what signals end for.
static struct {
    SCREEN *screen; // NULL: not open
    bool gone;      // lost: no call of curses any more
    bool unicode;
    const char *name; // of terminfo, that was taken
    char paste_on[16], paste_off[16];
    struct termios modes;
    int saved_error, log; // standard error as it was; where it goes meanwhile
    attr_t attributes[ROLES][2];
    short pairs[ROLES][2];
    TermKeys keys;
} term;

static bool is_up(void)
{
    return term.screen && !term.gone && crash_armed(); // a sanitizer may be reporting what another thread did
}

static void send_text(const char *text)
{
    for (size_t n = strlen(text); n > 0;) {
        ssize_t put = write(STDOUT_FILENO, text, n);
        if (put < 0 && errno != EINTR)
            return; // a lost terminal is told by poll()
        if (put > 0) {
            text += put;
            n -= (size_t)put;
        }
    }
}

// ---- Which terminal --------------------------------------------------------------------------------

static const char *capability(const char *name)
{
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

typedef enum { TERM_UNKNOWN, TERM_DUMB, TERM_FINE } TermKind;

static TermKind kind_of(const char *name)
{
    int rc;
    if (setupterm(name, STDOUT_FILENO, &rc) != OK)
        return TERM_UNKNOWN;
    TermKind kind = capability("cup") ? TERM_FINE : TERM_DUMB;
    del_curterm(cur_term);
    return kind;
}

static bool choose_name(Err *err)
{
    static const char *const others[] = {"screen-256color", "xterm-256color", "xterm", "vt100"};
    const char *asked = getenv("TERM");
    TermKind kind = asked && *asked ? kind_of(asked) : TERM_UNKNOWN;
    if (kind == TERM_DUMB) {
        err_set(err, ERR_USAGE, _("a terminal of the type %s cannot place a cursor, as the screens must"), asked);
        return err_hint(err, _("set TERM to what the terminal is, or use commands: `mudanza help` lists them"));
    }
    term.name = kind == TERM_FINE ? asked : NULL;
    for (size_t i = 0; !term.name && i < ARRAY_LEN(others); i++)
        if (kind_of(others[i]) == TERM_FINE)
            term.name = others[i];
    if (term.name)
        return true;
    err_set(err, ERR_USAGE, _("no description of a terminal was found: neither of %s nor of screen-256color, xterm or vt100"),
            asked && *asked ? asked : "TERM");
    return err_hint(err, _("install ncurses-base, or use commands: `mudanza help` lists them"));
}

// The Linux console and old terminals have too few characters in their fonts.
static bool shows_unicode(void)
{
    return !strcmp(nl_langinfo(CODESET), "UTF-8") && strncmp(term.name, "linux", 5) != 0 &&
           strncmp(term.name, "vt", 2) != 0;
}

TermFacts term_facts(void)
{
    Err err = {0};
    int rc;
    if (!choose_name(&err) || setupterm(term.name, STDOUT_FILENO, &rc) != OK)
        return (TermFacts){.name = getenv("TERM")};
    TermFacts facts = {term.name, true, shows_unicode(), MAX(tigetnum("colors"), 0)};
    del_curterm(cur_term);
    return facts;
}

// ---- What restores it ------------------------------------------------------------------------------------

// Without the notes on how long an old terminal needs: "\E[m\017$<2>".
static void add_capability(Buf *b, const char *name)
{
    const char *text = capability(name);
    while (text && *text) {
        const char *end = strncmp(text, "$<", 2) ? NULL : strchr(text, '>');
        if (end)
            text = end + 1;
        else
            buf_add_char(b, *text++);
    }
}

static void note_restore(void)
{
    bool screens = capability("rmcup");
    // most descriptions lack it, all terminals that have a second screen know it
    const char *on = capability("BE"), *off = capability("BD");
    snprintf(term.paste_on, sizeof term.paste_on, "%s", on ? on : screens ? "\033[?2004h" : "");
    snprintf(term.paste_off, sizeof term.paste_off, "%s", off ? off : screens ? "\033[?2004l" : "");
    AUTO(buf_free) Buf b = {0};
    add_capability(&b, "sgr0");
    add_capability(&b, "rmkx");
    if (capability("kmous"))
        buf_add_text(&b, "\033[?1006l\033[?1000l");
    buf_add_text(&b, term.paste_off);
    add_capability(&b, "cnorm");
    add_capability(&b, "rmcup");
    if (!screens)
        buf_add_text(&b, "\r\n");
    crash_arm(STDOUT_FILENO, buf_str(&b), &term.modes, term.saved_error);
}

// What libraries print while the screen is up would stand in the middle of it.
static void catch_errors(const char *log_path)
{
    term.saved_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    term.log = log_path ? open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (term.log < 0)
        term.log = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(term.log, STDERR_FILENO);
}

static void release_errors(void)
{
    dup2(term.saved_error, STDERR_FILENO);
    close(term.saved_error);
    close(term.log);
}

// ---- Opening ---------------------------------------------------------------------------------------------

// The nine that terminals send and terminfo does not know: F keys of PuTTY and of the Linux console.
static void define_keys(void)
{
    static const struct {
        const char *sequence;
        int key;
    } keys[] = {
        {"\033[11~", KEY_F(1)}, {"\033[12~", KEY_F(2)}, {"\033[13~", KEY_F(3)},
        {"\033[14~", KEY_F(4)}, {"\033[[A", KEY_F(1)},  {"\033[[B", KEY_F(2)},
        {"\033[[C", KEY_F(3)},  {"\033[[D", KEY_F(4)},  {"\033[[E", KEY_F(5)},
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        define_key(keys[i].sequence, keys[i].key);
}

static void set_looks(const TermOptions *o)
{
    static const attr_t attributes[] = {A_BOLD, A_DIM, A_UNDERLINE, A_REVERSE}; // by the bits of Look
    bool color = o->color && has_colors() && start_color() == OK && COLORS >= 8;
    int back = color && use_default_colors() == OK ? -1 : COLOR_BLACK;
    for (short c = 0; color && c < 8; c++)
        init_pair((short)(c + 1), c, (short)back);
    const char *theme = color ? o->theme : "mono";
    for (size_t i = 0; i < ROLES * 2; i++) {
        Role role = (Role)(i / 2);
        Look look = theme_look(theme, role, i % 2);
        term.pairs[role][i % 2] = (short)(color ? look.color + 1 : 0);
        term.attributes[role][i % 2] = 0;
        for (size_t bit = 0; bit < ARRAY_LEN(attributes); bit++)
            if (look.attributes & (1U << bit))
                term.attributes[role][i % 2] |= attributes[bit];
    }
}

bool term_open(const TermOptions *o, Err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        err_set(err, ERR_USAGE, _("the screens need a terminal for input and output"));
        return err_hint(err, _("`mudanza help` lists what works without one"));
    }
    if (tcgetattr(STDIN_FILENO, &term.modes) != 0)
        return err_sys(err, ERR_INTERNAL, _("cannot ask the terminal for its modes"));
    if (!choose_name(err))
        return false;
    use_env(FALSE); // LINES and COLUMNS of the environment are often old
    use_tioctl(TRUE);
    term.screen = newterm(term.name, stdout, stdin);
    if (!term.screen)
        return err_set(err, ERR_USAGE, _("curses cannot use a terminal of the type %s"), term.name);
    term.gone = false;
    term.unicode = shows_unicode();
    catch_errors(o->log_path);
    note_restore();
    raw(); // Ctrl-C, Ctrl-Z and Ctrl-S are keys
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    if (!getenv("ESCDELAY"))
        set_escdelay(ESC_WAIT_MS);
    define_keys();
    set_looks(o);
    mouseinterval(0);
    send_text(term.paste_on);
    return true;
}

void term_close(void)
{
    if (is_up()) {
        send_text(term.paste_off);
        endwin();
        delscreen(term.screen);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &term.modes);
    } else if (!term.screen) {
        return;
    }
    crash_disarm();
    release_errors();
    term_keys_free(&term.keys);
    term.screen = NULL;
}

void term_gone(void)
{
    term.gone = true;
    crash_restore(); // in case it is another one who only said so
}

const char *term_name(void)
{
    return term.name;
}

bool term_unicode(void)
{
    return term.unicode;
}

int term_fd(void)
{
    return STDIN_FILENO;
}

// ---- Size, suspension, programs in the foreground ------------------------------------------------------------

void term_size(int *rows, int *cols)
{
    *rows = is_up() ? getmaxy(stdscr) : 1;
    *cols = is_up() ? getmaxx(stdscr) : 1;
}

void term_resize(void)
{
    struct winsize size;
    if (!is_up() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
        return;
    if (size.ws_row != getmaxy(stdscr) || size.ws_col != getmaxx(stdscr))
        resizeterm(size.ws_row, size.ws_col);
    clearok(curscr, TRUE);
}

void term_redraw(void)
{
    if (is_up())
        clearok(curscr, TRUE);
}

void term_leave(void)
{
    if (!is_up())
        return;
    send_text(term.paste_off);
    endwin();
    dup2(term.saved_error, STDERR_FILENO);
}

void term_return(void)
{
    if (!is_up())
        return;
    dup2(term.log, STDERR_FILENO);
    refresh(); // sets the modes of the terminal again
    send_text(term.paste_on);
    term_resize();
}

void term_suspend(void)
{
    term_leave();
    struct sigaction stop = {.sa_handler = SIG_DFL}, before;
    sigemptyset(&stop.sa_mask);
    sigaction(SIGTSTP, &stop, &before);
    kill(0, SIGTSTP); // as the terminal would: whoever started us in the same job stops too
    sigaction(SIGTSTP, &before, NULL);
    term_return();
}

// ---- Keys ------------------------------------------------------------------------------------------------------

// What curses calls a key, as ours; 0: nothing a person pressed.
static int key_of(int code)
{
    static const struct {
        int code, key;
    } keys[] = {
        {KEY_UP, K_UP},          {KEY_DOWN, K_DOWN},       {KEY_LEFT, K_LEFT},   {KEY_RIGHT, K_RIGHT},
        {KEY_PPAGE, K_PAGE_UP},  {KEY_NPAGE, K_PAGE_DOWN}, {KEY_A3, K_PAGE_UP},  {KEY_C3, K_PAGE_DOWN},
        {KEY_HOME, K_HOME},      {KEY_END, K_END},         {KEY_FIND, K_HOME},   {KEY_SELECT, K_END},
        {KEY_A1, K_HOME},        {KEY_C1, K_END},          {KEY_IC, K_INSERT},   {KEY_DC, K_DELETE},
        {KEY_BTAB, K_BACK_TAB},  {KEY_ENTER, K_ENTER},     {KEY_BACKSPACE, K_BACKSPACE},
    };
    if (code == KEY_RESIZE)
        return 0;
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return K_F1 + code - KEY_F(1);
    MEVENT event;
    if (code == KEY_MOUSE && getmouse(&event) == OK && (event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)))
        return event.bstate & BUTTON4_PRESSED ? K_UP : K_DOWN;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].code == code)
            return keys[i].key;
    return K_OTHER;
}

int term_key(void)
{
    while (is_up()) {
        int key = term_keys_next(&term.keys);
        if (key)
            return key;
        int sent = wgetch(stdscr);
        if (sent == ERR) {
            term_keys_pause(&term.keys);
            return term_keys_next(&term.keys);
        }
        if (sent >= KEY_MIN) {
            sent = key_of(sent);
            if (!sent)
                continue;
            sent += SENT_KEY;
        }
        term_keys_take(&term.keys, sent, steady_now() / 1000);
    }
    return K_NONE;
}

const char *term_pasted(void)
{
    return term_keys_pasted(&term.keys);
}

void term_mouse(bool on)
{
    if (is_up())
        mousemask(on ? BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

// ---- Cells ---------------------------------------------------------------------------------------------------------

// As the terminal has it: a character whose width this machine and we do not agree on would push the rest of
// the line aside.
static void cell_shown(const Cell *cell, bool wide, cchar_t *out)
{
    wchar_t text[4] = {(wchar_t)cell->ch[0], (wchar_t)cell->ch[1], (wchar_t)cell->ch[2], 0};
    if (wcwidth(text[0]) != 1 + wide)
        wmemcpy(text, L"?", 2);
    for (size_t i = 1; i < 3 && text[i]; i++)
        if (wcwidth(text[i]) != 0)
            text[i] = 0;
    size_t look = cell->role < ROLES ? cell->role : ROLE_TEXT;
    setcchar(out, text, term.attributes[look][cell->selected], term.pairs[look][cell->selected], NULL);
}

static void show_row(const Surface *s, int y, int cols)
{
    static const Cell blank = {.ch = {' '}};
    const Cell *row = s->cells + (size_t)y * (size_t)s->cols;
    for (int x = 0; x < cols; x++) {
        bool wide = x + 1 < s->cols && !row[x + 1].ch[0];
        bool whole = row[x].ch[0] && (!wide || x + 1 < cols);
        cchar_t shown;
        cell_shown(whole ? row + x : &blank, wide && whole, &shown);
        mvadd_wchnstr(y, x, &shown, 1);
        x += wide && whole;
    }
}

void term_show(const Surface *s)
{
    if (!is_up())
        return;
    int rows, cols;
    term_size(&rows, &cols);
    erase();
    for (int y = 0; y < MIN(rows, s->rows); y++)
        show_row(s, y, MIN(cols, s->cols));
    bool typing = s->cursor_y >= 0 && s->cursor_y < rows && s->cursor_x >= 0 && s->cursor_x < cols;
    curs_set(typing);
    move(typing ? s->cursor_y : rows - 1, typing ? s->cursor_x : 0);
    refresh();
}

void term_copy(const char *text)
{
    if (!is_up() || copy_by_tmux(text))
        return;
    AUTO(buf_free) Buf sequence = {0};
    if (copy_sequence(text, &sequence))
        send_text(buf_text(&sequence));
}
