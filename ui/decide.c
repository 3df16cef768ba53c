#include "ui/decide.h"

#include <string.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/text.h"
#include "engine/decisions.h"
#include "engine/lock.h"
#include "ui/app_inner.h"
#include "ui/screens.h"

// What u takes back; in the app's arena, the newest first.
struct Decided {
    const char *clinic;
    IssueBefore *before;
    size_t n;
    struct Decided *below;
};

// What is to be decided: filled while words are asked for, then read by the thread. In the app's arena, since
// a thread may outlive the screen.
typedef struct {
    Screen *screen;
    int what;
    IssueAction action;
    IssueChoice *choices;
    size_t n;
    IssueFilter filter;
    const char *text, *until;
    const struct Decided *undo; // not NULL: this is taken back instead
} Wanted;

typedef struct {
    const Wanted *wanted;
    IssueOutcome outcome;
    Err trouble; // decided, but not written down
} Done;

// ---- On a thread --------------------------------------------------------------------------------

static bool decide(Arena *a, Control *c, const Wanted *w, const char *by, IssueOutcome *out, Err *err)
{
    const Decision d = {w->action, by, w->text, w->until};
    if (w->undo)
        return issue_undo(c, a, w->undo->before, w->undo->n, by, out, err);
    return w->n ? issue_decide(c, a, w->choices, w->n, &d, out, err)
                : issue_decide_matching(c, a, &w->filter, &d, out, err);
}

static void *decide_on_thread(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    AUTO(arena_free_at) Arena *open = arena_new(); // control.db is closed with it
    const Wanted *w = *(const Wanted *const *)wish;
    const char *by = o->user ? o->user : lock_user(a);
    Problems *problems = problems_new(open);
    Done *done = arena_one(a, Done);
    done->wanted = w;
    Control *c = decisions_open(open, clinic, true, problems, err);
    if (!c && problems->n)
        err_set(err, ERR_CONFIG, "%s:%d: %s", problems->items->file, problems->items->line,
                problems->items->text);
    if (!c || !decide(a, c, w, by, &done->outcome, err))
        return NULL;
    const char *action = arena_text(open, "warnings.%s", w->undo ? "undo" : issue_action_words[w->action]);
    if (!decisions_written(open, clinic, c, action, done->outcome.changed, &done->trouble))
        *err = (Err){0};
    return done;
}

// ---- Asking ---------------------------------------------------------------------------------------

static void start(App *app, const Wanted *w)
{
    enum { MANY = 1000 }; // take more than a moment
    if (app_fetching(app, w->screen, w->what)) {
        app_say(app, SAY_WARN, "%s", _("The decision before is still being written; try again."));
        return;
    }
    app_fetch(app, w->screen, w->what, decide_on_thread, &w, sizeof(const Wanted *));
    if ((w->undo ? w->undo->n : w->n) >= MANY && app_fetching(app, w->screen, w->what))
        app_say(app, SAY_INFO, "%s", _("It is being written; go on meanwhile."));
}

static const char *check_words(void *arg, const char *text)
{
    (void)arg;
    if (!str_trim(str_of(text)).len)
        return _("some words are needed");
    return text_is_utf8(str_of(text)) ? NULL : _("the text is no UTF-8");
}

static const char *check_free(void *arg, const char *text)
{
    (void)arg;
    return text_is_utf8(str_of(text)) ? NULL : _("the text is no UTF-8");
}

static const char *check_day(void *arg, const char *text)
{
    (void)arg;
    Date day;
    if (!*text)
        return NULL;
    if (strlen(text) != strlen("YYYY-MM-DD") || !date_parse(str_of(text), "ymd", &day))
        return _("a day is written YYYY-MM-DD");
    return date_days(day) < date_days(instant_date(instant_now())) ? _("that day has passed") : NULL;
}

static const char *kept(App *app, const char *text)
{
    const Str words = str_trim(str_of(text));
    return words.len ? str_keep(app->arena, words) : NULL;
}

