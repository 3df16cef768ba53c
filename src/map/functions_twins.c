// pair_twins: which act that was only planned is the shadow of one that was done.
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "map/functions_sql.h"

typedef struct {
    char *key;
    int64_t day;
} Act;

typedef struct {
    Act *list;
    size_t n, room;
} Acts;

// SQLite's memory, all zero at first.
typedef struct {
    Acts done, open;
    int most; // days from an open act to the done one that claims it
} Twins;

static void add(Acts *acts, Str key, int64_t day)
{
    if (acts->n == acts->room) {
        acts->room = acts->room ? acts->room * 2 : 8;
        acts->list = realloc(acts->list, acts->room * sizeof *acts->list);
        if (!acts->list)
            abort();
    }
    char *copy = strndup(key.at, key.len);
    if (!copy)
        abort();
    acts->list[acts->n++] = (Act){copy, day};
}

// pair_twins(key, day, done, most)
static void twins_step(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Twins *t = sqlite3_aggregate_context(call, sizeof *t);
    AUTO(buf_free) Buf key_text = {0};
    AUTO(buf_free) Buf day_text = {0};
    Date day;
    if (!t || !call_small_int(call, args[3], N_("the days between twins"), 0, 36500, &t->most))
        return;
    Str key = call_text(args[0], &key_text), text = call_trimmed(args[1], &day_text);
    if (key.at && date_parse(text, "ymd", &day)) // without a day there is nothing to compare
        add(sqlite3_value_int(args[2]) ? &t->done : &t->open, key, date_days(day));
}

static int by_day(const void *x, const void *y)
{
    const Act *a = x, *b = y;
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day) : strcmp(a->key, b->key);
}

// Of one day the lowest key last: the search goes backwards.
static int by_day_backwards(const void *x, const void *y)
{
    const Act *a = x, *b = y;
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day) : strcmp(b->key, a->key);
}

// How many open acts are of this day or earlier.
static size_t count_until(const Acts *open, int64_t day)
{
    size_t low = 0, high = open->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (open->list[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// free_upto[n]: of the first n open acts, up to which one the last that nobody claimed stands; 0: none.
static size_t last_free(size_t *free_upto, size_t n)
{
    size_t found = n;
    while (free_upto[found] != found)
        found = free_upto[found];
    while (free_upto[n] != found) {
        size_t next = free_upto[n];
        free_upto[n] = found;
        n = next;
    }
    return found;
}

static void pair(Twins *t, Buf *out)
{
    size_t *free_upto = malloc((t->open.n + 1) * sizeof *free_upto);
    if (!free_upto)
        abort();
    for (size_t i = 0; i <= t->open.n; i++)
        free_upto[i] = i;
    if (t->done.n) // qsort takes no NULL, however short
        qsort(t->done.list, t->done.n, sizeof *t->done.list, by_day);
    if (t->open.n)
        qsort(t->open.list, t->open.n, sizeof *t->open.list, by_day_backwards);
    JsonOut j = {.out = out};
    json_open_list(&j, NULL);
    for (size_t i = 0; i < t->done.n; i++) {
        const Act *done = &t->done.list[i];
        size_t at = last_free(free_upto, count_until(&t->open, done->day));
        if (!at || done->day - t->open.list[at - 1].day > t->most)
            continue;
        json_open_list(&j, NULL);
        json_text(&j, NULL, t->open.list[at - 1].key);
        json_text(&j, NULL, done->key);
        json_close_list(&j);
        free_upto[at] = at - 1;
    }
    json_close_list(&j);
    free(free_upto);
}

static void forget(Acts *acts)
{
    for (size_t i = 0; i < acts->n; i++)
        free(acts->list[i].key);
    free(acts->list);
}

static void twins_final(sqlite3_context *call)
{
    Twins *t = sqlite3_aggregate_context(call, 0);
    AUTO(buf_free) Buf out = {0};
    if (t && t->done.n && t->open.n)
        pair(t, &out);
    if (out.len > 2)
        call_give_buf(call, &out);
    if (t) {
        forget(&t->done);
        forget(&t->open);
    }
}

int pair_twins_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state))
{
    return sqlite3_create_function_v2(db, "pair_twins", 4, flags, state, NULL, twins_step, twins_final, release);
}
