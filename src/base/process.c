#include "base/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/boot.h"
#include "base/file.h"

int64_t process_start(int64_t pid)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Str stat;
    Err ignored;
    if (!file_read(a, arena_text(a, "/proc/%lld/stat", (long long)pid), 4096, &stat, &ignored))
        return 0;
    // behind the name, which may hold anything: state is field 3, starttime field 22
    const char *at = strrchr(stat.at, ')');
    if (at && strncmp(at, ") Z", 3) == 0) // killed, and its parent has not looked yet
        return 0;
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoll(at, NULL, 10) : 0;
}

const char *process_space(Arena *a)
{
    char space[64] = "";
    (void)!readlink("/proc/self/ns/pid", space, sizeof space - 1);
    return arena_text(a, "%s %s", boot_id(a), space);
}
