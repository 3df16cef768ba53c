#include "map/link_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/letters.h"
#include "base/text.h"
#include "map/abbreviations.h"

enum { WORD_CHARS = 3, LABEL_CHARS = 3, SIDE_WORDS = 2 };
static const double category_threshold = 0.7, whole_threshold = 0.8;

// A word that names have, and which names have it.
typedef struct {
    Str text;
    uint32_t first, n; // places in uses
    uint32_t reading;  // that met it last
} Word;

typedef struct {
    uint32_t word, name;
} Use; // once for every time

typedef struct {
    Str words;                           // as letters_words gives them
    uint32_t n;                          // words that count
    uint32_t label, reading, label_word; // the last ones that met it
    uint32_t hits_label, hits_name;      // words of the label, words of the name
    LinkScore score;
    bool subset; // all words of one side are in the other
} Name;

struct LinkMatcher {
    const LinkTarget *targets;
    Name *names;
    uint32_t *by_words; // places of names, by their words
    size_t n;
    Word *words;
    Use *uses;
    size_t n_words, n_uses;
    uint32_t *met, *read; // names met by the label under way; by one reading of it
    size_t n_met, n_read;
    uint32_t label, reading, label_word;
    Buf text, expanded;
};

static void matcher_free(void *arg)
{
    LinkMatcher *m = arg;
    buf_free(&m->text);
    buf_free(&m->expanded);
}

static int compare_texts(Str a, Str b)
{
    size_t both = MIN(a.len, b.len);
    int order = both ? memcmp(a.at, b.at, both) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool word_counts(Str word)
{
    return word.len >= WORD_CHARS && text_chars(word) >= WORD_CHARS;
}

typedef struct {
    Str text;
    uint32_t name;
} Meeting;

static int compare_meetings(const void *left, const void *right)
{
    const Meeting *a = left, *b = right;
    int order = compare_texts(a->text, b->text);
    return order ? order : (a->name > b->name) - (a->name < b->name);
}

static int compare_names(const void *left, const void *right, void *arg)
{
    const LinkMatcher *m = arg;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = compare_texts(m->names[a].words, m->names[b].words);
    return order ? order : (a > b) - (a < b);
}

static void index_words(LinkMatcher *m, Arena *a, Meeting *meetings, size_t n)
{
    if (n)
        qsort(meetings, n, sizeof *meetings, compare_meetings);
    m->words = arena_many(a, Word, n + 1);
    m->uses = arena_many(a, Use, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!i || compare_texts(meetings[i].text, meetings[i - 1].text) != 0)
            m->words[m->n_words++] = (Word){.text = meetings[i].text, .first = (uint32_t)i};
        m->words[m->n_words - 1].n++;
        m->uses[i] = (Use){(uint32_t)(m->n_words - 1), meetings[i].name};
    }
}

LinkMatcher *link_matcher_new(Arena *a, const LinkTarget *targets, size_t n)
{
    LinkMatcher *m = arena_one(a, LinkMatcher);
    AUTO(buf_free) Buf text = {0};
    AUTO(buf_free) Buf meetings = {0};
    arena_defer(a, matcher_free, m);
    m->targets = targets;
    m->n = n;
    m->names = arena_many(a, Name, n + 1);
    m->by_words = arena_many(a, uint32_t, n + 1);
    m->met = arena_many(a, uint32_t, n + 1);
    m->read = arena_many(a, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        buf_clear(&text);
        letters_words(&text, str_of(targets[i].label ? targets[i].label : ""));
        m->names[i].words = str_copy(a, buf_str(&text));
        m->by_words[i] = (uint32_t)i;
        Str rest = m->names[i].words, word;
        while (str_cut(&rest, ' ', &word)) {
            if (!word_counts(word))
                continue;
            const Meeting one = {word, (uint32_t)i};
            buf_add(&meetings, (Str){(const char *)&one, sizeof one});
            m->names[i].n++;
        }
    }
    m->n_uses = meetings.len / sizeof(Meeting);
    if (n)
        qsort_r(m->by_words, n, sizeof *m->by_words, compare_names, m);
    Meeting *list = m->n_uses ? arena_copy(a, meetings.at, meetings.len) : NULL;
    if (list)
        index_words(m, a, list, m->n_uses);
    return m;
}

// ---- Counting ------------------------------------------------------------------------

