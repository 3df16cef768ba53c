#include "engine/report_picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

// In units of the picture, which is as wide as the page.
enum { WIDTH = 720, LINE = 22, BAR = 14, NAMES = 170, NUMBERS = 90, BARS = WIDTH - NAMES - NUMBERS, SLIVER = 2 };
enum { SHOWN_STEPS = 30 };

// In the order in which they stand in a bar.
static const struct {
    const char *name;
    size_t at;
} outcomes[] = {
    {N_("inserted"), offsetof(Account, inserted)},   {N_("updated"), offsetof(Account, updated)},
    {N_("unchanged"), offsetof(Account, unchanged)}, {N_("linked"), offsetof(Account, linked)},
    {N_("skipped"), offsetof(Account, skipped)},     {N_("pending"), offsetof(Account, pending)},
    {N_("rejected"), offsetof(Account, rejected)},   {N_("lost"), offsetof(Account, lost)},
};

static int64_t outcome(const Account *one, size_t i)
{
    return MAX(*(const int64_t *)(const void *)((const char *)one + outcomes[i].at), 0);
}

static void begin_picture(Page *p, const char *title, int height)
{
    buf_addf(p->out, "<figure>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, height);
    page_value(p, title);
    buf_add_text(p->out, "\">\n");
}

static void end_picture(Page *p)
{
    buf_add_text(p->out, "</svg>\n</figure>\n");
}

static void add_words(Page *p, double x, int y, const char *align, const char *words)
{
    buf_addf(p->out, "<text x=\"%.1f\" y=\"%d\"%s>", x, y + BAR - 2, align);
    page_value(p, words);
    buf_add_text(p->out, "</text>");
}

static void add_bar(Page *p, double x, int y, double width, const char *kind)
{
    buf_addf(p->out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"%s\">", x, y, width, BAR,
             kind);
}

// A part that is there can be seen, however small; what that takes comes from the largest part.
static void share(const Account *one, double widths[])
{
    double sum = 0, over = 0;
    size_t largest = 0;
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        sum += (double)outcome(one, i);
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        double exact = sum > 0 ? (double)outcome(one, i) / sum * BARS : 0;
        widths[i] = exact > 0 ? MAX(exact, (double)SLIVER) : 0;
        over += widths[i] - exact;
        largest = widths[i] > widths[largest] ? i : largest;
    }
    widths[largest] -= over;
}

static void balance_line(const Account *one, int y, Page *p)
{
    double widths[ARRAY_LEN(outcomes)], x = NAMES;
    AUTO(buf_free) Buf rows = {0};
    share(one, widths);
    add_words(p, NAMES - 10, y, " class=\"end\"", one->entity);
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        if (widths[i] <= 0)
            continue;
        add_bar(p, x, y, widths[i], outcomes[i].name);
        buf_add_text(p->out, "<title>");
        page_value(p, _(outcomes[i].name));
        buf_addf(p->out, " %lld</title></rect>", (long long)outcome(one, i));
        x += widths[i];
    }
    buf_addf(&rows, "%lld", (long long)one->source);
    add_words(p, WIDTH, y, " class=\"end\"", buf_text(&rows));
    buf_add_char(p->out, '\n');
}

// What the colours mean, of those that are in the picture.
static void legend(const Report *r, Page *p)
{
    buf_add_text(p->out, "<figcaption>");
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        if (!outcome(&r->total, i))
            continue;
        buf_addf(p->out, "<svg class=\"key\" viewBox=\"0 0 10 10\"><rect width=\"10\" height=\"10\" class=\"%s\"/>"
                         "</svg> ",
                 outcomes[i].name);
        page_value(p, _(outcomes[i].name));
        buf_add_text(p->out, " &#160; ");
    }
    buf_add_text(p->out, "</figcaption>\n");
}

