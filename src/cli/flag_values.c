// What the values of flags look like, and what they mean.
#include <string.h>

#include "base/date.h"
#include "base/intl.h"
#include "cli/flags.h"
#include "config/config_values.h"
#include "config/conninfo.h"
#include "engine/window.h"

static bool whole_number(Str text, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *out = *out * 10 + (text.at[i] - '0');
    }
    return text.len > 0 && text.len <= 15;
}

static bool word_in(const char *word, const char *words)
{
    Str rest = str_of(words), head;
    while (str_cut(&rest, '|', &head))
        if (str_is(head, word))
            return true;
    return false;
}

int64_t flag_seconds(const char *text)
{
    int64_t seconds = 0;
    return duration_parse(str_of(text), &seconds) ? seconds : 0;
}

static bool limit(const char *text, int64_t *rows, double *ratio)
{
    Str rest = str_of(text), part;
    bool have_rows = false, have_ratio = false;
    while (str_cut(&rest, ',', &part)) {
        bool *have = str_ends(part, "%") ? &have_ratio : &have_rows;
        if (*have || !(have == &have_ratio ? percent_parse(part, ratio) : whole_number(part, rows)))
            return false;
        *have = true;
    }
    return have_rows || have_ratio;
}

void flag_limit(const char *text, int64_t *rows, double *ratio)
{
    limit(text, rows, ratio);
}

// The message of a refused connection text says what is wrong with it and repeats nothing of it.
static bool connection(Arena *a, const Flag *flag, const char *value, Err *err)
{
    Conninfo parts;
    if (str_starts(str_of(value), "sqlite:")) // the embedded database at another place
        return true;
    if (conninfo_parse(a, value, &parts, err))
        return true;
    return err_wrap(err, "--%s", flag->name);
}

static bool wants(const Flag *flag, const char *value, const char *what, Err *err)
{
    return err_set(err, ERR_USAGE, _("--%s wants %s, not \"%s\""), flag->name, what, value);
}

bool flag_takes(FlagId id, const char *value, const char *words, Err *err)
{
    return word_in(value, words) || wants(&flag_table[id], value, words, err);
}

bool flag_check(Arena *a, const Flag *flag, const char *value, Err *err)
{
    int64_t number;
    double ratio;
    Instant instant;
    Date day;
    bool offset;
    DayWindow window;
    const char *equals;
    if (flag->kind != FLAG_SWITCH && flag->kind != FLAG_ANY && !*value)
        return err_set(err, ERR_USAGE, _("--%s wants a value (%s) and got an empty one"), flag->name,
                       flag->argument);
    switch (flag->kind) {
    case FLAG_SWITCH:
    case FLAG_ANY:
    case FLAG_TEXT: return true;
    case FLAG_WORD: return word_in(value, flag->words) || wants(flag, value, flag->words, err);
    case FLAG_NUMBER:
        return whole_number(str_of(value), &number) || wants(flag, value, _("a whole number"), err);
    case FLAG_HOURS:
        return window_parse(str_of(value), &window) ||
               wants(flag, value, _("two different times such as 22:00-06:00"), err);
    case FLAG_DURATION:
        return (duration_parse(str_of(value), &number) && number > 0) ||
               wants(flag, value, _("a time such as 90s, 30m or 6h"), err);
    case FLAG_DAY:
        return (strlen(value) == 10 && date_parse(str_of(value), "ymd", &day)) ||
               wants(flag, value, _("a day such as 2026-12-31"), err);
    case FLAG_INSTANT:
        return instant_parse(str_of(value), &instant, &offset) ||
               wants(flag, value, _("an instant such as 2026-11-21T12:00:00Z"), err);
    case FLAG_LIMIT:
        return limit(value, &number, &ratio) || wants(flag, value, _("a limit such as 100,1%"), err);
    case FLAG_REVIEW:
        return word_in(value, "block|exact|proposed") || score_parse(str_of(value), &ratio) ||
               wants(flag, value, _("block, exact, proposed or a score from 0 to 1"), err);
    case FLAG_SCORE:
        return score_parse(str_of(value), &ratio) || wants(flag, value, _("a score from 0 to 1"), err);
    case FLAG_PAIR:
        equals = strchr(value, '=');
        if (equals && equals != value)
            return true;
        // the value may be anything, secrets included: it is not repeated
        return err_set(err, ERR_USAGE, _("--%s wants NAME=VALUE"), flag->name);
    case FLAG_PLACE:
        if (!str_starts(str_of(value), "postgres://") && !str_starts(str_of(value), "postgresql://"))
            return true;
        return connection(a, flag, value, err);
    case FLAG_CONNINFO: return connection(a, flag, value, err);
    }
    return true;
}
