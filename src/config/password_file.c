#include "config/password_file.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/intl.h"

enum { MOST_BYTES = 1 << 20 };

// The next field of host:port:database:user:password against a value; a backslash takes the next character as it is.
static bool field_is(Str *line, const char *value)
{
    bool star = line->len && line->at[0] == '*' && (line->len == 1 || line->at[1] == ':'), same = value != NULL;
    size_t i = 0;
    for (; i < line->len && line->at[i] != ':'; i++) {
        i += line->at[i] == '\\' && i + 1 < line->len;
        same = same && *value == line->at[i];
        value += same;
    }
    same = same && *value == 0;
    bool ended = i < line->len;
    *line = (Str){line->at + i + ended, line->len - i - ended};
    return ended && (star || same);
}

static bool is_meant(Str line, const char *host, const char *port, const char *dbname, const char *user)
{
    return line.len && line.at[0] != '#' && field_is(&line, host) && field_is(&line, port) && field_is(&line, dbname) &&
           field_is(&line, user);
}

void password_line(Arena *a, const char *path, const char *host, const char *port, const char *dbname,
                   const char *user, FoundValue *v)
{
    struct stat st;
    Str text, line;
    Err err = {0};
    const char *shown = found_shown(a, path);
    if (stat(path, &st) != 0)
        return;
    if (!S_ISREG(st.st_mode))
        v->trouble = arena_text(a, _("%s is no ordinary file, so it is left aside"), shown);
    else if (st.st_mode & (S_IRWXG | S_IRWXO))
        v->trouble = arena_text(a, _("others may read %s, so it is left aside: chmod 600 %s"), shown, shown);
    else if (!file_read(a, path, MOST_BYTES, &text, &err))
        v->trouble = arena_text(a, "%s", err.text);
    if (v->trouble) {
        v->in = FOUND_PGPASS;
        v->file = shown;
        return;
    }
    Str rest = text;
    for (int number = 1; str_cut(&rest, '\n', &line); number++) {
        if (!is_meant(line, host, port, dbname, user))
            continue;
        v->in = FOUND_PGPASS;
        v->secret = true;
        v->file = shown;
        v->line = number;
        break;
    }
    explicit_bzero((char *)(uintptr_t)text.at, text.len); // a copy of our own, with passwords
}
