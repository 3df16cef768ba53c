#include "base/json_members.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "cli/extract_rows.h"

// What is JSON as it is written. What is none, or more than some readers take, stands as a text under another
// key as well.
static void add_stored(ExtractRows *e, JsonOut *j, const char *key, const char *key_as_read, Str text)
{
    unsigned flags = text.at && text_is_utf8(text) ? json_scan(text) : JSON_BAD;
    if (flags & (JSON_BAD | JSON_DEEP)) {
        json_null(j, key);
        if (!text.at)
            return;
    } else if (flags & JSON_LONE_SURROGATE) {
        buf_clear(&e->text);
        json_mend_surrogates(str_trim(text), &e->text);
        json_raw(j, key, buf_str(&e->text));
    } else {
        json_raw(j, key, str_trim(text));
        return;
    }
    json_str(j, key_as_read, text);
}

void extract_json_line(ExtractRows *e, const DpmfRow *row)
{
    JsonOut j = {.out = &e->line};
    json_open(&j, NULL);
    json_str(&j, "canonical_uuid", row->key);
    json_str(&j, "source_id", row->source_id);
    json_str(&j, "source_system", row->source_system);
    json_str(&j, "extracted_at", row->extracted_at);
    add_stored(e, &j, "payload", "payload_as_read", row->payload);
    add_stored(e, &j, "raw_source_data", "raw_source_data_as_read", row->raw);
    json_close(&j);
    // Strings hold no line end as such, so the ones that are left stand between values: an object is a line.
    for (char *p = e->line.at; p < e->line.at + e->line.len; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
}
