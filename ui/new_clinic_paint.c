#include "base/intl.h"
#include "base/text.h"
#include "ui/glyphs.h"
#include "ui/new_clinic.h"

enum { LABEL_AT = 3, VALUE_AT = 18, ROOMY = 18 }; // ROOMY: rows from which each verdict has a line of its own

static const char *const labels[FORM_ROWS] = {
    [FORM_NAME] = N_("folder name"),       [FORM_SOURCE] = N_("source file"), [FORM_PASSPHRASE] = N_("passphrase"),
    [FORM_PROFILE] = N_("profile"),        [FORM_TARGET] = N_("target"),      [FORM_CONNECTION] = N_("connection"),
    [FORM_CLINIC] = N_("which clinic"),    [FORM_MAKE] = "",
};

static const char *choice_text(Arena *a, const NewClinic *f, FormRow row)
{
    switch (row) {
    case FORM_PASSPHRASE: return f->passphrase_given ? _("give it again") : _("give it");
    case FORM_PROFILE: return f->profile < f->n_profiles ? f->profiles[f->profile] : "";
    case FORM_TARGET: return f->elsewhere ? _("a PostgreSQL server, or another file") : _("embedded database");
    case FORM_CLINIC:
        if (f->clinic >= f->clinics->n)
            return _("choose one");
        return arena_text(a, "%s (%s)", f->clinics->items[f->clinic].name, f->clinics->items[f->clinic].id);
    default: return _("make the clinic");
    }
}

// "< dentalpin >   1 of 3"; what is a button has brackets.
static void paint_choice(const NewClinic *f, FormRow row, Canvas *c, int y)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    bool button = row == FORM_MAKE || row == FORM_PASSPHRASE;
    size_t n = row == FORM_PROFILE ? f->n_profiles : row == FORM_CLINIC ? f->clinics->n : 0,
           at = row == FORM_PROFILE ? f->profile : f->clinic;
    Role role = row == FORM_MAKE && !f->complete ? ROLE_DIM : f->at == row ? ROLE_STRONG : ROLE_TEXT;
    int x = VALUE_AT, room = c->cols - VALUE_AT - 16;
    x += canvas_text(c, y, x, -1, ROLE_KEY, button ? "[" : "<") + 1;
    x += canvas_text(c, y, x, room, role, choice_text(a, f, row)) + 1;
    x += canvas_text(c, y, x, -1, ROLE_KEY, button ? "]" : ">") + 2;
    if (n > 1 && at < n)
        canvas_textf(c, y, x, -1, ROLE_DIM, _("%zu of %zu"), at + 1, n);
}

// Returns its lines: what is wrong may take a second one.
static int paint_verdict(const Verdict *v, Canvas *c, int y, bool roomy)
{
    static const Role roles[] = {ROLE_DIM, ROLE_DIM, ROLE_GOOD, ROLE_WARN, ROLE_BAD};
    const char *mark = v->state == VERDICT_GOOD    ? glyph(c->surface, GLYPH_GOOD)
                       : v->state == VERDICT_BAD   ? glyph(c->surface, GLYPH_BAD)
                       : v->state == VERDICT_DOUBT ? "!"
                                                   : " ";
    Canvas text = canvas_part(c, y, VALUE_AT + 2, roomy && v->state >= VERDICT_DOUBT ? 2 : 1, c->cols - VALUE_AT - 3);
    canvas_text(c, y, VALUE_AT, 1, roles[v->state], mark);
    if (text.rows < 2)
        canvas_text(&text, 0, 0, -1, roles[v->state], v->text);
    return text.rows < 2 ? 1 : MIN(canvas_wrap(&text, 0, 0, roles[v->state], v->text), 2);
}

static void paint_row(const NewClinic *f, FormRow row, Canvas *c, int y)
{
    Field *field = new_clinic_field((NewClinic *)(uintptr_t)f, row);
    if (f->at == row)
        canvas_text(c, y, 1, 1, ROLE_STRONG, ">");
    canvas_text(c, y, LABEL_AT, VALUE_AT - LABEL_AT - 1, f->at == row ? ROLE_STRONG : ROLE_TEXT,
                *labels[row] ? _(labels[row]) : "");
    if (field)
        field_paint(field, c, y, VALUE_AT, c->cols - VALUE_AT - 2, f->at == row);
    else
        paint_choice(f, row, c, y);
}

void new_clinic_paint(const NewClinic *f, Canvas *body)
{
    bool roomy = body->rows >= ROOMY;
    int y = roomy ? 1 : 0;
    for (int row = 0; row < FORM_ROWS; row++) {
        if (!new_clinic_shows(f, (FormRow)row))
            continue;
        paint_row(f, (FormRow)row, body, y++);
        bool wanted = f->verdicts[row].text && *f->verdicts[row].text;
        if (wanted && (roomy || f->at == (FormRow)row || f->verdicts[row].state == VERDICT_BAD))
            y += paint_verdict(&f->verdicts[row], body, y, roomy);
    }
    if (!f->command)
        return;
    Canvas below = canvas_part(body, y + (roomy ? 1 : 0), LABEL_AT, body->rows, body->cols - LABEL_AT - 1);
    if (roomy)
        canvas_text(&below, 0, 0, -1, ROLE_DIM, _("the same by a command:"));
    canvas_wrap(&below, roomy ? 1 : 0, 0, ROLE_DIM, f->command);
}
