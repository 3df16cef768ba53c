"""Odd values in rows: entities, _files and _warnings."""
from odd_dpmf import Case, SIX, TYPED, clinic, text


def case(name, verdict, why, code="", **options):
    sql = options.pop("sql", "")
    return Case(name + ".dpm", verdict, why, lambda: clinic(sql, **options), code)


def row(key="'k9'", source="'9'", system="'gesden'", payload="'{}'", raw="'{}'", at="'2026-11-01'"):
    """SQL that adds a patient with these SQL values."""
    return f"INSERT INTO patient ({SIX}) VALUES ({key}, {source}, {system}, {payload}, {raw}, {at});"


def nested(n, opening='{"a":', end="1", closing="}"):
    return opening * n + end + closing * n


GOOD_JSON = (
    ("empty_object", "{}"), ("spaces", ' \t\r\n{ "a" : 1 } \n'), ("duplicate_keys", '{"a":1,"a":2}'),
    ("nested_100", nested(100)), ("nested_500", nested(500)),
             ("lists_400", '{"a":' + "[" * 400 + "]" * 400 + "}"),
    ("big_integer", '{"a":123456789012345678901234567890}'), ("1e400", '{"a":1e400,"b":-1E+400}'),
    ("long_number", '{"a":0.1234567890123456789012345678901234567890}'), ("minus_zero", '{"a":-0,"b":-0.0}'),
    ("nul_escape", '{"a":"x\\u0000y"}'), ("nul_escape_key", '{"a\\u0000":1}'),
             ("lone_surrogate", '{"a":"\\ud800"}'),
    ("low_surrogate", '{"a":"\\udc00x"}'), ("pair", '{"a":"\\ud83e\\uddb7"}'), ("emoji", '{"a":"🦷"}'),
    ("empty_key", '{"":1}'), ("null_value", '{"given_name":null}'),
             ("wide_2000", "{" + ",".join(f'"k{i}":{i}' for i in range(2000)) + "}"),
    ("wide_20000", "{" + ",".join(f'"k{i}":{i}' for i in range(20000)) + "}"),
    ("escapes", '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}'), ("delete_char", '{"a":"\x7f"}'),
             ("bidi", '{"a":"\u202e"}'),
    ("noncharacter", '{"a":"\uffff"}'),
)
BAD_JSON = (
    ("empty_text", ""), ("blank", "  "), ("word", "hola"), ("cut", '{"a":"x'), ("no_close", '{"a":1'),
            ("comma", '{"a":1,}'),
    ("list_comma", '{"a":[1,]}'), ("trailing", "{} x"), ("twice", "{}{}"), ("bom", "\ufeff{}"),
            ("single_quotes", "{'a':1}"),
    ("comment", "{/**/}"), ("line_comment", '{"a":1} // x'), ("no_quotes", "{a:1}"), ("number_key", "{1:1}"),
    ("nul_byte", '{"a":"x\0y"}'), ("nul_behind", "{}\0"), ("control_char", '{"a":"x\ny"}'),
            ("bad_escape", '{"a":"\\x"}'),
    ("short_escape", '{"a":"\\u12"}'), ("leading_zero", '{"a":01}'), ("plus", '{"a":+1}'),
            ("hex", '{"a":0x1}'),
    ("point_first", '{"a":.5}'), ("point_last", '{"a":5.}'), ("no_exponent", '{"a":1e}'),
            ("capital_true", '{"a":True}'),
    ("none", '{"a":None}'), ("undefined", '{"a":undefined}'), ("nested_100000", nested(100000)),
    ("lists_100000", '{"a":' + "[" * 100000 + "]" * 100000 + "}"), ("unclosed_100000", "[" * 100000),
            ("nbsp", "\u00a0{}"),
    ("vertical_tab", "\v{}"), ("two_colons", '{"a"::1}'), ("no_colon", '{"a" 1}'), ("mismatch", '{"a":[1}'),
)
NAN_JSON = (("nan", '{"a":NaN}'), ("infinity", '{"a":[Infinity]}'), ("minus_infinity", '{"a":-Infinity}'))
NO_OBJECT = (("list", "[]"), ("list_of_objects", '[{"a":1}]'), ("string", '"x"'), ("number", "5"),
             ("real", "1.5"),
             ("null", "null"), ("true", "true"), ("false", "false"))


