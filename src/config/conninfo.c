#include "config/conninfo.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"

static bool refuse_password(Err *err)
{
    err_set(err, ERR_USAGE, _("the connection string has a password in it"));
    err_hint(err, _("name a service (service=NAME) and keep the password in ~/.pgpass"));
    return false;
}

static bool set_option(Conninfo *c, const char *name, const char *value, Err *err)
{
    static const char *const names[] = {"service", "host", "port", "dbname", "user"};
    const char **places[] = {&c->service, &c->host, &c->port, &c->dbname, &c->user};
    if (strstr(name, "pass"))
        return refuse_password(err);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        if (!conninfo_is_plain(value))
            return err_set(err, ERR_USAGE, _("the value of %s in the connection string is no plain name"),
                           name);
        *places[i] = value;
        return true;
    }
    AUTO(buf_free) Buf shown = {0};
    text_clean(&shown, (Str){name, MIN(strlen(name), (size_t)40)});
    err_set(err, ERR_USAGE, _("the connection string has the option %s"), buf_text(&shown));
    return err_hint(err,
                    _("service, host, port, dbname and user are possible; others go into pg_service.conf"));
}

bool conninfo_is_plain(const char *value)
{
    return *value && !strchr(value, '=') && !strstr(value, "://") && !strchr(value, '\n');
}

// ---- keyword=value ------------------------------------------------------------------------------

static const char *const blanks = " \t\r\n\f\v";

static bool take_value(const char **at, Buf *value)
{
    const char *s = *at;
    bool quoted = *s == '\'';
    for (s += quoted; *s && (quoted ? *s != '\'' : !strchr(blanks, *s)); s++) {
        if (*s == '\\' && s[1])
            s++;
        buf_add_char(value, *s);
    }
    if (quoted && *s++ != '\'')
        return false;
    *at = s;
    return true;
}

static bool parse_pairs(Arena *a, const char *s, Conninfo *out, Err *err)
{
    for (s += strspn(s, blanks); *s; s += strspn(s, blanks)) {
        size_t n = strcspn(s, "= \t\r\n\f\v");
        const char *name = str_keep(a, (Str){s, n});
        s += n;
        s += strspn(s, blanks);
        if (*s != '=' || n == 0)
            return err_set(err, ERR_USAGE,
                           _("the connection string is neither keyword=value pairs nor postgresql://"));
        s++;
        s += strspn(s, blanks);
        AUTO(buf_free) Buf value = {0};
        if (!take_value(&s, &value))
            return err_set(err, ERR_USAGE, _("a quote in the connection string has no end"));
        if (!set_option(out, name, arena_text(a, "%s", buf_text(&value)), err))
            return false;
    }
    return true;
}

// ---- postgresql://user@host:port/dbname?option=value -----------------------------------------------

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static const char *decoded(Arena *a, Str s, Err *err)
{
    char *text = arena_many(a, char, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] != '%') {
            text[n++] = s.at[i];
            continue;
        }
        int high = i + 2 < s.len ? hex_digit(s.at[i + 1]) : -1,
            low = i + 2 < s.len ? hex_digit(s.at[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            err_set(err, ERR_USAGE, _("the connection string has a broken %%-escape"));
            return NULL;
        }
        text[n++] = (char)(high * 16 + low);
        i += 2;
    }
    return text;
}

static bool set_decoded(Arena *a, Conninfo *out, const char *name, Str value, Err *err)
{
    if (value.len == 0)
        return true;
    const char *text = decoded(a, value, err);
    return text && set_option(out, name, text, err);
}

static bool parse_server(Arena *a, Str server, Conninfo *out, Err *err)
{
    Str user = server, host = server;
    const char *at = memchr(server.at, '@', server.len);
    if (at) {
        user.len = (size_t)(at - server.at);
        host = (Str){at + 1, server.len - user.len - 1};
        if (memchr(user.at, ':', user.len) || memchr(host.at, '@', host.len))
            return refuse_password(err);
        if (!set_decoded(a, out, "user", user, err))
            return false;
    }
    if (memchr(host.at, ',', host.len))
        return err_set(err, ERR_USAGE, _("the connection string names several servers"));
    Str port = {0};
    const char *bracket = host.len && host.at[0] == '[' ? memchr(host.at, ']', host.len) : NULL;
    const char *after = bracket ? bracket : host.at;
    const char *colon = memchr(after, ':', host.len - (size_t)(after - host.at));
    if (colon) {
        port = (Str){colon + 1, host.len - (size_t)(colon + 1 - host.at)};
        host.len = (size_t)(colon - host.at);
    }
    if (bracket) // [::1]
        host = (Str){host.at + 1, (size_t)(bracket - host.at) - 1};
    return set_decoded(a, out, "host", host, err) && set_decoded(a, out, "port", port, err);
}

static bool parse_uri(Arena *a, Str rest, Conninfo *out, Err *err)
{
    size_t n = 0;
    while (n < rest.len && rest.at[n] != '/' && rest.at[n] != '?')
        n++;
    if (!parse_server(a, (Str){rest.at, n}, out, err))
        return false;
    rest = (Str){rest.at + n, rest.len - n};
    if (rest.len && rest.at[0] == '/') {
        rest = (Str){rest.at + 1, rest.len - 1};
        for (n = 0; n < rest.len && rest.at[n] != '?';)
            n++;
        if (!set_decoded(a, out, "dbname", (Str){rest.at, n}, err))
            return false;
        rest = (Str){rest.at + n, rest.len - n};
    }
    if (rest.len == 0)
        return true;
    rest = (Str){rest.at + 1, rest.len - 1};
    Str option, name;
    while (str_cut(&rest, '&', &option)) {
        str_cut(&option, '=', &name);
        const char *key = decoded(a, name, err);
        if (!key || !set_decoded(a, out, key, option.at ? option : STR("?"), err))
            return false;
    }
    return true;
}

bool conninfo_parse(Arena *a, const char *text, Conninfo *out, Err *err)
{
    static const char *const schemes[] = {"postgresql://", "postgres://"};
    *out = (Conninfo){0};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (str_starts(str_of(text), schemes[i]))
            return parse_uri(a, str_of(text + strlen(schemes[i])), out, err);
    return parse_pairs(a, text, out, err);
}

static void add_pair(Buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_addf(b, "%s%s='", b->len ? " " : "", name);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            buf_add_char(b, '\\');
        buf_add_char(b, *value);
    }
    buf_add_char(b, '\'');
}

const char *conninfo_text(Arena *a, const Conninfo *c)
{
    AUTO(buf_free) Buf b = {0};
    add_pair(&b, "service", c->service);
    add_pair(&b, "host", c->host);
    add_pair(&b, "port", c->port);
    add_pair(&b, "dbname", c->dbname);
    add_pair(&b, "user", c->user);
    return arena_text(a, "%s", buf_text(&b));
}
