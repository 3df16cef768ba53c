// Delimited text: looked at, then read to its end with what was found and with dialects of the input's own.
// Each byte of the file is in one record, header or empty line: places only move forward.
#include <stdlib.h>

#include "source/csv.h"
#include "tests/fuzz/input_file.h"

static void read_all(Arena *a, const char *path, const CsvDialect *d)
{
    CsvFinding f;
    CsvRecord record;
    CsvOutcome outcome = CSV_RECORD;
    Err err = {0};
    int64_t line = 0;
    CsvReader *r = csv_sniff(a, path, d, &f, &err) ? csv_open(a, path, &f, &err) : NULL;
    while (r && (outcome = csv_next(r, &record, &err)) != CSV_END && outcome != CSV_FAILED) {
        if (record.line <= line || record.offset < 0 || (outcome == CSV_RECORD && record.n != f.columns))
            abort();
        line = record.line;
    }
    if ((!r || outcome == CSV_FAILED) && !err.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {NULL, "utf-8", "windows-1252", "utf-16le", "gb18030", "ascii"};
    CsvDialect d;
    if (size < 2)
        return 0;
    Arena *a = arena_new();
    const char *path = input_file(STR(""), data + 2, size - 2);
    csv_dialect_unknown(&d);
    d.encoding = encodings[data[0] % 6];
    read_all(a, path, &d);
    d.delimiter[0] = data[1] & 1 ? ';' : '\t';
    d.delimiter[1] = data[1] & 2 ? ';' : '\0';
    d.quote = data[1] & 4 ? '"' : CSV_NONE;
    d.escape = data[1] & 8 ? '\\' : d.quote;
    d.header = (data[1] >> 4) & 1;
    d.skip = data[1] >> 6;
    d.null = data[1] & 32 ? "" : NULL;
    read_all(a, path, &d);
    arena_free(a);
    return 0;
}
