#include "engine/beat_read.h"

#include <string.h>

#include "base/boot.h"
#include "base/file.h"
#include "base/json_read.h"
#include "engine/lock.h"

enum { STATUS_MAX = 64 * 1024, SILENT_S = 5, SUSPICIOUS_S = 60 };

WorkerPulse worker_pulse(const WorkerSeen *seen)
{
    if (seen->silent_s > SUSPICIOUS_S)
        return WORKER_SUSPICIOUS;
    return seen->silent_s > SILENT_S ? WORKER_SILENT : WORKER_ALIVE;
}

static const char *text_at(Arena *a, Str json, const char *key, const char *otherwise)
{
    const char *text = json_as_text(a, json_member(json, key));
    return text ? text : otherwise;
}

static int64_t int_at(Str json, const char *key, int64_t otherwise)
{
    return json_as_int(json_member(json, key), otherwise);
}

// Since it last wrote, by the clock nobody can set. Of another machine, or another start of this one, only the
// other clock is known: one that was set back makes no worker of the future, it has just written.
static double silent_s(Arena *a, Str json)
{
    Instant then;
    bool has_offset;
    const char *boot = text_at(a, json, "boot", "");
    if (*boot && strcmp(boot, boot_id(a)) == 0)
        return MAX((double)boot_now() / 1e6 - json_as_num(json_member(json, "beat_up_s"), 0), 0.0);
    if (!instant_parse(str_of(text_at(a, json, "beat_at", "")), &then, &has_offset))
        return 0;
    return MAX((double)(instant_now() - then) / 1e6, 0.0);
}

static void read_all(Arena *a, Str json, WorkerSeen *out)
{
    Str steps = json_member(json, "steps"), eta = json_member(json, "eta_s"),
        stall = json_member(json, "stall");
    *out = (WorkerSeen){
        .run = int_at(json, "run", 0),
        .pid = int_at(json, "pid", 0),
        .done = int_at(json, "done", 0),
        .rows = int_at(json, "rows", -1),
        .rejects = int_at(json, "rejects", 0),
        .steps_done = json_as_int(json_element(steps, 0), 0),
        .steps_total = json_as_int(json_element(steps, 1), 0),
        .warnings_new = int_at(json, "warnings_new", 0),
        .retries = int_at(json, "retries", 0),
        .clinic = text_at(a, json, "clinic", ""),
        .host = text_at(a, json, "host", ""),
        .state = text_at(a, json, "state", ""),
        .phase = text_at(a, json, "phase", ""),
        .step = text_at(a, json, "step", ""),
        .paused_by = text_at(a, json, "paused_by", NULL),
        .pause_until = text_at(a, json, "pause_until", NULL),
        .asked = text_at(a, json, "asked", NULL),
        .waits_for = text_at(a, json, "waits_for", NULL),
        .rate = json_as_num(json_member(json, "rate"), 0),
        .eta_low_s = json_as_num(json_element(eta, 0), -1),
        .eta_high_s = json_as_num(json_element(eta, 1), -1),
        .still_s = stall.at ? json_as_num(json_member(stall, "since_s"), 0) : 0,
        .silent_s = silent_s(a, json),
        .json = json,
    };
}

bool beat_read(Arena *a, const char *state_folder, WorkerSeen *out)
{
    Str json;
    Err ignored = {0};
    const char *owner;
    const char *path = file_join(a, state_folder, "status.json");
    // replaced as a whole: what is read is never half
    if (file_is_other(path) || !file_read(a, path, STATUS_MAX, &json, &ignored) ||
        !lock_owner(a, state_folder, &owner))
        return false;
    json = str_trim(json);
    if (!json_is_object(json) || !json_is_object(str_of(owner)))
        return false;
    read_all(a, json, out);
    return out->pid == int_at(str_of(owner), "pid", -1) && out->run == int_at(str_of(owner), "run", -1);
}
