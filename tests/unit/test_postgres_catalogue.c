#include <criterion/criterion.h>
#include <string.h>

#include "target/target_postgres.h"
#include "tests/unit/postgres_place.h"

static const char shapes[] =
    "CREATE DOMAIN code AS varchar(5) NOT NULL CHECK (value <> 'x'); CREATE DOMAIN short_code AS code DEFAULT 'q';"
    "CREATE TYPE mood AS ENUM ('sad', 'so \"so\"', 'happy');"
    "CREATE SCHEMA other; CREATE TABLE other.pairs (a text, b text, PRIMARY KEY (a, b));"
    "CREATE TABLE other.things (id int PRIMARY KEY);"
    "CREATE TABLE shapes (id uuid PRIMARY KEY, title varchar(30) NOT NULL DEFAULT '', active boolean, seats bigint,"
    " gone text, few smallint, n integer, price numeric(10,2), tens numeric(5,-2), loose numeric, weight double precision,"
    " born date, seen timestamptz, local timestamp, extra jsonb, plain json, notes text, parent uuid REFERENCES shapes,"
    " thing int REFERENCES other.things DEFERRABLE, a text, b text, tags text[], bytes bytea, mood mood,"
    " code short_code, fixed char(3), number int GENERATED ALWAYS AS IDENTITY, more int GENERATED ALWAYS AS (n + 1) STORED,"
    " FOREIGN KEY (b, a) REFERENCES other.pairs (b, a), CONSTRAINT one_title UNIQUE NULLS NOT DISTINCT (title, few));"
    "ALTER TABLE shapes DROP COLUMN gone;"
    "CREATE UNIQUE INDEX low ON shapes (lower(title)); CREATE UNIQUE INDEX partial ON shapes (seats) WHERE active;"
    "CREATE UNIQUE INDEX lean ON shapes (n) INCLUDE (notes);";

static const struct {
    const char *name;
    ColumnKind kind;
    int length, precision, scale;
    const char *refused;
} want[] = {
    {"id", COLUMN_UUID, 0, 0, 0, NULL},        {"title", COLUMN_TEXT, 30, 0, 0, NULL},
    {"active", COLUMN_BOOL, 0, 0, 0, NULL},    {"seats", COLUMN_INT, 8, 0, 0, NULL},
    {"few", COLUMN_INT, 2, 0, 0, NULL},        {"n", COLUMN_INT, 4, 0, 0, NULL},
    {"price", COLUMN_DECIMAL, 0, 10, 2, NULL}, {"tens", COLUMN_DECIMAL, 0, 5, -2, "numeric(5,-2)"},
    {"loose", COLUMN_DOUBLE, 0, 0, 0, NULL},   {"weight", COLUMN_DOUBLE, 0, 0, 0, NULL},
    {"born", COLUMN_DATE, 0, 0, 0, NULL},      {"seen", COLUMN_INSTANT, 0, 0, 0, NULL},
    {"local", COLUMN_INSTANT, 0, 0, 0, NULL},  {"extra", COLUMN_JSON, 0, 0, 0, NULL},
    {"plain", COLUMN_JSON, 0, 0, 0, NULL},     {"notes", COLUMN_TEXT, 0, 0, 0, NULL},
    {"tags", COLUMN_TEXT, 0, 0, 0, "text[]"},  {"bytes", COLUMN_TEXT, 0, 0, 0, "bytea"},
    {"mood", COLUMN_TEXT, 0, 0, 0, NULL},      {"code", COLUMN_TEXT, 5, 0, 0, NULL},
    {"fixed", COLUMN_TEXT, 3, 0, 0, NULL},     {"number", COLUMN_INT, 4, 0, 0, NULL},
};

Test(postgres_catalogue, it_tells_kinds_lengths_and_what_cannot_be_written)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const Column *c = postgres_place_column(&p, "shapes", want[i].name);
        cr_expect_eq(c->kind, want[i].kind, "%s", c->name);
        cr_expect_eq(c->length, want[i].length, "%s", c->name);
        cr_expect_eq(c->precision, want[i].precision, "%s", c->name);
        cr_expect_eq(c->scale, want[i].scale, "%s", c->name);
        cr_expect_str_eq(c->refused ? c->refused : "", want[i].refused ? want[i].refused : "", "%s", c->name);
    }
}

