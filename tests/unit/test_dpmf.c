#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "source/dpmf_inner.h"
#include "source/dpmf_plain.h"
#include "source/dpmf_report.h"

static char folder[] = "/tmp/mudanza-test-XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    Arena *a = arena_new();
    for (char **name = file_list(a, folder); *name; name++)
        unlink(file_join(a, folder, *name));
    rmdir(folder);
    arena_free(a);
}

TestSuite(dpmf, .init = make_folder, .fini = remove_folder);

static const char *fixture(Arena *a, const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    return arena_text(a, "%s/tests/fixtures/dpmf/%s", top ? top : ".", name);
}

static size_t files_in_folder(Arena *a)
{
    size_t n = 0;
    for (char **name = file_list(a, folder); *name; name++)
        n++;
    return n;
}

static Str field(Str *line)
{
    Str head;
    if (str_cut(line, '\t', &head))
        return head;
    return *line;
}

static void expect_line(Str line)
{
    Arena *a = arena_new();
    Err err = {0};
    const char *name = str_keep(a, field(&line));
    Str passphrase = field(&line);
    const char *expected = str_keep(a, field(&line));
    AUTO(secret_free_at) Secret *secret = passphrase.len ? secret_new(passphrase) : NULL;
    DpmfSummary s;
    cr_assert(dpmf_verify_file(fixture(a, name), secret, folder, NULL, &s, a, &err), "%s: %s", name,
              err.text);
    cr_expect_str_eq(s.verdict_text, expected, "%s: %s, not %s (%s)", name, s.verdict_text, expected,
                     s.reason);
    cr_expect_eq(s.verdict != DPMF_ACCEPT, *s.reason != '\0', "%s: reason '%s'", name, s.reason);
    cr_expect_eq(s.verdict != DPMF_ACCEPT, *s.hint != '\0', "%s: hint '%s'", name, s.hint);
    cr_expect_eq(files_in_folder(a), 0, "%s leaves a file behind", name);
    arena_free(a);
}

Test(dpmf, every_judged_file_gets_its_verdict)
{
    Arena *a = arena_new();
    Err err;
    Str rest, line;
    cr_assert(file_read(a, fixture(a, "MANIFEST.tsv"), 1 << 20, &rest, &err), "%s", err.text);
    str_cut(&rest, '\n', &line);
    size_t n = 0;
    for (; str_cut(&rest, '\n', &line); n++)
        if (line.len)
            expect_line(line);
    cr_expect_gt(n, 80, "%zu lines", n);
    arena_free(a);
}

Test(dpmf, the_summary_tells_what_is_inside)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfSummary s;
    cr_assert(dpmf_verify_file(fixture(a, "odd/mini.dpm.zst"), NULL, folder, NULL, &s, a, &err), "%s",
              err.text);
    cr_expect_str_eq(s.layering, "zstd");
    cr_expect_str_eq(s.format_version, "0.1.0");
    cr_expect_str_eq(s.source_system, "gesden");
    cr_expect_str_eq(s.hash_computed, "f01e322f49c9513e1bba900ccf67e5c9578c3ac99422e17466c5d9c5ed9aee7e");
    cr_expect_str_eq(s.hash_declared, s.hash_computed);
    cr_assert_eq(s.entity_count, 8);
    cr_expect_str_eq(s.entities[3].name, "patient");
    cr_expect_eq(s.entities[3].rows, 3);
    cr_expect_eq(s.warning_count, 0);
    arena_free(a);
}

Test(dpmf, what_cannot_be_read_is_no_verdict)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfSummary s;
    cr_expect_not(dpmf_verify_file("/nowhere.dpm", NULL, folder, NULL, &s, a, &err));
    cr_expect_eq(err.kind, ERR_SOURCE);
    cr_expect_not(dpmf_verify_file(folder, NULL, folder, NULL, &s, a, &err), "a folder");
    bool encrypted;
    cr_expect(dpmf_is_encrypted(fixture(a, "odd/mini.dpm.enc"), &encrypted, &err) && encrypted);
    cr_expect(dpmf_is_encrypted(fixture(a, "broken/cut_raw_00000.dpm"), &encrypted, &err) && !encrypted);
    cr_expect_not(dpmf_is_encrypted("/nowhere.dpm", &encrypted, &err));
    arena_free(a);
}

