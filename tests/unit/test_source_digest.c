#include "engine/worker.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Clinic clinic;
static Session session;
static const char *folder;

static void set_up(void)
{
    Err err = {0};
    arena = arena_new();
    folder = temp_folder(arena);
    clinic = (Clinic){.name = "sol", .source_path = file_join(arena, folder, "source.dpm")};
    session = (Session){.arena = arena, .clinic = &clinic, .control = control_open(folder, true, &err)};
    cr_assert(session.control, "%s", err.text);
}

static void tear_down(void)
{
    control_close(session.control);
    arena_free(arena);
}

TestSuite(source_digest, .init = set_up, .fini = tear_down);

static void put(const char *text)
{
    Err err = {0};
    cr_assert(file_write(clinic.source_path, str_of(text), 0600, &err), "%s", err.text);
}

static const char *digest(void)
{
    Err err = {0};
    const char *out = NULL;
    cr_assert(source_digest(&session, &out, &err), "%s", err.text);
    return out;
}

static const char *key(void)
{
    return arena_text(arena, "digest:%s", clinic.source_path);
}

// What would be noted of the file as it is, but with a digest that no file has.
static void note(FileStamp s)
{
    Err err = {0};
    const char *text = arena_text(arena, "%llu %llu %lld %lld %lld made up", (unsigned long long)s.device,
                                  (unsigned long long)s.inode, (long long)s.size, (long long)s.mtime_ns,
                                  (long long)s.ctime_ns);
    cr_assert(control_note(session.control, key(), text, &err), "%s", err.text);
}

static FileStamp stamp(void)
{
    Err err = {0};
    FileStamp s;
    cr_assert(file_stamp(clinic.source_path, &s, &err), "%s", err.text);
    return s;
}

Test(source_digest, a_noted_digest_is_taken_when_all_of_the_stamp_is_the_same)
{
    put("one");
    note(stamp());
    cr_assert_str_eq(digest(), "made up");
}

Test(source_digest, each_part_of_the_stamp_counts)
{
    put("one");
    FileStamp now = stamp();
    for (int part = 0; part < 5; part++) {
        FileStamp other = now;
        other.device += part == 0;
        other.inode += part == 1;
        other.size += part == 2;
        other.mtime_ns += part == 3;
        other.ctime_ns += part == 4;
        note(other);
        cr_assert_str_neq(digest(), "made up", "part %d", part);
    }
}

Test(source_digest, a_change_of_the_same_size_within_a_tick_is_seen)
{
    const char *before = "";
    for (int i = 0; i < 200; i++) {
        put(i % 2 ? "one" : "two");
        const char *now = digest();
        cr_assert_str_neq(now, before, "round %d", i);
        before = now;
    }
}

Test(source_digest, a_file_that_just_changed_is_not_noted)
{
    Err err = {0};
    const char *known = NULL;
    put("one");
    digest();
    cr_assert(control_noted(session.control, arena, key(), &known, &err), "%s", err.text);
    cr_assert_null(known);
}

Test(source_digest, a_file_that_rested_is_noted)
{
    Err err = {0};
    const char *known = NULL;
    clinic.source_path = "/proc/self/exe"; // built a while ago
    FileStamp s = stamp();
    if (s.ctime_ns / 1000 > instant_now() - 3000000)
        cr_skip_test("the test itself is younger than two seconds");
    const char *now = digest();
    cr_assert(control_noted(session.control, arena, key(), &known, &err), "%s", err.text);
    cr_assert(known && strstr(known, now));
}
