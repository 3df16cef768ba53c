// A clinic's source: is it there, can it be opened, is it what its exporter wrote?
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "engine/connect_parts.h"
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

static Finding judged(Arena *a, const char *path, const DpmfSummary *s)
{
    if (s->verdict != DPMF_ACCEPT)
        return finding_bad("source", ERR_SOURCE, s->reason, s->hint);
    if (s->warning_count)
        return (Finding){"source", FINDING_GOOD, ERR_NONE,
                         arena_text(a,
                                    ngettext("%s was read to its end, with %zu remark",
                                             "%s was read to its end, with %zu remarks", s->warning_count),
                                    path, s->warning_count),
                         verify_command(a, path)};
    return finding_good("source", arena_text(a, _("%s is whole: its content has the hash it declares"), path));
}

static Finding failed(Arena *a, const Err *err)
{
    return finding_bad("source", err->kind, arena_text(a, "%s", err->text), arena_text(a, "%s", err->hint));
}

static Finding read_whole(Arena *a, const Clinic *c, const Secret *passphrase, const DpmfWatch *watch)
{
    Err err = {0};
    DpmfSummary summary;
    if (!dpmf_verify_file(c->source_path, passphrase, plaintext_folder(c), watch, &summary, a, &err))
        return failed(a, &err);
    return judged(a, c->source_path, &summary);
}

static Finding no_passphrase(Arena *a, const char *path)
{
    return finding_doubtful(
        "source",
        arena_text(a,
                   _("%s is encrypted and no passphrase is configured: it will be asked for; the content was "
                     "not checked"),
                   path),
        _("set source.passphrase, MUDANZA_PASSPHRASE or --passphrase-file for unattended runs"));
}

// Nothing is taken out of the environment, and no key is made.
static Finding head_only(Arena *a, const Clinic *c, const ConnectHow *how, bool encrypted)
{
    FoundValue v = {.name = "passphrase"};
    const char *given = getenv("MUDANZA_PASSPHRASE");
    if (!encrypted)
        return finding_good("source", arena_text(a, _("%s begins as a DPMF file; its content was not read"), c->source_path));
    if (how->passphrase.file || how->passphrase.fd >= 0 || (given && *given))
        v.secret = true;
    else if (c->passphrase)
        found_reference(a, c->passphrase, &v);
    if (v.trouble)
        return finding_bad("source", ERR_CONFIG, v.trouble, _("check source.passphrase"));
    if (!v.secret)
        return no_passphrase(a, c->source_path);
    return finding_good("source", arena_text(a, _("%s is encrypted, and there is a passphrase; its content was not read"),
                                             c->source_path));
}

static Finding content(Arena *a, const Clinic *c, const ConnectHow *how, int64_t bytes, bool encrypted)
{
    Err err = {0};
    AUTO(secret_free_at) Secret *passphrase = NULL;
    SecretSource from = {.file = how->passphrase.file, .fd = how->passphrase.fd, .reference = c->passphrase};
    if (!how->whole)
        return head_only(a, c, how, encrypted);
    if (encrypted && !(passphrase = secret_find(&from, "", &err)))
        return err.kind == ERR_NONE ? no_passphrase(a, c->source_path) : failed(a, &err);
    if (bytes > (int64_t)READ_MOST_MB * MB)
        return finding_doubtful("source", arena_text(a, _("%s is large: its content was not checked"), c->source_path),
                                verify_command(a, c->source_path));
    return read_whole(a, c, passphrase, how->watch);
}

Finding connect_source(Arena *a, const Clinic *c, const ConnectHow *how)
{
    struct stat st;
    Err err = {0};
    bool encrypted;
    const char *path = c->source_path;
    if (!path)
        return finding_bad("source", ERR_CONFIG, _("config.yaml names no source"), _("set source.path"));
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        return finding_bad("source", ERR_SOURCE, arena_text(a, "%s: %s", path, strerror(errno)),
                         _("check source.path and the permissions of the file"));
    if (S_ISDIR(st.st_mode))
        return finding_good("source", path);
    if (!S_ISREG(st.st_mode))
        return finding_bad("source", ERR_SOURCE,
                         arena_text(a, _("%s is neither a file nor a folder"), path),
                         _("set source.path"));
    if (!dpmf_is_encrypted(path, &encrypted, &err))
        return finding_bad("source", ERR_SOURCE, arena_text(a, "%s", err.text),
                         arena_text(a, "%s", err.hint));
    if (!dpmf_recognised(path))
        return finding_bad("source", ERR_SOURCE,
                         arena_text(a, _("%s is not a DPMF file: it begins like none"), path),
                         _("Check that this is the exported file and not an archive or a folder around it."));
    return content(a, c, how, st.st_size, encrypted);
}
