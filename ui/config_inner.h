// The configuration screen's state: config_paint.c shows it, config_screen.c changes it.
#ifndef UI_CONFIG_INNER_H
#define UI_CONFIG_INNER_H

#include "ui/config_data.h"
#include "ui/list.h"
#include "ui/screens.h"

typedef enum { VIEW_PROBLEMS, VIEW_VALUES, VIEW_CONNECTIONS } ConfigView;

typedef struct {
    Screen base;
    const char *clinic;
    const ConfigModel *model; // NULL: not read yet
    const char *trouble;      // why it could not be read; NULL
    const Connection *parts;  // NULL: not tried
    ConfigView view;
    ReviewFile file; // of VIEW_VALUES
    ListState list;
    int want_line, want_col; // where the cursor goes once it is read; 0: nowhere
    bool editing;            // an editor has the terminal
    ReviewFile edit_file;    // the value that is being typed
    int edit_line, edit_col;
} ConfigScreen;

// The row of the cursor: a problem or a value, and where it stands.
typedef struct {
    ReviewFile file;
    int line, col;
    const ReviewItem *item; // NULL: it is a value
    const char *fix;        // its diff; NULL
    ConfigPlace place;      // path NULL: no key stands there
} ConfigAt;
bool config_at(const ConfigScreen *s, Arena *a, ConfigAt *out); // false: there is no row
size_t config_rows(const ConfigScreen *s);
int config_list_rows(int body_rows); // how many of them the list may take
void config_paint(const Screen *s, const App *app, Canvas *body);

#endif
