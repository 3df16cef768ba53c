// What kind of file it is, by its content. The only home of libmagic.
#ifndef FILES_MIME_H
#define FILES_MIME_H

#include "base/arena.h"
#include "base/err.h"

typedef struct Mime Mime;

Mime *mime_open(Err *err);
void mime_close(Mime *m); // NULL is fine
// application/pdf, image/png; application/octet-stream when nothing is known. By the first 64 KiB. Lives as long as a.
const char *mime_of(Mime *m, Arena *a, int fd); // any thread

#endif
