#include "source/dpmf_notes.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cache/load.h"
#include "source/dpmf_write.h"

static const struct {
    const char *code, *text;
} words[NOTE_KINDS] = {
    [NOTE_DUPLICATE_KEY] = {"dpmf.duplicate_key",
                            N_("the canonical_uuid repeats that of another row; the first one counts")},
    [NOTE_EMPTY_KEY] = {"dpmf.empty_key", N_("the canonical_uuid is empty; the row is kept back")},
    [NOTE_UNUSABLE_KEY] = {"dpmf.unusable_key",
                           N_("the canonical_uuid is longer than 120 bytes or holds a NUL; "
                              "the row is kept back")},
    [NOTE_KEY_ORDER] =
        {"dpmf.key_order",
         N_("the table orders its canonical_uuid otherwise than by bytes; an exported copy has "
            "another integrity hash, and a key that comes again counts as repeated")},
    [NOTE_NO_VALUE] = {"dpmf.no_value", N_("source_id or source_system has no value")},
    [NOTE_NUL_BYTE] = {"dpmf.nul_byte", N_("a column holds a NUL byte, which no target takes")},
    [NOTE_BLOB] = {"dpmf.blob",
                   N_("a column holds bytes instead of text; they are read as the hash writes them")},
    [NOTE_NOT_UTF8] = {"dpmf.not_utf8", N_("extracted_at is not UTF-8; its bad bytes were replaced")},
    [NOTE_FILE_KEY] = {"dpmf.file_key", N_("the canonical_uuid is empty, repeated or out of order")},
    [NOTE_FILE_VALUE] =
        {"dpmf.file_value",
         N_("a value is missing, holds a NUL, is of another type or longer than targets keep")},
    [NOTE_WARNING_ID] = {"dpmf.warning_id", N_("the ids are not different whole numbers")},
    [NOTE_WARNING_VALUE] =
        {"dpmf.warning_value",
         N_("the severity is none of info, warn and error, or another value is missing, holds "
            "a NUL or is longer than targets keep")},
};

static void note(Notes *n, Note kind, Str key)
{
    if (n->kinds[kind].n++ > 0)
        return;
    size_t len = MIN(key.len, sizeof n->kinds[kind].first - 1);
    if (len)
        memcpy(n->kinds[kind].first, key.at, len);
    n->kinds[kind].first[len] = '\0';
}

static bool has_nul(Str s)
{
    return s.len && memchr(s.at, 0, s.len);
}

// Below 0: the key of the row before sorts after this one.
static int compare_last(Notes *n, Str key)
{
    Str last = buf_str(&n->last_key);
    int order = 1;
    if (n->begun && last.len && key.len) {
        order = memcmp(key.at, last.at, MIN(key.len, last.len));
        if (order == 0)
            order = key.len < last.len ? -1 : key.len > last.len;
    }
    buf_clear(&n->last_key);
    buf_add(&n->last_key, key.len ? key : STR(""));
    n->begun = true;
    return order;
}

void notes_row(Notes *n, LiteStmt *s, const Str columns[6])
{
    enum { KEY, SOURCE_ID, SOURCE_SYSTEM, RAW = 4, EXTRACTED_AT };
    Str key = columns[KEY];
    int order = compare_last(n, key);
    if (order <= 0)
        note(n, order ? NOTE_KEY_ORDER : NOTE_DUPLICATE_KEY, key);
    if (!key.len)
        note(n, NOTE_EMPTY_KEY, columns[SOURCE_ID]);
    else if (key.len > CACHE_KEY_MAX || has_nul(key))
        note(n, NOTE_UNUSABLE_KEY, key);
    if (!columns[SOURCE_ID].at || !columns[SOURCE_SYSTEM].at)
        note(n, NOTE_NO_VALUE, key);
    if (has_nul(columns[SOURCE_ID]) || has_nul(columns[SOURCE_SYSTEM]) || has_nul(columns[EXTRACTED_AT]))
        note(n, NOTE_NUL_BYTE, key);
    bool bytes = false;
    for (int i = KEY; i <= RAW; i++)
        bytes |= lite_type(s, i) == LITE_BLOB;
    if (bytes)
        note(n, NOTE_BLOB, key);
    if (columns[EXTRACTED_AT].len && !text_is_utf8(columns[EXTRACTED_AT]))
        note(n, NOTE_NOT_UTF8, key);
}

