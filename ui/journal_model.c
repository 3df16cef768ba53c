#include "ui/journal_model.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/json_members.h"
#include "base/json_read.h"
#include "cache/control.h"
#include "engine/lock.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "ui/when.h"

// What audit.log calls what was done. twin: with %s for the clinic.
static const struct {
    const char *action, *what, *twin, *issues;
} actions[] = {
    {"inspect.unmask", N_("looked at the values of a record"), "inspect %s ENTITY:ID --unmask", NULL},
    {"screen.unmask", N_("looked at values on a screen"), "inspect %s ENTITY:ID --unmask", NULL},
    {"warnings.ignore", N_("ignored issues"), "warnings ignore %s ISSUE --reason TEXT", "state:ignored"},
    {"warnings.resolve", N_("resolved issues"), "warnings resolve %s ISSUE", "state:resolved"},
    {"warnings.ask", N_("wants the clinic asked"), "warnings ask %s ISSUE", "state:asked"},
    {"warnings.reopen", N_("opened issues again"), "warnings reopen %s ISSUE", "state:open"},
    {"warnings.undo", N_("took a decision back"), "warnings reopen %s ISSUE", "state:open"},
    {"warnings.note", N_("made a note on issues"), "warnings note %s ISSUE --note TEXT", "state:all"},
    {"warnings.assign", N_("gave issues to somebody"), "warnings assign %s ISSUE --who NAME", "state:all"},
    {"questions.import", N_("took in answers of the clinic"), "questions import %s FILE", "state:all"},
    {"rejects.export", N_("exported rejected rows with their values"), "rejects export %s --with-values",
     NULL},
    {"purge", N_("threw away what was kept"), "purge %s cache", NULL},
};

static const char *typed(Arena *a, const Clinic *clinic, const char *twin)
{
    const char *gap = strstr(twin, "%s");
    return arena_text(a, "mudanza %.*s%s%s", (int)(gap - twin), twin, clinic->typed, gap + 2);
}

// ---- audit.log --------------------------------------------------------------------------------------------

static bool is_told_already(Str key)
{
    static const char *const known[] = {"\"v\"", "\"t\"", "\"by\"", "\"host\"", "\"clinic\"", "\"action\""};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_is(key, known[i]))
            return true;
    return false;
}

static const char *rest_of(Arena *a, Str line)
{
    AUTO(buf_free) Buf text = {0};
    JsonMembers members = json_members(line);
    Str key, value;
    while (json_member_next(&members, &key, &value)) {
        if (is_told_already(key) || str_is(value, "null"))
            continue;
        buf_add_text(&text, text.len ? "  " : "");
        json_unquote(key, &text);
        buf_add_char(&text, ' ');
        if (value.len && value.at[0] == '"')
            json_unquote(value, &text);
        else
            buf_add(&text, value);
    }
    return text.len ? str_keep(a, buf_str(&text)) : "";
}

static const char *text_at(Arena *a, Str line, const char *key)
{
    const char *text = json_as_text(a, json_member(line, key));
    return text && *text ? text : NULL;
}

bool journal_line(Arena *a, const Clinic *clinic, const char *host, Str line, JournalEntry *out)
{
    if (!json_is_object(line))
        return false;
    const char *by = text_at(a, line, "by"), *from = text_at(a, line, "host"),
               *action = text_at(a, line, "action"), *entity = text_at(a, line, "entity"),
               *id = text_at(a, line, "id");
    *out = (JournalEntry){
        .at = text_at(a, line, "t"), .what = action, .who = by ? by : "?", .more = rest_of(a, line)};
    if (!out->at || !action)
        return false;
    out->when = when_whole(a, out->at);
    if (by && from && strcmp(from, host) != 0)
        out->who = arena_text(a, "%s@%s", by, from);
    if (entity && id)
        out->record = arena_text(a, "%s:%s", entity, id);
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(actions[i].action, action) == 0) {
            out->what = _(actions[i].what);
            out->twin = typed(a, clinic, actions[i].twin);
            out->issues = actions[i].issues;
        }
    return true;
}

