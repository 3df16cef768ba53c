#include "cli/csv_call.h"

#include <ctype.h>
#include <string.h>

#include "base/intl.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

// \t, \\ and \xHH become what they stand for; anything else is itself.
static void unescape(const char *text, Buf *out)
{
    for (; *text; text++) {
        char c = *text;
        if (c == '\\' && text[1] == 't') {
            c = '\t';
            text++;
        } else if (c == '\\' && text[1] == '\\') {
            text++;
        } else if (c == '\\' && text[1] == 'x' && hex(text[2]) >= 0 && hex(text[3]) >= 0) {
            c = (char)(hex(text[2]) * 16 + hex(text[3]));
            text += 3;
        }
        buf_add_char(out, c);
    }
}

void csv_shown(Buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\t')
            buf_add_text(out, "\\t");
        else if (*text == '\n' || *text == '\r')
            buf_add_text(out, *text == '\n' ? "\\n" : "\\r");
        else if ((unsigned char)*text < ' ')
            buf_addf(out, "\\x%02x", (unsigned)*text);
        else
            buf_add_char(out, *text);
    }
}

static bool delimiter(const char *text, CsvDialect *d, Err *err)
{
    AUTO(buf_free) Buf b = {0};
    if (strcmp(text, "auto") == 0)
        return true;
    unescape(text, &b);
    if (b.len > CSV_MAX_DELIMITER || memchr(b.at, '\n', b.len) || memchr(b.at, '\r', b.len) || memchr(b.at, '\0', b.len))
        return err_set(err, ERR_USAGE, _("--delimiter wants at most %d bytes and no line end"), CSV_MAX_DELIMITER);
    memcpy(d->delimiter, b.at, b.len + 1);
    return true;
}

static bool character(const char *flag, const char *text, int *out, Err *err)
{
    AUTO(buf_free) Buf b = {0};
    if (strcmp(text, "auto") == 0)
        return true;
    if (!*text || strcmp(text, "none") == 0) {
        *out = CSV_NONE;
        return true;
    }
    unescape(text, &b);
    if (b.len != 1 || (unsigned char)b.at[0] > 0x7F || b.at[0] == '\n' || b.at[0] == '\r' || !b.at[0])
        return err_set(err, ERR_USAGE, _("--%s wants one ASCII character, none or auto"), flag);
    *out = b.at[0];
    return true;
}

static bool read_flags(const Cli *cli, CsvDialect *d, Err *err)
{
    csv_dialect_unknown(d);
    if (cli_has(cli, FLAG_ENCODING) && strcmp(cli->flags[FLAG_ENCODING], "auto") != 0)
        d->encoding = cli->flags[FLAG_ENCODING];
    if ((cli_has(cli, FLAG_DELIMITER) && !delimiter(cli->flags[FLAG_DELIMITER], d, err)) ||
        (cli_has(cli, FLAG_QUOTE) && !character("quote", cli->flags[FLAG_QUOTE], &d->quote, err)) ||
        (cli_has(cli, FLAG_ESCAPE) && !character("escape", cli->flags[FLAG_ESCAPE], &d->escape, err)))
        return false;
    if (cli_has(cli, FLAG_HEADER) && strcmp(cli->flags[FLAG_HEADER], "auto") != 0)
        d->header = strcmp(cli->flags[FLAG_HEADER], "yes") == 0;
    if (cli_has(cli, FLAG_SKIP))
        d->skip = cli_number(cli, FLAG_SKIP, 0);
    if (cli_has(cli, FLAG_NULL))
        d->null = cli->flags[FLAG_NULL];
    if (d->quote > 0 && d->delimiter[0] == (char)d->quote)
        return err_set(err, ERR_USAGE, "%s", _("--quote and --delimiter begin with the same character"));
    return true;
}

bool csv_call(Cli *cli, CsvFinding *out, Err *err)
{
    CsvDialect d;
    return read_flags(cli, &d, err) && csv_sniff(cli->arena, cli->args[0], &d, out, err);
}
