// The programs a clinic's hooks name.
#include "base/intl.h"
#include "cli/doctor_checks.h"
#include "engine/hook_job.h"

// A hook that fails never stops a run: the first that cannot be called is told.
Finding doctor_hooks(const Checkup *c)
{
    size_t bad = 0;
    Finding first = finding_good("hooks", _("none"));
    const Clinic *clinic = c->clinic;
    for (size_t i = 0; i < clinic->n_hooks; i++) {
        Err err = {0};
        if (hook_may_call(clinic->hooks[i].exec[0], &err) || bad++)
            continue;
        first = finding_doubtful("hooks", arena_text(c->arena, _("line %d of config.yaml: %s"), clinic->hooks[i].line, err.text),
                               err.hint[0] ? arena_text(c->arena, "%s", err.hint)
                                           : arena_text(c->arena, "mudanza hooks test %s", clinic->typed));
    }
    if (clinic->n_hooks && !bad)
        return finding_good("hooks", arena_text(c->arena, ngettext("%zu program can be called", "%zu programs can be called", clinic->n_hooks),
                                              clinic->n_hooks));
    return first;
}
