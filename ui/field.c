#include "ui/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/letters.h"
#include "base/text.h"
#include "ui/keys.h"

void field_set(Field *f, const char *text)
{
    size_t len = strlen(text);
    while (len >= FIELD_MAX || (len && len < strlen(text) && ((unsigned char)text[len] & 0xC0) == 0x80))
        len--; // never through the middle of a character
    memcpy(f->text, text, len);
    f->text[len] = 0;
    f->at = len;
}

static void insert(Field *f, Str text)
{
    size_t len = strlen(f->text);
    if (len + text.len >= FIELD_MAX)
        return;
    memmove(f->text + f->at + text.len, f->text + f->at, len - f->at + 1);
    memcpy(f->text + f->at, text.at, text.len);
    f->at += text.len;
}

static size_t before(const Field *f, size_t at)
{
    while (at > 0 && ((unsigned char)f->text[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static size_t behind(const Field *f, size_t at)
{
    if (f->text[at])
        at++;
    while (((unsigned char)f->text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static void remove_between(Field *f, size_t from, size_t to)
{
    memmove(f->text + from, f->text + to, strlen(f->text + to) + 1);
    f->at = from;
}

static void paste(Field *f, const char *pasted)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_trim(str_of(pasted)));
    insert(f, buf_str(&clean));
}

bool field_key(Field *f, int key, const char *pasted)
{
    switch (key) {
    case K_LEFT: f->at = before(f, f->at); return true;
    case K_RIGHT: f->at = behind(f, f->at); return true;
    case K_HOME:
    case K_CTRL('A'): f->at = 0; return true;
    case K_END:
    case K_CTRL('E'): f->at = strlen(f->text); return true;
    case K_BACKSPACE:
    case K_CTRL('H'): remove_between(f, before(f, f->at), f->at); return true;
    case K_DELETE: remove_between(f, f->at, behind(f, f->at)); return true;
    case K_CTRL('U'): remove_between(f, 0, f->at); return true;
    case K_CTRL('K'): f->text[f->at] = 0; return true;
    case K_PASTE:
        if (pasted)
            paste(f, pasted);
        return true;
    default: break;
    }
    if (key < ' ' || key >= K_UP)
        return false;
    AUTO(buf_free) Buf text = {0};
    text_encode(&text, (uint32_t)key);
    insert(f, buf_str(&text));
    return true;
}

void field_paint(const Field *f, Canvas *c, int y, int x, int width, bool focus)
{
    if (width < 2)
        return;
    size_t from = 0; // scrolled so that the cursor is seen
    while (from < f->at && text_width((Str){f->text + from, f->at - from}) >= width)
        from = behind(f, from);
    canvas_fill(c, y, x, width, ROLE_FIELD);
    canvas_text(c, y, x, width, ROLE_FIELD, f->text + from);
    if (focus)
        canvas_cursor(c, y, x + text_width((Str){f->text + from, f->at - from}));
}

bool filter_matches(const char *filter, const char *const *texts, size_t n)
{
    AUTO(buf_free) Buf folded = {0};
    Str rest, word;
    letters_fold(&folded, str_of(filter ? filter : ""));
    rest = buf_str(&folded);
    while (str_cut(&rest, ' ', &word)) {
        bool not = word.len > 1 && word.at[0] == '!', found = false;
        if (not)
            word = (Str){word.at + 1, word.len - 1};
        for (size_t i = 0; i < n && !found && word.len; i++) {
            AUTO(buf_free) Buf text = {0};
            letters_fold(&text, str_of(texts[i] ? texts[i] : ""));
            found = text.len && memmem(text.at, text.len, word.at, word.len);
        }
        if (word.len && found == not)
            return false;
    }
    return true;
}
