// Prints what became of each row of an entity: by the cache and control.db alone, and with the target asked.
// With `changed`: the keys of those that the last run inserted or updated.
//
// usage: print_samples WORKSPACE CLINIC ENTITY [changed]
#include <stdio.h>
#include <string.h>

#include "engine/sample_page.h"

static bool print(Arena *a, const Clinic *clinic, SampleWish *wish, Err *err)
{
    SamplePage p;
    SampleAt at = {0};
    PageWay way = PAGE_FIRST;
    do {
        if (!sample_page(a, clinic, wish, way, &at, &p, err))
            return false;
        for (size_t i = 0; i < p.n; i++)
            printf("%s %s %s %s\n", wish->with_target ? "target" : "control", p.rows[i].at.key,
                   p.rows[i].outcome, p.rows[i].reason ? p.rows[i].reason : "-");
        if (p.lack)
            printf("lack %s\n", p.lack);
        at = p.stopped ? p.reached : p.n ? p.rows[p.n - 1].at : at;
        way = PAGE_AFTER;
    } while (p.more_after);
    return true;
}

int main(int argc, char **argv)
{
    Err err = {0};
    Arena *a = arena_new();
    const char *workspace = argc > 3 ? workspace_find(a, argv[1], &err) : NULL;
    const Clinic *clinic = workspace ? clinic_load(a, workspace, argv[2], NULL, problems_new(a)) : NULL;
    SampleWish wish = {.entity = argc > 3 ? argv[3] : "", .most = 7, .with_target = true};
    bool ok = clinic;
    if (argc > 4) {
        wish.which = SAMPLE_CHANGED;
        ok = ok && print(a, clinic, &wish, &err);
    } else {
        ok = ok && print(a, clinic, &wish, &err);
        wish.with_target = false;
        ok = ok && print(a, clinic, &wish, &err);
    }
    if (!ok)
        fprintf(stderr, "print_samples: %s\n", err.text);
    arena_free(a);
    return !ok;
}
