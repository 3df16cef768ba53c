#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "map/functions_sql.h"

// From this version on SQLite wants to be told that a function may hand on a JSON subtype.
#ifndef SQLITE_RESULT_SUBTYPE
#define SQLITE_RESULT_SUBTYPE 0
#endif

// at(n, key): the cell of everything until val().
static void note_cell(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Cell *cell = call_state(call)->cell;
    const void *key = sqlite3_value_text(args[1]);
    size_t len = (size_t)sqlite3_value_bytes(args[1]);
    if (len >= sizeof cell->key) {
        cell->column = -1;
        call_fail(call, _("a row's key is longer than %zu bytes"), sizeof cell->key - 1);
        return;
    }
    if (len)
        memcpy(cell->key, key, len);
    cell->key[len] = 0;
    cell->column = sqlite3_value_int(args[0]);
}

// val(at(...), x): x as it is, with its JSON subtype.
static void leave_cell(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    call_state(call)->cell->column = -1;
    unsigned subtype = sqlite3_value_subtype(args[1]);
    sqlite3_result_value(call, args[1]);
    if (subtype)
        sqlite3_result_subtype(call, subtype);
}

static void release(void *arg)
{
    FunctionState *state = arg;
    if (--state->uses)
        return;
    buf_free(&state->name);
    free(state);
}

// SQLite calls release() when it refuses a function, too.
static int add(sqlite3 *db, FunctionState *state, const char *name, int args, int flags, FunctionCall *run)
{
    state->uses++;
    return sqlite3_create_function_v2(db, name, args, SQLITE_UTF8 | SQLITE_DIRECTONLY | flags, state, run,
                                      NULL, NULL, release);
}

static int add_list(sqlite3 *db, FunctionState *state, const FunctionCode *list)
{
    int rc = SQLITE_OK;
    for (const FunctionCode *code = list; code->name && rc == SQLITE_OK; code++) {
        const FunctionInfo *info = function_find(code->name);
        // SQLite would run a deterministic function of constants once, and its issue would name one row only.
        rc = add(db, state, code->name, info->args,
                 SQLITE_SUBTYPE | (info->raises ? 0 : SQLITE_DETERMINISTIC), code->run);
    }
    return rc;
}

bool functions_register(Lite *db, FunctionHost *host, Cell *cell, Err *err)
{
    static const FunctionCode *const lists[] = {alert_functions, date_functions, decimal_functions,
                                                text_functions, identity_functions};
    sqlite3 *handle = lite_handle(db);
    FunctionState *state = calloc(1, sizeof *state);
    if (!state)
        abort();
    state->uses = 1;
    state->host = host;
    state->cell = cell;
    *cell = (Cell){.column = -1};

    int rc = add(handle, state, "at", 2, 0, note_cell);
    if (rc == SQLITE_OK)
        rc = add(handle, state, "val", 2, SQLITE_SUBTYPE | SQLITE_RESULT_SUBTYPE, leave_cell);
    for (size_t i = 0; i < ARRAY_LEN(lists) && rc == SQLITE_OK; i++)
        rc = add_list(handle, state, lists[i]);
    if (rc == SQLITE_OK) {
        state->uses++;
        rc = decimal_sum_register(handle, SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, state,
                                  release);
    }
    if (rc == SQLITE_OK) {
        state->uses++;
        rc = pair_twins_register(handle, SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, state, release);
    }
    if (rc == SQLITE_OK) {
        state->uses++;
        rc = hand_out_register(handle, SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, state, release);
    }
    release(state);
    if (rc != SQLITE_OK)
        return err_set(err, ERR_INTERNAL, _("cannot register the SQL functions: %s"), sqlite3_errmsg(handle));
    return true;
}
