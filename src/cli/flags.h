// Every flag of every command, once: parser, help and mudanza(1) read this table.
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include "base/err.h"
#include "base/str.h"

typedef enum {
    FLAG_HELP,
    FLAG_VERSION,
    FLAG_JSON,
    FLAG_QUIET,
    FLAG_PLAIN,
    FLAG_NO_TUI,
    FLAG_ASCII,
    FLAG_COLOR,
    FLAG_THEME,
    FLAG_LANG,
    FLAG_VERBOSE,
    FLAG_WORKSPACE,
    FLAG_STATE_DIR,
    FLAG_YES,
    FLAG_NO_INPUT,
    FLAG_READ_ONLY,
    FLAG_PASSPHRASE_FILE,
    FLAG_PASSPHRASE_FD,
    FLAG_AS_OF,
    FLAG_ON_REJECT,
    FLAG_MAX_REJECTS,
    FLAG_ON_FAIL,
    FLAG_ON_CONFLICT,
    FLAG_BULK,
    FLAG_UNREVIEWED,
    FLAG_MAX_DURATION,
    FLAG_WINDOW,
    FLAG_PROGRESS_INTERVAL,
    FLAG_NOTE,
    FLAG_FAIL_IF_NOOP,
    FLAG_FROM,
    FLAG_TO,
    FLAG_STAGE,
    FLAG_CATEGORY,
    FLAG_FAILED,
    FLAG_STALE,
    FLAG_ONLY,
    FLAG_WITH_UPSTREAM,
    FLAG_SOURCE,
    FLAG_PROFILE,
    FLAG_TARGET,
    FLAG_SET,
    FLAG_ROWS,
    FLAG_LIMIT_ROWS,
    FLAG_FORMAT,
    FLAG_ORIGIN,
    FLAG_FOLLOW,
    FLAG_STEP,
    FLAG_GREP,
    FLAG_LEVEL,
    FLAG_LAYERING,
    FLAG_SEVERITY,
    FLAG_CODE,
    FLAG_ENTITY,
    FLAG_STATE,
    FLAG_NEW,
    FLAG_KEY,
    FLAG_IN_RUN,
    FLAG_BY,
    FLAG_REASON,
    FLAG_UNTIL,
    FLAG_WITH_VALUES,
    FLAG_ALL,
    FLAG_JOBS,
    FLAG_AFTER,
    FLAG_NOW,
    FLAG_PLAN,
    FLAG_CONFIRM,
    FLAG_UNMASK,
    FLAG_FIELD,
    FLAG_OWNER,
    FLAG_WHO,
    FLAG_ENCODING,
    FLAG_DELIMITER,
    FLAG_QUOTE,
    FLAG_ESCAPE,
    FLAG_HEADER,
    FLAG_SKIP,
    FLAG_NULL,
    FLAG_SHEET,
    FLAG_THREADS,
    FLAG_LISTEN,
    FLAG_TOKEN_FILE,
    FLAG_MAX_MB,
    FLAG_UPLOADS,
    FLAG_TLS_CERT,
    FLAG_TLS_KEY,
    FLAG_PROPOSED,
    FLAG_MIN_SCORE,
    FLAG_BELOW,
    FLAG_OFFERED,
    FLAG_SORT,
    FLAG_WITH,
    FLAG_IN,
    FLAG_TOTAL,
} FlagId;

// What a value must look like; checked by the parser, so a command gets only values that make sense.
typedef enum {
    FLAG_SWITCH,   // no value
    FLAG_TEXT,     // anything but the empty text
    FLAG_ANY,      // anything
    FLAG_WORD,     // one of `words`
    FLAG_NUMBER,   // a whole number from 0
    FLAG_HOURS,    // 22:00-06:00
    FLAG_DURATION, // 90s, 30m, 1h30m
    FLAG_DAY,      // 2026-12-31
    FLAG_INSTANT,  // 2026-11-21 or 2026-11-21T12:00:00Z
    FLAG_LIMIT,    // 100,1%: so many and such a part of the rows
    FLAG_REVIEW,   // block, exact, proposed, or a score from 0 to 1
    FLAG_SCORE,    // from 0 to 1
    FLAG_PAIR,     // NAME=VALUE
    FLAG_PLACE,    // a file, or a connection as below
    FLAG_CONNINFO, // keyword=value pairs, postgresql:// or sqlite:PATH; a password in it is refused
} FlagKind;

