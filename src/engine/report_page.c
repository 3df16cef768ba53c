#include "engine/report_page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void add_html_char(Buf *out, char c)
{
    switch (c) {
    case '&': buf_add_text(out, "&amp;"); break;
    case '<': buf_add_text(out, "&lt;"); break;
    case '>': buf_add_text(out, "&gt;"); break;
    case '"': buf_add_text(out, "&quot;"); break;
    case '\'': buf_add_text(out, "&#39;"); break;
    default: buf_add_char(out, c);
    }
}

// Escapes what means something to HTML, or to Markdown wherever it stands in a line.
void page_value(Page *p, const char *text)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text));
    for (size_t i = 0; i < clean.len; i++) {
        if (p->html) {
            add_html_char(p->out, clean.at[i]);
            continue;
        }
        if (p->markdown && strchr("\\`*<>|[]&#~", clean.at[i]))
            buf_add_char(p->out, '\\');
        buf_add_char(p->out, clean.at[i]);
    }
}

// A code span; its fence is longer than any run of backticks inside.
static void add_code(Page *p, const char *text)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text));
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < clean.len; i++) {
        run = clean.at[i] == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    size_t fence = p->markdown ? longest + 1 : 0;
    for (size_t i = 0; i < fence; i++)
        buf_add_char(p->out, '`');
    buf_addf(p->out, longest && p->markdown ? " %s " : "%s", buf_text(&clean));
    for (size_t i = 0; i < fence; i++)
        buf_add_char(p->out, '`');
}

static void add_tagged(Page *p, const char *tag, const char *text)
{
    buf_addf(p->out, "<%s>", tag);
    page_value(p, text);
    buf_addf(p->out, "</%s>", tag);
}

static int width_of(const char *text)
{
    return text_width(str_of(text));
}

static void add_blanks(Page *p, int n)
{
    for (; n > 0; n--)
        buf_add_char(p->out, ' ');
}

void page_title(Page *p, const char *text)
{
    if (p->html) {
        add_tagged(p, "h1", text);
        buf_add_char(p->out, '\n');
        return;
    }
    if (p->markdown)
        buf_add_text(p->out, "# ");
    page_value(p, text);
    buf_add_text(p->out, "\n\n");
}

void page_heading(Page *p, const char *text)
{
    if (p->html) {
        buf_add_text(p->out, "<section>\n");
        add_tagged(p, "h2", text);
        buf_add_char(p->out, '\n');
        return;
    }
    if (p->markdown)
        buf_add_text(p->out, "## ");
    page_value(p, text);
    buf_add_text(p->out, p->markdown ? "\n\n" : "\n");
}

void page_line(Page *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = NULL;
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0)
        abort();
    if (p->markdown) // else it would be one more row of the table above
        buf_add_char(p->out, '\n');
    if (p->html)
        add_tagged(p, "p", text);
    else
        page_value(p, text);
    free(text);
    buf_add_char(p->out, '\n');
}

void page_command(Page *p, int number, const char *command, const char *why)
{
    if (p->html) {
        buf_addf(p->out, number ? "<p>%d. " : "<p>", number);
        add_tagged(p, "code", command);
        if (why) {
            buf_add_text(p->out, "<br>");
            page_value(p, why);
        }
        buf_add_text(p->out, "</p>\n");
        return;
    }
    if (number)
        buf_addf(p->out, p->markdown ? "%d. " : "  %d  ", number);
    else
        buf_add_text(p->out, p->markdown ? "* " : "  ");
    add_code(p, command);
    if (why) {
        buf_add_text(p->out, p->markdown ? ": " : "\n     ");
        page_value(p, why);
    }
    buf_add_char(p->out, '\n');
}

void page_end_block(Page *p)
{
    buf_add_text(p->out, p->html ? "</section>\n" : "\n");
}

static void html_facts(Page *p, const Fact *facts, size_t n)
{
    buf_add_text(p->out, "<dl>\n");
    for (size_t i = 0; i < n; i++) {
        if (!facts[i].value)
            continue;
        add_tagged(p, "dt", facts[i].name);
        add_tagged(p, "dd", facts[i].value);
        buf_add_char(p->out, '\n');
    }
    buf_add_text(p->out, "</dl>\n");
}

void page_facts(Page *p, const Fact *facts, size_t n)
{
    if (p->html) {
        html_facts(p, facts, n);
        return;
    }
    int widest = 0;
    for (size_t i = 0; i < n; i++)
        widest = facts[i].value ? MAX(widest, width_of(facts[i].name)) : widest;
    for (size_t i = 0; i < n; i++) {
        if (!facts[i].value)
            continue;
        buf_add_text(p->out, p->markdown ? "* " : "  ");
        page_value(p, facts[i].name);
        if (p->markdown)
            buf_add_text(p->out, ": ");
        else
            add_blanks(p, widest - width_of(facts[i].name) + 2);
        page_value(p, facts[i].value);
        buf_add_char(p->out, '\n');
    }
}

static void text_row(Page *p, const char *const *cells, const int *widths, size_t columns, size_t left)
{
    for (size_t c = 0; c < columns; c++) {
        int gap = widths[c] - width_of(cells[c]);
        add_blanks(p, 2);
        if (c >= left)
            add_blanks(p, gap);
        page_value(p, cells[c]);
        if (c < left && c + 1 < columns)
            add_blanks(p, gap);
    }
    buf_add_char(p->out, '\n');
}

static void markdown_row(Page *p, const char *const *cells, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        buf_add_text(p->out, "| ");
        page_value(p, cells[c]);
        buf_add_char(p->out, ' ');
    }
    buf_add_text(p->out, "|\n");
}

static void markdown_table(Page *p, const char *const *cells, size_t rows, size_t columns, size_t left)
{
    markdown_row(p, cells, columns);
    for (size_t c = 0; c < columns; c++)
        buf_add_text(p->out, c < left ? "|---" : "|--:");
    buf_add_text(p->out, "|\n");
    for (size_t r = 1; r < rows; r++)
        markdown_row(p, &cells[r * columns], columns);
}

static void html_table(Page *p, const char *const *cells, size_t rows, size_t columns, size_t left)
{
    buf_add_text(p->out, "<table>\n");
    for (size_t r = 0; r < rows; r++) {
        buf_add_text(p->out, "<tr>");
        for (size_t c = 0; c < columns; c++) {
            const char *tag = r == 0 ? "th" : "td";
            buf_addf(p->out, c < left ? "<%s>" : "<%s class=\"n\">", tag);
            page_value(p, cells[r * columns + c]);
            buf_addf(p->out, "</%s>", tag);
        }
        buf_add_text(p->out, "</tr>\n");
    }
    buf_add_text(p->out, "</table>\n");
}

void page_table(Page *p, const char *const *cells, size_t rows, size_t columns, size_t left)
{
    if (p->html) {
        html_table(p, cells, rows, columns, left);
        return;
    }
    if (p->markdown) {
        markdown_table(p, cells, rows, columns, left);
        return;
    }
    int widths[PAGE_COLUMNS] = {0};
    for (size_t i = 0; i < rows * columns; i++)
        widths[i % columns] = MAX(widths[i % columns], width_of(cells[i]));
    for (size_t r = 0; r < rows; r++)
        text_row(p, &cells[r * columns], widths, columns, left);
}
