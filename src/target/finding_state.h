// How what was looked at before a run stands.
#ifndef TARGET_FINDING_STATE_H
#define TARGET_FINDING_STATE_H

typedef enum {
    FINDING_GOOD,
    FINDING_DOUBTFUL, // a run may go well, and somebody should know
    FINDING_BAD,      // a run would fail
} FindingState;

#endif
