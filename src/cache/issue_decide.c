#include "cache/issue_decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "cache/issue_filter.h"
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

// What is to be done with each issue, in temp.wanted: one decision of one issue has as many statements as one of
// a hundred thousand.
//   seen: the revision the person saw; -1: not told
//   after, words, last_day: the state, reason or note or owner, and until that it gets; after NULL: its state stays
//   given: the owner it must still have; NULL: any
#define WANTED                                                                                               \
    "CREATE TEMP TABLE IF NOT EXISTS wanted(fp TEXT PRIMARY KEY, seen, action, after, words, last_day, given)" \
    " WITHOUT ROWID; DELETE FROM temp.wanted"
#define WANTED_ISSUES " FROM temp.wanted w CROSS JOIN issues USING (fp) "

typedef struct {
    Control *c;
    Lite *db;
    Arena *arena;
    const char *by, *now;
    IssueOutcome *out;
} Deciding;

static bool wants(LiteStmt *s, const char *fp, int64_t seen, const Decision *d, const char *given, Err *err)
{
    const char *texts[] = {issue_action_words[d->action], states[d->action], d->text, d->until, given};
    lite_bind_text(s, 0, str_of(fp));
    lite_bind_int(s, 1, seen);
    for (int i = 0; i < (int)ARRAY_LEN(texts); i++)
        lite_bind_text(s, i + 2, str_of(texts[i]));
    return lite_run(s, err);
}

static LiteStmt *prepare_wants(Lite *db, Err *err)
{
    return lite_prepare(db, "INSERT OR IGNORE INTO temp.wanted VALUES(?, ?, ?, ?, ?, ?, ?)", err);
}

static bool all_are_there(Deciding *x, Err *err)
{
    const char *missing;
    return lite_one_text(x->db, x->arena, &missing, err,
                         "SELECT fp FROM temp.wanted w WHERE NOT EXISTS (SELECT 1 FROM issues i WHERE i.fp = w.fp)"
                         " LIMIT 1") &&
           (!missing || err_set(err, ERR_USAGE, _("there is no issue %s"), missing));
}

// Whether what the person saw is still so. A note takes no decision away.
static bool find_clashes(Deciding *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(x->db, err,
                                "SELECT fp, " ISSUE_STATE ", by, at, reason, revision" WANTED_ISSUES
                                "WHERE CASE WHEN after IS NULL THEN given IS NOT NULL AND owner IS NOT given"
                                " WHEN seen >= 0 THEN seen <> revision"
                                " ELSE action <> 'reopen' AND " ISSUE_STATE " <> 'open' AND by <> %Q END",
                                x->by);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *texts[5];
        for (int i = 0; i < (int)ARRAY_LEN(texts); i++)
            texts[i] = str_keep(x->arena, lite_text(s, i));
        const IssueClash one = {texts[0], texts[1], texts[2], texts[3], texts[4], lite_int(s, 5)};
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        x->out->n_clashes++;
    }
    x->out->clashes = arena_copy(x->arena, buf_text(&list), list.len);
    return step == LITE_DONE;
}

static bool leave_what_is_so(Deciding *x, Err *err)
{
    if (!lite_exec(x->db,
                   "DELETE FROM temp.wanted WHERE fp IN (SELECT fp" WANTED_ISSUES
                   "WHERE CASE action WHEN 'assign' THEN words = coalesce(owner, '')"
                   " ELSE after = " ISSUE_STATE " AND words IS reason AND last_day IS until END)",
                   err))
        return false;
    x->out->same += lite_changes(x->db);
    return true;
}

static bool remember(Deciding *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(x->db,
                               "SELECT fp, " ISSUE_STATE ", reason, until, owner, iif(action = 'assign', words, NULL),"
                               " revision + (after IS NOT NULL)" WANTED_ISSUES "WHERE action <> 'note'",
                               err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *texts[6];
        for (int i = 0; i < (int)ARRAY_LEN(texts); i++)
            texts[i] = str_keep(x->arena, lite_text(s, i));
        const IssueBefore one = {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], lite_int(s, 6)};
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        x->out->n_before++;
    }
    x->out->before = arena_copy(x->arena, buf_text(&list), list.len);
    return step == LITE_DONE;
}

