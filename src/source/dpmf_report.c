#include "source/dpmf_report.h"

#include <string.h>

#include "base/intl.h"
#include "base/json_scan.h"
#include "cache/payload.h"
#include "source/dpmf_inner.h"

// What is counted row by row and costs a row; what is merely replaced while loading is told then. Each kind
// becomes one warning an entity.
static const struct {
    unsigned flag; // of json_scan; 0: found otherwise
    const char *code, *text, *reject; // reject: the code under which extract keeps the row back
} kinds[] = {
    {JSON_NAN, "dpmf.payload_nan", N_("the payload holds NaN or Infinity, which JSON does not have"),
     "payload.decode_error"},
    {JSON_BAD, "dpmf.payload_not_json", N_("the payload is not JSON"), "payload.decode_error"},
    {JSON_NOT_OBJECT, "dpmf.payload_not_object", N_("the payload is JSON, but not an object"),
     "payload.not_an_object"},
    {0, "dpmf.payload_null", N_("there is no payload"), "payload.decode_error"},
    {0, "dpmf.raw_not_json", N_("raw_source_data is not JSON"), "payload.decode_error"},
};
enum { KIND_NULL = 3, KIND_RAW = 4 };

typedef struct {
    int64_t n;
    char first[64]; // canonical_uuid of the first row
} Count;

typedef struct {
    Dpmf *d;
    const DpmfEntity *entity; // under way
    Count counts[ARRAY_LEN(kinds)];
    Buf safe;
} Check;

static void check_end(Check *c)
{
    buf_free(&c->safe);
}

static void count(Check *c, size_t kind, const DpmfRow *row)
{
    Count *k = &c->counts[kind];
    if (k->n++ == 0) {
        size_t n = MIN(row->key.len, sizeof k->first - 1);
        if (n)
            memcpy(k->first, row->key.at, n);
        k->first[n] = '\0';
    }
}

static void check_row(void *arg, const DpmfRow *row)
{
    Check *c = arg;
    if (!row->payload.at) {
        count(c, KIND_NULL, row);
    } else {
        unsigned flags = json_scan(row->payload);
        bool replaced; // loading may find an object too wide to be rewritten
        if ((flags & (JSON_BAD | JSON_DUPLICATE_KEY)) == JSON_DUPLICATE_KEY &&
            payload_make_safe(row->payload, &c->safe, &replaced) == PAYLOAD_BROKEN)
            flags |= JSON_BAD;
        for (size_t i = 0; flags && i < KIND_NULL; i++)
            if (flags & kinds[i].flag) {
                count(c, i, row);
                if (kinds[i].flag == JSON_NAN || kinds[i].flag == JSON_BAD)
                    break;
            }
    }
    if (!row->raw.at || json_scan(row->raw) & JSON_BAD)
        count(c, KIND_RAW, row);
}

static void tell_counts(Check *c)
{
    for (size_t i = 0; c->entity && i < ARRAY_LEN(kinds); i++)
        if (c->counts[i].n)
            dpmf_warn(c->d, kinds[i].code,
                      ngettext("%s, %lld row: %s (first: %.60s); kept back with %s",
                               "%s, %lld rows: %s (first: %.60s); kept back with %s", (unsigned long)c->counts[i].n),
                      c->entity->name, (long long)c->counts[i].n, _(kinds[i].text), c->counts[i].first,
                      kinds[i].reject);
    memset(c->counts, 0, sizeof c->counts);
}

static bool next_entity(void *arg, const DpmfEntity *entity, Err *err)
{
    Check *c = arg;
    (void)err;
    tell_counts(c);
    c->entity = entity;
    return true;
}

static void close_later(void *d)
{
    dpmf_close(d);
}

static bool judge(Dpmf *d, const Secret *passphrase, const char *temp_folder, Err *err)
{
    AUTO(check_end) Check check = {.d = d};
    const DpmfVisitor visitor = {.entity = next_entity, .look = check_row, .arg = &check};
    DpmfVerdict verdict;
    if (!dpmf_load(d, passphrase, temp_folder, err) || !dpmf_read(d, &visitor, &verdict, err))
        return false;
    tell_counts(&check);
    return true;
}

// The database, and with it the disk that plaintext takes; the words live on.
static void let_go(Dpmf *d)
{
    lite_close(d->db);
    d->db = NULL;
}

bool dpmf_verify_open(const char *path, const Secret *passphrase, const char *temp_folder,
                      const DpmfWatch *watch, DpmfSummary *out, Dpmf **open, Arena *a, Err *err)
{
    *open = NULL;
    Dpmf *d = dpmf_new(path, watch);
    arena_defer(a, close_later, d);
    bool accepted = judge(d, passphrase, temp_folder, err);
    if (d->verdict == DPMF_IO)
        return false;
    const char *word = dpmf_verdict_word(d->verdict);
    *out = (DpmfSummary){
        .verdict = d->verdict,
        .verdict_text = !accepted       ? arena_text(a, "reject:%s", word)
                        : d->warnings_n ? "accept:warn"
                                        : word,
        .reason = accepted ? "" : arena_text(a, "%s", err->text),
        .hint = accepted ? "" : arena_text(a, "%s", err->hint),
        .warnings = d->warnings,
        .warning_count = d->warnings_n,
        .layering = d->layering,
        .format_version = dpmf_meta(d, "format_version"),
        .source_system = dpmf_meta(d, "source_system"),
        .entities = d->entities,
        .entity_count = d->entities_n,
        .files = d->hash[0] ? d->files : -1,
        .hash_declared = dpmf_hash_declared(d),
        .hash_computed = dpmf_hash_computed(d),
    };
    if (accepted) {
        *open = d;
        return true;
    }
    let_go(d);
    return true;
}

bool dpmf_verify_file(const char *path, const Secret *passphrase, const char *temp_folder,
                      const DpmfWatch *watch, DpmfSummary *out, Arena *a, Err *err)
{
    Dpmf *d;
    if (!dpmf_verify_open(path, passphrase, temp_folder, watch, out, &d, a, err))
        return false;
    if (d)
        let_go(d);
    return true;
}
