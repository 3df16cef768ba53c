// Which lines of the list a file stands for.
#ifndef FILES_MATCH_H
#define FILES_MATCH_H

#include "files/desk.h"

typedef struct Match Match;

Match *match_new(Arena *a, ListedFile *files, size_t n);
// Calls each for the lines with this digest, and for those without one at this path (below the scanned folder) of this
// size. Paths of the list are compared as text; \ in them is /. Any thread.
void match_each(const Match *m, const char *sha256, const char *path, int64_t size,
                void (*each)(void *arg, ListedFile *file, bool by_path), void *arg);
bool match_path(const Match *m, const char *path); // some line has it

#endif
