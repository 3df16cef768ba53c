#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/compress.h"
#include "base/file.h"
#include "source/csv.h"
#include "source/csv_encoding.h"

static char path[] = "/tmp/mudanza-test-XXXXXX";
static Arena *a;

static void make_file(void)
{
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    a = arena_new();
}

static void remove_file(void)
{
    arena_free(a);
    unlink(path);
}

TestSuite(csv, .init = make_file, .fini = remove_file);

static CsvFinding sniffed(Str text, const CsvDialect *given)
{
    CsvDialect unknown;
    CsvFinding f;
    Err err = {0};
    csv_dialect_unknown(&unknown);
    cr_assert(file_write(path, text, 0600, &err), "%s", err.text);
    cr_assert(csv_sniff(a, path, given ? given : &unknown, &f, &err), "%s", err.text);
    return f;
}

// The records of a text: fields in [], a NULL as ~, refused ones as !line@offset:bytes.
static const char *read_with(Str text, const CsvDialect *given)
{
    CsvFinding f = sniffed(text, given);
    Err err = {0};
    Buf out = {0};
    CsvReader *r = csv_open(a, path, &f, &err);
    cr_assert_not_null(r, "%s", err.text);
    for (;;) {
        CsvRecord record;
        CsvOutcome o = csv_next(r, &record, &err);
        cr_assert_neq(o, CSV_FAILED, "%s", err.text);
        if (o == CSV_END)
            break;
        if (o == CSV_REFUSED)
            buf_addf(&out, "!%lld@%lld:%.*s\n", (long long)record.line, (long long)record.offset, (int)MIN(record.raw.len, 40),
                     record.raw.at);
        else {
            for (size_t i = 0; i < record.n; i++) {
                const Str shown = record.fields[i].at ? record.fields[i] : STR("~");
                buf_addf(&out, "[%.*s]", STR_ARG(shown));
            }
            buf_add_char(&out, '\n');
        }
    }
    const char *kept = arena_text(a, "%s", buf_text(&out));
    buf_free(&out);
    return kept;
}

static const char *read_plain(const char *text)
{
    CsvDialect d = {.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '"'};
    return read_with(str_of(text), &d);
}

Test(csv, quotes_hold_delimiters_line_ends_and_quotes)
{
    cr_assert_str_eq(read_plain("a,\"b,c\",\"d\"\"e\"\n\"f\r\ng\",,\"\"\n"), "[a][b,c][d\"e]\n[f\r\ng][][]\n");
    cr_assert_str_eq(read_plain("a,say \"hi\",b"), "[a][say \"hi\"][b]\n");
    cr_assert_str_eq(read_plain("\"a\"  ,b\n"), "[a][b]\n");
}

Test(csv, a_bad_record_costs_no_neighbour)
{
    cr_assert_str_eq(read_plain("a,b\n1\n2,3\n4,5,6\n7,8\n"), "[a][b]\n!2@4:1\n\n[2][3]\n!4@10:4,5,6\n\n[7][8]\n");
    cr_assert_str_eq(read_plain("a,b\n\"c\"d,e\nf,g\n"), "[a][b]\n!2@4:\"c\"d,e\n\n[f][g]\n");
    cr_assert_str_eq(read_plain("a,b\nc,\xFFx\nf,g\n"), "[a][b]\n!2@4:c,\xFFx\n\n[f][g]\n");
}

Test(csv, a_quote_not_closed_costs_its_line_only)
{
    cr_assert_str_eq(read_plain("a,b\nc,\"d\nf,g\nh,i\n"), "[a][b]\n!2@4:c,\"d\n\n[f][g]\n[h][i]\n");
    cr_assert_str_eq(read_plain("a,\"b"), "!1@0:a,\"b\n");
}

// Such a quote in a file larger than any record may be: the reader goes to the end and back.
Test(csv, a_quote_open_for_megabytes_costs_its_line_only)
{
    Buf text = {0};
    buf_add_text(&text, "a,b\nc,\"d\n");
    size_t rows = 0;
    for (; text.len < 2 * CSV_MAX_RECORD; rows++)
        buf_addf(&text, "row %zu,x\n", rows);
    CsvDialect d = {.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '"'};
    const char *out = read_with(buf_str(&text), &d);
    size_t lines = 0;
    for (const char *p = out; (p = strchr(p, '\n')); p++)
        lines++;
    cr_assert_eq(lines, rows + 3); // the refused line holds its own line end
    cr_assert(strncmp(out, "[a][b]\n!2@4:c,\"d\n\n[row 0][x]\n", 29) == 0, "%.60s", out);
    buf_free(&text);
}