Test(postgres_catalogue, it_tells_what_fills_a_column_that_is_not_given)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    const Column *id = postgres_place_column(&p, "shapes", "id"), *title = postgres_place_column(&p, "shapes", "title"),
                 *code = postgres_place_column(&p, "shapes", "code"), *number = postgres_place_column(&p, "shapes", "number"),
                 *more = postgres_place_column(&p, "shapes", "more"), *mood = postgres_place_column(&p, "shapes", "mood");
    const PgTable *live = (const PgTable *)postgres_place_table(&p, "shapes");
    cr_expect(id->primary_key && id->not_null && !id->has_default);
    cr_expect(!title->primary_key && title->not_null && title->has_default && !title->numbered);
    cr_expect(code->not_null && code->has_default); // both by its domains
    cr_expect(number->numbered && number->has_default && number->not_null);
    cr_expect(more->computed && more->has_default);
    cr_expect(!mood->not_null && mood->words && !mood->words[3]);
    cr_expect_str_eq(mood->words[1], "so \"so\"");
    cr_expect_str_eq(live->defaults[postgres_column(live, "title")], "''::character varying");
    cr_expect_null(live->defaults[postgres_column(live, "more")]);
    cr_expect_str_eq(live->types[postgres_column(live, "code")], "public.short_code");
    cr_expect(live->reads_back); // for a computed column
    cr_expect_eq(postgres_column(live, "gone"), SIZE_MAX);
}

static const PgUnique *unique(const PgTable *live, const char *name)
{
    for (size_t i = 0; i < live->n_uniques; i++)
        if (strcmp(live->uniques[i].name, name) == 0)
            return &live->uniques[i];
    cr_assert(false, "no unique key %s", name);
    return NULL;
}

static const PgForeignKey *foreign(const PgTable *live, const char *parent)
{
    for (size_t i = 0; i < live->n_foreign; i++)
        if (strcmp(live->foreign[i].table, parent) == 0)
            return &live->foreign[i];
    cr_assert(false, "no foreign key to %s", parent);
    return NULL;
}

Test(postgres_catalogue, keys_of_any_width)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    const PgTable *live = (const PgTable *)postgres_place_table(&p, "shapes");
    const PgUnique *title = unique(live, "one_title");
    const PgForeignKey *pair = foreign(live, "pairs"), *self = foreign(live, "shapes");
    cr_expect_eq(live->n_uniques, 5);
    cr_expect_eq(title->n, 2);
    cr_expect(title->nulls_equal && !title->deferrable);
    cr_expect_str_eq(live->table.columns[title->columns[1]].name, "few");
    cr_expect(unique(live, "low")->n == 0 && unique(live, "partial")->n == 0);
    cr_expect_eq(unique(live, "lean")->n, 1);
    cr_expect_not(unique(live, "shapes_pkey")->nulls_equal);
    cr_expect_eq(live->n_foreign, 3);
    cr_expect_eq(pair->n, 2);
    cr_expect_str_eq(pair->schema, "other");
    cr_expect_str_eq(live->table.columns[pair->columns[0]].name, pair->parents[0]);
    cr_expect(self->n == 1 && !self->deferrable && foreign(live, "things")->deferrable);
    cr_expect_str_eq(postgres_place_column(&p, "shapes", "parent")->refers, "shapes");
    cr_expect_str_eq(postgres_place_column(&p, "shapes", "thing")->refers, "other.things");
    cr_expect_null(postgres_place_column(&p, "shapes", "a")->refers);
}

Test(postgres_catalogue, tables_stand_in_public_unless_their_schema_is_named)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    Err err = {0};
    cr_expect_null(p.t->kind->table(p.t, "pairs", &err));
    cr_expect_eq(err.kind, ERR_NONE);
    const PgTable *live = (const PgTable *)postgres_place_table(&p, "other.pairs");
    cr_expect_str_eq(live->quoted, "\"other\".\"pairs\"");
    cr_expect_str_eq(live->table.name, "other.pairs");
    cr_expect_not(live->reads_back);
    postgres_place_run(&p, "CREATE VIEW seen AS SELECT 1 AS one; CREATE TABLE nothing ()");
    cr_expect_null(p.t->kind->table(p.t, "seen", &err));
    cr_expect_eq(postgres_place_table(&p, "nothing")->n, 0);
}

