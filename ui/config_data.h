// What the configuration screen shows: both files with their problems, what can be done about them, every key
// with its value and where that comes from.
#ifndef UI_CONFIG_DATA_H
#define UI_CONFIG_DATA_H

#include "config/config_place.h"
#include "config/config_preview.h"
#include "config/config_review.h"
#include "engine/connections.h"
#include "ui/app.h"

typedef struct {
    const ConfigReview *review;
    ConfigPlace *places[REVIEW_FILES];
    size_t n_places[REVIEW_FILES];
    const char **fixes; // what each problem's fix would change, as lines with - and +; NULL: it has none
} ConfigModel;

// FetchRead: wish is a pointer to the text of the clinic's name.
void *config_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// A change that was agreed to: a fix of the problem there, or another text for the value there.
typedef struct {
    const char *clinic;
    ReviewFile file;
    int line, col;
    const char *problem; // its text: the fix of this one; NULL: a value is set
    const char *text;    // of the value
} ConfigChange;
// FetchRead: wish is a ConfigChange; the result is one sentence, when the file was written.
void *config_apply(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// FetchRead: Connection[CONNECT_PARTS] of the clinic; may take as long as a server does not answer.
void *config_connect(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
