#include "cache/pipeline_note.h"

#include <string.h>

#include "base/text.h"

static const char key[] = "pipeline";

// One step a line: step, category, and a letter for each thing it is, between tabs.
bool pipeline_note(Control *c, const PipelineStep *steps, size_t n, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    const char *known;
    for (size_t i = 0; i < n; i++) {
        buf_addf(&text, "%s\t", steps[i].step);
        text_clean(&text, str_of(steps[i].category));
        buf_addf(&text, "\t%s%s\n", steps[i].untracked ? "u" : "", steps[i].off ? "o" : "");
    }
    if (!control_noted(c, a, key, &known, err))
        return false;
    return (known && strcmp(known, buf_text(&text)) == 0) || control_note(c, key, buf_text(&text), err);
}

bool pipeline_noted(Control *c, Arena *a, PipelineStep **steps, size_t *n, Err *err)
{
    const char *text;
    size_t most = 0;
    Str rest, line, step, category;
    *n = 0;
    *steps = NULL;
    if (!control_noted(c, a, key, &text, err))
        return false;
    for (const char *p = text; p && *p; p++)
        most += *p == '\n';
    *steps = arena_many(a, PipelineStep, most + 1);
    rest = str_of(text ? text : "");
    while (*n < most && str_cut(&rest, '\n', &line)) {
        if (!str_cut(&line, '\t', &step) || !str_cut(&line, '\t', &category))
            continue;
        (*steps)[(*n)++] = (PipelineStep){
            .step = str_keep(a, step),
            .category = str_keep(a, category),
            .untracked = line.len && memchr(line.at, 'u', line.len),
            .off = line.len && memchr(line.at, 'o', line.len),
        };
    }
    return true;
}
