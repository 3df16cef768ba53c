// A workspace with one clinic, north, and product files with the profile dentalpin, for one test.
#ifndef TESTS_SUPPORT_TEMP_CLINIC_H
#define TESTS_SUPPORT_TEMP_CLINIC_H

#include "config/clinic.h"

typedef struct {
    Arena *arena;
    const char *workspace;
    Problems *problems;
} TempClinic;

// Sets MUDANZA_DATA_DIR, takes MUDANZA_STATE_DIR and MUDANZA_CLINICS_DIR away.
TempClinic temp_clinic(void);
// Writes the two files (NULL: not there) and loads them; the problems are new each time.
Clinic *temp_clinic_load(TempClinic *t, const char *config, const char *commands);
const char *temp_clinic_told(const TempClinic *t); // all problems, with the clinic's folder left out

#endif
