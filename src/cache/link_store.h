// Proposals on their way into control.db and decisions on their way out of it. Private to cache/, map/ and
// engine/.
#ifndef CACHE_LINK_STORE_H
#define CACHE_LINK_STORE_H

#include "cache/links.h"

// All proposals of an entity anew, in one transaction; decisions stay. items: what the source has now, with
// their candidates, the best first; what is gone is forgotten unless it was decided.
typedef struct {
    LinkItem item;
    LinkTarget *candidates;
    size_t n_candidates;
} LinkProposal;
typedef struct {
    const char *entity, *made_of; // digest of what they were made of
    const LinkProposal *items;
    size_t n;
    const LinkTarget *targets; // what can be linked to
    size_t n_targets;
    const char **categories; // with the one for what fits nowhere
    size_t n_categories;
} LinkCatalogue;
bool link_store(Control *c, const LinkCatalogue *catalogue, Err *err) MUST_CHECK;
// The digest they were made of; NULL: there are none.
bool link_stored(Control *c, Arena *a, const char *entity, const char **made_of, Err *err) MUST_CHECK;

// The decisions that give another result than the matcher's: relinked, create_new and ignored. In the order
// of keys.
typedef struct {
    const char *key, *target, *category;
    LinkState state;
} LinkRule;
bool link_rules(Control *c, Arena *a, const char *entity, LinkRule **out, size_t *n, Err *err) MUST_CHECK;

// What another clinic decided, replacing what it said before of the same label. type NULL: none.
typedef struct {
    const char *entity, *label, *type;
    LinkOffer offer; // target: as the other clinic has it; its id, else its code, else its label are looked
                     // for here
} LinkElsewhere;
bool link_offers_store(Control *c, const char *entity, const char *clinic, const LinkElsewhere *list,
                       size_t n, Err *err) MUST_CHECK;

// A decision from the file of decisions, in the caller's transaction; what was decided here later stays. An
// item that is not known yet is kept for the run that meets it. *changed: something here was not so.
bool link_restore(Control *c, const LinkItem *decided, const char *importer, bool *changed,
                  Err *err) MUST_CHECK;

// How many items of an entity wait for a person, by a word of --unreviewed: block, exact, proposed or a
// score.
bool link_waiting(Control *c, const char *entity, const char *policy, int64_t *n, Err *err) MUST_CHECK;

// A LinkFilter as " WHERE ..."; and the columns of link_item().
void link_where(const LinkFilter *f, Buf *sql);
extern const char link_columns[];
LinkItem link_item(LiteStmt *s, Arena *a);
LinkTarget *link_read_candidates(Arena *a, Str json, size_t *n);
const char *link_words(Arena *a, const char *label); // what labels are compared by

#define LINK_WAITS "(state = 'pending' OR changed)"

#endif
