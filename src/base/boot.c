#include "base/boot.h"

#include <time.h>

#include "base/file.h"

Instant boot_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (Instant)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *boot_id(Arena *a)
{
    Str id;
    Err ignored = {0};
    bool known = file_read(a, "/proc/sys/kernel/random/boot_id", 256, &id, &ignored);
    return known ? str_keep(a, str_trim(id)) : "";
}
