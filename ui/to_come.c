// What other files will define stands in here, weakly and last in the link, so that what is there already can
// be seen in the program. Each goes when its file comes, and this one with the last of them.
#include "engine/overview.h"
#include "ui/screens.h"

#define TO_COME __attribute__((weak))

static Screen *to_come(void)
{
    return messages_overlay();
}

TO_COME Screen *config_screen(int line UNUSED, int column UNUSED) { return to_come(); }
TO_COME ClinicOverview *overview_clinics(Arena *a, const char *workspace UNUSED, const char *state_dir UNUSED, size_t *n) { *n = 0; return arena_one(a, ClinicOverview); }
TO_COME void overview_clinic(Arena *a UNUSED, const char *name UNUSED, const Clinic *clinic UNUSED, const Problems *problems UNUSED, ClinicOverview *out UNUSED) { }
TO_COME int overview_by_attention(const void *left UNUSED, const void *right UNUSED) { return 0; }
TO_COME EntityOverview *overview_board(Arena *a, const Clinic *clinic UNUSED, size_t *n, Err *err UNUSED) { *n = 0; return arena_one(a, EntityOverview); }
