#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "db/lite.h"
#include "tests/unit/target_place.h"

static void expect_refusal(Place *p, const char *path, bool read_only, const char *words)
{
    Err err = {0};
    cr_expect_null(target_sqlite.open(p->arena, path, NULL, read_only, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, words), "%s", err.text);
    cr_expect(err.hint[0], "no hint: %s", err.text);
}

Test(target_open, what_is_no_database_is_told)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    const char *path = file_join(p.arena, p.folder, "letter.txt");
    expect_refusal(&p, path, false, "letter.txt");
    cr_assert(file_write(path, STR("Dear Sir or Madam, this is a letter and by no means a database. It is long enough, "
                                   "though, to be taken for the first page of one by somebody in a hurry."), 0600, &err));
    expect_refusal(&p, path, false, "not a database");
    expect_refusal(&p, path, true, "not a database");
}

Test(target_open, making_one_is_whole_or_not_at_all)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    const char *path = file_join(p.arena, p.folder, "made.db");
    cr_expect_not(target_sqlite_make(path, str_of(place_schema), STR("INSERT INTO nowhere VALUES (1)"), &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "nowhere"), "%s", err.text);
    for (char **name = file_list(p.arena, p.folder); *name; name++)
        cr_expect_not(strstr(*name, "made.db"), "%s is left over", *name);
    // What a killed run left beside is no obstacle.
    cr_assert(file_write(arena_text(p.arena, "%s.new", path), STR("half a file"), 0600, &err));
    cr_expect(target_sqlite_make(path, str_of(place_schema), STR("INSERT INTO people VALUES ('x', 'y', NULL, 1)"), &err) ==
              false); // refused by the schema's own check
    cr_assert(target_sqlite_make(path, str_of(place_schema), STR(""), &err), "%s", err.text);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_not(target_sqlite_make(path, str_of(place_schema), STR(""), &err));
}

Test(target_open, a_database_somebody_else_writes_is_told)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    AUTO(lite_close_at) Lite *other = lite_open(p.path, LITE_WRITE, ERR_INTERNAL, &err);
    cr_assert(other && lite_begin(other, &err));
    cr_expect_not(place_try(&p, place_items(&p, 1, 1, false), 1, false, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "locked") && err.hint[0], "%s", err.text);
    lite_rollback(other);
    place_write(&p, place_items(&p, 1, 1, false), 1, false);
}
