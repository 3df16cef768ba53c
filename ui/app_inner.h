// The app from inside: shared by app*.c, decide.c and launch.c alone.
#ifndef UI_APP_INNER_H
#define UI_APP_INNER_H

#include <pthread.h>

#include "base/date.h"
#include "ui/app.h"

// One reading under way, on its thread.
typedef struct Fetch Fetch;
struct Fetch {
    App *app;
    Screen *screen;
    bool dropped; // the screen was closed meanwhile, and is kept for what is read with its texts
    int what;
    Arena *arena;
    FetchRead read;
    const void *wish;
    size_t wish_size;
    AppOptions options;
    const Clinic *clinic;
    void *result;
    Err err;
    Fetch *next;
};

// What a screen reads, by its kinds.
struct Fetches {
    struct {
        Fetch *running;
        Arena *shown; // of the last result
        FetchRead read; // what follows when it has ended; NULL: nothing
        void *wish;
        size_t wish_size;
    } kinds[FETCH_KINDS];
    size_t running;
    struct OldResult *old; // what wishes under way may have texts of
    bool closed;
};

typedef struct {
    Say say;
    const char *text;
} Message;

enum { MESSAGES_KEPT = 200 };

struct App {
    AppOptions options;
    Arena *arena;
    Screen *top;
    const char *clinic_name;
    const Clinic *clinic;
    const Clinic *readable; // the one before, when its configuration is wrong now; NULL: it never was right
    Problems *problems;
    Arena *worker_arena;
    const WorkerSeen *worker;
    const Screen *unmasked;
    const char *pasted;

    Message messages[MESSAGES_KEPT]; // a ring; texts are malloc'ed
    size_t n_messages;
    bool message_shown;
    Instant said;

    int body_rows; // as painted last
    int wish;
    const char *copied;
    const char *const *foreground;
    Arena *wish_arena; // of copied and foreground

    pthread_mutex_t lock; // of done
    Fetch *done;
    int done_fd;
    size_t running;
    Instant again; // when what another program held is read again; 0: nothing is

    struct Launched *launched; // launch.c
    struct Decided *decided;   // decide.c
};

// Frees a screen that was closed; while something is read for it, once that has ended.
void app_free_screen(Screen *s);
bool app_fetches_end(App *app); // waits a moment for those under way; false: some go on
void app_look_at_worker(App *app);
void app_launch_close(App *app); // launch.c
const char *app_target_label(Arena *a, const Clinic *c); // "PROD db1/clinicsay" without its environment
int app_lines_of_message(const App *app, int width);
void app_paint_message(const App *app, Canvas *c);

#endif
