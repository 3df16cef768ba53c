#include "engine/words_shown.h"

#include <string.h>

#include "base/intl.h"

// "step: done" in the language of messages: a word of which that depends on what it is said of. In English, and of a word
// that is not in the list, the word alone.
static const char *said_of(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++) {
        const char *form = list[i], *shown;
        if (strcmp(strstr(form, ": ") + 2, word) == 0)
            return (shown = _(form)) == form ? word : shown;
    }
    return word;
}

const char *step_word(const char *word)
{
    static const char *const words[] = {N_("step: done"),   N_("step: pending"), N_("step: running"),
                                        N_("step: stale"),  N_("step: failed"),  N_("step: partial"),
                                        N_("step: blocked"), N_("step: skipped")};
    return said_of(words, ARRAY_LEN(words), word);
}

const char *run_word(const char *word)
{
    static const char *const words[] = {N_("run: running"),     N_("run: done"),    N_("run: partial"),
                                        N_("run: failed"),      N_("run: blocked"), N_("run: stopped"),
                                        N_("run: interrupted"), N_("run: unbalanced"), N_("run: paused")};
    return said_of(words, ARRAY_LEN(words), word);
}

const char *row_word(const char *word)
{
    static const char *const words[] = {N_("row: inserted"), N_("row: updated"), N_("row: unchanged"),
                                        N_("row: absent"),   N_("row: written"), N_("row: linked"),
                                        N_("row: raw"),      N_("row: skipped"), N_("row: rejected"),
                                        N_("row: pending")};
    return said_of(words, ARRAY_LEN(words), word);
}

const char *event_word(const char *type)
{
    static const char *const words[][2] = {
        {"run.start", N_("run begins")},    {"plan", N_("plan")},           {"writers", N_("connections")},
        {"gate", N_("waits for somebody")}, {"stall", N_("nothing moves")}, {"control", N_("asked for")},
        {"retry", N_("tried again")},       {"bulk", N_("bulk mode")},      {"paused", N_("paused")},
        {"continued", N_("goes on")},       {"state", N_("where it is")},   {"kept", N_("stays")},
        {"verified", N_("verified")},       {"error", N_("error")},         {"hook", N_("hook")},
        {"retention", N_("tidied up")},     {"heartbeat", N_("heartbeat")}, {"run.end", N_("run ends")},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i][0], type) == 0)
            return _(words[i][1]);
    return type;
}

const char *word_shown(const char *word)
{
    static const char *const words[] = {
        N_("fatal"),   N_("error"),    N_("warning"), N_("information"), N_("open"),   N_("asked"),
        N_("ignored"), N_("resolved"), N_("run"),     N_("autopilot"),   N_("resume"), N_("verify"),
        N_("preview"), N_("rehearse"), N_("rollback"),
        N_("uploaded"), N_("validating"), N_("validated"), N_("previewing"), N_("executing"), N_("completed"),
        N_("failed")}; // the last seven of a job
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (!strcmp(words[i], word))
            return _(words[i]);
    return word;
}

const char *inspect_word(const char *word)
{
    static const char *const words[][2] = {
        {"inserted", N_("inserted into the target")},
        {"updated", N_("updated in the target")},
        {"unchanged", N_("unchanged in the target")},
        {"linked", N_("linked to a row that was there")},
        {"raw", N_("kept raw")},
        {"skipped", N_("left out")},
        {"rejected", N_("kept out")},
        {"pending", N_("not written yet")},
        {"absent", N_("not in the source")},
        {"read", N_("read from the source")},
        {"checked", N_("mapped and checked")},
        {"written", N_("written to the target")},
        {"changed", N_("changed in the target")},
        {"refused", N_("refused by the target")},
        {"seen", N_("seen, nothing to write")},
        {"uuid", N_("canonical uuid")},
        {"source_id", N_("source id")},
        {"target_id", N_("id of the target")},
        {"row", N_("row of the source")},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i][0], word) == 0)
            return _(words[i][1]);
    return word;
}
