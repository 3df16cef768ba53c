#include "base/relay.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MANY = 20000, FAIL_AT = 700 };

typedef struct {
    int next;
    int fail_at;
    atomic_int inside;
    pthread_t thread;
} Taker;

static bool take(void *arg, void *buffer, Err *err)
{
    Taker *t = arg;
    int *number = buffer;
    cr_assert_eq(atomic_fetch_add(&t->inside, 1), 0);
    cr_assert_eq(*number, t->next);
    t->thread = pthread_self();
    t->next++;
    *number = -1;
    atomic_fetch_sub(&t->inside, 1);
    return t->next != t->fail_at || err_set(err, ERR_STEP, "no more after %d", t->next);
}

// How many were handed over before the other side failed, or all.
static int hand_over(Relay *r, int n, Err *err)
{
    for (int i = 0; i < n; i++) {
        int *number = relay_get(r, err);
        if (!number)
            return i;
        *number = i;
        relay_put(r);
    }
    return n;
}

Test(relay, everything_is_taken_once_and_in_order)
{
    Taker t = {0};
    Err err = {0};
    AUTO(relay_free_at) Relay *r = relay_new(sizeof(int), take, &t);
    cr_assert_eq(hand_over(r, MANY, &err), MANY);
    cr_assert(relay_drain(r, &err));
    cr_expect_eq(t.next, MANY);
    cr_expect_not(pthread_equal(t.thread, pthread_self()));
    cr_assert(relay_drain(r, &err), "nothing more to wait for");
}

Test(relay, a_failure_comes_back_and_ends_it)
{
    Taker t = {.fail_at = FAIL_AT};
    Err err = {0};
    AUTO(relay_free_at) Relay *r = relay_new(sizeof(int), take, &t);
    int n = hand_over(r, MANY, &err);
    cr_expect(n >= FAIL_AT && n < FAIL_AT + 8, "%d were handed over", n);
    cr_expect_str_eq(err.text, "no more after 700");
    cr_expect_eq(err.kind, ERR_STEP);
    err = (Err){0};
    cr_expect_not(relay_drain(r, &err));
    cr_expect_str_eq(err.text, "no more after 700");
    cr_expect_null(relay_get(r, &err));
    cr_expect_eq(t.next, FAIL_AT);
}

// A new thread wants a stack of megabytes.
Test(relay, without_a_second_thread_it_does_the_same)
{
    long pages;
    FILE *f = fopen("/proc/self/statm", "r");
    cr_assert(f && fscanf(f, "%ld", &pages) == 1);
    fclose(f);
    struct rlimit was, tight;
    cr_assert_eq(getrlimit(RLIMIT_AS, &was), 0);
    tight = was;
    tight.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (256 << 10);
    Taker t = {.fail_at = FAIL_AT};
    Err err = {0};
    cr_assert_eq(setrlimit(RLIMIT_AS, &tight), 0);
    AUTO(relay_free_at) Relay *r = relay_new(sizeof(int), take, &t);
    cr_assert_eq(setrlimit(RLIMIT_AS, &was), 0);
    cr_expect_eq(hand_over(r, MANY, &err), FAIL_AT);
    cr_expect_str_eq(err.text, "no more after 700");
    cr_expect(pthread_equal(t.thread, pthread_self()));
    cr_expect_not(relay_drain(r, &err));
}

Test(relay, it_can_be_given_up_at_any_moment)
{
    for (int n = 0; n < 200; n++) {
        Taker t = {0};
        Err err = {0};
        Relay *r = relay_new(sizeof(int), take, &t);
        cr_assert_eq(hand_over(r, n % 10, &err), n % 10);
        relay_free(r);
        cr_assert_leq(t.next, n % 10);
    }
    relay_free(NULL);
}
