// One line of text that is typed.
#ifndef UI_FIELD_H
#define UI_FIELD_H

#include "ui/canvas.h"

enum { FIELD_MAX = 1024 };

typedef struct {
    char text[FIELD_MAX]; // UTF-8, NUL-ended
    size_t at;            // bytes in front of the cursor
} Field;

void field_set(Field *f, const char *text); // cut at FIELD_MAX; the cursor goes to the end
// A letter, or a key that moves or deletes. pasted: of K_PASTE; its line ends become blanks. false: no such key.
bool field_key(Field *f, int key, const char *pasted);
void field_paint(const Field *f, Canvas *c, int y, int x, int width, bool focus);

// What `/` filters by: every word has to be in one of the texts, a word with '!' in front in none. Case and
// accents do not count. An empty or NULL filter takes all.
bool filter_matches(const char *filter, const char *const *texts, size_t n);

#endif
