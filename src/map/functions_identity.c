// setting, row_id, uuid5, secret, secret_uuid.
#include <sqlite3.h>

#include <string.h>

#include "base/digest.h"
#include "base/intl.h"
#include "map/functions_sql.h"

// The setting, or an SQL error when it must be there and is not.
static const char *needed_setting(sqlite3_context *call, const char *name)
{
    FunctionHost *host = call_state(call)->host;
    const char *value = host->setting(host->arg, name);
    if (!value || !*value) {
        call_fail(call, _("the setting %s is not set"), name);
        return NULL;
    }
    return value;
}

static void setting(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    FunctionHost *host = call_state(call)->host;
    const char *name = (const char *)sqlite3_value_text(args[0]);
    const char *value = name ? host->setting(host->arg, name) : NULL;
    if (value)
        call_give_text(call, str_of(value));
}

// The clinic and the system of the source do not change while a connection lives; asked once, for speed.
static bool know_origin(sqlite3_context *call, FunctionState *state)
{
    if (state->origin_len)
        return true;
    const char *clinic = needed_setting(call, "clinic_id");
    if (!clinic)
        return false;
    if (!uuid_valid(str_of(clinic))) {
        call_fail(call, _("the setting clinic_id is not a uuid"));
        return false;
    }
    memcpy(state->space, clinic, UUID_TEXT);
    const char *source = needed_setting(call, "source_system");
    if (!source)
        return false;
    buf_clear(&state->name);
    buf_add_text(&state->name, source);
    buf_add_char(&state->name, '|');
    state->origin_len = state->name.len;
    return true;
}

// uuid5(clinic_id, "source_system|entity|key|table|part|extra").
static void row_id(sqlite3_context *call, int n, sqlite3_value **args)
{
    FunctionState *state = call_state(call);
    if (call_any_null(3, args) || !know_origin(call, state))
        return;
    Buf *name = &state->name;
    name->len = state->origin_len;
    for (int i = 0; i < n; i++) {
        if (i)
            buf_add_char(name, '|');
        const char *at = (const char *)sqlite3_value_text(args[i]);
        if (at)
            buf_add(name, (Str){at, (size_t)sqlite3_value_bytes(args[i])});
    }
    char id[UUID_TEXT + 1];
    if (uuid5((Str){state->space, UUID_TEXT}, buf_str(name), id))
        call_give_text(call, (Str){id, UUID_TEXT});
}

static void named_uuid(sqlite3_context *call, int n, sqlite3_value **args)
{
    if (call_any_null(n, args))
        return;
    const char *space = (const char *)sqlite3_value_text(args[0]), *name = (const char *)sqlite3_value_text(args[1]);
    char id[UUID_TEXT + 1];
    if (uuid5((Str){space, (size_t)sqlite3_value_bytes(args[0])},
              (Str){name, (size_t)sqlite3_value_bytes(args[1])}, id))
        call_give_text(call, (Str){id, UUID_TEXT});
}

// false when there is no name, or no secret, which is an SQL error.
static bool digest_name(sqlite3_context *call, sqlite3_value *arg, char out[SHA256_HEX + 1])
{
    const char *name = (const char *)sqlite3_value_text(arg);
    if (!name)
        return false;
    const char *key = needed_setting(call, "secret");
    if (!key)
        return false;
    hmac_sha256_hex(str_of(key), (Str){name, (size_t)sqlite3_value_bytes(arg)}, out);
    return true;
}

static void secret(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    char hex[SHA256_HEX + 1];
    if (digest_name(call, args[0], hex))
        call_give_text(call, (Str){hex, SHA256_HEX});
}

// The digest beginning, with the version (4, random) and the variant of RFC 4122 put over it.
static void secret_uuid(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    static const char variants[] = "89ab";
    char hex[SHA256_HEX + 1], id[UUID_TEXT + 1];
    if (!digest_name(call, args[0], hex))
        return;
    for (size_t i = 0, from = 0; i < UUID_TEXT; i++)
        id[i] = i == 8 || i == 13 || i == 18 || i == 23 ? '-' : hex[from++];
    id[14] = '4';
    int digit = id[19] <= '9' ? id[19] - '0' : id[19] - 'a' + 10;
    id[19] = variants[digit & 3];
    call_give_text(call, (Str){id, UUID_TEXT});
}

const FunctionCode identity_functions[] = {
    {"setting", setting}, {"row_id", row_id}, {"uuid5", named_uuid}, {"secret", secret}, {"secret_uuid", secret_uuid}, {0},
};
