// What the commands on a clinic's own files share.
#ifndef CLI_CONFIG_CALL_H
#define CLI_CONFIG_CALL_H

#include "cli/cli.h"
#include "config/config_place.h"
#include "config/config_review.h"

// The clinic, which must be without errors, and its config.yaml. NULL with err.
const Clinic *config_call_file(Cli *cli, const char *name, const ConfigFile **file, Err *err) MUST_CHECK;

// Both files of a clinic, right or wrong. NULL with err.
ConfigReview *config_call_review(Cli *cli, const char *name, Err *err) MUST_CHECK;

// The problems of a review, or of one of its files (REVIEW_FILES: of both), in its order.
const Problems *config_call_problems(Cli *cli, const ConfigReview *r, ReviewFile file);

// ERR_CONFIG when there are errors, else EXIT_OK; without --json it tells them, or that all is well.
int config_call_tell(Cli *cli, const char *name, const ConfigReview *r);

#endif
