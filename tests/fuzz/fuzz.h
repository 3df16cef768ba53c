// What every harness has: one function that takes an input and ends the program when a promise is broken.
//
// Built with libFuzzer (`make fuzz`) it is called with inputs that are made up; otherwise replay.c calls it
// with files.
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A promise: unlike assert() it is there in every build.
#define PROMISE(held)                                                                                        \
    do {                                                                                                     \
        if (!(held)) {                                                                                       \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #held);                               \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
