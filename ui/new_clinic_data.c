#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "source/dpmf.h"
#include "ui/new_clinic.h"

enum { OPEN_BELOW = 512 << 20 }; // bytes: a larger file that has to be unpacked is not, only to look into it

static const char *plaintext_folder(void)
{
    const char *temp = getenv("TMPDIR");
    return temp && *temp ? temp : "/var/tmp"; // /tmp is often memory, and plaintext can be large
}

static void look_inside(Arena *a, SourceLook *look, const Secret *secret)
{
    DpmfVerdict verdict;
    Err err = {0};
    Dpmf *d = dpmf_open(look->path, secret, plaintext_folder(), NULL, &verdict, &err);
    if (!d) {
        look->trouble = arena_text(a, "%s", err.text);
        return;
    }
    const char *version = dpmf_meta(d, "format_version"), *system = dpmf_meta(d, "source_system");
    look->opened = true;
    look->layering = arena_text(a, "%s", dpmf_layering(d));
    look->version = version ? arena_text(a, "%s", version) : NULL;
    look->system = system ? arena_text(a, "%s", system) : NULL;
    look->entities = dpmf_entity_count(d);
    for (size_t i = 0; i < look->entities; i++)
        look->rows += MAX(dpmf_entity(d, i)->declared, 0);
    dpmf_close(d);
}

void *source_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const SourceWish *w = wish;
    AUTO(secret_free_at) Secret *secret = w->secret;
    SourceLook *look = arena_one(a, SourceLook);
    FileStamp stamp;
    Err ignored = {0};
    (void)o, (void)clinic, (void)err;
    look->path = arena_text(a, "%s", w->path);
    look->there = file_exists(w->path);
    look->folder = look->there && file_is_folder(w->path);
    if (!look->there || look->folder || !file_stamp(w->path, &stamp, &ignored))
        return look;
    look->bytes = stamp.size;
    look->recognised = dpmf_recognised(w->path);
    if (!look->recognised || !dpmf_is_encrypted(w->path, &look->encrypted, &ignored))
        return look;
    if ((!look->encrypted || secret) && look->bytes < OPEN_BELOW)
        look_inside(a, look, secret);
    return look;
}

void *clinics_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const ClinicsWish *w = wish;
    ClinicsLook *look = arena_one(a, ClinicsLook);
    (void)o, (void)clinic;
    return target_clinics(a, w->workspace, w->profile, w->target, MOST_CLINICS, &look->items, &look->n, err) ? look
                                                                                                             : NULL;
}

void *profiles_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)clinic, (void)wish, (void)err;
    return (void *)(uintptr_t)profile_names(a, o->workspace);
}
