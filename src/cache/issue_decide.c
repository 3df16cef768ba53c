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
    Arena *arena;
    const Decision *d;
    const char *now;
    IssueOutcome *out;
    Buf clashes;
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

static bool decide(Deciding *x, const IssueChoice *choice, Err *err)
{
    const Decision *d = x->d;
    const char *after = states[d->action];
    IssueItem now;
    if (!issue_find(x->c, x->arena, choice->fp, &now, err))
        return false;
    if (clashes(&now, choice, d)) {
        const IssueClash clash = {now.fp, now.state, now.by, now.at, now.reason, now.revision};
        buf_add(&x->clashes, (Str){(const char *)&clash, sizeof clash});
        x->out->n_clashes++;
        return true;
    }
    if (d->action == ISSUE_ASSIGN ? strcmp(d->text, now.owner ? now.owner : "") == 0
                                  : after && strcmp(after, now.state) == 0 && same_text(d->text, now.reason) &&
                                        same_text(d->until, now.until)) {
        x->out->same++;
        return true;
    }
    x->out->changed++;
    return write_history(x, &now, after, err) && (d->action != ISSUE_ASSIGN || give(x, now.fp, err)) &&
           (!after || lite_execf(control_db(x->c), err,
                                 "UPDATE issues SET state = %Q, by = %Q, at = %Q, reason = %Q, until = %Q,"
                                 " revision = revision + 1 WHERE fp = %Q",
                                 after, d->by, x->now, d->text, d->until, now.fp));
}

static bool decide_all(Control *c, Arena *a, const IssueChoice *choices, size_t n, const Decision *d,
                       IssueOutcome *out, Err *err)
{
    Arena *scratch = arena_new();
    Deciding x = {.c = c, .arena = scratch, .d = d, .now = control_now(a), .out = out};
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if (!out->n_clashes) // what a clash says is kept
            arena_reset(scratch);
        ok = decide(&x, &choices[i], err);
    }
    out->clashes = arena_many(a, IssueClash, out->n_clashes + 1);
    for (size_t i = 0; i < out->n_clashes; i++) {
        IssueClash clash;
        memcpy(&clash, x.clashes.at + i * sizeof clash, sizeof clash);
        out->clashes[i] = (IssueClash){str_keep(a, str_of(clash.fp)),     str_keep(a, str_of(clash.state)),
                                       str_keep(a, str_of(clash.by)),     str_keep(a, str_of(clash.at)),
                                       str_keep(a, str_of(clash.reason)), clash.revision};
    }
    buf_free(&x.clashes);
    arena_free(scratch);
    if (out->n_clashes)
        out->changed = 0;
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
