#include "engine/orders.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>

#include "base/cancel.h"

static bool readable(const Orders *o)
{
    struct pollfd p = {.fd = orders_fd(o), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

Test(orders, come_in_the_order_in_which_they_were_given)
{
    Orders *o = orders_new();
    Order got;
    cancel_start(true);
    cr_assert_not(orders_take(o, &got));
    cr_assert_not(readable(o));
    for (int i = 0; i < 3; i++) {
        Order order = {.kind = ORDER_PAUSE};
        snprintf(order.id, sizeof order.id, "c%d", i);
        cr_assert(orders_put(o, &order));
    }
    cr_assert(readable(o));
    for (int i = 0; i < 3; i++) {
        cr_assert(orders_take(o, &got));
        cr_assert_eq(got.id[1], '0' + i);
    }
    cr_assert_not(orders_take(o, &got));
    cr_assert_not(readable(o));
    cr_assert_not(cancel_requested());
    orders_free(o);
}

Test(orders, too_many_are_refused_and_now_is_now)
{
    Orders *o = orders_new();
    Order order = {.kind = ORDER_CONTINUE}, now = {.kind = ORDER_STOP, .stop = STOP_NOW};
    int n = 0;
    cancel_start(true);
    cr_assert(orders_put(o, &now));
    cr_assert(cancel_requested());
    while (orders_put(o, &order))
        cr_assert_lt(++n, 100);
    cr_assert_gt(n, 3);
    cr_assert(orders_take(o, &order));
    cr_assert_eq(order.stop, STOP_NOW);
    cr_assert(orders_put(o, &order));
    orders_free(o);
}
