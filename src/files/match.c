#include "files/match.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *key; // digest, or path as a folder has it
    ListedFile *file;
} Entry;

struct Match {
    Entry *digests, *paths;
    size_t n_digests, n_paths;
};

static int by_key(const void *one, const void *other)
{
    return strcmp(((const Entry *)one)->key, ((const Entry *)other)->key);
}

// As the file would be called below the folder: with / and without ./ in front.
static const char *plain_path(Arena *a, const char *path)
{
    char *own = arena_text(a, "%s", path);
    for (char *c = own; *c; c++)
        if (*c == '\\')
            *c = '/';
    while (own[0] == '.' && own[1] == '/')
        own += 2;
    return own;
}

Match *match_new(Arena *a, ListedFile *files, size_t n)
{
    Match *m = arena_one(a, Match);
    m->digests = arena_many(a, Entry, n + 1);
    m->paths = arena_many(a, Entry, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (files[i].sha256)
            m->digests[m->n_digests++] = (Entry){files[i].sha256, &files[i]};
        m->paths[m->n_paths++] = (Entry){plain_path(a, files[i].path), &files[i]};
    }
    qsort(m->digests, m->n_digests, sizeof(Entry), by_key);
    qsort(m->paths, m->n_paths, sizeof(Entry), by_key);
    return m;
}

// The first entry that is not before key.
static size_t first(const Entry *list, size_t n, const char *key)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void match_each(const Match *m, const char *sha256, const char *path, int64_t size,
                void (*each)(void *arg, ListedFile *file, bool by_path), void *arg)
{
    for (size_t i = first(m->digests, m->n_digests, sha256); i < m->n_digests && !strcmp(m->digests[i].key, sha256); i++)
        each(arg, m->digests[i].file, false);
    for (size_t i = first(m->paths, m->n_paths, path); i < m->n_paths && !strcmp(m->paths[i].key, path); i++)
        if (!m->paths[i].file->sha256 && m->paths[i].file->size == size)
            each(arg, m->paths[i].file, true);
}

bool match_path(const Match *m, const char *path)
{
    size_t i = first(m->paths, m->n_paths, path);
    return i < m->n_paths && strcmp(m->paths[i].key, path) == 0;
}
