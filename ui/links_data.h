// What Links reads from control.db: proposals of catalogue items, one of them closely, what other thresholds would
// do; and how decisions get there.
#ifndef UI_LINKS_DATA_H
#define UI_LINKS_DATA_H

#include "cache/links.h"
#include "ui/app.h"

enum { LINKS_LIST, LINKS_ITEM, LINKS_PLACES, LINKS_WHAT_IF, LINKS_DECIDE }; // what is fetched
enum { LINKS_MOST = 5000, LINKS_TARGETS_MOST = 5000 };

typedef struct {
    bool none; // nothing was proposed yet
    LinkTally tally;
    LinkItem *items;
    size_t n;
    bool more; // there are others behind them
} LinksList;

typedef struct {
    LinkFilter filter;
    LinkOrder order;
} LinksListWish;

typedef struct {
    const char *key; // of the item it is about
    LinkTarget *candidates;
    size_t n;
    LinkOffer *offers;
    size_t n_offers;
} LinksItem;

// Where an item can be linked to, or in which category a new one can be made.
typedef struct {
    bool categories;
    LinkTarget *targets;
    const char **names; // of categories
    size_t n;
} LinksPlaces;

typedef struct {
    const char *entity;
    bool categories;
} LinksPlacesWish;

typedef struct {
    LinkFilter filter;
    double score;
} LinksWhatIfWish;

// A decision: of items as they were seen, or, with n 0, of all of the filter; or what is taken back. Texts live as
// long as the app.
typedef struct {
    const char *entity;
    const LinkChoice *choices;
    size_t n;
    LinkFilter filter;
    LinkDecision decision;
    bool look; // tells what would change
    const LinkBefore *before;
    size_t n_before; // more than 0: these are taken back instead
} LinksDecision;

typedef struct {
    const LinksDecision *wish;
    LinkOutcome outcome;
    Err trouble; // decided, but not written down
} LinksDone;

// FetchRead; wishes as named, LINKS_ITEM: const LinkItem *, LINKS_DECIDE: const LinksDecision *.
void *links_read_list(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *links_read_item(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *links_read_places(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *links_read_what_if(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *links_decide_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
