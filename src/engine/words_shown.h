// Words of files and documents, which are English, in the language of messages.
#ifndef ENGINE_WORDS_SHOWN_H
#define ENGINE_WORDS_SHOWN_H

#include "base/base.h"

// How a step or a run stands, what became of a row, what an event tells of; any other word as it is, and NULL.
const char *step_word(const char *status);
const char *run_word(const char *status);
const char *row_word(const char *outcome);
const char *event_word(const char *type);
// The mode of a run, severity and state of an issue; any other word as it is.
const char *word_shown(const char *word);
// Of inspect.h: how a record was found, what became of it, what a run did with it.
const char *inspect_word(const char *word);

#endif
