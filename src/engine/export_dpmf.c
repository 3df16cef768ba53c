#include "engine/export_dpmf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "engine/worker.h"
#include "source/dpmf_plain.h"
#include "source/dpmf_seal.h"
#include "source/dpmf_write.h"

enum {
    TELL_ROWS = 1024,     // rows between two words about progress
    ROOM_LEFT = 16 << 20, // bytes not taken from the disk
    PACKED_PART = 8,      // zstd makes at most this part of a database, by experience; writing notices more
};

struct Export {
    Arena *arena;
    const Clinic *clinic;
    Cache *cache;
    FreshFile file;
    const char *source_layering;
    int64_t plain_bytes; // of the database the source held
    const DpmfWatch *watch;
    DpmfWriter *writer;
    bool loose; // a warning whose raw data is no JSON
    int64_t last_id, total_rows;
    Buf last_file, clean[3];
    ExportResult r;
};

// ---- Begin and end ----------------------------------------------------------------------------------------

static bool no_cache(const Clinic *clinic, Err *err)
{
    if (err->kind != ERR_NONE)
        return false;
    err_set(err, ERR_DECISION, _("the source of %s has not been extracted yet: there is nothing to export"),
            clinic->name);
    return err_hint(err, "mudanza run %s --stage X", clinic->typed);
}

static bool open_cache(Export *e, Err *err)
{
    const char *bytes = NULL;
    e->cache = cache_open(e->clinic->state_folder, false, err);
    if (!e->cache)
        return no_cache(e->clinic, err);
    if (!as_read_begin(e->cache, err) ||
        !cache_about(e->cache, e->arena, "layering", &e->source_layering, err) ||
        !cache_about(e->cache, e->arena, "integrity_hash", &e->r.source_hash, err) ||
        !cache_about(e->cache, e->arena, "plain_bytes", &bytes, err))
        return false;
    e->plain_bytes = bytes ? strtoll(bytes, NULL, 10) : 0;
    return e->source_layering || no_cache(e->clinic, err);
}

Export *export_begin(const Clinic *clinic, const char *path, Err *err)
{
    Export *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    e->arena = arena_new();
    e->clinic = clinic;
    e->file.fd = -1;
    if (open_cache(e, err) && fresh_begin(&e->file, path, err))
        return e;
    export_end(e);
    return NULL;
}

void export_end(Export *e)
{
    if (!e)
        return;
    dpmf_write_close(e->writer);
    fresh_end(&e->file);
    cache_close(e->cache);
    buf_free(&e->last_file);
    for (size_t i = 0; i < ARRAY_LEN(e->clean); i++)
        buf_free(&e->clean[i]);
    arena_free(e->arena);
    free(e);
}

void export_end_at(Export **e)
{
    export_end(*e);
    *e = NULL;
}

const char *export_source_layering(const Export *e)
{
    return e->source_layering;
}

// ---- Room on the disks ------------------------------------------------------------------------------------

static bool has_room(const char *folder, int64_t need, Err *err)
{
    int64_t room = file_free_bytes(folder);
    if (room < 0 || room >= need + ROOM_LEFT)
        return true;
    err_set(err, ERR_STEP, _("%s has %.0f MB free and the export needs about %.0f MB"), folder,
            (double)room / 1e6, (double)(need + ROOM_LEFT) / 1e6);
    return err_hint(err, "%s", _("Free some space, or write the file to another disk."));
}

// temp NULL: the database is written in its place at once.
static bool check_room(const Export *e, const char *temp, DpmfLayering layering, Err *err)
{
    int64_t database = e->plain_bytes + e->plain_bytes / 8;
    int64_t file = layering.zstd ? database / PACKED_PART : database;
    const char *slash = strrchr(e->file.path, '/');
    const char *folder = !slash                  ? "."
                         : slash == e->file.path ? "/"
                                                 : arena_text(e->arena, "%.*s", (int)(slash - e->file.path), e->file.path);
    struct stat a, b;
    if (temp && stat(temp, &a) == 0 && stat(folder, &b) == 0 && a.st_dev == b.st_dev)
        return has_room(temp, database + file, err);
    return (!temp || has_room(temp, database, err)) && has_room(folder, file, err);
}

// ---- What stands in the cache -----------------------------------------------------------------------------

static bool survey_warning(void *arg, const Str *v, Err *err)
{
    Export *e = arg;
    int64_t id;
    (void)err;
    e->loose |= v[6].at && json_scan(v[6]) & JSON_BAD; // nothing but a CHECK of the table minds
    if (!dpmf_whole_number(v[0], &id) || (e->r.warnings++ && id <= e->last_id))
        e->r.renumbered = true;
    else
        e->last_id = id;
    return true;
}

static bool survey(Export *e, DpmfNewEntity **list, Err *err)
{
    AsReadEntity *entities;
    AsReadRejects *left_out;
    if (!as_read_entities(e->cache, e->arena, &entities, &e->r.n_entities, err) ||
        !as_read_rejects(e->cache, e->arena, &left_out, &e->r.n_left_out, err) ||
        !as_read_warnings(e->cache, survey_warning, e, err))
        return false;
    e->r.entities = entities;
    e->r.left_out = left_out;
    e->r.warnings = 0; // counted again while writing
    for (size_t i = 0; i < e->r.n_left_out; i++)
        e->r.rows_left_out += left_out[i].rows;
    *list = arena_many(e->arena, DpmfNewEntity, e->r.n_entities + 1);
    for (size_t i = 0; i < e->r.n_entities; i++) {
        const AsReadEntity *from = &entities[i];
        (*list)[i] = (DpmfNewEntity){from->name, from->rows, from->schema_version};
        e->total_rows += from->rows;
    }
    return true;
}

