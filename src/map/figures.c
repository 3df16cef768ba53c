#include "map/figures.h"

#include <string.h>

#include "base/intl.h"
#include "map/compose_try.h"
#include "map/mapper_state.h"

enum { LINES_MAX = 100 }; // of one number: more is a mistake

void figures_prepare(Mapper *m, Problems *problems)
{
    const Profile *p = m->o.profile;
    for (size_t i = 0; i < p->n_figures; i++) {
        const Figure *f = &p->figures[i];
        Composer c = {.a = m->arena, .db = m->db, .file = f->file, .problems = problems, .deny_raising = true};
        composer_begin(&c);
        AUTO(lite_finish_at) LiteStmt *s = NULL;
        const char *wrong = composer_prepare(&c, f->sql.sql, &s);
        if (wrong)
            composer_complain(&c, f->name, f->sql, wrong);
        else if (lite_columns(s) < 1 || lite_columns(s) > 2)
            problems_add(problems, PROBLEM_ERROR, f->file, f->sql.line, f->sql.col,
                         _("preview: %s has to give a number, or a label and a number"), f->name);
    }
}

bool mapper_figures(Mapper *m, Arena *a, FigureLine **out, size_t *n, Err *err)
{
    const Profile *p = m->o.profile;
    *out = arena_many(a, FigureLine, p->n_figures * LINES_MAX + 1);
    *n = 0;
    for (size_t i = 0; i < p->n_figures; i++) {
        const Figure *f = &p->figures[i];
        AUTO(lite_finish_at) LiteStmt *s = lite_prepare(m->db, f->sql.sql, err);
        LiteStep step = s ? LITE_ROW : LITE_FAILED;
        for (size_t line = 0; step == LITE_ROW && line < LINES_MAX; line++) {
            if ((step = lite_step(s, err)) != LITE_ROW)
                break;
            const bool labelled = lite_columns(s) == 2;
            (*out)[(*n)++] = (FigureLine){.name = f->name,
                                          .entity = f->entity,
                                          .setting = f->setting,
                                          .label = labelled ? str_keep(a, lite_text(s, 0)) : NULL,
                                          .rows = lite_int(s, labelled)};
        }
        if (step == LITE_FAILED)
            return err_wrap(err, "%s:%d: preview %s", f->file, f->sql.line, f->name);
    }
    return true;
}
