#include <stdlib.h>
#include <string.h>

#include "cache/link_store.h"

// What the matcher would propose with another threshold, by the scores it left: what is equal, or found
// because all words of one side are in the other, needs no score.
static LinkKind would_be(const LinkItem *item, const LinkTarget *candidates, size_t n, double score)
{
    double best = 0;
    bool alone = false, narrow = false;
    if (item->kind == LINK_EQUAL || (item->kind == LINK_FUZZY && item->target.score.words))
        return item->kind;
    for (size_t i = 0; i < n; i++)
        narrow |= candidates[i].score.category;
    for (size_t i = 0; i < n; i++) {
        const LinkScore *s = &candidates[i].score;
        if (s->equal) // two names are equal: that is no matter of scores
            return LINK_CREATE;
        if (narrow && !s->category)
            continue;
        alone = s->score > best || (alone && s->score < best);
        best = s->score > best ? s->score : best;
    }
    return alone && best >= score ? LINK_FUZZY : LINK_CREATE;
}

static void count(const LinkItem *item, LinkKind would, size_t most, LinkWhatIf *out)
{
    bool waits = item->state == LINK_PENDING || item->changed;
    out->kinds[item->kind]++;
    out->would[would]++;
    if (waits && item->kind != LINK_CREATE && item->target.score.score >= out->score) {
        out->pass++;
        out->pass_used += item->used;
    } else if (waits) {
        out->wait++;
        out->wait_used += item->used;
    }
    if (would == item->kind)
        return;
    if (out->n_moved < most) {
        out->moved[out->n_moved] = *item;
        out->moved_to[out->n_moved++] = would;
    }
    out->total_moved++;
}

bool link_what_if(Control *c, Arena *a, const LinkFilter *f, double score, size_t most, LinkWhatIf *out,
                  Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    *out = (LinkWhatIf){.score = score,
                        .moved = arena_many(a, LinkItem, most + 1),
                        .moved_to = arena_many(a, LinkKind, most + 1)};
    buf_addf(&sql, "SELECT %s, candidates FROM links", link_columns);
    link_where(f, &sql);
    buf_add_text(&sql, " AND NOT gone ORDER BY used DESC, key");
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        size_t n;
        LinkItem item = link_item(s, a);
        LinkTarget *candidates = link_read_candidates(a, lite_text(s, lite_columns(s) - 1), &n);
        count(&item, would_be(&item, candidates, n, score), most, out);
    }
    return step == LITE_DONE;
}

bool link_waiting(Control *c, const char *entity, const char *policy, int64_t *n, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    *n = 0;
    if (strcmp(policy, "proposed") == 0)
        return true;
    buf_add_text(&sql, "SELECT count(*) FROM links WHERE NOT gone AND " LINK_WAITS);
    if (strcmp(policy, "exact") == 0)
        buf_add_text(&sql, " AND kind <> 'link'");
    else if (strcmp(policy, "block") != 0)
        buf_addf(&sql, " AND (kind = 'create' OR score < %.17g)", strtod(policy, NULL));
    return lite_one_int(control_db(c), n, NULL, err, "%s AND entity = %Q", buf_text(&sql), entity);
}
