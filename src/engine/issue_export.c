#include "engine/issue_export.h"

#include <stdio.h>
#include <string.h>

#include "base/csv_cell.h"
#include "base/fresh_file.h"

enum { FLUSH_BYTES = 64 * 1024 };

void json_issue(JsonOut *j, const char *key, const IssueItem *item)
{
    json_open(j, key);
    json_text(j, "issue", item->fp);
    json_text(j, "code", item->code);
    json_text(j, "severity", item->severity);
    json_text(j, "entity", item->entity);
    json_text(j, "step", item->step);
    json_text(j, "id", item->key);
    json_text(j, "field", item->field);
    json_text(j, "detail", item->detail);
    json_text(j, "state", item->state);
    json_bool(j, "present", item->present);
    json_text(j, "source_id", item->source_id);
    if (item->origin)
        json_int(j, "row", item->origin);
    else
        json_null(j, "row");
    json_int(j, "first_run", item->first_run);
    json_int(j, "last_run", item->last_run);
    json_int(j, "revision", item->revision);
    json_text(j, "by", item->by);
    json_text(j, "at", item->at);
    json_text(j, "reason", item->reason);
    json_text(j, "until", item->until);
    json_text(j, "note", item->note);
    json_text(j, "owner", item->owner && *item->owner ? item->owner : NULL);
    json_close(j);
}

void issue_csv_head(Buf *text)
{
    buf_add_text(text, "issue,code,severity,entity,field,id,source_id,file,row,state,reason,note,owner\r\n");
}

void issue_csv_line(const Clinic *clinic, const IssueItem *item, Buf *text)
{
    char row[24];
    snprintf(row, sizeof row, "%lld", (long long)item->origin);
    const Str cells[] = {
        str_of(item->fp),
        str_of(item->code),
        str_of(item->severity),
        str_of(item->entity),
        str_of(item->field),
        str_of(item->key),
        str_of(item->source_id),
        str_of(clinic->source_path),
        str_of(item->origin ? row : NULL),
        str_of(item->state),
        str_of(item->reason),
        str_of(item->note),
        str_of(item->owner && *item->owner ? item->owner : NULL),
    };
    csv_line(text, cells, ARRAY_LEN(cells));
}

typedef struct {
    const Clinic *clinic;
    FreshFile file;
    Buf text;
    JsonOut json;
    bool is_json;
    int64_t n;
} Exporting;

static bool flush(Exporting *x, size_t beyond, Err *err)
{
    if (x->text.len <= beyond)
        return true;
    bool ok = fresh_write(&x->file, buf_str(&x->text), err);
    buf_clear(&x->text);
    return ok;
}

static bool take(void *arg, const IssueItem *item, Err *err)
{
    Exporting *x = arg;
    x->n++;
    if (x->is_json)
        json_issue(&x->json, NULL, item);
    else
        issue_csv_line(x->clinic, item, &x->text);
    return flush(x, FLUSH_BYTES, err);
}

static void begin(Exporting *x)
{
    if (!x->is_json) {
        issue_csv_head(&x->text);
        return;
    }
    json_open(&x->json, NULL);
    json_int(&x->json, "v", 1);
    json_text(&x->json, "type", "warnings.export");
    json_text(&x->json, "clinic", x->clinic->name);
    json_text(&x->json, "file", x->clinic->source_path);
    json_open_list(&x->json, "warnings");
}

static void end(Exporting *x)
{
    if (!x->is_json)
        return;
    json_close_list(&x->json);
    json_close(&x->json);
    buf_add_char(&x->text, '\n');
}

bool issue_export(const Clinic *clinic, Control *c, const IssueFilter *f, const char *format, const char *path,
                  int64_t *n, Err *err)
{
    Exporting x = {.clinic = clinic, .is_json = strcmp(format, "json") == 0};
    x.json.out = &x.text;
    bool ok = fresh_begin(&x.file, path, err);
    if (ok) {
        begin(&x);
        ok = issue_each(c, f, INT64_MAX, take, &x, err);
    }
    if (ok) {
        end(&x);
        ok = flush(&x, 0, err) && fresh_finish(&x.file, err);
    }
    *n = x.n;
    buf_free(&x.text);
    fresh_end(&x.file);
    return ok;
}
