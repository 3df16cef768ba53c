// Rows that PostgreSQL refuses, wherever they stand in a batch: exactly these, with the reason, in each way of
// writing.
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/target_place.h"

static const char schema[] =
    "CREATE TYPE mood AS ENUM ('good', 'bad');"
    "CREATE TABLE rooms (id uuid PRIMARY KEY, floor integer NOT NULL, door integer NOT NULL, UNIQUE (floor, door));"
    "INSERT INTO rooms VALUES ('00000000-0000-4000-8000-0000000000aa', 1, 1);"
    "CREATE TABLE guests (id uuid PRIMARY KEY, name varchar(20) NOT NULL, email text UNIQUE, age smallint"
    " CONSTRAINT grown CHECK (age >= 18), mood mood, paid numeric(6,2), born date, room uuid REFERENCES rooms (id),"
    " floor integer, door integer, FOREIGN KEY (floor, door) REFERENCES rooms (floor, door), host uuid REFERENCES guests"
    " (id) DEFERRABLE, nick text);"
    "CREATE UNIQUE INDEX one_nick ON guests (lower(nick));"
    "CREATE TABLE bags (id uuid PRIMARY KEY, guest uuid NOT NULL REFERENCES guests (id), kilos integer);"
    "INSERT INTO guests (id, name, email) VALUES ('00000000-0000-4000-8000-0000000000bb', 'Here before', 'taken@example.org');"
    "CREATE FUNCTION dislikes() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF new.name LIKE 'Disliked%' THEN"
    " RAISE EXCEPTION 'not %', new.name; END IF; RETURN new; END$$;"
    "CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF EXISTS (SELECT FROM added a WHERE"
    " a.name LIKE 'Too much%') THEN RAISE EXCEPTION 'too much'; END IF; RETURN NULL; END$$;";
static const char triggers[] =
    "CREATE TRIGGER dislikes BEFORE INSERT OR UPDATE ON guests FOR EACH ROW EXECUTE FUNCTION dislikes();"
    "CREATE TRIGGER counts AFTER INSERT ON guests REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
    " EXECUTE FUNCTION counts();";

enum { ID, NAME, EMAIL, AGE, MOOD, PAID, BORN, ROOM, FLOOR, DOOR, HOST, NICK, COLUMNS };
static const char *const guest_columns[] = {"id",   "name", "email", "age",  "mood", "paid",
                                            "born", "room", "floor", "door", "host", "nick"};
static const char *const bag_columns[] = {"id", "guest", "kilos"};
static const WritePart parts[] = {{"guest", "guests", guest_columns, COLUMNS, 0, NULL},
                                  {"guest.bag", "bags", bag_columns, 3, 0, NULL}};

typedef struct {
    WriteItem item;
    WriteRow rows[2];
    Str guest[COLUMNS], bag[3];
} Guest;

static Guest *guests(Arena *a, int first, int n)
{
    static const int both[] = {0, 1};
    Guest *all = arena_many(a, Guest, (size_t)n);
    for (int i = 0; i < n; i++) {
        Guest *g = &all[i];
        int number = first + i;
        g->guest[ID] = str_of(arena_text(a, "00000000-0000-4000-8000-%012d", number));
        g->guest[NAME] = str_of(arena_text(a, "Guest %d", number));
        g->guest[EMAIL] = str_of(arena_text(a, "g%d@example.org", number));
        g->guest[AGE] = STR("42");
        g->guest[MOOD] = STR("good");
        g->guest[PAID] = STR("10.50");
        g->guest[BORN] = STR("1980-02-29");
        g->guest[ROOM] = STR("00000000-0000-4000-8000-0000000000aa");
        g->guest[FLOOR] = g->guest[DOOR] = STR("1");
        g->bag[0] = str_of(arena_text(a, "00000000-0000-4000-9000-%012d", number));
        g->bag[1] = g->guest[ID];
        g->bag[2] = STR("7");
        g->rows[0].values = g->guest;
        g->rows[1].values = g->bag;
        g->item = (WriteItem){.key = str_of(arena_text(a, "k%08d", number)), .hash = STR("h"), .rows = g->rows,
                              .parts = both, .n_rows = 2};
    }
    return all;
}

