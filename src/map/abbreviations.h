// What clinics shorten in the names of treatments: "obtur" is obturacion, "mc" metal ceramica. Words as
// letters_words() gives them: lower case, without accents.
#ifndef MAP_ABBREVIATIONS_H
#define MAP_ABBREVIATIONS_H

#include "base/str.h"

typedef struct {
    const char *word, *meaning; // of one word or more
} Abbreviation;
extern const Abbreviation abbreviations[]; // by word
extern const size_t n_abbreviations;

const char *abbreviation_meaning(Str word); // NULL: it is none

#endif
