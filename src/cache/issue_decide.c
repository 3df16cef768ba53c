#include "cache/issue_decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"

const char *const issue_action_words[] = {"resolve", "ignore", "reopen", "ask", "note", "assign"};
static const char *const states[] = {"resolved", "ignored", "open", "asked", NULL, NULL}; // NULL: it stays

bool issue_choice(Control *c, Arena *a, const char *word, IssueChoice *out, Err *err)
{
    IssueItem item;
    size_t len = strcspn(word, "@");
    const char *revision = word[len] ? word + len + 1 : NULL;
    *out = (IssueChoice){.revision = -1};
    if (revision &&
        (!*revision || strlen(revision) > 9 || strspn(revision, "0123456789") != strlen(revision)))
        return err_set(err, ERR_USAGE, _("behind @ stands the revision of the issue, not \"%s\""), revision);
    if (!issue_find(c, a, arena_text(a, "%.*s", (int)len, word), &item, err))
        return false;
    out->fp = item.fp;
    if (revision)
        out->revision = strtoll(revision, NULL, 10);
    return true;
}

typedef struct {
    Control *c;
    Arena *arena, *kept; // scratch; of what comes back
    const Decision *d;
    const char *now;
    IssueOutcome *out;
    Buf clashes, before;
} Deciding;

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

// Whether what the person saw is still so.
static bool clashes(const IssueItem *now, const IssueChoice *seen, const Decision *d)
{
    if (!states[d->action]) // takes no decision away
        return false;
    if (seen->revision >= 0)
        return seen->revision != now->revision;
    return d->action != ISSUE_REOPEN && strcmp(now->state, "open") != 0 && now->by &&
           strcmp(now->by, d->by) != 0;
}

static bool write_history(Deciding *x, const IssueItem *now, const char *after, Err *err)
{
    const Decision *d = x->d;
    bool stays = !after;
    return lite_execf(control_db(x->c), err,
                      "INSERT INTO issue_history(fp, at, by, action, before, after, text, until)"
                      " VALUES(%Q, %Q, %Q, %Q, %Q, %Q, %Q, %Q)",
                      now->fp, x->now, d->by, issue_action_words[d->action], stays ? NULL : now->state, after,
                      d->text, d->until);
}

static bool give(Deciding *x, const char *fp, Err *err)
{
    return lite_execf(control_db(x->c), err, "UPDATE issues SET owner = %Q, owner_by = %Q, owner_at = %Q WHERE fp = %Q",
                      x->d->text, x->d->by, x->now, fp);
}

static void remember(Deciding *x, const IssueItem *now)
{
    const Decision *d = x->d;
    const IssueBefore one = {
        .fp = str_keep(x->kept, str_of(now->fp)),
        .state = str_keep(x->kept, str_of(now->state)),
        .reason = str_keep(x->kept, str_of(now->reason)),
        .until = str_keep(x->kept, str_of(now->until)),
        .owner = str_keep(x->kept, str_of(now->owner)),
        .given = d->action == ISSUE_ASSIGN ? str_keep(x->kept, str_of(d->text)) : NULL,
        .revision = now->revision + (states[d->action] != NULL),
    };
    buf_add(&x->before, (Str){(const char *)&one, sizeof one});
    x->out->n_before++;
}

static bool add_clash(Deciding *x, const IssueItem *now)
{
    const IssueClash clash = {now->fp, now->state, now->by, now->at, now->reason, now->revision};
    buf_add(&x->clashes, (Str){(const char *)&clash, sizeof clash});
    x->out->n_clashes++;
    return true;
}

static bool decide(Deciding *x, const IssueChoice *choice, Err *err)
{
    const Decision *d = x->d;
    const char *after = states[d->action];
    IssueItem now;
    if (!issue_find(x->c, x->arena, choice->fp, &now, err))
        return false;
    if (clashes(&now, choice, d))
        return add_clash(x, &now);
    if (d->action == ISSUE_ASSIGN ? strcmp(d->text, now.owner ? now.owner : "") == 0
                                  : after && strcmp(after, now.state) == 0 && same_text(d->text, now.reason) &&
                                        same_text(d->until, now.until)) {
        x->out->same++;
        return true;
    }
    x->out->changed++;
    if (d->action != ISSUE_NOTE)
        remember(x, &now);
    return write_history(x, &now, after, err) && (d->action != ISSUE_ASSIGN || give(x, now.fp, err)) &&
           (!after || lite_execf(control_db(x->c), err,
                                 "UPDATE issues SET state = %Q, by = %Q, at = %Q, reason = %Q, until = %Q,"
                                 " revision = revision + 1 WHERE fp = %Q",
                                 after, d->by, x->now, d->text, d->until, now.fp));
}

