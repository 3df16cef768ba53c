#include "map/counters.h"

#include <string.h>

#include "base/intl.h"
#include "map/compose_try.h"
#include "map/mapper_state.h"

static const char *const keys[] = {"after", "columns", "sql", NULL};

void counters_read(Arena *a, Profile *p, const Model *model, const YamlNode *map, const YamlCheck *check)
{
    size_t n = 0;
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next)
        n++;
    p->counters = arena_many(a, Counter, n);
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        Counter *counter = &p->counters[p->n_counters++];
        yaml_refuse_unknown(check, c, keys);
        const YamlNode *columns = yaml_get(c, "columns"), *sql = yaml_get(c, "sql");
        *counter = (Counter){.table = c->key, .file = check->file, .after = yaml_take_text(check, c, "after", true)};
        if (counter->after && !model_entity(model, counter->after))
            yaml_complain(check, yaml_get(c, "after"), _("'%s' is no entity of the model"), counter->after);
        for (const YamlNode *col = columns && columns->kind == YAML_LIST ? columns->first : NULL; col; col = col->next)
            if (yaml_text(col) && counter->n < ARRAY_LEN(counter->columns))
                counter->columns[counter->n++] = yaml_text(col);
        if (!counter->n)
            yaml_complain_key(check, c, _("counters: %s needs a list of columns"), c->key);
        if (yaml_text(sql))
            counter->sql = (Expression){yaml_text(sql), sql->line, sql->col};
        else
            yaml_complain_key(check, c, "%s", _("sql: must be one SELECT"));
    }
}

void counters_check(Mapper *m, Problems *problems)
{
    for (size_t i = 0; i < m->o.profile->n_counters; i++) {
        const Counter *counter = &m->o.profile->counters[i];
        Composer c = {.a = m->arena, .db = m->db, .file = counter->file, .problems = problems, .deny_raising = true};
        composer_begin(&c);
        AUTO(lite_finish_at) LiteStmt *s = NULL;
        const char *text = composer_prepare(&c, arena_text(m->arena, "SELECT * FROM (%s\n)", counter->sql.sql), &s);
        if (!text && lite_columns(s) != (int)counter->n + 1)
            text = _("it gives the id of a row, then its columns, and nothing else");
        if (text)
            composer_complain(&c, counter->table, counter->sql, text);
    }
}

// A column without value stays as it is.
static TargetCounter counter_at(const Counter *counter, LiteStmt *s, const char **columns, int64_t *values)
{
    TargetCounter c = {.table = counter->table, .id = lite_text(s, 0), .columns = columns, .values = values};
    for (size_t i = 0; i < counter->n; i++)
        if (lite_type(s, (int)i + 1) == LITE_INTEGER) {
            columns[c.n] = counter->columns[i];
            values[c.n++] = lite_int(s, (int)i + 1);
        }
    return c;
}

bool counters_of(Mapper *m, const char *entity, bool (*each)(void *arg, const TargetCounter *c, Err *err), void *arg,
                 Err *err)
{
    for (size_t i = 0; i < m->o.profile->n_counters; i++) {
        const Counter *counter = &m->o.profile->counters[i];
        if (strcmp(counter->after, entity) != 0)
            continue;
        AUTO(lite_finish_at) LiteStmt *s = lite_prepare(m->db, counter->sql.sql, err);
        LiteStep step = LITE_FAILED;
        while (s && (step = lite_step(s, err)) == LITE_ROW) {
            const char *columns[COUNTER_COLUMNS];
            int64_t values[COUNTER_COLUMNS];
            TargetCounter c = counter_at(counter, s, columns, values);
            if (c.n && !each(arg, &c, err))
                return false;
        }
        if (step != LITE_DONE)
            return false;
    }
    return true;
}
