#include "engine/run_log.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static EventLog *events;

static void set_up(void)
{
    Err err = {0};
    arena = arena_new();
    folder = temp_folder(arena);
    events = events_open(folder, "sol", 1, (Listener){0}, &err);
    cr_assert(events, "%s", err.text);
}

static void tear_down(void)
{
    events_close(events);
    arena_free(arena);
}

TestSuite(run_log, .init = set_up, .fini = tear_down);

static void tell(int n)
{
    event_begin(events, "state", NULL);
    event_send(events, &(Event){.text = arena_text(arena, "line %03d \033[2J", n)});
}

static Str part(const char *name)
{
    Str text = {0};
    Err err = {0};
    return file_read(arena, file_join(arena, folder, name), 1 << 20, &text, &err) ? text : (Str){0};
}

Test(run_log, keeps_five_parts_and_never_cuts_a_line)
{
    RunLog *log = run_log_open(folder, events, 200);
    for (int i = 0; i < 100; i++)
        tell(i);
    static const char *const names[] = {"run.log.4", "run.log.3", "run.log.2", "run.log.1", "run.log"};
    int last = -1;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Str text = part(names[i]), line;
        cr_assert(text.len > 0 && text.len <= 200, "%s: %zu bytes", names[i], text.len);
        while (str_cut(&text, '\n', &line)) {
            int n;
            char at[40];
            if (!line.len)
                continue;
            cr_assert_eq(sscanf(str_keep(arena, line), "%39s state line %d ?[2J", at, &n), 2, "%.*s", STR_ARG(line));
            cr_assert(last < 0 || n == last + 1, "%d behind %d", n, last);
            last = n;
        }
    }
    cr_assert_eq(last, 99);
    cr_assert_not(file_exists(file_join(arena, folder, "run.log.5")));
    run_log_close(log);
}

Test(run_log, goes_on_in_a_new_file_after_the_old_one_was_moved)
{
    RunLog *log = run_log_open(folder, events, RUN_LOG_MAX);
    tell(1);
    cr_assert_eq(rename(file_join(arena, folder, "run.log"), file_join(arena, folder, "moved")), 0);
    tell(2);
    run_log_reopen(log);
    tell(3);
    run_log_line(log, "hook", "what it said", "how it ended");
    Str moved = part("moved"), now = part("run.log");
    cr_assert(memmem(moved.at, moved.len, "line 002", 8));
    cr_assert(memmem(now.at, now.len, "line 003", 8));
    cr_assert_not(memmem(now.at, now.len, "line 002", 8));
    cr_assert(str_ends(now, "  hook  how it ended  what it said\n"));
    run_log_close(log);
}