Test(csv, a_record_over_the_limit_is_passed_by_whole)
{
    Buf text = {0};
    buf_add_text(&text, "a,b\nc,\"");
    while (text.len < CSV_MAX_RECORD + (CSV_MAX_RECORD >> 1))
        buf_add_text(&text, "many words \"\"quoted\"\", and\nlines\n");
    buf_add_text(&text, "\"\nd,e\n");
    CsvDialect d = {.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '"'};
    const char *out = read_with(buf_str(&text), &d);
    cr_assert_not_null(strstr(out, "!2@4:c,\"many words"));
    cr_assert_str_eq(out + strlen(out) - 7, "[d][e]\n");
    buf_free(&text);
}

Test(csv, line_ends_of_all_kinds)
{
    cr_assert_str_eq(read_plain("a,b\r\nc,d\re,f\n"), "[a][b]\n[c][d]\n[e][f]\n");
    cr_assert_str_eq(read_plain("\na,b\n\n\nc,d\n\n"), "[a][b]\n[c][d]\n");
    cr_assert_str_eq(read_plain("a\n\nb\n"), "[a]\n[]\n[b]\n");
    cr_assert_str_eq(read_plain("\n\n"), "");
}

Test(csv, escapes_and_null)
{
    CsvDialect d = {.encoding = "utf-8", .delimiter = "\t", .quote = CSV_NONE, .escape = '\\', .null = "\\N"};
    cr_assert_str_eq(read_with(STR("a\t\\N\tb\\\tc\n"), &d), "[a][~][b\tc]\n");
    d = (CsvDialect){.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '\\', .null = ""};
    cr_assert_str_eq(read_with(STR("\"a \\\"b\\\"\",,\"\"\n"), &d), "[a \"b\"][~][]\n");
}

Test(csv, delimiters_of_several_bytes)
{
    CsvDialect d = {.encoding = "utf-8", .delimiter = "||", .quote = '"', .escape = '"'};
    cr_assert_str_eq(read_with(STR("a|b||\"c||d\"||e\n"), &d), "[a|b][c||d][e]\n");
}

Test(csv, utf_16_with_and_without_mark)
{
    const char be[] = "\xFE\xFF\0a\0,\0\xF1\0\n\0b\0,\0c\0,\0d\0\n\0e\0,\0f";
    CsvFinding f = sniffed((Str){be, sizeof be - 1}, NULL);
    cr_assert_str_eq(f.dialect.encoding, "utf-16be");
    CsvDialect d = {.encoding = "utf-16be", .delimiter = ",", .quote = '"', .escape = '"'};
    const char *out = read_with((Str){be, sizeof be - 1}, &d);
    cr_assert(strncmp(out, "[a][ñ]\n!2@10:", 14) == 0, "%s", out); // the offset is that of the file
    cr_assert_str_eq(out + strlen(out) - 7, "[e][f]\n");
}

Test(csv, encodings_are_told_by_their_letters)
{
    int sure;
    cr_assert_str_eq(encoding_detect_bytes(STR("Jos\xE9 Nu\xF1""ez, 3\xBA izquierda"), &sure), "windows-1252");
    cr_assert_str_eq(encoding_detect_bytes(STR("Jos\x82 Nu\xA4""ez y Mar\xA1""a L\xA2pez"), &sure), "cp850");
    cr_assert_str_eq(encoding_detect_bytes(STR("precio 20 \xA4, Espa\xF1""a"), &sure), "iso-8859-15");
    CsvDialect d = {.encoding = "cp850", .delimiter = ";", .quote = '"', .escape = '"'};
    cr_assert_str_eq(read_with(STR("Nu\xA4""ez;\"Mar\xA1""a \"\"M\"\"\"\n"), &d), "[Nuñez][María \"M\"]\n");
}

Test(csv, the_dialect_is_found)
{
    CsvFinding f = sniffed(STR("nombre;importe;fecha\nAna;12,50;31/01/2024\nLuis;3,00;01/02/2024\n"), NULL);
    cr_assert_str_eq(f.dialect.delimiter, ";");
    cr_assert_eq(f.dialect.header, 1);
    cr_assert_str_eq(f.names[1], "importe");
    f = sniffed(STR("1|a|2024-01-01\n2|b|2024-01-02\n"), NULL);
    cr_assert_str_eq(f.dialect.delimiter, "|");
    cr_assert_eq(f.dialect.header, 0);
    cr_assert_str_eq(f.names[2], "column_3");
    f = sniffed(STR("id,,id\n1,2,3\n"), NULL);
    cr_assert_str_eq(f.names[1], "column_2");
    cr_assert_str_eq(f.names[2], "id_2");
    f = sniffed(STR("a,b\n'x, y',1\n'z, w',2\n"), NULL);
    cr_assert_eq(f.dialect.quote, '\'');
}

