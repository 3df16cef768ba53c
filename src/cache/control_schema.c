#include "cache/control_schema.h"

#include "cache/issue_store.h"

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS runs(run INTEGER PRIMARY KEY, mode TEXT NOT NULL, status TEXT NOT NULL,"
    " started_at TEXT NOT NULL, ended_at TEXT, host TEXT, by TEXT, note TEXT, pid INTEGER,"
    " job INTEGER NOT NULL DEFAULT 0, resumes INTEGER NOT NULL DEFAULT 0,"
    " exit_code INTEGER NOT NULL DEFAULT -1, options TEXT, clinic_name TEXT, reason TEXT, version TEXT);"
    "CREATE TABLE IF NOT EXISTS steps(step TEXT PRIMARY KEY, status TEXT NOT NULL, fingerprint TEXT,"
    " why TEXT, rows INTEGER NOT NULL, done INTEGER NOT NULL, rejected INTEGER NOT NULL,"
    " run INTEGER NOT NULL, took_s REAL, ended_at TEXT) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS accounts(run INTEGER, entity TEXT, position INTEGER, source INTEGER,"
    " inserted INTEGER, updated INTEGER, unchanged INTEGER, linked INTEGER, skipped INTEGER,"
    " rejected INTEGER, lost INTEGER, raw INTEGER, pending INTEGER, PRIMARY KEY(run, entity)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS issues(step TEXT, entity TEXT, key TEXT, field TEXT, code TEXT,"
    " severity TEXT, detail TEXT, first_run INTEGER, last_run INTEGER, state TEXT NOT NULL DEFAULT 'open',"
    " PRIMARY KEY(step, key, field, code)) WITHOUT ROWID;"
    // what became of an issue, and what people said of it; notes have no states
    "CREATE TABLE IF NOT EXISTS issue_history(n INTEGER PRIMARY KEY, fp TEXT NOT NULL, at TEXT NOT NULL,"
    " by TEXT NOT NULL, action TEXT NOT NULL, before TEXT, after TEXT, text TEXT, until TEXT, run INTEGER);"
    "CREATE INDEX IF NOT EXISTS issue_history_fp ON issue_history(fp);"
    // what the fingerprint of a step was made of, and how long its last runs took
    "CREATE TABLE IF NOT EXISTS step_inputs(step TEXT, position INTEGER, kind TEXT NOT NULL,"
    " name TEXT NOT NULL, digest TEXT NOT NULL, text TEXT, PRIMARY KEY(step, position)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS step_times(step TEXT, run INTEGER, rows INTEGER NOT NULL,"
    " took_s REAL NOT NULL, PRIMARY KEY(step, run)) WITHOUT ROWID;"
    // how each step ended in each run
    "CREATE TABLE IF NOT EXISTS step_runs(step TEXT, run INTEGER, status TEXT, why TEXT, rows INTEGER NOT NULL,"
    " done INTEGER, rejected INTEGER, took_s REAL NOT NULL, ended_at TEXT, PRIMARY KEY(step, run)) WITHOUT ROWID;"
    // links.h: proposals with what was decided, what other clinics decided, and what can be linked to
    "CREATE TABLE IF NOT EXISTS links(entity TEXT, key TEXT, label TEXT NOT NULL, code TEXT, type TEXT,"
    " category TEXT, price TEXT, used INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL, target TEXT,"
    " target_label TEXT, target_code TEXT, target_category TEXT, target_price TEXT, score REAL NOT NULL DEFAULT 0,"
    " parts TEXT, new_category TEXT, threshold REAL NOT NULL DEFAULT 0, candidates TEXT, words TEXT NOT NULL,"
    " search TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending',"
    " changed INTEGER NOT NULL DEFAULT 0, chosen TEXT, chosen_label TEXT, chosen_code TEXT,"
    " chosen_category TEXT, by TEXT, at TEXT, note TEXT, taken_from TEXT, revision INTEGER NOT NULL DEFAULT 0,"
    " offers INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(entity, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS link_offers(entity TEXT, words TEXT, type TEXT, clinic TEXT, state TEXT NOT NULL,"
    " target TEXT, target_label TEXT, target_code TEXT, category TEXT, by TEXT, at TEXT, note TEXT,"
    " PRIMARY KEY(entity, words, type, clinic)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS link_targets(entity TEXT, id TEXT, label TEXT, code TEXT, category TEXT,"
    " price TEXT, search TEXT NOT NULL, PRIMARY KEY(entity, id)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS link_categories(entity TEXT, category TEXT, PRIMARY KEY(entity, category))"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS link_history(n INTEGER PRIMARY KEY, entity TEXT NOT NULL, key TEXT NOT NULL,"
    " at TEXT NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, before TEXT, after TEXT, target TEXT,"
    " category TEXT, note TEXT);"
    "CREATE INDEX IF NOT EXISTS link_history_key ON link_history(entity, key);"
    // Values kept with an issue: a JSON object.
    "CREATE TABLE IF NOT EXISTS issue_data(fp TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

// Columns added since version 1.
static const struct {
    const char *table, *column, *type;
} added[] = {
    {"accounts", "absent", "INTEGER NOT NULL DEFAULT 0"},
    {"issues", "fp", "TEXT"},
    {"issues", "source_id", "TEXT"},
    {"issues", "origin", "INTEGER"},                     // position of the row in its source table
    {"issues", "present", "INTEGER NOT NULL DEFAULT 1"}, // met when its step was last done
    {"issues", "gone_run", "INTEGER NOT NULL DEFAULT 0"},
    {"issues", "back_run", "INTEGER NOT NULL DEFAULT 0"},
    {"issues", "revision", "INTEGER NOT NULL DEFAULT 0"}, // changes of state so far
    {"issues", "by", "TEXT"}, // who decided the state, when, why; NULL: nobody did
    {"issues", "at", "TEXT"},
    {"issues", "reason", "TEXT"},
    {"issues", "until", "TEXT"}, // last day of the decision
    {"issues", "owner", "TEXT"}, // who looks after it; "": nobody any more; NULL: it was never told
    {"issues", "owner_by", "TEXT"},
    {"issues", "owner_at", "TEXT"},
};

static bool add_columns(Lite *db, Err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(added); i++) {
        int64_t there = 0;
        if (!lite_one_int(db, &there, NULL, err, "SELECT count(*) FROM pragma_table_info(%Q) WHERE name = %Q",
                          added[i].table, added[i].column) ||
            (!there && !lite_execf(db, err, "ALTER TABLE %s ADD COLUMN %s %s", added[i].table,
                                   added[i].column, added[i].type)))
            return false;
    }
    return true;
}

// Issues of a file of version 1 have none yet.
static bool add_fingerprints(Lite *db, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *all = lite_prepare(db, "SELECT step, key, field, code FROM issues WHERE fp IS NULL", err);
    AUTO(lite_finish_at)
    LiteStmt *set = all ? lite_prepare(db,
                                       "UPDATE issues SET fp = ? WHERE step = ? AND key = ? AND field = ?"
                                       " AND code = ?",
                                       err)
                        : NULL;
    LiteStep step = LITE_FAILED;
    while (set && (step = lite_step(all, err)) == LITE_ROW) {
        char fp[ISSUE_FP + 1];
        issue_fingerprint(lite_text(all, 0), lite_text(all, 1), lite_text(all, 2), lite_text(all, 3), fp);
        lite_bind_text(set, 0, str_of(fp));
        for (int i = 0; i < 4; i++)
            lite_bind_text(set, i + 1, lite_text(all, i));
        if (!lite_run(set, err))
            return false;
    }
    return step == LITE_DONE;
}

// For issue_page.h: what filters ask for most is in the index itself, in the order of its pages. What every run
// writes anew (last_run) is not.
static const char indexes[] =
    "CREATE INDEX IF NOT EXISTS issues_fp ON issues(fp);"
    "CREATE INDEX IF NOT EXISTS issues_order ON issues(severity, code, entity, step, field, key, state, present,"
    " until, first_run, detail);"
    "CREATE INDEX IF NOT EXISTS issues_gone ON issues(gone_run, present, state) WHERE gone_run > 0;"
    "CREATE INDEX IF NOT EXISTS issues_back ON issues(back_run, present) WHERE back_run > 0;";

// What older versions noted of a step's runs: that it ended well, and how long that took.
static const char old_runs[] =
    "INSERT OR IGNORE INTO step_runs(step, run, rows, took_s) SELECT step, run, rows, took_s FROM step_times;"
    "INSERT OR REPLACE INTO step_runs SELECT step, run, status, why, rows, done, rejected, took_s, ended_at"
    " FROM steps WHERE run > 0 AND status IN ('done', 'partial', 'failed', 'blocked')";

bool control_schema_make(Lite *db, Err *err)
{
    int64_t version = 0;
    if (!lite_one_int(db, &version, NULL, err, "PRAGMA user_version"))
        return false;
    if (version == CONTROL_VERSION)
        return true;
    if (lite_begin(db, err) && lite_exec(db, tables, err) && add_columns(db, err) &&
        add_fingerprints(db, err) && lite_exec(db, indexes, err) && lite_exec(db, old_runs, err) &&
        lite_execf(db, err, "PRAGMA user_version=%d", CONTROL_VERSION) && lite_commit(db, err))
        return true;
    lite_rollback(db);
    return false;
}