void picture_balance(const Report *r, Page *p)
{
    if (!p->html || !r->n_accounts)
        return;
    begin_picture(p, _("What became of the rows of each entity"), (int)r->n_accounts * LINE);
    for (size_t i = 0; i < r->n_accounts; i++)
        balance_line(&r->accounts[i], (int)i * LINE, p);
    end_picture(p);
    legend(r, p);
}

static int longer_first(const void *a, const void *b)
{
    const StepRecord *x = a, *y = b;
    return x->took_s < y->took_s ? 1 : x->took_s > y->took_s ? -1 : strcmp(x->step, y->step);
}

void picture_durations(Arena *a, const Report *r, Page *p)
{
    if (!p->html || !r->n_steps)
        return;
    StepRecord *steps = arena_copy(a, r->steps, r->n_steps * sizeof *steps);
    qsort(steps, r->n_steps, sizeof *steps, longer_first);
    size_t n = 0;
    while (n < MIN(r->n_steps, (size_t)SHOWN_STEPS) && steps[n].took_s > 0)
        n++;
    if (!n)
        return;
    begin_picture(p, _("How long the steps took"), (int)n * LINE);
    for (size_t i = 0; i < n; i++) {
        int y = (int)i * LINE;
        add_words(p, NAMES - 10, y, " class=\"end\"", steps[i].step);
        add_bar(p, NAMES, y, MAX(steps[i].took_s / steps[0].took_s * BARS, 1.0), "time");
        buf_add_text(p->out, "</rect>");
        add_words(p, WIDTH, y, " class=\"end\"", arena_text(a, "%.1f s", steps[i].took_s));
        buf_add_char(p->out, '\n');
    }
    end_picture(p);
}

// ---- The page around ------------------------------------------------------------------------------

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6570;--line:#d5dae0;--paper:#fff;"
    "--green:#2e8b57;--blue:#3b73b9;--grey:#9aa5b1;--teal:#2a9d9d;--sand:#c2a55a;--violet:#8b6fc0;"
    "--orange:#d9731a;--red:#c22f2f}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#a3adb8;--line:#3a424b;--paper:#16191d;"
    "--green:#4fb57d;--blue:#6ea3e6;--grey:#77828e;--teal:#4fc1c1;--sand:#d6bd78;--violet:#ad95dd;"
    "--orange:#f0944a;--red:#ef6b6b}}\n"
    "body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60em;"
    "margin:2em auto;padding:0 1em}\n"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin:1.6em 0 .4em;border-bottom:1px solid var(--line)}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1.2em;margin:0}dt{color:var(--soft)}"
    "dd{margin:0;overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse}th,td{text-align:left;padding:.15em .7em .15em 0}"
    "th{color:var(--soft);font-weight:normal}tr+tr td{border-top:1px solid var(--line)}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "code{font:.95em ui-monospace,monospace;overflow-wrap:anywhere}figure{margin:1em 0 .3em}"
    "figure svg{width:100%;height:auto}.key{width:.8em;height:.8em}figcaption{color:var(--soft)}\n"
    "text{font-size:12px;fill:var(--ink)}.end{text-anchor:end}"
    ".inserted{fill:var(--green)}.updated{fill:var(--blue)}.unchanged{fill:var(--grey)}.linked{fill:var(--teal)}"
    ".skipped{fill:var(--sand)}.pending{fill:var(--violet)}.rejected{fill:var(--orange)}.lost{fill:var(--red)}"
    ".time{fill:var(--blue)}\n"
    "@media print{body{margin:0;max-width:none;font-size:11px}section{break-inside:avoid}"
    "rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

void report_html_head(Page *p, const char *title)
{
    // TRANSLATORS: the language's own two letters
    buf_addf(p->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", _("en"));
    buf_add_text(p->out, "<meta http-equiv=\"Content-Security-Policy\" "
                         "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    page_value(p, title);
    buf_addf(p->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void report_html_foot(Page *p)
{
    buf_add_text(p->out, "</body>\n</html>\n");
}
