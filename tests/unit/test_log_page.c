#include "engine/log_page.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Clinic clinic;
static const char *path;
static Err err;

enum { LINES = 4000 };

// Four thousand lines of three steps, one of them longer than what is read at a time; the last is half
// written.
static void set_up(void)
{
    AUTO(buf_free) Buf text = {0};
    arena = arena_new();
    clinic = (Clinic){.state_folder = temp_folder(arena)};
    for (int i = 0; i < LINES; i++) {
        buf_addf(&text, "2026-11-21T12:00:00.%03dZ  step.end  %s/insert  done  %d rows", i % 1000,
                 i % 3 == 0   ? "patient"
                 : i % 3 == 1 ? "budget"
                              : "payment",
                 i);
        for (int k = 0; k < 20000 && i == 2001; k++)
            buf_add_text(&text, " long");
        buf_add_char(&text, '\n');
    }
    buf_add_text(&text, "2026-11-21T12:00:01.000Z  half wri");
    path = temp_file(arena, clinic.state_folder, "runs/000007/run.log", buf_str(&text));
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(log_page, .init = set_up, .fini = tear_down);

static LogPage page(LogWish w, PageWay way, int64_t at, size_t most)
{
    LogPage p;
    w.run = 7;
    w.limit_ms = w.limit_ms ? w.limit_ms : 5000;
    cr_assert(log_page(arena, &clinic, &w, way, at, most, &p, &err), "%s", err.text);
    return p;
}

static size_t walk(LogWish w, bool back, size_t most)
{
    size_t n = 0;
    int64_t last = back ? INT64_MAX : -1;
    LogPage p = page(w, back ? PAGE_LAST : PAGE_FIRST, 0, most);
    while (p.n || p.stopped) {
        for (size_t i = 0; i < p.n; i++, n++) {
            const LogLine *line = &p.lines[back ? p.n - 1 - i : i];
            cr_assert(back ? line->at < last : line->at > last);
            cr_assert_eq(strncmp(line->text, "2026-11-21T12:00:00.", 20), 0, "%s", line->text);
            last = line->at;
        }
        p = page(w, back ? PAGE_BEFORE : PAGE_AFTER, back ? p.from : p.to, most);
    }
    return n;
}

Test(log_page, every_line_comes_once_in_both_directions)
{
    cr_assert_eq(walk((LogWish){0}, false, 37), LINES);
    cr_assert_eq(walk((LogWish){0}, true, 41), LINES);
}

Test(log_page, lines_of_a_step_and_with_a_text)
{
    cr_assert_eq(walk((LogWish){.step = "budget/insert"}, false, 10), LINES / 3);
    cr_assert_eq(walk((LogWish){.step = "budget/insert"}, true, 10), LINES / 3);
    cr_assert_eq(walk((LogWish){.find = " 39"}, false, 10), 111); // 39, 390 to 399, 3900 to 3999
    cr_assert_eq(walk((LogWish){.find = "LONG"}, true, 10), 1);
    cr_assert_eq(walk((LogWish){.find = "nowhere"}, true, 10), 0);
}

Test(log_page, the_words_of_a_line_are_told_apart)
{
    LogPage p = page((LogWish){0}, PAGE_LAST, 0, 2);
    cr_assert(p.there && p.n == 2);
    cr_assert_str_eq(p.lines[1].text, "2026-11-21T12:00:00.999Z  step.end  patient/insert  done  3999 rows");
    cr_assert_str_eq(p.lines[1].type, "step.end");
    cr_assert_str_eq(p.lines[1].step, "patient/insert");
    cr_assert_eq(p.lines[1].end, p.size);
}

Test(log_page, what_is_written_later_comes_behind)
{
    LogPage p = page((LogWish){0}, PAGE_LAST, 0, 1);
    cr_assert_eq(page((LogWish){0}, PAGE_AFTER, p.to, 5).n, 0);
    FILE *f = fopen(path, "a");
    fputs("tten\n2026-11-21T12:00:02.000Z  run.end  done\n", f);
    fclose(f);
    p = page((LogWish){0}, PAGE_AFTER, p.to, 5);
    cr_assert_eq(p.n, 2);
    cr_assert_str_eq(p.lines[0].text, "2026-11-21T12:00:01.000Z  half written");
    cr_assert_str_eq(p.lines[1].step, "");
}

Test(log_page, a_file_that_was_cut_meanwhile_is_read_all_the_same)
{
    LogPage p = page((LogWish){0}, PAGE_LAST, 0, 1);
    cr_assert_eq(truncate(path, 500), 0);
    cr_assert_eq(page((LogWish){0}, PAGE_AFTER, p.to, 5).n, 0);
    p = page((LogWish){0}, PAGE_BEFORE, p.to, 50);
    cr_assert(p.n == 6 || p.n == 7);
    cr_assert_eq(page((LogWish){0}, PAGE_FROM, p.lines[2].at + 5, 1).lines[0].at, p.lines[2].at);
}

Test(log_page, looking_ends_when_the_time_is_up)
{
    LogPage p = page((LogWish){.find = "nowhere", .limit_ms = -1}, PAGE_LAST, 0, 5);
    cr_assert(p.stopped && p.n == 0);
}

Test(log_page, a_run_without_a_log)
{
    LogPage p;
    cr_assert(log_page(arena, &clinic, &(LogWish){.run = 8}, PAGE_LAST, 0, 5, &p, &err));
    cr_assert(!p.there && !p.n);
}