def payloads():
    for name, value in GOOD_JSON:
        yield case(f"payload_{name}", "accept", "sound JSON", sql=row(payload=text(value)))
        yield case(f"raw_{name}", "accept", "sound JSON", sql=row(raw=text(value)))
    for name, value in BAD_JSON:
        yield case(f"payload_{name}", "accept:warn", "the row is kept back", "dpmf.payload_not_json",
                   sql=row(payload=text(value)))
        yield case(f"raw_{name}", "accept:warn", "the row is kept back", "dpmf.raw_not_json",
                   sql=row(raw=text(value)))
    for name, value in NAN_JSON:
        yield case(f"payload_{name}", "accept:warn", "Python's JSON, not JSON's", "dpmf.payload_nan",
                   sql=row(payload=text(value)))
        yield case(f"raw_{name}", "accept:warn", "Python's JSON, not JSON's", "dpmf.raw_not_json",
                   sql=row(raw=text(value)))
    for name, value in NO_OBJECT:
        yield case(f"payload_{name}", "accept:warn", "no object, so no fields", "dpmf.payload_not_object",
                   sql=row(payload=text(value)))
    loose = {"loose": ("patient",)}
    yield case("payload_sqlnull", "accept:warn", "NULL", "dpmf.payload_null", sql=row(payload="NULL"),
               **loose)
    yield case("raw_sqlnull", "accept:warn", "NULL", "dpmf.raw_not_json", sql=row(raw="NULL"), **loose)
    yield case("payload_sqlinteger", "accept:warn", "an INTEGER", "dpmf.payload_not_object",
               sql=row(payload="5"), **loose)
    yield case("payload_sqlreal", "accept:warn", "a REAL", "dpmf.payload_not_object", sql=row(payload="5.5"),
               **loose)
    yield case("payload_blob", "accept:warn", "a BLOB is hashed as Python shows it, and that is no JSON",
               "dpmf.payload_not_json dpmf.blob", sql=row(payload="x'7b7d'"), **loose)
    yield case("payload_all_bad", "accept:warn", "every row is kept back", "dpmf.payload_not_json", sql=
               "UPDATE patient SET payload = 'x'")
    yield case("row_15mib", "accept", "a row below 16 MiB",
               sql=row(payload="""'{"a":"' || printf('%.*c', 15728640, 'x') || '"}'"""))
    yield case("row_17mib", "reject:limit", "a row above 16 MiB",
               sql=row(payload="""'{"a":"' || printf('%.*c', 17825792, 'x') || '"}'"""))


def not_utf8():
    bad = {"latin1": b"Mar\xeda", "surrogate": b"a\xed\xa0\x81", "overlong": b"\xc0\xaf",
           "past_end": b"\xf4\x90\x80\x80",
           "cut": b"a\xe2\x82", "continuation": b"\x80"}
    for label, value in bad.items():
        yield case(f"utf8_source_id_{label}", "reject:hash", "text that is not UTF-8",
                   sql=row(source=text(value)))
    value = text(b"Mar\xeda")
    for column in ("canonical_uuid", "source_system", "payload", "raw_source_data"):
        yield case(f"utf8_{column}", "reject:hash", "text that is not UTF-8", sql=
                   row() + f"UPDATE patient SET {column} = {value} WHERE canonical_uuid = 'k9'")
    yield case("utf8_extracted_at", "accept:warn", "outside the hash: replaced and told", "dpmf.not_utf8",
               sql=row(at=value))
    yield case("utf8_schema_version", "reject:hash", "text that is not UTF-8",
               sql=f"UPDATE _entities SET schema_version = {value}")
    for column in ("canonical_uuid", "relative_path", "sha256", "mime_hint"):
        yield case(f"utf8_files_{column}", "reject:hash", "text that is not UTF-8",
                   sql=f"UPDATE _files SET {column} = {value}")
    for column in ("entity_type", "code", "message", "raw_data"):
        yield case(f"utf8_warnings_{column}", "reject:hash", "text that is not UTF-8",
                   sql=f"UPDATE _warnings SET {column} = {value}")


