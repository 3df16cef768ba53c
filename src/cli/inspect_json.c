#include "cli/inspect_print.h"
#include "engine/issue_export.h"
#include "engine/rejects.h"

static void json_count(JsonOut *j, const char *key, int64_t value, bool known)
{
    if (known)
        json_int(j, key, value);
    else
        json_null(j, key);
}

static void json_values(JsonOut *j, const char *key, const InspectValue *values, size_t n)
{
    json_open_list(j, key);
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "name", values[i].name);
        json_text(j, "value", values[i].value);
        json_close(j);
    }
    json_close_list(j);
}

static void json_outcome(JsonOut *j, const InspectOutcome *o)
{
    json_open(j, "outcome");
    json_text(j, "word", o->word);
    json_text(j, "reason", o->reason);
    json_text(j, "detail", o->detail);
    json_text(j, "step", o->step);
    json_bool(j, "by_parent", o->by_parent);
    json_text(j, "table", o->table);
    json_text(j, "id", o->id);
    json_close(j);
}

static void json_source(JsonOut *j, const Inspect *f)
{
    json_open(j, "source");
    json_bool(j, "read", f->in_cache);
    json_text(j, "system", f->source_system);
    json_text(j, "file", f->file);
    json_count(j, "row", f->row, f->row > 0);
    json_text(j, "source_id", f->source_id);
    json_text(j, "extracted_at", f->extracted_at);
    json_count(j, "payload_bytes", f->payload_bytes, f->payload_bytes >= 0);
    json_count(j, "raw_bytes", f->raw_bytes, f->raw_bytes >= 0);
    json_bytes(j, "payload", f->payload);
    json_bytes(j, "raw", f->raw);
    json_values(j, "payload_fields", f->payload_fields, f->n_payload_fields);
    json_values(j, "raw_fields", f->raw_fields, f->n_raw_fields);
    json_close(j);
}

// State: same, differs, absent (not in the target), unmapped (the mapping leaves the column alone).
static void json_columns(JsonOut *j, const InspectColumn *columns, size_t n)
{
    json_open_list(j, "columns");
    for (size_t i = 0; i < n; i++) {
        const InspectColumn *c = &columns[i];
        json_open(j, NULL);
        json_text(j, "name", c->name);
        json_text(j, "made", c->made_value);
        json_text(j, "now", c->now_value);
        json_text(j, "state", !c->there ? "absent" : !c->made ? "unmapped" : c->same ? "same" : "differs");
        json_close(j);
    }
    json_close_list(j);
}

static void json_rows(JsonOut *j, const Inspect *f)
{
    json_open_list(j, "rows");
    for (size_t i = 0; i < f->n_rows; i++) {
        const InspectRow *r = &f->rows[i];
        json_open(j, NULL);
        json_text(j, "mapping", r->mapping);
        json_text(j, "table", r->table);
        json_text(j, "id", r->id);
        json_bool(j, "linked", r->linked);
        json_bool(j, "there", r->there);
        json_int(j, "different", (int64_t)r->different);
        json_columns(j, r->columns, r->n);
        json_close(j);
    }
    json_close_list(j);
}

static void json_way(JsonOut *j, const InspectWay *w)
{
    if (!w) {
        json_null(j, "in_the_way");
        return;
    }
    json_open(j, "in_the_way");
    json_text(j, "table", w->table);
    json_text(j, "id", w->id);
    json_text(j, "constraint", w->constraint);
    json_bool(j, "absent", w->absent);
    json_text(j, "record", w->key);
    json_int(j, "equal", (int64_t)w->equal);
    json_columns(j, w->columns, w->n);
    json_close(j);
}

static void json_links(JsonOut *j, const Inspect *f)
{
    json_open_list(j, "needs");
    for (size_t i = 0; i < f->n_needs; i++) {
        json_open(j, NULL);
        json_text(j, "field", f->needs[i].field);
        json_text(j, "entity", f->needs[i].entity);
        json_text(j, "id", f->needs[i].key);
        json_outcome(j, &f->needs[i].outcome);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "waiting");
    for (size_t i = 0; i < f->n_waiting; i++) {
        json_open(j, NULL);
        json_text(j, "entity", f->waiting[i].entity);
        json_text(j, "field", f->waiting[i].field);
        json_int(j, "rows", f->waiting[i].rows);
        json_int(j, "rejected", f->waiting[i].rejected);
        json_close(j);
    }
    json_close_list(j);
}

static void json_touches(JsonOut *j, const Inspect *f)
{
    json_open_list(j, "runs");
    for (size_t i = 0; i < f->n_touches; i++) {
        const InspectTouch *t = &f->touches[i];
        json_open(j, NULL);
        json_text(j, "runs", t->runs);
        json_count(j, "job", t->job, t->job > 0);
        json_text(j, "at", t->at);
        json_text(j, "step", t->step);
        json_text(j, "what", t->what);
        json_count(j, "batch", t->batch, t->batch > 0);
        json_bool(j, "undone", t->undone);
        json_close(j);
    }
    json_close_list(j);
}

static void json_ways(JsonOut *j, const Inspect *f)
{
    json_open_list(j, "ways");
    for (size_t i = 0; i < f->n_ways; i++) {
        const InspectWayOf *w = &f->ways[i];
        json_open(j, NULL);
        json_text(j, "column", w->column);
        json_text(j, "mapping", w->mapping);
        json_text(j, "file", w->file);
        json_int(j, "line", w->line);
        json_text(j, "expression", w->expression);
        json_values(j, "from", w->from, w->n_from);
        json_text(j, "made", w->made);
        json_open_list(j, "checks");
        for (size_t k = 0; k < w->n_checks; k++) {
            const InspectCheck *c = &w->checks[k];
            json_open(j, NULL);
            json_text(j, "code", c->code);
            json_text(j, "severity", c->severity);
            json_bool(j, "met", c->met);
            json_count(j, "line", c->line, c->line > 0);
            json_close(j);
        }
        json_close_list(j);
        json_text(j, "now", w->now);
        json_text(j, "state",
                  !w->has_made  ? "unmade"
                  : !w->has_now ? "absent"
                  : w->same     ? "same"
                                : "differs");
        json_close(j);
    }
    json_close_list(j);
}

void inspect_json(Cli *cli, const Clinic *clinic, const Inspect *f)
{
    JsonOut *j = out_document(&cli->out, "inspect");
    json_text(j, "clinic", clinic->name);
    json_text(j, "clinic_name", f->clinic_name);
    json_text(j, "entity", f->entity);
    json_text(j, "id", f->key);
    json_text(j, "matched", f->matched);
    json_bool(j, "masked", !f->unmasked);
    json_open_list(j, "missing");
    for (size_t i = 0; i < f->n_missing; i++)
        json_text(j, NULL, f->missing[i]);
    json_close_list(j);
    json_source(j, f);
    json_values(j, "fields", f->fields, f->n_fields);
    json_outcome(j, &f->outcome);
    json_bool(j, "made_anew", f->made_anew);
    json_rows(j, f);
    json_way(j, f->way);
    json_open_list(j, "issues");
    for (size_t i = 0; i < f->n_issues; i++)
        json_issue(j, NULL, &f->issues[i]);
    json_close_list(j);
    json_touches(j, f);
    json_links(j, f);
    json_ways(j, f);
    out_document_end(&cli->out);
}
