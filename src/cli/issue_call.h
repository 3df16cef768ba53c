// What the commands on issues share: which ones a call is about, and opening control.db for decisions.
#ifndef CLI_ISSUE_CALL_H
#define CLI_ISSUE_CALL_H

#include "cache/issue_decide.h"
#include "cli/cli.h"

// From --severity, --code and so on. Only open issues unless --state says otherwise.
IssueFilter issue_filter(const Cli *cli);
bool issue_state_fits(const Cli *cli, Err *err) MUST_CHECK; // --state is one of issues
bool issue_filter_given(const Cli *cli); // whether any of these flags was

// Opens control.db for a decision; closed with cli->arena. ERR_USAGE before the first run. Takes the file of
// decisions in when control.db is new; ERR_DECISION when people changed it.
bool issue_open(Cli *cli, const Clinic **clinic, Control **control, Err *err) MUST_CHECK;

const char *issue_short(Arena *a, const char *fp); // as shown: its beginning

#endif
