// Links: which item of the target an item of the source stands for. Start reading here; map/link_match.h
// finds them, engine/clinic_links.h brings them into and out of a clinic.
//
// A proposal is what the matcher makes of one record of a catalogue (entity, key): link (a name that is the
// same), fuzzy_link (words that are alike), or create (a new item in a category). It is stored with its
// score, the parts of the score and the best candidates. A person says what becomes of it: its state is
//
//   pending     nobody decided; a run does as proposed, once --unreviewed lets it
//   accepted    as proposed. Should the matcher propose something else later, it is pending again (`changed`)
//   relinked    to the item of the target in `chosen`. Should that item go, it is pending again (`changed`)
//   create_new  a new item in the category chosen.category
//   ignored     not imported; what refers to it is told so
//
// Every decision has author, time and note, raises the revision, has its line in the history and can be taken
// back. What other clinics of the same source system decided of the same item is an offer: it changes nothing
// before somebody takes it (LINK_TAKE). All of it stands in control.db. Labels are names of treatments, never
// of people; they are as the source has them: whoever shows them takes control characters out.
#ifndef CACHE_LINKS_H
#define CACHE_LINKS_H

#include "base/page_way.h"
#include "cache/control.h"

typedef enum { LINK_EQUAL, LINK_FUZZY, LINK_CREATE, LINK_KINDS } LinkKind;
extern const char *const link_kind_words[]; // link, fuzzy_link, create; NULL-ended

typedef enum {
    LINK_PENDING,
    LINK_ACCEPTED,
    LINK_RELINKED,
    LINK_CREATE_NEW,
    LINK_IGNORED,
    LINK_STATES
} LinkState;
extern const char *const link_state_words[]; // pending, accepted, relinked, create_new, ignored; NULL-ended

// How a score came about: the smaller of two shares, both between 0 and 1.
typedef struct {
    double score;
    double label, name; // share of the label's words that stand near a word of the name, and the reverse
    bool expanded;      // abbreviations were written out for it
    bool equal;         // the same name: 1.0 without counting
    bool words;         // found because all words of one side are in the other, whatever the score
    bool category;      // of the category that the label's type gives
} LinkScore;

// An item of the target.
typedef struct {
    const char *id, *label, *code, *category, *price; // code, category, price NULL: it has none
    LinkScore score;                                  // of candidates
} LinkTarget;

// What another clinic decided of the same item (same label, same type).
typedef struct {
    const char *clinic, *by, *at, *note; // note NULL: none
    LinkState state;                     // relinked (also for accepted there), create_new, ignored
    LinkTarget target;                   // of relinked: as it is here; id NULL: this clinic has no such item
    const char *category;                // of create_new
} LinkOffer;

typedef struct {
    const char *entity, *key;
    const char *label, *code, *type; // as the source has them; code and type NULL: none
    const char *category;            // that the type gives; NULL: none
    const char *price;               // NULL: none
    int64_t used;                    // records of the source that name it
    LinkKind kind;                   // what is proposed
    LinkTarget target;               // of link and fuzzy_link; id NULL: of create
    const char *new_category;        // of create
    double threshold;                // that its score had to reach
    LinkState state;                 // as decided
    bool changed;                    // decided, but that does not hold any more: it waits again
    LinkTarget chosen;               // of relinked; of accepted: what was accepted (id NULL: a new item)
    const char *chosen_category;     // of create_new
    const char *by, *at, *note;      // of the decision; NULL: none
    const char *from;                // the clinic whose decision was taken; NULL: its own
    int64_t revision;                // decisions so far
    size_t offers;                   // how many other clinics decided of it
    bool gone;                       // the source has it no more; it is decided and kept
} LinkItem;

// NULL: any.
typedef struct {
    const char *entity, *key;
    const char *state;      // a word of link_state_words; pending: also those that are `changed`
    const char *kind;       // a word of link_kind_words
    const char *category;   // of the type
    double at_least, below; // score; 0: any. Those of create have the score 0
    bool offered;           // other clinics decided of it
    const char *text;       // words with blanks between: each is a part of label, code or proposed target
} LinkFilter;

typedef enum { LINKS_BY_USE, LINKS_BY_SCORE, LINKS_BY_LABEL } LinkOrder; // most used, lowest score first

// from: a row of an earlier page (its key and what the order goes by are looked at); NULL with PAGE_FIRST.
typedef struct {
    LinkItem *items;
    size_t n;
    bool more_before, more_after;
} LinkPage;
bool link_page(Control *c, Arena *a, const LinkFilter *f, LinkOrder order, PageWay way, const LinkItem *from,
               size_t most, LinkPage *out, Err *err) MUST_CHECK;
