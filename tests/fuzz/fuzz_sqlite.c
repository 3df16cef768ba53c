// Raw SQLite files: schema, pages, values, hash.
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/judgement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    judge_file(input_file((Str){"SQLite format 3", 16}, data, size), NULL, "raw");
    return 0;
}
