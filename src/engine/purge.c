#include "engine/purge.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/remove_tree.h"
#include "cache/control_held.h"
#include "engine/audit.h"
#include "engine/lock.h"

const char *const purge_words[PURGE_KINDS + 1] = {"cache", "runs", "clinic", NULL};

typedef struct {
    Arena *arena;
    const Clinic *clinic;
    PurgePlan *plan;
    Buf items, kept;
} Look;

static void add_item(Look *l, const char *path, bool patients)
{
    struct stat st;
    if (lstat(file_join(l->arena, l->clinic->state_folder, path), &st) != 0)
        return;
    PurgeItem item = {path, tree_bytes(l->clinic->state_folder, path), patients};
    buf_add(&l->items, (Str){(const char *)&item, sizeof item});
    l->plan->bytes += item.bytes;
    l->plan->n_items++;
}

static void add_kept(Look *l, const char *path, const char *why)
{
    PurgeKept kept = {path, why};
    buf_add(&l->kept, (Str){(const char *)&kept, sizeof kept});
    l->plan->n_kept++;
}

// The name itself, or what belongs to it: cache.db-wal, cache.db.new.
static bool belongs_to(const char *name, const char *known)
{
    size_t n = strlen(known);
    return strncmp(name, known, n) == 0 && (!name[n] || name[n] == '-' || name[n] == '.');
}

// The name of the embedded target when it is directly in the state folder; NULL: it is elsewhere.
static const char *target_name(const Look *l)
{
    const char *path = l->clinic->target_path;
    Str folder = str_of(l->clinic->state_folder);
    if (l->clinic->target_type != TARGET_SQLITE || !str_starts(str_of(path), l->clinic->state_folder) ||
        path[folder.len] != '/' || strchr(path + folder.len + 1, '/'))
        return NULL;
    return path + folder.len + 1;
}

// ---- Runs -------------------------------------------------------------------------------------------

static bool is_undoable(const Clinic *clinic, const RunRecord *run)
{
    return run->job && !run->undone_by && strcmp(run->mode, "rollback") != 0 &&
           (clinic->target_type != TARGET_SQLITE || file_exists(clinic->target_path));
}

// *why NULL: nothing holds it.
static bool held_by(Control *c, const Clinic *clinic, const RunRecord *run, const char **why, Err *err)
{
    RunHold hold;
    if (!control_run_hold(c, run->run, &hold, err))
        return false;
    *why = strcmp(run->status, "running") == 0 ? _("it is at work")
           : is_undoable(clinic, run)          ? _("it can still be rolled back")
           : hold.issues                       ? _("open issues name it")
           : hold.steps                        ? _("it is the last good one of a step")
                                               : NULL;
    return true;
}

static const char *folder_of(Arena *a, int64_t run)
{
    return arena_text(a, "runs/%06lld", (long long)run);
}

// newest: so many stay whatever they are.
static bool look_at_runs(Look *l, Control *c, size_t newest, Err *err)
{
    size_t n = 0;
    const RunRecord *runs = control_runs(c, l->arena, &n, err);
    if (!runs)
        return err->kind == ERR_NONE;
    for (size_t i = 0; i < n; i++) {
        const char *why = i < newest ? _("it is among the newest") : NULL, *path = folder_of(l->arena, runs[i].run);
        if (!file_exists(file_join(l->arena, l->clinic->state_folder, path)))
            continue;
        if (!why && !held_by(c, l->clinic, &runs[i], &why, err))
            return false;
        if (why)
            add_kept(l, path, why);
        else
            add_item(l, path, true);
    }
    return true;
}

static bool look_at_recorded_runs(Look *l, Err *err)
{
    err->kind = ERR_NONE;
    Control *c = control_open(l->clinic->state_folder, false, err);
    bool ok = c ? look_at_runs(l, c, 1, err) : err->kind == ERR_NONE;
    control_close(c);
    return ok;
}

// ---- The other kinds --------------------------------------------------------------------------------

static void look_at_cache(Look *l)
{
    const char *state = l->clinic->state_folder;
    for (char **name = file_list(l->arena, state); *name; name++)
        if (belongs_to(*name, "cache.db") || strcmp(*name, "tmp") == 0)
            add_item(l, *name, true);
    for (char **run = file_list(l->arena, file_join(l->arena, state, "runs")); *run; run++)
        add_item(l, arena_text(l->arena, "runs/%s/rejects.ndjson", *run), true);
}

// The one init makes. Whatever else it says is somebody's own.
static bool is_our_gitignore(Look *l, const char *name)
{
    Err none = {0};
    Str text;
    return strcmp(name, ".gitignore") == 0 &&
           file_read(l->arena, file_join(l->arena, l->clinic->state_folder, name), 16, &text, &none) &&
           str_is(text, "*\n");
}

// Only what is known to be ours: the folder may have been given with --state-dir.
static void look_at_all(Look *l)
{
    static const struct {
        const char *name;
        bool patients;
    } own[] = {{"cache.db", true}, {"control.db", false}, {"runs", true},        {"tmp", true},
               {"audit.log", false}, {"status.json", false}, {"control.sock", false}, {"lock", false}};
    const char *target = target_name(l);
    for (char **name = file_list(l->arena, l->clinic->state_folder); *name; name++) {
        bool patients = target && belongs_to(*name, target), ours = patients || is_our_gitignore(l, *name);
        for (size_t i = 0; !ours && i < ARRAY_LEN(own); i++) {
            ours = belongs_to(*name, own[i].name);
            patients = ours && own[i].patients;
        }
        if (ours)
            add_item(l, *name, patients);
        else
            add_kept(l, *name, _("it is not mudanza's"));
    }
}

