#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/issue_store.h"
#include "config/yaml_check.h"
#include "engine/decisions.h"
#include "engine/decisions_inner.h"

enum { FILE_MAX = 16 << 20 };

typedef struct {
    Arena *arena;
    YamlCheck check;
    Control *control;
    const char *importer;
    int64_t changed;
} Importing;

static const char *const file_keys[] = {"version", "decisions", NULL};
static const char *const group_keys[] = {"step", "code",  "state",  "reason", "by",
                                         "at",   "until", "issues", NULL};
static const char *const issue_keys[] = {"issue", "key", "field", "notes", "assigned", NULL};
static const char *const note_keys[] = {"by", "at", "text", NULL};
static const char *const assigned_keys[] = {"to", "by", "at", NULL};
static const char *const states[] = {"open", "resolved", "ignored", "asked", NULL};

static bool is_kind(const YamlCheck *c, const YamlNode *node, YamlKind kind)
{
    if (node->kind == kind)
        return true;
    yaml_complain(c, node,
                  kind == YAML_MAP ? _("a map is wanted here, not %s") : _("a list is wanted here, not %s"),
                  yaml_kind_name(node));
    return false;
}

static const char *instant_at(Importing *x, const YamlNode *map)
{
    const char *text = yaml_take_text(&x->check, map, "at", true);
    Instant at;
    bool offset;
    if (!text || instant_parse(str_of(text), &at, &offset))
        return text;
    yaml_complain(&x->check, yaml_get(map, "at"), _("\"%s\" is no instant: write 2026-11-21T12:00:00Z"),
                  text);
    return NULL;
}

static void take_notes(Importing *x, const YamlNode *issue, IssueDecided *d)
{
    const YamlNode *list = yaml_get(issue, "notes");
    size_t most = 0;
    if (!list || !is_kind(&x->check, list, YAML_LIST))
        return;
    for (const YamlNode *note = list->first; note; note = note->next)
        most++;
    d->notes = arena_take_array(x->arena, sizeof *d->notes, most + 1);
    for (const YamlNode *note = list->first; note; note = note->next) {
        if (!is_kind(&x->check, note, YAML_MAP))
            continue;
        yaml_refuse_unknown(&x->check, note, note_keys);
        d->notes[d->n_notes].by = yaml_take_text(&x->check, note, "by", true);
        d->notes[d->n_notes].at = instant_at(x, note);
        d->notes[d->n_notes++].text = yaml_take_text(&x->check, note, "text", true);
    }
}

// Nobody any more is the empty text.
static void take_owner(Importing *x, const YamlNode *issue, IssueDecided *d)
{
    const YamlNode *assigned = yaml_get(issue, "assigned");
    if (!assigned || !is_kind(&x->check, assigned, YAML_MAP))
        return;
    yaml_refuse_unknown(&x->check, assigned, assigned_keys);
    const YamlNode *to = yaml_get(assigned, "to");
    d->owner = to && to->kind == YAML_SCALAR ? to->text.at : yaml_take_text(&x->check, assigned, "to", true);
    d->owner_by = yaml_take_text(&x->check, assigned, "by", true);
    d->owner_at = instant_at(x, assigned);
}

static bool take_issue(Importing *x, const YamlNode *node, const IssueDecided *group, Err *err)
{
    IssueDecided d = *group;
    bool changed = false;
    if (!is_kind(&x->check, node, YAML_MAP))
        return true;
    yaml_refuse_unknown(&x->check, node, issue_keys);
    const char *fp = yaml_take_text(&x->check, node, "issue", false);
    // Both may be empty, which is not the same as absent.
    const YamlNode *key = yaml_get(node, "key"), *field = yaml_get(node, "field");
    d.key = key && key->kind == YAML_SCALAR ? key->text.at : yaml_take_text(&x->check, node, "key", true);
    d.field =
        field && field->kind == YAML_SCALAR ? field->text.at : yaml_take_text(&x->check, node, "field", true);
    take_notes(x, node, &d);
    take_owner(x, node, &d);
    if (x->check.problems->errors)
        return true;
    char right[ISSUE_FP + 1];
    issue_fingerprint(str_of(d.step), str_of(d.key), str_of(d.field), str_of(d.code), right);
    if (fp && strcmp(fp, right) != 0) {
        yaml_complain(&x->check, yaml_get(node, "issue"),
                      _("the issue of this step, code, key and field is %s, not \"%s\""), right, fp);
        return true;
    }
    if (!issue_restore(x->control, &d, x->importer, &changed, err))
        return false;
    x->changed += changed;
    return true;
}

static void check_reason(Importing *x, const YamlNode *node, const IssueDecided *d)
{
    Date day;
    const bool ignored = d->state && strcmp(d->state, "ignored") == 0;
    if (ignored && !d->reason)
        yaml_complain(&x->check, node, "%s", _("what is ignored needs a reason"));
    if (d->until && (!ignored || !date_parse(str_of(d->until), "ymd", &day) || strlen(d->until) != 10))
        yaml_complain(&x->check, yaml_get(node, "until"),
                      _("until is the last day of what is ignored, such as 2026-12-31, not \"%s\""),
                      d->until);
}

