// What the code of an issue means, in plain words.
#ifndef CLI_ISSUE_MEANING_H
#define CLI_ISSUE_MEANING_H

#include "config/clinic.h"

// Already translated where it is the product's own; the profile's words as they stand there. NULL: not known.
const char *issue_meaning(Arena *a, const Clinic *clinic, const char *code);
// What a person can do about an issue of this code and severity; already translated.
const char *issue_remedy(const char *code, const char *severity);

#endif
