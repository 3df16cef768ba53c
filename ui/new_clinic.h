// The form that makes a clinic, in parts: new_clinic.c acts, new_clinic_data.c looks into files and targets,
// new_clinic_check.c judges what is typed, new_clinic_paint.c paints.
#ifndef UI_NEW_CLINIC_H
#define UI_NEW_CLINIC_H

#include <limits.h>

#include "base/secret.h"
#include "config/init.h"
#include "engine/target_clinics.h"
#include "ui/app.h"
#include "ui/field.h"

// ---- What is looked up ------------------------------------------------------------------------------

// Of a source file, found out without knowing any clinic.
typedef struct {
    const char *path; // that was looked at
    bool there, folder, recognised, encrypted;
    bool opened; // what follows is known
    int64_t bytes;
    const char *layering, *version, *system; // NULL: not told by the file
    size_t entities;
    int64_t rows;
    const char *trouble; // why it could not be opened, one sentence; NULL: it was, or was not tried
} SourceLook;

// For app_fetch. SourceLook *. secret is the reader's, who frees it; NULL: none.
typedef struct {
    char path[PATH_MAX];
    Secret *secret;
} SourceWish;
void *source_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

enum { MOST_CLINICS = 500 };
typedef struct {
    TargetClinic *items;
    size_t n;
} ClinicsLook;
// For app_fetch. ClinicsLook *; NULL with err: the target cannot be asked.
typedef struct {
    char workspace[PATH_MAX], profile[NAME_MAX + 1], target[FIELD_MAX];
} ClinicsWish;
void *clinics_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// For app_fetch. const char *const *, NULL-ended: the names of the profiles.
void *profiles_look(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// ---- What is filled in --------------------------------------------------------------------------------

typedef enum { FORM_NAME, FORM_SOURCE, FORM_PASSPHRASE, FORM_PROFILE, FORM_TARGET, FORM_CONNECTION, FORM_CLINIC,
               FORM_MAKE, FORM_ROWS } FormRow;

typedef enum { VERDICT_NONE, VERDICT_BUSY, VERDICT_GOOD, VERDICT_DOUBT, VERDICT_BAD } VerdictState;
typedef struct {
    VerdictState state;
    const char *text;
} Verdict;

typedef struct {
    FormRow at;
    Field name, source, connection;
    const char *workspace; // absolute; it may not be there yet
    const char *const *profiles; // NULL: being read
    size_t n_profiles, profile;
    bool elsewhere; // the target is no embedded database: connection says which
    const SourceLook *look; // of the source as it is typed; NULL: none yet
    bool looking, passphrase_given;
    const ClinicsLook *clinics; // NULL: not asked yet
    bool asking;                // the target is being asked
    const char *target_trouble; // it could not be; NULL
    size_t clinic;              // of clinics; clinics->n: none is chosen yet
    // Made from all these by new_clinic_judge():
    Verdict verdicts[FORM_ROWS];
    const char *command; // the command line's way
    bool complete;       // can be made
} NewClinic;

bool new_clinic_shows(const NewClinic *f, FormRow row); // some rows are there only when they mean something
Field *new_clinic_field(NewClinic *f, FormRow row);     // NULL: nothing is typed there
// What is asked for, with texts of f and a.
InitOptions new_clinic_options(Arena *a, const NewClinic *f);
// Judges what is filled in, row by row, as clinic_init would. a: of what f has from then on.
void new_clinic_judge(Arena *a, NewClinic *f);

void new_clinic_paint(const NewClinic *f, Canvas *body);

#endif
