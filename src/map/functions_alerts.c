// alert_category, alert_items, alert_lines, alert_dose.
#include <sqlite3.h>

#include <string.h>

#include "base/json_out.h"
#include "map/alert.h"
#include "map/functions_sql.h"

// The application's own importer does not know of negations.
static bool heeds_negations(sqlite3_context *call)
{
    const FunctionHost *host = call_state(call)->host;
    const char *repairs = host->setting(host->arg, "repairs");
    return repairs && strcmp(repairs, "full") == 0;
}

static void alert_category_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_text(args[0], &scratch);
    call_give_text(call, str_of(alert_category(text.at ? text : STR(""), heeds_negations(call))));
}

static void add_item(void *arg, Str item)
{
    json_str(arg, NULL, item);
}

static void alert_items_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    AUTO(buf_free) Buf out = {0};
    JsonOut json = {.out = &out};
    Str text = call_text(args[0], &scratch);
    json_open_list(&json, NULL);
    if (text.at)
        alert_items(text, heeds_negations(call), add_item, &json);
    json_close_list(&json);
    call_give_buf(call, &out);
}

static void alert_lines_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    AUTO(buf_free) Buf out = {0};
    JsonOut json = {.out = &out};
    Str text = call_text(args[0], &scratch);
    json_open_list(&json, NULL);
    if (text.at)
        alert_lines(text, add_item, &json);
    json_close_list(&json);
    call_give_buf(call, &out);
}

static void alert_dose_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_text(args[0], &scratch);
    Str dose = text.at ? alert_dose(text) : text;
    if (dose.at)
        call_give_text(call, dose);
}

const FunctionCode alert_functions[] = {
    {"alert_category", alert_category_of},
    {"alert_items", alert_items_of},
    {"alert_lines", alert_lines_of},
    {"alert_dose", alert_dose_of},
    {0},
};
