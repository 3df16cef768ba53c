#include "ui/glyphs.h"

#include "base/intl.h"
#include "base/text.h"
#include "engine/words_shown.h"

static const char *const glyphs[GLYPHS][2] = {
    [GLYPH_RULE] = {"-", "\u2500"},      [GLYPH_VERTICAL] = {"|", "\u2502"}, [GLYPH_BAR_FULL] = {"#", "\u2588"},
    [GLYPH_TOP_LEFT] = {"+", "\u250c"},  [GLYPH_TOP_RIGHT] = {"+", "\u2510"},
    [GLYPH_BOTTOM_LEFT] = {"+", "\u2514"}, [GLYPH_BOTTOM_RIGHT] = {"+", "\u2518"},
    [GLYPH_BAR_EMPTY] = {".", "\u2591"}, [GLYPH_GOOD] = {"+", "\u2713"},     [GLYPH_BAD] = {"x", "\u2717"},
};

// mudanza(1), STATUS, has the same table.
static const struct {
    const char *symbol;
    Role role;
} statuses[STEP_STATUSES] = {
    [STEP_DONE] = {NULL, ROLE_GOOD},        [STEP_PENDING] = {".", ROLE_TEXT},
    [STEP_RUNNING] = {"o", ROLE_ACTIVE}, [STEP_STALE] = {"~", ROLE_WARN},
    [STEP_FAILED] = {NULL, ROLE_BAD},     [STEP_PARTIAL] = {"%", ROLE_WARN},
    [STEP_BLOCKED] = {"#", ROLE_DIM},    [STEP_SKIPPED] = {"-", ROLE_DIM},
};

const char *glyph(const Surface *s, Glyph g)
{
    return glyphs[g][s->unicode];
}

const char *status_symbol(const Surface *s, StepStatus status)
{
    if (status == STEP_DONE)
        return glyph(s, GLYPH_GOOD);
    return status == STEP_FAILED ? glyph(s, GLYPH_BAD) : statuses[status].symbol;
}

const char *status_word(StepStatus status)
{
    return step_word(step_status_words[status]);
}

void add_status_count(Buf *out, StepStatus status, size_t n)
{
    switch (status) {
    case STEP_DONE: buf_addf(out, ngettext("%zu done", "%zu done", n), n); break;
    case STEP_PENDING: buf_addf(out, ngettext("%zu pending", "%zu pending", n), n); break;
    case STEP_RUNNING: buf_addf(out, ngettext("%zu running", "%zu running", n), n); break;
    case STEP_STALE: buf_addf(out, ngettext("%zu stale", "%zu stale", n), n); break;
    case STEP_FAILED: buf_addf(out, ngettext("%zu failed", "%zu failed", n), n); break;
    case STEP_PARTIAL: buf_addf(out, ngettext("%zu partial", "%zu partial", n), n); break;
    case STEP_BLOCKED: buf_addf(out, ngettext("%zu blocked", "%zu blocked", n), n); break;
    case STEP_STATUSES: break;
    case STEP_SKIPPED: buf_addf(out, ngettext("%zu skipped", "%zu skipped", n), n); break;
    }
}

Role status_role(StepStatus status)
{
    return statuses[status].role;
}

int paint_symbol(Canvas *c, int y, int x, StepStatus status)
{
    return canvas_text(c, y, x, -1, status_role(status), status_symbol(c->surface, status));
}

int paint_status(Canvas *c, int y, int x, int width, StepStatus status)
{
    int used = canvas_text(c, y, x, width, status_role(status), status_symbol(c->surface, status));
    return used + 1 + canvas_text(c, y, x + used + 1, width - used - 1, status_role(status), status_word(status));
}

void paint_bar(Canvas *c, int y, int x, int width, double share)
{
    int inside = width - 2, full = (int)(MIN(MAX(share, 0), 1) * inside);
    if (inside < 1)
        return;
    canvas_text(c, y, x, 1, ROLE_DIM, "[");
    for (int i = 0; i < inside; i++)
        canvas_text(c, y, x + 1 + i, 1, i < full ? ROLE_ACTIVE : ROLE_DIM,
                    glyph(c->surface, i < full ? GLYPH_BAR_FULL : GLYPH_BAR_EMPTY));
    canvas_text(c, y, x + width - 1, 1, ROLE_DIM, "]");
}