static void write_guests(Place *p, Guest *all, int n, bool last)
{
    Err err = {0};
    WriteItem *items = arena_many(p->arena, WriteItem, (size_t)n);
    for (int i = 0; i < n; i++)
        items[i] = all[i].item;
    WriteBatch batch = {.step = "guest/insert", .entity = "guest", .parts = parts, .n_parts = 2, .items = items,
                        .n = (size_t)n, .last_key = items[n - 1].key.at, .last = last, .fingerprint = "print"};
    cr_assert(p->t->kind->write(p->t, &batch, &err), "%s", err.text);
    for (int i = 0; i < n; i++) {
        all[i].item.outcome = items[i].outcome;
        all[i].item.code = items[i].code;
        all[i].item.detail = items[i].detail;
    }
}

typedef struct {
    const char *what;
    int column; // COLUMNS and more: of the bag
    const char *value, *code, *words;
} Bad;

static const Bad bad_rows[] = {
    {"NULL", NAME, NULL, "target.not_null", "guests.name"},
    {"taken", EMAIL, "taken@example.org", "target.unique",
     "guests.email (guests_email_key): row 00000000-0000-4000-8000-0000000000bb has it"},
    {"nobody's", EMAIL, "g1@example.org", "target.unique",
     "guests.email (guests_email_key): row 00000000-0000-4000-8000-000000000001 has it"},
    {"id", ID, "00000000-0000-4000-8000-0000000000bb", "target.unique", "guests.id (guests_pkey)"},
    {"room", ROOM, "00000000-0000-4000-8000-0000000000ff", "target.foreign_key", "guests.room -> rooms.id (guests_room_fkey)"},
    {"door", DOOR, "9", "target.foreign_key", "guests.floor, guests.door -> rooms.floor, rooms.door (guests_floor_door_fkey)"},
    {"host", HOST, "00000000-0000-4000-8000-0000000000ff", "target.foreign_key", "guests.host -> guests.id"},
    {"check", AGE, "17", "target.check", "guests (grown)"},
    {"enum", MOOD, "so so", "target.refused", "guests.mood (SQLSTATE 22P02)"},
    {"length", NAME, "A name of far more than twenty characters", "target.refused", "guests"},
    {"overflow", PAID, "10000.00", "target.refused", "guests"},
    {"range", AGE, "70000", "target.refused", "guests.age (SQLSTATE 22003)"},
    {"date", BORN, "2023-02-29", "target.refused", "guests.born (SQLSTATE 22008)"},
    {"UTF-8", NICK, "\xC3(", "target.refused", "guests.nick"},
    {"expression", NICK, "ONE", "target.unique", "guests (one_nick)"},
    {"part", COLUMNS + 1, "00000000-0000-4000-8000-0000000000ff", "target.foreign_key", "bags.guest -> guests.id"},
    {"part's type", COLUMNS + 2, "heavy", "target.refused", "bags.kilos (SQLSTATE 22P02)"},
    {"part's NULL", COLUMNS + 1, NULL, "target.not_null", "bags.guest"},
    {"BEFORE trigger", NAME, "Disliked", "target.refused", "guests: public.dislikes() (SQLSTATE P0001)"},
    {"AFTER trigger", NAME, "Too much", "target.refused", "guests: public.counts() (SQLSTATE P0001)"},
};

static void spoil(Arena *a, Guest *g, const Bad *bad)
{
    Str value = bad->value ? str_of(arena_text(a, "%s", bad->value)) : (Str){NULL, 0};
    if (bad->column < COLUMNS)
        g->guest[bad->column] = value;
    else
        g->bag[bad->column - COLUMNS] = value;
    if (bad->column == ID)
        g->bag[1] = value;
}

