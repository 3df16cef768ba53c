#include "config/yaml_bytes.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"

typedef struct {
    const char *file;
    Problems *problems;
    int line;
    bool indented_by_tab; // an indentation nobody can know
} Check;

static Problem *tell(Check *c, int col, const char *text)
{
    return problems_add(c->problems, PROBLEM_ERROR, c->file, c->line, col, "%s", text);
}

// Bytes of the well-formed character at the start of s; 0 when there is none.
static size_t character_length(Str s)
{
    for (size_t n = 1; n <= 4 && n <= s.len; n++)
        if (text_is_utf8((Str){s.at, n}))
            return n;
    return 0;
}

static void check_tabs(Check *c, Str line)
{
    size_t indent = 0;
    int col = 1;
    while (indent < line.len && line.at[indent] == ' ')
        indent++;
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] == '#' && (i == 0 || line.at[i - 1] == ' '))
            return;
        if (line.at[i] == '\t') {
            c->indented_by_tab |= i == indent;
            Problem *p = tell(c, col, _("a tab: write blanks instead"));
            p->hint = _("inside double quotes \\t is a tab");
            p->mend = MEND_TABS;
            return;
        }
        col += ((unsigned char)line.at[i] & 0xC0) != 0x80;
    }
}

static bool check_characters(Check *c, Str line)
{
    int col = 1;
    for (size_t i = 0; i < line.len; col++) {
        unsigned char byte = (unsigned char)line.at[i];
        size_t n = byte < 0x80 ? 1 : character_length((Str){line.at + i, line.len - i});
        bool line_end = byte == '\r' && i + 1 == line.len;
        if (byte == 0) {
            tell(c, col, _("a NUL byte: this is not a text file"));
            return false;
        }
        if ((byte < 0x20 && byte != '\t' && !line_end) || byte == 0x7F) {
            tell(c, col, _("a control character"));
            return false;
        }
        if (n == 0) {
            tell(c, col, _("bytes that are not UTF-8"))->hint = _("save the file as UTF-8");
            return false;
        }
        i += n;
    }
    return true;
}

static Str without_tabs(Arena *a, Str text)
{
    if (text.len == 0 || !memchr(text.at, '\t', text.len))
        return text;
    char *copy = arena_copy(a, text.at, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (copy[i] == '\t')
            copy[i] = ' ';
    return (Str){copy, text.len};
}

bool yaml_check_bytes(Arena *a, Str *text, const char *file, size_t max_told, Problems *problems)
{
    Check c = {.file = file, .problems = problems};
    size_t errors_before = problems->errors;
    Str rest = *text, line;
    while (str_cut(&rest, '\n', &line)) {
        c.line++;
        check_tabs(&c, line);
        if (!check_characters(&c, line) || problems->errors - errors_before >= max_told)
            return false;
    }
    *text = without_tabs(a, *text);
    return !c.indented_by_tab;
}
