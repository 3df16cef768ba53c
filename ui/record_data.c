#include "ui/record_data.h"

#include <stddef.h>
#include <string.h>

#include "base/intl.h"

void record_wish(Buf *out, const char *record, bool unmask, bool without_target)
{
    const RecordWish w = {.unmask = unmask, .without_target = without_target};
    buf_add(out, (Str){(const char *)&w, offsetof(RecordWish, record)});
    buf_add(out, (Str){record, strlen(record) + 1});
}

void *record_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const RecordWish *w = wish;
    const InspectWish look = {
        .record = arena_text(a, "%s", w->record),
        .unmask = w->unmask,
        .every_way = true,
        .without_target = w->without_target,
    };
    Problems *problems = problems_new(a);
    (void)o;
    Inspect *found = engine_inspect(a, clinic, &look, problems, err);
    if (!found && !problems_first(problems, err) && err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG, _("the mappings of %s cannot be read"), clinic->name);
    return found;
}
