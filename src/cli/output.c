#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/exit_codes.h"

static bool wants_color(const char *choice, int fd)
{
    if (choice && strcmp(choice, "auto") != 0)
        return !strcmp(choice, "always");
    const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE"), *term = getenv("TERM");
    if (no && *no)
        return false;
    if (force && *force && strcmp(force, "0") != 0)
        return true;
    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

void output_start(Output *out, bool json, bool quiet, const char *color)
{
    struct winsize size;
    *out = (Output){.json = json, .quiet = quiet};
    out->color = !json && wants_color(color, STDOUT_FILENO);
    out->color_errors = wants_color(color, STDERR_FILENO);
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        out->width = size.ws_col;
}

// A pipe that nobody reads any more.
static bool reader_is_gone(void)
{
    struct stat st;
    struct pollfd look = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return fstat(STDOUT_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) &&
           poll(&look, 1, 0) == 1 && (look.revents & (POLLERR | POLLHUP));
}

bool output_end(Output *out, Err *err)
{
    bool lost = fflush(stdout) != 0 || ferror(stdout) || out->broken;
    buf_free(&out->document);
    if (out->why)
        errno = out->why;
    int why = errno;
    out->unread |= lost && reader_is_gone();
    errno = why;
    return !lost || out->unread || err_sys(err, ERR_INTERNAL, _("standard output could not be written"));
}

static const char *style_code(Style style)
{
    switch (style) {
    case STYLE_PLAIN: return "";
    case STYLE_GOOD: return "\033[32m";
    case STYLE_WARN: return "\033[33m";
    case STYLE_BAD: return "\033[31m";
    case STYLE_HEAD: return "\033[1m";
    }
    return "";
}

PRINTF(2, 0) static void format(Buf *line, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len < 0)
        return;
    vsnprintf(buf_room(line, (size_t)len), (size_t)len + 1, fmt, args);
    line->len += (size_t)len;
}

static void write_clean(Output *out, FILE *to, Style style, const char *word, Str line)
{
    AUTO(buf_free) Buf clean = {0};
    bool color = to == stdout ? out->color : out->color_errors;
    if (word) {
        if (color)
            buf_add_text(&clean, style_code(style));
        text_clean(&clean, str_of(word));
        if (color)
            buf_add_text(&clean, "\033[0m");
    }
    text_clean(&clean, line);
    buf_add_char(&clean, '\n');
    if (fwrite(clean.at, 1, clean.len, to) != clean.len && to == stdout)
        out->broken = true;
}

void out_line(Output *out, const char *fmt, ...)
{
    if (out->json)
        return;
    AUTO(buf_free) Buf line = {0};
    va_list args;
    va_start(args, fmt);
    format(&line, fmt, args);
    va_end(args);
    write_clean(out, stdout, STYLE_PLAIN, NULL, buf_str(&line));
}

void out_styled(Output *out, Style style, const char *word, const char *fmt, ...)
{
    if (out->json)
        return;
    AUTO(buf_free) Buf line = {0};
    va_list args;
    va_start(args, fmt);
    format(&line, fmt, args);
    va_end(args);
    write_clean(out, stdout, style, word, buf_str(&line));
}

void out_next(Output *out, const char *command, const char *why)
{
    if (!out->quiet)
        out_line(out, _("next: %s  (%s)"), command, why);
}

static void write_block(Output *out, FILE *to, Str text)
{
    Str line;
    while (str_cut(&text, '\n', &line))
        if (line.len || text.at)
            write_clean(out, to, STYLE_PLAIN, NULL, line);
}

void out_block(Output *out, Str text)
{
    if (!out->json)
        write_block(out, stdout, text);
}

void out_note(Output *out, const char *fmt, ...)
{
    if (out->quiet)
        return;
    AUTO(buf_free) Buf line = {0};
    va_list args;
    va_start(args, fmt);
    format(&line, fmt, args);
    va_end(args);
    write_clean(out, stderr, STYLE_PLAIN, "mudanza: ", buf_str(&line));
}

void out_problems(Output *out, const Problems *problems)
{
    AUTO(buf_free) Buf lines = {0};
    problems_print(problems, &lines);
    fflush(stdout);
    write_block(out, stderr, buf_str(&lines));
}

void out_error(Output *out, const Err *err, int code)
{
    fflush(stdout);
    write_clean(out, stderr, STYLE_BAD, "mudanza: ", str_of(err->text));
    if (err->hint[0]) {
        AUTO(buf_free) Buf hint = {0};
        buf_addf(&hint, _("  hint: %s"), err->hint);
        write_clean(out, stderr, STYLE_PLAIN, NULL, buf_str(&hint));
    }
    if (!out->json)
        return;
    JsonOut *j = out_document(out, "error");
    json_text(j, "code", exit_code_name(code));
    json_int(j, "exit", code);
    json_text(j, "message", err->text);
    json_text(j, "hint", err->hint[0] ? err->hint : NULL);
    out_document_end(out);
}

bool out_stream(Output *out, Str bytes)
{
    if (out->broken || out->unread)
        return false;
    if (fwrite(bytes.at, 1, bytes.len, stdout) == bytes.len && fflush(stdout) == 0)
        return true;
    out->unread = errno == EPIPE;
    out->broken = !out->unread;
    out->why = errno;
    return false;
}

JsonOut *out_document(Output *out, const char *type)
{
    buf_clear(&out->document);
    out->writer = (JsonOut){.out = &out->document};
    json_open(&out->writer, NULL);
    json_int(&out->writer, "v", 1);
    json_text(&out->writer, "type", type);
    return &out->writer;
}

void out_document_end(Output *out)
{
    json_close(&out->writer);
    buf_add_char(&out->document, '\n');
    if (fwrite(out->document.at, 1, out->document.len, stdout) != out->document.len)
        out->broken = true;
    buf_clear(&out->document);
}

void json_problems(JsonOut *j, const char *key, const Problems *problems)
{
    json_open_list(j, key);
    for (size_t i = 0; i < problems->n; i++) {
        const Problem *p = &problems->items[i];
        json_open(j, NULL);
        json_text(j, "level", p->level == PROBLEM_ERROR ? "error" : "warning");
        json_text(j, "file", p->file);
        json_int(j, "line", p->line);
        json_int(j, "col", p->col);
        json_text(j, "key", p->key);
        json_text(j, "message", p->text);
        json_text(j, "hint", p->hint);
        json_close(j);
    }
    json_close_list(j);
}
