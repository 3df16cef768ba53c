#include "config/init.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/conninfo.h"
#include "config/init_text.h"
#include "config/yaml_check.h"

enum { SECRET_BYTES = 32, SETTING_NAME_MAX = 64 };

// ---- What was asked for ---------------------------------------------------------------------------

static bool check_name(Arena *a, const InitOptions *o, const char *folder, Err *err)
{
    if (!clinic_name_valid(o->name)) {
        AUTO(buf_free) Buf shown = {0};
        text_clean(&shown, (Str){o->name, strnlen(o->name, 80)});
        err_set(err, ERR_USAGE, _("\"%s\" cannot be the name of a clinic"), buf_text(&shown));
        return err_hint(err, _("lower-case letters, digits and -, no - at the start, at most 63"));
    }
    if (!file_exists(file_join(a, folder, "config.yaml")) &&
        !file_exists(file_join(a, folder, "commands.yaml")))
        return true;
    err_set(err, ERR_USAGE, _("the clinic %s exists already: %s"), o->name, shown_path(a, folder));
    return err_hint(err, _("its files are never overwritten; edit them, or choose another name"));
}

static bool check_profile(Arena *a, const InitOptions *o, Err *err)
{
    const Clinic place = {.workspace = o->workspace};
    if (!data_folder(a, err))
        return false;
    if (!o->profile || !*o->profile)
        return err_set(err, ERR_USAGE, _("a clinic needs a profile: the target system's mapping files"));
    if (profile_file(a, &place, o->profile, "profile.yaml"))
        return true;
    err_set(err, ERR_USAGE, _("there is no profile \"%s\""), o->profile);
    const char *hint = yaml_suggestion(a, o->profile, profile_names(a, o->workspace));
    return hint ? err_hint(err, "%s", hint) : false;
}

static bool check_settings(const InitOptions *o, Err *err)
{
    for (size_t i = 0; i < o->n_settings; i++) {
        const char *name = o->settings[i].name, *value = o->settings[i].value;
        bool has_offset;
        Instant instant;
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (n == 0 || n > SETTING_NAME_MAX || name[n] || (name[0] >= '0' && name[0] <= '9')) {
            err_set(err, ERR_USAGE, _("\"%.80s\" cannot be the name of a setting"), name);
            return err_hint(err, _("letters, digits and _, no digit at the start"));
        }
        if (strcmp(name, "secret") == 0)
            return err_set(err, ERR_USAGE, _("the setting secret is made here and is no argument"));
        if (!text_is_utf8(str_of(value)))
            return err_set(err, ERR_USAGE, _("the setting %s is not UTF-8"), name);
        if (str_starts(str_of(value), "${"))
            return err_set(err, ERR_USAGE, _("the setting %s takes no reference"), name);
        if (strcmp(name, "as_of") == 0 && !instant_parse(str_of(value), &instant, &has_offset))
            return err_set(err, ERR_USAGE, _("as_of must be a moment such as 2026-01-31T12:00:00Z"));
        for (size_t j = 0; j < i; j++)
            if (strcmp(o->settings[j].name, name) == 0)
                return err_set(err, ERR_USAGE, _("the setting %s is given twice"), name);
    }
    return true;
}

// The absolute path of something that exists and can be written into a YAML file.
static const char *existing_path(Arena *a, const char *path, ErrKind kind, Err *err)
{
    char *real = realpath(path, NULL);
    const char *kept = real ? arena_text(a, "%s", real) : NULL;
    free(real);
    if (!kept) {
        err_sys(err, kind, "%s", path);
    } else if (!text_is_utf8(str_of(kept))) {
        err_set(err, kind, _("the path of %s is not UTF-8 and cannot stand in config.yaml"),
                shown_path(a, path));
        err_hint(err, _("name it through a symbolic link in a folder with a plain name"));
        kept = NULL;
    }
    return kept;
}

static bool check_port(const Conninfo *target, Err *err)
{
    char *end = NULL;
    long port = target->port ? strtol(target->port, &end, 10) : 1;
    if (port < 1 || port > 65535 || (end && *end))
        return err_set(err, ERR_USAGE, _("the connection string's port is not a number from 1 to 65535"));
    return true;
}

static bool check_target(Arena *a, const InitOptions *o, InitText *text, Err *err)
{
    if (!o->target)
        return true;
    if (!text_is_utf8(str_of(o->target)))
        return err_set(err, ERR_USAGE, _("the target is not UTF-8"));
    if (str_starts(str_of(o->target), "sqlite:")) {
        const char *path = o->target + strlen("sqlite:");
        char *cwd = getcwd(NULL, 0);
        text->target_path = cwd && *path ? file_join(a, cwd, path) : NULL;
        free(cwd);
        return text->target_path || err_set(err, ERR_USAGE, _("sqlite: names no file"));
    }
    if (!conninfo_parse(a, o->target, &text->target, err) || !check_port(&text->target, err))
        return false;
    text->server = text->target.service || text->target.dbname;
    return text->server ||
           err_set(err, ERR_USAGE, _("the connection string names neither a service nor a dbname"));
}

