#include "map/link_tables.h"

#include <string.h>

#include "base/intl.h"
#include "map/compose_try.h"
#include "map/link_match.h"

static const char MATCHER_VERSION[] = "1"; // raised when it would propose something else

typedef enum { SQL_ITEMS, SQL_TARGETS, SQL_CATEGORIES, SQL_USED, SQLS } Sql;
static const struct {
    const char *name;
    const char *columns[7];
} shapes[SQLS] = {
    {"items", {"key", "label", "code", "type", "category", "price", NULL}},
    {"targets", {"id", "label", "code", "category", "price", "open", NULL}},
    {"categories", {"key", NULL}},
    {"used", {"key", "n", NULL}},
};

static Expression sql_of(const LinkTable *t, Sql which)
{
    const Expression all[SQLS] = {t->items, t->targets, t->categories, t->used};
    return all[which];
}

static LinksReady *links_of(const Mapper *m, const char *entity)
{
    for (size_t i = 0; i < m->o.profile->n_links; i++)
        if (strcmp(m->links[i].table->entity, entity) == 0)
            return &m->links[i];
    return NULL;
}

// ---- Checking --------------------------------------------------------------------------

static void check_columns(Composer *c, Sql which, Expression sql, LiteStmt *s)
{
    size_t n = (size_t)lite_columns(s), i = 0;
    while (shapes[which].columns[i] && i < n &&
           strcmp(lite_column_name(s, (int)i), shapes[which].columns[i]) == 0)
        i++;
    if (i < n || shapes[which].columns[i])
        problems_add(c->problems, PROBLEM_ERROR, c->file, sql.line, sql.col,
                     _("links: column %zu of %s has to be called %s"), i + 1, shapes[which].name,
                     shapes[which].columns[i] ? shapes[which].columns[i] : _("nothing"));
}

static void check(Mapper *m, LinksReady *l, Sql which, Problems *problems)
{
    Expression sql = sql_of(l->table, which);
    Composer c = {.a = m->arena,
                  .db = m->db,
                  .file = l->table->file,
                  .problems = problems,
                  .deny_raising = true,
                  .keep_reads = true};
    if (!sql.sql)
        return;
    composer_begin(&c);
    AUTO(lite_finish_at) LiteStmt *s = NULL;
    const char *text = composer_prepare(&c, arena_text(m->arena, "SELECT * FROM (%s\n)", sql.sql), &s);
    if (text) {
        composer_complain(&c, shapes[which].name, sql, text);
        return;
    }
    check_columns(&c, which, sql, s);
    composer_sort_reads(&c);
    if (which == SQL_USED) {
        l->uses = c.reads;
        l->n_uses = c.n_reads;
        return;
    }
    ColumnRead *all = arena_many(m->arena, ColumnRead, l->n_reads + c.n_reads);
    if (l->n_reads)
        memcpy(all, l->reads, l->n_reads * sizeof *all);
    if (c.n_reads)
        memcpy(all + l->n_reads, c.reads, c.n_reads * sizeof *all);
    l->reads = all;
    l->n_reads += c.n_reads;
}

bool links_prepare(Mapper *m, Problems *problems, Err *err)
{
    const Profile *p = m->o.profile;
    m->links = arena_many(m->arena, LinksReady, p->n_links);
    if (!lite_attach_memory(m->db, "link", err))
        return false;
    for (size_t i = 0; i < p->n_links; i++) {
        m->links[i].table = &p->links[i];
        for (Sql which = 0; which < SQLS; which++)
            check(m, &m->links[i], which, problems);
        if (!lite_execf(m->db, err,
                        "CREATE TABLE link.\"%w\"(key TEXT PRIMARY KEY, label, type, outcome, target, "
                        "category, wanted,"
                        " score) WITHOUT ROWID",
                        p->links[i].entity))
            return false;
    }
    return true;
}

static bool has_read(const ColumnRead *list, size_t n, const ColumnRead *read)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(list[i].table, read->table) && !strcmp(list[i].column, read->column) &&
            !strcmp(list[i].schema, read->schema))
            return true;
    return false;
}

