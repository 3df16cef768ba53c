// The server of a PostgreSQL target: asked, and only asked.
#include "base/intl.h"
#include "cli/doctor_checks.h"
#include "engine/examine.h"

size_t doctor_server(const Checkup *c, CheckResult *out, size_t most)
{
    static const CheckState states[] = {
        [FINDING_GOOD] = CHECK_OK, [FINDING_DOUBTFUL] = CHECK_WARN, [FINDING_BAD] = CHECK_FAIL};
    Err err = {0};
    TargetFinding *found;
    size_t n, kept = 0;
    if (c->clinic->jobs > 1 && c->clinic->target_type == TARGET_SQLITE)
        out[kept++] = check_doubtful("jobs", _("an embedded target is written on one connection, whatever limits.jobs says"),
                                     _("take limits.jobs out of config.yaml"));
    bool ok = target_examine(c->arena, c->clinic, &found, &n, &err);
    for (size_t i = 0; i < n && kept < most; i++)
        out[kept++] =
            (CheckResult){found[i].name, states[found[i].state], ERR_TARGET, found[i].text, found[i].advice};
    if (!ok && kept < most)
        out[kept++] = check_bad("target", err.kind, arena_text(c->arena, "%s", err.text),
                                arena_text(c->arena, "%s", err.hint));
    return kept;
}