static void expect_refused(const Guest *g, const Bad *bad, const char *where)
{
    cr_expect_eq(g->item.outcome, ROW_REJECTED, "%s %s", bad->what, where);
    if (g->item.outcome != ROW_REJECTED)
        return;
    cr_expect_str_eq(g->item.code, bad->code, "%s %s: %s", bad->what, where, g->item.code);
    cr_expect(strstr(g->item.detail, bad->words), "%s %s: %s", bad->what, where, g->item.detail);
    cr_expect(!strstr(g->item.detail, "example") && !strstr(g->item.detail, "Disliked"), "%s", g->item.detail);
}

enum { BATCH = 9 };

// A batch with the bad row at one place: nothing of it is there, and its neighbours are.
static void try_place(const Bad *bad, int place, bool with_triggers)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    if (with_triggers)
        place_run(&p, triggers);
    Guest *before = guests(p.arena, 1, 1);
    before[0].guest[NICK] = STR("one");
    write_guests(&p, before, 1, false);
    cr_assert_eq(before[0].item.outcome, ROW_NEW);
    Guest *all = guests(p.arena, 2, BATCH);
    spoil(p.arena, &all[place], bad);
    write_guests(&p, all, BATCH, true);
    for (int i = 0; i < BATCH; i++)
        if (i == place)
            expect_refused(&all[i], bad, arena_text(p.arena, "at %d", place));
        else
            cr_expect_eq(all[i].item.outcome, ROW_NEW, "%s at %d: %d %s", bad->what, place, i, all[i].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 2 + BATCH - 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM bags"), 1 + BATCH - 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings m JOIN guests g ON g.id = m.id::uuid"
                               " WHERE m.written_hash IS NOT NULL"), BATCH);
    cr_expect_eq(place_int(&p, "SELECT sum(cardinality(ids)) FROM mudanza_journal"), BATCH);
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(key || code) FROM mudanza_warnings"),
                     arena_text(p.arena, "%s%s", all[place].item.key.at, bad->code));
}

static void try_places(size_t from, size_t to)
{
    static const int places[] = {0, BATCH / 2, BATCH - 1};
    for (size_t b = from; b < to; b++)
        for (size_t i = 0; i < ARRAY_LEN(places); i++)
            try_place(&bad_rows[b], places[i], strstr(bad_rows[b].what, "trigger") != NULL);
}

Test(postgres_refusals, one_bad_row_of_a_kind)
{
    try_places(0, ARRAY_LEN(bad_rows) / 2);
}

Test(postgres_refusals, one_bad_row_of_another_kind)
{
    try_places(ARRAY_LEN(bad_rows) / 2, ARRAY_LEN(bad_rows));
}

Test(postgres_refusals, a_nul_is_refused_before_it_is_sent)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Guest *all = guests(p.arena, 1, 3);
    all[1].guest[NICK] = STR("a\0b");
    write_guests(&p, all, 3, true);
    cr_expect_eq(all[1].item.outcome, ROW_REJECTED);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 3);
}

// All kinds at once, first, last and in the middle, with the triggers that make the server slow to tell.
Test(postgres_refusals, all_kinds_at_once)
{
    enum { N = 300 };
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    place_run(&p, triggers);
    Guest *before = guests(p.arena, 1, 1);
    before[0].guest[NICK] = STR("one");
    write_guests(&p, before, 1, false);
    for (int round = 0; round < 3; round++) {
        Guest *all = guests(p.arena, 1000 * (round + 1), N);
        const Bad *of[N] = {0};
        for (size_t b = 0; b < ARRAY_LEN(bad_rows); b++) {
            size_t place = b * (N - 1) / (ARRAY_LEN(bad_rows) - 1);
            of[place] = &bad_rows[b];
            spoil(p.arena, &all[place], of[place]);
        }
        write_guests(&p, all, N, round == 2);
        for (int i = 0; i < N; i++)
            if (of[i])
                expect_refused(&all[i], of[i], "among others");
            else
                cr_expect_eq(all[i].item.outcome, ROW_NEW, "%d: %s", i, all[i].item.detail);
    }
    int64_t good = 1 + 3 * (N - (int64_t)ARRAY_LEN(bad_rows));
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), good + 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM bags"), good);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), good);
}

