#include <string.h>

#include "cache/raw_rows.h"
#include "engine/stage_files.h"

bool account_of(Session *s, const char *entity, bool raw, bool complete, Account *out, Err *err)
{
    CacheSource source;
    CacheStep validated = {0};
    TargetCounts mapped = {0}, kept = {0};
    bool found;
    if (strcmp(entity, FILES_ENTITY) == 0)
        return staging_account(s, complete, out, err);
    *out = (Account){.entity = entity};
    if (!cache_source(s->cache, entity, &source, err) ||
        !cache_step(s->cache, s->arena, arena_text(s->arena, "%s/validate", entity), &validated, &found,
                    err) ||
        (!raw && !s->target->kind->counts(s->target, entity, &mapped, err)) ||
        !s->target->kind->raw_counts(s->target, entity, &kept, err))
        return false;
    int64_t left_out_raw = 0;
    if (!raw && !raw_rows_count(s->cache, entity, true, &left_out_raw, err))
        return false;
    out->source = source.rows;
    out->inserted = mapped.inserted + kept.inserted;
    out->updated = mapped.updated + kept.updated;
    out->unchanged = mapped.unchanged + kept.unchanged;
    out->linked = mapped.linked;
    out->skipped = validated.skipped - left_out_raw;
    out->rejected = source.rejected + validated.rejected + mapped.rejected;
    out->raw = kept.inserted + kept.updated + kept.unchanged;
    out->absent = mapped.absent + kept.absent;
    int64_t left = out->source - out->inserted - out->updated - out->unchanged - out->linked - out->skipped -
                   out->rejected;
    out->lost = complete ? left : 0;
    out->pending = complete ? 0 : MAX(left, 0); // the ledger may still count rows the source has no more
    return true;
}
