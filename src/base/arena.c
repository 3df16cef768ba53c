#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, ALIGNMENT = 16 };

typedef struct Block Block;
struct Block {
    Block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

typedef struct Deferred Deferred;
struct Deferred {
    Deferred *next;
    void (*close)(void *thing);
    void *thing;
};

struct Arena {
    Block *blocks; // newest first
    Deferred *deferred;
    size_t used;
};

static Block *block_new(size_t size)
{
    Block *b = malloc(sizeof *b + size);
    if (!b)
        abort();
    b->next = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

Arena *arena_new(void)
{
    Arena *a = calloc(1, sizeof *a);
    if (!a)
        abort();
    return a;
}

static void run_deferred(Arena *a)
{
    while (a->deferred) {
        Deferred *d = a->deferred;
        a->deferred = d->next;
        d->close(d->thing);
    }
}

void arena_free(Arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    for (Block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void arena_free_at(Arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(Arena *a)
{
    run_deferred(a);
    Block *keep = NULL;
    for (Block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        if (!keep && b->size == BLOCK_SIZE)
            keep = b;
        else
            free(b);
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
    a->blocks = keep;
    a->used = 0;
}

static void *take(Arena *a, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < size)
        abort();
    a->used += rounded;
    Block *b = a->blocks;
    if (b && b->size - b->used >= rounded) {
        void *p = b->bytes + b->used;
        b->used += rounded;
        return p;
    }
    Block *fresh = block_new(MAX(rounded, (size_t)BLOCK_SIZE));
    fresh->used = rounded;
    // A big block goes behind the current one, which keeps serving small requests.
    if (b && rounded > BLOCK_SIZE / 2) {
        fresh->next = b->next;
        b->next = fresh;
    } else {
        fresh->next = b;
        a->blocks = fresh;
    }
    return fresh->bytes;
}

void *arena_take(Arena *a, size_t size)
{
    return memset(take(a, size), 0, size);
}

void *arena_take_array(Arena *a, size_t size, size_t n)
{
    size_t total;
    if (__builtin_mul_overflow(size, n, &total))
        abort();
    return arena_take(a, total);
}

void *arena_copy(Arena *a, const void *bytes, size_t size)
{
    void *p = take(a, size);
    return size ? memcpy(p, bytes, size) : p;
}

char *arena_text(Arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        abort();
    char *text = take(a, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

size_t arena_used(const Arena *a)
{
    return a->used;
}

void arena_defer(Arena *a, void (*close)(void *thing), void *thing)
{
    Deferred *d = arena_one(a, Deferred);
    d->close = close;
    d->thing = thing;
    d->next = a->deferred;
    a->deferred = d;
}
