// The model of a run, from events as a worker wrote them (tests/fixtures/events).
#include "ui/run_feed.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "engine/event_lines.h"
#include "tests/support/temp_folder.h"

static Str recorded(Arena *a)
{
    Str text;
    Err err = {0};
    setenv("TZ", "UTC", 1);
    tzset();
    cr_assert(file_read(a, arena_text(a, "%s/tests/fixtures/events/demo.ndjson", getenv("TOP_SRCDIR")),
                        1 << 20, &text, &err),
              "%s", err.text);
    return text;
}

static void feed_text(RunFeed *f, Str text)
{
    Str line;
    while (str_cut(&text, '\n', &line))
        if (line.len)
            feed_line(f, line);
}

// All a screen can see of it.
static const char *seen(const RunFeed *f, Arena *a)
{
    AUTO(buf_free) Buf out = {0};
    buf_addf(&out, "%s %s %s %lld %zu/%zu %d %s %s %d %.1f %s %.4f rejected %lld\n", f->mode, f->by, f->host,
             (long long)f->pid, feed_ended_steps(f), f->n, f->planned, f->ended ? "ended" : "goes on",
             f->status, f->exit_code, f->took_s, f->reason, feed_share(f), (long long)feed_rejected(f));
    buf_addf(&out, "%lld %lld %lld %s %lld %d %s\n", (long long)f->issues[SEVERITY_ERROR],
             (long long)f->issues[SEVERITY_WARNING], (long long)f->issues[SEVERITY_INFORMATION], f->newest,
             (long long)f->newest_at, f->source.active, f->source.phase);
    for (size_t i = 0; i < f->n; i++)
        buf_addf(&out, "%s %s %d %d %d %lld %lld %lld %.1f %.3f %.1f\n", f->steps[i].id, f->steps[i].entity,
                 f->steps[i].stage, f->steps[i].status, f->steps[i].current, (long long)f->steps[i].rows,
                 (long long)f->steps[i].done, (long long)f->steps[i].rejected, f->steps[i].rate,
                 f->steps[i].took_s, f->steps[i].eta_high_s);
    for (size_t i = 0; i < feed_log_lines(f); i++)
        buf_addf(&out, "%s\n", feed_log_line(f, i));
    return str_keep(a, buf_str(&out));
}

Test(run_feed, tells_a_whole_run)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    RunFeed *f = feed_new(1);
    feed_text(f, recorded(a));
    cr_assert_eq(f->n, 89);
    cr_assert_eq(feed_ended_steps(f), 89);
    cr_assert(f->planned && f->ended && !f->source.active);
    cr_assert_str_eq(f->by, "amartin");
    cr_assert_eq(f->pid, 41207);
    cr_assert_eq(f->exit_code, 3);
    cr_assert_float_eq(feed_share(f), 1, 1e-9);
    cr_assert_eq(feed_rejected(f), 9);
    cr_assert_str_eq(f->steps[0].id, "center/extract");
    const FeedStep *s = feed_step(f, "treatment_catalog_variant/validate");
    cr_assert(s);
    cr_assert_eq(s->status, STEP_PARTIAL);
    cr_assert_eq(s->rows, 168);
    cr_assert_eq(s->rejected, 2);
    cr_assert_str_eq(feed_log_line(f, 0),
                     "21:43:11  run ends  partial  finished; 9 rows were rejected, see the report");
    feed_free(f);
}

Test(run_feed, the_first_that_keeps_a_row_out_is_named)
{
    RunFeed *f = feed_new(1);
    feed_text(f, STR("{\"type\":\"warning\",\"t\":\"2025-01-01T00:00:01Z\",\"step\":\"a/extract\",\"severity\":\"error\","
                     "\"code\":\"dpmf.a.encoding\",\"entity\":\"a\"}\n"));
    cr_expect_str_eq(f->refused, "", "the source says so itself, and the row is there");
    feed_text(f, STR("{\"type\":\"warning\",\"t\":\"2025-01-01T00:00:02Z\",\"step\":\"a/validate\",\"severity\":\"error\","
                     "\"code\":\"a.no_name\",\"entity\":\"a\"}\n"));
    cr_expect_str_eq(f->refused, "a.no_name a");
    feed_free(f);
}

