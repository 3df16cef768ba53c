// The main program of a harness without libFuzzer: tries each file given, and each file of a folder given.
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/fuzz/fuzz.h"

enum { LARGEST = 16 << 20 };

static size_t tried;

static void try_file(Arena *a, const char *path)
{
    Str bytes;
    Err err;
    if (!file_read(a, path, LARGEST, &bytes, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(EXIT_FAILURE);
    }
    // Exactly as long as the input, so that a sanitizer sees a byte too far.
    uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
    PROMISE(copy);
    if (bytes.len)
        memcpy(copy, bytes.at, bytes.len);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(copy, bytes.len);
    free(copy);
    tried++;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        Arena *a = arena_new();
        if (!file_is_folder(argv[i]))
            try_file(a, argv[i]);
        for (char **name = file_list(a, argv[i]); *name; name++)
            try_file(a, file_join(a, argv[i], *name));
        arena_free(a);
    }
    printf("%zu inputs\n", tried);
    return tried ? EXIT_SUCCESS : EXIT_FAILURE;
}
