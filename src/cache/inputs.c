#include "cache/inputs.h"

#include <string.h>

#include "base/digest.h"

enum { FIRST_ROOM = 64, DIGEST_KEPT = 32 }; // half a SHA-256 tells values apart as well

static Input *add(Inputs *l, const char *kind, const char *name)
{
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : FIRST_ROOM;
        Input *moved = arena_many(l->arena, Input, room);
        if (l->n)
            memcpy(moved, l->items, l->n * sizeof *moved);
        l->items = moved;
        l->room = room;
    }
    l->items[l->n] = (Input){.kind = kind, .name = str_keep(l->arena, str_of(name))};
    return &l->items[l->n++];
}

// One line, not cut inside a character.
static const char *short_text(Arena *a, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n > INPUT_TEXT_MAX)
        for (n = INPUT_TEXT_MAX; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
            n--;
    char *kept = text ? str_keep(a, (Str){text, n}) : NULL;
    for (char *c = kept; c && *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return kept;
}

void inputs_add(Inputs *l, const char *kind, const char *name, const char *value, const char *text)
{
    char hex[SHA256_HEX + 1] = "-"; // no value is not the same as an empty one
    if (value)
        sha256_hex_of(str_of(value), hex);
    inputs_add_digest(l, kind, name, arena_text(l->arena, "%.*s", DIGEST_KEPT, hex), text);
}

void inputs_add_digest(Inputs *l, const char *kind, const char *name, const char *digest, const char *text)
{
    Input *i = add(l, kind, name);
    i->digest = digest ? str_keep(l->arena, str_of(digest)) : "";
    i->text = short_text(l->arena, text);
}

const char *inputs_fingerprint(const Inputs *l)
{
    char hex[SHA256_HEX + 1];
    Sha256 *h = sha256_new();
    for (size_t i = 0; i < l->n; i++) {
        const char *parts[] = {l->items[i].kind, l->items[i].name, l->items[i].digest};
        for (size_t p = 0; p < ARRAY_LEN(parts); p++)
            sha256_add(h, (Str){parts[p], strlen(parts[p]) + 1}); // with its end: "a" "bc" is not "ab" "c"
    }
    sha256_finish_hex(h, hex);
    sha256_free(h);
    return arena_text(l->arena, "%s", hex);
}

// Mostly the lists have the same order: the search begins behind what was found last.
static const Input *find(const Inputs *l, const Input *wanted, size_t *from)
{
    for (size_t i = 0; i < l->n; i++) {
        const Input *one = &l->items[(*from + i) % l->n];
        if (strcmp(one->name, wanted->name) != 0 || strcmp(one->kind, wanted->kind) != 0)
            continue;
        *from = (size_t)(one - l->items) + 1;
        return one;
    }
    return NULL;
}

InputChange *inputs_compare(const Inputs *before, const Inputs *after, size_t *n)
{
    InputChange *list = arena_many(after->arena, InputChange, before->n + after->n + 1);
    size_t from = 0;
    *n = 0;
    for (size_t i = 0; i < after->n; i++) {
        const Input *now = &after->items[i], *then = find(before, now, &from);
        if (!then)
            list[(*n)++] = (InputChange){INPUT_CAME, now->kind, now->name, NULL, now->text};
        else if (strcmp(then->digest, now->digest) != 0)
            list[(*n)++] = (InputChange){INPUT_CHANGED, now->kind, now->name, then->text, now->text};
    }
    from = 0;
    for (size_t i = 0; i < before->n; i++)
        if (!find(after, &before->items[i], &from))
            list[(*n)++] = (InputChange){INPUT_WENT, before->items[i].kind, before->items[i].name,
                                         before->items[i].text, NULL};
    return list;
}