static void given_words(App *app, void *arg, const char *text)
{
    Wanted *w = arg;
    w->text = kept(app, text);
    if (w->action == ISSUE_ASSIGN && !w->text)
        w->text = "";
    start(app, w);
}

static void given_day(App *app, void *arg, const char *text)
{
    Wanted *w = arg;
    w->until = kept(app, text);
    start(app, w);
}

static void given_reason(App *app, void *arg, const char *text)
{
    Wanted *w = arg;
    w->text = kept(app, text);
    app_push(app, ask_overlay(
                      _("Ignore until"),
                      _("Until which day, YYYY-MM-DD? From the day after it is open again. Empty: for good."),
                      "", check_day, given_day, w));
}

static void confirmed(App *app, void *arg)
{
    start(app, arg);
}

// "Ignore: 7 issues"
static const char *title_of(const App *app, const Wanted *w)
{
    static const char *const titles[] = {
        [ISSUE_RESOLVE] = N_("Resolve"),    [ISSUE_IGNORE] = N_("Ignore"), [ISSUE_REOPEN] = N_("Reopen"),
        [ISSUE_ASK] = N_("Ask the clinic"), [ISSUE_NOTE] = N_("Note"),     [ISSUE_ASSIGN] = N_("Assign")};
    const char *title = _(titles[w->action]);
    return w->n < 2 ? title
                    : arena_text(app->arena, ngettext("%s: %zu issue", "%s: %zu issues", w->n), title, w->n);
}

static void ask(App *app, Wanted *w)
{
    const char *title = title_of(app, w);
    switch (w->action) {
    case ISSUE_IGNORE:
        app_push(app, ask_overlay(title, _("Why does it not matter? The reason stays with the decision."), "",
                                  check_words, given_reason, w));
        break;
    case ISSUE_ASK:
        app_push(app, ask_overlay(title, _("What is to be asked? Empty: what the issue says."), "",
                                  check_free, given_words, w));
        break;
    case ISSUE_NOTE:
        app_push(app,
                 ask_overlay(title, _("A remark that stays with the issue. No names or numbers of patients."),
                             "", check_words, given_words, w));
        break;
    case ISSUE_ASSIGN:
        app_push(app, ask_overlay(title, _("Who looks after it? Empty: nobody any more."), "", check_free,
                                  given_words, w));
        break;
    case ISSUE_RESOLVE:
        app_push(app, ask_overlay(title, _("What was mended, and where? Empty: nothing to say."), "", check_free,
                                  given_words, w));
        break;
    case ISSUE_REOPEN:
        if (w->n > 1)
            app_push(app, confirm_overlay(title, _("u takes it back."), confirmed, w));
        else
            start(app, w);
        break;
    }
}

// The bindings say what writes, and the app refuses it by then.
static bool may(const App *app)
{
    return !app_options(app)->read_only && app_clinic(app);
}

static void keep_filter(Arena *a, IssueFilter *f)
{
    const char **texts[] = {&f->code,  &f->severity, &f->entity, &f->step, &f->key,    &f->state,
                            &f->owner, &f->field,    &f->detail, &f->text, &f->without};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(a, str_of(*texts[i]));
}

void decide_issues(App *app, Screen *s, int what, IssueAction action, const DecideWhich *which)
{
    if (!may(app) || (!which->n && !which->filter))
        return;
    Wanted *w = arena_one(app->arena, Wanted);
    *w = (Wanted){.screen = s, .what = what, .action = action, .n = which->n};
    w->choices = arena_many(app->arena, IssueChoice, which->n + 1);
    for (size_t i = 0; i < which->n; i++)
        w->choices[i] =
            (IssueChoice){str_keep(app->arena, str_of(which->choices[i].fp)), which->choices[i].revision};
    if (which->filter)
        w->filter = *which->filter;
    keep_filter(app->arena, &w->filter);
    ask(app, w);
}

static struct Decided *newest(const App *app)
{
    struct Decided *d = app->decided;
    while (d && strcmp(d->clinic, app_clinic(app)->state_folder) != 0)
        d = d->below;
    return d;
}