// What a target's column can keep: max characters (0: any), and whether there must be a value.
typedef struct {
    size_t max;
    bool needed;
} Room;

static const Room file_rooms[7] = {{36, false}, {0, true},   {36, true},  {1024, true},
                                   {0},         {64, false}, {100, false}};
static const Room warning_rooms[7] = {{0}, {0}, {100, false}, {0, true}, {75, true}, {0, true}, {0}};

static bool fit(const Str *values, const Room *rooms, int from)
{
    for (int i = from; i < 7; i++)
        if ((rooms[i].needed && !values[i].at) || has_nul(values[i]) ||
            (rooms[i].max && values[i].len > rooms[i].max && text_chars(values[i]) > rooms[i].max))
            return false;
    return true;
}

static bool has_bytes(LiteStmt *s)
{
    for (int i = 0; i < 7; i++)
        if (lite_type(s, i) == LITE_BLOB)
            return true;
    return false;
}

bool dpmf_file_fits(const Str columns[7])
{
    enum { KEY, PATH = 3, SIZE };
    int64_t size = 0;
    return columns[KEY].len && columns[PATH].len &&
           (!columns[SIZE].at || (dpmf_whole_number(columns[SIZE], &size) && size >= 0)) &&
           fit(columns, file_rooms, KEY);
}

bool dpmf_warning_fits(const Str columns[7])
{
    Str severity = columns[3];
    return (str_is(severity, "info") || str_is(severity, "warn") || str_is(severity, "error")) &&
           fit(columns, warning_rooms, 1);
}

void notes_file(Notes *n, LiteStmt *s, const Str columns[7])
{
    enum { KEY, PATH = 3, SIZE };
    if (compare_last(n, columns[KEY]) <= 0 || !columns[KEY].len)
        note(n, NOTE_FILE_KEY, columns[KEY]);
    LiteType size = lite_type(s, SIZE);
    bool good = columns[PATH].len && (size == LITE_NULL || (size == LITE_INTEGER && lite_int(s, SIZE) >= 0));
    if (!good || has_bytes(s) || !fit(columns, file_rooms, KEY))
        note(n, NOTE_FILE_VALUE, columns[KEY]);
}

void notes_warning(Notes *n, LiteStmt *s, const Str columns[7])
{
    enum { ID };
    int64_t id = lite_int(s, ID);
    if (lite_type(s, ID) != LITE_INTEGER || (n->begun && id <= n->last_id))
        note(n, NOTE_WARNING_ID, columns[ID]);
    n->last_id = id;
    n->begun = true;
    if (has_bytes(s) || !dpmf_warning_fits(columns))
        note(n, NOTE_WARNING_VALUE, columns[ID]);
}

void notes_tell(Notes *n, Dpmf *d, const char *table)
{
    for (size_t i = 0; i < NOTE_KINDS; i++)
        if (n->kinds[i].n)
            dpmf_warn(d, words[i].code,
                      ngettext("%s, %lld row: %s (first: %.60s)", "%s, %lld rows: %s (first: %.60s)",
                               (unsigned long)n->kinds[i].n),
                      table,
                      (long long)n->kinds[i].n, _(words[i].text), n->kinds[i].first);
    memset(n->kinds, 0, sizeof n->kinds);
    buf_clear(&n->last_key);
    n->begun = false;
}

void notes_free(Notes *n)
{
    buf_free(&n->last_key);
}
