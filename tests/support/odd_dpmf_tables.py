"""Odd tables, entity names, _meta and _entities."""
from odd_dpmf import Case, SIX, TYPED, clinic, text

NOCASE = TYPED.replace("TEXT PRIMARY KEY", "TEXT COLLATE NOCASE PRIMARY KEY")
MIXED = TYPED.replace("payload", "Payload").replace("source_id", "SOURCE_ID")


def case(name, verdict, why, code="", **options):
    sql = options.pop("sql", "")
    return Case(name + ".dpm", verdict, why, lambda: clinic(sql, **options), code)


def schemas():
    refused, good = "reject:schema", "accept"
    for table in ("_meta", "_entities", "_files", "_warnings", "patient"):
        yield case(f"table_{table}_absent", refused, "a table is missing", late=f"DROP TABLE {table}")
        yield case(f"table_{table}_renamed", refused, "the table has another name",
                   late=f"ALTER TABLE {table} RENAME TO other{table}")
        yield case(f"table_{table}_view", refused, "a view where a table should be",
                   late=f"ALTER TABLE {table} RENAME TO old; CREATE VIEW {table} AS SELECT * FROM old")
        yield case(f"table_{table}_extra_column", good, "columns nobody asked for are passed over",
                   late=f"ALTER TABLE {table} ADD COLUMN extra TEXT")
        yield case(f"table_{table}_upper_case", good, "SQL names know no case",
                   late=f"ALTER TABLE {table} RENAME TO x; ALTER TABLE x RENAME TO {table.upper()}")
        yield case(f"table_{table}_generated", refused, "a generated column",
                   late=f"ALTER TABLE {table} ADD COLUMN extra TEXT AS ('x' || 1) VIRTUAL")
        yield case(f"table_{table}_trigger", good, "a trigger never runs while reading",
                   late=f"CREATE TRIGGER t AFTER INSERT ON {table} BEGIN DELETE FROM {table}; END")
    for table, column in (("_meta", "value"), ("_entities", "schema_version"), ("_files", "mime_hint"),
                          ("_warnings", "raw_data"), ("patient", "extracted_at"), ("patient", "payload")):
        yield case(f"column_{table}_{column}_absent", refused, "a column is missing",
                   late=f"ALTER TABLE {table} RENAME COLUMN {column} TO gone")
    yield case("columns_upper_case", good, "SQL names know no case", tables={
        "patient": f"CREATE TABLE patient ({MIXED})"})
    yield case("columns_other_order", good, "columns are read by name", late=
               "ALTER TABLE payment RENAME TO old; CREATE TABLE payment (extracted_at, payload,"
               " raw_source_data,"
               " source_system, source_id, canonical_uuid); INSERT INTO payment SELECT extracted_at, payload,"
               " raw_source_data, source_system, source_id, canonical_uuid FROM old; DROP TABLE old")
    yield case("keyless_unordered", good, "no key, no index, rows in no order", sql=
               "INSERT INTO patient VALUES ('Z', '9', 's', '{}', '{}', ''), ('0', '8', 's', '{}', '{}', '')",
               loose=("patient",))
    yield case("without_rowid", good, "WITHOUT ROWID", tables={
        "patient": f"CREATE TABLE patient ({TYPED}) WITHOUT ROWID"})
    yield case("without_rowid_other_key", good, "WITHOUT ROWID, keyed by another column", tables={
        "patient": f"CREATE TABLE patient ({SIX}, PRIMARY KEY (source_id)) WITHOUT ROWID"})
    yield case("strict", good, "STRICT", tables={"patient": f"CREATE TABLE patient ({TYPED}) STRICT"})
    yield case("column_rowid", good, "a column called rowid hides the real one", late=
               "ALTER TABLE patient ADD COLUMN rowid TEXT")
    yield case("column_rowid_keyless", good, "the same in a table that must be sorted", loose=("patient",),
               late=
               "ALTER TABLE patient ADD COLUMN rowid TEXT")
    yield case("key_descending", good, "an index in descending order", tables={
        "patient": f"CREATE TABLE patient ({SIX}, PRIMARY KEY (canonical_uuid DESC))"})
    yield case("key_nocase", "accept:warn",
               "NOCASE orders 'a' before 'B': a copy with BINARY keys orders otherwise",
               "dpmf.key_order",
               tables={"patient": f"CREATE TABLE patient ({NOCASE})"},
               sql="INSERT INTO patient VALUES ('B0', '9', 's', '{}', '{}', '')")
    yield case("key_nocase_same_order", good, "NOCASE where it makes no difference", tables={
        "patient": f"CREATE TABLE patient ({NOCASE})"})
    yield case("view_bomb", good, "a view that never ends, and nobody asks it", late=
               "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
               " SELECT i FROM n")
    yield case("analyzed", good, "sqlite_stat1 is SQLite's own", late="ANALYZE")
    yield case("extra_index", good, "an index more",
               late="CREATE INDEX i ON patient (source_system, source_id)")
    yield case("partial_index", good, "an index on a part", late=
               "CREATE INDEX i ON patient (canonical_uuid) WHERE source_id = '1'")
    yield case("unlisted_table", "accept:warn", "a table outside the list is neither hashed nor read",
               "dpmf.unlisted_table",
               late=f"CREATE TABLE budget ({SIX}); INSERT INTO budget VALUES (1,2,3,4,5,6)")
    yield case("unlisted_empty_table", good, "a table outside the list that holds nothing",
               late=f"CREATE TABLE budget ({SIX})")
    yield case("virtual_extra", "accept:warn", "full-text tables outside the list are not read",
               "dpmf.unlisted_table",
               late="CREATE VIRTUAL TABLE words USING fts5(a); INSERT INTO words VALUES ('x')")
    for kind in ("fts5(%s)" % SIX, "rtree(canonical_uuid, a, b)"):
        yield case("virtual_" + kind.split("(")[0], refused, "a virtual table where a table should be", late=
                   f"DROP TABLE patient; CREATE VIRTUAL TABLE patient USING {kind}")
    yield case("view_never_ends", refused, "a listed view that never ends", late=
               "DROP TABLE patient; CREATE VIEW patient AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
               " SELECT i + 1 FROM n) SELECT i AS canonical_uuid, i AS source_id, i AS source_system,"
               " i AS payload, i AS raw_source_data, i AS extracted_at FROM n")
    for table in ("patient", "_entities", "_files"):
        yield case(f"index_misses_a_row_{table}", "reject:sqlite",
                   "the key's index lacks a row, and the hash agrees with it",
                   sql="CREATE TABLE ghost (canonical_uuid TEXT PRIMARY KEY)",
                   late=INDEX_SWAP.replace("patient", table))
    yield case("unlisted_generated", refused, "a column whose computing takes all memory and time", late=
               "CREATE TABLE junk (a, b INT AS (0) VIRTUAL NOT NULL); INSERT INTO junk SELECT length(sql) FROM"
               " sqlite_schema; PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql,"
               f" '(0)', {text('(length(max(' + COSTLY + ')))')}) WHERE name = 'junk'")
    yield case("schema_garbage", "reject:sqlite", "the schema does not parse", late=
               "PRAGMA writable_schema=ON;"
               "UPDATE sqlite_schema SET sql = 'CREATE TABLE patient (' WHERE name = 'patient'")


