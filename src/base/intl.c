#include "base/intl.h"

#include "base/file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char domain[] = "mudanza";

// The locale the environment asks for, in the order POSIX gives; "" when it asks for none.
static const char *asked(const char *category)
{
    const char *names[] = {"LC_ALL", category, "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

static bool is_c(const char *name)
{
    return !name || !*name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

static bool is_utf8(const char *name)
{
    return strcasestr(name, "utf-8") || strcasestr(name, "utf8");
}

static void start_characters(void)
{
    if (!setlocale(LC_CTYPE, "") && is_utf8(asked("LC_CTYPE")))
        setlocale(LC_CTYPE, "C.UTF-8");
}

// gettext looks at LANGUAGE only outside the locale "C", and the locale of a language is often not
// installed: C.UTF-8 is always there.
static void start_messages(const char *lang)
{
    const char *wanted = asked("LC_MESSAGES");
    bool loaded = setlocale(LC_MESSAGES, "") != NULL;
    if (lang) {
        setenv("LANGUAGE", lang, 1);
    } else if (!loaded && !is_c(wanted)) {
        Arena *a = arena_new();
        setenv("LANGUAGE", str_keep(a, (Str){wanted, strcspn(wanted, "_.@")}), 0); // es_ES.UTF-8: es
        arena_free(a);
    } else {
        return;
    }
    if (is_c(setlocale(LC_MESSAGES, NULL)))
        setlocale(LC_MESSAGES, "C.UTF-8");
}

// The catalogues of a build tree stand beside the program; NULL when this one is installed.
static const char *beside_program(Arena *a)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    if (len <= 0 || (size_t)len == sizeof path)
        return NULL;
    while (len > 1 && path[len - 1] != '/')
        len--;
    const char *folder = file_join(a, str_keep(a, (Str){path, (size_t)len}), "po/locale");
    return file_is_folder(folder) ? folder : NULL;
}

void intl_start(const char *lang)
{
    start_characters();
    start_messages(lang);
    Arena *a = arena_new();
    const char *folder = getenv("MUDANZA_LOCALE_DIR");
    if (!folder || !*folder)
        folder = beside_program(a);
    bindtextdomain(domain, folder ? folder : LOCALEDIR); // keeps a copy
    textdomain(domain);
    arena_free(a);
}

void number_shown(int64_t n, Buf *out)
{
    char digits[24];
    // TRANSLATORS: what stands between groups of three digits
    const char *between = _(",");
    size_t len = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (size_t i = 0; i < len; i++) {
        buf_add_char(out, digits[i]);
        if (i + 1 < len && (len - 1 - i) % 3 == 0 && digits[i] != '-')
            buf_add_text(out, between);
    }
}