def keys():
    loose = {"loose": ("patient",)}
    for label, value in (("upper", "B0940C06-DF3D-5DAF-8408-F1F7AD54920C"), ("no_uuid", "paciente 1"),
                         ("bar", "a|b"),
                         ("newline", "a\nb"), ("quote", "a'\"b"), ("accent", "ñ"), ("chars_120", "k" * 120),
                         ("slash", "../x")):
        yield case(f"uuid_{label}", "accept", "any text is a key", sql=row(key=text(value)))
    for label, value in (("chars_121", "k" * 121), ("chars_200", "k" * 200), ("nul", "a\0b")):
        yield case(f"uuid_{label}", "accept:warn", "a key that no target keeps: the row is kept back",
                   "dpmf.unusable_key",
                   sql=row(key=text(value)))
    yield case("uuid_empty", "accept:warn", "an empty key", "dpmf.empty_key", sql=row(key="''"))
    yield case("uuid_null", "accept:warn", "no key", "dpmf.empty_key", sql=row(key="NULL"))
    yield case("uuid_null_twice", "accept:warn", "no key in two rows", "dpmf.empty_key",
               sql=row(key="NULL") * 2)
    yield case("uuid_integer", "accept", "a number is a key too: hashed and kept as its text",
               sql=row(key="5"), **loose)
    yield case("uuid_blob", "accept:warn", "a BLOB is kept as Python shows it", "dpmf.blob dpmf.key_order",
               sql=row(key="x'6b'"), **loose)
    yield case("uuid_order", "accept", "bytes order keys: Z, a, é, 🦷", sql=
               "".join(row(key=text(k)) for k in ("é", "Z", "🦷", "a", "_", "0")))
    yield case("uuid_twice", "accept:warn", "the first counts", "dpmf.duplicate_key", sql=row() * 2, **loose)
    yield case("uuid_twice_agreeing_elsewhere", "accept", "one key in two types", sql=
               "UPDATE payment SET canonical_uuid = 'a1'")
    yield case("uuid_case", "accept", "keys that differ in case are two", sql=row(key="'A1'"))
    yield case("uuid_twice_apart", "accept:warn", "A, a, A in a NOCASE column: the same key not side by side",
               "dpmf.key_order",
               tables={"patient": f"CREATE TABLE patient ({SIX.replace(',', ' COLLATE NOCASE,', 1)})"},
               sql=row(key="'K'") + row(key="'k'") + row(key="'K'"))
    yield case("uuid_number_and_text", "accept:warn", "5 and '5' are one key", "dpmf.duplicate_key",
               loose=("patient",),
               sql=row(key="5") + row(key="'5'"))
    yield case("source_id_empty", "accept", "nobody needs it", sql=row(source="''"))
    yield case("source_id_real", "accept", "hashed as 2.5", sql=row(source="2.5"), **loose)
    for column in ("source_id", "source_system"):
        put = f"UPDATE patient SET {column} = %s WHERE canonical_uuid = 'k9'"
        yield case(f"{column}_null", "accept:warn", "a column that must have a value", "dpmf.no_value",
                   sql=row() + put % "NULL", **loose)
        yield case(f"{column}_nul", "accept:warn", "a NUL byte, which no target takes", "dpmf.nul_byte",
                   sql=row() + put % text("a\0b"))
        yield case(f"{column}_blob", "accept:warn", "a BLOB is kept as Python shows it", "dpmf.blob",
                   sql=row() + put % "x'00ff'", **loose)
        yield case(f"{column}_integer", "accept", "kept as its text", sql=row() + put % "7", **loose)
    for label, value in (("empty", "''"), ("words", "'ayer'"), ("integer", "5")):
        yield case(f"extracted_at_{label}", "accept", "nobody reads it", sql=row(at=value), **loose)
    yield case("source_system_mixed", "accept", "columns win over _meta", sql=row(system="'otro'"))