// Of two rows that cannot be there together the first wins; who hangs on a refused row goes with it.
Test(postgres_refusals, rows_of_one_batch_are_judged_in_their_order)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Guest *all = guests(p.arena, 1, 8);
    all[0].guest[ROOM] = STR("00000000-0000-4000-8000-0000000000ff"); // refused
    all[1].guest[HOST] = all[0].guest[ID];                            // with it
    all[2].guest[EMAIL] = all[1].guest[EMAIL];                        // free again
    all[3].guest[EMAIL] = all[2].guest[EMAIL];                        // taken
    all[4].guest[ID] = all[3].guest[ID];                              // free again
    all[4].bag[1] = all[3].guest[ID];
    all[5].guest[HOST] = all[7].guest[ID]; // comes later
    all[6].guest[HOST] = all[3].guest[ID]; // the fifth has that id
    write_guests(&p, all, 8, true);
    static const bool refused[] = {true, true, false, true, false, false, false, false};
    for (int i = 0; i < 8; i++)
        cr_expect_eq(all[i].item.outcome == ROW_REJECTED, refused[i], "%d: %s", i, all[i].item.detail);
    cr_expect(strstr(all[3].item.detail, "row 00000000-0000-4000-8000-000000000003 has it"), "%s", all[3].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 6);
}

// A newer version that is refused leaves the one that is there, and its neighbours change.
Test(postgres_refusals, changed_rows_are_judged_like_new_ones)
{
    enum { N = 120 };
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Guest *all = guests(p.arena, 1, N);
    all[0].guest[NICK] = STR("one");
    write_guests(&p, all, N, true);
    place_run(&p, "DELETE FROM bags WHERE guest IN (SELECT id FROM guests WHERE name = 'Guest 60')");
    place_run(&p, triggers);
    place_again(&p, 0);
    all = guests(p.arena, 1, N);
    all[0].guest[NICK] = STR("one");
    const Bad *of[N] = {0};
    for (int i = 0; i < N; i++) {
        all[i].item.hash = STR("other");
        all[i].guest[PAID] = STR("11.00");
    }
    all[59].item.hash = STR("h"); // somebody took its bag, but it is the same as ever
    for (size_t b = 0; b < ARRAY_LEN(bad_rows); b++) {
        const Bad *bad = &bad_rows[b];
        // An id that changes makes another row; the trigger after inserting does not see updates.
        if (bad->column == ID || strcmp(bad->what, "AFTER trigger") == 0)
            continue;
        of[5 + 5 * b] = bad;
        spoil(p.arena, &all[5 + 5 * b], bad);
    }
    write_guests(&p, all, N, true);
    int64_t good = 0;
    for (int i = 0; i < N; i++)
        if (of[i]) {
            expect_refused(&all[i], of[i], "changed");
        } else {
            cr_expect_eq(all[i].item.outcome, i == 59 ? ROW_UNCHANGED : ROW_UPDATED, "%d: %s", i, all[i].item.detail);
            good += i != 59;
        }
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests WHERE paid = 11.00"), good);
    cr_expect_eq(place_int(&p, "SELECT sum(cardinality(ids)) FROM mudanza_journal WHERE operation = 'update'"), 2 * good);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_mapping_images"), good);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings WHERE source_hash = 'other'::bytea"), good);
}

// Batches of a rehearsal find the same, and leave nothing.
Test(postgres_refusals, a_rehearsal_refuses_the_same_rows)
{
    enum { N = 40 };
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Err err = {0};
    place_run(&p, triggers);
    cr_assert(p.kind->rehearse(p.t, &err), "%s", err.text);
    for (int round = 0; round < 3; round++) {
        Guest *all = guests(p.arena, 1 + N * round, N);
        const Bad *first = &bad_rows[round + 4], *last = &bad_rows[ARRAY_LEN(bad_rows) - 1 - (size_t)round];
        spoil(p.arena, &all[0], first);
        spoil(p.arena, &all[N - 1], last);
        write_guests(&p, all, N, round == 2);
        for (int i = 1; i < N - 1; i++)
            cr_expect_eq(all[i].item.outcome, ROW_NEW, "%d: %s", i, all[i].item.detail);
        expect_refused(&all[0], first, "rehearsed");
        expect_refused(&all[N - 1], last, "rehearsed");
    }
    place_again(&p, 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), 0);
}