static bool take_group(Importing *x, const YamlNode *node, Err *err)
{
    const YamlCheck *c = &x->check;
    if (!is_kind(c, node, YAML_MAP))
        return true;
    yaml_refuse_unknown(c, node, group_keys);
    const YamlNode *state = yaml_get(node, "state"), *issues = yaml_get(node, "issues");
    IssueDecided d = {
        .step = yaml_take_text(c, node, "step", true),
        .code = yaml_take_text(c, node, "code", true),
        .reason = yaml_take_text(c, node, "reason", false),
        .until = yaml_take_text(c, node, "until", false),
    };
    if (!state)
        yaml_complain(c, node, "%s", _("a decision needs a state"));
    int word = state ? yaml_take_word(c, state, states) : -1;
    d.state = word >= 0 ? states[word] : NULL;
    if (word > 0) {
        d.by = yaml_take_text(c, node, "by", true);
        d.at = instant_at(x, node);
    }
    check_reason(x, node, &d);
    if (d.step && !strchr(d.step, '/'))
        yaml_complain(c, yaml_get(node, "step"), _("\"%s\" is no step: write entity/stage"), d.step);
    d.entity = d.step ? arena_text(x->arena, "%.*s", (int)strcspn(d.step, "/"), d.step) : NULL;
    if (!issues)
        yaml_complain(c, node, "%s", _("a decision needs its list of issues"));
    if (!issues || !is_kind(c, issues, YAML_LIST))
        return true;
    for (const YamlNode *one = issues->first; one; one = one->next)
        if (!take_issue(x, one, &d, err))
            return false;
    return true;
}

static bool take_file(Importing *x, const YamlNode *root, Err *err)
{
    int64_t version = 0;
    const YamlNode *list = yaml_get(root, "decisions");
    if (!is_kind(&x->check, root, YAML_MAP))
        return true;
    yaml_refuse_unknown(&x->check, root, file_keys);
    if (!yaml_int(yaml_get(root, "version"), &version) || version != 1)
        yaml_complain(&x->check, root, "%s", _("version: 1 is wanted"));
    if (!list || !is_kind(&x->check, list, YAML_LIST))
        return true;
    for (const YamlNode *one = list->first; one; one = one->next)
        if (!take_group(x, one, err))
            return false;
    return true;
}

static bool import(Arena *a, const Clinic *clinic, Control *c, const char *importer, Str content,
                   int64_t *changed, Problems *problems, Err *err)
{
    const char *path = shown_path(a, decisions_path(a, clinic));
    Importing x = {.arena = a, .check = {path, problems}, .control = c, .importer = importer};
    size_t before = problems->errors;
    const YamlNode *root = yaml_parse(a, content, path, problems);
    bool ok = root && lite_begin(control_db(c), err) && take_file(&x, root, err) &&
              problems->errors == before && decisions_remember(c, content, err) &&
              lite_commit(control_db(c), err);
    *changed = x.changed;
    if (ok)
        return true;
    lite_rollback(control_db(c));
    if (err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG,
                ngettext("%s has %zu mistake", "%s has %zu mistakes", problems->errors - before), path,
                problems->errors - before);
    return false;
}

// *content without value: there is no file.
static bool read_file(Arena *a, const Clinic *clinic, Str *content, Err *err)
{
    const char *path = decisions_path(a, clinic);
    *content = (Str){NULL, 0};
    return !file_exists(path) || file_read(a, path, FILE_MAX, content, err);
}

bool decisions_import(Arena *a, const Clinic *clinic, Control *c, const char *importer, int64_t *changed,
                      Problems *problems, Err *err)
{
    Str content;
    err->kind = ERR_NONE;
    if (!read_file(a, clinic, &content, err))
        return false;
    if (!content.at)
        return err_set(err, ERR_USAGE, _("there is no %s"), shown_path(a, decisions_path(a, clinic)));
    return import(a, clinic, c, importer, content, changed, problems, err);
}

bool decisions_first(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                     Err *err)
{
    Str content;
    bool never, known;
    int64_t changed;
    err->kind = ERR_NONE;
    if (!read_file(a, clinic, &content, err))
        return false;
    if (!content.at)
        return true;
    return decisions_known(a, c, content, &never, &known, err) &&
           (!never || import(a, clinic, c, importer, content, &changed, problems, err));
}

bool decisions_ready(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                     Err *err)
{
    Str content;
    bool never, known;
    if (!decisions_first(a, clinic, c, importer, problems, err) || !read_file(a, clinic, &content, err))
        return false;
    if (!content.at)
        return true;
    if (!decisions_known(a, c, content, &never, &known, err))
        return false;
    if (known)
        return true;
    err_set(err, ERR_DECISION, _("%s was changed since it was written"),
            shown_path(a, decisions_path(a, clinic)));
    return err_hint(err, _("`mudanza warnings import %s` takes it in first"), clinic->typed);
}
