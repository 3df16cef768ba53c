// Trouble of the target that passes: the same again, later. Whether a batch landed before its connection
// broke, the ledger says.
#include <string.h>

#include "base/intl.h"
#include "engine/lanes.h"

enum { MOST_TRIES = 8, MOST_US = 30 * 60 * 1000000LL, FIRST_US = 1000000, LONGEST_US = 300 * 1000000LL };

// Any time up to min(5 min, 1 s * 2^n): whoever else lost the server at the same moment comes at another.
static Instant time_to_wait(const Attempts *r)
{
    Instant most = MIN((Instant)FIRST_US << MIN(r->tries - 1, 20), LONGEST_US);
    return steady_now() % 1000003 * 7919 % most;
}

// Who was in the way, as long as that was looked for.
static const char *words(Worker *w, const char *why, const Err *err)
{
    const char *waits = beat_waits_for(w->beat, w->s.arena);
    if (!waits || strcmp(why, "busy") != 0)
        return arena_text(w->s.arena, "%s", err->text);
    return arena_text(w->s.arena, "%s: %s", err->text, waits);
}

static void tell(Worker *w, const Attempts *r, const char *step, Instant wait, const char *why,
                 const Err *err)
{
    const char *text = words(w, why, err);
    JsonOut *j = event_begin(w->events, "retry", step);
    json_int(j, "try", r->tries);
    json_int(j, "of", MOST_TRIES);
    json_num(j, "wait_s", (double)wait / 1e6, 1);
    json_text(j, "reason", why);
    json_text(j, "message", text);
    event_send(w->events, &(Event){.text = text});
    beat_retry(w->beat);
}

static bool give_up(TargetTrouble trouble, Err *err)
{
    // A server that is gone ends the run; a row somebody keeps locked is this step's trouble alone.
    if (trouble == TROUBLE_TRY_AGAIN)
        err->kind = ERR_STEP;
    return err_wrap(err, _("given up after %d attempts"), MOST_TRIES);
}

static void begin_anew(Attempts *r)
{
    *r = (Attempts){.target = r->target};
}

static bool wait_for_room(Worker *w, Attempts *r, Err *err)
{
    Err stopped = {0};
    if (!worker_wait_for_server(w, arena_text(w->s.arena, "%s", err->text), &stopped)) {
        if (stopped.kind != ERR_NONE)
            *err = stopped;
        return false;
    }
    begin_anew(r);
    return true;
}

// Only who holds the clinic's lock may write: whose session has that comes first. *failed: who is to be asked why not.
static bool make_usable(Worker *w, Target *t, Target **failed, Err *err)
{
    *failed = w->s.target;
    if (t != w->s.target && !w->s.target->kind->recover(w->s.target, err))
        return false;
    *failed = t;
    return t->kind->recover(t, err);
}

// A connection that is lost stays lost for as long as the server takes to come back.
static bool try_again(Worker *w, Attempts *r, const char *step, Err *err)
{
    Target *t = r->target ? r->target : w->s.target, *asked = t;
    TargetTrouble trouble = err->kind == ERR_TARGET ? t->kind->trouble(t) : TROUBLE_NONE;
    if (trouble == TROUBLE_NONE)
        return false;
    if (trouble == TROUBLE_LOST && w->o->rehearse) // and with it all that was rehearsed
        return t->kind->recover(t, err) && false;
    if (!r->began)
        r->began = steady_now();
    r->losses = trouble == TROUBLE_LOST ? r->losses + 1 : 0;
    for (bool usable = false; !usable; trouble = usable ? trouble : asked->kind->trouble(asked)) {
        if (trouble == TROUBLE_NONE)
            return false;
        if (trouble == TROUBLE_FULL && !wait_for_room(w, r, err))
            return false;
        if (trouble != TROUBLE_FULL) {
            if (++r->tries >= MOST_TRIES || steady_now() - r->began > MOST_US)
                return give_up(trouble, err);
            Instant wait = time_to_wait(r);
            tell(w, r, step, wait, trouble == TROUBLE_LOST ? "lost" : "busy", err);
            if (!worker_wait(w, wait, err))
                return false;
        }
        Err failed = {0};
        usable = make_usable(w, t, &asked, &failed);
        if (!usable)
            *err = failed;
        if (!usable && failed.kind != ERR_TARGET)
            return false;
    }
    err->kind = ERR_NONE;
    return true;
}

