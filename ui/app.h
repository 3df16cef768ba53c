// The program behind the screens: the stack of them, the clinic, messages, what is read and what is watched.
#ifndef UI_APP_H
#define UI_APP_H

#include "base/date.h"
#include "base/problems.h"
#include "engine/beat_read.h"
#include "ui/screen.h"

typedef struct {
    const char *workspace; // absolute; NULL: none yet (Clinics offers to make the first clinic)
    const char *state_dir; // --state-dir; NULL
    const char *program;   // path of mudanza, to start workers
    bool read_only, unicode;
    // Tests: gives what app_fetch() would read, before that returns. NULL: it is read.
    void *(*stand_in)(Arena *a, const char *screen, int what);
    const char *(*clock)(Arena *a); // "12:11"; NULL: the real one. Tests give a fixed one
    const char *user;               // NULL: the real one
} AppOptions;

App *app_new(const AppOptions *o);
// false: something is still being read, by a server that does not answer; what that uses is kept, and the program
// has to end without looking back: _exit().
bool app_free(App *app);
const AppOptions *app_options(const App *app);
Arena *app_arena(const App *app); // as long as the app: for small texts that a reading thread needs

// ---- Screens ---------------------------------------------------------------------------------------
void app_push(App *app, Screen *s); // the app owns it
void app_pop(App *app, Screen *s);  // closes s and all above it
Screen *app_top(const App *app);
bool app_left(const App *app); // nothing is left to show
void app_leave(App *app);      // Q: closes all

void app_key(App *app, int key);
void app_do(App *app, const Binding *b); // as if its key was pressed
void app_paste(App *app, const char *text); // pasted: goes to a field, and nowhere else
const char *app_pasted(const App *app);     // during key() with K_PASTE
void app_changed(App *app, unsigned what);  // CHANGED_*: tells all screens
void app_paint(App *app, Surface *surface);
int app_body_rows(const App *app); // as painted last: what a page is

// ---- The clinic -----------------------------------------------------------------------------------------
// Loads it. false: *problems has why (its configuration is wrong); then app_clinic() is NULL, app_clinic_name() is set.
bool app_open_clinic(App *app, const char *name, Problems **problems);
void app_set_workspace(App *app, const char *workspace); // with its first clinic the folder of clinics is made
const Clinic *app_clinic(const App *app); // NULL: none, or its configuration is wrong
const char *app_clinic_name(const App *app);
// The worker of the clinic, as its status.json tells, looked at when CHANGED_RUN comes. NULL: nobody is at work.
const WorkerSeen *app_worker(const App *app);
// Whether values are shown as they are. M asks and writes audit.log first; the end of a screen ends it.
bool app_unmasked(const App *app);

// ---- Reading -----------------------------------------------------------------------------------------------
// Runs on a thread of its own: may read databases and files, never the app or a screen. Takes its result from a.
// wish is a copy of what was given. clinic may be NULL.
typedef void *(*FetchRead)(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
enum { FETCH_KINDS = 8 };
// what: 0 to FETCH_KINDS - 1, chosen by the screen; one of a kind at a time: a new one replaces one that has
// not begun, and the result of an old one is dropped. wish: copied; texts in it may be the
// screen's or of its results: they stay until nothing is read for it.
void app_fetch(App *app, Screen *s, int what, FetchRead read, const void *wish, size_t size);
bool app_fetching(const App *app, const Screen *s, int what);
int app_fetch_fd(const App *app);   // readable when results wait; then
void app_fetch_take(App *app);      // gives them to their screens
// A result stays until another one takes its place, also when the reading after it failed.
// What failed because another program held it is read again: microseconds until all screens are to be told that
// records changed; -1: nothing failed so.
int64_t app_again_in(const App *app, Instant now);
void app_again(App *app); // tells them

// ---- Messages -------------------------------------------------------------------------------------------------
typedef enum { SAY_INFO, SAY_WARN, SAY_ERROR, SAY_GOOD, SAY_STALE } Say; // i ! x + ~
void app_say(App *app, Say kind, const char *fmt, ...) PRINTF(3, 4); // shown until the next key, kept in :messages
void app_say_err(App *app, const Err *err);                          // text and hint
size_t app_messages(const App *app);                                 // how many are kept
const char *app_message(const App *app, size_t i, char *mark, Role *role); // i 0: the newest
// Copies by the terminal (OSC 52, tmux) and into a file; says so.
void app_copy(App *app, const char *text);
// For the loop, each once: what the terminal itself is asked to do, ACT_REDRAW, ACT_SUSPEND, ACT_MOUSE or ACT_NONE;
// what was copied since, NULL: nothing; what is to run in the foreground (an editor, a pager).
int app_take_wish(App *app);
const char *app_take_copied(App *app);
const char *const *app_take_foreground(App *app);
void app_foreground_ended(App *app); // by the loop, with the terminal taken back: back() of the screen on top follows
// Gives the terminal to a program and takes it back.
void app_run_foreground(App *app, const char *const *argv);

// ---- A worker ------------------------------------------------------------------------------------------------------
// Starts `mudanza ARGS...` as a process that outlives this one: own session, output into a file of the state folder.
// passphrase: given on a pipe, may be NULL. When it ends with an error before it runs, that is said. false + err.
typedef struct {
    const char *const *args;  // NULL-ended: "run", "--on-reject", "stop"; -C and --state-dir are added
    const char *const *names; // NULL-ended: the clinic, steps; whatever they begin with
    Str passphrase;          // without value: none
} Launch;
bool app_launch(App *app, const Launch *l, Err *err) MUST_CHECK;
int64_t app_launch_pid(const App *app); // of what we started last and has not been seen to end; 0: nothing
int app_launch_fd(const App *app); // -1, or readable when the worker we started has ended; then
void app_launch_ended(App *app);

#endif
