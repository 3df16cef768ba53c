#include "base/file.h"
#include "base/intl.h"
#include "engine/audit.h"
#include "engine/decisions.h"
#include "engine/lock.h"

static void close_later(void *control)
{
    control_close(control);
}

Control *decisions_open(Arena *a, const Clinic *clinic, bool take, Problems *problems, Err *err)
{
    const char *state = clinic->state_folder;
    if (!file_exists(decisions_path(a, clinic)) && !file_exists(file_join(a, state, "control.db"))) {
        err_set(err, ERR_USAGE, _("%s has had no run yet"), clinic->name);
        err_hint(err, "mudanza autopilot %s", clinic->typed);
        return NULL;
    }
    Control *c = file_make_folder(state, 0700, err) ? control_open(state, true, err) : NULL;
    if (!c)
        return NULL;
    arena_defer(a, close_later, c);
    return !take || decisions_ready(a, clinic, c, lock_user(a), problems, err) ? c : NULL;
}

bool decisions_written(Arena *a, const Clinic *clinic, Control *c, const char *action, int64_t count,
                       Err *err)
{
    JsonOut *j;
    if (!count)
        return true;
    Audit *audit = audit_begin(clinic->state_folder, clinic->name, action, &j);
    json_int(j, "count", count);
    return (audit_end(audit, err) && decisions_export(a, clinic, c, err)) ||
           err_wrap(err, "%s", _("decided, but not written down in the clinic's folder"));
}
