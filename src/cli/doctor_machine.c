// The machine: terminal, locale, clock, the product's own files.
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/intl.h"
#include "cli/doctor_checks.h"

static Finding terminal(const Checkup *c)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return (Finding){"terminal", FINDING_GOOD, ERR_NONE, _("none: nothing will be asked"), NULL};
    if (!term || !*term || !strcmp(term, "dumb"))
        return (Finding){"terminal", FINDING_DOUBTFUL, ERR_NONE,
                             _("TERM names no terminal: only plain lines are possible"),
                             _("set TERM, for example to xterm-256color")};
    TerminalFacts facts = {0};
    if (c->cli->screens)
        c->cli->screens->facts(&facts);
    if (!facts.places_cursor)
        return (Finding){"terminal", FINDING_DOUBTFUL, ERR_NONE,
                             arena_text(c->arena, _("%s cannot show the screens: only plain lines are possible"), term),
                             _("set TERM, for example to xterm-256color")};
    const char *letters = facts.unicode ? _("with Unicode") : _("7-bit characters alone");
    const char *taken = !strcmp(term, facts.name) ? term : arena_text(c->arena, _("%s, taken for %s"), term, facts.name);
    return (Finding){"terminal", FINDING_GOOD, ERR_NONE,
                         arena_text(c->arena, _("%s, %d colours, %s; if it is ever left in disorder, type: reset"), taken,
                                    facts.colors, letters),
                         NULL};
}

static Finding locale(const Checkup *c)
{
    const char *codeset = nl_langinfo(CODESET);
    if (!strcmp(codeset, "UTF-8"))
        return (Finding){"locale", FINDING_GOOD, ERR_NONE, "UTF-8", NULL};
    return (Finding){
        "locale", FINDING_DOUBTFUL, ERR_NONE,
        arena_text(c->arena, _("%s: names with accents may not be shown as they are"), codeset),
        _("set LANG to a UTF-8 locale, for example C.UTF-8")};
}

static Finding clock_sane(const Checkup *c)
{
    AUTO(buf_free) Buf now = {0};
    Instant t = instant_now();
    instant_rfc3339(t, &now);
    if (clock_is_sane(t))
        return (Finding){"clock", FINDING_GOOD, ERR_NONE, str_keep(c->arena, buf_str(&now)), NULL};
    return (Finding){"clock", FINDING_BAD, ERR_INTERNAL,
                         arena_text(c->arena, _("the clock says %s"), buf_text(&now)),
                         _("set the clock (timedatectl set-ntp true)")};
}

static Finding product_files(const Checkup *c)
{
    Err err = {0};
    const char *folder = data_folder(c->arena, &err);
    if (folder)
        return (Finding){"files", FINDING_GOOD, ERR_NONE, folder, NULL};
    return (Finding){"files", FINDING_BAD, ERR_CONFIG, arena_text(c->arena, "%s", err.text),
                         arena_text(c->arena, "%s", err.hint)};
}

DoctorCheck *const machine_checks[] = {terminal, locale, clock_sane, product_files, NULL};
