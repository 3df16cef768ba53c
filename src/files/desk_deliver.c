#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "files/desk_inner.h"

// What the ledger calls rows made of files: their keys are those of the list.
#define DOCUMENTS_ENTITY "_documents"

enum { TRIES = 8, WAIT_MS = 250, HASH_BYTES = 16 };
enum { P_ID, P_CLINIC, P_DOCUMENT, P_SHA, P_SIZE, P_MIME, P_MATCHED, P_PATH, P_RECEIVED, RECEIPT_COLUMNS };
static const char *const receipt_columns[RECEIPT_COLUMNS] = {
    "id", "clinic_id", "document_id", "sha256", "size_bytes", "mime_type", "matched_by", "storage_path", "received_at"};

bool desk_try_again(Desk *d, DeskTries *tries, Err *err)
{
    Target *t = d->s.target;
    if (err->kind != ERR_TARGET && err->kind != ERR_IN_USE)
        return false;
    if (++tries->n >= TRIES || (t->kind->trouble(t) == TROUBLE_NONE && strcmp(t->kind->kind, "postgres") == 0 && tries->n > 2))
        return false;
    poll(&(struct pollfd){.fd = cancel_fd(), .events = POLLIN}, 1, WAIT_MS * tries->n);
    Err lost = {0};
    if (!t->kind->recover(t, &lost))
        *err = lost; // the next attempt tells
    return true;
}

// As the ledger's table of jobs writes its numbers.
#define JOB_ID "00000000-0000-8000-8000-%012llx"

static bool writes(const char *mode)
{
    static const char *const others[] = {"rollback", "verify", "preview"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(mode, others[i]) == 0)
            return false;
    return true;
}

static bool newest_job(Desk *d, const char *named, int64_t *job, bool *known, Err *err)
{
    *job = 0;
    *known = false;
    err->kind = ERR_NONE;
    Control *c = control_open(d->s.clinic->state_folder, false, err);
    if (!c)
        return err->kind == ERR_NONE;
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n = 0;
    const RunRecord *runs = control_runs(c, a, &n, err);
    for (size_t i = 0; runs && i < n; i++) {
        if (!runs[i].job || runs[i].undone_by || !writes(runs[i].mode))
            continue;
        *job = MAX(*job, runs[i].job);
        *known = *known || strcmp(arena_text(a, "%lld", (long long)runs[i].job), named) == 0 ||
                 strcasecmp(arena_text(a, JOB_ID, (unsigned long long)runs[i].job), named) == 0;
    }
    control_close(c);
    *known = *known || strcmp(named, "current") == 0;
    return runs;
}

bool desk_knows_job(Desk *d, const char *job, bool *known, Err *err)
{
    int64_t newest;
    return newest_job(d, job, &newest, known, err);
}

static bool traces(Desk *d, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out, Err *err)
{
    DeskTries tries = {0};
    err->kind = ERR_NONE;
    while (!d->s.target->kind->traces(d->s.target, a, entity, keys, n, out, err))
        if (!desk_try_again(d, &tries, err))
            return false;
    return true;
}

static bool find_parents(Desk *d, Arena *a, const ListedFile *const *files, size_t n, TargetTrace *out, Err *err)
{
    Str *keys = arena_many(a, Str, n + 1);
    for (size_t i = 0; i < n; i++)
        keys[i] = str_of(files[i]->parent_uuid);
    if (!traces(d, a, d->s.profile->files->parent, keys, n, out, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i]->parent_type, d->s.profile->files->parent) != 0)
            out[i] = (TargetTrace){0};
    return true;
}