// A parent in another group than its child: both are written.
Test(postgres_refusals, a_parent_may_come_later_also_when_groups_are_cut)
{
    enum { N = 600 };
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    place_run(&p, triggers);
    Guest *all = guests(p.arena, 1, N);
    all[3].guest[HOST] = all[5].guest[ID];
    all[5].guest[HOST] = all[N - 2].guest[ID];
    all[100].guest[NAME] = STR("Too much");
    all[7].guest[HOST] = all[100].guest[ID];
    write_guests(&p, all, N, true);
    for (int i = 0; i < N; i++)
        cr_expect_eq(all[i].item.outcome, i == 7 || i == 100 ? ROW_REJECTED : ROW_NEW, "%d: %s", i, all[i].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM bags"), N - 2);
}

Test(postgres_refusals, a_row_that_a_trigger_swallows_is_refused)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    place_run(&p, "CREATE FUNCTION swallows() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF new.kilos = 13 THEN"
                  " RETURN NULL; END IF; RETURN new; END$$; CREATE TRIGGER swallows BEFORE INSERT ON bags FOR EACH ROW"
                  " EXECUTE FUNCTION swallows();");
    Guest *all = guests(p.arena, 1, 9);
    all[0].bag[2] = all[8].bag[2] = STR("13");
    all[4].guest[AGE] = STR("1");
    write_guests(&p, all, 9, true);
    for (int i = 0; i < 9; i++)
        cr_expect_eq(all[i].item.outcome, i % 4 ? ROW_NEW : ROW_REJECTED, "%d: %s", i, all[i].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 1 + 6);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza.batches"), 1);
}

Test(postgres_refusals, a_table_with_row_security)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    const char *role = arena_text(p.arena, "app%d", (int)getpid());
    place_run(&p, arena_text(p.arena,
                             "CREATE ROLE %s LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO %s;"
                             "ALTER TABLE guests ENABLE ROW LEVEL SECURITY;"
                             "CREATE POLICY grown ON guests USING (true) WITH CHECK (age < 100);"
                             "GRANT ALL ON SCHEMA mudanza TO %s; GRANT ALL ON ALL TABLES IN SCHEMA mudanza TO %s;"
                             "GRANT ALL ON ALL SEQUENCES IN SCHEMA mudanza TO %s",
                             role, role, role, role, role));
    const char *owner = p.path;
    p.path = arena_text(p.arena, "%s user='%s'", p.path, role);
    place_again(&p, 0);
    Guest *all = guests(p.arena, 1, 9);
    all[4].guest[AGE] = STR("101");
    write_guests(&p, all, 9, true);
    p.path = owner;
    for (int i = 0; i < 9; i++)
        cr_expect_eq(all[i].item.outcome, i == 4 ? ROW_REJECTED : ROW_NEW, "%d", i);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests"), 9);
}

// What is changed on the server's side of a row is what counts as written.
Test(postgres_refusals, a_row_that_a_trigger_changes_is_no_conflict)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    place_run(&p, "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN new.name := upper(new.name);"
                  " RETURN new; END$$; CREATE TRIGGER louder BEFORE INSERT OR UPDATE ON guests FOR EACH ROW"
                  " EXECUTE FUNCTION louder();");
    write_guests(&p, guests(p.arena, 1, 3), 3, true);
    place_again(&p, 0);
    Guest *all = guests(p.arena, 1, 3);
    all[1].item.hash = STR("other");
    write_guests(&p, all, 3, true);
    cr_expect_eq(all[1].item.outcome, ROW_UPDATED, "%s", all[1].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM guests WHERE name LIKE 'GUEST%'"), 3);
}
