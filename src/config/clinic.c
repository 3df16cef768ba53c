#include "config/clinic.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/commands_file.h"
#include "config/config_check.h"
#include "config/config_values.h"
#include "config/conninfo.h"
#include "config/hooks_read.h"

// ---- Values, after the check; the table gives the fallbacks ---------------------------------------

static const YamlNode *at_path(const YamlNode *root, const char *path)
{
    const char *dot = strchr(path, '.');
    char section[32];
    if (!dot)
        return yaml_get(root, path);
    memcpy(section, path, (size_t)(dot - path));
    section[dot - path] = 0;
    return yaml_get(yaml_get(root, section), dot + 1);
}

static const char *value_at(const YamlNode *root, const char *path)
{
    const char *text = yaml_text(at_path(root, path));
    return text ? text : config_key(config_keys, path)->fallback;
}

// A value that is wrong has been told; the fallback keeps the rest readable.
static int64_t number_at(const YamlNode *root, const char *path)
{
    int64_t value;
    if (yaml_int(at_path(root, path), &value))
        return value;
    const char *fallback = config_key(config_keys, path)->fallback;
    return fallback ? strtoll(fallback, NULL, 10) : 0;
}

static int64_t seconds_at(const YamlNode *root, const char *path)
{
    int64_t seconds = 0;
    const char *text = value_at(root, path);
    return text && duration_parse(str_of(text), &seconds) ? seconds : 0;
}

static const char *path_at(Arena *a, const YamlNode *root, const char *path, const char *folder)
{
    const char *text = yaml_text(at_path(root, path));
    return text ? file_join(a, folder, text) : NULL;
}

// ---- Sections -----------------------------------------------------------------------------------

// File paths in it start at the clinic's folder.
static const char *reference_at(Arena *a, const Clinic *c, const YamlNode *root, const char *path)
{
    Str name;
    const char *text = value_at(root, path);
    if (text && reference_parse(str_of(text), &name) == REFERENCE_FILE)
        return arena_text(a, "${file:%s}", file_join(a, c->folder, str_keep(a, name)));
    return text;
}

static void read_source(Arena *a, Clinic *c, const YamlNode *root)
{
    c->source_path = path_at(a, root, "source.path", c->folder);
    c->source_system = value_at(root, "source.system");
    c->passphrase = reference_at(a, c, root, "source.passphrase");
}

static void refuse_misplaced(const YamlCheck *check, const YamlNode *target, const char *key,
                             const char *type)
{
    const YamlNode *node = yaml_get(target, key);
    if (!yaml_is_null(node))
        yaml_complain_key(check, node, _("target.%s goes with type: %s"), key, type)->key =
            arena_text(check->problems->arena, "target.%s", key);
}

static void read_postgres(Arena *a, Clinic *c, const YamlNode *target, const YamlCheck *check)
{
    Conninfo info = {0};
    const char *const names[] = {"service", "host", "port", "dbname", "user"};
    const char **places[] = {&info.service, &info.host, &info.port, &info.dbname, &info.user};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const YamlNode *node = yaml_get(target, names[i]);
        *places[i] = yaml_text(node);
        if (*places[i] && !conninfo_is_plain(*places[i]))
            yaml_complain(check, node, _("target.%s is no plain name"), names[i])->hint =
                _("one keyword, one value; the password is found in ~/.pgpass or the service");
    }
    if (!info.service && !info.dbname)
        yaml_complain(check, target, _("target with type: postgres needs a service or a dbname"));
    c->target_conninfo = conninfo_text(a, &info);
    // libpq has a place in the environment of its own.
    Str name;
    const char *password = yaml_text(yaml_get(target, "password"));
    if (password && reference_parse(str_of(password), &name) == REFERENCE_ENV)
        yaml_complain(check, yaml_get(target, "password"), _("target.password is a file or a credential"))
            ->hint =
            _("${file:PATH}, ${cred:NAME}, or nothing: libpq looks in ~/.pgpass, the service and PGPASSWORD");
}

