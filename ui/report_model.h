// What Report shows of a run: what report_collect() gathers, laid out as lines one can stand on.
#ifndef UI_REPORT_MODEL_H
#define UI_REPORT_MODEL_H

#include "engine/report_data.h"
#include "ui/app.h"

enum { REPORT_RUN, REPORT_EARLIER, REPORT_RECORDS, REPORT_FILE }; // what is fetched
enum { REPORT_RECORDS_MOST = 100000 };

typedef enum {
    SECTION_ACCOUNT,
    SECTION_TARGET, // what verify found there
    SECTION_REJECTS,
    SECTION_ISSUES,
    SECTION_TIME,
    SECTION_NEXT,
    SECTIONS
} ReportSection;

typedef enum {
    LINE_BLANK,
    LINE_HEAD, // of the table below it
    LINE_TEXT, // words
    LINE_ACCOUNT,
    LINE_TOTAL,
    LINE_VERIFIED,
    LINE_MONEY_HEAD,
    LINE_MONEY,
    LINE_CAUSE,
    LINE_ISSUE,
    LINE_STAGE,
    LINE_STEP, // that is not done
    LINE_NEXT,
    LINE_UNDONE, // of a rollback: a table
} ReportKind;

typedef struct {
    ReportSection section;
    ReportKind kind;
    size_t i;         // of its list
    const char *text; // of LINE_TEXT
} ReportLine;

// A sum of one year and state, compared by verify.
typedef struct {
    const char *entity, *sum, *year, *made, *there;
    bool balances;
} ReportMoney;

typedef struct {
    bool no_run; // nothing was run yet
    Report report;
    const char *when;   // "2025-11-20 12:32 to 12:53 (20:11)"
    const char *folder; // of the run, with its report in files; NULL: they are not there
    int64_t *orphans;   // by report.verified
    ReportMoney *money; // those that differ first
    size_t n_money;
    RunRecord *runs; // all there are, the newest first
    size_t n_runs;
    ReportLine *lines;
    size_t n_lines;
} ReportShown;

// From what was read of the report: the lines. The rest is filled in already.
void report_lay_out(Arena *a, ReportShown *shown);
bool report_can_stand(const ReportLine *line); // the cursor stops there

// FetchRead. wish: int64_t, the run; 0: the newest.
void *report_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// The rejected rows behind a number.
typedef struct {
    const char *entity, *code; // code NULL: any
} ReportRecordsWish;
typedef struct {
    const char *entity;
    const char *const *ids; // as engine/inspect.h takes them; each once
    size_t n;
} ReportRecords;
void *report_read_records(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

typedef struct {
    int64_t run;
    const char *format, *path;
} ReportFileWish;
void *report_write_file(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish,
                        Err *err); // its path

#endif