// Whoever comes in late, and however the file is read while it grows, sees the same as who was there from the
// start.
Test(run_feed, is_the_same_whenever_one_comes_in)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Str whole = recorded(a);
    const char *folder = temp_folder(a);
    for (size_t part = 1; part <= 7; part++) {
        Str until = {whole.at, whole.len * part / 7}; // mostly in the middle of a line
        RunFeed *at_once = feed_new(1), *by_and_by = feed_new(1);
        const char *last = until.len ? memrchr(until.at, '\n', until.len) : NULL;
        feed_text(at_once, (Str){until.at, last ? (size_t)(last + 1 - until.at) : 0});
        for (size_t written = 0; written < until.len;) {
            AUTO(buf_free) Buf lines = {0};
            bool more = true;
            Err err = {0};
            written = MIN(written + 997, until.len);
            const char *path = temp_file(a, folder, "events.ndjson", (Str){until.at, written});
            while (more) {
                buf_clear(&lines);
                cr_assert(event_lines_read(path, &by_and_by->offset, 300, &lines, &more, &err), "%s",
                          err.text);
                feed_text(by_and_by, buf_str(&lines));
            }
        }
        cr_expect_str_eq(seen(by_and_by, a), seen(at_once, a), "part %zu", part);
        feed_free(at_once);
        feed_free(by_and_by);
    }
}

Test(run_feed, takes_each_event_once)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Str whole = recorded(a);
    RunFeed *once = feed_new(1), *twice = feed_new(1);
    feed_text(once, whole);
    feed_text(twice, whole);
    feed_text(twice, whole);
    cr_assert_str_eq(seen(twice, a), seen(once, a));
    feed_free(once);
    feed_free(twice);
}

#define EVENT(seq, rest)                                                                                     \
    "{\"v\":1,\"t\":\"2025-11-20T12:00:0" #seq ".000Z\",\"seq\":" #seq ",\"clinic\":\"n\",\"run\":1," rest   \
    "}\n"

Test(run_feed, tells_how_far_and_how_long)
{
    RunFeed *f = feed_new(1);
    feed_text(
        f,
        STR(EVENT(1, "\"type\":\"step.end\",\"step\":\"a/"
                     "extract\",\"status\":\"done\",\"rows\":999,\"took_s\":1") EVENT(
            2, "\"type\":\"step.end\",\"step\":\"b/extract\",\"status\":\"done\",\"rows\":499,\"took_s\":1")
                EVENT(3,
                      "\"type\":\"plan\",\"order\":[\"a/extract\",\"b/extract\",\"a/insert\",\"b/insert\"]")
                    EVENT(4, "\"type\":\"step.end\",\"step\":\"a/"
                             "insert\",\"status\":\"done\",\"rows\":999,\"took_s\":10")));
    cr_assert_float_eq(feed_share(f), 2500.0 / 3000, 1e-9);
    cr_assert_eq(feed_rows(f, feed_step(f, "b/insert")), 499);
    cr_assert_float_eq(feed_about_s(f, feed_step(f, "b/insert")), 4.99, 0.01);
    feed_text(
        f,
        STR(EVENT(5, "\"type\":\"step.progress\",\"step\":\"b/insert\",\"done\":250,\"rows\":499,\"rate\":50,"
                     "\"eta_s\":[4,6],\"rejects\":3")));
    cr_assert_float_eq(feed_share(f), 2750.0 / 3000, 1e-9);
    cr_assert_float_eq(feed_step(f, "b/insert")->eta_high_s, 6, 1e-9);
    cr_assert_eq(feed_step(f, "b/insert")->status, STEP_RUNNING);
    feed_free(f);
}

