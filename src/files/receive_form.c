#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/receive_inner.h"
#include "files/scan.h"

enum { SLOW_AFTER_S = 60, SLOWEST = 1 << 10 }; // bytes a second from then on

static void decide(Upload *u, int code, const char *words)
{
    if (u->answer.code)
        return;
    u->answer.code = code;
    u->answer.words = words;
}

static void cannot_store(Upload *u)
{
    decide(u, u->in.full ? MHD_HTTP_INSUFFICIENT_STORAGE : MHD_HTTP_SERVICE_UNAVAILABLE,
           u->in.full ? "the disk is full" : "the storage cannot be written");
}

static void take_file(Upload *u, const char *data, size_t size)
{
    Err err = {0};
    u->has_file = true;
    if (!u->begun) {
        u->begun = store_begin(u->r->store, &u->in, &err);
        if (!u->begun) {
            cannot_store(u);
            return;
        }
    }
    if (u->in.size + (int64_t)size > MIN(u->r->o->max_bytes, FILE_BYTES_MAX)) {
        decide(u, MHD_HTTP_CONTENT_TOO_LARGE, "larger than this server takes");
        return;
    }
    if (size && !store_add(&u->in, (Str){data, size}, &err))
        cannot_store(u);
}

enum MHD_Result upload_piece(void *arg, enum MHD_ValueKind kind, const char *key, const char *file_name, const char *type,
                             const char *encoding, const char *data, uint64_t at, size_t size)
{
    Upload *u = arg;
    (void)kind;
    (void)file_name;
    (void)type;
    (void)encoding;
    (void)at;
    if (u->answer.code || !key)
        return MHD_YES;
    if (strcmp(key, "file") == 0) {
        take_file(u, data, size);
    } else if (strcmp(key, "sha256") == 0) {
        u->has_sha = true;
        if (u->sha_len + size >= sizeof u->sha256) {
            decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "sha256 is no SHA-256");
            return MHD_YES;
        }
        if (size)
            memcpy(u->sha256 + u->sha_len, data, size);
        u->sha_len += size;
    }
    return MHD_YES;
}

bool upload_take(Upload *u, const char *bytes, size_t n)
{
    int64_t took_s = (steady_now() - u->since) / 1000000;
    u->taken += (int64_t)n;
    if (took_s > SLOW_AFTER_S && u->taken / took_s < SLOWEST)
        return false;
    if (u->answer.code) // told in advance how long it is: the rest is passed over
        return u->told >= 0;
    if (!u->form || MHD_post_process(u->form, bytes, n) != MHD_YES)
        decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "the form cannot be read");
    return !u->answer.code || u->told >= 0;
}

static bool take_sha(Upload *u, char out[SHA256_HEX + 1])
{
    Str text = str_trim((Str){u->sha256, u->sha_len});
    if (text.len != SHA256_HEX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!isxdigit((unsigned char)text.at[i]))
            return false;
        out[i] = (char)tolower((unsigned char)text.at[i]);
    }
    out[text.len] = 0;
    return true;
}

static void received(Upload *u, const Delivery *x)
{
    snprintf(u->answer.staging, sizeof u->answer.staging, "%s", x->file->id);
    snprintf(u->answer.document, sizeof u->answer.document, "%s", x->document_id ? x->document_id : "");
    u->answer.already = x->outcome == DELIVERED_BEFORE;
    u->answer.code = MHD_HTTP_CREATED;
}

// Every line with this digest is served; one that was new is what is told.
static void tell(Upload *u, Delivery *list, size_t n)
{
    static const int order[] = {DELIVERED, DELIVERED_BEFORE, DELIVERY_WAITS, DELIVERY_REFUSED};
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < n; i++) {
            if ((int)list[i].outcome != order[k])
                continue;
            if (list[i].outcome == DELIVERY_WAITS)
                decide(u, MHD_HTTP_CONFLICT, "the row this file hangs on was not imported yet");
            else if (list[i].outcome == DELIVERY_REFUSED)
                decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "the target refuses the row of this file");
            else
                received(u, &list[i]);
            return;
        }
}

static bool any_can_come(const Upload *u, Arena *a, const ListedFile *files, size_t n, bool *any, Err *err)
{
    bool *mapped = arena_many(a, bool, n + 1);
    *any = false;
    if (!desk_parents(u->r->desk, a, files, n, mapped, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *any = *any || mapped[i] || files[i].document_id;
    return true;
}

static void deliver(Upload *u, Arena *a, const char *sha256)
{
    Receiver *r = u->r;
    Err err = {0};
    ListedFile *files;
    size_t n;
    bool any;
    const char *mime = mime_of(r->mime, a, u->in.fd);
    if (!desk_find(r->desk, a, sha256, &files, &n, &err) || !any_can_come(u, a, files, n, &any, &err)) {
        decide(u, MHD_HTTP_SERVICE_UNAVAILABLE, "the target cannot be reached now");
        return;
    }
    if (!n) {
        decide(u, MHD_HTTP_NOT_FOUND, "no line of the list of files has this sha256");
        return;
    }
    if (!any) {
        decide(u, MHD_HTTP_CONFLICT, "the row this file hangs on was not imported yet");
        return;
    }
    if (!store_keep(r->store, &u->in, sha256, &err)) {
        cannot_store(u);
        return;
    }
    Delivery *list = arena_many(a, Delivery, n);
    for (size_t i = 0; i < n; i++)
        list[i] = (Delivery){.file = &files[i], .sha256 = sha256, .mime = mime, .size = u->in.size};
    if (!desk_deliver(r->desk, a, r->store, list, n, &err))
        decide(u, MHD_HTTP_SERVICE_UNAVAILABLE, "the target cannot be written now");
    else
        tell(u, list, n);
}

void upload_finish(Upload *u)
{
    char wanted[SHA256_HEX + 1], given[SHA256_HEX + 1];
    bool whole = u->form && MHD_destroy_post_processor(u->form) == MHD_YES;
    u->form = NULL;
    if (u->answer.code)
        return;
    if (!u->has_file || !u->has_sha || !u->begun) {
        decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "the form needs file and sha256");
        return;
    }
    if (!take_sha(u, wanted)) {
        decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "sha256 is no SHA-256");
        return;
    }
    store_digest(&u->in, given);
    if (strcmp(wanted, given) != 0) {
        decide(u, MHD_HTTP_BAD_REQUEST, "the bytes do not have this sha256");
        return;
    }
    if (!whole) {
        decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "the form does not end");
        return;
    }
    AUTO(arena_free_at) Arena *a = arena_new();
    pthread_mutex_lock(&u->r->lock);
    deliver(u, a, wanted);
    pthread_mutex_unlock(&u->r->lock);
}

void upload_free(Upload *u)
{
    if (u->form)
        MHD_destroy_post_processor(u->form);
    if (u->begun)
        store_end(u->r->store, &u->in);
    free(u);
}
