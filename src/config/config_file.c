#include "config/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/config_hide.h"

enum { MOST_BYTES = 16 << 20, SHOWN_BYTES = 400, SHOWN_BEFORE = 120 };

// ---- Reading --------------------------------------------------------------------------------------

static bool has_odd_line_ends(Str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i], next = (unsigned char)text.at[i + 1];
        if (c == 0xC2 && next == 0x85)
            return true;
        if (c == 0xE2 && next == 0x80 && i + 2 < text.len && ((unsigned char)text.at[i + 2] | 1) == 0xA9)
            return true;
    }
    return false;
}

static void split_lines(Arena *a, ConfigFile *f)
{
    size_t n = 1;
    Str rest = f->bytes;
    if (str_starts(rest, "\xEF\xBB\xBF")) // no editor counts it as a column
        rest = (Str){rest.at + 3, rest.len - 3};
    for (size_t i = 0; i < rest.len; i++)
        n += rest.at[i] == '\n';
    f->lines = arena_many(a, Str, n);
    for (Str line; str_cut(&rest, '\n', &line);) {
        line.len -= line.len && line.at[line.len - 1] == '\r';
        f->lines[f->n_lines++] = line;
    }
    if (f->n_lines == 0)
        f->lines[f->n_lines++] = (Str){f->bytes.at, 0};
}

ConfigFile *config_file_of(Arena *a, const char *path, const ConfigKey *keys, Str bytes, Problems *problems)
{
    ConfigFile *f = arena_one(a, ConfigFile);
    const char *slash = strrchr(path, '/');
    f->path = path;
    f->name = slash ? slash + 1 : path;
    f->keys = keys;
    f->bytes = bytes;
    f->odd = has_odd_line_ends(bytes);
    f->root = yaml_parse_anyway(a, bytes, path, problems);
    split_lines(a, f);
    config_hide(a, f);
    return f;
}

ConfigFile *config_file_read(Arena *a, const char *path, const ConfigKey *keys, Problems *problems)
{
    FileStamp stamp;
    Str bytes;
    Err err = {0};
    if (file_stamp(path, &stamp, &err) && file_read(a, path, MOST_BYTES, &bytes, &err)) {
        ConfigFile *f = config_file_of(a, path, keys, bytes, problems);
        f->stamp = stamp;
        return f;
    }
    problems_add(problems, PROBLEM_ERROR, path, 0, 0, "%s", err.text);
    ConfigFile *f = config_file_of(a, path, keys, STR(""), problems_new(a));
    f->bytes = (Str){0};
    f->root = NULL;
    return f;
}

bool config_file_differs(const ConfigFile *f)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    Str bytes;
    Err err = {0};
    return f->bytes.at ? !file_read(scratch, f->path, MOST_BYTES, &bytes, &err) || !str_eq(bytes, f->bytes)
                       : file_exists(f->path);
}

bool config_file_changed(const ConfigFile *f)
{
    FileStamp now;
    Err err = {0};
    if (f->bytes.at && (!file_stamp(f->path, &now, &err) || memcmp(&now, &f->stamp, sizeof now) != 0))
        return true;
    return config_file_differs(f);
}

// ---- Places ---------------------------------------------------------------------------------------

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

size_t config_offset(const ConfigFile *f, int line, int col)
{
    if (line < 1 || (size_t)line > f->n_lines)
        return f->bytes.len;
    Str text = f->lines[line - 1];
    size_t i = 0;
    for (int at = 1; i < text.len && at < col; at++)
        for (i++; i < text.len && !begins_character(text.at[i]); i++)
            ;
    return (size_t)(text.at - f->bytes.at) + i;
}

// ---- Lines for people -----------------------------------------------------------------------------

// from and to are cut back to whole characters.
static void cut_around(Str line, size_t focus, size_t *from, size_t *to)
{
    *from = 0;
    *to = line.len;
    if (line.len <= SHOWN_BYTES)
        return;
    if (focus > SHOWN_BEFORE)
        *from = MIN(focus, line.len) - SHOWN_BEFORE;
    while (*from && !begins_character(line.at[*from]))
        --*from;
    *to = MIN(*from + SHOWN_BYTES, line.len);
    while (*to < line.len && *to > *from && !begins_character(line.at[*to]))
        --*to;
}

const char *config_line(Arena *a, const ConfigFile *f, int number, size_t focus)
{
    if (number < 1 || (size_t)number > f->n_lines)
        return "";
    AUTO(buf_free) Buf shown = {0};
    Str line = f->lines[number - 1];
    size_t start = (size_t)(line.at - f->bytes.at), from, to;
    cut_around(line, focus, &from, &to);
    buf_add_text(&shown, from ? "..." : "");
    size_t at = start + from, end = start + to;
    for (size_t i = 0; i < f->n_secrets && at < end; i++) {
        ConfigSpan hidden = f->secrets[i];
        if (hidden.to <= at || hidden.from >= end)
            continue;
        if (hidden.from > at)
            buf_add(&shown, (Str){f->bytes.at + at, hidden.from - at});
        buf_addf(&shown, "(%s)", _("set"));
        at = MIN(hidden.to, end);
    }
    buf_add(&shown, (Str){f->bytes.at + at, end - at});
    buf_add_text(&shown, to < line.len ? "..." : "");
    return str_keep(a, buf_str(&shown));
}
