#!/usr/bin/python3
"""make_vectors.py FOLDER - write aes_gcm_256_96.tsv and scrypt.tsv, the vectors of tests/unit/test_vectors.c.

make_vectors.py FOLDER --wycheproof aes_gcm_test.json --rfc7914 scrypt.txt writes the published ones in the
same form instead; MUDANZA_VECTORS=FOLDER makes the tests take them.

AES and GHASH are written out here, from FIPS 197 and NIST SP 800-38D, so that the program's library is not
compared with itself.
"""

import argparse
import hashlib
import json
import random
from pathlib import Path

HEAD = ("key", "iv", "aad", "msg", "ct", "tag", "result", "comment", "tcId")


def sbox():
    box, p, q = [0] * 256, 1, 1
    while True:
        p = p ^ (p << 1) & 0xFF ^ (0x1B if p & 0x80 else 0)
        for shift in (1, 2, 4):
            q ^= q << shift & 0xFF
        q ^= 0x09 if q & 0x80 else 0
        turned = q ^ q << 1 ^ q << 2 ^ q << 3 ^ q << 4 ^ q >> 7 ^ q >> 6 ^ q >> 5 ^ q >> 4
        box[p] = turned & 0xFF ^ 0x63
        if p == 1:
            box[0] = 0x63
            return box


SBOX = sbox()


def round_keys(key):
    words, rcon = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    while len(words) < 60:
        word = list(words[-1])
        if len(words) % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon <<= 1
        elif len(words) % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[-8], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 60, 4)]


def twice(b):
    return b << 1 & 0xFF ^ (0x1B if b & 0x80 else 0)


