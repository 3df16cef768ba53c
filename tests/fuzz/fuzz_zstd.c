// Compressed files: the stream, the plaintext, the database in it, its hash.
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/judgement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    judge_file(input_file(STR("\x28\xB5\x2F\xFD"), data, size), NULL, "zstd");
    return 0;
}
