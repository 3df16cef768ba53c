#include "engine/reason_shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

// The words of those who note them, with one value at most; plural NULL: it is no number. The longer first.
static const struct {
    const char *one, *many;
} reasons[] = {
    {N_("everything is done and balances"), NULL},
    {N_("nothing to do: everything is up to date"), NULL},
    {N_("the chosen steps are done; nothing was to be written"), NULL},
    {N_("nothing was found amiss"), NULL},
    {"finished; %lld row was rejected, see the report", "finished; %lld rows were rejected, see the report"},
    {"nothing to do: everything is up to date; %lld row stays rejected",
     "nothing to do: everything is up to date; %lld rows stay rejected"},
    {"everything is done and balances; %lld row stays out by decision",
     "everything is done and balances; %lld rows stay out by decision"},
    {N_("the time limit was reached"), NULL},
    {N_("the window %s is over"), NULL},
    {N_("stopped by a signal after the running batch"), NULL},
    {N_("stopped by %s after the running batch"), NULL},
    {N_("stopped by %s after the running step"), NULL},
    {N_("stopped by %s"), NULL},
    {N_("%s is encrypted and no passphrase was given"), NULL},
};

// before %s or %lld, and behind it.
static Str split(const char *form, Str *behind)
{
    size_t n = strcspn(form, "%");
    const char *rest = form + n;
    *behind = str_of(rest + (!*rest ? 0 : strncmp(rest, "%lld", 4) == 0 ? 4 : 2));
    return (Str){form, n};
}

static bool fits(const char *form, Str text, Str *value)
{
    Str behind, before = split(form, &behind);
    if (text.len < before.len + behind.len || memcmp(text.at, before.at, before.len) != 0 ||
        memcmp(text.at + text.len - behind.len, behind.at, behind.len) != 0)
        return false;
    *value = (Str){text.at + before.len, text.len - before.len - behind.len};
    return strchr(form, '%') ? value->len > 0 : value->len == 0;
}

const char *reason_shown(Arena *a, const char *reason)
{
    Str value, behind;
    for (size_t i = 0; reason && i < ARRAY_LEN(reasons); i++) {
        const char *one = reasons[i].one, *many = reasons[i].many;
        if (!fits(one, str_of(reason), &value) && (!many || !fits(many, str_of(reason), &value)))
            continue;
        long n = many ? strtol(str_keep(a, value), NULL, 10) : 0;
        const char *form = many ? ngettext(one, many, (unsigned long)n) : _(one);
        Str before = split(form, &behind);
        return arena_text(a, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(value), STR_ARG(behind));
    }
    return reason;
}
