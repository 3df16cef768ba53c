#include "engine/stage_files.h"

#include <string.h>

#include "base/digest.h"
#include "base/uuid.h"
#include "cache/issue_store.h"

// Raised when the rows made of the same list are others: the step is done anew.
static const char STAGING_VERSION[] = "1";

enum {
    F_ID,
    F_CLINIC,
    F_SYSTEM,
    F_KEY,
    F_PARENT_TYPE,
    F_PARENT_KEY,
    F_PATH,
    F_SIZE,
    F_SHA,
    F_MIME,
    F_STAGED, // when it was first seen: of no weight, and never written over
    F_COLUMNS
};
static const char *const columns[F_COLUMNS] = {
    "id",           "clinic_id",     "source_system",       "canonical_uuid", "parent_entity_type", "parent_canonical_uuid",
    "relative_path", "declared_size_bytes", "sha256", "mime_hint",      "staged_at"};
static const bool kept[F_COLUMNS] = {[F_STAGED] = true};

bool step_is_files(const Step *s)
{
    return s->stage == STAGE_INSERT && strcmp(s->entity, FILES_ENTITY) == 0;
}

static bool counts(Session *s, TargetCounts *out, Err *err)
{
    *out = (TargetCounts){0};
    return !s->target || s->target->kind->counts(s->target, FILES_ENTITY, out, err);
}

bool staging_is_wanted(Worker *w, bool *wanted, Err *err)
{
    int64_t rows = 0;
    TargetCounts known;
    if (!w->s.cache || !lite_one_int(cache_db(w->s.cache), &rows, NULL, err, "SELECT EXISTS (SELECT 1 FROM _files)") ||
        !counts(&w->s, &known, err))
        return !w->s.cache;
    *wanted = rows > 0 || known.inserted + known.updated + known.unchanged + known.absent > 0;
    return true;
}

bool staging_fingerprint(Session *s, Inputs *in, const char **out, Err *err)
{
    FileRowsSum sum;
    in->arena = s->arena;
    if (!file_rows_sum(s->cache, &sum, err))
        return false;
    inputs_add(in, INPUT_RULES, "files", STAGING_VERSION, STAGING_VERSION);
    inputs_add(in, INPUT_SETTING, "clinic_id", s->clinic_id, s->clinic_id);
    inputs_add_digest(in, INPUT_UPSTREAM, FILES_ENTITY, arena_text(s->arena, "%s", sum.digest), NULL);
    *out = inputs_fingerprint(in);
    return true;
}

bool staging_account(Session *s, bool complete, Account *out, Err *err)
{
    FileRowsSum sum;
    TargetCounts known;
    if (!file_rows_sum(s->cache, &sum, err) || !counts(s, &known, err))
        return false;
    *out = (Account){.entity = FILES_ENTITY,
                     .source = sum.rows,
                     .inserted = known.inserted,
                     .updated = known.updated,
                     .unchanged = known.unchanged,
                     .rejected = sum.rows - sum.good + known.rejected,
                     .absent = known.absent};
    int64_t left = out->source - out->inserted - out->updated - out->unchanged - out->rejected;
    out->lost = complete ? left : 0;
    out->pending = complete ? 0 : MAX(left, 0);
    return true;
}

void staging_row_id(const char *clinic_id, const char *source_system, Str key, const char *table, char out[37])
{
    AUTO(buf_free) Buf name = {0};
    buf_addf(&name, "%s|%s|", source_system, FILES_ENTITY);
    buf_add(&name, key);
    buf_addf(&name, "|%s||", table);
    if (uuid5(str_of(clinic_id), buf_str(&name), out))
        return;
    unsigned char digest[SHA256_BYTES]; // of a target whose clinics have other numbers
    Sha256 *sum = sha256_new();
    sha256_add(sum, str_of(clinic_id));
    sha256_add(sum, buf_str(&name));
    sha256_finish(sum, digest);
    sha256_free(sum);
    uuid_format(digest, out);
}