Test(postgres_catalogue, what_fires_when_a_row_is_written)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(
        "CREATE TABLE quiet (id int PRIMARY KEY); CREATE TABLE ruled (id int); CREATE TABLE secured (id int);"
        "CREATE RULE no AS ON INSERT TO ruled DO ALSO NOTHING; ALTER TABLE secured ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE secured FORCE ROW LEVEL SECURITY; CREATE TABLE triggered (id int REFERENCES quiet);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
        "CREATE TRIGGER g BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION f()");
    const PgTable *quiet = (const PgTable *)postgres_place_table(&p, "quiet");
    const PgTable *triggered = (const PgTable *)postgres_place_table(&p, "triggered");
    cr_expect(!quiet->user_triggers && !quiet->rules && !quiet->row_security && !quiet->reads_back);
    cr_expect(triggered->user_triggers && triggered->reads_back);
    cr_expect(((const PgTable *)postgres_place_table(&p, "ruled"))->rules);
    postgres_place_run(&p, "ALTER TABLE triggered DISABLE TRIGGER g; DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN;"
                           "GRANT SELECT ON secured TO clerk");
    postgres_place_again(&p);
    cr_expect_not(((const PgTable *)postgres_place_table(&p, "triggered"))->user_triggers);
    cr_expect_not(((const PgTable *)postgres_place_table(&p, "secured"))->row_security); // not for a superuser
    Err err = {0};
    Target *clerk = target_postgres.open(p.arena, arena_text(p.arena, "%s user=clerk", p.conninfo), NULL, true, &err);
    cr_assert(clerk, "%s", err.text);
    cr_expect(((const PgTable *)clerk->kind->table(clerk, "secured", &err))->row_security);
    clerk->kind->close(clerk);
}

static const char *hash(PostgresPlace *p)
{
    Err err = {0};
    char *out = arena_take(p->arena, 65);
    postgres_place_again(p);
    postgres_place_table(p, "other.pairs"), postgres_place_table(p, "shapes");
    cr_assert(p->t->kind->schema_hash(p->t, out, &err), "%s", err.text);
    return out;
}

Test(postgres_catalogue, the_schema_hash_is_over_all_that_matters)
{
    static const char *const changes[] = {
        "ALTER TABLE shapes ADD COLUMN late text", "ALTER TABLE shapes ALTER notes SET NOT NULL",
        "ALTER TABLE shapes ALTER notes SET DEFAULT 'x'", "ALTER TABLE shapes ALTER title TYPE varchar(31)",
        "ALTER TYPE mood ADD VALUE 'glad'", "ALTER TABLE shapes ADD CONSTRAINT positive CHECK (n > 0)",
        "ALTER DOMAIN code ADD CONSTRAINT no_y CHECK (value <> 'y')", "DROP INDEX partial",
        "CREATE UNIQUE INDEX again ON shapes (born)", "ALTER TABLE other.pairs ADD c int",
        "CREATE RULE no AS ON INSERT TO shapes DO ALSO NOTHING", "ALTER TABLE shapes DROP CONSTRAINT shapes_thing_fkey",
        "ALTER TABLE shapes ADD CONSTRAINT apart EXCLUDE (a WITH =)",
        "CREATE POLICY p ON shapes USING (n > 1)", "ALTER TABLE shapes ALTER number SET GENERATED BY DEFAULT",
    };
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    const char *before = hash(&p);
    cr_expect_str_eq(hash(&p), before);
    postgres_place_run(&p, "INSERT INTO other.things VALUES (1); CREATE INDEX slow ON shapes (notes); ANALYZE shapes");
    cr_expect_str_eq(hash(&p), before);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        postgres_place_run(&p, changes[i]);
        Err err = {0};
        bool same = true, other = false;
        cr_assert(p.t->kind->table_same(p.t, strstr(changes[i], "other.") ? "other.pairs" : "shapes", &same, &err), "%s", err.text);
        cr_assert(p.t->kind->table_same(p.t, "other.things", &other, &err), "%s", err.text);
        cr_expect(!same && other, "%s", changes[i]);
        const char *after = hash(&p);
        cr_expect_str_neq(after, before, "%s", changes[i]);
        before = after;
    }
}
