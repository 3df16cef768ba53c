// What the code of an issue means, in plain words.
#ifndef ENGINE_ISSUE_MEANING_H
#define ENGINE_ISSUE_MEANING_H

#include "config/clinic.h"

// The words of a clinic's profile, read once for as many codes as there are. Lives in a.
typedef struct IssueWords IssueWords;
IssueWords *issue_words(Arena *a, const Clinic *clinic);
// Already translated where it is the product's own; of the profile's codes in the language of messages where the
// profile has words in it. NULL: not known.
const char *issue_meaning(const IssueWords *words, const char *code);
// The same for a number of the profile's preview, and how the setting stands that it says something about.
const char *figure_about(const IssueWords *words, const char *name);
const char *figure_setting(const IssueWords *words, const Clinic *clinic, const char *setting);
// What a person can do about an issue of this code and severity; already translated.
const char *issue_remedy(const char *code, const char *severity);

#endif
