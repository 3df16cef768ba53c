#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/secret.h"

static void expect_key(const char *passphrase, const char *hex)
{
    static const unsigned char salt[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Err err = {0};
    char got[65];
    AUTO(secret_free_at) Secret *secret = secret_new(str_of(passphrase));
    AUTO(secret_free_at) Secret *key = secret_scrypt(secret, (Str){(const char *)salt, sizeof salt}, &err);
    cr_assert_not_null(key, "%s", err.text);
    cr_assert_eq(secret_bytes(key).len, 32);
    hex_of((const unsigned char *)secret_bytes(key).at, 32, got);
    cr_expect_str_eq(got, hex);
}

Test(secret, scrypt_gives_the_known_keys)
{
    expect_key("correct horse battery staple",
               "1b2946da71f41179e83b99dc33842d15741b87c4121c8c7f3781c1df864fb58b");
    expect_key("contrase\xc3\xb1"
               "a-\xc3\xb1"
               "and\xc3\xba-\xf0\x9f\xa6\xb7",
               "5f6f48b24ce44b587f28b54f94f085bcbb99d7e73a289144ac88088025e40f29");
}

Test(secret, base64_is_lenient_about_blanks_only)
{
    static const struct {
        const char *text, *plain; // plain NULL: refused
    } cases[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9v\r\nYmFy", "foobar"},
        {" Z m 9 v ", "foo"},
        {"Zg= =", "f"},
        {" =Zg=", NULL},
        {"Zh==", "f"},
        {"Zm9=", "fo"},
        {"====", NULL},
        {"=", NULL},
        {"Zg", NULL},
        {"Zg=", NULL},
        {"Z===", NULL},
        {"Zm9vY", NULL},
        {"Zm9v====", NULL},
        {"Zg==Zg==", NULL},
        {"Zm9-", NULL},
        {"ññññ", NULL},
        {"Zm9\xFF", NULL},
        {"Zm\t9v", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned char out[16];
        size_t n;
        bool ok = base64_decode(str_of(cases[i].text), out, sizeof out, &n);
        cr_expect_eq(ok, cases[i].plain != NULL, "%s", cases[i].text);
        if (ok && cases[i].plain)
            cr_expect(str_eq((Str){(char *)out, n}, str_of(cases[i].plain)), "%s", cases[i].text);
    }
    unsigned char two[2];
    size_t n;
    cr_expect_not(base64_decode(STR("Zm9\0v"), two, sizeof two, &n), "a NUL is no blank");
    cr_expect_not(base64_decode(STR("Zm9v"), two, sizeof two, &n), "three bytes do not fit into two");
}

static void expect_found(const SecretSource *source, const char *plain)
{
    Err err;
    AUTO(secret_free_at) Secret *s = secret_find(source, "", &err);
    cr_assert_eq(err.kind, ERR_NONE, "%s", err.text);
    cr_assert_eq(s != NULL, plain != NULL);
    if (plain)
        cr_expect(str_eq(secret_bytes(s), str_of(plain)), "not %s", plain);
}

static void write_text(char path[], const char *text)
{
    Err err;
    cr_assert_geq(close(mkstemp(path)), 0);
    cr_assert(file_write(path, str_of(text), 0600, &err));
}

Test(secret, is_found_in_the_documented_order)
{
    char path[] = "/tmp/mudanza-test-XXXXXX", reference[64];
    write_text(path, " from file \n\n");
    snprintf(reference, sizeof reference, "${file:%s}", path);
    setenv("MUDANZA_PASSPHRASE", "from environment", 1);
    expect_found(&(SecretSource){.file = path, .fd = -1, .reference = "${env:OTHER}"}, " from file \n");
    cr_expect_null(getenv("MUDANZA_PASSPHRASE"), "gone even when it was not used");
    setenv("MUDANZA_PASSPHRASE", "from environment", 1);
    expect_found(&(SecretSource){.fd = -1, .reference = reference}, "from environment");
    expect_found(&(SecretSource){.fd = -1, .reference = reference}, " from file \n");
    setenv("OTHER", "from elsewhere", 1);
    expect_found(&(SecretSource){.fd = -1, .reference = "${env:OTHER}"}, "from elsewhere");
    expect_found(&(SecretSource){.fd = -1, .reference = "${env:NOT_THERE}"}, NULL);
    expect_found(&(SecretSource){.fd = -1}, NULL);
    unlink(path);
}

Test(secret, comes_from_a_descriptor)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "two\nlines\r\n", 11), 11);
    close(ends[1]);
    expect_found(&(SecretSource){.fd = ends[0]}, "two\nlines");
    close(ends[0]);
}

Test(secret, an_empty_one_counts_as_none)
{
    char path[] = "/tmp/mudanza-test-XXXXXX";
    write_text(path, "\n");
    setenv("MUDANZA_PASSPHRASE", "", 1);
    expect_found(&(SecretSource){.file = path, .fd = -1}, NULL);
    unlink(path);
}

Test(secret, broken_sources_are_errors)
{
    static const SecretSource broken[] = {
        {.file = "/nowhere/at/all", .fd = -1},
        {.fd = -1, .reference = "the passphrase itself"},
        {.fd = -1, .reference = "${file:/nowhere/at/all}"},
        {.fd = -1, .reference = "${cred:../passwd}"},
        {.fd = -1, .reference = "${env:OPEN"},
    };
    setenv("CREDENTIALS_DIRECTORY", "/nowhere", 1);
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        Err err;
        cr_expect_null(secret_find(&broken[i], "", &err));
        cr_expect_eq(err.kind, ERR_CONFIG, "%zu", i);
    }
}
