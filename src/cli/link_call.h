// What the commands on links share: which ones a call is about, control.db, and an item as JSON.
#ifndef CLI_LINK_CALL_H
#define CLI_LINK_CALL_H

#include "cli/cli.h"
#include "engine/clinic_links.h"

// From --state, --proposed, --min-score and so on; --state all means any. otherwise: of --state when it is
// not given.
bool link_filter(const Cli *cli, const char *otherwise, LinkFilter *out, Err *err) MUST_CHECK;
bool link_filter_given(const Cli *cli);
bool link_score_of(const Cli *cli, FlagId id, double *out); // false: it was not given

// Opens control.db for a decision; closed with cli->arena.
bool link_open(Cli *cli, const Clinic **clinic, Control **control, Err *err) MUST_CHECK;
// KEY or, with the revision the person saw, KEY@3.
bool link_choice(const char *word, Arena *a, LinkChoice *out, Err *err) MUST_CHECK;

void json_link(JsonOut *j, const char *key, const LinkItem *item);
void json_link_target(JsonOut *j, const char *key, const LinkTarget *target, bool scored);
// "0.93", "exact" or "-"; and what is proposed or was decided, in words.
const char *link_score_shown(Arena *a, const LinkItem *item);
const char *link_proposal_shown(Arena *a, const LinkItem *item);
const char *link_state_shown(const LinkItem *item);

#endif
