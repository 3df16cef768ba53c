#include "cli/progress_line.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/intl.h"

enum { SHOW_EVERY_US = 200000, SHOW_AFTER_US = 2000000 };

void progress_line_text(Buf *out, const char *phase, int64_t done, int64_t total, int64_t took_us)
{
    double took_s = (double)took_us / 1e6, rate = took_s > 0 ? (double)done / took_s : 0;
    buf_addf(out, "%s", _(phase));
    if (total > 0)
        buf_addf(out, " %d %%", (int)((double)done * 100 / (double)total));
    if (rate <= 0)
        return;
    if (strcmp(phase, N_("read")) == 0 || strcmp(phase, "write") == 0)
        buf_addf(out, _("  %.0f rows/s"), rate);
    else
        buf_addf(out, "  %.1f MB/s", rate / 1e6);
    double left_s = (double)(total - done) / rate;
    if (left_s >= 90)
        buf_addf(out, _(", %.0f min left"), left_s / 60);
    else if (total > done)
        buf_addf(out, _(", %.0f s left"), left_s);
}

static void show(void *arg, const char *phase, int64_t done, int64_t total)
{
    ProgressLine *p = arg;
    Instant now = steady_now();
    if (!p->on)
        return;
    if (!p->phase || strcmp(p->phase, phase) != 0) {
        p->phase = phase;
        p->began_us = now;
    }
    if (now - p->shown_us < SHOW_EVERY_US || (!p->shown && now - p->began_us < SHOW_AFTER_US))
        return;
    p->shown_us = now;
    p->shown = true;
    AUTO(buf_free) Buf text = {0};
    progress_line_text(&text, phase, done, total, now - p->began_us);
    fprintf(stderr, "\r\033[K%s", buf_text(&text));
    fflush(stderr);
}

void progress_line_start(ProgressLine *p, const Cli *cli, DpmfWatch *watch)
{
    *p = (ProgressLine){0};
    p->on = isatty(STDERR_FILENO) && !cli->out.quiet && !cli->out.json && !cli_has(cli, FLAG_PLAIN);
    *watch = p->on ? (DpmfWatch){show, p} : (DpmfWatch){NULL, NULL};
}

void progress_line_end(ProgressLine *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->on = p->shown = false; // whoever still holds the watch stays silent
}