static bool count_rows(Look *l, int64_t *rows, Err *err)
{
    const char *name = target_name(l);
    if (!name || strcmp(l->clinic->env, "PROD") != 0 || !file_exists(l->clinic->target_path))
        return true;
    AUTO(lite_close_at) Lite *db = lite_open(l->clinic->target_path, LITE_READ, ERR_TARGET, err);
    if (!db)
        return false;
    AUTO(lite_finish_at)
    LiteStmt *tables = lite_prepare(db,
                                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                                    " ESCAPE '\\' AND name NOT LIKE 'mudanza\\_%' ESCAPE '\\'",
                                    err);
    LiteStep step = LITE_FAILED;
    while (tables && (step = lite_step(tables, err)) == LITE_ROW) {
        int64_t n;
        if (!lite_one_int(db, &n, NULL, err, "SELECT count(*) FROM \"%w\"", str_keep(l->arena, lite_text(tables, 0))))
            break;
        *rows += n;
    }
    return step == LITE_DONE;
}

bool purge_look(Arena *a, const Clinic *clinic, PurgeKind kind, PurgePlan *out, Err *err)
{
    struct stat st;
    bool ok = true;
    *out = (PurgePlan){.kind = kind};
    Look l = {.arena = a, .clinic = clinic, .plan = out};
    if (lstat(clinic->state_folder, &st) == 0 && S_ISLNK(st.st_mode)) {
        err_set(err, ERR_CONFIG, _("%s is a link, and nothing is removed behind a link"), clinic->state_folder);
        return err_hint(err, "%s", _("Name the folder itself with --state-dir."));
    }
    if (kind == PURGE_CACHE)
        look_at_cache(&l);
    else if (kind == PURGE_RUNS)
        ok = look_at_recorded_runs(&l, err);
    else
        look_at_all(&l);
    ok = ok && (kind != PURGE_CLINIC || count_rows(&l, &out->rows, err));
    out->items = arena_copy(a, buf_text(&l.items), l.items.len);
    out->kept = arena_copy(a, buf_text(&l.kept), l.kept.len);
    buf_free(&l.items);
    buf_free(&l.kept);
    out->confirm = out->rows ? arena_text(a, "%s %lld", clinic->name, (long long)out->rows) : clinic->name;
    return ok;
}

// ---- Doing it ---------------------------------------------------------------------------------------

static bool note(const Clinic *clinic, const PurgePlan *plan, Err *err)
{
    JsonOut *j;
    if (plan->kind == PURGE_CLINIC)
        return true;
    Audit *audit = audit_begin(clinic->state_folder, clinic->name, "purge", &j);
    json_text(j, "what", purge_words[plan->kind]);
    json_int(j, "items", (int64_t)plan->n_items);
    json_int(j, "bytes", plan->bytes);
    return audit_end(audit, err);
}

// The lock goes last, while we still hold it.
static bool remove_all(const Clinic *clinic, const PurgePlan *plan, Err *err)
{
    bool lock_too = false;
    for (size_t i = 0; i < plan->n_items; i++) {
        if (strcmp(plan->items[i].path, "lock") == 0)
            lock_too = true;
        else if (!remove_tree(clinic->state_folder, plan->items[i].path, err))
            return false;
    }
    if (!lock_too)
        return true;
    if (!remove_tree(clinic->state_folder, "lock", err))
        return false;
    (void)rmdir(clinic->state_folder); // it stays when it holds what is not ours
    return true;
}

bool purge_do(Arena *a, const Clinic *clinic, PurgeKind kind, const char *phrase, PurgePlan *out, Err *err)
{
    if (!purge_look(a, clinic, kind, out, err)) // a link is refused before anything is made behind it
        return false;
    Lock *lock = lock_take(clinic, err);
    bool ok = lock && purge_look(a, clinic, kind, out, err);
    if (ok && strcmp(phrase, out->confirm) != 0) {
        err_set(err, ERR_DECISION, "%s", _("that is not the phrase to confirm with: nothing was removed"));
        ok = err_hint(err, _("`mudanza purge %s %s --plan` tells what would go, and the phrase"), clinic->typed,
                      purge_words[kind]);
    }
    ok = ok && note(clinic, out, err) && remove_all(clinic, out, err);
    lock_drop(lock);
    return ok;
}

bool retention_apply(Arena *a, const Clinic *clinic, Control *c, int64_t *removed, Err *err)
{
    PurgePlan plan = {.kind = PURGE_RUNS};
    Look l = {.arena = a, .clinic = clinic, .plan = &plan};
    *removed = 0;
    bool ok = look_at_runs(&l, c, (size_t)clinic->retention_runs, err);
    plan.items = arena_copy(a, buf_text(&l.items), l.items.len);
    for (size_t i = 0; ok && i < plan.n_items; i++)
        if ((ok = remove_tree(clinic->state_folder, plan.items[i].path, err)))
            ++*removed;
    buf_free(&l.items);
    buf_free(&l.kept);
    return ok;
}
