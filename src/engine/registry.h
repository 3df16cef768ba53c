// Which workers of this user there are on this machine, whatever their workspaces: a small file for each in
// $XDG_STATE_HOME/mudanza/workers (else ~/.local/state). The clinic's lock says whether one is alive.
#ifndef ENGINE_REGISTRY_H
#define ENGINE_REGISTRY_H

#include "engine/beat_read.h"

typedef struct {
    const char *clinic, *workspace, *state_folder;
    int64_t run, pid;
    const char *mode, *since;
    bool told; // it has a status.json already
    WorkerSeen seen;
} RegisteredWorker;

// Of this process. A folder that cannot be written costs no more than the line in `mudanza ps`.
void registry_add(const char *clinic, const char *workspace, const char *state_folder, const char *mode,
                  int64_t run);
void registry_remove(void);

// The live ones, by clinic; files of dead ones are removed.
RegisteredWorker *registry_list(Arena *a, size_t *n);

#endif
