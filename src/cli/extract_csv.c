// One line a row, one column a field of the model.
#include <string.h>

#include "base/csv_cell.h"
#include "base/json_members.h"
#include "base/json_scan.h"
#include "cli/extract_rows.h"

static void next_cell(Buf *line, Str value)
{
    buf_add_char(line, ',');
    csv_cell(line, value);
}

// A value of JSON: texts as they are meant, null as nothing, anything else as it is written.
static void next_json_cell(ExtractRows *e, Str value)
{
    if (!value.at || str_is(value, "null")) {
        buf_add_char(&e->line, ',');
        return;
    }
    if (value.at[0] != '"') {
        next_cell(&e->line, value);
        return;
    }
    buf_clear(&e->text);
    json_unquote(value, &e->text);
    next_cell(&e->line, e->text.len ? buf_str(&e->text) : STR(""));
}

static Str *field_of(ExtractRows *e, Str key)
{
    for (size_t i = 0; i < e->entity->n_fields; i++)
        if (str_is(key, e->entity->fields[i].name))
            return &e->fields[i];
    return NULL;
}

// Sorts the payload into e->fields and gives what the model does not know: members, or the whole of what is
// no object. Of a repeated key the last one counts.
static Str take_payload(ExtractRows *e, Str payload)
{
    memset(e->fields, 0, e->entity->n_fields * sizeof *e->fields);
    buf_clear(&e->rest);
    if (json_scan(payload) & (JSON_BAD | JSON_NOT_OBJECT))
        return payload;
    JsonMembers members = json_members(payload);
    for (Str key, value; json_member_next(&members, &key, &value);) {
        buf_clear(&e->text);
        json_unquote(key, &e->text);
        Str *field = field_of(e, buf_str(&e->text));
        if (field) {
            *field = value;
            continue;
        }
        buf_add_char(&e->rest, e->rest.len ? ',' : '{');
        buf_add(&e->rest, key);
        buf_add_char(&e->rest, ':');
        buf_add(&e->rest, value);
    }
    if (!e->rest.len)
        return (Str){NULL, 0};
    buf_add_char(&e->rest, '}');
    return buf_str(&e->rest);
}

void extract_csv_header(ExtractRows *e)
{
    buf_add_text(&e->line, "canonical_uuid,source_id,source_system,extracted_at");
    for (size_t i = 0; e->entity && i < e->entity->n_fields; i++)
        buf_addf(&e->line, ",%s", e->entity->fields[i].name);
    buf_add_text(&e->line, e->entity ? ",other,raw_source_data" : ",payload,raw_source_data");
}

void extract_csv_line(ExtractRows *e, const DpmfRow *row)
{
    csv_cell(&e->line, row->key);
    next_cell(&e->line, row->source_id);
    next_cell(&e->line, row->source_system);
    next_cell(&e->line, row->extracted_at);
    if (e->entity) {
        Str other = take_payload(e, row->payload);
        for (size_t i = 0; i < e->entity->n_fields; i++)
            next_json_cell(e, e->fields[i]);
        next_cell(&e->line, other);
    } else {
        next_cell(&e->line, row->payload);
    }
    next_cell(&e->line, row->raw);
}
