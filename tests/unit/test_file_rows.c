#include <criterion/criterion.h>

#include "cache/file_rows.h"
#include "tests/support/small_cache.h"
#include "tests/support/temp_folder.h"

static const char lines[] =
    "INSERT INTO _files VALUES"
    "('b', 'patient_document', 'p', '../../etc/passwd', '12', "
    "' AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ', 'image/png'),"
    "('a', 'patient_document', 'p', CAST(x'610062ff' AS TEXT), '-4', 'nonsense', NULL),"
    "('b', 'consent', 'q', 'x', '1', NULL, NULL),"
    "(NULL, 'consent', 'q', 'x', '99999999999999999999', NULL, NULL),"
    "('c', 'consent', 'q', 'x', '', '', NULL)";

Test(file_rows, come_by_key_as_they_can_be_kept)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *folder = temp_folder(a);
    static const char *const payloads[] = {"{}", NULL};
    small_cache(a, folder, payloads);
    Err err = {0};
    Cache *cache = cache_open(folder, true, &err);
    cr_assert(cache && lite_exec(cache_db(cache), lines, &err), "%s", err.text);
    static const struct {
        const char *key;
        FileRowState state;
        int64_t size;
        bool sha, bad;
    } wanted[] = {{"", FILE_ROW_NO_KEY, -1, false, false},
                  {"a", FILE_ROW_GOOD, -1, false, true},
                  {"b", FILE_ROW_GOOD, 12, true, false},
                  {"b", FILE_ROW_TWICE, 1, false, false},
                  {"c", FILE_ROW_GOOD, -1, false, false}};
    FileRows *rows = file_rows_open(cache, "", &err);
    FileRow row;
    bool end;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        cr_assert(file_rows_next(rows, &row, &end, &err) && !end, "%s", err.text);
        cr_assert(str_is(row.key, wanted[i].key), "line %zu", i);
        cr_assert_eq(row.state, wanted[i].state, "line %zu", i);
        cr_assert_eq(row.size, wanted[i].size, "line %zu", i);
        cr_assert_eq(row.sha256.at != NULL, wanted[i].sha, "line %zu", i);
        cr_assert_eq(row.bad_sha, wanted[i].bad, "line %zu", i);
        if (i == 1)
            cr_assert(str_is(row.path, "a\xef\xbf\xbd" "b\xef\xbf\xbd"));
        if (i == 2)
            cr_assert(row.sha256.at[0] == 'a' && row.sha256.len == SHA256_HEX);
    }
    cr_assert(file_rows_next(rows, &row, &end, &err) && end);
    cr_assert(file_rows_next(rows, &row, &end, &err) && end);
    file_rows_close(rows);
    FileRowsSum sum;
    cr_assert(file_rows_sum(cache, &sum, &err));
    cr_assert_eq(sum.rows, 5);
    cr_assert_eq(sum.good, 3);
    rows = file_rows_open(cache, "b", &err);
    cr_assert(file_rows_next(rows, &row, &end, &err) && !end && str_is(row.key, "c"));
    file_rows_close(rows);
    cache_close(cache);
}
