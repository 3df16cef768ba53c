#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/yaml.h"
#include "engine/decisions.h"
#include "engine/decisions_inner.h"

// What yaml_read takes back at once.
enum { DECISIONS_MAX = 150 * 1000 };

const char *decisions_path(Arena *a, const Clinic *clinic)
{
    return arena_text(a, "%s/decisions/issues.yaml", clinic->folder);
}

typedef struct {
    Arena *arena;
    Buf items; // of IssueItem
} Collecting;

static bool collect(void *arg, const IssueItem *item, Err *err)
{
    Collecting *x = arg;
    if (!text_is_utf8(str_of(item->key)) || !text_is_utf8(str_of(item->code)))
        return true;
    if (x->items.len / sizeof *item >= DECISIONS_MAX)
        return err_set(err, ERR_INTERNAL,
                       _("more than %d decided issues: mend the cause in the mapping instead"),
                       DECISIONS_MAX);
    IssueItem kept = *item;
    if (kept.until && strcmp(kept.state, "open") == 0)
        kept.state = "ignored"; // whose day has passed: the file does not change with the calendar
    if (!kept.by || strcmp(kept.state, "open") == 0) {
        kept.state = "open"; // there are only notes to tell
        kept.by = kept.at = kept.reason = kept.until = NULL;
    }
    const char **texts[] = {&kept.fp, &kept.step,   &kept.code, &kept.state, &kept.by,
                            &kept.at, &kept.reason, &kept.key,  &kept.field, &kept.until,
                            &kept.owner, &kept.owner_by, &kept.owner_at};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(x->arena, str_of(*texts[i]));
    kept.note = kept.note ? "" : NULL; // only whether there is one
    buf_add(&x->items, (Str){(const char *)&kept, sizeof kept});
    return true;
}

static int compare(const void *one, const void *other)
{
    const IssueItem *x = one, *y = other;
    const char *const a[] = {x->step, x->code, x->state, x->at, x->by, x->reason, x->until, x->key, x->field};
    const char *const b[] = {y->step, y->code, y->state, y->at, y->by, y->reason, y->until, y->key, y->field};
    for (size_t i = 0; i < ARRAY_LEN(a); i++) {
        int order = strcmp(a[i] ? a[i] : "", b[i] ? b[i] : "");
        if (order)
            return order;
    }
    return 0;
}

static bool same_group(const IssueItem *x, const IssueItem *y)
{
    IssueItem a = *x, b = *y;
    a.key = b.key = a.field = b.field = NULL;
    return compare(&a, &b) == 0;
}

static void add_text(Buf *out, const char *before, const char *name, const char *value)
{
    if (!value)
        return;
    buf_addf(out, "%s%s: ", before, name);
    yaml_quote(str_of(value), out);
}

static void write_group(const IssueItem *one, Buf *out)
{
    const char *indent = "\n    ";
    add_text(out, "\n  - ", "step", one->step);
    add_text(out, indent, "code", one->code);
    add_text(out, indent, "state", one->state);
    add_text(out, indent, "reason", one->reason);
    add_text(out, indent, "by", one->by);
    add_text(out, indent, "at", one->at);
    add_text(out, indent, "until", one->until);
    buf_addf(out, "%sissues:", indent);
}

static bool write_notes(Control *c, const char *fp, Buf *out, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n, told = 0;
    const IssueEvent *events = issue_history(c, a, fp, &n, err);
    for (size_t i = 0; events && i < n; i++) {
        if (strcmp(events[i].action, "note") != 0)
            continue;
        buf_add_text(out, told++ ? ", {" : ", notes: [{");
        add_text(out, "", "by", events[i].by);
        add_text(out, ", ", "at", events[i].at);
        add_text(out, ", ", "text", events[i].text);
        buf_add_char(out, '}');
    }
    if (told)
        buf_add_char(out, ']');
    return events;
}

static void write_owner(const IssueItem *one, Buf *out)
{
    add_text(out, ", assigned: {", "to", one->owner);
    add_text(out, ", ", "by", one->owner_by);
    add_text(out, ", ", "at", one->owner_at);
    buf_add_char(out, '}');
}

bool decisions_text(Arena *a, Control *c, Buf *out, size_t *n, Err *err)
{
    const IssueFilter decided = {.decided = true};
    Collecting x = {.arena = a};
    bool ok = issue_each(c, &decided, INT64_MAX, collect, &x, err);
    IssueItem *items = arena_copy(a, buf_text(&x.items), x.items.len);
    *n = x.items.len / sizeof *items;
    buf_free(&x.items);
    qsort(items, *n, sizeof *items, compare);
    buf_add_text(
        out, "# Decisions about issues: written by `mudanza warnings`, read by `mudanza warnings import`.\n"
             "version: 1\ndecisions:");
    for (size_t i = 0; ok && i < *n; i++) {
        if (!i || !same_group(&items[i - 1], &items[i]))
            write_group(&items[i], out);
        add_text(out, "\n      - {", "issue", items[i].fp);
        add_text(out, ", ", "key", items[i].key);
        add_text(out, ", ", "field", items[i].field);
        ok = !items[i].note || write_notes(c, items[i].fp, out, err);
        if (items[i].owner)
            write_owner(&items[i], out);
        buf_add_char(out, '}');
    }
    buf_add_text(out, *n ? "\n" : " []\n");
    return ok;
}

bool decisions_known(Arena *a, Control *c, Str content, bool *never, bool *known, Err *err)
{
    const char *noted;
    char digest[SHA256_HEX + 1];
    if (!control_noted(c, a, DECISIONS_NOTE, &noted, err))
        return false;
    sha256_hex_of(content, digest);
    *never = !noted;
    *known = noted && strcmp(noted, digest) == 0;
    return true;
}

bool decisions_remember(Control *c, Str content, Err *err)
{
    char digest[SHA256_HEX + 1];
    sha256_hex_of(content, digest);
    return control_note(c, DECISIONS_NOTE, digest, err);
}

// Inside a transaction, so that of two people who decide at once the later one writes what both decided.
static bool write_file(Arena *a, const Clinic *clinic, Control *c, Err *err)
{
    const char *path = decisions_path(a, clinic);
    AUTO(buf_free) Buf text = {0};
    size_t n;
    if (!decisions_text(a, c, &text, &n, err))
        return false;
    if (!n && !file_exists(path))
        return true;
    return file_make_folder(arena_text(a, "%s/decisions", clinic->folder), 0700, err) &&
           file_write(path, buf_str(&text), 0600, err) && decisions_remember(c, buf_str(&text), err);
}

bool decisions_export(Arena *a, const Clinic *clinic, Control *c, Err *err)
{
    if (lite_begin(control_db(c), err) && write_file(a, clinic, c, err) && lite_commit(control_db(c), err))
        return true;
    lite_rollback(control_db(c));
    return false;
}
