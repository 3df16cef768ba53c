#include "engine/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "engine/lock.h"

struct Audit {
    Arena *arena;
    const char *path;
    Buf line;
    JsonOut json;
};

Audit *audit_begin(const char *state_folder, const char *clinic, const char *action, JsonOut **fields)
{
    Audit *audit = calloc(1, sizeof *audit);
    if (!audit)
        abort();
    audit->arena = arena_new();
    audit->path = file_join(audit->arena, state_folder, "audit.log");
    audit->json.out = &audit->line;
    JsonOut *j = &audit->json;
    AUTO(buf_free) Buf now = {0};
    instant_rfc3339(instant_now(), &now);
    json_open(j, NULL);
    json_int(j, "v", 1);
    json_str(j, "t", buf_str(&now));
    json_text(j, "by", lock_user(audit->arena));
    json_text(j, "host", lock_host(audit->arena));
    json_text(j, "clinic", clinic);
    json_text(j, "action", action);
    *fields = j;
    return audit;
}

static bool append(const Audit *audit, Err *err)
{
    int fd = open(audit->path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = fd >= 0;
    if (ok) {
        errno = ENOSPC; // what a short write means
        ok = write(fd, audit->line.at, audit->line.len) == (ssize_t)audit->line.len && fdatasync(fd) == 0;
    }
    if (!ok)
        err_sys(err, ERR_INTERNAL, _("cannot write %s"), audit->path);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool audit_end(Audit *audit, Err *err)
{
    json_close(&audit->json);
    buf_add_char(&audit->line, '\n');
    bool ok = append(audit, err);
    buf_free(&audit->line);
    arena_free(audit->arena);
    free(audit);
    return ok;
}
