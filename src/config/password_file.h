// The line of ~/.pgpass that libpq would take, without its password.
#ifndef CONFIG_PASSWORD_FILE_H
#define CONFIG_PASSWORD_FILE_H

#include "config/server_places.h"

// Fills in what was found of the password: the file and its line, or why the file is left aside. Nothing changes when
// there is no such file or line. A value of NULL only meets a star.
void password_line(Arena *a, const char *path, const char *host, const char *port, const char *dbname,
                   const char *user, FoundValue *v);

#endif
