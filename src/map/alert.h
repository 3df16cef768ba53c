// What a free text about a patient speaks of: an allergy, a medicine, a disease, the bill... A table of rules, tried in
// order on the text in upper case without accents; the first that hits anywhere in it counts.
#ifndef MAP_ALERT_H
#define MAP_ALERT_H

#include "base/str.h"

// The name of the category: medication, allergy, administrative, pregnancy, lactating, anesthesia, anticoagulant,
// bruxism, smoking, disease or general; a text that is empty or that no rule hits is general.
// heed: "sin", "no", "ni" or "niega" in front of a word undoes the hit of pregnancy, lactating, anticoagulant,
// bruxism, smoking, allergy and disease ("no es alérgico"); words such as "es" or "tiene" may stand between.
const char *alert_category(Str text, bool heed);

// Each thing that is listed in a medication, an allergy or a disease, as written; nothing for other categories. The
// pieces are parts of the text.
void alert_items(Str text, bool heed, void (*each)(void *arg, Str item), void *arg);

// The lines of a note without blanks, dots and dashes at their ends; empty ones are left out.
void alert_lines(Str text, void (*each)(void *arg, Str line), void *arg);

// The first dose in the text: a number and MG, MCG, G, ML or UI. Without value when there is none.
Str alert_dose(Str text);

#endif
