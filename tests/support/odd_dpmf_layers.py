"""Odd envelopes, odd zstd layers, odd database headers."""
import base64
import functools
import json
import struct

import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from odd_dpmf import Case, PASSPHRASE, clinic

SALT, IV = bytes(range(16)), bytes(range(100, 112))
SKIPPABLE = struct.pack("<II", 0x184D2A50, 5) + b"hello"


@functools.lru_cache
def key(salt, passphrase):
    return Scrypt(salt=salt, length=32, n=131072, r=8, p=1).derive(passphrase.encode())


@functools.lru_cache
def raw():
    return clinic()


def squeeze(data, level=3, **options):
    return zstandard.ZstdCompressor(level=level, **options).compress(data)


@functools.lru_cache
def zst():
    return squeeze(raw(), write_checksum=True)


def header(**changes):
    """The header writers write; a change to None leaves a key out."""
    fields = {"v": 1, "kdf": "scrypt", "kdf_params": {"n": 131072, "r": 8, "p": 1,
              "salt": base64.b64encode(SALT).decode()}, "cipher": "AES-256-GCM",
              "iv": base64.b64encode(IV).decode(), "inner_layout": "raw"}
    fields.update(changes)
    return json.dumps({k: v for k, v in fields.items() if v is not ...}).encode()


def params(**changes):
    fields = {"n": 131072, "r": 8, "p": 1, "salt": base64.b64encode(SALT).decode()}
    fields.update(changes)
    return {k: v for k, v in fields.items() if v is not ...}


def seal(head, plain=None, salt=SALT, iv=IV, aad=None, passphrase=PASSPHRASE):
    body = AESGCM(key(salt, passphrase)).encrypt(iv, raw() if plain is None else plain,
                                                 head if aad is None else aad)
    return b"DPME" + struct.pack("<I", len(head)) + head + body


def unsealed(head, size=None):
    """An envelope that is refused before anything is decrypted."""
    return b"DPME" + struct.pack("<I", len(head) if size is None else size) + head + bytes(64)


def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


def envelope_headers():
    b64 = lambda n: base64.b64encode(bytes(n)).decode()
    for name in ("v", "cipher", "kdf", "inner_layout", "kdf_params", "iv"):
        yield f"{name}_absent", header(**{name: ...}), f"{name} is missing"
        yield f"{name}_null", header(**{name: None}), f"{name} is null"
        yield f"{name}_list", header(**{name: [1]}), f"{name} is a list"
    for name, value in (("v", "1"), ("v", 2), ("v", 0), ("v", -1), ("v", 1.5), ("v", False), ("v", {}),
                        ("cipher", "aes-256-gcm"), ("cipher", "AES-128-GCM"), ("cipher", "AES-256-GCM "),
                        ("cipher", 256), ("cipher", ""), ("cipher", "AES-256-GCM\0x"), ("kdf", "scrypt\0x"),
                        ("inner_layout", "raw\0x"), ("kdf", "Scrypt"), ("kdf", "argon2id"),
                        ("kdf", "pbkdf2"), ("kdf", ""), ("inner_layout", "RAW"), ("inner_layout", "gzip"),
                        ("inner_layout", ""), ("inner_layout", 0), ("inner_layout", "zstd "),
                        ("kdf_params", "x"), ("kdf_params", 1), ("kdf_params", {}), ("iv", 12), ("iv", ""),
                        ("iv", b64(7)), ("iv", b64(129)), ("iv", "ZGVmZ2hpamtsbW5"), ("iv", "ñ" * 16)):
        shown = "".join(c if c.isalnum() else "_" for c in str(value))[:24].lower()
        yield f"{name}_{type(value).__name__}_{shown}", header(**{name: value}), f"{name} is {value!r:.30}"
    for label, value in (("absent", ...), ("null", None), ("number", 5), ("list", []), ("cut", "AAECAw="),
                         ("one_char", "A"), ("url_safe", "-_-_-_-_-_-_-_-_-_-_-_==")):
        yield f"salt_{label}", header(kdf_params=params(salt=value)), f"the salt is {label}"
    good = header()
    yield "upper_case_keys", good.replace(b'"iv"', b'"IV"'), "keys are case-sensitive"
    yield "last_wins_bad", good[:-1] + b', "v": 2}', "v twice: the last one counts, and it is 2"
    for label, value in (("array", b"[]"), ("number", b"1"), ("string", b'"x"'), ("true", b"true"),
                         ("empty_object", b"{}"), ("blank", b" "), ("cut", good[:-1]),
                         ("trailing", good + b"x"), ("twice", good + good), ("bom", b"\xef\xbb\xbf" + good),
                         ("utf16", good.decode().encode("utf-16")), ("nul_behind", good + b"\0"),
                         ("latin1", good[:-1] + b', "x": "\xf1"}'), ("comment", b"/**/" + good),
                         ("single_quotes", good.replace(b'"', b"'")), ("comma", good[:-1] + b",}"),
                         ("nested_1500", good[:-1] + b', "x": ' + b"[" * 1500 + b"]" * 1500 + b"}")):
        yield f"json_{label}", value, f"the header as a whole: {label}"


