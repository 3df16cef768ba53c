// RFC 4180. NULL is nothing at all, an empty text is "": the two can be told apart.
#include <string.h>

#include "base/json_members.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "cli/extract_rows.h"

static void add_utf8(Buf *line, Str s)
{
    for (uint32_t code; s.len;) {
        size_t n = text_decode(s, &code);
        if (n)
            buf_add(line, (Str){s.at, n});
        else
            buf_add_text(line, "\xEF\xBF\xBD"); // U+FFFD
        n = MAX(n, (size_t)1);
        s = (Str){s.at + n, s.len - n};
    }
}

static bool needs_quotes(Str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (memchr(",\"\r\n", value.at[i], 4))
            return true;
    return value.len == 0;
}

// Every cell but the first of a line has a comma in front, an empty one too.
static void cell(Buf *line, Str value)
{
    if (!value.at)
        return;
    bool quotes = needs_quotes(value), sound = text_is_utf8(value);
    if (quotes)
        buf_add_char(line, '"');
    for (Str rest = value; quotes && rest.len;) {
        const char *quote = memchr(rest.at, '"', rest.len);
        size_t n = quote ? (size_t)(quote - rest.at) + 1 : rest.len;
        if (sound)
            buf_add(line, (Str){rest.at, n});
        else
            add_utf8(line, (Str){rest.at, n});
        if (quote)
            buf_add_char(line, '"');
        rest = (Str){rest.at + n, rest.len - n};
    }
    if (quotes)
        buf_add_char(line, '"');
    else if (sound)
        buf_add(line, value);
    else
        add_utf8(line, value);
}

static void next_cell(Buf *line, Str value)
{
    buf_add_char(line, ',');
    cell(line, value);
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
    cell(&e->line, row->key);
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
