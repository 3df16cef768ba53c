#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "engine/engine.h"
#include "engine/report_text.h"

static bool write_one(Arena *a, const char *folder, const char *name, const Buf *content, Err *err)
{
    return file_write(arena_text(a, "%s/%s", folder, name), buf_str(content), 0600, err);
}

bool report_write(Arena *a, const Clinic *clinic, int64_t run, Err *err)
{
    Report r;
    if (!report_collect(a, clinic, run, &r, err))
        return false;
    const char *folder = arena_text(a, "%s/runs/%06lld", clinic->state_folder, (long long)r.run.run);
    AUTO(buf_free) Buf json = {0};
    AUTO(buf_free) Buf markdown = {0};
    AUTO(buf_free) Buf csv = {0};
    report_json(&r, &json);
    report_text(a, &r, true, &markdown);
    report_csv(&r, &csv);
    return file_make_folder(folder, 0700, err) && write_one(a, folder, "report.json", &json, err) &&
           write_one(a, folder, "report.md", &markdown, err) &&
           write_one(a, folder, "balance.csv", &csv, err);
}

bool report_print(Arena *a, const Clinic *clinic, int64_t run, const char *format, Buf *out, Err *err)
{
    bool json = strcmp(format, "json") == 0, markdown = strcmp(format, "md") == 0,
         summary = strcmp(format, "summary") == 0;
    if (!json && !markdown && !summary && strcmp(format, "text") != 0)
        return err_set(err, ERR_USAGE, _("unknown format of a report: %s (text, md or json)"), format);
    Report r;
    if (!report_collect(a, clinic, run, &r, err))
        return false;
    if (json)
        report_json(&r, out);
    else if (summary)
        report_summary(a, &r, out);
    else
        report_text(a, &r, markdown, out);
    return true;
}
