#include "cli/flags.h"

#include <limits.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"

const Flag flag_table[FLAG_TOTAL] = {
    {FLAG_HELP, "help", 'h', FLAG_SWITCH, false, NULL, NULL, NULL, N_("explain the command and its flags")},
    {FLAG_VERSION, "version", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("print the version")},
    {FLAG_JSON, "json", 0, FLAG_SWITCH, false, NULL, NULL, NULL,
     N_("print one JSON document (or a stream of events) on standard output and nothing else")},
    {FLAG_QUIET, "quiet", 'q', FLAG_SWITCH, false, NULL, NULL, NULL, N_("print only errors and what was asked for")},
    {FLAG_PLAIN, "plain", 0, FLAG_SWITCH, false, NULL, NULL, "MUDANZA_PLAIN", N_("lines only, no screens")},
    {FLAG_NO_TUI, "no-tui", 0, FLAG_SWITCH, false, NULL, NULL, "MUDANZA_NO_TUI",
     N_("no screens; lines may still change in their place")},
    {FLAG_ASCII, "ascii", 0, FLAG_SWITCH, false, NULL, NULL, "MUDANZA_ASCII", N_("screens of 7-bit characters alone")},
    {FLAG_COLOR, "color", 0, FLAG_WORD, false, "WHEN", "auto|always|never", NULL,
     N_("use colours; auto: on a terminal, unless NO_COLOR is set")},
    {FLAG_THEME, "theme", 0, FLAG_WORD, false, "NAME", "default|light|mono|cvd", "MUDANZA_THEME",
     N_("colours of the screens; light: for a white terminal, cvd: without red and green")},
    {FLAG_LANG, "lang", 0, FLAG_WORD, false, "LANG", "en|es", "MUDANZA_LANG", N_("language of messages")},
    {FLAG_VERBOSE, "verbose", 'v', FLAG_SWITCH, true, NULL, NULL, NULL, N_("tell more; -vv still more")},
    {FLAG_WORKSPACE, "workspace", 'C', FLAG_TEXT, false, "DIR", NULL, "MUDANZA_CLINICS_DIR",
     N_("the folder that holds the clinics")},
    {FLAG_STATE_DIR, "state-dir", 0, FLAG_TEXT, false, "DIR", NULL, "MUDANZA_STATE_DIR",
     N_("keep cache, runs and reports there instead of in the clinic's state folder")},
    {FLAG_YES, "yes", 'y', FLAG_SWITCH, false, NULL, NULL, NULL, N_("consent to starting or stopping work; to nothing that deletes")},
    {FLAG_NO_INPUT, "no-input", 0, FLAG_SWITCH, false, NULL, NULL, "MUDANZA_NO_INPUT",
     N_("never ask; implied when there is no terminal")},
    {FLAG_READ_ONLY, "read-only", 0, FLAG_SWITCH, false, NULL, NULL, "MUDANZA_READ_ONLY",
     N_("take no lock and write nothing")},
    {FLAG_PASSPHRASE_FILE, "passphrase-file", 0, FLAG_TEXT, false, "FILE", NULL, NULL,
     N_("read the passphrase from a file; one final line end is dropped")},
    {FLAG_PASSPHRASE_FD, "passphrase-fd", 0, FLAG_NUMBER, false, "N", NULL, NULL,
     N_("read the passphrase from an open file descriptor")},
    {FLAG_AS_OF, "as-of", 0, FLAG_INSTANT, false, "INSTANT", NULL, NULL, N_("what now() and today() give in mappings")},
    {FLAG_ON_REJECT, "on-reject", 0, FLAG_WORD, false, "WHAT", "stop|isolate", NULL,
     N_("a rejected row stops the step, or is set aside while the rest goes on")},
    {FLAG_MAX_REJECTS, "max-rejects", 0, FLAG_LIMIT, false, "N,P%", NULL, NULL,
     N_("a step fails with more rejects than N and than P percent of its rows")},
    {FLAG_ON_FAIL, "on-fail", 0, FLAG_WORD, false, "WHAT", "stop|skip-dependents|continue", NULL,
     N_("what follows when a step fails")},
    {FLAG_ON_CONFLICT, "on-conflict", 0, FLAG_WORD, false, "WHAT", "ask|source-wins|target-wins", NULL,
     N_("a row that changed in the source and in the target: a person decides, it is written over, or left as it is")},
    {FLAG_BULK, "bulk", 0, FLAG_WORD, false, "WHEN", "auto|never|always", NULL,
     N_("take foreign keys and indexes of empty tables of a server off for the load, and make them anew after it")},
    {FLAG_UNREVIEWED, "unreviewed", 0, FLAG_REVIEW, false, "WHICH", NULL, NULL,
     N_("proposed links that count without review: block (none), exact, a score such as 0.9, or proposed (all)")},
    {FLAG_MAX_DURATION, "max-duration", 0, FLAG_DURATION, false, "TIME", NULL, NULL, N_("stop in good order after this long (6h, 90m)")},
    {FLAG_WINDOW, "window", 0, FLAG_HOURS, false, "HH:MM-HH:MM", NULL, NULL,
     N_("work only between these local times: wait for the first, stop in good order at the second")},
    {FLAG_PROGRESS_INTERVAL, "progress-interval", 0, FLAG_DURATION, false, "TIME", NULL, NULL,
     N_("how often progress is told (30s)")},
    {FLAG_NOTE, "note", 0, FLAG_TEXT, false, "TEXT", NULL, NULL, N_("a remark kept with the run")},
    {FLAG_FAIL_IF_NOOP, "fail-if-noop", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("exit 9 instead of 0 when there was nothing to do")},
    {FLAG_FROM, "from", 0, FLAG_TEXT, false, "STEP", NULL, NULL, N_("this step and those after it")},
    {FLAG_TO, "to", 0, FLAG_TEXT, false, "STEP", NULL, NULL, N_("this step and those before it")},
    {FLAG_STAGE, "stage", 0, FLAG_TEXT, false, "X,V,I,C", NULL, NULL,
     N_("only these stages: X extract, V validate, I insert, C verify (check the target)")},
    {FLAG_CATEGORY, "category", 0, FLAG_TEXT, false, "NAME", NULL, NULL, N_("only steps of this category")},
    {FLAG_FAILED, "failed", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("only steps that failed or left rejects")},
    {FLAG_STALE, "stale", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("only steps whose inputs have changed")},
    {FLAG_ONLY, "only", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("only what was named, not what it needs")},
    {FLAG_WITH_UPSTREAM, "with-upstream", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("also what the named steps need")},
    {FLAG_SOURCE, "source", 0, FLAG_PLACE, false, "FILE", NULL, NULL, N_("the clinic's data")},
    {FLAG_PROFILE, "profile", 0, FLAG_TEXT, false, "NAME", NULL, NULL, N_("the target system, such as dentalpin")},
    {FLAG_TARGET, "target", 0, FLAG_CONNINFO, false, "CONNINFO", NULL, NULL,
     N_("the target database: service=NAME or sqlite:PATH; without it an embedded one is made")},
    {FLAG_SET, "set", 0, FLAG_PAIR, true, "NAME=VALUE", NULL, NULL, N_("a setting of the clinic; may be given several times")},
    {FLAG_ROWS, "rows", 0, FLAG_NUMBER, false, "N", NULL, NULL, N_("how many rows to show")},
    {FLAG_LIMIT_ROWS, "limit", 0, FLAG_NUMBER, false, "N", NULL, NULL,
     N_("try at most N rows of each entity, those that hang together")},
    {FLAG_FORMAT, "format", 0, FLAG_WORD, false, "FORMAT", "text|md|html|json|csv|yaml", NULL,
     N_("the form of what is printed: of a report text, md, html, json or csv; of rows and issues json or csv; of decisions yaml")},
    {FLAG_ORIGIN, "origin", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("also say where each value comes from")},
    {FLAG_FOLLOW, "follow", 'f', FLAG_SWITCH, false, NULL, NULL, NULL, N_("go on as long as the run does")},
    {FLAG_STEP, "step", 0, FLAG_TEXT, false, "STEP", NULL, NULL, N_("only this step")},
    {FLAG_GREP, "grep", 0, FLAG_TEXT, false, "TEXT", NULL, NULL, N_("only lines that hold this text")},
    {FLAG_LEVEL, "level", 0, FLAG_WORD, false, "LEVEL", "info|warning|error", NULL,
     N_("only what weighs at least this much")},
    {FLAG_LAYERING, "layering", 0, FLAG_WORD, false, "LAYERS", "raw|zstd|enc(raw)|enc(zstd)", NULL,
     N_("what lies around the database: nothing, compression, encryption, or both; without it as in the source")},
    {FLAG_SEVERITY, "severity", 0, FLAG_WORD, false, "HOW", "fatal|error|warning|information", NULL,
     N_("only issues of this severity")},
    {FLAG_CODE, "code", 0, FLAG_TEXT, false, "CODE", NULL, NULL, N_("only this code; may hold * and ?")},
    {FLAG_ENTITY, "entity", 0, FLAG_TEXT, false, "ENTITY", NULL, NULL, N_("only this entity; may hold * and ?")},
    {FLAG_STATE, "state", 0, FLAG_WORD, false, "STATE", "open|asked|ignored|resolved|pending|accepted|relinked|create_new|all", NULL,
     N_("only issues or links in this state; issues that are open unless said otherwise")},
    {FLAG_NEW, "new", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("only issues that the last run met first")},
    {FLAG_KEY, "key", 0, FLAG_TEXT, false, "ID", NULL, NULL, N_("only issues of the row with this id")},
    {FLAG_IN_RUN, "run", 0, FLAG_NUMBER, false, "RUN", NULL, NULL, N_("only issues that were there in this run")},
    {FLAG_BY, "by", 0, FLAG_WORD, false, "WHAT", "severity|code|entity|cause", NULL,
     N_("what to count by; otherwise by severity, code and entity")},
    {FLAG_REASON, "reason", 0, FLAG_TEXT, false, "TEXT", NULL, NULL, N_("why; kept with the decision")},
    {FLAG_UNTIL, "until", 0, FLAG_DAY, false, "DAY", NULL, NULL, N_("the last day of the decision (2026-12-31)")},
    {FLAG_WITH_VALUES, "with-values", 0, FLAG_SWITCH, false, NULL, NULL, NULL,
     N_("also the rows as they were read: data of patients; noted in audit.log")},
    {FLAG_ALL, "all", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("every clinic of the workspace")},
    {FLAG_JOBS, "jobs", 0, FLAG_NUMBER, false, "N", NULL, NULL,
     N_("so many entities at a time, each on a connection of its own (1); with --all, clinics (2)")},
    {FLAG_AFTER, "after", 0, FLAG_WORD, false, "WHAT", "batch|step", NULL, N_("stop when the running batch (the default) or step is done")},
    {FLAG_NOW, "now", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("stop at once: what the running batch wrote is taken back")},
    {FLAG_PLAN, "plan", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("tell what would be done, and do nothing")},
    {FLAG_CONFIRM, "confirm", 0, FLAG_TEXT, false, "PHRASE", NULL, NULL,
     N_("do it: the phrase that --plan tells")},
    {FLAG_UNMASK, "unmask", 0, FLAG_SWITCH, false, NULL, NULL, NULL,
     N_("values as they are: data of patients; noted in audit.log")},
    {FLAG_FIELD, "field", 0, FLAG_TEXT, false, "NAME", NULL, NULL,
     N_("also how this column of the target, or what is made of this field, got its value")},
    {FLAG_OWNER, "owner", 0, FLAG_TEXT, false, "PERSON", NULL, NULL,
     N_("only issues that this person looks after; may hold * and ?; nobody: those without")},
    {FLAG_WHO, "who", 0, FLAG_TEXT, false, "PERSON", NULL, NULL, N_("who looks after them from now on; nobody: nobody any more")},
    {FLAG_ENCODING, "encoding", 0, FLAG_TEXT, false, "NAME", NULL, NULL,
     N_("the encoding of the text, such as utf-8, windows-1252, cp850 or utf-16")},
    {FLAG_DELIMITER, "delimiter", 0, FLAG_TEXT, false, "TEXT", NULL, NULL,
     N_("what stands between two fields; \\t is a tab, \\x1f a byte")},
    {FLAG_QUOTE, "quote", 0, FLAG_ANY, false, "CHARACTER", NULL, NULL, N_("what fields may be wrapped in; none: nothing")},
    {FLAG_ESCAPE, "escape", 0, FLAG_ANY, false, "CHARACTER", NULL, NULL,
     N_("what stands before a quote inside a field; the quote itself when it is written twice; none: nothing")},
    {FLAG_HEADER, "header", 0, FLAG_WORD, false, "WHETHER", "yes|no|auto", NULL, N_("the first record names the columns")},
    {FLAG_SKIP, "skip", 0, FLAG_NUMBER, false, "N", NULL, NULL, N_("leave out so many lines before the first record")},
    {FLAG_NULL, "null", 0, FLAG_ANY, false, "TEXT", NULL, NULL, N_("a field of just this text, without quotes, has no value")},
    {FLAG_SHEET, "sheet", 0, FLAG_TEXT, false, "NAME", NULL, NULL, N_("the sheet of a workbook, by its name; without it the first that is shown")},
    {FLAG_THREADS, "threads", 0, FLAG_NUMBER, false, "N", NULL, NULL, N_("so many files are read at a time (one a processor, two at least)")},
    {FLAG_LISTEN, "listen", 0, FLAG_TEXT, false, "ADDRESS:PORT", NULL, NULL, N_("where senders reach it (127.0.0.1:8765); port 0: any free one")},
    {FLAG_TOKEN_FILE, "token-file", 0, FLAG_TEXT, false, "FILE", NULL, NULL, N_("holds the token every sender has to show")},
    {FLAG_MAX_MB, "max-mb", 0, FLAG_NUMBER, false, "N", NULL, NULL, N_("a larger file is refused (2047)")},
    {FLAG_UPLOADS, "uploads", 0, FLAG_NUMBER, false, "N", NULL, NULL, N_("so many are taken in at a time, others are told to come back (8)")},
    {FLAG_TLS_CERT, "tls-cert", 0, FLAG_TEXT, false, "FILE", NULL, NULL, N_("the certificate to serve HTTPS with, as PEM")},
    {FLAG_TLS_KEY, "tls-key", 0, FLAG_TEXT, false, "FILE", NULL, NULL, N_("the key of that certificate, as PEM")},
    {FLAG_PROPOSED, "proposed", 0, FLAG_WORD, false, "WHAT", "link|fuzzy_link|create", NULL,
     N_("only items of which this is proposed")},
    {FLAG_MIN_SCORE, "min-score", 0, FLAG_SCORE, false, "SCORE", NULL, NULL, N_("only proposals with at least this score (0.9)")},
    {FLAG_BELOW, "below", 0, FLAG_SCORE, false, "SCORE", NULL, NULL, N_("only proposals with a lower score")},
    {FLAG_OFFERED, "offered", 0, FLAG_SWITCH, false, NULL, NULL, NULL, N_("only items other clinics decided of")},
    {FLAG_SORT, "sort", 0, FLAG_WORD, false, "HOW", "used|score|label", NULL,
     N_("the most used first, the lowest score first, or by label")},
    {FLAG_WITH, "with", 0, FLAG_TEXT, false, "TARGET", NULL, NULL, N_("the item of the target: its id or code")},
    {FLAG_IN, "in", 0, FLAG_TEXT, false, "CATEGORY", NULL, NULL, N_("the category of the new item")},
};