def files():
    loose = {"loose": ("_files",)}
    put = lambda column, value: f"UPDATE _files SET {column} = {value};"
    for label, value in (("traversal", "../../etc/passwd"), ("absolute", "/etc/passwd"),
                         ("drive", "C:\\Windows\\x"),
                         ("unc", "\\\\server\\x"), ("backslashes", "a\\..\\b"), ("dots", "./a//b/."),
                         ("newline", "a\nb"),
                         ("bidi", "a\u202egpj.exe"), ("home", "~/x"), ("chars_1024", "p" * 1024)):
        yield case(f"files_path_{label}", "accept", "a path is only a name until somebody opens it",
                   sql=put("relative_path", text(value)))
    for label, value in (("empty", ""), ("nul", "a\0b"), ("chars_1025", "p" * 1025), ("4kb", "p" * 4096)):
        yield case(f"files_path_{label}", "accept:warn", "no path that a target keeps", "dpmf.file_value",
                   sql=put("relative_path", text(value)))
    for column, n in (("canonical_uuid", 37), ("parent_canonical_uuid", 37), ("sha256", 65),
                      ("mime_hint", 101)):
        yield case(f"files_{column}_long", "accept:warn", "longer than targets keep", "dpmf.file_value",
                   sql=put(column, text("x" * n)))
        yield case(f"files_{column}_nul", "accept:warn", "a NUL byte", "dpmf.file_value",
                   sql=put(column, text("a\0b")))
    for label, value in (("upper", "AB" * 32), ("short", "ab"), ("empty", "")):
        yield case(f"files_sha256_{label}", "accept", "told when the file is looked at",
                   sql=put("sha256", text(value)))
    for label, value in (("null", "NULL"), ("zero", 0), ("2_62", 2**62)):
        yield case(f"files_size_{label}", "accept", "nobody relies on it",
                   sql=put("declared_size_bytes", value))
    yield case("files_size_negative", "accept:warn", "no size", "dpmf.file_value",
               sql=put("declared_size_bytes", -5))
    yield case("files_size_text", "accept:warn", "no size", "dpmf.file_value",
               sql=put("declared_size_bytes", "'mucho'"))
    yield case("files_parent_missing", "accept", "told when documents are moved",
               sql=put("parent_canonical_uuid", "'zz'"))
    again = "INSERT INTO _files VALUES ('f1', 'patient', 'b2', 'rx/2.jpg', NULL, NULL, NULL);"
    yield case("files_id_twice", "accept:warn", "an id must be one file's", "dpmf.file_key", sql=again,
               **loose)
    yield case("files_id_null", "accept:warn", "a file without id", "dpmf.file_key",
               sql=put("canonical_uuid", "NULL"), **loose)
    yield case("files_id_empty", "accept:warn", "a file without id", "dpmf.file_key",
               sql=put("canonical_uuid", "''"))
    yield case("files_path_null", "accept:warn", "a file without path", "dpmf.file_value",
               sql=put("relative_path", "NULL"), **loose)
    yield case("files_same_path", "accept", "two entries of one file",
               sql=again.replace("'f1'", "'f2'").replace("rx/2", "rx/1"))
    yield case("files_path_blob", "accept:warn", "no text", "dpmf.file_value",
               sql=put("relative_path", "x'61'"), **loose)


def warnings():
    loose = {"loose": ("_warnings",)}
    put = lambda column, value: f"UPDATE _warnings SET {column} = {value};"
    told = lambda name, column, value, **more: case(f"warnings_{name}", "accept:warn",
            "altered when it is taken over",
                                                    "dpmf.warning_value", sql=put(column, value), **more)
    for label, value in (("fatal", "'fatal'"), ("upper", "'WARN'"), ("empty", "''")):
        yield told(f"severity_{label}", "severity", value)
    yield told("severity_null", "severity", "NULL", **loose)
    yield told("code_76", "code", text("c" * 76))
    yield told("code_200", "code", text("c" * 200))
    yield told("code_null", "code", "NULL", **loose)
    yield told("source_id_101", "source_id", text("s" * 101))
    yield told("message_nul", "message", text("a\0b"))
    for label, column, value in (("code_75", "code", text("c" * 75)),
                                 ("message_long", "message", text("m" * 100000)),
                                 ("entity_unknown", "entity_type", "'zz'"),
                                 ("source_id_100", "source_id", text("s" * 100)),
                                 ("escape", "message", text("\x1b[2J")), ("error", "severity", "'error'"),
                                 ("id_gap", "id", 77), ("id_negative", "id", -3)):
        yield case(f"warnings_{label}", "accept", "taken over as it is", sql=put(column, value))
    again = "INSERT INTO _warnings VALUES (%s, NULL, NULL, 'info', 'c', 'm', NULL);"
    for label, value in (("twice", 1), ("null", "NULL"), ("text", "'x'"), ("real", 1.5),
                         ("number_as_text", "'2'")):
        yield case(f"warnings_id_{label}", "accept:warn", "ids are distinct integers", "dpmf.warning_id",
                   sql=again % value, **loose)
    yield case("warnings_none", "accept", "nothing to tell", sql="DELETE FROM _warnings")
    yield case("warnings_5000", "accept", "much to tell", sql=
               "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
               " INSERT INTO _warnings SELECT i, NULL, NULL, 'warn', 'c', 'm', NULL FROM n")


def cases():
    return [*payloads(), *not_utf8(), *keys(), *files(), *warnings()]