COSTLY = ", ".join(f"replace(hex(zeroblob(8000000 + a + {i})), '0', 'a')" for i in range(20))

# The indexes of patient and of an empty table change places. Nothing is hashed but what the index shows.
INDEX_SWAP = """
PRAGMA writable_schema=ON;
UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN
 ('sqlite_autoindex_ghost_1', 'sqlite_autoindex_patient_1')) - rootpage
 WHERE name IN ('sqlite_autoindex_ghost_1', 'sqlite_autoindex_patient_1');
DELETE FROM _meta WHERE key = 'integrity_hash';
"""


def entity_names():
    for label, name in (("upper", "Budget"), ("underscore", "_budget"), ("sqlite", "sqlite_sequence"),
                        ("digit", "1budget"), ("dash", "budget-line"), ("quote", 'bud"get'),
                        ("apostrophe", "bud'get"),
                        ("blank", "bud get"), ("blank_before", " budget"), ("blank_behind", "budget "),
                        ("semicolon", "a;"), ("accent", "señal"), ("dotless", "ıdare"),
                        ("newline", "budget\n"),
                        ("nul", "budget\0"), ("empty", ""), ("letters_51", "p" * 51),
                        ("letters_300", "p" * 300),
                        ("meta", "_meta"), ("entities", "_entities"), ("files", "_files"),
                        ("point", "main.patient"),
                        ("fullwidth", "ｐ"), ("not_utf8", b"budget\xff")):
        yield case(f"type_{label}", "reject:schema", f"entity_type {name!r:.40}", late=
                   f"INSERT INTO _entities VALUES ({text(name)}, 0, '0.1.0')")
    for label, name in (("letters_50", "p" * 50), ("digits", "p2_3"), ("keyword", "select"),
                        ("one_letter", "p"),
                        ("table", "table"), ("rowid", "rowid")):
        yield case(f"type_{label}", "accept", "a plain name", sql=
                   f'CREATE TABLE "{name}" ({SIX}); INSERT INTO _entities VALUES (\'{name}\', 0, \'0.1.0\')')
    evil = 'patient" WHERE 0 UNION SELECT 1,2,3,4,5 --'
    yield case("type_injection_hash_ok", "reject:schema", "a name that is SQL", late=
               f"INSERT INTO _entities VALUES ({text(evil)}, 0, '0.1.0')")
    for label, value in (("null", "NULL"), ("integer", "5"), ("real", "2.5"), ("blob", "x'70'")):
        yield case(f"type_{label}", "reject:schema", "entity_type is no text", loose=("_entities",), late=
                   f"INSERT INTO _entities VALUES ({value}, 0, '0.1.0')")
    yield case("type_twice", "reject:schema", "a type listed twice", loose=("_entities",), late=
               "INSERT INTO _entities VALUES ('patient', 2, '0.1.0')")
    yield case("type_twice_by_case", "reject:schema", "a type listed twice, once in capitals", late=
               "INSERT INTO _entities VALUES ('PATIENT', 2, '0.1.0')")
    yield case("type_without_table", "reject:schema", "a listed type without its table", late=
               "INSERT INTO _entities VALUES ('budget', 0, '0.1.0')")
    yield case("type_is_index", "reject:schema", "a listed type that is an index", late=
               "CREATE INDEX budget ON patient (source_id);"
               "INSERT INTO _entities VALUES ('budget', 0, '0.1.0')")
    yield case("types_none", "accept", "an empty clinic", sql=
               "DELETE FROM _entities; DROP TABLE patient; CREATE TABLE patient (x); DROP TABLE payment;"
               "CREATE TABLE payment (x)", counts=False)
    many = lambda n: ";".join(f"CREATE TABLE t{i} ({SIX}); INSERT INTO _entities VALUES ('t{i}', 0, '0.1.0')"
                              for i in range(n - 2))
    yield case("types_1000", "accept", "a thousand types", sql=many(1000))
    yield case("types_1001", "reject:limit", "more types than any exporter knows", sql=many(1001))


