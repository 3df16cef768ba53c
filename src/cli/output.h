// How commands speak. With --json: one document on standard output, words for people on standard error.
// Without: lines and tables on standard output. Every line passes through text_clean on its way out, so
// nothing read from a file or an argument can move the cursor or forge a line.
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/err.h"
#include "base/json_out.h"
#include "base/problems.h"

typedef enum { STYLE_PLAIN, STYLE_GOOD, STYLE_WARN, STYLE_BAD, STYLE_HEAD } Style;

typedef struct {
    bool json, quiet;
    bool color;        // of standard output
    bool color_errors; // of standard error
    int width;         // columns of the terminal; 0: not a terminal, nothing is cut
    Buf document;      // the JSON document being built
    JsonOut writer;
    bool broken; // standard output could not be written; told once, by output_end
    int why;     // errno of that, 0 when it is not known
    bool unread; // whoever read standard output went away: no failure
    bool work;   // the exit code tells what was done, whoever reads
} Output;

// color: auto, always, never or NULL (auto).
void output_start(Output *out, bool json, bool quiet, const char *color);
// Flushes; false + ERR_INTERNAL when something that was printed got lost (disk full). A reader that went away
// makes out->unread true and no error.
bool output_end(Output *out, Err *err) MUST_CHECK;

// Text on standard output; silent with --json.
void out_line(Output *out, const char *fmt, ...) PRINTF(2, 3); // one line
void out_styled(Output *out, Style style, const char *word, const char *fmt, ...)
    PRINTF(4, 5);                      // a coloured word and a line
void out_block(Output *out, Str text); // several lines of our own

// What can be typed next, below a list: a command and what it does. Silent with --quiet.
void out_next(Output *out, const char *command, const char *why);

// Words for people on standard error, whatever the mode.
void out_note(Output *out, const char *fmt, ...) PRINTF(2, 3); // "mudanza: ..."; silent with --quiet
void out_problems(Output *out, const Problems *problems);      // file:line:col: error: ...
// Tells an error: on standard error with its hint, and with --json as the one document on standard output
// (what was being built is dropped). code: the exit code.
void out_error(Output *out, const Err *err, int code);

// Bytes as they are, for what is larger than a document; with --json too. false: they are not taken any
// more, because of a failure that output_end tells, or because whoever read them has had enough.
bool out_stream(Output *out, Str bytes) MUST_CHECK;

// The document. Opens {"v":1,"type":TYPE; the caller adds the rest; out_document_end closes and prints it.
JsonOut *out_document(Output *out, const char *type);
void out_document_end(Output *out);
void json_problems(JsonOut *j, const char *key, const Problems *problems); // a list of objects

#endif
