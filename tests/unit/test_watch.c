#include "ui/watch.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"
#include "ui/screen.h"

static void put(Arena *a, const char *folder, const char *name)
{
    temp_file(a, folder, name, STR("x"));
}

// What is due at once; the time of telling is far from the one before.
static unsigned news(Watch *w, Instant *now)
{
    watch_read(w);
    *now += 10 * WATCH_BETWEEN_US;
    return watch_due(w, *now);
}

Test(watch, tells_files_by_what_they_mean)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Watch *w = watch_open();
    Instant now = 1;
    watch_folders(w, (const char *const[]){folder, NULL});
    cr_expect_eq(news(w, &now), 0);
    put(a, folder, "config.yaml");
    cr_expect_eq(news(w, &now), CHANGED_CONFIG);
    put(a, folder, "status.json");
    cr_expect_eq(news(w, &now), CHANGED_RUN);
    put(a, folder, "control.db-wal");
    cr_expect_eq(news(w, &now), CHANGED_RECORDS);
    put(a, folder, "events.ndjson");
    cr_expect_eq(news(w, &now), CHANGED_RUN);
    put(a, folder, "cache.db");
    put(a, folder, "control.db-shm");
    cr_expect_eq(news(w, &now), 0);
    // another way to write a file
    put(a, folder, "aside");
    cr_expect_eq(rename(file_join(a, folder, "aside"), file_join(a, folder, "commands.yaml")), 0);
    cr_expect_eq(news(w, &now), CHANGED_CONFIG);
    // a reader leaves, and its log of the database with it
    unlink(file_join(a, folder, "control.db-wal"));
    cr_expect_eq(news(w, &now), 0);
    watch_close(w);
    arena_free(a);
}

Test(watch, gathers_what_comes_quickly)
{
    Arena *a = arena_new();
    const char *folder = temp_folder(a);
    Watch *w = watch_open();
    watch_folders(w, (const char *const[]){folder, NULL});
    Instant now = 1000000;
    cr_expect_eq(watch_wait(w, now), -1);
    put(a, folder, "status.json");
    watch_read(w);
    cr_expect_eq(watch_wait(w, now), 0);
    cr_expect_eq(watch_due(w, now), CHANGED_RUN);
    put(a, folder, "config.yaml");
    put(a, folder, "status.json");
    watch_read(w);
    cr_expect_eq(watch_wait(w, now + 1), WATCH_BETWEEN_US - 1);
    cr_expect_eq(watch_due(w, now + WATCH_BETWEEN_US - 1), 0);
    cr_expect_eq(watch_due(w, now + WATCH_BETWEEN_US), CHANGED_RUN | CHANGED_CONFIG);
    cr_expect_eq(watch_wait(w, now + WATCH_BETWEEN_US), -1);
    watch_close(w);
    arena_free(a);
}

Test(watch, folders_come_and_go)
{
    Arena *a = arena_new();
    Err err = {0};
    const char *folder = temp_folder(a), *inner = file_join(a, folder, "state");
    Watch *w = watch_open();
    Instant now = 1;
    watch_folders(w, (const char *const[]){folder, inner, NULL});
    cr_expect_not(watch_folders_changed(w));
    cr_assert(file_make_folder(inner, 0700, &err));
    watch_read(w);
    cr_expect(watch_folders_changed(w));
    watch_folders(w, (const char *const[]){folder, inner, NULL});
    put(a, inner, "status.json");
    cr_expect_eq(news(w, &now), CHANGED_RUN);
    // no longer of interest
    watch_folders(w, (const char *const[]){folder, NULL});
    put(a, inner, "status.json");
    cr_expect_eq(news(w, &now), 0);
    watch_close(w);
    arena_free(a);
}

Test(watch, a_folder_in_the_place_of_another_is_watched)
{
    Arena *a = arena_new();
    Err err = {0};
    const char *folder = temp_folder(a), *inner = file_join(a, folder, "state");
    Watch *w = watch_open();
    Instant now = 1;
    cr_assert(file_make_folder(inner, 0700, &err));
    watch_folders(w, (const char *const[]){folder, inner, NULL});
    cr_assert_eq(rename(inner, file_join(a, folder, "aside")), 0);
    cr_assert(file_make_folder(inner, 0700, &err));
    watch_read(w);
    cr_expect(watch_folders_changed(w));
    watch_folders(w, (const char *const[]){folder, inner, NULL});
    put(a, inner, "status.json");
    cr_expect_eq(news(w, &now), CHANGED_RUN);
    watch_close(w);
    arena_free(a);
}
