// A clinic's source: is it there, can it be opened, is it what its exporter wrote?
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "cli/doctor_checks.h"
#include "cli/progress_line.h"
#include "source/dpmf_report.h"

enum { READ_MOST_MB = 512, MB = 1000000 }; // a minute at most; the run reads it anyway

static const char *verify_command(Arena *a, const char *path)
{
    return arena_text(a, "mudanza dpmf verify %s", shell_word(a, path));
}

// Plaintext that needs a place has no name there, and is gone with this process.
static const char *plaintext_folder(const Clinic *clinic)
{
    const char *temp = getenv("TMPDIR");
    if (access(clinic->state_folder, W_OK | X_OK) == 0)
        return clinic->state_folder;
    return temp && *temp ? temp : "/var/tmp";
}

static CheckResult judged(const Checkup *c, const char *path, const DpmfSummary *s)
{
    Arena *a = c->arena;
    if (s->verdict != DPMF_ACCEPT)
        return check_bad("source", ERR_SOURCE, s->reason, s->hint);
    if (s->warning_count)
        return (CheckResult){"source", CHECK_OK, ERR_NONE,
                             arena_text(a,
                                        ngettext("%s was read to its end, with %zu remark",
                                                 "%s was read to its end, with %zu remarks", s->warning_count),
                                        path, s->warning_count),
                             verify_command(a, path)};
    return check_good("source", arena_text(a, _("%s is whole: its content has the hash it declares"), path));
}

static CheckResult read_whole(const Checkup *c, const char *path, const Secret *passphrase)
{
    Err err = {0};
    ProgressLine line;
    DpmfWatch watch;
    DpmfSummary summary;
    progress_line_start(&line, c->cli, &watch);
    bool done =
        dpmf_verify_file(path, passphrase, plaintext_folder(c->clinic), &watch, &summary, c->arena, &err);
    progress_line_end(&line);
    if (done)
        return judged(c, path, &summary);
    return check_bad("source", err.kind, arena_text(c->arena, "%s", err.text),
                     arena_text(c->arena, "%s", err.hint));
}

static CheckResult no_passphrase(const Checkup *c, const char *path)
{
    return check_doubtful(
        "source",
        arena_text(c->arena,
                   _("%s is encrypted and no passphrase is configured: it will be asked for; the content was "
                     "not checked"),
                   path),
        _("set source.passphrase, MUDANZA_PASSPHRASE or --passphrase-file for unattended runs"));
}

static CheckResult content(const Checkup *c, const char *path, int64_t bytes, bool encrypted)
{
    Err err = {0};
    AUTO(secret_free_at) Secret *passphrase = NULL;
    SecretSource from = {
        .file = c->cli->flags[FLAG_PASSPHRASE_FILE],
        .fd = (int)cli_number(c->cli, FLAG_PASSPHRASE_FD, -1),
        .reference = c->clinic->passphrase,
    };
    if (encrypted && !(passphrase = secret_find(&from, "", &err)))
        return err.kind == ERR_NONE ? no_passphrase(c, path)
                                    : check_bad("source", err.kind, arena_text(c->arena, "%s", err.text),
                                                arena_text(c->arena, "%s", err.hint));
    if (bytes > (int64_t)READ_MOST_MB * MB)
        return check_doubtful("source",
                              arena_text(c->arena, _("%s is large: its content was not checked"), path),
                              verify_command(c->arena, path));
    return read_whole(c, path, passphrase);
}

CheckResult doctor_source(const Checkup *c)
{
    struct stat st;
    Err err = {0};
    bool encrypted;
    const char *path = c->clinic->source_path;
    if (!path)
        return check_bad("source", ERR_CONFIG, _("config.yaml names no source"), _("set source.path"));
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        return check_bad("source", ERR_SOURCE, arena_text(c->arena, "%s: %s", path, strerror(errno)),
                         _("check source.path and the permissions of the file"));
    if (S_ISDIR(st.st_mode))
        return check_good("source", path);
    if (!S_ISREG(st.st_mode))
        return check_bad("source", ERR_SOURCE,
                         arena_text(c->arena, _("%s is neither a file nor a folder"), path),
                         _("set source.path"));
    if (!dpmf_is_encrypted(path, &encrypted, &err))
        return check_bad("source", ERR_SOURCE, arena_text(c->arena, "%s", err.text),
                         arena_text(c->arena, "%s", err.hint));
    if (!dpmf_recognised(path))
        return check_bad("source", ERR_SOURCE,
                         arena_text(c->arena, _("%s is not a DPMF file: it begins like none"), path),
                         _("Check that this is the exported file and not an archive or a folder around it."));
    return content(c, path, st.st_size, encrypted);
}