// The same file, whatever it is called; files that are not there yet are compared by name.
static bool same_file(const char *one, const char *other)
{
    struct stat a, b;
    if (stat(one, &a) != 0 || stat(other, &b) != 0)
        return strcmp(one, other) == 0;
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// The target is written to: never the clinic's data, never what mudanza remembers.
static void refuse_taken_target(Arena *a, const Clinic *c, const YamlNode *target, const YamlCheck *check)
{
    static const char *const own[] = {"cache.db", "control.db", "lock", "status.json"};
    bool taken = c->source_path && same_file(c->target_path, c->source_path);
    for (size_t i = 0; i < ARRAY_LEN(own) && !taken; i++)
        taken = same_file(c->target_path, file_join(a, c->state_folder, own[i]));
    if (!taken)
        return;
    Problem *p = yaml_complain(check, yaml_get(target, "path"),
                               _("target.path is a file that holds something else: %s"),
                               yaml_text(yaml_get(target, "path")));
    p->key = "target.path";
    p->hint = _("the target needs a file of its own, such as state/target.db");
}

static void read_target(Arena *a, Clinic *c, const YamlNode *root, const YamlCheck *check)
{
    static const char *const server_keys[] = {"service", "host", "port", "dbname", "user", "password", "bulk"};
    const YamlNode *target = yaml_get(root, "target");
    c->env = value_at(root, "target.env");
    c->target_type = strcmp(value_at(root, "target.type"), "postgres") == 0 ? TARGET_POSTGRES : TARGET_SQLITE;
    if (c->target_type == TARGET_POSTGRES) {
        refuse_misplaced(check, target, "path", "sqlite");
        c->bulk = value_at(root, "target.bulk");
        c->target_password = reference_at(a, c, root, "target.password");
        read_postgres(a, c, target, check);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(server_keys); i++)
        refuse_misplaced(check, target, server_keys[i], "postgres");
    c->target_path = path_at(a, root, "target.path", c->folder);
    if (!c->target_path)
        c->target_path = file_join(a, c->state_folder, "target.db");
    else
        refuse_taken_target(a, c, target, check);
}

static void read_storage(Arena *a, Clinic *c, const YamlNode *root)
{
    c->storage_path = path_at(a, root, "storage.path", c->folder);
    if (!c->storage_path)
        c->storage_path = file_join(a, c->state_folder, "files");
    c->storage_token = reference_at(a, c, root, "storage.token");
}

enum { SECRET_MIN = 32 }; // characters: half of what init writes, 128 bits

static void read_settings(Arena *a, Clinic *c, const YamlNode *root, const YamlCheck *check)
{
    const YamlNode *map = yaml_get(root, "settings");
    if (!map || map->kind != YAML_MAP)
        return;
    size_t n = 0;
    for (const YamlNode *node = map->first; node; node = node->next)
        n++;
    c->settings = arena_many(a, Setting, n);
    for (const YamlNode *node = map->first; node; node = node->next)
        if (yaml_text(node))
            c->settings[c->n_settings++] = (Setting){node->key, yaml_text(node), node->line};
    const YamlNode *secret = yaml_get(map, "secret");
    if (yaml_text(secret) && secret->text.len < SECRET_MIN)
        yaml_warn(check, secret, _("settings.secret is short: tokens made with it can be guessed"))->hint =
            _("64 hexadecimal digits, as init writes");
}

static void read_rules(Arena *a, Clinic *c, const YamlNode *root)
{
    c->max_rejects = number_at(root, "limits.max_rejects");
    if (!percent_parse(str_of(value_at(root, "limits.max_reject_ratio")), &c->max_reject_ratio))
        c->max_reject_ratio = 0;
    c->max_duration_s = seconds_at(root, "limits.max_duration");
    c->stall_after_s = seconds_at(root, "limits.stall_after");
    c->stall_kill_s = seconds_at(root, "limits.stall_kill");
    c->jobs = number_at(root, "limits.jobs");
    c->disk_reserve_mb = number_at(root, "limits.disk_reserve");
    c->rehearse_in_prod = strcmp(value_at(root, "policy.rehearse_in_prod"), "true") == 0;
    c->on_reject = value_at(root, "policy.on_reject");
    c->on_fail = value_at(root, "policy.on_fail");
    c->on_conflict = value_at(root, "policy.on_conflict");
    c->unreviewed = value_at(root, "policy.unreviewed");
    if (yaml_get(yaml_get(root, "policy"), "blocking"))
        c->blocking = config_texts(a, yaml_get(yaml_get(root, "policy"), "blocking"));
    c->retention_cache_s = seconds_at(root, "retention.cache");
    c->retention_runs = number_at(root, "retention.runs");
}

static void check_profile(Arena *a, Clinic *c, const YamlNode *root, const YamlCheck *check)
{
    Err ignored = {0};
    c->profile = yaml_text(yaml_get(root, "profile"));
    if (!c->profile || !*c->profile || !data_folder(a, &ignored) ||
        profile_file(a, c, c->profile, "profile.yaml"))
        return;
    Problem *p = yaml_complain(check, yaml_get(root, "profile"), _("there is no profile \"%s\""), c->profile);
    const char *const *names = profile_names(a, c->workspace);
    size_t n = 0;
    while (names[n])
        n++;
    p->key = "profile";
    p->hint = yaml_suggestion(check->problems->arena, c->profile, names);
    p->instead = text_nearest(c->profile, names, n);
    p->mend = p->instead ? MEND_WORD : MEND_NONE;
}

static void read_config(Arena *a, Clinic *c, Problems *problems)
{
    YamlCheck check = {shown_path(a, c->config_path), problems};
    if (!file_exists(c->config_path)) {
        problems_add(problems, PROBLEM_ERROR, check.file, 0, 0, _("there is no such file"))->hint =
            _("mudanza init writes one");
        return;
    }
    const YamlNode *root = yaml_read_anyway(a, check.file, problems);
    if (!root)
        return;
    config_check(&check, root, config_keys);
    if (root->kind != YAML_MAP)
        return;
    check_profile(a, c, root, &check);
    read_source(a, c, root);
    read_target(a, c, root, &check);
    read_storage(a, c, root);
    read_settings(a, c, root, &check);
    read_rules(a, c, root);
    hooks_read(a, c, root, &check);
}

// ---- The clinic ---------------------------------------------------------------------------------

static const char *absolute_state(Arena *a, const char *path)
{
    char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);
    const char *whole = cwd ? file_join(a, cwd, path) : path;
    free(cwd);
    return whole;
}

