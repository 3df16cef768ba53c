#include "engine/worker_words.h"

#include <string.h>

#include "base/intl.h"
#include "engine/window.h"

void add_time_left(Buf *out, double low_s, double high_s)
{
    if (high_s < 0)
        return;
    if (high_s < 90)
        buf_addf(out, _("%.0f-%.0f s left"), low_s, high_s);
    else if (high_s < 5400)
        buf_addf(out, _("%.0f-%.0f min left"), low_s / 60, high_s / 60);
    else
        buf_addf(out, _("%.1f-%.1f h left"), low_s / 3600, high_s / 3600);
}

void worker_progress_words(const WorkerSeen *seen, Buf *out)
{
    buf_addf(out, _("%lld of %lld steps"), (long long)seen->steps_done, (long long)seen->steps_total);
    if (seen->eta_high_s >= 0) {
        buf_add_text(out, ", ");
        add_time_left(out, seen->eta_low_s, seen->eta_high_s);
    }
    if (*seen->step)
        buf_addf(out, ", %s %lld", seen->step, (long long)seen->done);
    if (*seen->step && seen->rows > 0)
        buf_addf(out, "/%lld (%d %%)", (long long)seen->rows,
                 (int)(100.0 * (double)seen->done / (double)seen->rows));
    if (seen->rate > 0)
        buf_addf(out, _(", %.0f rows/s"), seen->rate);
    if (seen->rejects)
        buf_addf(out, _(", %lld rejected"), (long long)seen->rejects);
    if (seen->warnings_new)
        buf_addf(out, ngettext(", %lld new issue", ", %lld new issues", (unsigned long)seen->warnings_new),
                 (long long)seen->warnings_new);
}

static void add(Buf *out, const char *text)
{
    buf_addf(out, "%s%s", out->len ? "; " : "", text);
}

static void pause_words(const WorkerSeen *seen, Buf *out)
{
    Instant until;
    bool has_offset;
    if (!strcmp(seen->paused_by, "window"))
        add(out, _("waits for its window"));
    else if (!strcmp(seen->paused_by, "disk"))
        add(out, _("waits for room on the disk"));
    else
        buf_addf(out, _("paused by %s"), seen->paused_by);
    if (seen->pause_until && instant_parse(str_of(seen->pause_until), &until, &has_offset)) {
        AUTO(buf_free) Buf shown = {0};
        local_time_text(until, &shown);
        buf_addf(out, _(" until %s"), buf_text(&shown));
    }
}

static void asked_words(const char *asked, Buf *out)
{
    if (!strcmp(asked, "pause"))
        add(out, _("will pause after the running batch or step"));
    else if (!strcmp(asked, "stop after step"))
        add(out, _("will stop after the running step"));
    else
        add(out, _("will stop after the running batch"));
}

void worker_trouble_words(const WorkerSeen *seen, Buf *out)
{
    if (seen->paused_by)
        pause_words(seen, out);
    if (seen->asked)
        asked_words(seen->asked, out);
    if (seen->still_s > 0) {
        add(out, "");
        buf_addf(out, _("stalled: nothing has moved for %.0f s"), seen->still_s + seen->silent_s);
    }
    if (seen->waits_for)
        add(out, seen->waits_for);
    if (worker_pulse(seen) == WORKER_SILENT) {
        add(out, "");
        buf_addf(out, _("silent: no heartbeat for %.0f s"), seen->silent_s);
    } else if (worker_pulse(seen) == WORKER_SUSPICIOUS) {
        add(out, "");
        buf_addf(out, _("suspicious: it holds its lock, but there has been no heartbeat for %.0f s"),
                 seen->silent_s);
    }
}

const char *worker_pulse_word(const WorkerSeen *seen)
{
    switch (worker_pulse(seen)) {
    case WORKER_SUSPICIOUS: return "suspicious";
    case WORKER_SILENT: return "silent";
    case WORKER_ALIVE: break;
    }
    return seen->still_s > 0 ? "stalled" : seen->paused_by ? "paused" : "alive";
}