bool clinic_init_check(Arena *a, const InitOptions *o, InitPart part, Err *err)
{
    InitText text = {0};
    switch (part) {
    case INIT_NAME: return check_name(a, o, file_join(a, o->workspace, o->name), err);
    case INIT_SOURCE: return !o->source || existing_path(a, o->source, ERR_SOURCE, err);
    case INIT_PROFILE: return check_profile(a, o, err);
    case INIT_TARGET: return check_target(a, o, &text, err);
    }
    return true;
}

static void add_flag(Arena *a, Buf *out, const char *flag, const char *value)
{
    if (value)
        buf_addf(out, " %s %s", flag, shell_word(a, value));
}

// Where no workspace is found, the command makes clinics/ in the current folder by itself.
static const char *where_words(Arena *a, const InitOptions *o)
{
    Err ignored = {0};
    char *here = getcwd(NULL, 0);
    bool by_itself = here && o->workspace && !strcmp(o->workspace, file_join(a, here, "clinics")) &&
                     !workspace_find(a, NULL, &ignored);
    free(here);
    return by_itself ? "" : workspace_words(a, o->workspace);
}

const char *clinic_init_command(Arena *a, const InitOptions *o)
{
    AUTO(buf_free) Buf text = {0};
    buf_addf(&text, "mudanza init %s", *o->name ? shell_word(a, o->name) : "CLINIC");
    add_flag(a, &text, "--source", o->source ? shown_path(a, o->source) : NULL);
    add_flag(a, &text, "--profile", o->profile);
    add_flag(a, &text, "--target", o->target);
    for (size_t i = 0; i < o->n_settings; i++)
        add_flag(a, &text, "--set", arena_text(a, "%s=%s", o->settings[i].name, o->settings[i].value));
    add_flag(a, &text, "--passphrase-file", o->passphrase_file);
    buf_add_text(&text, where_words(a, o));
    return str_keep(a, buf_str(&text));
}

static bool make_secret(InitText *text, Err *err)
{
    unsigned char bytes[SECRET_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_sys(err, ERR_INTERNAL, _("no random bytes"));
    for (size_t i = 0; i < sizeof bytes; i++) {
        text->secret[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text->secret[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    return true;
}

static bool check_all(Arena *a, const InitOptions *o, const char *folder, InitText *text, Err *err)
{
    *text = (InitText){
        .name = o->name, .profile = o->profile, .settings = o->settings, .n_settings = o->n_settings};
    if (!check_name(a, o, folder, err) || !check_profile(a, o, err) || !check_settings(o, err))
        return false;
    if (o->source && !(text->source = existing_path(a, o->source, ERR_SOURCE, err)))
        return err_wrap(err, _("source"));
    if (o->passphrase_file && !(text->passphrase_file = existing_path(a, o->passphrase_file, ERR_USAGE, err)))
        return err_wrap(err, _("passphrase file"));
    return check_target(a, o, text, err) && make_secret(text, err);
}

// ---- Writing it -----------------------------------------------------------------------------------

static bool write_files(Arena *a, const char *folder, const InitText *text, Err *err)
{
    AUTO(buf_free) Buf config = {0};
    AUTO(buf_free) Buf commands = {0};
    const char *state = file_join(a, folder, "state");
    init_config_text(text, &config);
    init_commands_text(text, &commands);
    // config.yaml last: with it the clinic exists.
    return file_make_folder(folder, 0750, err) && file_make_folder(state, 0700, err) &&
           file_write(file_join(a, state, ".gitignore"), STR("*\n"), 0640, err) &&
           file_write(file_join(a, folder, "commands.yaml"), buf_str(&commands), 0640, err) &&
           file_write(file_join(a, folder, "config.yaml"), buf_str(&config), 0600, err);
}

// Files we may have written; folders only when they are empty, so what was there before stays.
static void take_back(Arena *a, const char *folder)
{
    const char *state = file_join(a, folder, "state");
    unlink(file_join(a, folder, "config.yaml"));
    unlink(file_join(a, folder, "commands.yaml"));
    unlink(file_join(a, state, ".gitignore"));
    rmdir(state);
    rmdir(folder);
}

bool clinic_init(Arena *a, const InitOptions *o, const char **folder, Err *err)
{
    InitText text;
    const char *path = file_join(a, o->workspace, o->name);
    if (!check_all(a, o, path, &text, err))
        return false;
    if (!write_files(a, path, &text, err)) {
        take_back(a, path);
        return false;
    }
    *folder = path;
    return true;
}
