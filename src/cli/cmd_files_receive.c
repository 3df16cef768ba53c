// mudanza files receive CLINIC: takes files over HTTP until it is stopped.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/run_call.h"
#include "files/receive.h"

enum { UPLOADS = 8, IDLE_S = 30, MAX_MB = 2047, PEM_MAX = 1 << 20, TOKEN_MIN = 16 };

static const char token_env[] = "MUDANZA_TOKEN";

static void tell_ready(void *arg, const char *host, int port)
{
    const Cli *cli = arg;
    bool v6 = strchr(host, ':');
    fprintf(stderr, _("mudanza: listening on %s://%s%s%s:%d\n"), cli_has(cli, FLAG_TLS_CERT) ? "https" : "http", v6 ? "[" : "", host,
            v6 ? "]" : "", port);
    fflush(stderr);
}

// No name, no digest, nothing a sender said: when, how it went, how much it was.
static void tell_answer(void *arg, int code, int64_t bytes, const char *words)
{
    Cli *cli = arg;
    AUTO(buf_free) Buf now = {0};
    instant_rfc3339(instant_now(), &now);
    out_line(&cli->out, "%.19sZ  %d  %lld  %s", buf_text(&now), code, (long long)bytes, words);
    fflush(stdout);
}

static Secret *find_token(const Cli *cli, const Clinic *clinic, Err *err)
{
    SecretSource source = {.file = cli->flags[FLAG_TOKEN_FILE], .fd = -1, .reference = clinic->storage_token};
    Secret *token = NULL;
    err->kind = ERR_NONE;
    if (source.file) {
        token = secret_of(arena_text(cli->arena, "${file:%s}", source.file), err);
    } else if (getenv(token_env) && *getenv(token_env)) {
        token = secret_new(str_of(getenv(token_env)));
        unsetenv(token_env);
    } else if (source.reference) {
        token = secret_of(source.reference, err);
    }
    if (!token && err->kind == ERR_NONE) {
        err_set(err, ERR_CONFIG, "%s", _("senders have to show a token, and none is set"));
        err_hint(err, _("--token-file FILE, %s in the environment, or storage: {token: ...} in config.yaml"), token_env);
    }
    if (token && secret_bytes(token).len < TOKEN_MIN) {
        err_set(err, ERR_CONFIG, _("the token is shorter than %d characters: it can be guessed"), TOKEN_MIN);
        secret_free(token);
        token = NULL;
    }
    return token;
}

// HOST:PORT, [::1]:PORT or PORT alone.
static bool read_place(const Cli *cli, ReceiveOptions *o, Err *err)
{
    const char *given = cli->flags[FLAG_LISTEN];
    o->host = "127.0.0.1";
    o->port = "8765";
    if (!given)
        return true;
    const char *colon = strrchr(given, ':');
    o->port = colon ? colon + 1 : given;
    if (colon) {
        bool bracketed = *given == '[' && colon > given + 1 && colon[-1] == ']';
        o->host = arena_text(cli->arena, "%.*s", (int)(colon - given - (bracketed ? 2 : 0)), given + bracketed);
    }
    size_t digits = strspn(o->port, "0123456789");
    if (*o->host && digits > 0 && digits < 6 && !o->port[digits])
        return true;
    return err_set(err, ERR_USAGE, _("--listen is ADDRESS:PORT, not \"%s\""), given);
}

static bool read_tls(const Cli *cli, ReceiveOptions *o, Err *err)
{
    const char *certificate = cli->flags[FLAG_TLS_CERT], *key = cli->flags[FLAG_TLS_KEY];
    Str text;
    if (!certificate != !key)
        return err_set(err, ERR_USAGE, "%s", _("--tls-cert and --tls-key belong together"));
    if (!certificate)
        return true;
    if (!file_read(cli->arena, certificate, PEM_MAX, &text, err))
        return false;
    o->certificate = text.at;
    if (!file_read(cli->arena, key, PEM_MAX, &text, err))
        return false;
    o->key = text.at;
    return true;
}

static void tell_end(Cli *cli, const Clinic *clinic, const ReceiveTotals *t)
{
    if (!cli->out.json) {
        out_line(&cli->out, _("received: %lld files, %lld bytes; %lld that were there already; %lld requests refused"),
                 (long long)t->received, (long long)t->received_bytes, (long long)t->already, (long long)t->refused);
        return;
    }
    JsonOut *j = out_document(&cli->out, "files.receive");
    json_text(j, "clinic", clinic->name);
    json_text(j, "storage", clinic->storage_path);
    json_int(j, "requests", t->requests);
    json_int(j, "received", t->received);
    json_int(j, "received_bytes", t->received_bytes);
    json_int(j, "already_received", t->already);
    json_int(j, "refused", t->refused);
    out_document_end(&cli->out);
}

static bool work(Cli *cli, const Clinic *clinic, const ReceiveOptions *o, ReceiveTotals *totals, Err *err)
{
    Problems *problems = problems_new(cli->arena);
    Desk *desk = desk_open(cli->arena, clinic, true, "_files/receive", problems, err);
    FileStore *store = desk ? store_open(clinic->storage_path, err) : NULL;
    bool ok = store && receive_serve(desk, store, o, totals, err);
    store_close(store);
    desk_close(desk);
    out_problems(&cli->out, problems);
    return ok;
}

int cmd_files_receive(Cli *cli, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    ReceiveTotals totals = {0};
    ReceiveOptions o = {.max_bytes = MIN(MAX(cli_number(cli, FLAG_MAX_MB, MAX_MB), (int64_t)1), (int64_t)MAX_MB) << 20,
                        .uploads = (int)MIN(MAX(cli_number(cli, FLAG_UPLOADS, UPLOADS), (int64_t)1), (int64_t)256),
                        .idle_s = IDLE_S,
                        .ready = tell_ready,
                        .answered = tell_answer,
                        .arg = cli};
    if (!clinic || !run_call_may_write(cli, err) || !read_place(cli, &o, err) || !read_tls(cli, &o, err))
        return (int)err->kind;
    AUTO(secret_free_at) Secret *token = find_token(cli, clinic, err);
    if (!token)
        return (int)err->kind;
    o.token = token;
    if (!work(cli, clinic, &o, &totals, err))
        return (int)err->kind;
    tell_end(cli, clinic, &totals);
    return EXIT_OK;
}