def envelopes():
    case = lambda name, verdict, why, make, code="", passphrase=PASSPHRASE: Case(
        name + ".dpm.enc", verdict, why, make, code, passphrase)
    for name, head, why in envelope_headers():
        yield case("header_" + name, "reject:envelope", why, lambda head=head: unsealed(head))
    for n in (0, 65537, 2**31, 2**32 - 1):
        yield case(f"header_len_{n}", "reject:envelope", f"H is {n}", lambda n=n: unsealed(header(), n))
    yield case("header_len_one_more", "reject:envelope", "H takes a byte of the ciphertext",
               lambda: unsealed(header(), len(header()) + 1))
    yield case("header_len_past_end", "reject:envelope", "H is more than there is",
               lambda: unsealed(header(), 5000))
    for n in (4, 5, 7, 8, 9, 100):
        yield case(f"cut_enc_{n:05}", "reject:envelope", f"cut to {n} bytes",
                   lambda n=n: unsealed(header())[:n])
    head = header()
    for n in (0, 1, 15):
        yield case(f"tag_{n}_bytes", "reject:auth", "less than a tag behind the header",
                   lambda n=n: b"DPME" + struct.pack("<I", len(head)) + head + bytes(n))
    yield case("passphrase_absent", "reject:passphrase", "none given", lambda: seal(head), passphrase="")
    yield case("envelope_before_passphrase", "reject:envelope",
               "a bad header is told before a passphrase is asked",
               lambda: unsealed(b"{}"), passphrase="")
    good = (
        ("v_1_0", header(v=1.0), "1.0 equals 1"), ("v_true", header(v=True),
            "true equals 1 in the reference"),
        ("last_wins", b'{"v": 2, ' + head[1:], "v twice, the last is 1"),
        ("extra_keys", header(zz={"a": [1, None]}), "other keys are passed over"),
        ("salt_newlines", header(kdf_params=params(salt="AAEC\r\nAwQFBgcI CQoLDA0ODw==")), "base64 in lines"),
        ("params_absent_n", header(kdf_params=params(n=...)), "n, r and p only inform"),
        ("number_1e400", head[:-1] + b', "x": 1e400}', "a number that no double holds, where nobody looks"),
        ("surrogate", head[:-1] + b', "x": "\\ud800"}', "half a surrogate pair, where nobody looks"),
        ("len_65536", head + b" " * (65536 - len(head)), "the longest header there may be"),
    )
    for name, value, why in good:
        yield case("header_" + name, "accept", why, lambda value=value: seal(value))
    yield case("iv_8_bytes", "accept", "the shortest nonce",
               lambda: seal(header(iv=base64.b64encode(bytes(8)).decode()), iv=bytes(8)))
    yield case("iv_128_bytes", "accept", "the longest nonce",
               lambda: seal(header(iv=base64.b64encode(bytes(128)).decode()), iv=bytes(128)))
    yield case("salt_empty", "accept", "any length of salt, none included",
               lambda: seal(header(kdf_params=params(salt="")), salt=b""))
    yield case("kdf_other_n", "accept:warn", "n is not what was used: it is never obeyed, and it is told",
               lambda: seal(header(kdf_params=params(n=2**40))), "dpmf.kdf_params")
    yield case("kdf_1e400", "accept:warn", "n as a number that no double holds",
               lambda: seal(header().replace(b"131072", b"1e400")), "dpmf.kdf_params")
    yield case("aad_reencoded", "reject:auth", "authenticated over the header without blanks",
               lambda: seal(head, aad=head.replace(b" ", b"")))
    yield case("tag_flipped", "reject:auth", "the last bit",
               lambda: seal(head)[:-1] + bytes([seal(head)[-1] ^ 1]))
    yield case("bytes_behind_tag", "reject:auth", "one byte more", lambda: seal(head) + b"\0")
    yield case("layout_lies_raw", "reject:sqlite", "says raw, holds zstd", lambda: seal(head, zst()))
    yield case("layout_lies_zstd", "reject:zstd", "says zstd, holds a database",
               lambda: seal(header(inner_layout="zstd"), raw()))
    yield case("zstd_cut_inside", "reject:zstd", "an authentic envelope around a cut frame",
               lambda: seal(header(inner_layout="zstd"), zst()[:-9]))
    yield case("plain_short", "reject:sqlite", "99 bytes of a database", lambda: seal(head, raw()[:99]))