Test(run_feed, counts_issues_that_are_not_told_one_by_one)
{
    RunFeed *f = feed_new(1);
    feed_text(f, STR("{\"type\":\"warning\",\"t\":\"2025-01-01T00:00:01Z\",\"step\":\"a/validate\","
                     "\"severity\":\"error\",\"code\":\"a.b\",\"entity\":\"a\"}\n"
                     "{\"type\":\"issues\",\"t\":\"2025-01-01T00:00:02Z\",\"step\":\"a/validate\","
                     "\"fatal\":0,\"error\":2,\"warning\":300,\"information\":0}\n"
                     "{\"type\":\"issues\",\"t\":\"2025-01-01T00:00:03Z\",\"step\":\"b/validate\","
                     "\"fatal\":-4,\"error\":5,\"warning\":9223372036854775807}\n"));
    cr_expect_eq(f->issues[SEVERITY_ERROR], 8);
    cr_expect_geq(f->issues[SEVERITY_WARNING], 300);
    cr_expect_eq(f->issues[SEVERITY_FATAL], 0);
    feed_free(f);
}

// A run of chosen steps is about these: the others are neither done nor to come.
Test(run_feed, leaves_out_what_the_run_is_not_about)
{
    RunFeed *f = feed_new(1);
    feed_text(f, STR("{\"type\":\"plan\",\"t\":\"2025-01-01T00:00:01Z\",\"steps\":4,\"order\":[\"a/extract\","
                     "\"a/validate\",\"b/validate\",\"c/validate\"],"
                     "\"left_out\":[\"a/extract\",\"b/validate\"]}\n"
                     "{\"type\":\"step.end\",\"t\":\"2025-01-01T00:00:02Z\",\"step\":\"b/validate\","
                     "\"status\":\"skipped\",\"took_s\":0}\n"));
    cr_expect_eq(feed_steps(f), 2);
    cr_expect_eq(feed_ended_steps(f), 0);
    cr_expect_float_eq(feed_share(f), 0, 1e-9);
    cr_expect(feed_shows(feed_step(f, "a/validate")) && !feed_shows(feed_step(f, "b/validate")));
    feed_text(f, STR("{\"type\":\"step.end\",\"t\":\"2025-01-01T00:00:03Z\",\"step\":\"a/extract\","
                     "\"status\":\"done\",\"rows\":7,\"took_s\":0}\n"
                     "{\"type\":\"step.end\",\"t\":\"2025-01-01T00:00:04Z\",\"step\":\"a/validate\","
                     "\"status\":\"done\",\"rows\":7,\"took_s\":0}\n"));
    cr_expect(feed_shows(feed_step(f, "a/extract")), "it was done all the same");
    cr_expect_eq(feed_ended_steps(f), 1);
    cr_expect_float_eq(feed_share(f), 8.0 / 9, 1e-9);
    feed_free(f);
}

Test(run_feed, remembers_pauses_and_trouble)
{
    RunFeed *f = feed_new(1);
    feed_text(
        f,
        STR(EVENT(1, "\"type\":\"paused\",\"by\":\"jruiz\",\"until\":null,\"reason\":\"paused by jruiz\"")
                EVENT(2, "\"type\":\"retry\",\"step\":\"a/insert\",\"try\":2,\"of\":8,\"message\":\"busy\"")
                    EVENT(3, "\"type\":\"gate\",\"need\":\"decision\",\"message\":\"somebody "
                             "decides\",\"hint\":\"do it\"")));
    cr_assert_str_eq(f->paused_by, "jruiz");
    cr_assert_eq(f->retries, 1);
    cr_assert_str_eq(f->gate, "somebody decides");
    cr_assert_str_eq(f->gate_hint, "do it");
    feed_text(f, STR(EVENT(4, "\"type\":\"continued\",\"message\":\"continued by jruiz\"")));
    cr_assert_str_eq(f->paused_by, "");
    feed_free(f);
}

// A log without end takes no memory without end.
Test(run_feed, keeps_the_last_lines_of_the_log)
{
    RunFeed *f = feed_new(1);
    for (int i = 1; i <= 3 * FEED_LOG; i++) {
        char line[256];
        int n = snprintf(
            line, sizeof line,
            "{\"t\":\"2025-11-20T12:00:00.000Z\",\"seq\":%d,\"type\":\"continued\",\"message\":\"line %d\"}",
            i, i);
        feed_line(f, (Str){line, (size_t)n});
    }
    cr_assert_eq(feed_log_lines(f), FEED_LOG);
    cr_assert(strstr(feed_log_line(f, 0), "line 1200"));
    cr_assert(strstr(feed_log_line(f, FEED_LOG - 1), "line 801"));
    feed_free(f);
}