// The first word that does not stand before text.
static size_t first_word(const LinkMatcher *m, Str text)
{
    size_t low = 0, high = m->n_words;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_texts(m->words[middle].text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void meet(LinkMatcher *m, Word *w)
{
    bool fresh = w->reading != m->reading;
    w->reading = m->reading;
    for (size_t i = w->first; i < w->first + w->n; i++) {
        Name *name = &m->names[m->uses[i].name];
        if (name->reading != m->reading) {
            name->reading = m->reading;
            name->hits_label = name->hits_name = 0;
            m->read[m->n_read++] = m->uses[i].name;
        }
        name->hits_name += fresh;
        name->hits_label += name->label_word != m->label_word;
        name->label_word = m->label_word;
    }
}

// Every word of the names that is near this one: those that begin with it, and its own beginnings.
static void meet_near(LinkMatcher *m, Str text)
{
    for (size_t i = first_word(m, text); i < m->n_words; i++) {
        Str other = m->words[i].text;
        if (other.len < text.len || memcmp(other.at, text.at, text.len) != 0)
            break;
        meet(m, &m->words[i]);
    }
    for (size_t len = WORD_CHARS; len < text.len; len++) {
        Str start = {text.at, len};
        size_t at = first_word(m, start);
        if (at < m->n_words && compare_texts(m->words[at].text, start) == 0)
            meet(m, &m->words[at]);
    }
}

// One reading of the label: as it is, or with its abbreviations written out.
static void read_label(LinkMatcher *m, Str text, bool expanded)
{
    uint32_t n = 0;
    Str rest = text, word;
    m->reading++;
    m->n_read = 0;
    while (str_cut(&rest, ' ', &word)) {
        if (!word_counts(word))
            continue;
        n++;
        m->label_word++;
        meet_near(m, word);
    }
    for (size_t i = 0; i < m->n_read; i++) {
        Name *name = &m->names[m->read[i]];
        double label = (double)name->hits_label / (double)n, back = (double)name->hits_name / (double)name->n;
        double score = MIN(label, back);
        if (name->label != m->label) {
            name->label = m->label;
            name->score = (LinkScore){0};
            name->subset = false;
            m->met[m->n_met++] = m->read[i];
        }
        if (score > name->score.score)
            name->score = (LinkScore){.score = score, .label = label, .name = back, .expanded = expanded};
        if (expanded)
            name->subset = n >= SIDE_WORDS && name->n >= SIDE_WORDS &&
                           (name->hits_label == n || name->hits_name == name->n);
    }
}

static void write_out(Buf *out, Str words)
{
    Str word;
    buf_clear(out);
    while (str_cut(&words, ' ', &word)) {
        const char *meaning = abbreviation_meaning(word);
        if (out->len)
            buf_add_char(out, ' ');
        buf_add(out, meaning ? str_of(meaning) : word);
    }
}

// ---- Choosing ------------------------------------------------------------------------

static bool in_category(const LinkMatcher *m, uint32_t name, const char *category)
{
    const char *own = m->targets[name].category;
    return !category || (own && strcmp(own, category) == 0);
}

static bool category_has_names(const LinkMatcher *m, const char *category)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (in_category(m, i, category))
            return true;
    return false;
}

// How many names of the category have just these words; *found: the first of them.
static size_t find_equal(const LinkMatcher *m, Str words, const char *category, size_t *found)
{
    size_t low = 0, high = m->n, n = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_texts(m->names[m->by_words[middle]].words, words) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < m->n && compare_texts(m->names[m->by_words[low]].words, words) == 0; low++)
        if (in_category(m, m->by_words[low], category) && !n++)
            *found = m->by_words[low];
    return n;
}

// The one with the best score, when that is high enough.
static bool find_best(const LinkMatcher *m, const char *category, double threshold, size_t *found, bool *any)
{
    double best = 0;
    bool alone = false;
    *any = false;
    for (size_t i = 0; i < m->n_met; i++) {
        double score = m->names[m->met[i]].score.score;
        if (score <= 0 || !in_category(m, m->met[i], category))
            continue;
        *any = true;
        if (score > best) {
            best = score;
            alone = true;
            *found = m->met[i];
        } else if (!(score < best)) {
            alone = false;
        }
    }
    return alone && best >= threshold;
}

static bool find_subset(const LinkMatcher *m, const char *category, size_t *found)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_met; i++)
        if (m->names[m->met[i]].subset && in_category(m, m->met[i], category) && !n++)
            *found = m->met[i];
    return n == 1;
}