bool desk_parents(Desk *d, Arena *a, const ListedFile *files, size_t n, bool *mapped, Err *err)
{
    const ListedFile **list = arena_many(a, const ListedFile *, n + 1);
    TargetTrace *found = arena_many(a, TargetTrace, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = &files[i];
    if (!n || !d->ready || !d->s.profile->files)
        return true;
    if (!find_parents(d, a, list, n, found, err))
        return false;
    for (size_t i = 0; i < n; i++)
        mapped[i] = found[i].mapped && found[i].id;
    return true;
}

// ---- Writing ----------------------------------------------------------------------------------------

typedef struct {
    Desk *d;
    Arena *a;
    FileStore *store;
    int64_t job;
    const char *now;
    WritePart parts[2];
    WriteItem *items;
    Delivery **of; // of each item
    size_t n;
} Round;

static bool need_job(Desk *d, int64_t *job, Err *err)
{
    bool known;
    Target *t = d->s.target;
    const char *label = arena_text(d->s.arena, "%s files", d->s.clinic->name);
    return newest_job(d, "current", job, &known, err) && t->kind->job_begin(t, job, label, err);
}

static Str *receipt(const Round *r, const Delivery *x, const FileRule *rule, const Str *document)
{
    Str *v = arena_many(r->a, Str, RECEIPT_COLUMNS);
    v[P_ID] = str_of(x->file->id);
    v[P_CLINIC] = str_of(r->d->s.clinic_id);
    v[P_DOCUMENT] = document[rule->id];
    v[P_SHA] = str_of(x->sha256);
    v[P_SIZE] = str_of(arena_text(r->a, "%lld", (long long)x->size));
    v[P_MIME] = str_of(x->mime);
    v[P_MATCHED] = x->by_path ? STR("path_size") : STR("sha256");
    v[P_PATH] = document[rule->path];
    v[P_RECEIVED] = str_of(r->now);
    return v;
}

static bool add_item(Round *r, Delivery *x, const TargetTrace *parent, Err *err)
{
    const FileRule *rule = r->d->s.profile->files;
    Str *values = arena_many(r->a, Str, rule->n);
    FileFacts facts = {.canonical_uuid = str_of(x->file->canonical_uuid),
                       .parent_uuid = str_of(x->file->parent_uuid),
                       .parent_id = str_of(parent->id),
                       .relative_path = str_of(x->file->path),
                       .sha256 = str_of(x->sha256),
                       .mime = str_of(x->mime),
                       .mime_hint = str_of(x->file->mime_hint),
                       .matched_by = x->by_path ? STR("path_size") : STR("sha256"),
                       .staged_at = str_of(x->file->staged_at),
                       .received_at = str_of(r->now),
                       .size = x->size,
                       .job = r->job};
    if (!file_maker_row(r->d->maker, r->a, &facts, values, &x->why, err))
        return false;
    x->document_id = str_keep(r->a, values[rule->id]);
    if (x->why) {
        x->outcome = DELIVERY_REFUSED;
        return true;
    }
    if (!store_place(r->store, x->sha256, str_keep(r->a, values[rule->path]), err))
        return false;
    unsigned char digest[SHA256_BYTES];
    Sha256 *sum = sha256_new();
    sha256_add(sum, str_of(x->sha256));
    sha256_add(sum, values[rule->path]);
    sha256_finish(sum, digest);
    sha256_free(sum);
    WriteRow *rows = arena_many(r->a, WriteRow, 2);
    int *parts = arena_many(r->a, int, 2);
    rows[0].values = values;
    rows[1].values = receipt(r, x, rule, values);
    parts[1] = 1;
    r->of[r->n] = x;
    r->items[r->n++] = (WriteItem){.key = facts.canonical_uuid,
                                   .hash = {arena_copy(r->a, digest, HASH_BYTES), HASH_BYTES},
                                   .rows = rows,
                                   .parts = parts,
                                   .n_rows = 2};
    return true;
}

// A step gives its rows in the order of their keys; what is delivered comes in any order, so each delivery is the
// step done anew, of some of its rows.
static bool write_rows(Round *r, Err *err)
{
    Target *t = r->d->s.target;
    WriteBatch batch = {.step = r->d->step,
                        .entity = DOCUMENTS_ENTITY,
                        .parts = r->parts,
                        .n_parts = ARRAY_LEN(r->parts),
                        .items = r->items,
                        .n = r->n,
                        .last_key = str_keep(r->a, r->items[r->n - 1].key),
                        .fingerprint = "",
                        .conflicts = CONFLICT_TARGET_WINS,
                        .some = true};
    DeskTries tries = {0};
    err->kind = ERR_NONE;
    while (!t->kind->restart(t, r->d->step, err) || !t->kind->write(t, &batch, err))
        if (!desk_try_again(r->d, &tries, err))
            return false;
    for (size_t i = 0; i < r->n; i++) {
        const WriteItem *item = &r->items[i];
        r->of[i]->outcome = item->outcome == ROW_NEW        ? DELIVERED
                            : item->outcome == ROW_REJECTED ? DELIVERY_REFUSED
                                                            : DELIVERED_BEFORE;
        r->of[i]->why = item->outcome == ROW_REJECTED ? arena_text(r->a, "%s", item->detail ? item->detail : item->code) : NULL;
    }
    return true;
}

static bool need_maker(Desk *d, Err *err)
{
    if (d->maker)
        return true;
    FileMakerOptions o = {d->s.profile, d->s.clinic, d->s.target, d->s.clinic_id, d->s.source_system};
    err->kind = ERR_NONE;
    d->maker = file_maker_new(d->s.arena, &o, d->problems, err);
    if (!d->maker && err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG, "%s",
                d->problems->n ? d->problems->items[0].text : _("the profile or the model has mistakes"));
    return d->maker;
}

static int by_key(const void *one, const void *other)
{
    return strcmp((*(Delivery *const *)one)->file->canonical_uuid, (*(Delivery *const *)other)->file->canonical_uuid);
}

static const char *instant_text(Arena *a)
{
    AUTO(buf_free) Buf now = {0};
    instant_format(instant_now() / 1000000 * 1000000, &now);
    return arena_text(a, "%s", buf_text(&now));
}

bool desk_deliver(Desk *d, Arena *a, FileStore *store, Delivery *list, size_t n, Err *err)
{
    const FileRule *rule = d->s.profile->files;
    Round r = {.d = d, .a = a, .store = store, .now = instant_text(a)};
    Delivery **sorted = arena_many(a, Delivery *, n + 1);
    const ListedFile **files = arena_many(a, const ListedFile *, n + 1);
    TargetTrace *parents = arena_many(a, TargetTrace, n + 1), *done = arena_many(a, TargetTrace, n + 1);
    Str *keys = arena_many(a, Str, n + 1);
    if (!n || !need_maker(d, err))
        return !n;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &list[i];
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++) {
        files[i] = sorted[i]->file;
        keys[i] = str_of(files[i]->canonical_uuid);
    }
    if (!need_job(d, &r.job, err) || !find_parents(d, a, files, n, parents, err) ||
        !traces(d, a, DOCUMENTS_ENTITY, keys, n, done, err))
        return false;
    r.parts[0] = (WritePart){.name = DOCUMENTS_ENTITY, .table = rule->table, .columns = rule->columns, .n_columns = rule->n, .id = rule->id};
    r.parts[1] = (WritePart){.name = DOCUMENTS_ENTITY ".receipt", .table = d->s.target->kind->file_receipts,
                             .columns = receipt_columns, .n_columns = RECEIPT_COLUMNS, .id = P_ID};
    r.items = arena_many(a, WriteItem, n);
    r.of = arena_many(a, Delivery *, n);
    for (size_t i = 0; i < n; i++) {
        Delivery *x = sorted[i];
        x->why = NULL;
        if (done[i].mapped) {
            x->outcome = DELIVERED_BEFORE;
            x->document_id = arena_text(a, "%s", done[i].id);
        } else if (!parents[i].mapped || !parents[i].id) {
            x->outcome = DELIVERY_WAITS;
        } else if (!add_item(&r, x, &parents[i], err)) {
            return false;
        }
    }
    return !r.n || write_rows(&r, err);
}
