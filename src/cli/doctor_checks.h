// What `mudanza doctor` looks at. Nothing here writes, connects, or takes a lock.
#ifndef CLI_DOCTOR_CHECKS_H
#define CLI_DOCTOR_CHECKS_H

#include "cli/cli.h"

typedef enum { CHECK_OK, CHECK_WARN, CHECK_FAIL } CheckState;

typedef struct {
    const char *name; // one word, for scripts too
    CheckState state;
    ErrKind kind;       // CHECK_FAIL: what a run would end with
    const char *text;   // what was found
    const char *advice; // what to do about it; NULL: nothing
} CheckResult;

typedef struct {
    Cli *cli;
    const Clinic *clinic; // NULL in checks of the machine
    Arena *arena;
} Checkup;

typedef CheckResult DoctorCheck(const Checkup *c);

extern DoctorCheck *const machine_checks[]; // ends with NULL
extern DoctorCheck *const clinic_checks[];  // ends with NULL

#endif
