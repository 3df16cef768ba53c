#include "ui/file_picker.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "source/dpmf.h"
#include "ui/field.h"
#include "ui/list.h"
#include "ui/when.h"

enum { MOST_LOOKED_AT = 2000, BOX_COLS = 76 }; // files of a folder whose first bytes are read

typedef struct {
    const char *name;
    bool folder, recognised, encrypted;
    int64_t bytes;
} Entry;

typedef struct {
    const char *folder; // absolute
    Entry *entries;     // folders first
    size_t n;
} Listing;

typedef struct {
    char folder[PATH_MAX];
} Wish;

typedef struct {
    Screen base;
    Wish wish;
    Field filter;
    const Listing *listing; // NULL: being read
    const size_t *shown;    // entries that pass the filter, list.count of them
    Arena *shown_arena;
    ListState list;
    void (*picked)(App *app, void *arg, const char *path);
    void *arg;
    int *page;
} Picker;

// ---- Reading a folder -------------------------------------------------------------------------------

static int by_name(const void *left, const void *right)
{
    const Entry *l = left, *r = right;
    return l->folder != r->folder ? r->folder - l->folder : strcmp(l->name, r->name);
}

static void *read_folder(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const char *folder = ((const Wish *)wish)->folder;
    Listing *l = arena_one(a, Listing);
    size_t n = 0;
    (void)o, (void)clinic, (void)err;
    char **names = file_list(a, folder);
    while (names[n])
        n++;
    l->folder = arena_text(a, "%s", folder);
    l->entries = arena_many(a, Entry, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = file_join(a, folder, names[i]);
        FileStamp stamp;
        Err ignored = {0};
        Entry e = {.name = names[i], .folder = file_is_folder(path)};
        if (names[i][0] == '.' || (!e.folder && !file_stamp(path, &stamp, &ignored)))
            continue;
        e.bytes = e.folder ? 0 : stamp.size;
        e.recognised = !e.folder && l->n < MOST_LOOKED_AT && dpmf_recognised(path);
        e.encrypted = e.recognised && dpmf_is_encrypted(path, &e.encrypted, &ignored) && e.encrypted;
        l->entries[l->n++] = e;
    }
    if (l->n)
        qsort(l->entries, l->n, sizeof *l->entries, by_name);
    return l;
}

static void open_folder(Picker *p, App *app, const char *folder)
{
    if (strlen(folder) >= sizeof p->wish.folder)
        return;
    memmove(p->wish.folder, folder, strlen(folder) + 1);
    field_set(&p->filter, "");
    p->listing = NULL;
    p->list = (ListState){0};
    app_fetch(app, &p->base, 0, read_folder, &p->wish, sizeof p->wish);
}

static void open_parent(Picker *p, App *app)
{
    char folder[PATH_MAX];
    memcpy(folder, p->wish.folder, sizeof folder);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    open_folder(p, app, folder);
}

static void narrow(Picker *p)
{
    size_t n = 0;
    arena_reset(p->shown_arena);
    if (!p->listing)
        return;
    size_t *shown = arena_many(p->shown_arena, size_t, p->listing->n + 1);
    for (size_t i = 0; i < p->listing->n; i++)
        if (filter_matches(p->filter.text, &p->listing->entries[i].name, 1))
            shown[n++] = i;
    p->shown = shown;
    list_fit(&p->list, (int64_t)n, *p->page);
}

// ---- What the app calls ---------------------------------------------------------------------------------

static void opened(Screen *s, App *app)
{
    Picker *p = (Picker *)s;
    app_fetch(app, s, 0, read_folder, &p->wish, sizeof p->wish);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    Picker *p = (Picker *)s;
    (void)app, (void)what, (void)err;
    p->listing = result;
    p->list.count = 0;
    narrow(p);
    // On the first file that can be one: what was looked for.
    for (int64_t i = 0; p->listing && i < p->list.count; i++)
        if (p->listing->entries[p->shown[i]].recognised) {
            p->list.cursor = i;
            break;
        }
}

static void close_picker(Screen *s)
{
    arena_free(((Picker *)s)->shown_arena);
}

static void take(Picker *p, App *app)
{
    if (!p->listing || !p->list.count)
        return;
    AUTO(arena_free_at) Arena *a = arena_new();
    const Entry *e = &p->listing->entries[p->shown[p->list.cursor]];
    const char *path = file_join(a, p->listing->folder, e->name);
    if (e->folder) {
        open_folder(p, app, path);
        return;
    }
    void (*picked)(App *, void *, const char *) = p->picked;
    void *arg = p->arg;
    app_pop(app, &p->base);
    picked(app, arg, path);
}