Test(csv, what_is_no_table_is_refused)
{
    CsvDialect unknown;
    CsvFinding f;
    Err err = {0};
    csv_dialect_unknown(&unknown);
    cr_assert(file_write(path, STR(""), 0600, &err));
    cr_assert_not(csv_sniff(a, path, &unknown, &f, &err));
    cr_assert_eq(err.kind, ERR_SOURCE);
    cr_assert_not(csv_sniff(a, "/tmp", &unknown, &f, &err));
    Buf wide = {0};
    for (int i = 0; i < 100000; i++)
        buf_add_text(&wide, "x,");
    cr_assert(file_write(path, buf_str(&wide), 0600, &err));
    cr_assert_not(csv_sniff(a, path, &unknown, &f, &err));
    buf_free(&wide);
}

// Most that was held at any time, in MiB.
static long held(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss >> 10;
}

// A quote that is not closed before a line as long as the file: it is passed by without being held.
Test(csv, a_line_as_long_as_the_file_is_not_held)
{
    enum { LONG = 160 << 20, HELD_MIB = 80 };
    CsvDialect d = {.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '"', .skip = 1};
    CsvFinding f = sniffed(STR("x\na,b\n"), &d);
    Err err = {0};
    cr_assert(file_write(path, STR("x\na,b\n\""), 0600, &err));
    cr_assert_eq(truncate(path, LONG), 0);
    const long before = held();
    CsvReader *r = csv_open(a, path, &f, &err);
    CsvRecord record;
    cr_assert_not_null(r, "%s", err.text);
    cr_assert_eq(csv_next(r, &record, &err), CSV_RECORD);
    cr_assert_eq(csv_next(r, &record, &err), CSV_REFUSED);
    cr_assert_eq(record.line, 3);
    cr_assert_eq(csv_next(r, &record, &err), CSV_END, "%s", err.text);
    cr_assert_lt(held() - before, HELD_MIB);
}

// Converted, a byte becomes three; and once more as many without the escapes.
Test(csv, what_fields_hold_stays_where_it_is)
{
    enum { LONG = 300000 };
    Buf text = {0};
    buf_add_text(&text, "\"a\"\"b\",\"");
    for (int i = 0; i < LONG; i++)
        buf_add_char(&text, (char)0x80);
    buf_add_text(&text, "\"\"\"\n");
    CsvDialect d = {.encoding = "windows-1252", .delimiter = ",", .quote = '"', .escape = '"'};
    CsvFinding f = {.dialect = d, .columns = 2};
    Err err = {0};
    CsvRecord record;
    cr_assert(file_write(path, buf_str(&text), 0600, &err));
    CsvReader *r = csv_open(a, path, &f, &err);
    cr_assert_not_null(r, "%s", err.text);
    cr_assert_eq(csv_next(r, &record, &err), CSV_RECORD);
    cr_assert(str_is(record.fields[0], "a\"b"));
    cr_assert_eq(record.fields[1].len, 3 * LONG + 1);
    cr_assert(str_ends(record.fields[1], "€€\""));
    buf_free(&text);
}

// iconv knows encodings of two bytes by many names.
Test(csv, line_ends_of_two_bytes_are_known_under_every_name)
{
    static const char *const little[] = {"UTF-16LE", "utf16le", "UCS2", "UCS-2LE", "UNICODELITTLE"};
    static const char *const big[] = {"utf-16be", "UTF16BE", "UNICODEBIG"};
    CsvDialect d = {.delimiter = ",", .quote = '"', .escape = '"'};
    for (size_t i = 0; i < ARRAY_LEN(little); i++) {
        d.encoding = little[i];
        cr_expect_str_eq(read_with(STR("a\0,\0b\0\n\0c\0,\0d\0\n\0"), &d), "[a][b]\n[c][d]\n", "%s", little[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(big); i++) {
        d.encoding = big[i];
        cr_expect_str_eq(read_with(STR("\0a\0,\0b\0\n\0c\0,\0d\0\n"), &d), "[a][b]\n[c][d]\n", "%s", big[i]);
    }
}

// A few bytes may hold gigabytes: they are unpacked bit by bit.
Test(csv, what_is_packed_is_not_held_unpacked)
{
    enum { FRAME = 64 << 20, FRAMES = 8, HELD_MIB = 256 };
    CsvDialect d = {.encoding = "utf-8", .delimiter = ",", .quote = '"', .escape = '"', .header = 1};
    CsvFinding f;
    Err err = {0};
    Buf packed = {0};
    char *nothing = calloc(1, FRAME);
    Deflate *z = deflate_new();
    compress_block(z, STR("a,b\n"), &packed);
    for (int i = 0; i < FRAMES; i++)
        compress_block(z, (Str){nothing, FRAME}, &packed);
    deflate_free(z);
    free(nothing);
    cr_assert_lt(packed.len, 128 << 10);
    cr_assert(file_write(path, buf_str(&packed), 0600, &err));
    buf_free(&packed);
    const long before = held();
    cr_assert(csv_sniff(a, path, &d, &f, &err), "%s", err.text);
    cr_assert_str_eq(f.names[1], "b");
    cr_assert_lt(held() - before, HELD_MIB);
}