static void fill(Session *s, Arena *a, const FileRow *row, WriteItem *item)
{
    enum { HASH_BYTES = 16 };
    Str *values = arena_many(a, Str, F_COLUMNS);
    char *id = arena_many(a, char, UUID_TEXT + 1);
    staging_row_id(s->clinic_id, s->source_system, row->key, "files", id);
    values[F_ID] = (Str){id, UUID_TEXT};
    values[F_CLINIC] = str_of(s->clinic_id);
    values[F_SYSTEM] = str_of(s->source_system);
    values[F_KEY] = str_copy(a, row->key);
    values[F_PARENT_TYPE] = str_copy(a, row->parent_type);
    values[F_PARENT_KEY] = str_copy(a, row->parent_key);
    values[F_PATH] = str_copy(a, row->path);
    values[F_SIZE] = row->size < 0 ? (Str){NULL, 0} : str_of(arena_text(a, "%lld", (long long)row->size));
    values[F_SHA] = str_copy(a, row->sha256);
    values[F_MIME] = row->mime_hint.len ? str_copy(a, row->mime_hint) : (Str){NULL, 0};
    values[F_STAGED] = str_of(s->as_of_text);
    unsigned char digest[SHA256_BYTES];
    Sha256 *sum = sha256_new();
    for (size_t i = 0; i < F_COLUMNS; i++) {
        if (kept[i])
            continue;
        sha256_add(sum, values[i].at ? values[i] : STR("\\N"));
        sha256_add(sum, STR("\t"));
    }
    sha256_finish(sum, digest);
    sha256_free(sum);
    *item = (WriteItem){.key = values[F_KEY], .hash = {arena_copy(a, digest, HASH_BYTES), HASH_BYTES}, .n_rows = 1};
    WriteRow *one = arena_one(a, WriteRow);
    one->values = values;
    item->rows = one;
    item->parts = arena_many(a, int, 1);
}

bool staging_read(Worker *w, FileRows *rows, Arena *a, size_t most, size_t bytes, WriteBatch *out, Err *err)
{
    WritePart *part = arena_one(a, WritePart);
    *part = (WritePart){.name = FILES_ENTITY,
                        .table = w->s.target->kind->files,
                        .columns = columns,
                        .n_columns = F_COLUMNS,
                        .id = F_ID,
                        .kept = kept};
    out->parts = part;
    out->n_parts = 1;
    out->items = arena_many(a, WriteItem, most);
    out->n = 0;
    size_t before = arena_used(a);
    FileRow row;
    bool end = false;
    while (out->n < most && arena_used(a) - before < bytes) {
        if (!file_rows_next(rows, &row, &end, err))
            return false;
        if (end)
            break;
        if (row.state == FILE_ROW_GOOD)
            fill(&w->s, a, &row, &out->items[out->n++]);
    }
    return true;
}

static bool add_issue(Worker *w, const Step *s, const FileRow *row, const char *field, const char *code, const char *severity,
                      Err *err)
{
    return control_issue_add(w->s.control, s->id, s->entity, row->key, field, code, severity, (Str){NULL, 0},
                             w->record.run, err);
}

static bool judge(Worker *w, const Step *s, const FileRow *row, Err *err)
{
    if (row->state == FILE_ROW_NO_KEY)
        return add_issue(w, s, row, "", "payload.no_key", "error", err);
    if (row->state == FILE_ROW_TWICE)
        return add_issue(w, s, row, "", "payload.duplicate_key", "error", err);
    if (row->sha256.at)
        return true;
    return add_issue(w, s, row, "sha256", row->bad_sha ? "file.sha256_invalid" : "file.sha256_missing", "warning", err);
}

bool staging_issues(Worker *w, const Step *s, Err *err)
{
    FileRows *rows = file_rows_open(w->s.cache, "", err);
    FileRow row;
    bool end = false, ok = rows;
    while (ok && (ok = file_rows_next(rows, &row, &end, err)) && !end)
        ok = judge(w, s, &row, err);
    file_rows_close(rows);
    return ok;
}