bool link_place(Control *c, const LinkFilter *f, LinkOrder order, const LinkItem *item, int64_t *before,
                Err *err) MUST_CHECK;
// One item by its key, or what its key begins with. ERR_USAGE: none, or several.
bool link_find(Control *c, Arena *a, const char *key, LinkItem *out, Err *err) MUST_CHECK;

// Candidates of one item, the best first, with their scores; they are as they were when it was proposed.
bool link_candidates(Control *c, Arena *a, const LinkItem *item, LinkTarget **out, size_t *n,
                     Err *err) MUST_CHECK;
bool link_offers(Control *c, Arena *a, const LinkItem *item, LinkOffer **out, size_t *n, Err *err) MUST_CHECK;
// Items of the target one can link to, by label; text as in LinkFilter. And its categories.
bool link_targets(Control *c, Arena *a, const char *entity, const char *text, size_t most, LinkTarget **out,
                  size_t *n, Err *err) MUST_CHECK;
bool link_categories(Control *c, Arena *a, const char *entity, const char ***out, size_t *n,
                     Err *err) MUST_CHECK;

typedef struct {
    int64_t items, used;
    int64_t kinds[LINK_KINDS];
    int64_t states[LINK_STATES]; // pending: with those that are `changed`
    int64_t changed, offered;    // offered: of the pending ones
    int64_t pending_used;        // what the pending ones are used
    const char *built_at;        // NULL: nothing was built yet
} LinkTally;
bool link_tally(Control *c, Arena *a, const LinkFilter *f, LinkTally *out, Err *err) MUST_CHECK;

// Deciding.
typedef enum {
    LINK_ACCEPT,
    LINK_RELINK,
    LINK_CREATE_IN,
    LINK_IGNORE,
    LINK_RESET,
    LINK_TAKE,
    LINK_NOTE
} LinkAction;
extern const char *const link_action_words[]; // accept, relink, create, ignore, reset, take, note

typedef struct {
    LinkAction action;
    const char *target;   // of LINK_RELINK: id or code of an item of the target
    const char *category; // of LINK_CREATE_IN
    const char *by;
    const char *note; // NULL: none
} LinkDecision;

typedef struct {
    const char *key;
    int64_t revision; // the person saw; -1: not told
} LinkChoice;

typedef struct {
    const char *key, *label, *by, *at;
    LinkState state;
    int64_t revision;
} LinkClash; // somebody else decided it meanwhile

typedef struct { // what a decision took the place of
    const char *key;
    LinkState state;
    const char *target, *target_label, *target_code, *category, *note, *from;
    int64_t revision; // since
} LinkBefore;

typedef struct {
    int64_t changed, same;
    int64_t used;       // what the changed ones are used
    LinkClash *clashes; // with any of them nothing is changed
    size_t n_clashes;
    LinkBefore *before;
    size_t n_before;
    LinkItem *weakest; // of a look: the changed ones with the lowest scores, at most 10
    size_t n_weakest;
} LinkOutcome;

// All of them or none, in one transaction. look: tells what would change and changes nothing.
bool link_decide(Control *c, Arena *a, const char *entity, const LinkChoice *choices, size_t n,
                 const LinkDecision *d, bool look, LinkOutcome *out, Err *err) MUST_CHECK;
// Every item of a filter; of those that somebody decided only the ones whose state the filter names.
bool link_decide_matching(Control *c, Arena *a, const LinkFilter *f, const LinkDecision *d, bool look,
                          LinkOutcome *out, Err *err) MUST_CHECK;
bool link_undo(Control *c, Arena *a, const char *entity, const LinkBefore *before, size_t n, const char *by,
               LinkOutcome *out, Err *err) MUST_CHECK;

typedef struct {
    const char *at, *by, *action; // accept ... note, undo, import
    LinkState before, after;
    const char *target, *category, *note; // NULL: none
} LinkEvent;
bool link_history(Control *c, Arena *a, const LinkItem *item, LinkEvent **out, size_t *n,
                  Err *err) MUST_CHECK;

// What if the threshold were another one: what the matcher would propose by the scores that are stored, and
// how many pending items --unreviewed SCORE would let pass.
typedef struct {
    double score;
    int64_t kinds[LINK_KINDS]; // as proposed now
    int64_t would[LINK_KINDS]; // with the other threshold
    int64_t pass, pass_used;   // pending links with at least this score
    int64_t wait, wait_used;   // pending items that would wait still
    LinkItem *moved;           // those that would be proposed otherwise, the most used first, at most `most`
    LinkKind *moved_to;
    size_t n_moved;
    int64_t total_moved;
} LinkWhatIf;
bool link_what_if(Control *c, Arena *a, const LinkFilter *f, double score, size_t most, LinkWhatIf *out,
                  Err *err) MUST_CHECK;

#endif