def aes(key, block):
    keys = round_keys(key)
    s = [a ^ b for a, b in zip(block, keys[0])]
    for n in range(1, 15):
        s = [SBOX[s[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if n < 14:
            mixed = []
            for c in range(0, 16, 4):
                col = s[c:c + 4]
                whole = col[0] ^ col[1] ^ col[2] ^ col[3]
                mixed += [col[i] ^ whole ^ twice(col[i] ^ col[(i + 1) % 4]) for i in range(4)]
            s = mixed
        s = [a ^ b for a, b in zip(s, keys[n])]
    return bytes(s)


def times(x, y):
    z = 0
    for i in range(127, -1, -1):
        z ^= y if x >> i & 1 else 0
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return z


def inverse(x):
    result, power = 1 << 127, x
    for _ in range(127):  # x to the 2^128 - 2
        power = times(power, power)
        result = times(result, power)
    return result


def lengths(aad, ct):
    return len(aad) * 8 << 64 | len(ct) * 8


def ghash(h, aad, ct):
    y = 0
    for text in (aad, ct):
        for i in range(0, len(text), 16):
            y = times(y ^ int.from_bytes(text[i:i + 16].ljust(16, b"\0"), "big"), h)
    return times(y ^ lengths(aad, ct), h)


def counter(iv, n):
    return iv + n.to_bytes(4, "big")


def crypt(key, iv, text):
    stream = b"".join(aes(key, counter(iv, 2 + i)) for i in range((len(text) + 15) // 16))
    return bytes(a ^ b for a, b in zip(text, stream))


def seal(key, iv, aad, msg):
    ct = crypt(key, iv, msg)
    h = int.from_bytes(aes(key, bytes(16)), "big")
    tag = ghash(h, aad, ct) ^ int.from_bytes(aes(key, counter(iv, 1)), "big")
    return ct, tag.to_bytes(16, "big")


def with_tag(key, iv, tag):
    """The one block of ciphertext that has this tag without additional data."""
    h = int.from_bytes(aes(key, bytes(16)), "big")
    back = inverse(h)
    wanted = int.from_bytes(tag, "big") ^ int.from_bytes(aes(key, counter(iv, 1)), "big")
    block = times(times(wanted, back) ^ lengths(b"", bytes(16)), back)
    return block.to_bytes(16, "big")


def own_gcm():
    rng = random.Random("vectors")
    rows = []

    def add(key, iv, aad, msg, ct, tag, result, comment):
        rows.append([v.hex() for v in (key, iv, aad, msg, ct, tag)] + [result, comment, str(len(rows) + 1)])

    for n in (0, 1, 15, 16, 17, 31, 32, 33, 64, 127, 128, 129, 512):
        for aad_n in (0, 1, 16, 20, 65):
            key, iv, aad, msg = (rng.randbytes(k) for k in (32, 12, aad_n, n))
            add(key, iv, aad, msg, *seal(key, iv, aad, msg), "valid", f"{n} bytes, {aad_n} beside them")
    for name, tag in (("zeros", bytes(16)), ("ones", b"\xff" * 16), ("one bit", b"\x80" + bytes(15))):
        key, iv = rng.randbytes(32), rng.randbytes(12)
        ct = with_tag(key, iv, tag)
        msg = crypt(key, iv, ct)
        assert seal(key, iv, b"", msg) == (ct, tag)
        add(key, iv, b"", msg, ct, tag, "valid", f"the tag is all {name}")
    for key, iv in ((bytes(32), bytes(12)), (b"\xff" * 32, b"\xff" * 12)):
        add(key, iv, b"", bytes(16), *seal(key, iv, b"", bytes(16)), "valid", "key and iv are extreme")

    key, iv, aad, msg = (rng.randbytes(n) for n in (32, 12, 16, 40))
    ct, tag = seal(key, iv, aad, msg)

    def flipped(text, bit):
        return bytes(b ^ (1 << bit % 8 if i == bit // 8 else 0) for i, b in enumerate(text))

    def bad(comment, key=key, iv=iv, aad=aad, ct=ct, tag=tag):
        add(key, iv, aad, msg, ct, tag, "invalid", comment)

    for bit in (0, 1, 7, 8, 31, 32, 63, 64, 71, 77, 80, 96, 97, 103, 120, 126, 127):
        bad(f"bit {bit} of the tag is changed", tag=flipped(tag, bit))
    bad("every bit of the tag is changed", tag=bytes(b ^ 0xFF for b in tag))
    bad("the highest bit of each byte of the tag is changed", tag=bytes(b ^ 0x80 for b in tag))
    bad("the tag is all zeros", tag=bytes(16))
    bad("the tag is all ones", tag=b"\xff" * 16)
    bad("the tag is turned round", tag=tag[::-1])
    for bit in (0, 127, 128, 319):
        bad(f"bit {bit} of the ciphertext is changed", ct=flipped(ct, bit))
    bad("the ciphertext lost a byte", ct=ct[:-1])
    bad("the ciphertext is gone", ct=b"")
    bad("a byte of zero follows the ciphertext", ct=ct + b"\0")
    bad("a bit of the additional data is changed", aad=flipped(aad, 5))
    bad("the additional data is gone", aad=b"")
    bad("a byte of zero follows the additional data", aad=aad + b"\0")
    bad("a bit of the iv is changed", iv=flipped(iv, 95))
    bad("a bit of the key is changed", key=flipped(key, 255))
    return rows


def wycheproof(path):
    for group in json.loads(path.read_text())["testGroups"]:
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128):
            for t in group["tests"]:
                yield [str(t[name]).replace("\t", " ") for name in HEAD]


def own_scrypt():
    for password, salt, n, r, p in ((b"", b"", 16, 1, 1), (b"x" * 200, b"NaCl and more", 1024, 8, 16),
                                    ("contraseña".encode(), bytes(range(64)), 16384, 8, 1),
                                    (b"\0", b"\0", 2, 1, 3), (b"word", bytes(range(16)), 131072, 8, 1)):
        key = hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=1 << 28, dklen=64)
        yield [password.hex(), salt.hex(), str(n), str(r), str(p), key.hex()]


def rfc7914(path):
    for block in path.read_text().split("\n\n"):
        values = dict(line.partition(" = ")[::2] for line in block.splitlines() if "=" in line)
        values = {k.strip(" ="): v for k, v in values.items()}
        if values:
            yield [values["PASSWORD"].encode().hex(), values["SALT"].encode().hex(), values["N"], values["r"],
                   values["p"], values["DERIVED_KEY"]]


def write(path, head, rows):
    path.write_text("".join("\t".join(row) + "\n" for row in [head, *rows]))


parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("--wycheproof", type=Path)
parser.add_argument("--rfc7914", type=Path)
args = parser.parse_args()
write(args.folder / "aes_gcm_256_96.tsv", HEAD, wycheproof(args.wycheproof) if args.wycheproof else own_gcm())
write(args.folder / "scrypt.tsv", ("password", "salt", "n", "r", "p", "key"),
      rfc7914(args.rfc7914) if args.rfc7914 else own_scrypt())
