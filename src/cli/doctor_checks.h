// What `mudanza doctor` looks at. Nothing here takes a lock or leaves anything behind.
#ifndef CLI_DOCTOR_CHECKS_H
#define CLI_DOCTOR_CHECKS_H

#include "cli/cli.h"
#include "engine/finding.h"

typedef struct {
    Cli *cli;
    const Clinic *clinic; // NULL in checks of the machine
    Arena *arena;
} Checkup;

// A result without a name is left out.
typedef Finding DoctorCheck(const Checkup *c);

// Reads the whole file and compares its hash; says so when it could not, or when that would take long.
Finding doctor_source(const Checkup *c);

// The programs of hooks: may each be called?
Finding doctor_hooks(const Checkup *c);

extern DoctorCheck *const machine_checks[]; // ends with NULL
extern DoctorCheck *const clinic_checks[];  // ends with NULL

#endif