void decide_undo(App *app, Screen *s, int what)
{
    if (!may(app))
        return;
    const struct Decided *last = newest(app);
    if (!last) {
        app_say(app, SAY_INFO, "%s", _("You decided nothing here that could be taken back."));
        return;
    }
    Wanted *w = arena_one(app->arena, Wanted);
    *w = (Wanted){.screen = s, .what = what, .undo = last};
    start(app, w);
}

// ---- What came of it --------------------------------------------------------------------------------

static void remember(App *app, const IssueOutcome *o)
{
    Arena *a = app->arena;
    struct Decided *d = arena_one(a, struct Decided);
    *d =
        (struct Decided){arena_text(a, "%s", app->readable->state_folder), NULL, o->n_before, app->decided};
    d->before = arena_copy(a, o->before, o->n_before * sizeof *o->before);
    for (size_t i = 0; i < d->n; i++) {
        const char **texts[] = {&d->before[i].fp,    &d->before[i].state, &d->before[i].reason,
                                &d->before[i].until, &d->before[i].owner, &d->before[i].given};
        for (size_t j = 0; j < ARRAY_LEN(texts); j++)
            *texts[j] = str_keep(a, str_of(*texts[j]));
    }
    app->decided = d;
}

static void forget(App *app, const struct Decided *d)
{
    for (struct Decided **at = &app->decided; *at; at = &(*at)->below)
        if (*at == d) {
            *at = d->below;
            return;
        }
}

static void add_words(Buf *out, const Wanted *w, int64_t changed)
{
    const long long n = changed;
    const unsigned long of = (unsigned long)changed;
    if (w->undo) {
        buf_addf(out, ngettext("%lld issue is as it was before", "%lld issues are as they were before", of),
                 n);
        return;
    }
    switch (w->action) {
    case ISSUE_RESOLVE: buf_addf(out, ngettext("%lld issue resolved", "%lld issues resolved", of), n); break;
    case ISSUE_IGNORE: buf_addf(out, ngettext("%lld issue ignored", "%lld issues ignored", of), n); break;
    case ISSUE_REOPEN:
        buf_addf(out, ngettext("%lld issue open again", "%lld issues open again", of), n);
        break;
    case ISSUE_ASK:
        buf_addf(out,
                 ngettext("%lld issue to ask the clinic about", "%lld issues to ask the clinic about", of),
                 n);
        break;
    case ISSUE_NOTE:
        buf_addf(out, ngettext("%lld issue has the note", "%lld issues have the note", of), n);
        break;
    case ISSUE_ASSIGN: buf_addf(out, ngettext("%lld issue assigned", "%lld issues assigned", of), n); break;
    }
}

static void say(App *app, const Done *done)
{
    AUTO(buf_free) Buf text = {0};
    const IssueOutcome *o = &done->outcome;
    const Wanted *w = done->wanted;
    if (o->n_clashes) {
        const char *by = o->clashes[0].by;
        app_say(app, SAY_ERROR,
                ngettext("%zu issue is not as you saw it (%s); nothing was changed",
                         "%zu issues are not as you saw them (%s); nothing was changed", o->n_clashes),
                o->n_clashes, by ? by : _("a run"));
        return;
    }
    if (!o->changed) {
        app_say(app, SAY_INFO, "%s", _("It was so already."));
        return;
    }
    add_words(&text, w, o->changed);
    if (o->n_before && !w->undo)
        buf_addf(&text, "; %s", _("u takes it back"));
    app_say(app, SAY_GOOD, "%s.", buf_text(&text));
}

void decide_fetched(App *app, const void *result, const Err *err)
{
    const Done *done = result;
    if (!done) {
        app_say_err(app, err);
        return;
    }
    say(app, done);
    if (done->wanted->undo)
        forget(app, done->wanted->undo);
    else if (done->outcome.n_before)
        remember(app, &done->outcome);
    if (done->trouble.kind)
        app_say_err(app, &done->trouble);
    app_changed(app, CHANGED_RECORDS);
}