static void keep_outcome(Deciding *x)
{
    IssueOutcome *out = x->out;
    Arena *a = x->kept;
    out->before = arena_copy(a, buf_text(&x->before), x->before.len);
    out->clashes = arena_copy(a, buf_text(&x->clashes), x->clashes.len);
    for (size_t i = 0; i < out->n_clashes; i++) {
        IssueClash *clash = &out->clashes[i];
        *clash = (IssueClash){str_keep(a, str_of(clash->fp)),     str_keep(a, str_of(clash->state)),
                              str_keep(a, str_of(clash->by)),     str_keep(a, str_of(clash->at)),
                              str_keep(a, str_of(clash->reason)), clash->revision};
    }
    if (out->n_clashes)
        out->changed = 0, out->n_before = 0;
    buf_free(&x->before);
    buf_free(&x->clashes);
    arena_free(x->arena);
}

static bool decide_all(Control *c, Arena *a, const IssueChoice *choices, size_t n, const Decision *d,
                       IssueOutcome *out, Err *err)
{
    Deciding x = {.c = c, .arena = arena_new(), .kept = a, .d = d, .now = control_now(a), .out = out};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if (!out->n_clashes) // what a clash says is kept
            arena_reset(x.arena);
        ok = decide(&x, &choices[i], err);
    }
    keep_outcome(&x);
    return ok;
}

static bool end(Control *c, const IssueOutcome *out, bool ok, Err *err)
{
    if (ok && !out->n_clashes)
        return lite_commit(control_db(c), err);
    lite_rollback(control_db(c));
    return ok;
}

bool issue_decide(Control *c, Arena *a, const IssueChoice *choices, size_t n, const Decision *d,
                  IssueOutcome *out, Err *err)
{
    *out = (IssueOutcome){0};
    return lite_begin(control_db(c), err) && end(c, out, decide_all(c, a, choices, n, d, out, err), err);
}

static IssueAction action_to(const char *state)
{
    IssueAction action = ISSUE_RESOLVE;
    while (strcmp(states[action], state) != 0)
        action++;
    return action;
}

static bool take_back(Deciding *x, const IssueBefore *before, Err *err)
{
    const bool given = before->given != NULL;
    const Decision d = {
        .action = given ? ISSUE_ASSIGN : action_to(before->state),
        .by = x->d->by,
        .text = !given ? before->reason : before->owner ? before->owner : "",
        .until = given ? NULL : before->until,
    };
    const Decision *caller = x->d;
    IssueItem now;
    if (!issue_find(x->c, x->arena, before->fp, &now, err))
        return false;
    if (given && !same_text(now.owner, before->given))
        return add_clash(x, &now);
    x->d = &d;
    bool ok = decide(x, &(IssueChoice){before->fp, before->revision}, err);
    x->d = caller;
    return ok;
}

bool issue_undo(Control *c, Arena *a, const IssueBefore *before, size_t n, const char *by, IssueOutcome *out,
                Err *err)
{
    *out = (IssueOutcome){0};
    if (!lite_begin(control_db(c), err))
        return false;
    const Decision who = {.by = by};
    Deciding x = {.c = c, .arena = arena_new(), .kept = a, .d = &who, .now = control_now(a), .out = out};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if (!out->n_clashes)
            arena_reset(x.arena);
        ok = take_back(&x, &before[i], err);
    }
    keep_outcome(&x);
    return end(c, out, ok, err);
}

// The filter names the state they are in: whoever set it is not overruled unawares.
static bool decide_chosen(Control *c, const Decision *d, const char *now, IssueOutcome *out, Err *err)
{
    Lite *db = control_db(c);
    const char *after = states[d->action], *action = issue_action_words[d->action];
    bool assign = d->action == ISSUE_ASSIGN;
    if (!(after    ? lite_execf(db, err,
                             "DELETE FROM temp.chosen WHERE fp IN (SELECT fp FROM issues WHERE " ISSUE_STATE
                             " = %Q AND reason IS %Q AND until IS %Q)",
                             after, d->text, d->until)
          : assign ? lite_execf(db, err,
                                "DELETE FROM temp.chosen WHERE fp IN (SELECT fp FROM issues"
                                " WHERE coalesce(owner, '') = %Q)",
                                d->text)
                   : true))
        return false;
    out->same = after || assign ? lite_changes(db) : 0;
    if (!lite_execf(db, err,
                    "INSERT INTO issue_history(fp, at, by, action, before, after, text, until)"
                    " SELECT fp, %Q, %Q, %Q, iif(%d, " ISSUE_STATE ", NULL), %Q, %Q, %Q"
                    " FROM temp.chosen JOIN issues USING (fp)",
                    now, d->by, action, after != NULL, after, d->text, d->until))
        return false;
    out->changed = lite_changes(db);
    if (assign)
        return lite_execf(db, err,
                          "UPDATE issues SET owner = %Q, owner_by = %Q, owner_at = %Q"
                          " WHERE fp IN (SELECT fp FROM temp.chosen)",
                          d->text, d->by, now);
    return !after || lite_execf(db, err,
                                "UPDATE issues SET state = %Q, by = %Q, at = %Q, reason = %Q, until = %Q,"
                                " revision = revision + 1 WHERE fp IN (SELECT fp FROM temp.chosen)",
                                after, d->by, now, d->text, d->until);
}