def counts():
    put = lambda value: ("UPDATE _entities SET row_count = 1;"
                         f"UPDATE _entities SET row_count = {value} WHERE entity_type = 'patient'")
    for label, value in (("more", 1002), ("less", 1), ("one_more", 3), ("zero", 0), ("negative", -5),
                         ("huge", 2**62)):
        yield case(f"rowcount_{label}", "accept:warn", "row_count is not what is there",
                   "dpmf.rowcount_differs",
                   sql=put(value), counts=False, late="")
    for label, value in (("null", "NULL"), ("words", "'dos'"), ("empty", "''"), ("blob", "x'32'"),
                         ("fraction", 2.5)):
        yield case(f"rowcount_{label}", "reject:schema", "row_count is no whole number", sql=put(value),
                   counts=False,
                   loose=("_entities",))
    for label, value in (("text", "'2'"), ("real", "2.0")):
        yield case(f"rowcount_{label}", "accept:warn", "a whole number, but not as an integer",
                   "dpmf.rowcount_form",
                   sql=put(value), counts=False, loose=("_entities",))


def meta():
    put = lambda key, value: f"UPDATE _meta SET value = {value} WHERE key = '{key}'"
    version = lambda value: put("format_version", text(value))
    for label, value in (("0", "0"), ("0_1", "0.1"), ("00_5", "00.5"), ("0_9_3", "0.9.3"),
                         ("rc", "0.1.0-rc.1"),
                         ("zeros", "000000.1"), ("dot", "0."), ("text_behind", "0.x"),
                         ("blank_behind", "0.1.0 "),
                         ("plus_behind", "0.1+build")):
        yield case(f"version_{label}", "accept", f"{value!r}: what precedes the first dot is 0",
                   late=version(value))
    for label, value in (("blank", " 0.1"), ("plus", "+0.1"), ("underscore", "0_0.1"), ("blank_dot", "0 .1"),
                         ("tab", "\t0.1"), ("newline", "\n0.1")):
        yield case(f"version_{label}", "accept:warn", f"{value!r} is taken for 0, and told",
                   "dpmf.version_form",
                   late=version(value))
    for label, value in (("minus", "-1.0"), ("minus_0", "-0.1"), ("1", "1.0.0"), ("2", "2"), ("10", "10.1"),
                         ("01", "01.0"),
                         ("empty", ""), ("word", "abc"), ("v", "v0.1.0"), ("point", ".1"), ("hex", "0x0.1"),
                         ("exponent", "1e0.2"), ("digits_5000", "0" * 5000), ("ones_5000", "1" * 5000),
                         ("arabic", "٠.1"),
                         ("fullwidth", "０.1"), ("comma", "0,1"), ("underscores", "0__0.1"),
                         ("leading_underscore", "_0.1"),
                         ("trailing_underscore", "0_.1"), ("plus_plus", "++0.1"), ("plus_only", "+"),
                         ("blank_only", " "),
                         ("nul", "0\0.1"), ("nbsp", "\u00a00.1"), ("superscript", "⁰.1"),
                         ("inside_blank", "0 0.1")):
        yield case(f"version_bad_{label}", "reject:version", f"format_version {value!r:.30}",
                   late=version(value))
    gone = lambda key: f"DELETE FROM _meta WHERE key = '{key}'"
    yield case("version_absent", "reject:version", "no format_version", late=gone("format_version"))
    yield case("version_key_upper", "reject:version", "keys of _meta are case-sensitive", late=
               "UPDATE _meta SET key = 'Format_Version' WHERE key = 'format_version'")
    yield case("meta_empty", "reject:version", "_meta without rows", late="DELETE FROM _meta")
    loose = {"loose": ("_meta",)}
    yield case("version_null", "reject:version", "format_version is NULL", late=put("format_version", "NULL"),
               **loose)
    yield case("version_blob", "reject:version", "format_version is a BLOB",
               late=put("format_version", "x'302e31'"), **loose)
    for key in ("source_system", "source_adapter_version", "exporter_tool", "exporter_version", "exported_at",
                "tenant_label", "integrity_hash_algo"):
        yield case(f"meta_{key}_absent", "accept", "informs only", late=gone(key))
        yield case(f"meta_{key}_bad_utf8", "reject:schema", "_meta must be UTF-8",
                   late=put(key, text(b"cl\xed")))
    yield case("meta_key_bad_utf8", "reject:schema", "a key of _meta is not UTF-8", late=
               f"INSERT INTO _meta VALUES ({text(bytes([0xff]))}, 'x')")
    yield case("meta_extra_key", "accept", "other keys are passed over",
               late="INSERT INTO _meta VALUES ('x', 'y')")
    yield case("meta_null_value", "accept", "a key without value says nothing",
               late=put("tenant_label", "NULL"), **loose)
    yield case("meta_twice_agreeing", "accept", "twice the same",
               late="INSERT INTO _meta VALUES ('tenant_label', 'clínica')",
               **loose)
    yield case("meta_twice_other", "reject:schema", "twice, and not the same", late=
               "INSERT INTO _meta VALUES ('tenant_label', 'otra')", **loose)
    yield case("version_twice_other", "reject:version", "0.1.0 and then 7.0.0", late=
               "INSERT INTO _meta VALUES ('format_version', '7.0.0')", **loose)
    yield case("version_twice_first_bad", "reject:version", "7.0.0 and then 0.1.0", late=
               "UPDATE _meta SET value = '7.0.0' WHERE key = 'format_version';"
               "INSERT INTO _meta VALUES ('format_version', '0.1.0')", **loose)
    absent = ("accept:warn", "nothing to compare the content with", "dpmf.hash_absent")
    yield case("hash_absent", *absent, late=gone("integrity_hash"))
    yield case("hash_empty", *absent, late=put("integrity_hash", "''"))
    yield case("hash_null", *absent, late=put("integrity_hash", "NULL"), **loose)
    for label, value in (("pending", "'PENDING'"), ("upper", "upper(value)"), ("blank", "value || ' '"),
                         ("zeros", f"'{'0' * 64}'"),
                         ("cut", "substr(value, 1, 63)"), ("prefix", "'sha256:' || value"),
                         ("newline", "value || char(10)"),
                         ("nul", "value || char(0)"),
                         ("nul_between", "substr(value, 1, 32) || char(0) || substr(value, 33)"),
                         ("only_blank", "' '")):
        yield case(f"hash_{label}", "reject:hash", "compared exactly, letter by letter",
                   late=put("integrity_hash", value))
    yield case("hash_blob", "reject:hash", "a BLOB equals no text",
               late=put("integrity_hash", "CAST(value AS BLOB)"), **loose)
    for table, column in (("patient", "payload"), ("patient", "source_id"), ("patient", "raw_source_data"),
                          ("_entities", "schema_version"), ("_files", "relative_path"),
                          ("_warnings", "message")):
        yield case(f"hash_{table}_{column}_changed", "reject:hash", "changed after hashing", late=
                   f"UPDATE {table} SET {column} = {column} || ' '")
    for column in ("extracted_at",):
        yield case(f"hash_{column}_changed", "accept", "outside the hash",
                   late=f"UPDATE patient SET {column} = 'x'")


def cases():
    return [*schemas(), *entity_names(), *counts(), *meta()]
