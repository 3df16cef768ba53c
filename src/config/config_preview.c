#include "config/config_preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/config_trial.h"

// Lines first..last (from 0, last not included) of the one file become those of the other.
typedef struct {
    size_t before, before_end, after, after_end;
} Hunk;

typedef struct {
    Arena *arena;
    const ConfigFile *before, *after;
    PreviewLine *lines;
    size_t n, cap;
} Preview;

static size_t line_of(const ConfigFile *f, size_t offset)
{
    size_t low = 0, high = f->n_lines - 1;
    while (low < high) { // the last line that begins at or before it
        size_t middle = (low + high + 1) / 2;
        if ((size_t)(f->lines[middle].at - f->bytes.at) <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

// ---- Which lines differ -----------------------------------------------------------------------------

// Each edit touches whole lines; those of which only the neighbour changed are left out again.
static Hunk trimmed(const Preview *p, Hunk h)
{
    while (h.before < h.before_end && h.after < h.after_end &&
           str_eq(p->before->lines[h.before], p->after->lines[h.after])) {
        h.before++;
        h.after++;
    }
    while (h.before < h.before_end && h.after < h.after_end &&
           str_eq(p->before->lines[h.before_end - 1], p->after->lines[h.after_end - 1])) {
        h.before_end--;
        h.after_end--;
    }
    return h;
}

static Hunk *find_hunks(const Preview *p, const ConfigEdit *edits, size_t n_edits, size_t *n)
{
    Hunk *hunks = arena_many(p->arena, Hunk, n_edits + 1);
    size_t grown = 0, shrunk = 0; // bytes of the edits so far
    *n = 0;
    for (size_t i = 0; i < n_edits; i++) {
        const ConfigEdit *e = &edits[i];
        size_t at = e->at + grown - shrunk;
        Hunk h = {line_of(p->before, e->at), line_of(p->before, e->at + e->len) + 1, line_of(p->after, at),
                  line_of(p->after, at + e->text.len) + 1};
        grown += e->text.len;
        shrunk += e->len;
        if (*n && h.before < hunks[*n - 1].before_end) {
            hunks[*n - 1].before_end = h.before_end;
            hunks[*n - 1].after_end = h.after_end;
        } else {
            hunks[(*n)++] = h;
        }
    }
    for (size_t i = 0; i < *n; i++)
        hunks[i] = trimmed(p, hunks[i]);
    return hunks;
}

// ---- Lines ------------------------------------------------------------------------------------------

static void put(Preview *p, char sign, size_t before, size_t after, const char *text)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 32;
        PreviewLine *more = arena_many(p->arena, PreviewLine, p->cap);
        if (p->n)
            memcpy(more, p->lines, p->n * sizeof *more);
        p->lines = more;
    }
    p->lines[p->n++] = (PreviewLine){sign, (int)before, (int)after, text, 0, 0};
}

// The first byte in which two lines differ: what is cut from long ones is shown around it.
static size_t first_difference(Str a, Str b)
{
    size_t i = 0;
    while (i < a.len && i < b.len && a.at[i] == b.at[i])
        i++;
    return i;
}

static void mark(PreviewLine *one, const PreviewLine *other)
{
    Str a = str_of(one->text), b = str_of(other->text);
    size_t from = first_difference(a, b), tail = 0;
    while (tail < MIN(a.len, b.len) - from && a.at[a.len - 1 - tail] == b.at[b.len - 1 - tail])
        tail++;
    while (from && ((unsigned char)a.at[from] & 0xC0) == 0x80)
        from--;
    if (from + tail >= a.len)
        return;
    one->from = text_width((Str){a.at, from}) + 1;
    one->to = text_width((Str){a.at, a.len - tail}) + 1;
}

static void put_change(Preview *p, Hunk h)
{
    size_t first = p->n, gone = h.before_end - h.before, come = h.after_end - h.after;
    for (size_t i = 0; i < gone; i++) {
        Str line = p->before->lines[h.before + i];
        size_t focus = i < come ? first_difference(line, p->after->lines[h.after + i]) : 0;
        put(p, '-', h.before + i + 1, 0, config_line(p->arena, p->before, (int)(h.before + i + 1), focus));
    }
    for (size_t i = 0; i < come; i++) {
        Str line = p->after->lines[h.after + i];
        size_t focus = i < gone ? first_difference(line, p->before->lines[h.before + i]) : 0;
        put(p, '+', 0, h.after + i + 1, config_line(p->arena, p->after, (int)(h.after + i + 1), focus));
    }
    for (size_t i = 0; i < gone && i < come; i++) {
        mark(&p->lines[first + i], &p->lines[first + gone + i]);
        mark(&p->lines[first + gone + i], &p->lines[first + i]);
    }
}

static void put_same(Preview *p, size_t from, size_t to, size_t after)
{
    for (size_t i = from; i < to; i++, after++)
        if (i + 1 < p->before->n_lines || p->before->lines[i].len) // not what is behind the last line end
            put(p, ' ', i + 1, after + 1, config_line(p->arena, p->before, (int)i + 1, 0));
}

PreviewLine *config_preview(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n, int around,
                            size_t *n_lines)
{
    size_t n_edits, left_out, n_hunks, margin = (size_t)around, done = 0;
    const ConfigEdit *edits = config_edits(a, fixes, n, &n_edits, &left_out);
    Preview p = {.arena = a, .before = f};
    p.after = config_file_of(a, f->path, f->keys, config_fixed(a, f, fixes, n, NULL), problems_new(a));
    Hunk *hunks = find_hunks(&p, edits, n_edits, &n_hunks);
    for (size_t i = 0; i < n_hunks; i++) {
        Hunk h = hunks[i];
        size_t from = MAX(done, h.before > margin ? h.before - margin : 0);
        size_t to = MIN(h.before_end + margin, i + 1 < n_hunks ? hunks[i + 1].before : f->n_lines);
        if (from > done || i == 0)
            put(&p, '@', from + 1, h.after - (h.before - from) + 1, NULL);
        put_same(&p, from, h.before, h.after - (h.before - from));
        put_change(&p, h);
        put_same(&p, h.before_end, to, h.after_end);
        done = to;
    }
    *n_lines = p.n;
    return p.lines;
}

const char *config_preview_shown(Arena *a, const PreviewLine *line)
{
    if (line->sign == ' ' || !strchr(line->text, '\t'))
        return line->text;
    AUTO(buf_free) Buf shown = {0};
    for (const char *p = line->text; *p; p++)
        if (*p == '\t')
            buf_add_text(&shown, "<TAB>");
        else
            buf_add_char(&shown, *p);
    return str_keep(a, buf_str(&shown));
}

void config_preview_text(const ConfigFile *f, const PreviewLine *lines, size_t n, Buf *out)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (n)
        buf_addf(out, "--- %s\n+++ %s\n", f->path, f->path);
    for (size_t i = 0; i < n; i++) {
        if (lines[i].sign != '@') {
            buf_addf(out, "%c%s\n", lines[i].sign, config_preview_shown(a, &lines[i]));
            continue;
        }
        int before = 0, after = 0;
        for (size_t k = i + 1; k < n && lines[k].sign != '@'; k++) {
            before += lines[k].sign != '+';
            after += lines[k].sign != '-';
        }
        buf_addf(out, "@@ -%d,%d +%d,%d @@\n", lines[i].before, before, lines[i].after, after);
    }
}
