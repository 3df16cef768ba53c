#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"

enum {
    MAX_SECRET = 64 * 1024, // bytes; far above what anybody types, small enough to lock in memory
    LIFE_MS = 500
};

static Secret *keep_line(const char *bytes, size_t n)
{
    if (n && bytes[n - 1] == '\n')
        n--;
    if (n && bytes[n - 1] == '\r')
        n--;
    return n ? secret_new((Str){bytes, n}) : NULL;
}

// Waits for input, or for the request to stop.
static bool wait_for(int fd, Err *err)
{
    struct pollfd wait[] = {{.fd = fd, .events = POLLIN}, {.fd = cancel_fd(), .events = POLLIN}};
    for (int ready = 0; ready <= 0;) {
        ready = poll(wait, 2, LIFE_MS);
        if (ready < 0 && errno != EINTR)
            return true; // read() will say what is wrong
        if (!cancel_check(err)) // asked each time: who waits for a person is alive
            return false;
    }
    return true;
}

// To the end, or to the first line end. The bytes are never on the ordinary heap.
static Secret *read_fd(int fd, bool one_line, const char *name, Err *err)
{
    if (sodium_init() < 0)
        abort();
    char *bytes = sodium_malloc(MAX_SECRET + 1);
    if (!bytes)
        abort();
    size_t n = 0;
    bool ok = true;
    while (ok && n <= MAX_SECRET && !(one_line && n && bytes[n - 1] == '\n')) {
        if (!(ok = wait_for(fd, err)))
            break;
        ssize_t got = read(fd, bytes + n, MAX_SECRET + 1 - n);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            ok = err_sys(err, ERR_CONFIG, _("cannot read the passphrase from %s"), name);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    if (ok && n > MAX_SECRET)
        ok = err_set(err, ERR_CONFIG, _("the passphrase in %s is longer than %d bytes"), name, MAX_SECRET);
    Secret *s = ok ? keep_line(bytes, n) : NULL;
    sodium_free(bytes);
    return s;
}

static Secret *read_file(const char *path, Err *err)
{
    // A pipe that nobody writes to is waited for in poll(), which a signal ends, and not here.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        err_sys(err, ERR_CONFIG, _("cannot open the passphrase file %s"), path);
        return NULL;
    }
    Secret *s = read_fd(fd, false, path, err);
    close(fd);
    return s;
}

static Secret *read_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? secret_new(str_of(value)) : NULL;
}

// ${env:NAME}, ${file:PATH} or ${cred:NAME} (a credential handed over by systemd).
Secret *secret_of(const char *reference, Err *err)
{
    Arena *a = arena_new();
    Secret *s = NULL;
    Str name = str_of(reference);
    bool closed = str_ends(name, "}");
    if (closed)
        name.len--;
    if (closed && str_starts(name, "${env:")) {
        s = read_environment(str_keep(a, (Str){name.at + 6, name.len - 6}));
    } else if (closed && str_starts(name, "${file:")) {
        s = read_file(str_keep(a, (Str){name.at + 7, name.len - 7}), err);
    } else if (closed && str_starts(name, "${cred:")) {
        const char *folder = getenv("CREDENTIALS_DIRECTORY");
        const char *plain = str_keep(a, (Str){name.at + 7, name.len - 7});
        if (!folder)
            err_set(err, ERR_CONFIG,
                    _("%s needs the credentials of systemd: CREDENTIALS_DIRECTORY is not set"), reference);
        else if (!*plain || strchr(plain, '/'))
            err_set(err, ERR_CONFIG, _("%s: a credential's name has no slash"), reference);
        else
            s = read_file(arena_text(a, "%s/%s", folder, plain), err);
    } else {
        err_set(err, ERR_CONFIG, _("a passphrase is written as ${env:NAME}, ${file:PATH} or ${cred:NAME}"));
        err_hint(err, "%s", _("Passphrases themselves do not belong in config.yaml."));
    }
    arena_free(a);
    return s;
}

static Secret *ask(const char *prompt, Err *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return NULL;
    struct termios before, quiet;
    Secret *s = NULL;
    if (tcgetattr(tty, &before) == 0) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(tty, TCSAFLUSH, &quiet);
        dprintf(tty, "%s", prompt);
        s = read_fd(tty, true, "/dev/tty", err);
        tcsetattr(tty, TCSAFLUSH, &before);
        dprintf(tty, "\n");
    }
    close(tty);
    return s;
}

// first, when the second answer is the same. A typing error would lock the file for good.
static Secret *ask_again(Secret *first, const char *prompt, Err *err)
{
    AUTO(secret_free_at) Secret *second = ask(prompt, err);
    if (second && str_eq(secret_bytes(first), secret_bytes(second)))
        return first;
    secret_free(first);
    if (err->kind == ERR_NONE)
        err_set(err, ERR_DECISION, "%s", _("the two passphrases are not the same"));
    return NULL;
}

Secret *secret_find(const SecretSource *source, const char *prompt, Err *err)
{
    *err = (Err){0};
    Secret *s = NULL;
    if (source->file)
        s = read_file(source->file, err);
    if (!s && err->kind == ERR_NONE && source->fd >= 0)
        s = read_fd(source->fd, false, _("the given descriptor"), err);
    // Taken out of the environment in any case: no child may see it.
    Secret *from_environment = read_environment("MUDANZA_PASSPHRASE");
    unsetenv("MUDANZA_PASSPHRASE");
    if (!s && err->kind == ERR_NONE)
        s = from_environment;
    else
        secret_free(from_environment);
    if (!s && err->kind == ERR_NONE && source->reference)
        s = secret_of(source->reference, err);
    if (!s && err->kind == ERR_NONE && source->may_ask) {
        s = ask(prompt, err);
        if (s && source->again)
            s = ask_again(s, source->again, err);
    }
    return s;
}
