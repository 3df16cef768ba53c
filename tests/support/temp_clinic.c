#include "tests/support/temp_clinic.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/temp_folder.h"

TempClinic temp_clinic(void)
{
    TempClinic t = {.arena = arena_new()};
    const char *folder = temp_folder(t.arena);
    t.workspace = arena_text(t.arena, "%s/ws", folder);
    temp_file(t.arena, folder, "product/model/model.yaml", STR(""));
    temp_file(t.arena, folder, "product/profiles/dentalpin/profile.yaml", STR(""));
    temp_file(t.arena, folder, "ws/north/notes.txt", STR(""));
    setenv("MUDANZA_DATA_DIR", arena_text(t.arena, "%s/product", folder), 1);
    unsetenv("MUDANZA_STATE_DIR");
    unsetenv("MUDANZA_CLINICS_DIR");
    return t;
}

static void put(TempClinic *t, const char *name, const char *text)
{
    if (text)
        temp_file(t->arena, t->workspace, name, str_of(text));
    else
        unlink(arena_text(t->arena, "%s/%s", t->workspace, name));
}

Clinic *temp_clinic_load(TempClinic *t, const char *config, const char *commands)
{
    put(t, "north/config.yaml", config);
    put(t, "north/commands.yaml", commands);
    t->problems = problems_new(t->arena);
    return clinic_load(t->arena, t->workspace, "north", NULL, t->problems);
}

const char *temp_clinic_told(const TempClinic *t)
{
    AUTO(buf_free) Buf all = {0};
    AUTO(buf_free) Buf out = {0};
    problems_print(t->problems, &all);
    const char *folder = arena_text(t->arena, "%s/north/", t->workspace);
    for (const char *s = buf_text(&all), *found; *s; s = found ? found + strlen(folder) : s + strlen(s)) {
        found = strstr(s, folder);
        buf_add(&out, (Str){s, found ? (size_t)(found - s) : strlen(s)});
    }
    return arena_text(t->arena, "%s", buf_text(&out));
}
