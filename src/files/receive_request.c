#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "files/receive_inner.h"

enum { FORM_BYTES = 64 << 10, JOB_CHARS = 40 }; // of a form: all but the file

static const char api[] = "/api/v1/migration_import";

// .../jobs/ID/binaries
static bool find_job(const char *url, char job[JOB_CHARS + 1])
{
    static const char before[] = "/jobs/", after[] = "/binaries";
    if (strncmp(url, api, sizeof api - 1) == 0)
        url += sizeof api - 1;
    if (strncmp(url, before, sizeof before - 1) != 0)
        return false;
    url += sizeof before - 1;
    size_t n = strcspn(url, "/");
    if (!n || n > JOB_CHARS || strcmp(url + n, after) != 0)
        return false;
    memcpy(job, url, n);
    job[n] = 0;
    return true;
}

// Takes as long whatever the difference is.
static bool has_token(const Upload *u, struct MHD_Connection *c)
{
    static const char bearer[] = "Bearer ";
    const char *given = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    if (!given || strncasecmp(given, bearer, sizeof bearer - 1) != 0)
        return false;
    char digest[SHA256_HEX + 1];
    sha256_hex_of(str_trim(str_of(given + sizeof bearer - 1)), digest);
    unsigned char different = 0;
    for (size_t i = 0; i < SHA256_HEX; i++)
        different |= (unsigned char)(digest[i] ^ u->r->token[i]);
    return different == 0;
}

static int64_t content_length(struct MHD_Connection *c)
{
    const char *text = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return text ? strtoll(text, NULL, 10) : -1;
}

static void decide(Upload *u, int code, const char *words)
{
    u->answer.code = code;
    u->answer.words = words;
}

static bool take_place(Receiver *r)
{
    pthread_mutex_lock(&r->lock);
    bool free = r->active < r->o->uploads;
    r->active += free;
    pthread_mutex_unlock(&r->lock);
    return free;
}

static void judge_job(Upload *u, const char *job)
{
    bool known = false;
    Err err = {0};
    pthread_mutex_lock(&u->r->lock);
    bool ok = desk_knows_job(u->r->desk, job, &known, &err);
    pthread_mutex_unlock(&u->r->lock);
    if (!ok)
        decide(u, MHD_HTTP_SERVICE_UNAVAILABLE, "the list of jobs cannot be read now");
    else if (!known)
        decide(u, MHD_HTTP_NOT_FOUND, "no such job");
}

void upload_judge_head(Upload *u, struct MHD_Connection *c, const char *url, const char *method)
{
    char job[JOB_CHARS + 1];
    u->told = content_length(c);
    if (!has_token(u, c)) {
        decide(u, MHD_HTTP_UNAUTHORIZED, "a valid token is needed");
        return;
    }
    if (!find_job(url, job)) {
        decide(u, MHD_HTTP_NOT_FOUND, "no such place");
        return;
    }
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        decide(u, MHD_HTTP_METHOD_NOT_ALLOWED, "files are sent with POST");
        return;
    }
    if (u->told > u->r->o->max_bytes + FORM_BYTES) {
        decide(u, MHD_HTTP_CONTENT_TOO_LARGE, "larger than this server takes");
        return;
    }
    judge_job(u, job);
    if (u->answer.code)
        return;
    const char *type = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (!type || strncasecmp(type, "multipart/form-data", 19) != 0) {
        decide(u, MHD_HTTP_UNPROCESSABLE_CONTENT, "the body is to be multipart/form-data with file and sha256");
        return;
    }
    u->counted = take_place(u->r);
    if (!u->counted)
        decide(u, MHD_HTTP_SERVICE_UNAVAILABLE, "too many uploads at a time");
}
