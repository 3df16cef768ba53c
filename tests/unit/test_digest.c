#include "base/digest.h"
#include "base/uuid.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char of_abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char of_million_a[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

Test(digest, sha256_of_known_texts)
{
    char hex[SHA256_HEX + 1];
    sha256_hex_of(STR("abc"), hex);
    cr_assert_str_eq(hex, of_abc);
    sha256_hex_of((Str){NULL, 0}, hex);
    cr_assert_str_eq(hex, of_nothing);
}

Test(digest, pieces_of_any_size_give_the_same_sum)
{
    static const size_t sizes[] = {1, 63, 1000, 65535, 65536, 65537, 1000000};
    char *all = malloc(1000000), hex[SHA256_HEX + 1];
    memset(all, 'a', 1000000);
    Sha256 *h = sha256_new();
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (size_t at = 0; at < 1000000; at += sizes[i])
            sha256_add(h, (Str){all + at, MIN(sizes[i], 1000000 - at)});
        sha256_finish_hex(h, hex);
        cr_assert_str_eq(hex, of_million_a, "pieces of %zu", sizes[i]);
    }
    sha256_add(h, STR("forgotten"));
    sha256_reset(h);
    sha256_finish_hex(h, hex);
    cr_assert_str_eq(hex, of_nothing);
    sha256_free(h);
    free(all);
}

Test(digest, sha256_of_a_file)
{
    char path[] = "/tmp/digest-test-XXXXXX", hex[SHA256_HEX + 1];
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, "abc", 3), 3);
    close(fd);
    Err err = {0};
    cr_assert(sha256_file(path, hex, &err));
    cr_assert_str_eq(hex, of_abc);
    unlink(path);
    cr_assert_not(sha256_file(path, hex, &err));
    cr_assert_not_null(strstr(err.text, path));
    cr_assert_not(sha256_file("/", hex, &err)); // a folder opens, but cannot be read
}

// RFC 4231, cases 2 and 6; and the empty key.
Test(digest, hmac_of_known_texts)
{
    char hex[SHA256_HEX + 1], long_key[131];
    hmac_sha256_hex(STR("Jefe"), STR("what do ya want for nothing?"), hex);
    cr_assert_str_eq(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(long_key, 0xAA, sizeof long_key);
    Str message = STR("Test Using Larger Than Block-Size Key - Hash Key First");
    hmac_sha256_hex((Str){long_key, sizeof long_key}, message, hex);
    cr_assert_str_eq(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    hmac_sha256_hex((Str){NULL, 0}, STR(""), hex);
    cr_assert_str_eq(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

Test(digest, random_bytes_differ)
{
    unsigned char a[32] = {0}, b[32] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    cr_assert_neq(memcmp(a, b, sizeof a), 0);
    random_bytes(a, 0);
}

Test(uuid, version_5_of_known_names)
{
    char out[UUID_TEXT + 1];
    cr_assert(uuid5(STR("dde7d63a-1f43-4ed8-8b91-67b5e9c7c0f7"), STR("gesden:patient:PAT0001"), out));
    cr_assert_str_eq(out, "b0940c06-df3d-5daf-8408-f1f7ad54920c");
    // The namespace of DNS names; its case does not matter.
    cr_assert(uuid5(STR("6BA7B810-9DAD-11D1-80B4-00C04FD430C8"), STR("www.example.com"), out));
    cr_assert_str_eq(out, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

Test(uuid, long_and_empty_names_work)
{
    Str dns = STR("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    char name[1000], out[UUID_TEXT + 1];
    memset(name, 'x', sizeof name);
    cr_assert(uuid5(dns, (Str){name, sizeof name}, out));
    cr_assert_str_eq(out, "f6d12730-a238-51ed-bf69-3689855f9bbf");
    cr_assert(uuid5(dns, (Str){name, 496}, out));
    cr_assert_str_eq(out, "e6bead60-e65d-5757-bcac-57c6a10eed4a");
    cr_assert(uuid5(dns, (Str){NULL, 0}, out));
    cr_assert_str_eq(out, "4ebd0208-8328-5d69-8c44-ec50939c0967");
}

Test(uuid, is_36_characters_of_one_shape)
{
    char out[UUID_TEXT + 1];
    cr_assert(uuid_valid(STR("b0940c06-df3d-5daf-8408-f1f7ad54920c")));
    cr_assert(uuid_valid(STR("B0940C06-DF3D-5DAF-8408-F1F7AD54920C")));
    static const char *const wrong[] = {
        "", "b0940c06", "b0940c06-df3d-5daf-8408-f1f7ad54920", "b0940c06-df3d-5daf-8408-f1f7ad54920cc",
        "b0940c06df3d5daf8408f1f7ad54920c", "b0940c06-df3d-5daf-8408-f1f7ad54920g",
        "b0940c06-df3d-5daf-8408_f1f7ad54920c", "{b0940c06-df3d-5daf-8408-f1f7ad54920}",
        "b0940c0-6df3d-5daf-8408-f1f7ad54920c",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        cr_assert_not(uuid_valid(str_of(wrong[i])), "%s", wrong[i]);
        cr_assert_not(uuid5(str_of(wrong[i]), STR("x"), out), "%s", wrong[i]);
    }
    cr_assert_not(uuid_valid((Str){NULL, 0}));
}