bool issue_decide_matching(Control *c, Arena *a, const IssueFilter *f, const Decision *d, IssueOutcome *out,
                           Err *err)
{
    *out = (IssueOutcome){0};
    if (!lite_begin(control_db(c), err))
        return false;
    return end(c, out, issue_choose(c, f, err) && decide_chosen(c, d, control_now(a), out, err), err);
}

static bool restore_notes(Lite *db, const char *fp, const IssueDecided *d, bool *changed, Err *err)
{
    for (size_t i = 0; i < d->n_notes; i++) {
        if (!lite_execf(db, err,
                        "INSERT INTO issue_history(fp, at, by, action, text) SELECT %Q, %Q, %Q, 'note', %Q"
                        " WHERE NOT EXISTS (SELECT 1 FROM issue_history WHERE fp = %Q AND action = 'note'"
                        " AND at = %Q AND by = %Q AND text = %Q)",
                        fp, d->notes[i].at, d->notes[i].by, d->notes[i].text, fp, d->notes[i].at,
                        d->notes[i].by, d->notes[i].text))
            return false;
        *changed |= lite_changes(db) > 0;
    }
    return true;
}

static bool restore_owner(Lite *db, const char *fp, const IssueDecided *d, const char *importer, bool *changed, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int64_t differs = 0;
    if (!d->owner ||
        !lite_one_int(db, &differs, NULL, err,
                      "SELECT count(*) FROM issues WHERE fp = %Q AND coalesce(owner_at, '') <= %Q"
                      " AND (owner, owner_by) IS NOT (%Q, %Q)",
                      fp, d->owner_at, d->owner, d->owner_by))
        return !d->owner;
    *changed |= differs > 0;
    return !differs ||
           (lite_execf(db, err,
                       "INSERT INTO issue_history(fp, at, by, action, text) VALUES(%Q, %Q, %Q, 'assign', %Q)", fp,
                       control_now(a), importer, d->owner) &&
            lite_execf(db, err, "UPDATE issues SET owner = %Q, owner_by = %Q, owner_at = %Q WHERE fp = %Q", d->owner,
                       d->owner_by, d->owner_at, fp));
}

bool issue_restore(Control *c, const IssueDecided *d, const char *importer, bool *changed, Err *err)
{
    Lite *db = control_db(c);
    AUTO(arena_free_at) Arena *a = arena_new();
    char fp[ISSUE_FP + 1];
    int64_t differs = 0;
    *changed = false;
    issue_fingerprint(str_of(d->step), str_of(d->key), str_of(d->field), str_of(d->code), fp);
    // Not met yet: without a first run, and not there.
    if (!lite_execf(
            db, err,
            "INSERT OR IGNORE INTO issues(step, entity, key, field, code, severity, first_run, last_run,"
            " fp, present) VALUES(%Q, %Q, %Q, %Q, %Q, 'warning', 0, 0, %Q, 0)",
            d->step, d->entity, d->key, d->field, d->code, fp) ||
        !lite_one_int(db, &differs, NULL, err,
                      "SELECT count(*) FROM issues WHERE fp = %Q AND coalesce(at, '') <= %Q AND"
                      " (state, by, reason, until) IS NOT (%Q, %Q, %Q, %Q)",
                      fp, d->at, d->state, d->by, d->reason, d->until))
        return false;
    if (differs) {
        *changed = true;
        if (!lite_execf(db, err,
                        "INSERT INTO issue_history(fp, at, by, action, before, after, text, until)"
                        " SELECT fp, %Q, %Q, 'import', state, %Q, %Q, %Q FROM issues WHERE fp = %Q",
                        control_now(a), importer, d->state, d->reason, d->until, fp) ||
            !lite_execf(db, err,
                        "UPDATE issues SET state = %Q, by = %Q, at = %Q, reason = %Q, until = %Q,"
                        " revision = revision + 1 WHERE fp = %Q",
                        d->state, d->by, d->at, d->reason, d->until, fp))
            return false;
    }
    return restore_notes(db, fp, d, changed, err) && restore_owner(db, fp, d, importer, changed, err);
}