def zstd_layers():
    case = lambda name, verdict, why, make, code="": Case(name + ".dpm.zst", verdict, why, make, code)
    window = lambda log: zstandard.ZstdCompressionParameters(window_log=log, write_content_size=0)

    def streamed(log):
        c = zstandard.ZstdCompressor(compression_params=window(log)).compressobj()
        return c.compress(raw()) + c.flush()
    size = len(raw())
    empty = squeeze(b"")
    yield case("skippable_first", "reject:magic", "begins like none of the layers", lambda: SKIPPABLE + zst())
    yield case("skippable_after", "accept", "frames to be skipped may follow", lambda: zst() + SKIPPABLE * 3)
    yield case("skippable_between", "accept", "and may stand between",
               lambda: squeeze(raw()[:9000]) + SKIPPABLE + squeeze(raw()[9000:]))
    yield case("skippable_cut", "reject:zstd", "the skippable frame is cut", lambda: zst() + SKIPPABLE[:-1])
    yield case("skippable_huge", "reject:zstd", "a skippable frame of 4 GiB that is not there",
               lambda: zst() + struct.pack("<II", 0x184D2A5F, 2**32 - 1) + b"x")
    yield case("empty_frame_first", "accept", "a frame of zero bytes, then the file", lambda: empty + zst())
    yield case("empty_frames_10000", "accept", "many frames of zero bytes", lambda: empty * 10000 + zst())
    yield case("only_empty_frames", "reject:sqlite", "nothing comes out", lambda: empty * 20)
    yield case("frames_of_1000_bytes", "accept", "one frame for each 1000 bytes",
               lambda: b"".join(squeeze(raw()[i:i + 1000]) for i in range(0, size, 1000)))
    for name, more in (("garbage", b"garbage!"), ("one_zero", b"\0"), ("zeros", bytes(512)),
                       ("newline", b"\n"),
                       ("magic_only", zst()[:4])):
        yield case(f"trailing_{name}", "reject:zstd", "something else follows the last frame",
                   lambda more=more: zst() + more)
    yield case("no_checksum", "accept", "the checksum is optional",
               lambda: squeeze(raw(), write_checksum=False))
    yield case("no_content_size", "accept", "and so is the size", lambda: streamed(20))
    yield case("window_2_27", "accept", "the largest window", lambda: streamed(27))
    yield case("window_2_28", "reject:limit", "one above it", lambda: streamed(28))
    yield case("wrong_size", "reject:zstd", "the frame declares another size",
               lambda: patched(zst(), 5, struct.pack("<H", size - 256 - 1)))
    yield case("dictionary", "reject:zstd", "needs a dictionary", lambda:
               b"\x28\xb5\x2f\xfd\x21\x07\x00" + zst()[5:])
    yield case("zstd_in_zstd", "reject:sqlite", "each layer is removed once", lambda: squeeze(zst()))
    yield case("dpme_in_zstd", "reject:sqlite", "the order is fixed", lambda: squeeze(unsealed(header())))
    yield case("text_in_zstd", "reject:sqlite", "no database in it", lambda: squeeze(b"no database" * 50))
    yield case("flip_magic", "reject:magic", "a bit of the magic", lambda: patched(zst(), 3, b"\xfc"))
    for n in (5, 8, 100, len(zst()) // 2, len(zst()) - 5, len(zst()) - 4, len(zst()) - 3):
        yield case(f"cut_zst_{n:05}", "reject:zstd", "the frame is not whole", lambda n=n: zst()[:n])
    yield case("old_frame_format", "reject:magic", "zstd before its format was fixed",
               lambda: patched(zst(), 0, b"\x27"))
    yield case("bomb_zeros_1gib", "reject:limit",
               "33 KB that become 1 GiB of zeros: no database, and far too large",
               lambda: b"".join([squeeze(bytes(1 << 26))] * 16))
    yield case("bomb_hole_256mib", "reject:limit", "a sound database, then zeros far past its declared size",
               lambda: zst() + b"".join([squeeze(bytes(1 << 26))] * 4))
    yield case("longer_by_a_byte", "reject:limit", "one byte more than the database declares",
               lambda: squeeze(raw() + b"\0"))
    yield case("shorter_by_a_byte", "reject:sqlite", "one byte less", lambda: squeeze(raw()[:-1]))


def databases():
    case = lambda name, verdict, why, make, code="": Case(name + ".dpm", verdict, why, make, code)
    for n, verdict in ((0, "magic"), (1, "magic"), (3, "magic"), (4, "sqlite"), (15, "sqlite"),
                       (16, "sqlite"),
                       (99, "sqlite"), (100, "sqlite"), (511, "sqlite"), (1024, "sqlite"), (2048, "sqlite"),
                       (len(raw()) // 2, "sqlite"), (len(raw()) - 1024, "sqlite"),
                       (len(raw()) - 1, "sqlite")):
        yield case(f"cut_raw_{n:05}", "reject:" + verdict, f"cut to {n} bytes", lambda n=n: raw()[:n])
    for name, data in (("text", b"this is a text"), ("bom", b"\xef\xbb\xbf" + b"x" * 99),
                       ("zip", b"PK\3\4" * 30),
                       ("zeros", bytes(4096)), ("lower_case", b"sqli" + bytes(100)),
                       ("dpme_lower", b"dpme" * 30),
                       ("shifted", b"\n" + raw())):
        yield case("magic_" + name, "reject:magic", "begins like no layer", lambda data=data: data)
    for page in (512, 4096, 32768, 65536):
        yield case(f"page_{page}", "accept", f"pages of {page} bytes",
                   lambda page=page: clinic(page_size=page))
    for encoding in ("UTF-16le", "UTF-16be"):
        yield case(encoding.lower(), "accept", "any text encoding", lambda e=encoding: clinic(encoding=e))
    yield case("utf16_key_order", "accept:warn",
               "UTF-16 orders keys past U+FFFF before U+FB00: a copy orders otherwise",
               lambda: clinic("UPDATE patient SET canonical_uuid = char(0x1F600) WHERE canonical_uuid = 'a1';"
                              "UPDATE patient SET canonical_uuid = char(0xFB00) WHERE canonical_uuid = 'b2'",
                              encoding="UTF-16be"), "dpmf.key_order")
    bytes_of = (
        ("wal_bits", 18, b"\2\2", "accept", "the WAL bit without a WAL"),
        ("read_version_9", 19, b"\x09", "sqlite", "a read version nobody knows"),
        ("reserved_space", 20, b"\x40", "sqlite", "pages were laid out without reserved space"),
        ("reserved_255", 20, b"\xff", "sqlite", "reserved space that leaves too little"),
        ("fractions", 21, b"\x20\x20\x20", "sqlite", "payload fractions that the format fixes"),
        ("page_size_0", 16, b"\0\0", "sqlite", "page size 0"),
        ("page_size_256", 16, b"\1\0", "sqlite", "page size 256"),
        ("page_size_1000", 16, b"\3\xe8", "sqlite", "page size no power of two"),
        ("page_size_half", 16, b"\2\0", "sqlite", "page size half of the real one"),
        ("page_size_twice", 16, b"\x08\0", "sqlite", "page size twice the real one"),
        ("page_count_more", 28, struct.pack(">I", len(raw()) // 1024 + 1), "sqlite", "declares a page more"),
        ("page_count_less", 28, struct.pack(">I", len(raw()) // 1024 - 1), "sqlite", "declares a page less"),
        ("page_count_max", 28, b"\xff\xff\xff\xff", "sqlite", "declares 4 G pages"),
        ("change_counter", 24, b"\x77\x77\x77\x77", "accept", "the page count is not of the last change"),
        ("freelist_count", 36, struct.pack(">I", 3), "sqlite", "free pages that are not there"),
        ("freelist_trunk", 32, struct.pack(">II", 4000, 2), "sqlite", "the free list begins past the end"),
        ("freelist_used", 32, struct.pack(">II", 3, 1), "sqlite", "the free list holds a page in use"),
        ("schema_format_5", 44, struct.pack(">I", 5), "sqlite", "schema format 5"),
        ("magic_format_4", 14, b"4", "sqlite", "SQLite format 4"),
        ("user_version_99", 60, struct.pack(">I", 99), "accept", "user_version says nothing"),
        ("application_id", 68, b"ABCD", "accept", "application_id says nothing"),
        ("schema_page_zeros", 100, bytes(8), "sqlite", "the first page is none"),
    )
    for name, at, new, verdict, why in bytes_of:
        yield case("sqlite_" + name, verdict if verdict == "accept" else "reject:" + verdict, why,
                   lambda at=at, new=new: patched(raw(), at, new))
    padded = lambda: patched(raw(), 36, struct.pack(">I", 3)) + bytes(64 << 20)
    yield case("sqlite_freelist_padded", "reject:sqlite", "damaged, and padded to look large", padded)
    yield case("sqlite_padded", "accept", "zeros behind the last page", lambda: raw() + bytes(64 << 20))
    yield from ((case("sqlite_" + name, "reject:sqlite", why, make)) for name, why, make in broken_pages())


def root_of(data, table):
    import sqlite3
    import tempfile
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        row = sqlite3.connect(f.name).execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
        return (row.fetchone()[0] - 1) * 1024


def broken_pages():
    def at_root(offset, new, table="patient"):
        return lambda: patched(raw(), root_of(raw(), table) + offset, new)
    yield "page_zeros", "the table's page is zeros", at_root(0, bytes(1024))
    yield "page_type", "the table's page is of no kind", at_root(0, b"\x07")
    yield "cell_pointer", "a cell past the end of its page", at_root(8, b"\xff\xff")
    yield "cell_count", "more cells than a page holds", at_root(3, b"\x0f\xff")
    yield "index_as_table", "the table's page is an index page", at_root(0, b"\x0a")
    yield "index_zeros", "the key's index is zeros", at_root(0, bytes(1024), "sqlite_autoindex_patient_1")

    def loop():
        data = clinic("INSERT INTO payment VALUES ('z', '9', 's', '{\"x\":\"' || printf('%.*c', 9000, 'y') ||"
                      " '\"}', '{}', '')")
        page = 1 + data.rindex(b"y" * 900) // 1024 - 4
        return patched(data, (page - 1) * 1024, struct.pack(">I", page))
    yield "overflow_loop", "an overflow page that follows itself", loop


def cases():
    return [*envelopes(), *zstd_layers(), *databases()]
