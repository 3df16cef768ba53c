// A request to stop: made by a signal or a control command, asked for by the worker between rows.
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include "base/err.h"

// Installs handlers for SIGINT and SIGTERM (they only note the request), ignores SIGPIPE and SIGXFSZ, and SIGHUP
// when has_terminal is false. The second signal within five seconds leaves at once with 128 + signal.
// Calls that were interrupted go on (SA_RESTART): whoever waits long polls cancel_fd() beside.
// To be called once, and again in a forked child, which then starts with no request and its own pipe.
void cancel_start(bool has_terminal);

void cancel_outlive_terminal(void); // SIGHUP is ignored from now on: a worker goes on without its terminal
void cancel_request(int reason);  // reason: a signal number, or 0 for a control command; any thread
// Cheap: two atomic accesses. To be asked by the working thread alone: asking is its sign of life.
bool cancel_requested(void);
unsigned cancel_asked(void);      // changes each time somebody asks; any thread
int cancel_signal(void);          // the signal that asked, 0 when none
int cancel_fd(void);              // readable once requested: to poll beside a socket
bool cancel_check(Err *err);      // false + ERR_STOPPED once requested
// SIGUSR1 and SIGUSR2 are noted too, until somebody asks for them. Before that they end the program.
void cancel_listen_user(void);
bool cancel_user_signal(int number); // whether it came since the last call

#endif
