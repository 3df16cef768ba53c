#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/control.h"
#include "cache/control_schema.h"

bool control_sound(const char *state_folder, int64_t *runs, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = file_join(a, state_folder, "control.db"), *found = NULL;
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_READ, ERR_INTERNAL, err);
    int64_t version = 0;
    if (!db || !lite_one_int(db, &version, NULL, err, "PRAGMA user_version") ||
        !lite_one_text(db, a, &found, err, "PRAGMA quick_check(1)"))
        return false;
    if (strcmp(found, "ok") != 0)
        return err_set(err, ERR_INTERNAL, _("%s is damaged: %s"), path, found);
    if (version > CONTROL_VERSION)
        return err_set(err, ERR_INTERNAL, _("%s was written by a newer version of mudanza"), path);
    return lite_one_int(db, runs, NULL, err, "SELECT count(*) FROM runs");
}
