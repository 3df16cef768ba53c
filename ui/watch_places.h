// Which folders the screens have to watch: those of the clinic they are about, or of all clinics.
#ifndef UI_WATCH_PLACES_H
#define UI_WATCH_PLACES_H

#include "ui/app.h"
#include "ui/watch.h"

typedef struct {
    Arena *arena;
    const Clinic *clinic;
    bool all;
    int64_t run; // that is live; 0: none; -1: look anew
} WatchedPlaces;

// Does nothing while the screens are about the same as before. true: it now watches all clinics and did not
// before, so what happened there meanwhile is not known.
bool watch_places(Watch *w, WatchedPlaces *p, const App *app);
void watch_places_free(WatchedPlaces *p);

#endif
