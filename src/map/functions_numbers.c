// hand_out: which row gets the number it wants, and which one the next that is free.
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/json_out.h"
#include "map/functions_sql.h"

static const int64_t largest = 1000000000000; // of a number that somebody may want

typedef struct {
    char *key;
    int64_t wanted; // 0: none
} Wish;

// Numbers that are taken: a hash table without removal, 0 in what is free.
typedef struct {
    int64_t *slots;
    size_t n, room; // room: a power of two
} Taken;

typedef struct {
    Wish *list;
    size_t n, room;
    Taken taken;
    int64_t top; // of those that were there before
} Numbers;

static size_t slot_of(const Taken *t, int64_t number)
{
    size_t i = ((uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (t->room - 1);
    while (t->slots[i] && t->slots[i] != number)
        i = (i + 1) & (t->room - 1);
    return i;
}

static bool is_taken(const Taken *t, int64_t number)
{
    return t->room && t->slots[slot_of(t, number)];
}

static void take(Taken *t, int64_t number)
{
    if (t->n * 2 >= t->room) {
        Taken larger = {.room = t->room ? t->room * 2 : 64};
        larger.slots = calloc(larger.room, sizeof *larger.slots);
        if (!larger.slots)
            abort();
        for (size_t i = 0; i < t->room; i++)
            if (t->slots[i])
                larger.slots[slot_of(&larger, t->slots[i])] = t->slots[i];
        free(t->slots);
        larger.n = t->n;
        *t = larger;
    }
    size_t at = slot_of(t, number);
    t->n += t->slots[at] == 0;
    t->slots[at] = number;
}

// hand_out(key, wanted): without a key the number is gone already.
static void numbers_step(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Numbers *s = sqlite3_aggregate_context(call, sizeof *s);
    AUTO(buf_free) Buf scratch = {0};
    int64_t wanted;
    if (!s)
        return;
    Str key = call_text(args[0], &scratch);
    if (call_integer(args[1], &wanted) != INT_OK || wanted <= 0 || wanted > largest)
        wanted = 0;
    if (!key.at) {
        s->top = MAX(s->top, wanted);
        if (wanted)
            take(&s->taken, wanted);
        return;
    }
    if (s->n == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->list = realloc(s->list, s->room * sizeof *s->list);
        if (!s->list)
            abort();
    }
    char *copy = strndup(key.at, key.len);
    if (!copy)
        abort();
    s->list[s->n++] = (Wish){copy, wanted};
}

static int by_key(const void *x, const void *y)
{
    return strcmp(((const Wish *)x)->key, ((const Wish *)y)->key);
}

static void hand_out(Numbers *s, Buf *out)
{
    JsonOut j = {.out = out};
    int64_t top = -1; // not known until a number is taken
    if (s->n)
        qsort(s->list, s->n, sizeof *s->list, by_key);
    json_open_list(&j, NULL);
    for (size_t i = 0; i < s->n; i++) {
        int64_t number = s->list[i].wanted;
        bool granted = number && !is_taken(&s->taken, number);
        if (granted) {
            top = MAX(top, number);
        } else {
            top = top < 0 ? s->top : top;
            do
                top++;
            while (is_taken(&s->taken, top));
            number = top;
        }
        take(&s->taken, number);
        json_int(&j, NULL, granted ? number : -number);
    }
    json_close_list(&j);
}

static void numbers_final(sqlite3_context *call)
{
    Numbers *s = sqlite3_aggregate_context(call, 0);
    AUTO(buf_free) Buf out = {0};
    if (!s)
        return;
    if (s->n) {
        hand_out(s, &out);
        call_give_buf(call, &out);
    }
    for (size_t i = 0; i < s->n; i++)
        free(s->list[i].key);
    free(s->list);
    free(s->taken.slots);
}

int hand_out_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state))
{
    return sqlite3_create_function_v2(db, "hand_out", 2, flags, state, NULL, numbers_step, numbers_final, release);
}