static bool find_folder(Arena *a, Clinic *c, Problems *problems)
{
    c->folder = strchr(c->name, '/') ? NULL : file_inside(a, c->workspace, c->name);
    if (c->folder && file_is_folder(c->folder) && c->name[0] != '.')
        return true;
    problems_add(problems, PROBLEM_ERROR, shown_path(a, c->workspace), 0, 0, _("there is no clinic \"%s\""),
                 c->name)
        ->hint =
        yaml_suggestion(problems->arena, c->name, (const char *const *)workspace_clinics(a, c->workspace));
    return false;
}

Clinic *clinic_load(Arena *a, const char *workspace, const char *name, const char *state_dir,
                    Problems *problems)
{
    Clinic *c = arena_one(a, Clinic);
    size_t errors_before = problems->errors;
    c->workspace = arena_text(a, "%s", workspace);
    c->name = arena_text(a, "%s", name);
    c->typed = clinic_typed(a, workspace, name, state_dir ? absolute_state(a, state_dir) : NULL);
    if (!find_folder(a, c, problems))
        return NULL;
    const char *variable = getenv("MUDANZA_STATE_DIR");
    if (state_dir)
        c->state_folder = absolute_state(a, state_dir);
    else if (variable && *variable)
        c->state_folder = file_join(a, absolute_state(a, variable), name);
    else
        c->state_folder = file_join(a, c->folder, "state");
    c->config_path = file_join(a, c->folder, "config.yaml");
    c->commands_path = file_join(a, c->folder, "commands.yaml");
    read_config(a, c, problems);
    commands_file_read(a, c, problems);
    return problems->errors == errors_before ? c : NULL;
}

const char *clinic_setting(const Clinic *c, const char *name)
{
    for (size_t i = 0; i < c->n_settings; i++)
        if (strcmp(c->settings[i].name, name) == 0)
            return c->settings[i].value;
    return NULL;
}
