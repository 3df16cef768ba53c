#include "engine/words_shown.h"

#include <string.h>

#include "base/intl.h"

const char *word_shown(const char *word)
{
    static const char *const words[] = {
        N_("running"),     N_("done"),       N_("partial"), N_("failed"),   N_("blocked"), N_("stopped"),
        N_("interrupted"), N_("unbalanced"), N_("fatal"),   N_("error"),    N_("warning"), N_("information"),
        N_("open"),        N_("asked"),      N_("ignored"), N_("resolved"), N_("run"),     N_("autopilot"),
        N_("resume"),      N_("verify"),     N_("preview"), N_("rollback"),
        N_("uploaded"),    N_("validating"), N_("validated"), N_("previewing"), N_("executing"), N_("completed")};
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
