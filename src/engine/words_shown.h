// Words of files and documents, which are English, in the language of messages.
#ifndef ENGINE_WORDS_SHOWN_H
#define ENGINE_WORDS_SHOWN_H

#include "base/base.h"

// How a run ended, its mode, severity and state of an issue; any other word as it is.
const char *word_shown(const char *word);
// Of inspect.h: how a record was found, what became of it, what a run did with it.
const char *inspect_word(const char *word);

#endif
