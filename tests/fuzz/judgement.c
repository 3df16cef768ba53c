#include "tests/fuzz/judgement.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "source/dpmf_report.h"
#include "tests/fuzz/input_file.h"

void judge_words(const char *text)
{
    PROMISE(text && *text);
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text));
    PROMISE(str_is(buf_str(&clean), text));
}

void judge_refusal(DpmfVerdict verdict, const Err *err)
{
    PROMISE(verdict != DPMF_ACCEPT);
    PROMISE(verdict != DPMF_IO); // nothing was wrong with the machine
    PROMISE(err->kind == (verdict == DPMF_PASSPHRASE ? ERR_DECISION : ERR_SOURCE));
    judge_words(err->text);
    judge_words(err->hint);
}

static void judge_accepted(const DpmfSummary *s)
{
    PROMISE(s->verdict == DPMF_ACCEPT);
    PROMISE(strcmp(s->verdict_text, s->warning_count ? "accept:warn" : "accept") == 0);
    PROMISE(!*s->reason && !*s->hint);
    PROMISE(s->format_version && s->files >= 0);
    PROMISE(s->hash_computed && strlen(s->hash_computed) == SHA256_HEX);
    PROMISE(!s->hash_declared || strcmp(s->hash_declared, s->hash_computed) == 0);
    for (size_t i = 0; i < s->entity_count; i++)
        PROMISE(s->entities[i].rows >= 0);
}

static void judge_refused(const DpmfSummary *s, const Err *err)
{
    char text[40];
    judge_refusal(s->verdict, err);
    snprintf(text, sizeof text, "reject:%s", dpmf_verdict_word(s->verdict));
    PROMISE(strcmp(s->verdict_text, text) == 0);
    PROMISE(strcmp(s->reason, err->text) == 0 && strcmp(s->hint, err->hint) == 0);
    PROMISE(!s->hash_computed || s->verdict == DPMF_HASH);
}

void judge_file(const char *path, const Secret *passphrase, const char *layering)
{
    Arena *a = arena_new();
    DpmfSummary s;
    Err err = {0};
    bool judged = dpmf_verify_file(path, passphrase, input_temp_folder(), NULL, &s, a, &err);
    if (!judged)
        fprintf(stderr, "not judged: %s\n", err.text);
    PROMISE(judged);
    PROMISE(strcmp(s.layering, layering) == 0);
    for (size_t i = 0; i < s.warning_count; i++) {
        PROMISE(str_starts(str_of(s.warnings[i].code), "dpmf."));
        judge_words(s.warnings[i].message);
    }
    if (err.kind == ERR_NONE)
        judge_accepted(&s);
    else
        judge_refused(&s, &err);
    arena_free(a);
    input_judge_order();
}
