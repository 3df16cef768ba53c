// Finds the item of the target that an item of the source means, by its name. Deterministic: the same names
// give the same answer, in whatever order they come.
//
//   words(x)    lower case, marks dropped, everything but letters, digits and _ as a blank (letters_words)
//   near(a, b)  one word begins with the other; only words of 3 and more characters count
//   score       the smaller of two shares: words of the label near one of the name, words of the name near
//   one
//               of the label; for the label as it is and with its abbreviations written out, the better
//               counts
//
// 1. A label whose words have fewer than 3 characters finds nothing.
// 2. When its type gives a category that has names, only these are searched, from a score of 0.7; else all,
// 0.8.
// 3. One name of equal words: link. Two or more: nothing is found.
// 4. The best score, when it is high enough and no other is as good: fuzzy_link.
// 5. With a category: the only name all of whose words are near words of the label, or the reverse, with 2
// and
//    more words on both sides: fuzzy_link.
// 6. When 2 narrowed the search and no name there scored at all: 4 and 5 over all names, from 0.8.
#ifndef MAP_LINK_MATCH_H
#define MAP_LINK_MATCH_H

#include "base/str.h"
#include "cache/links.h"

typedef struct LinkMatcher LinkMatcher;

// The items of the target, with id, label and category; they and the matcher live in the arena. A matcher
// serves one thread.
LinkMatcher *link_matcher_new(Arena *a, const LinkTarget *targets, size_t n);

enum { LINK_TOP = 6 };
typedef struct {
    LinkKind kind;
    size_t target;    // of link and fuzzy_link: its place in targets
    double threshold; // that was asked for
    struct {
        size_t target;
        LinkScore score;
    } top[LINK_TOP]; // what was proposed, then the best others that score at all: of the category first
    size_t n_top;
} LinkMatch;
// category NULL: the type gives none.
void link_match(LinkMatcher *m, Str label, const char *category, LinkMatch *out);

// The score of two names, and whether all words of one are in the other (5). For tests and explanations.
LinkScore link_score(Str label, Str name, bool *subset);

#endif
