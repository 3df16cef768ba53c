#include "engine/reason_shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

// The words of those who note them; many NULL: there is no plural. What begins like another one and is longer comes
// first.
static const struct {
    const char *one, *many;
} reasons[] = {
    {N_("everything is done and balances"), NULL},
    {N_("nothing to do: everything is up to date"), NULL},
    {N_("the chosen steps are done; nothing was to be written"), NULL},
    {N_("nothing was found amiss"), NULL},
    {N_("it would go well; everything was rolled back"), NULL},
    {N_("everything the run wrote is undone"), NULL},
    {"finished; %lld row was rejected, see the report", "finished; %lld rows were rejected, see the report"},
    {"nothing to do: everything is up to date; %lld row stays rejected",
     "nothing to do: everything is up to date; %lld rows stay rejected"},
    {"everything is done and balances; %lld row stays out by decision",
     "everything is done and balances; %lld rows stay out by decision"},
    {"%lld row would be rejected, see the report; everything was rolled back",
     "%lld rows would be rejected, see the report; everything was rolled back"},
    {"undone; %lld row stays, because it was changed or built upon since",
     "undone; %lld rows stay, because they were changed or built upon since"},
    {N_("the time limit was reached"), NULL},
    {N_("the window %s is over"), NULL},
    {N_("stopped by a signal after the running batch"), NULL},
    {N_("stopped by %s after the running batch"), NULL},
    {N_("stopped by %s after the running step"), NULL},
    {N_("stopped by %s"), NULL},
    {N_("%s is encrypted and no passphrase was given"), NULL},
    {N_("the run stalled: nothing moved for %lld s"), NULL},
    {N_("the run stalled and did not obey"), NULL},
    {N_("nothing has moved for %lld s"), NULL},
    {N_("rows are lost"), NULL},
    {"%s: %lld row is lost", "%s: %lld rows are lost"},
    {"%lld issue %s wants a decision", "%lld issues %s want a decision"},
    {N_("the target refused %lld of %lld rows: more than the limit"), NULL},
    {N_("%lld of %lld rows rejected: more than the limit"), NULL},
    {N_("rows missing: %lld, different: %lld; the first: %s, record %s, %s"), NULL},
    {N_("%lld rows of %s refer to rows of %s that are not there (%s)"), NULL},
    {N_("the target's tables were changed while the run was at work"), NULL},
    {N_("the source has not been extracted: run the extract steps first"), NULL},
    {N_("%s changed while it was read"), NULL},
    {N_("less than %lld MB are free at %s"), NULL},
    {N_("pause asked for by %s"), NULL},
    {N_("continued by %s"), NULL},
    {N_("stop asked for by %s"), NULL},
    {N_("goes on"), NULL},
    {N_("waits for %s"), NULL},
    {N_("switched off in commands.yaml, line %d"), NULL},
    {N_("not selected"), NULL},
};

enum { VALUES = 6 };

// The length of what stands for a value: %s, %d, %zu, %lld; 0: nothing does.
static size_t mark(const char *at)
{
    static const char *const marks[] = {"%s", "%d", "%zu", "%lld"};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (strncmp(at, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    return 0;
}

static bool is_number(Str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
    return value.len > 0;
}

// Whether the text is the form with values, which it then gives. A value ends where the words behind it begin.
static bool fits(const char *form, Str text, Str *values)
{
    size_t at = 0, n = 0;
    for (const char *p = form; *p;) {
        size_t len = mark(p);
        if (!len) {
            if (at >= text.len || text.at[at] != *p)
                return false;
            at++;
            p++;
            continue;
        }
        const char *behind = p + len;
        size_t words = 0, end = at;
        while (behind[words] && !mark(behind + words))
            words++;
        if (!words)
            end = text.len;
        while (words && end + words <= text.len && memcmp(text.at + end, behind, words) != 0)
            end++;
        if (n == VALUES || end == at || end > text.len || (words && end + words > text.len))
            return false;
        values[n++] = (Str){text.at + at, end - at};
        if (p[1] != 's' && !is_number(values[n - 1]))
            return false;
        at = end;
        p = behind;
    }
    return at == text.len;
}

static const char *filled(Arena *a, const char *form, const Str *values)
{
    AUTO(buf_free) Buf out = {0};
    for (const char *p = form; *p;) {
        size_t len = mark(p);
        if (len)
            buf_add(&out, *values++);
        else
            buf_add_char(&out, *p);
        p += len ? len : 1;
    }
    return str_keep(a, buf_str(&out));
}

static unsigned long first_number(const Str *values)
{
    for (size_t i = 0; i < VALUES; i++)
        if (is_number(values[i]))
            return strtoul(values[i].at, NULL, 10);
    return 0;
}

// Forms of the language of messages; many: of so many.
static const char *form_of(size_t i, unsigned long many)
{
    return reasons[i].many ? ngettext(reasons[i].one, reasons[i].many, many) : _(reasons[i].one);
}

static const char *in_english(Arena *a, Str text)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        for (unsigned long many = 1; many <= 2; many++) {
            Str values[VALUES] = {{0}};
            if (fits(form_of(i, many), text, values))
                return filled(a, many == 1 || !reasons[i].many ? reasons[i].one : reasons[i].many, values);
        }
    return NULL;
}

static const char *known(Arena *a, Str text)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        Str values[VALUES] = {{0}};
        const char *one = reasons[i].one, *many = reasons[i].many;
        if (!fits(one, text, values) && (!many || !fits(many, text, values)))
            continue;
        return filled(a, form_of(i, first_number(values)), values);
    }
    return NULL;
}

// "patient/insert: why"
static size_t step_in_front(const char *reason)
{
    size_t n = strcspn(reason, ": ");
    return memchr(reason, '/', n) && strncmp(reason + n, ": ", 2) == 0 ? n + 2 : 0;
}

static const char *by(Arena *a, const char *reason, const char *(*one)(Arena *a, Str text))
{
    const char *shown = reason ? one(a, str_of(reason)) : NULL;
    size_t step = reason ? step_in_front(reason) : 0;
    if (!shown && step && (shown = one(a, str_of(reason + step))))
        shown = arena_text(a, "%.*s%s", (int)step, reason, shown);
    return shown ? shown : reason;
}

const char *reason_shown(Arena *a, const char *reason)
{
    return by(a, reason, known);
}

const char *reason_kept(Arena *a, const char *reason)
{
    return by(a, reason, in_english);
}
