// All screens and overlays, by how they are opened. Each returns what app_push() takes.
#ifndef UI_SCREENS_H
#define UI_SCREENS_H

#include "engine/engine.h"
#include "ui/app.h"

Screen *clinics_screen(void);                    // clinics.c
Screen *new_clinic_form(const App *app);         // new_clinic.c
Screen *board_screen(void);                      // board.c
Screen *step_screen(App *app, const char *entity, Stage stage, int tab); // step.c; tab 1 to 7
// records: ids "patient:..." one can go through with n and p; at: the first shown. Copied. Of a list that goes on
// see record_list.h.
Screen *record_screen(const char *const *records, size_t n, size_t at); // record.c
Screen *warnings_screen(App *app, const char *entity, const char *step);          // warnings.c; NULL: all
Screen *warnings_screen_of(App *app, const char *filter); // as it is typed behind `/`: "code:... state:all"
Screen *autopilot_screen(void);                  // autopilot.c: the live run, or the last one
Screen *config_screen(int line, int column);     // config_screen.c; 0: the first problem
Screen *report_screen(int64_t run);              // report_screen.c; 0: the newest
Screen *links_screen(void);                      // links.c: catalogue items and what they are linked to
Screen *journal_screen(void);                    // journal.c: audit.log and runs, what anyone did

// Overlays.
Screen *help_overlay(const ScreenType *of);      // help.c
Screen *palette_overlay(const ScreenType *of);   // help.c: Enter does it
Screen *messages_overlay(void);                  // messages.c
// run_plan.c: what would run, and y to run it. mode: run, autopilot, resume, rehearse; select: names of entities or
// steps, NULL-ended, copied; NULL: all. options: more flags for the worker ("--on-reject", "stop"); NULL-ended; NULL.
Screen *run_plan_overlay(App *app, const char *mode, const char *const *select, const char *const *options);
Screen *danger_overlay(void);                    // danger.c
Screen *stop_overlay(void);                      // stop.c
Screen *in_use_overlay(void);                    // in_use.c
Screen *passphrase_overlay(void (*given)(App *app, void *arg, Str passphrase), void *arg); // passphrase.c

// Asks for one line of text: title, a sentence, what it is now. given is called with Enter, unless check refuses:
// it returns what is wrong with a text, or NULL. check may be NULL. arg must outlive the question. asks.c
Screen *ask_overlay(const char *title, const char *sentence, const char *now, const char *(*check)(void *arg, const char *text),
                    void (*given)(App *app, void *arg, const char *text), void *arg);
// Asks y (or s in Spanish) or Esc. Enter does nothing. asks.c
Screen *confirm_overlay(const char *title, const char *text, void (*yes)(App *app, void *arg), void *arg);
// Chooses one of some lines; the first is never a destructive one. asks.c
typedef struct {
    int key; // a letter that chooses it
    const char *text;
} Choice;
Screen *choice_overlay(const char *title, const char *text, const Choice *choices, size_t n,
                       void (*chosen)(App *app, void *arg, int key), void *arg);

#endif
