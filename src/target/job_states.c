// The states of a job and the moves between them, the same for every kind of target.
#include "target/target.h"

const char *const job_state_words[JOB_STATES] = {"uploaded",  "validating", "validated", "previewing",
                                                 "executing", "completed",  "failed"};

const char *const job_fields[JOB_FIELDS] = {
    [JOB_LABEL] = "label",
    [JOB_CREATED_BY] = "created_by",
    [JOB_ORIGINAL_FILENAME] = "original_filename",
    [JOB_FILE_PATH] = "file_path",
    [JOB_FILE_SIZE] = "file_size",
    [JOB_SOURCE_ADAPTER_VERSION] = "source_adapter_version",
    [JOB_EXPORTER_TOOL] = "exporter_tool",
    [JOB_EXPORTER_VERSION] = "exporter_version",
    [JOB_FORMAT_VERSION] = "format_version",
    [JOB_TENANT_LABEL] = "tenant_label",
    [JOB_HASH_DECLARED] = "integrity_hash_declared",
    [JOB_HASH_COMPUTED] = "integrity_hash_computed",
    [JOB_TOTAL_ENTITIES] = "total_entities",
    [JOB_EXECUTE_OPTIONS] = "execute_options",
};

// What is being written is not validated meanwhile. A completed job fails when it is taken back, and is executed
// again when a kill came before it was noted elsewhere.
bool job_may_move(JobState from, JobState to)
{
    switch (to) {
    case JOB_VALIDATING: return from != JOB_EXECUTING;
    case JOB_VALIDATED: return from == JOB_VALIDATING;
    case JOB_PREVIEWING: return from == JOB_VALIDATED;
    case JOB_EXECUTING:
        return from == JOB_VALIDATED || from == JOB_PREVIEWING || from == JOB_COMPLETED || from == JOB_FAILED;
    case JOB_COMPLETED: return from == JOB_EXECUTING;
    case JOB_FAILED: return true;
    default: return false;
    }
}
