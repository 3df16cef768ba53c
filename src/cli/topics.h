// What `mudanza help TOPIC` knows beside commands.
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include "cli/cli.h"

typedef struct {
    const char *name;  // "exit-codes"
    const char *about; // N_()
    void (*print)(Cli *cli);
    void (*write)(Cli *cli, JsonOut *j); // adds its list to the document
} Topic;

extern const Topic topics[]; // ends with a NULL name
const Topic *topic_named(const char *name);

// One variable of the environment.
typedef struct {
    const char *name;
    const char *about; // N_()
} EnvironmentVariable;
extern const EnvironmentVariable environment_variables[]; // ends with a NULL name

// What a worker does with a signal.
typedef struct {
    const char *name;
    const char *about; // N_()
} SignalUse;
extern const SignalUse signal_uses[]; // ends with a NULL name

#endif
