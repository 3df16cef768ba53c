// What people ask of a run under way: from the thread that hears it to the worker, who obeys at a safe point.
#ifndef ENGINE_ORDERS_H
#define ENGINE_ORDERS_H

#include "base/err.h"

typedef enum { ORDER_PAUSE, ORDER_CONTINUE, ORDER_STOP } OrderKind;
extern const char *const order_words[3]; // pause, continue, stop
typedef enum { STOP_NOT, STOP_AFTER_STEP, STOP_AFTER_BATCH, STOP_NOW } StopWhen;
extern const char *const stop_words[4]; // "", step, batch, now

typedef struct {
    OrderKind kind;
    StopWhen stop;            // of ORDER_STOP
    char id[65];              // as the asker called it
    char by[65], from[97];    // user, and host:terminal as they say
} Order;

typedef struct Orders Orders;
Orders *orders_new(void);
void orders_free(Orders *o); // NULL is fine

// From any thread. false: too many wait already. STOP_NOW is also a cancel_request().
bool orders_put(Orders *o, const Order *order);
bool orders_take(Orders *o, Order *out); // false, and cheap, when there is none
int orders_fd(const Orders *o);          // readable while some wait: to poll during a pause

#endif