// ---- Files made here ----------------------------------------------------------------------------------

#define SIDE_TABLES                                                                                          \
    "CREATE TABLE _meta (key TEXT, value TEXT); INSERT INTO _meta VALUES ('format_version', '0.1.0');"       \
    "CREATE TABLE _entities (entity_type TEXT, row_count INTEGER, schema_version TEXT);"                     \
    "CREATE TABLE _files (canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"         \
    " declared_size_bytes, sha256, mime_hint);"                                                              \
    "CREATE TABLE _warnings (id INTEGER PRIMARY KEY, entity_type, source_id, severity, code, message, "      \
    "raw_data);"
#define SIX " (canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at);"

static DpmfVerdict judge_sql(const char *sql, DpmfSummary *out, Arena *a)
{
    Err err = {0};
    const char *path = arena_text(a, "%s/made here?#%%.dpm", folder);
    unlink(path);
    Lite *db = lite_open(path, LITE_CREATE, ERR_SOURCE, &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert(lite_exec(db, SIDE_TABLES, &err), "%s", err.text);
    cr_assert(lite_exec(db, sql, &err), "%s", err.text);
    lite_close(db);
    cr_assert(dpmf_verify_file(path, NULL, folder, NULL, out, a, &err), "%s", err.text);
    return out->verdict;
}

Test(dpmf, the_published_hash_vector)
{
    Arena *a = arena_new();
    DpmfSummary s;
    DpmfVerdict v =
        judge_sql("CREATE TABLE patient" SIX "INSERT INTO _entities VALUES ('patient', 1, '0.1.0');"
                  "INSERT INTO patient VALUES ('u1', 1, 'gesden', '{}', '{}', 'x');"
                  "INSERT INTO _files VALUES ('f1', 'patient', 'u1', 'a.jpg', NULL, NULL, NULL);"
                  "INSERT INTO _warnings VALUES (1, NULL, NULL, 'info', 'c', 'm', NULL);",
                  &s, a);
    cr_expect_eq(v, DPMF_ACCEPT, "%s", s.reason);
    cr_expect_str_eq(s.hash_computed, "c475e01f4a51a525eebc54f56b4d08dac733ba4a0f97531e8b3e80547e92a43a");
    cr_expect_eq(s.files, 1);
    arena_free(a);
}

// A table without an index is read in the same order as one with: the hash must not tell them apart.
Test(dpmf, order_does_not_depend_on_an_index)
{
    static const char rows[] =
        "INSERT INTO _entities VALUES ('patient', 3, '0.1.0');"
        "INSERT INTO patient VALUES ('b', 2, 's', '{}', '{}', ''), ('a', 1.5, 's', '{}', '{}', ''),"
        " ('B', x'00ff', 's', '{}', '{}', '');";
    Arena *a = arena_new();
    DpmfSummary plain, indexed;
    judge_sql(arena_text(a, "CREATE TABLE patient" SIX "%s", rows), &plain, a);
    judge_sql(arena_text(a, "CREATE TABLE patient" SIX "CREATE INDEX i ON patient (canonical_uuid);%s", rows),
              &indexed, a);
    cr_expect_eq(plain.verdict, DPMF_ACCEPT, "%s", plain.reason);
    cr_expect_str_eq(plain.hash_computed, indexed.hash_computed);
    cr_expect_eq(plain.entities[0].rows, 3);
    arena_free(a);
}

Test(dpmf, tables_must_be_ordinary)
{
    static const struct {
        const char *sql;
        DpmfVerdict verdict;
    } cases[] = {
        {"CREATE TABLE x (canonical_uuid, source_id, source_system, payload, raw_source_data)", DPMF_SCHEMA},
        {"CREATE TABLE x (canonical_uuid, source_id, source_system, payload AS ('{}'), raw_source_data, "
         "extracted_at)",
         DPMF_SCHEMA},
        {"CREATE VIEW x AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS "
         "canonical_uuid,"
         " 1 AS source_id, 1 AS source_system, 1 AS payload, 1 AS raw_source_data, 1 AS extracted_at FROM n",
         DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "DROP TABLE _files; CREATE VIEW _files AS SELECT 1", DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "INSERT INTO _entities VALUES ('x', 0, '')", DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "INSERT INTO _entities VALUES ('_meta', 0, '')", DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "INSERT INTO _entities VALUES (NULL, 0, '')", DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "UPDATE _entities SET row_count = NULL", DPMF_SCHEMA},
        {"CREATE TABLE x" SIX
         "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
         " SELECT i FROM n; CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM x; END",
         DPMF_ACCEPT},
        {"CREATE TABLE x" SIX "INSERT INTO _meta VALUES ('tenant_label', 'a'), ('tenant_label', 'b')",
         DPMF_SCHEMA},
        {"CREATE TABLE x" SIX "INSERT INTO _meta VALUES ('tenant_label', 'a'), ('tenant_label', 'a')",
         DPMF_ACCEPT},
        {"CREATE TABLE x" SIX "INSERT INTO x (payload) VALUES (zeroblob(20000000))", DPMF_LIMIT},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Arena *a = arena_new();
        DpmfSummary s;
        judge_sql(arena_text(a, "INSERT INTO _entities VALUES ('x', 0, ''); %s", cases[i].sql), &s, a);
        cr_expect_eq(s.verdict, cases[i].verdict, "%s: %s %s", cases[i].sql, s.verdict_text, s.reason);
        arena_free(a);
    }
}

Test(dpmf, versions_are_gated)
{
    static const struct {
        const char *version, *verdict;
    } cases[] = {
        {"0", "accept:warn"},         {"00.5", "accept:warn"},    {"0.5.12", "accept:warn"},
        {" 0.1", "accept:warn"},      {"+0.1", "accept:warn"},    {"0_0.1", "accept:warn"},
        {"-1.0", "reject:version"},   {"-0.1", "reject:version"}, {"1.0.0", "reject:version"},
        {"", "reject:version"},       {".1", "reject:version"},   {"0x0.1", "reject:version"},
        {"0__0.1", "reject:version"}, {"_0.1", "reject:version"}, {"+", "reject:version"},
        {"abc", "reject:version"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Arena *a = arena_new();
        DpmfSummary s;
        judge_sql(arena_text(a, "UPDATE _meta SET value = '%s'", cases[i].version), &s, a);
        cr_expect_str_eq(s.verdict_text, cases[i].verdict, "'%s': %s", cases[i].version, s.verdict_text);
        // Without a hash there is always one warning; an odd form makes a second.
        bool odd = strchr(" +", cases[i].version[0]) || strchr(cases[i].version, '_');
        if (s.verdict == DPMF_ACCEPT)
            cr_expect_eq(s.warning_count, odd ? 2 : 1, "'%s'", cases[i].version);
        arena_free(a);
    }
}

Test(dpmf, values_look_as_python_writes_them)
{
    static const struct {
        double value;
        const char *text;
    } reals[] = {
        {2.5, "2.5"},
        {1, "1.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {1e-5, "1e-05"},
        {1e-4, "0.0001"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1.5e300, "1.5e+300"},
        {123456.789, "123456.789"},
        {-1e-7, "-1e-07"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {5e-324, "5e-324"},
        {120, "120.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {0x1p-44, "5.684341886080802e-14"}, // the nearest 16 digits end in 1 and are another number
        {-0x1p-1017, "-7.120236347223045e-307"},
    };
    AUTO(buf_free) Buf b = {0};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
        buf_clear(&b);
        dpmf_render_real(reals[i].value, &b);
        cr_expect_str_eq(buf_text(&b), reals[i].text);
    }
    static const struct {
        Str bytes;
        const char *text;
    } blobs[] = {
        {{"\x00\xffz", 3}, "b'\\x00\\xffz'"},           {{"it's", 4}, "b\"it's\""}, {{"'\"", 2}, "b'\\'\"'"},
        {{"\t\n\r\\\x7f", 5}, "b'\\t\\n\\r\\\\\\x7f'"}, {{"", 0}, "b''"},
    };
    for (size_t i = 0; i < ARRAY_LEN(blobs); i++) {
        buf_clear(&b);
        dpmf_render_bytes(blobs[i].bytes, &b);
        cr_expect_str_eq(buf_text(&b), blobs[i].text);
    }
}

// ---- Reading ------------------------------------------------------------------------------------------

static bool count_row(void *arg, const DpmfRow *row, Err *err)
{
    (void)row, (void)err;
    ++*(int *)arg;
    return true;
}

static bool stop(void *arg, const DpmfRow *row, Err *err)
{
    (void)arg, (void)row;
    return err_set(err, ERR_STEP, "enough");
}

static bool keep_hash(void *arg, const DpmfEntity *entity, const char *hash, Err *err)
{
    (void)err;
    if (strcmp(entity->name, "center") == 0)
        cr_expect_eq(strlen(hash), SHA256_HEX);
    ++*(int *)arg;
    return true;
}

Test(dpmf, a_visitor_sees_every_row_and_can_stop)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfVerdict v;
    Dpmf *d = dpmf_open(fixture(a, "odd/mini.dpm"), NULL, folder, NULL, &v, &err);
    cr_assert_not_null(d, "%s", err.text);
    int n = 0;
    cr_expect(dpmf_read(d, &(DpmfVisitor){.row = count_row, .entity_end = keep_hash, .arg = &n}, &v, &err));
    cr_expect_eq(n, 12 + 8, "%d", n);
    cr_expect_not(dpmf_read(d, &(DpmfVisitor){.row = stop}, &v, &err));
    cr_expect_eq(v, DPMF_ACCEPT);
    cr_expect_str_eq(err.text, "enough");
    dpmf_close(d);
    arena_free(a);
}

Test(dpmf, a_file_that_changes_meanwhile_is_not_accepted)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfVerdict v;
    Str bytes;
    const char *path = file_join(a, folder, "copy.dpm");
    cr_assert(file_read(a, fixture(a, "odd/mini.dpm"), 1 << 20, &bytes, &err));
    cr_assert(file_write(path, bytes, 0600, &err));
    Dpmf *d = dpmf_open(path, NULL, folder, NULL, &v, &err);
    cr_assert_not_null(d);
    cr_assert(file_write(path, bytes, 0600, &err));
    cr_expect_not(dpmf_read(d, &(DpmfVisitor){0}, &v, &err));
    cr_expect_eq(v, DPMF_IO);
    dpmf_close(d);
    arena_free(a);
}

// ---- Plaintext ----------------------------------------------------------------------------------------

Test(dpmf, a_file_cut_while_it_is_read_was_changed_not_damaged)
{
    Arena *a = arena_new();
    Str bytes;
    Err err;
    DpmfVerdict verdict;
    const char *path = file_join(a, folder, "grows.dpm");
    cr_assert(file_read(a, fixture(a, "odd/mini.dpm"), 1 << 20, &bytes, &err), "%s", err.text);
    cr_assert(file_write(path, bytes, 0600, &err), "%s", err.text);
    Dpmf *d = dpmf_open(path, NULL, folder, NULL, &verdict, &err);
    cr_assert_not_null(d, "%s", err.text);
    cr_assert_eq(truncate(path, 2048), 0);
    const DpmfVisitor nobody = {0};
    cr_expect_not(dpmf_read(d, &nobody, &verdict, &err));
    cr_expect_eq(verdict, DPMF_IO);
    cr_expect(strstr(err.text, "changed while it was being read"), "%s", err.text);
    dpmf_close(d);
    arena_free(a);
}

Test(dpmf, leftovers_of_a_killed_process_go)
{
    Arena *a = arena_new();
    Err err = {0};
    const char *dead = file_join(a, folder, "mudanza-plain-dead"), *other = file_join(a, folder, "other");
    cr_assert(file_write(dead, STR("x"), 0600, &err) && file_write(other, STR("x"), 0600, &err));
    int fd = plain_make(folder, &err);
    cr_assert_geq(fd, 0, "%s", err.text);
    close(fd);
    cr_expect_not(file_exists(dead));
    cr_expect(file_exists(other));
    const char *own = arena_text(a, "%s/mudanza-%u", folder, (unsigned)geteuid());
    cr_assert_eq(mkdir(own, 0700), 0);
    cr_assert(file_write(file_join(a, own, "mudanza-plain-dead"), STR("x"), 0600, &err));
    dpmf_remove_leftovers(folder);
    cr_expect_not(file_exists(own));
    arena_free(a);
}

Test(dpmf, plaintext_has_no_name_and_can_get_none)
{
    Err err = {0};
    int fd = plain_make(folder, &err);
    struct stat st;
    cr_assert_geq(fd, 0, "%s", err.text);
    cr_assert_eq(fstat(fd, &st), 0);
    cr_expect_eq(st.st_nlink, 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    char self[40], path[sizeof folder + 8];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    snprintf(path, sizeof path, "%s/named", folder);
    cr_expect_neq(linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW), 0);
    close(fd);
    cr_expect_lt(plain_make("/proc", &err), 0);
    cr_expect(*err.hint);
}

Test(dpmf, plaintext_is_written_whole_and_in_order)
{
    Err err = {0};
    int fd = plain_make(folder, &err);
    PlainWriter *w = plain_writer_new(fd);
    char piece[5000], back[5000];
    for (int i = 0; i < 1000; i++) {
        memset(piece, i % 251, sizeof piece);
        cr_assert(plain_write(w, (Str){piece, sizeof piece}, &err), "%s", err.text);
    }
    cr_assert(plain_finish(w, &err), "%s", err.text);
    plain_writer_free(w);
    for (int i = 0; i < 1000; i++) {
        memset(piece, i % 251, sizeof piece);
        cr_assert(dpmf_pread(fd, back, sizeof back, i * (int64_t)sizeof back));
        cr_assert_eq(memcmp(piece, back, sizeof piece), 0, "piece %d", i);
    }
    cr_expect_not(dpmf_pread(fd, back, 1, 1000 * (int64_t)sizeof back), "and nothing behind it");
    close(fd);
}

Test(dpmf, a_full_disk_is_told_whenever_it_shows)
{
    Err err = {0};
    int fd = open("/dev/full", O_WRONLY);
    PlainWriter *w = plain_writer_new(fd);
    bool ok = true;
    for (int i = 0; ok && i < 100; i++)
        ok = plain_write(w, (Str){(char[DPMF_PIECE]){0}, DPMF_PIECE}, &err);
    cr_expect_not(ok);
    cr_expect_eq(err.kind, ERR_INTERNAL, "the disk is not the source");
    cr_expect(*err.hint);
    cr_expect_not(plain_finish(w, &err));
    plain_writer_free(w);
    close(fd);
}

Test(dpmf, a_shared_temporary_folder_will_do)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfSummary s;
    cr_assert_eq(chmod(folder, 0755), 0);
    cr_assert(dpmf_verify_file(fixture(a, "odd/mini.dpm.zst"), NULL, folder, NULL, &s, a, &err), "%s",
              err.text);
    cr_expect_eq(s.verdict, DPMF_ACCEPT);
    cr_expect_eq(files_in_folder(a), 0);
    arena_free(a);
}