_Static_assert(FLAG_TOTAL <= UCHAR_MAX, "an id is a byte of a set");

const Flag *flag_named(Str name)
{
    for (size_t i = 0; i < FLAG_TOTAL; i++)
        if (str_is(name, flag_table[i].name))
            return &flag_table[i];
    return NULL;
}

const Flag *flag_lettered(char letter)
{
    for (size_t i = 0; letter && i < FLAG_TOTAL; i++)
        if (flag_table[i].letter == letter)
            return &flag_table[i];
    return NULL;
}

bool flag_in(FlagId id, FlagSet set)
{
    for (; set && *set != FLAG_TOTAL; set++)
        if (*set == id)
            return true;
    return false;
}

bool flag_taken(FlagId id, FlagSet set)
{
    return flag_in(id, set) || flag_in(id, FLAGS(FLAGS_EVERYWHERE));
}

static const char *nearest(const char *name, bool all, FlagSet set)
{
    const char *names[FLAG_TOTAL] = {NULL};
    size_t n = 0;
    for (size_t i = 0; i < FLAG_TOTAL; i++)
        if (all || flag_taken((FlagId)i, set))
            names[n++] = flag_table[i].name;
    return text_nearest(name, names, n);
}

const char *flag_nearest(const char *name)
{
    return nearest(name, true, NULL);
}

const char *flag_nearest_taken(const char *name, FlagSet set)
{
    return nearest(name, false, set);
}