void links_resolve(Mapper *m, Composed *composed)
{
    size_t room = composed->n_reads;
    for (size_t i = 0; i < m->o.profile->n_links; i++)
        room += m->links[i].n_reads;
    ColumnRead *list = arena_many(m->arena, ColumnRead, room);
    size_t n = composed->n_reads;
    if (n)
        memcpy(list, composed->reads, n * sizeof *list);
    for (size_t i = 0; i < composed->n_reads; i++) {
        const LinksReady *l = strcmp(list[i].schema, "link") == 0 ? links_of(m, list[i].table) : NULL;
        for (size_t k = 0; l && k < l->n_reads; k++)
            if (!has_read(list, n, &l->reads[k]))
                list[n++] = l->reads[k];
    }
    composed->reads = list;
    composed->n_reads = n;
}

// ---- Reading ---------------------------------------------------------------------------

typedef struct {
    LinkProposal *items;
    LinkTarget *targets, *open; // open: those that are looked through
    const char **categories;
    size_t n, n_targets, n_open, n_categories;
} Found;

static LiteStmt *ask(Mapper *m, const LinksReady *l, Sql which, int64_t *rows, Err *err)
{
    const char *sql = sql_of(l->table, which).sql;
    if (!lite_one_int(m->db, rows, NULL, err, "SELECT count(*) FROM (%s\n)", sql))
        return NULL;
    return lite_preparef(m->db, err, "SELECT * FROM (%s\n) ORDER BY 1", sql);
}

static bool read_targets(Mapper *m, const LinksReady *l, Arena *a, Found *f, Err *err)
{
    int64_t rows;
    AUTO(lite_finish_at) LiteStmt *s = ask(m, l, SQL_TARGETS, &rows, err);
    LiteStep step = LITE_FAILED;
    if (s) {
        f->targets = arena_many(a, LinkTarget, (size_t)rows + 1);
        f->open = arena_many(a, LinkTarget, (size_t)rows + 1);
    }
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *t[5];
        for (int i = 0; i < 5; i++)
            t[i] = str_keep(a, lite_text(s, i));
        const LinkTarget one = {.id = t[0], .label = t[1], .code = t[2], .category = t[3], .price = t[4]};
        if (!one.id)
            continue;
        f->targets[f->n_targets++] = one;
        if (lite_int(s, 5) && one.label)
            f->open[f->n_open++] = one;
    }
    return step == LITE_DONE;
}

static bool read_categories(Mapper *m, const LinksReady *l, Arena *a, Found *f, Err *err)
{
    int64_t rows;
    AUTO(lite_finish_at) LiteStmt *s = ask(m, l, SQL_CATEGORIES, &rows, err);
    LiteStep step = LITE_FAILED;
    if (s)
        f->categories = arena_many(a, const char *, (size_t)rows + 2);
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        if (lite_text(s, 0).at)
            f->categories[f->n_categories++] = str_keep(a, lite_text(s, 0));
    return step == LITE_DONE;
}

static bool has_category(const Found *f, const char *category)
{
    for (size_t i = 0; category && i < f->n_categories; i++)
        if (strcmp(f->categories[i], category) == 0)
            return true;
    return false;
}

// A label may hold NUL, which ends the text that is kept; the matcher sees all of it.
static void propose(const LinksReady *l, Arena *a, Found *f, LinkMatcher *matcher, LiteStmt *s)
{
    const char *t[6];
    LinkMatch match;
    for (int i = 0; i < 6; i++)
        t[i] = str_keep(a, lite_text(s, i));
    link_match(matcher, lite_text(s, 1), t[4], &match);
    LinkProposal *p = &f->items[f->n++];
    p->item = (LinkItem){.entity = l->table->entity,
                         .key = t[0],
                         .label = t[1],
                         .code = t[2],
                         .type = t[3],
                         .category = t[4],
                         .price = t[5],
                         .kind = match.kind,
                         .threshold = match.threshold};
    p->n_candidates = match.n_top;
    p->candidates = arena_many(a, LinkTarget, match.n_top + 1);
    for (size_t i = 0; i < match.n_top; i++) {
        p->candidates[i] = f->open[match.top[i].target];
        p->candidates[i].score = match.top[i].score;
    }
    if (match.kind == LINK_CREATE)
        p->item.new_category = has_category(f, t[4]) ? t[4] : l->table->otherwise;
    else
        p->item.target = p->candidates[0];
}