typedef struct {
    FlagId id;
    const char *name; // without the dashes
    char letter;      // 'v' for -v; 0: none
    FlagKind kind;
    bool repeats;         // may be given several times; otherwise the last one counts
    const char *argument; // its word in the help; NULL for a switch
    const char *words;    // FLAG_WORD: "auto|always|never"
    const char *env;      // the variable that stands in for it; NULL: none
    const char *about;    // N_()
} Flag;

extern const Flag flag_table[]; // FLAG_TOTAL entries, in the order of FlagId

// A set of flags is a list of their ids that FLAG_TOTAL ends; NULL is the empty one. FLAGS(A, B) makes it, also
// in a constant table. The names below stand for several ids inside of it.
typedef const unsigned char *FlagSet;
#define FLAGS(...) ((const unsigned char[]){__VA_ARGS__, FLAG_TOTAL})

// What every command takes.
#define FLAGS_EVERYWHERE                                                                                     \
    FLAG_HELP, FLAG_VERSION, FLAG_JSON, FLAG_QUIET, FLAG_PLAIN, FLAG_NO_TUI, FLAG_ASCII, FLAG_COLOR, FLAG_THEME,       \
        FLAG_LANG, FLAG_VERBOSE, FLAG_WORKSPACE, FLAG_STATE_DIR, FLAG_YES, FLAG_NO_INPUT, FLAG_READ_ONLY
#define FLAGS_PASSPHRASE FLAG_PASSPHRASE_FILE, FLAG_PASSPHRASE_FD
// What of a pipeline a command is about.
#define FLAGS_SELECT                                                                                         \
    FLAG_FROM, FLAG_TO, FLAG_STAGE, FLAG_CATEGORY, FLAG_FAILED, FLAG_STALE, FLAG_ONLY, FLAG_WITH_UPSTREAM
// Which issues a command is about.
#define FLAGS_ISSUES                                                                                         \
    FLAG_SEVERITY, FLAG_CODE, FLAG_ENTITY, FLAG_STATE, FLAG_NEW, FLAG_KEY, FLAG_IN_RUN, FLAG_STEP, FLAG_OWNER
// Which proposed links a command is about.
#define FLAGS_LINKS FLAG_STATE, FLAG_PROPOSED, FLAG_MIN_SCORE, FLAG_BELOW, FLAG_OFFERED, FLAG_GREP
#define FLAGS_REJECTS FLAG_CODE, FLAG_ENTITY, FLAG_STEP
// How a delimited file is written, where that is not to be found out.
#define FLAGS_CSV FLAG_ENCODING, FLAG_DELIMITER, FLAG_QUOTE, FLAG_ESCAPE, FLAG_HEADER, FLAG_SKIP, FLAG_NULL
// How a worker behaves.
#define FLAGS_WORK                                                                                           \
    FLAGS_PASSPHRASE, FLAG_AS_OF, FLAG_ON_REJECT, FLAG_MAX_REJECTS, FLAG_ON_FAIL, FLAG_ON_CONFLICT, FLAG_BULK, \
        FLAG_UNREVIEWED, FLAG_MAX_DURATION, FLAG_WINDOW, FLAG_PROGRESS_INTERVAL, FLAG_NOTE, FLAG_FAIL_IF_NOOP

bool flag_in(FlagId id, FlagSet set);
// What a command with this set takes: those of the set and FLAGS_EVERYWHERE.
bool flag_taken(FlagId id, FlagSet set);

const Flag *flag_named(Str name); // NULL: unknown
const Flag *flag_lettered(char letter);
// The known flag (without dashes) nearest to a name, among all or those taken with a set; NULL: none is near.
const char *flag_nearest(const char *name);
const char *flag_nearest_taken(const char *name, FlagSet set);
// false + ERR_USAGE when the value is not what the flag wants. The message never repeats a conninfo.
bool flag_check(Arena *a, const Flag *flag, const char *value, Err *err) MUST_CHECK;
// The same for a FLAG_WORD of which a command takes only some words.
bool flag_takes(FlagId id, const char *value, const char *words, Err *err) MUST_CHECK;

// The values in their own terms; the text has passed flag_check.
int64_t flag_seconds(const char *duration);
void flag_limit(const char *limit, int64_t *rows, double *ratio); // a missing half leaves its variable alone

#endif
