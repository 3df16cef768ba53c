// Memory with one lifetime: everything taken from an arena goes when the arena goes.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *a);     // NULL is fine
void arena_free_at(Arena **a); // for AUTO(arena_free_at)
void arena_reset(Arena *a);    // empties it and keeps one block: the scratch of a loop

void *arena_take(Arena *a, size_t size); // zeroed, aligned for anything; aborts when memory is out
void *arena_take_array(Arena *a, size_t size, size_t n);        // checks the product
void *arena_copy(Arena *a, const void *bytes, size_t size);     // not zero-ended
char *arena_text(Arena *a, const char *fmt, ...) PRINTF(2, 3);  // formatted, NUL-ended
size_t arena_used(const Arena *a);                              // bytes handed out since the last reset

// Runs last-in first-out on free and reset: for handles that live as long as the arena.
void arena_defer(Arena *a, void (*close)(void *thing), void *thing);

#define arena_one(a, type) ((type *)arena_take((a), sizeof(type)))
#define arena_many(a, type, n) ((type *)arena_take_array((a), sizeof(type), (n)))

#endif