static bool read_items(Mapper *m, const LinksReady *l, Arena *a, Found *f, Err *err)
{
    int64_t rows;
    AUTO(lite_finish_at) LiteStmt *s = ask(m, l, SQL_ITEMS, &rows, err);
    LiteStep step = LITE_FAILED;
    LinkMatcher *matcher = link_matcher_new(a, f->open, f->n_open);
    if (s)
        f->items = arena_many(a, LinkProposal, (size_t)rows + 1);
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        propose(l, a, f, matcher, s);
    return step == LITE_DONE;
}

static bool find(Mapper *m, const LinksReady *l, Arena *a, Found *f, Err *err)
{
    *f = (Found){0};
    return (read_targets(m, l, a, f, err) && read_categories(m, l, a, f, err) &&
            read_items(m, l, a, f, err)) ||
           err_wrap(err, "%s: links: %s", l->table->file, l->table->entity);
}

// ---- The outcome -------------------------------------------------------------------------

static bool need_rules(Mapper *m, LinksReady *l, Err *err)
{
    l->has_rules = l->has_rules || !m->o.control ||
                   link_rules(m->o.control, m->arena, l->table->entity, &l->rules, &l->n_rules, err);
    return l->has_rules;
}

static const LinkRule *rule_of(const LinksReady *l, const char *key)
{
    size_t low = 0, high = l->n_rules;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(l->rules[middle].key, key);
        if (!order)
            return &l->rules[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const LinkTarget *target_of(const Found *f, const char *id)
{
    for (size_t i = 0; id && i < f->n_targets; i++)
        if (strcmp(f->targets[i].id, id) == 0)
            return &f->targets[i];
    return NULL;
}

// What people decided counts as long as it can be done.
static bool put_row(LiteStmt *s, const LinksReady *l, const Found *f, const LinkItem *item, Err *err)
{
    const LinkRule *rule = rule_of(l, item->key);
    const char *outcome = link_kind_words[item->kind],
               *wanted = item->category ? item->category : l->table->otherwise;
    const LinkTarget none = {0}, *target = item->kind == LINK_CREATE ? &none : &item->target;
    const LinkTarget *given = rule && rule->state == LINK_RELINKED ? target_of(f, rule->target) : NULL;
    if (given) {
        target = given;
        outcome = link_kind_words[LINK_EQUAL];
    } else if (rule && rule->state == LINK_CREATE_NEW) {
        target = &none;
        outcome = link_kind_words[LINK_CREATE];
        wanted = rule->category;
    } else if (rule && rule->state == LINK_IGNORED) {
        target = &none;
        outcome = "ignore";
    }
    const char *const texts[] = {item->key,  item->label,
                                 item->type, outcome,
                                 target->id, has_category(f, wanted) ? wanted : l->table->otherwise,
                                 wanted};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        lite_bind_text(s, (int)i, str_of(texts[i]));
    lite_bind_double(s, ARRAY_LEN(texts), target->score.score);
    return lite_run(s, err);
}

static bool fill(Mapper *m, LinksReady *l, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Found f;
    if (!need_rules(m, l, err) || !find(m, l, a, &f, err))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(m->db, err, "INSERT OR REPLACE INTO link.\"%w\" VALUES(?,?,?,?,?,?,?,?)",
                                l->table->entity);
    bool ok = s && lite_exec(m->db, "SAVEPOINT links", err);
    for (size_t i = 0; ok && i < f.n; i++)
        ok = !f.items[i].item.key || put_row(s, l, &f, &f.items[i].item, err);
    l->filled = ok && lite_exec(m->db, "RELEASE links", err);
    return l->filled;
}

bool links_fill(Mapper *m, Err *err)
{
    for (size_t i = 0; i < m->o.profile->n_links; i++)
        if (!m->links[i].filled && !fill(m, &m->links[i], err))
            return false;
    return true;
}

// ---- What they are made of -----------------------------------------------------------------

static void add_sql(const LinksReady *l, Inputs *out)
{
    for (Sql which = 0; which < SQL_USED; which++) {
        const char *sql = sql_of(l->table, which).sql;
        inputs_add(out, INPUT_MAPPING,
                   arena_text(out->arena, "links: %s: %s", l->table->entity, shapes[which].name), sql, sql);
    }
    inputs_add(out, INPUT_MAPPING, arena_text(out->arena, "links: %s: otherwise", l->table->entity),
               l->table->otherwise, l->table->otherwise);
    inputs_add(out, INPUT_RULES, "links", MATCHER_VERSION, MATCHER_VERSION);
}

bool links_add_inputs(Mapper *m, const char *entity, Inputs *out, Err *err)
{
    LinksReady *l = links_of(m, entity);
    size_t n[LINK_STATES] = {0};
    AUTO(buf_free) Buf all = {0};
    if (!l)
        return true;
    if (!need_rules(m, l, err))
        return false;
    add_sql(l, out);
    for (size_t i = 0; i < l->n_rules; i++) {
        const LinkRule *r = &l->rules[i];
        n[r->state]++;
        buf_addf(&all, "%s %s %s %s\n", r->key, link_state_words[r->state], r->target ? r->target : "",
                 r->category ? r->category : "");
    }
    const char *text = arena_text(out->arena, "relinked %zu, create_new %zu, ignored %zu", n[LINK_RELINKED],
                                  n[LINK_CREATE_NEW], n[LINK_IGNORED]);
    inputs_add(out, INPUT_LINKS, entity, buf_text(&all), text);
    return true;
}

// ---- For control.db ------------------------------------------------------------------------

static bool count_uses(Mapper *m, const LinksReady *l, Found *f, Err *err)
{
    if (!l->table->used.sql)
        return true;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(m->db, err, "SELECT * FROM (%s\n) ORDER BY 1", l->table->used.sql);
    LiteStep step = LITE_FAILED;
    size_t at = 0; // both lists are in the order of their keys
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *key = lite_text(s, 0).at;
        while (key && at < f->n && f->items[at].item.key && strcmp(f->items[at].item.key, key) < 0)
            at++;
        if (key && at < f->n && f->items[at].item.key && strcmp(f->items[at].item.key, key) == 0)
            f->items[at].item.used += lite_int(s, 1);
    }
    return step == LITE_DONE;
}

bool mapper_links_made_of(Mapper *m, const char *entity, Arena *a, const char **out, Err *err)
{
    const LinksReady *l = links_of(m, entity);
    *out = NULL;
    if (!l)
        return true;
    Inputs inputs = {.arena = a};
    add_sql(l, &inputs);
    const Composed reads = {.reads = l->reads, .n_reads = l->n_reads},
                   uses = {.reads = l->uses, .n_reads = l->n_uses};
    bool *works = arena_many(a, bool, m->o.profile->n_works + 1);
    if (!mapper_common_inputs(m, &reads, works, &inputs, err) ||
        !mapper_common_inputs(m, &uses, works, &inputs, err))
        return false;
    *out = inputs_fingerprint(&inputs);
    return true;
}

bool mapper_links(Mapper *m, const char *entity, Arena *a, LinkCatalogue *out, Err *err)
{
    const LinksReady *l = links_of(m, entity);
    Found f;
    if (!find(m, l, a, &f, err) || !count_uses(m, l, &f, err))
        return false;
    if (!has_category(&f, l->table->otherwise))
        f.categories[f.n_categories++] = l->table->otherwise;
    *out = (LinkCatalogue){.entity = entity,
                           .items = f.items,
                           .n = f.n,
                           .targets = f.targets,
                           .n_targets = f.n_targets,
                           .categories = f.categories,
                           .n_categories = f.n_categories};
    return true;
}