static bool key(Screen *s, App *app, int key)
{
    Picker *p = (Picker *)s;
    if (key == K_LEFT || (key == K_BACKSPACE && !*p->filter.text)) {
        open_parent(p, app);
        return true;
    }
    if (key == K_RIGHT || key == K_HOME || key == K_END || (key < ' ' && key != K_PASTE && key != K_CTRL('H')))
        return false;
    if (!field_key(&p->filter, key, app_pasted(app)))
        return false;
    p->list.cursor = 0;
    narrow(p);
    return true;
}

static bool act(Screen *s, App *app, int action)
{
    Picker *p = (Picker *)s;
    if (action == ACT_OPEN || action == ACT_RIGHT)
        take(p, app);
    else if (action == ACT_CLOSE && *p->filter.text) {
        field_set(&p->filter, "");
        narrow(p);
    } else
        return list_move(&p->list, action, *p->page);
    return true;
}

static void paint_entry(const Picker *p, Canvas *c, int y, int64_t i)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Entry *e = &p->listing->entries[p->shown[i]];
    int size = 9, kind = 16, name = c->cols - 2 - size - kind - 2;
    canvas_text(c, y, 2, MAX(name, 8), e->folder ? ROLE_STRONG : ROLE_TEXT, arena_text(a, "%s%s", e->name,
                                                                                      e->folder ? "/" : ""));
    if (e->recognised)
        canvas_text(c, y, 2 + name + 1, kind, ROLE_GOOD, e->encrypted ? _("DPMF, encrypted") : "DPMF");
    if (!e->folder)
        canvas_right(c, y, c->cols - size, size, ROLE_DIM, bytes_short(a, e->bytes));
    if (i == p->list.cursor) {
        canvas_text(c, y, 0, 1, ROLE_STRONG, ">");
        canvas_select(c, y);
    }
}

static void paint(const Screen *s, const App *app, Canvas *body)
{
    const Picker *p = (const Picker *)s;
    (void)app;
    Canvas box = canvas_box(body, body->rows - 1, MIN(BOX_COLS, body->cols), _(s->type->title));
    canvas_text(&box, 0, 0, -1, ROLE_STRONG, p->wish.folder);
    int x = canvas_text(&box, 1, 0, -1, ROLE_DIM, _("with:")) + 1;
    field_paint(&p->filter, &box, 1, x, MIN(30, box.cols - x), true);
    Canvas list = canvas_part(&box, 3, 0, box.rows - 3, box.cols);
    *p->page = MAX(list.rows, 1);
    if (!p->listing || !p->list.count) {
        canvas_text(&list, 0, 2, -1, ROLE_DIM, p->listing ? _("nothing here") : _("reading ..."));
        return;
    }
    ListState l = p->list;
    list_fit(&l, l.count, *p->page);
    for (int64_t i = l.top; i < l.count && i - l.top < *p->page; i++)
        paint_entry(p, &list, (int)(i - l.top), i);
}

static const Binding bindings[] = {
    {"Enter Right", ACT_OPEN, N_("take it"), N_("takes the file, opens the folder"), NULL, false},
    {"Left", ACT_LEFT, N_("folder above"), N_("the folder above; Backspace too, when nothing is typed"), NULL, false},
    {0},
};

static const ScreenType picker_type = {
    .name = "file-picker",
    .title = N_("Source file"),
    .bindings = bindings,
    .overlay = true,
    .opened = opened,
    .paint = paint,
    .act = act,
    .key = key,
    .fetched = fetched,
    .close = close_picker,
};

Screen *file_picker(const char *from, void (*picked)(App *app, void *arg, const char *path), void *arg)
{
    Picker *p = screen_new(Picker, &picker_type);
    char *real = realpath(*from ? from : ".", NULL);
    char *folder = real ? real : getcwd(NULL, 0);
    const char *slash = folder && !file_is_folder(folder) ? strrchr(folder, '/') : NULL;
    size_t len = !folder ? 0 : slash ? MAX((size_t)(slash - folder), (size_t)1) : strlen(folder);
    if (len && len < sizeof p->wish.folder)
        memcpy(p->wish.folder, folder, len);
    else
        p->wish.folder[0] = '/';
    free(folder);
    p->shown_arena = arena_new();
    p->picked = picked;
    p->arg = arg;
    p->page = arena_one(p->base.arena, int);
    *p->page = 1;
    return &p->base;
}
