// The input as a file, which is what the container reader takes: always the same one, in memory where that
// is possible, in a folder of our own that goes when the program ends.
#ifndef TESTS_FUZZ_INPUT_FILE_H
#define TESTS_FUZZ_INPUT_FILE_H

#include "tests/fuzz/fuzz.h"

// The file now holds start and then what data has behind as many bytes. Its path lives on.
const char *input_file(Str start, const uint8_t *data, size_t size);
const char *input_temp_folder(void); // a folder in it, where the reader may keep plaintext
void input_judge_order(void);        // nothing is left in the temporary folder, no descriptor stays open

#endif