// ---- From the cache into the new database -----------------------------------------------------------------

static bool put_meta(void *arg, const Str *v, Err *err)
{
    return dpmf_write_meta(((Export *)arg)->writer, v[0], v[1], err);
}

// Text that verify has nothing to say about: never missing, no NUL, UTF-8 (extracted_at alone was not judged
// by the hash). A source with other text has been warned about, and its hash is not promised.
static Str sound_text(Str text, Buf *clean)
{
    if (!text.at || !text_is_utf8(text))
        return STR("");
    if (!memchr(text.at, 0, text.len))
        return text;
    buf_clear(clean);
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i])
            buf_add_char(clean, text.at[i]);
        else
            buf_add_text(clean, "\xEF\xBF\xBD");
    return buf_str(clean);
}

static bool put_row(void *arg, const SourceRow *from, Err *err)
{
    Export *e = arg;
    DpmfRow row = {.key = from->key,
                   .source_id = sound_text(from->source_id, &e->clean[0]),
                   .source_system = sound_text(from->source_system, &e->clean[1]),
                   .payload = from->payload,
                   .raw = from->raw.at ? from->raw : STR("null"),
                   .extracted_at = sound_text(from->extracted_at, &e->clean[2])};
    if (++e->r.rows % TELL_ROWS == 0 && e->watch && e->watch->progress)
        e->watch->progress(e->watch->arg, N_("write"), e->r.rows, e->total_rows);
    return dpmf_write_row(e->writer, &row, err);
}

static bool put_file(void *arg, const Str *v, Err *err)
{
    Export *e = arg;
    if (!dpmf_file_fits(v) || str_eq(v[0], buf_str(&e->last_file))) {
        e->r.files_left_out++;
        return true;
    }
    buf_clear(&e->last_file);
    buf_add(&e->last_file, v[0]);
    e->r.files++;
    return dpmf_write_file(e->writer, v, err);
}

static bool put_warning(void *arg, const Str *v, Err *err)
{
    Export *e = arg;
    char id[24];
    Str columns[7];
    if (!dpmf_warning_fits(v)) {
        e->r.warnings_left_out++;
        return true;
    }
    memcpy(columns, v, sizeof columns);
    e->r.warnings++;
    if (e->r.renumbered) {
        snprintf(id, sizeof id, "%lld", (long long)e->r.warnings);
        columns[0] = str_of(id);
    }
    return dpmf_write_warning(e->writer, columns, err);
}

static bool write_database(Export *e, int fd, Err *err)
{
    DpmfNewEntity *list;
    if (!survey(e, &list, err) ||
        !(e->writer = dpmf_write_begin(fd, e->file.path, list, e->r.n_entities, e->loose, err)) ||
        !as_read_meta(e->cache, put_meta, e, err))
        return false;
    for (size_t i = 0; i < e->r.n_entities; i++)
        if (!dpmf_write_entity(e->writer, err) || !as_read_rows(e->cache, list[i].name, put_row, e, err))
            return false;
    bool ok = as_read_files(e->cache, put_file, e, err) && as_read_warnings(e->cache, put_warning, e, err) &&
              dpmf_write_end(e->writer, e->r.hash, err);
    dpmf_write_close_at(&e->writer);
    e->r.equal = e->r.source_hash && strcmp(e->r.source_hash, e->r.hash) == 0;
    return ok;
}

// ---- The whole --------------------------------------------------------------------------------------------

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool write_layers(Export *e, DpmfLayering layering, const Secret *passphrase, Err *err)
{
    const char *temp = file_join(e->arena, e->clinic->state_folder, "tmp");
    if (!layering.zstd && !layering.encrypted)
        return check_room(e, NULL, layering, err) && write_database(e, e->file.fd, err);
    // The key first: deriving it takes memory that the databases want later.
    AUTO(dpmf_key_end) DpmfKey key = {0};
    AUTO(close_at) int plain = plain_make(temp, err);
    if (plain < 0) {
        err->kind = ERR_INTERNAL; // no matter of the source here
        return false;
    }
    return check_room(e, temp, layering, err) &&
           (!layering.encrypted || dpmf_key_make(&key, passphrase, err)) && write_database(e, plain, err) &&
           dpmf_seal(plain, &e->file, layering.zstd, layering.encrypted ? &key : NULL, e->watch, err);
}

// A source that is gone, or cannot be read, is no failure of the export.
static ExportSource look_at_source(Export *e)
{
    Session s = {.arena = e->arena, .clinic = e->clinic};
    const char *was = NULL, *now = NULL;
    Err ignored = {0};
    s.control = control_open(e->clinic->state_folder, false, &ignored);
    bool known = cache_about(e->cache, e->arena, "source_digest", &was, &ignored) && was &&
                 source_digest(&s, &now, &ignored);
    control_close(s.control);
    return !known ? EXPORT_SOURCE_UNKNOWN : strcmp(was, now) == 0 ? EXPORT_SOURCE_SAME : EXPORT_SOURCE_CHANGED;
}

bool export_write(Export *e, const char *layering, const Secret *passphrase, const DpmfWatch *watch,
                  ExportResult *out, Err *err)
{
    DpmfLayering layers;
    struct stat st;
    e->watch = watch;
    if (!dpmf_layering_named(layering, &layers))
        return err_set(err, ERR_USAGE, _("'%s' is no layering of a DPMF file"), layering);
    if (!write_layers(e, layers, passphrase, err))
        return false;
    e->r.source = look_at_source(e);
    e->r.bytes = fstat(e->file.fd, &st) == 0 ? st.st_size : 0;
    if (!cancel_check(err) || !fresh_finish(&e->file, err))
        return false;
    *out = e->r;
    return true;
}