// What is written beside it waits: two that stand in each other's way would do so again.
bool worker_try_again(Worker *w, Attempts *r, const char *step, Err *err)
{
    lanes_hold(w->lanes);
    bool again = try_again(w, r, step, err);
    lanes_release(w->lanes);
    return again;
}

// ---- Batches --------------------------------------------------------------------------------------

// A batch of either kind, of which pieces can be written one after the other.
typedef struct {
    const char *step, *fingerprint, *last_key;
    size_t n;
    bool last;
    void *batch;
    Str (*key)(const void *batch, size_t i);
} Whole;

typedef struct {
    size_t from, n;
    bool last;
    const char *last_key;
} Piece;

typedef bool WritePiece(Target *t, void *batch, const Piece *p, Err *err);

static void end_piece(Worker *w, const Whole *b, Piece *p)
{
    bool at_end = p->from + p->n == b->n;
    p->last = b->last && at_end;
    p->last_key = at_end ? b->last_key : str_keep(w->s.arena, b->key(b->batch, p->from + p->n - 1));
}

// A lost connection may have lost no more than the answer to COMMIT.
static bool has_landed(Worker *w, Target *t, const Whole *b, const Piece *p, bool *yes, Err *err)
{
    const char *at, *fingerprint;
    bool complete;
    if (!t->kind->checkpoint(t, w->s.arena, b->step, &at, &fingerprint, &complete, err))
        return false;
    *yes = at && fingerprint && strcmp(fingerprint, b->fingerprint) == 0 && strcmp(at, p->last_key) == 0 &&
           complete == p->last;
    return true;
}

// failed: it was tried, and err says what came of it.
static bool write_piece(Worker *w, Attempts *r, const Whole *b, Piece *p, WritePiece *write, bool failed, Err *err)
{
    for (bool unsure = false;; failed = false) {
        bool landed = false, known = !failed && (!unsure || has_landed(w, r->target, b, p, &landed, err));
        if (known && unsure && !landed && r->losses >= 2 && p->n > 1) {
            p->n = (p->n + 1) / 2;
            r->losses = 0;
            end_piece(w, b, p);
        }
        unsure = !known && !failed;
        if (known && (landed || write(r->target, b->batch, p, err)))
            return true;
        if (!worker_try_again(w, r, b->step, err))
            return false;
        unsure = unsure || r->losses;
    }
}

static bool write_whole(Worker *w, Attempts *r, const Whole *b, WritePiece *write, Err *err)
{
    Piece p = {.n = b->n};
    do {
        end_piece(w, b, &p);
        if (!write_piece(w, r, b, &p, write, p.from == 0, err))
            return false;
        begin_anew(r);
        p.from += p.n;
        p.n = MIN(p.n, b->n - p.from);
    } while (p.from < b->n);
    return true;
}

static Str item_key(const void *batch, size_t i)
{
    return ((const WriteBatch *)batch)->items[i].key;
}

static bool write_items(Target *t, void *batch, const Piece *p, Err *err)
{
    WriteBatch *whole = batch, part = *whole;
    part.items = whole->items + p->from;
    part.n = p->n;
    part.last = p->last;
    part.last_key = p->last_key;
    part.marked = 0;
    if (!t->kind->write(t, &part, err))
        return false;
    whole->marked += part.marked;
    return true;
}

bool worker_write_again(Worker *w, Attempts *r, WriteBatch *b, Err *err)
{
    Whole whole = {b->step, b->fingerprint, b->last_key, b->n, b->last, b, item_key};
    b->marked = 0;
    return write_whole(w, r, &whole, write_items, err);
}

static Str raw_key(const void *batch, size_t i)
{
    return ((const RawBatch *)batch)->rows[i].key;
}

static bool write_rows(Target *t, void *batch, const Piece *p, Err *err)
{
    RawBatch *b = batch;
    int64_t changed = 0;
    if (!t->kind->write_raw(t, b->step, b->entity, b->rows + p->from, p->n, p->last_key, p->last,
                            b->fingerprint, &changed, err))
        return false;
    b->changed += changed;
    return true;
}

bool worker_write_raw_again(Worker *w, Attempts *r, RawBatch *b, Err *err)
{
    Whole whole = {b->step, b->fingerprint, b->last_key, b->n, b->last, b, raw_key};
    b->changed = 0;
    return write_whole(w, r, &whole, write_rows, err);
}
