#include "source/dpmf_inner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"

// Index: DpmfVerdict. The hint says what the operator can do about files of this class.
static const struct {
    const char *word, *hint;
} verdicts[] = {
    [DPMF_ACCEPT] = {"accept", ""},
    [DPMF_MAGIC] = {"magic",
                    N_("Check that this is the exported file and not an archive or a folder around it.")},
    [DPMF_PASSPHRASE] = {"passphrase",
                         N_("Give the passphrase that was set when the file was exported: --passphrase-file FILE.")},
    [DPMF_ENVELOPE] =
        {"envelope",
         N_("Ask for the file again: its encryption header was damaged or written by another tool.")},
    [DPMF_AUTH] = {"auth", N_("Check the passphrase letter by letter, blanks included; if it is right, ask "
                              "for the file again.")},
    [DPMF_ZSTD] = {"zstd", N_("Copy the file again and compare its size with the original; if it stays so, "
                              "ask for a new export.")},
    [DPMF_LIMIT] = {"limit", N_("Ask for a new export: no exporter should write a file that takes so much.")},
    [DPMF_SQLITE] = {"sqlite", N_("Copy the file again and compare its size with the original; if it stays "
                                  "so, ask for a new export.")},
    [DPMF_SCHEMA] =
        {"schema", N_("Ask for a new export with a current exporter: this file is not built as DPMF asks.")},
    [DPMF_VERSION] = {"version",
                      N_("Ask for an export in format 0.x, or for a newer mudanza that reads this one.")},
    [DPMF_HASH] = {"hash", N_("Ask for the file again: its content is not what the exporter wrote.")},
    [DPMF_IO] = {"io", N_("Check the file, its permissions and the disk, then try again.")},
};

const char *dpmf_verdict_word(DpmfVerdict v)
{
    return verdicts[v].word;
}

static bool names_file(const Dpmf *d, const char *text)
{
    return str_starts(str_of(text), d->path) && str_starts(str_of(text + strlen(d->path)), ": ");
}

bool dpmf_refuse_failed(Dpmf *d, DpmfVerdict v, Err *err)
{
    d->verdict = err->kind == ERR_STOPPED ? DPMF_IO : v;
    if (err->kind == ERR_STOPPED)
        return false;
    err->kind = v == DPMF_PASSPHRASE ? ERR_DECISION : ERR_SOURCE;
    if (!names_file(d, err->text))
        err_wrap(err, "%s", d->path);
    // Names and values out of the file are in these words.
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(err->text));
    snprintf(err->text, sizeof err->text, "%s", buf_text(&clean));
    return err->hint[0] ? false : err_hint(err, "%s", *verdicts[v].hint ? _(verdicts[v].hint) : "");
}

// The file is not named, nor is it the source that anybody should look at.
bool dpmf_refuse_folder(Dpmf *d, Err *err)
{
    d->verdict = DPMF_IO;
    if (err->kind == ERR_STOPPED)
        return false;
    err->kind = ERR_INTERNAL;
    return err->hint[0] ? false
                        : err_hint(err, "%s", _("Choose a temporary folder that can be written, on a disk with room."));
}

bool dpmf_refuse(Dpmf *d, DpmfVerdict v, Err *err, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_set(err, ERR_SOURCE, "%s", text);
    return dpmf_refuse_failed(d, v, err);
}

bool dpmf_refuse_system(Dpmf *d, Err *err, const char *fmt, ...)
{
    int why = errno;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    errno = why;
    err_sys(err, ERR_SOURCE, "%s", text);
    return dpmf_refuse_failed(d, DPMF_IO, err);
}

// SQLite's own words are English and meant for programmers: they stand behind ours.
bool dpmf_refuse_sqlite_as(Dpmf *d, DpmfVerdict v, Err *err)
{
    if (err->kind == ERR_STOPPED)
        return dpmf_refuse_failed(d, DPMF_IO, err);
    const char *ours = v == DPMF_LIMIT ? _("reading the database takes more time or memory than is allowed")
                       : v == DPMF_IO  ? _("the system did not let the database be read")
                       : v == DPMF_SCHEMA ? _("the tables of the database are not as DPMF asks")
                                          : _("the database is damaged, or of a kind that cannot be read");
    char said[sizeof err->text];
    memcpy(said, err->text, sizeof said);
    const char *words = said + (names_file(d, said) ? strlen(d->path) + 2 : 0);
    snprintf(err->text, sizeof err->text, "%.300s (SQLite: %.200s)", ours, words);
    return dpmf_refuse_failed(d, v, err);
}

bool dpmf_refuse_sqlite(Dpmf *d, Err *err)
{
    static const DpmfVerdict of_fault[] = {
        [LITE_FAULT_NONE] = DPMF_SQLITE, [LITE_FAULT_CONTENT] = DPMF_SQLITE, [LITE_FAULT_LIMIT] = DPMF_LIMIT,
        [LITE_FAULT_SYSTEM] = DPMF_IO,   [LITE_FAULT_SQL] = DPMF_SCHEMA,
    };
    // Damage that somebody is only just making is not the file's.
    Err changed;
    if (err->kind != ERR_STOPPED && !dpmf_unchanged(d, &changed)) {
        *err = changed;
        return false;
    }
    return dpmf_refuse_sqlite_as(d, d->db ? of_fault[lite_fault(d->db)] : DPMF_SQLITE, err);
}

void dpmf_warn(Dpmf *d, const char *code, const char *fmt, ...)
{
    if (d->warnings_n == d->warnings_cap) {
        size_t cap = d->warnings_cap ? d->warnings_cap * 2 : 16;
        DpmfWarning *more = arena_many(d->arena, DpmfWarning, cap);
        if (d->warnings_n)
            memcpy(more, d->warnings, d->warnings_n * sizeof *more);
        d->warnings = more;
        d->warnings_cap = cap;
    }
    AUTO(buf_free) Buf clean = {0};
    va_list args;
    va_start(args, fmt);
    char words[1024];
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    text_clean(&clean, str_of(words));
    d->warnings[d->warnings_n++] = (DpmfWarning){code, str_keep(d->arena, buf_str(&clean))};
}

void dpmf_progress(const Dpmf *d, const char *phase, int64_t done, int64_t total)
{
    if (d->watch.progress)
        d->watch.progress(d->watch.arg, phase, done, total);
}
