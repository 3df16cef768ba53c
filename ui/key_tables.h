// The tables of keys of all screens, for `mudanza help keys` and the manual.
#ifndef UI_KEY_TABLES_H
#define UI_KEY_TABLES_H

// Texts in the language of messages; twin NULL: no command does the same. A screen without keys of its own is
// left out; those that every screen has come last.
void key_tables_each(void (*each)(void *arg, const char *screen, const char *keys, const char *does, const char *twin),
                     void *arg);

#endif
