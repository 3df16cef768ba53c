// Words for people. English is the source; po/es.po holds the Spanish.
#ifndef BASE_INTL_H
#define BASE_INTL_H

#include <libintl.h>

#include "base/str.h"

#define _(text) gettext(text)
#define N_(text) text // marks a text in a table; the place that prints it calls _()

// Sets LC_CTYPE and LC_MESSAGES (never LC_NUMERIC: "3.5" must stay a number) and binds the catalogue.
// lang: "en", "es" or NULL for the environment's.
void intl_start(const char *lang);

// A number for people: 1,655 or 1.655, as the language of messages groups it. Never for CSV or JSON.
void number_shown(int64_t n, Buf *out);

#endif