// The end of the file, from the begin of a line on. No file: nothing was audited.
static Str read_tail(Arena *a, const char *path, bool *more)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    off_t from = size > JOURNAL_TAIL ? size - JOURNAL_TAIL : 0;
    char *bytes = arena_take(a, JOURNAL_TAIL);
    ssize_t n = fd >= 0 ? pread(fd, bytes, JOURNAL_TAIL, from) : 0;
    if (fd >= 0)
        close(fd);
    Str tail = {bytes, (size_t)MAX(n, 0)}, cut;
    *more = from > 0;
    if (from > 0)
        str_cut(&tail, '\n', &cut);
    return tail;
}

static void read_audit(Arena *a, const Clinic *clinic, Buf *list, bool *more)
{
    Str rest = read_tail(a, file_join(a, clinic->state_folder, "audit.log"), more), line;
    const char *host = lock_host(a);
    JournalEntry entry;
    while (str_cut(&rest, '\n', &line))
        if (line.len && journal_line(a, clinic, host, line, &entry))
            buf_add(list, (Str){(const char *)&entry, sizeof entry});
}

// ---- Runs
// ----------------------------------------------------------------------------------------------------

static const char *how_it_ended(Arena *a, const RunRecord *r)
{
    AUTO(buf_free) Buf text = {0};
    buf_add_text(&text, run_word(r->status));
    if (r->exit_code >= 0)
        buf_addf(&text, _(", exit code %d"), r->exit_code);
    if (r->reason)
        buf_addf(&text, ", %s", reason_shown(a, r->reason));
    if (r->note)
        buf_addf(&text, "; %s", r->note);
    return str_keep(a, buf_str(&text));
}

static const char *run_twin(Arena *a, const Clinic *clinic, const RunRecord *r)
{
    if (strcmp(r->mode, "rollback") == 0)
        return arena_text(a, "mudanza rollback %s RUN", clinic->typed);
    return arena_text(a, "mudanza %s %s", r->mode, clinic->typed);
}

static bool read_runs(Arena *a, const Clinic *clinic, Buf *list, Err *err)
{
    size_t n = 0;
    Control *c = control_open(clinic->state_folder, false, err);
    if (!c)
        return err->kind == ERR_NONE;
    const RunRecord *runs = control_runs(c, a, &n, err);
    const char *host = lock_host(a);
    for (size_t i = 0; runs && i < n; i++) {
        const RunRecord *r = &runs[i];
        const char *by = r->by ? r->by : "?";
        const JournalEntry entry = {
            .at = r->started_at ? r->started_at : "",
            .when = when_whole(a, r->started_at),
            .who = r->host && strcmp(r->host, host) != 0 ? arena_text(a, "%s@%s", by, r->host) : by,
            .what = arena_text(a, _("run %lld: %s"), (long long)r->run, word_shown(r->mode)),
            .more = how_it_ended(a, r),
            .twin = run_twin(a, clinic, r),
            .run = r->run};
        buf_add(list, (Str){(const char *)&entry, sizeof entry});
    }
    control_close(c);
    return runs;
}

static int newest_first(const void *left, const void *right)
{
    const JournalEntry *l = left, *r = right;
    int order = strcmp(r->at, l->at);
    return order ? order : r->run > l->run ? 1 : r->run < l->run ? -1 : 0;
}

void *journal_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    Journal *j = arena_one(a, Journal);
    AUTO(buf_free) Buf list = {0};
    (void)o;
    (void)wish;
    read_audit(a, clinic, &list, &j->more);
    if (!read_runs(a, clinic, &list, err))
        return NULL;
    j->entries = arena_copy(a, buf_text(&list), list.len);
    j->n = list.len / sizeof(JournalEntry);
    if (j->n)
        qsort(j->entries, j->n, sizeof *j->entries, newest_first);
    j->more = j->more || j->n > JOURNAL_MOST;
    j->n = MIN(j->n, (size_t)JOURNAL_MOST);
    return j;
}