// UPDATE goes through what is wanted, not through all issues: that is what the + is for.
static bool change(Deciding *x, Err *err)
{
    if (!lite_execf(x->db, err,
                    "INSERT INTO issue_history(fp, at, by, action, before, after, text, until)"
                    " SELECT fp, %Q, %Q, action, iif(after IS NULL, NULL, " ISSUE_STATE
                    "), after, words, last_day" WANTED_ISSUES,
                    x->now, x->by))
        return false;
    x->out->changed = lite_changes(x->db);
    return lite_execf(x->db, err,
                      "UPDATE issues SET state = w.after, by = %Q, at = %Q, reason = w.words, until = w.last_day,"
                      " revision = revision + 1 FROM temp.wanted w WHERE issues.fp = +w.fp AND w.after IS NOT NULL",
                      x->by, x->now) &&
           lite_execf(x->db, err,
                      "UPDATE issues SET owner = w.words, owner_by = %Q, owner_at = %Q FROM temp.wanted w"
                      " WHERE issues.fp = +w.fp AND w.action = 'assign'",
                      x->by, x->now);
}

// With temp.wanted filled. Nothing is changed when one of them clashes.
static bool do_it(Deciding *x, Err *err)
{
    return all_are_there(x, err) && find_clashes(x, err) &&
           (x->out->n_clashes || (leave_what_is_so(x, err) && remember(x, err) && change(x, err)));
}

static bool begin(Deciding *x, Err *err)
{
    *x->out = (IssueOutcome){0};
    return lite_begin(x->db, err) && lite_exec(x->db, WANTED, err);
}

static bool end(Deciding *x, bool ok, Err *err)
{
    if (ok && !x->out->n_clashes)
        return lite_commit(x->db, err);
    lite_rollback(x->db);
    return ok;
}

static bool want_choices(Deciding *x, const IssueChoice *choices, size_t n, const Decision *d, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = prepare_wants(x->db, err);
    for (size_t i = 0; s && i < n; i++) {
        if (!wants(s, choices[i].fp, choices[i].revision, d, NULL, err))
            return false;
        x->out->same += !lite_changes(x->db); // named twice
    }
    return s;
}

bool issue_decide(Control *c, Arena *a, const IssueChoice *choices, size_t n, const Decision *d,
                  IssueOutcome *out, Err *err)
{
    Deciding x = {c, control_db(c), a, d->by, control_now(a), out};
    return end(&x, begin(&x, err) && want_choices(&x, choices, n, d, err) && do_it(&x, err), err);
}

static IssueAction action_to(const char *state)
{
    IssueAction action = ISSUE_RESOLVE;
    while (strcmp(states[action], state) != 0)
        action++;
    return action;
}

static bool want_back(Deciding *x, const IssueBefore *before, size_t n, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = prepare_wants(x->db, err);
    for (size_t i = 0; s && i < n; i++) {
        const IssueBefore *b = &before[i];
        const Decision d = b->given ? (Decision){ISSUE_ASSIGN, NULL, b->owner ? b->owner : "", NULL}
                                    : (Decision){action_to(b->state), NULL, b->reason, b->until};
        if (!wants(s, b->fp, b->revision, &d, b->given, err))
            return false;
    }
    return s;
}

bool issue_undo(Control *c, Arena *a, const IssueBefore *before, size_t n, const char *by, IssueOutcome *out,
                Err *err)
{
    Deciding x = {c, control_db(c), a, by, control_now(a), out};
    return end(&x, begin(&x, err) && want_back(&x, before, n, err) && do_it(&x, err), err);
}

// As they are now: the filter names the state they are in, so whoever set it is not overruled unawares.
static bool want_matching(Deciding *x, const IssueFilter *f, const Decision *d, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    return issue_where(x->c, f, &where, err) &&
           lite_execf(x->db, err,
                      "INSERT OR IGNORE INTO temp.wanted SELECT fp, revision, %Q, %Q, %Q, %Q, NULL FROM issues%s",
                      issue_action_words[d->action], states[d->action], d->text, d->until, buf_text(&where));
}

bool issue_decide_matching(Control *c, Arena *a, const IssueFilter *f, const Decision *d, IssueOutcome *out,
                           Err *err)
{
    Deciding x = {c, control_db(c), a, d->by, control_now(a), out};
    return end(&x, begin(&x, err) && want_matching(&x, f, d, err) && do_it(&x, err), err);
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
