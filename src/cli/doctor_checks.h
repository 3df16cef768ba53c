// What `mudanza doctor` looks at. Nothing here takes a lock or leaves anything behind.
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

static inline CheckResult check_good(const char *name, const char *text)
{
    return (CheckResult){name, CHECK_OK, ERR_NONE, text, NULL};
}
static inline CheckResult check_doubtful(const char *name, const char *text, const char *advice)
{
    return (CheckResult){name, CHECK_WARN, ERR_NONE, text, advice};
}
static inline CheckResult check_bad(const char *name, ErrKind kind, const char *text, const char *advice)
{
    return (CheckResult){name, CHECK_FAIL, kind, text, advice};
}

typedef struct {
    Cli *cli;
    const Clinic *clinic; // NULL in checks of the machine
    Arena *arena;
} Checkup;

// A result without a name is left out.
typedef CheckResult DoctorCheck(const Checkup *c);

// Reads the whole file and compares its hash; says so when it could not, or when that would take long.
CheckResult doctor_source(const Checkup *c);

// The programs of hooks: may each be called? The two databases of the state folder: can they be read?
CheckResult doctor_hooks(const Checkup *c);
CheckResult doctor_history(const Checkup *c);
CheckResult doctor_cache(const Checkup *c);

// Of a PostgreSQL target: the results of asking it, of an embedded one what it cannot do; how many there are.
size_t doctor_server(const Checkup *c, CheckResult *out, size_t most);

extern DoctorCheck *const machine_checks[]; // ends with NULL
extern DoctorCheck *const clinic_checks[];  // ends with NULL

#endif
