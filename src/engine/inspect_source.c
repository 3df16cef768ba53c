// The source row of a record: its place, its bytes, its fields as read and as the model has them.
#include <string.h>

#include "base/json_members.h"
#include "base/json_scan.h"
#include "engine/inspect_inner.h"

static void add_value(Buf *list, const char *name, const char *value)
{
    const InspectValue one = {name, value};
    buf_add(list, (Str){(const char *)&one, sizeof one});
}

// What is no JSON object has no fields.
static InspectValue *members(const Inspecting *x, Str object, size_t *n)
{
    AUTO(buf_free) Buf list = {0}, name = {0}, text = {0};
    if (object.at && !(json_scan(object) & (JSON_BAD | JSON_NOT_OBJECT))) {
        JsonMembers m = json_members(object);
        Str key, value;
        while (json_member_next(&m, &key, &value)) {
            buf_clear(&name);
            buf_clear(&text);
            json_unquote(key, &name);
            bool is_text = value.len && *value.at == '"';
            if (is_text)
                json_unquote(value, &text);
            Str plain = is_text ? (Str){buf_text(&text), text.len} : value;
            add_value(&list, str_keep(x->a, (Str){buf_text(&name), name.len}),
                      str_is(value, "null") ? NULL : inspect_shown(x, plain));
        }
    }
    return inspect_list(x->a, &list, sizeof(InspectValue), n);
}

static void take_bytes(const Inspecting *x, Str payload, Str raw)
{
    Inspect *out = x->out;
    out->payload_bytes = payload.at ? (int64_t)payload.len : -1;
    out->raw_bytes = raw.at ? (int64_t)raw.len : -1;
    if (x->wish->unmask) {
        out->payload = str_copy(x->a, payload);
        out->raw = str_copy(x->a, raw);
    }
    out->payload_fields = members(x, payload, &out->n_payload_fields);
    out->raw_fields = members(x, raw, &out->n_raw_fields);
}

static bool read_kept_back(Inspecting *x, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(x->s.cache), err,
                                "SELECT source_id, origin, as_read FROM _rejects WHERE rowid = %lld",
                                (long long)x->reject);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_ROW) {
        x->out->in_cache = true;
        x->out->source_id = str_keep(x->a, lite_text(s, 0));
        x->out->row = lite_int(s, 1);
        take_bytes(x, lite_text(s, 2), (Str){NULL, 0});
    }
    return step == LITE_ROW || step == LITE_DONE;
}

enum { SOURCE_ID, SOURCE_SYSTEM, EXTRACTED_AT, ORIGIN, PAYLOAD, RAW, FIRST_FIELD };

static void read_fields(Inspecting *x, LiteStmt *s)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; x->model && i < x->model->n_fields; i++)
        add_value(&list, x->model->fields[i].name, inspect_shown(x, lite_text(s, FIRST_FIELD + (int)i)));
    x->out->fields = inspect_list(x->a, &list, sizeof(InspectValue), &x->out->n_fields);
}

static bool read_row(Inspecting *x, Err *err)
{
    bool exists;
    if (!lite_table_exists(cache_db(x->s.cache), x->entity, &exists, err) || !exists)
        return err->kind == ERR_NONE;
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql,
                 "SELECT source_id, source_system, extracted_at, origin, coalesce(payload_as_read, payload),"
                 " raw_source_data");
    for (size_t i = 0; x->model && i < x->model->n_fields; i++)
        buf_addf(&sql, ", \"%s\"", x->model->fields[i].name);
    buf_addf(&sql, " FROM \"%s\" WHERE canonical_uuid = ?", x->entity);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(cache_db(x->s.cache), buf_text(&sql), err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(x->out->key));
    LiteStep step = lite_step(s, err);
    if (step == LITE_ROW) {
        x->out->in_cache = true;
        x->out->source_id = str_keep(x->a, lite_text(s, SOURCE_ID));
        x->out->source_system = str_keep(x->a, lite_text(s, SOURCE_SYSTEM));
        x->out->extracted_at = str_keep(x->a, lite_text(s, EXTRACTED_AT));
        x->out->row = lite_int(s, ORIGIN);
        take_bytes(x, lite_text(s, PAYLOAD), lite_text(s, RAW));
        read_fields(x, s);
    }
    return step == LITE_ROW || step == LITE_DONE;
}

bool inspect_source(Inspecting *x, Err *err)
{
    x->out->payload_bytes = x->out->raw_bytes = -1;
    x->out->file = x->s.clinic->source_path;
    err->kind = ERR_NONE;
    if (!x->s.cache)
        return true;
    return x->kept_back ? read_kept_back(x, err) : read_row(x, err);
}
