#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *err_word(ErrKind kind)
{
    switch (kind) {
    case ERR_NONE: return "ok";
    case ERR_INTERNAL: return "internal";
    case ERR_USAGE: return "usage";
    case ERR_STEP: return "step-failed";
    case ERR_CONFIG: return "config";
    case ERR_SOURCE: return "source";
    case ERR_TARGET: return "target";
    case ERR_DECISION: return "decision";
    case ERR_IN_USE: return "in-use";
    case ERR_STOPPED: return "stopped";
    case ERR_UNBALANCED: return "unbalanced";
    case ERR_STALLED: return "stalled";
    }
    return "internal";
}

bool err_set(Err *err, ErrKind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    err->kind = kind;
    err->hint[0] = 0;
    err->passing = false;
    return false;
}

bool err_because(Err *err, int why)
{
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(why));
    return false;
}

bool err_sys(Err *err, ErrKind kind, const char *fmt, ...)
{
    int saved = errno;
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    err->kind = kind;
    err->hint[0] = 0;
    err->passing = false;
    return err_because(err, saved);
}

bool err_wrap(Err *err, const char *fmt, ...)
{
    char context[sizeof err->text], before[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(context, sizeof context, fmt, args);
    va_end(args);
    memcpy(before, err->text, sizeof before);
    int used = snprintf(err->text, sizeof err->text, "%.300s: ", context);
    snprintf(err->text + used, sizeof err->text - (size_t)used, "%.*s",
             (int)(sizeof err->text - (size_t)used - 1), before);
    return false;
}

bool err_hint(Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->hint, sizeof err->hint, fmt, args);
    va_end(args);
    return false;
}