static LinkKind choose(LinkMatcher *m, const char *category, Str words, LinkMatch *out)
{
    const char *within = category && category_has_names(m, category) ? category : NULL;
    bool any, unused;
    out->threshold = within ? category_threshold : whole_threshold;
    size_t equal = find_equal(m, words, within, &out->target);
    if (equal)
        return equal == 1 ? LINK_EQUAL : LINK_CREATE;
    if (find_best(m, within, out->threshold, &out->target, &any))
        return LINK_FUZZY;
    if (category && find_subset(m, within, &out->target))
        return LINK_FUZZY;
    if (!within || any)
        return LINK_CREATE;
    out->threshold = whole_threshold;
    return find_best(m, NULL, out->threshold, &out->target, &unused) || find_subset(m, NULL, &out->target)
               ? LINK_FUZZY
               : LINK_CREATE;
}

typedef struct {
    const LinkMatcher *m;
    const char *category;
    const LinkMatch *out;
} Ranking;

static bool ranks_before(const Ranking *r, uint32_t a, uint32_t b)
{
    const LinkMatcher *m = r->m;
    bool proposed_a = r->out->kind != LINK_CREATE && a == r->out->target;
    bool proposed_b = r->out->kind != LINK_CREATE && b == r->out->target;
    if (proposed_a != proposed_b)
        return proposed_a;
    bool inside_a = in_category(m, a, r->category), inside_b = in_category(m, b, r->category);
    if (inside_a != inside_b)
        return inside_a;
    double score_a = m->names[a].score.score, score_b = m->names[b].score.score;
    if (score_a > score_b || score_a < score_b)
        return score_a > score_b;
    int order = compare_texts(m->names[a].words, m->names[b].words);
    return order ? order < 0 : strcmp(m->targets[a].id, m->targets[b].id) < 0;
}

static LinkScore full_score(const LinkMatcher *m, uint32_t name, const char *category, Str words)
{
    LinkScore score = m->names[name].label == m->label ? m->names[name].score : (LinkScore){0};
    score.category = category && in_category(m, name, category);
    score.equal = compare_texts(m->names[name].words, words) == 0;
    if (score.equal)
        score.score = score.label = score.name = 1;
    return score;
}

static void rank(const LinkMatcher *m, const char *category, Str words, LinkMatch *out)
{
    const Ranking r = {m, category, out};
    uint32_t top[LINK_TOP + 1];
    size_t n = 0;
    bool proposed = out->kind == LINK_CREATE;
    for (size_t i = 0; i < m->n_met; i++) {
        uint32_t name = m->met[i];
        size_t at = n;
        if (m->names[name].score.score <= 0)
            continue;
        proposed |= name == out->target;
        while (at && ranks_before(&r, name, top[at - 1])) {
            top[at] = top[at - 1];
            at--;
        }
        if (at < LINK_TOP)
            top[at] = name;
        n = MIN(n + 1, (size_t)LINK_TOP);
    }
    if (!proposed) { // equal, of words too short to count
        memmove(top + 1, top, MIN(n, (size_t)LINK_TOP - 1) * sizeof *top);
        top[0] = (uint32_t)out->target;
        n = MIN(n + 1, (size_t)LINK_TOP);
    }
    for (out->n_top = 0; out->n_top < n; out->n_top++) {
        out->top[out->n_top].target = top[out->n_top];
        out->top[out->n_top].score = full_score(m, top[out->n_top], category, words);
        if (out->kind == LINK_FUZZY && top[out->n_top] == out->target)
            out->top[out->n_top].score.words = out->top[out->n_top].score.score < out->threshold;
    }
}

void link_match(LinkMatcher *m, Str label, const char *category, LinkMatch *out)
{
    *out = (LinkMatch){.kind = LINK_CREATE, .threshold = whole_threshold};
    buf_clear(&m->text);
    letters_words(&m->text, label);
    Str words = buf_str(&m->text);
    if (text_chars(words) < LABEL_CHARS)
        return;
    m->label++;
    m->n_met = 0;
    read_label(m, words, false);
    write_out(&m->expanded, words);
    read_label(m, buf_str(&m->expanded), true);
    out->kind = choose(m, category, words, out);
    rank(m, category, words, out);
}

LinkScore link_score(Str label, Str name, bool *subset)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinkTarget target = {.id = "", .label = str_keep(a, name)};
    LinkMatcher *m = link_matcher_new(a, &target, 1);
    LinkMatch found;
    link_match(m, label, NULL, &found);
    *subset = m->names[0].label == m->label && m->names[0].subset;
    return found.n_top ? found.top[0].score : (LinkScore){0};
}
