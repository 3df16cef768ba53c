// The table of alert.c. Private to it.
#ifndef MAP_ALERT_RULES_H
#define MAP_ALERT_RULES_H

#include "base/base.h"

typedef enum { RULE_START, RULE_WORD, RULE_ANYWHERE } RulePlace; // of the text, of a word

// A pattern: letters, digits and signs stand for themselves; # is a number without and & one with a fraction, @ a word
// of four or more letters A-Z, ~ blanks or none, + blanks, | the edge of a word, and ? makes the letter before it
// optional.
typedef struct {
    const char *category;
    RulePlace place;
    bool denied; // a negation in front undoes the hit
    const char *const *patterns; // NULL-ended
} AlertRule;

extern const AlertRule alert_rules[]; // ends with a NULL category
extern const char *const alert_doses[];
extern const char *const alert_denials[]; // words that undo a hit...
extern const char *const alert_fillers[]; // ...and those that may stand between them and it

#endif
