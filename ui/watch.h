// Sees on disk that something changed, without looking again and again: inotify on the folders of a clinic, or
// of all clinics of a workspace. What happens in quick succession is told at most four times a second.
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include "base/date.h"
#include "base/str.h"

enum { WATCH_BETWEEN_US = 250000 };

typedef struct Watch Watch;

Watch *watch_open(void);
void watch_close(Watch *w);
int watch_fd(const Watch *w); // readable when something happened; -1: this machine can watch no more folders

// What is watched from now on: these folders (NULL-ended; those that do not exist yet are left out). Folders
// that were watched before stay without a gap.
void watch_folders(Watch *w, const char *const *folders);

// Takes in what happened, once watch_fd() is readable.
void watch_read(Watch *w);
// CHANGED_* that are due by now, 0: none; they are told once.
unsigned watch_due(Watch *w, Instant now);
// Microseconds until watch_due() has something, -1: nothing happened.
int64_t watch_wait(const Watch *w, Instant now);
// Whether a folder came or went since the last call, so that other folders may have to be watched.
bool watch_folders_changed(Watch *w);

#endif
