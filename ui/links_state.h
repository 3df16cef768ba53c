// The state of Links. Shared by links*.c alone.
#ifndef UI_LINKS_STATE_H
#define UI_LINKS_STATE_H

#include "ui/links_data.h"
#include "ui/list.h"
#include "ui/screens.h"

struct LinksUndo;
typedef struct {
    Screen base;
    const char *typed; // behind `/`; "": nothing
    LinkFilter filter;
    LinkOrder order;
    const LinksList *list; // NULL: not read yet
    const char *trouble;   // why it could not be; NULL
    const char *at;        // key of the item of the cursor
    ListState rows;
    const LinksItem *item; // of the cursor; NULL: being read
    const char **marked;
    size_t n_marked, cap_marked;
    LinkAction asked; // what a place is picked for
    const LinksPlaces *places;
    struct LinksUndo *undo; // what u takes back, the newest first
    int *page;              // rows of the list when it was painted last
} Links;

const LinkItem *links_at(const Links *s); // NULL: none
bool links_is_marked(const Links *s, const char *key);

// links_paint.c: as they are shown
const char *links_score(Arena *a, LinkKind kind, const LinkScore *score);
const char *links_proposal(Arena *a, const LinkItem *i);
void links_paint(const Screen *screen, const App *app, Canvas *body);
void links_context(const Screen *screen, const App *app, Buf *line);

// links_decide.c
void links_decide(Links *s, App *app, LinkAction action, const char *target, const char *category);
void links_note(Links *s, App *app);
void links_pick_place(Links *s, App *app, LinkAction action); // then decides
void links_places(Links *s, App *app);                        // they were read
void links_bulk(Links *s, App *app);
void links_what_if(Links *s, App *app);
void links_tell_what_if(App *app, const LinkWhatIf *found);
void links_decided(Links *s, App *app, const LinksDone *done, const Err *err);
void links_take_back(Links *s, App *app);

#endif
