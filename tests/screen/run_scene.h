// Runs made by hand: events as a worker writes them, and what it tells of itself.
#ifndef TESTS_SCREEN_RUN_SCENE_H
#define TESTS_SCREEN_RUN_SCENE_H

#include "engine/engine.h"
#include "ui/run_news.h"

typedef struct {
    Arena *arena;
    Buf lines;
    int seq;
} Scene;

// Times are of 2025-11-20 in UTC, which is made the local time.
Scene scene_new(Arena *a);
// at: "12:32:51"; members: of the event, behind the common ones: "\"step\":\"patient/insert\"", or "".
void scene_event(Scene *s, const char *at, const char *type, const char *members, ...) PRINTF(4, 5);
void scene_begin(Scene *s, const char *mode); // run 43 of amartin on srv1, 12:32:51
// The plan of some entities with all their stages; what was read of each is known and done.
void scene_plan(Scene *s, const char *const *entities, const int64_t *rows);
void scene_step(Scene *s, const char *at, const char *step, const char *status, int64_t rows,
                int64_t rejected,
                double took_s); // from its beginning to its end
// What is known of it at a moment: live, with a worker that beats. In the scene's arena.
RunNews *scene_live(Scene *s, const char *now);
RunNews *scene_over(Scene *s, const char *now); // nobody is at work

#endif
