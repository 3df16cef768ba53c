// What a rollback or a purge would take away.
#include "base/intl.h"
#include "engine/purge.h"
#include "engine/rollback.h"
#include "ui/danger.h"
#include "ui/run_words.h"
#include "ui/when.h"

typedef struct {
    Arena *arena;
    DangerLook *look;
} Lines;

static void add(const Lines *l, const char *text)
{
    if (l->look->n < DANGER_LINES)
        l->look->lines[l->look->n++] = text;
}

static void add_refusal(const Lines *l, const Err *err)
{
    add(l, arena_text(l->arena, "%s", err->text));
    if (*err->hint)
        add(l, arena_text(l->arena, "%s", err->hint));
}

static const char *runs_text(Arena *a, const Rollback *r)
{
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < r->n_runs; i++)
        buf_addf(&text, "%s%lld", i ? ", " : "", (long long)r->runs[i]);
    return str_keep(a, buf_str(&text));
}

static void add_tables(const Lines *l, const UndoPlan *p)
{
    enum { TABLES_TOLD = 7 };
    Arena *a = l->arena;
    for (size_t i = 0; i < p->n_tables && i < TABLES_TOLD; i++)
        add(l, arena_text(a, _("  %s: %s removed, %s restored, %s kept"), p->tables[i].table,
                          number_words(a, p->tables[i].removed), number_words(a, p->tables[i].restored),
                          number_words(a, p->tables[i].kept)));
    if (p->n_tables > TABLES_TOLD)
        add(l, arena_text(a, _("  and %zu tables more"), p->n_tables - TABLES_TOLD));
}

static void look_at_rollback(const Lines *l, const Clinic *clinic, int64_t run)
{
    Rollback r;
    Err err = {0};
    Arena *a = l->arena;
    Problems *problems = problems_new(a);
    if (!rollback_look(a, clinic, run, NULL, &r, problems, &err) || !rollback_may_begin(clinic, &r, &err)) {
        add_refusal(l, &err);
        return;
    }
    if (r.left.nothing && !r.cut_short) {
        add(l, arena_text(a, _("nothing is left to undo of run %lld"), (long long)run));
        return;
    }
    add(l, arena_text(a, _("%s, %s: %s rows of run %s are taken back"), clinic->env, r.clinic_name,
                      number_words(a, r.left.rows), runs_text(a, &r)));
    l->look->loud = 1;
    add_tables(l, &r.left);
    if (r.left.links || r.left.raw)
        add(l, arena_text(a, _("  and %s links to rows that were there before, %s rows kept raw"),
                          number_words(a, r.left.links), number_words(a, r.left.raw)));
    if (r.left.n_kept)
        add(l, arena_text(a,
                          ngettext("%s row stays: it was changed since, or others hang on it",
                                   "%s rows stay: they were changed since, or others hang on them",
                                   r.left.n_kept),
                          number_words(a, (int64_t)r.left.n_kept)));
    const char *time = time_about(a, r.low_s, r.high_s);
    add(l,
        arena_text(
            a,
            _("Time: %s. Not reversible, except by running again. A backup of the target: none on record."),
            time ? time : "?"));
    l->look->confirm = r.confirm;
}

static void look_at_purge(const Lines *l, const Clinic *clinic, PurgeKind kind)
{
    enum { ITEMS_TOLD = 8 };
    PurgePlan p;
    Err err = {0};
    Arena *a = l->arena;
    if (!purge_look(a, clinic, kind, &p, &err)) {
        add_refusal(l, &err);
        return;
    }
    if (!p.n_items) {
        add(l, _("nothing is there to purge"));
        if (p.n_kept)
            add(l, arena_text(a, _("  %s stays: %s"), p.kept[0].path, p.kept[0].why));
        return;
    }
    add(l,
        arena_text(
            a,
            ngettext("%s, %s: %s file or folder goes, %s", "%s, %s: %s files and folders go, %s", p.n_items),
            clinic->env, clinic->name, number_words(a, (int64_t)p.n_items), bytes_short(a, p.bytes)));
    l->look->loud = 1;
    for (size_t i = 0; i < p.n_items && i < ITEMS_TOLD; i++)
        add(l, arena_text(a, "  %s  %s", p.items[i].path, bytes_short(a, p.items[i].bytes)));
    if (p.n_items > ITEMS_TOLD)
        add(l, arena_text(a, _("  and %zu more"), p.n_items - ITEMS_TOLD));
    if (p.n_kept)
        add(l,
            arena_text(a, _("%zu stay: they can be rolled back, or something still needs them"), p.n_kept));
    add(l, kind == PURGE_CACHE
               ? _("The source is read again when it is needed. Neither target nor decisions change.")
               : _("Their logs and reports go. Neither target nor decisions change."));
    l->look->confirm = p.confirm;
}

void *danger_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const DangerWish *w = wish;
    const Lines l = {a, arena_one(a, DangerLook)};
    (void)o, (void)err;
    if (w->kind == DANGER_ROLLBACK)
        look_at_rollback(&l, clinic, w->run);
    else
        look_at_purge(&l, clinic, w->kind == DANGER_CACHE ? PURGE_CACHE : PURGE_RUNS);
    return l.look;
}
