// status.json: what the worker is at, for whoever looks.
#include "engine/beat_inner.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/boot.h"

int64_t beat_still_s(const Beat *b)
{
    return (steady_now() - b->moved) / 1000000;
}

static void text_or_null(JsonOut *j, const char *key, const char *text)
{
    json_text(j, key, *text ? text : NULL);
}

void beat_describe(const Beat *b, JsonOut *j)
{
    AUTO(buf_free) Buf moved = {0};
    instant_rfc3339(b->moved_at, &moved);
    json_int(j, "pid", getpid());
    json_int(j, "pid_start", b->pid_start);
    json_text(j, "host", b->host);
    json_text(j, "state", b->state);
    json_text(j, "phase", b->phase);
    json_text(j, "step", b->step);
    json_int(j, "done", b->done);
    json_int(j, "rows", b->rows);
    json_num(j, "rate", b->rate, 1);
    json_open_list(j, "steps");
    json_int(j, NULL, b->steps_done);
    json_int(j, NULL, b->steps_total);
    json_close_list(j);
    if (b->eta_low_s >= 0) {
        json_open_list(j, "eta_s");
        json_num(j, NULL, b->eta_low_s, 0);
        json_num(j, NULL, b->eta_high_s, 0);
        json_close_list(j);
    } else {
        json_null(j, "eta_s");
    }
    json_int(j, "rejects", b->rejected);
    json_int(j, "warnings_new", b->warnings_new);
    json_int(j, "retries", b->retries);
    text_or_null(j, "paused_by", b->paused_by);
    text_or_null(j, "pause_until", b->pause_until);
    text_or_null(j, "asked", b->asked);
    text_or_null(j, "waits_for", b->waits_for);
    if (b->stalled) {
        json_open(j, "stall");
        json_int(j, "since_s", beat_still_s(b));
        json_close(j);
    } else {
        json_null(j, "stall");
    }
    json_str(j, "moved_at", buf_str(&moved));
    json_int(j, "log_bytes", events_bytes(b->o.events));
}

// Replaced as a whole, never synced: it is disposable, and what a full disk does to it shows elsewhere.
static void replace_file(const Beat *b, Str text)
{
    int fd = open(b->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    bool ok = write(fd, text.at, text.len) == (ssize_t)text.len;
    ok = close(fd) == 0 && ok;
    if (!ok || rename(b->beside, b->path) != 0)
        unlink(b->beside);
}

void beat_write(const Beat *b)
{
    AUTO(buf_free) Buf text = {0}, now = {0};
    instant_rfc3339(instant_now(), &now);
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "clinic", b->o.clinic);
    json_int(&j, "run", b->o.run);
    beat_describe(b, &j);
    json_str(&j, "beat_at", buf_str(&now));
    json_text(&j, "boot", b->boot);
    json_num(&j, "beat_up_s", (double)boot_now() / 1e6, 3);
    json_close(&j);
    buf_add_char(&text, '\n');
    replace_file(b, buf_str(&text));
}
