// What the files of the server share.
#ifndef FILES_RECEIVE_INNER_H
#define FILES_RECEIVE_INNER_H

#include <microhttpd.h>
#include <pthread.h>

#include "files/receive.h"

typedef struct {
    Desk *desk;
    FileStore *store;
    Mime *mime;
    const ReceiveOptions *o;
    char token[SHA256_HEX + 1]; // digest of it
    pthread_mutex_t lock;       // of everything below, and of the desk
    pthread_cond_t changed;
    int active;                 // uploads
    ReceiveTotals totals;
} Receiver;

// An answer in the making. code 0: none yet.
typedef struct {
    int code;
    const char *words;       // of another one than 201
    char staging[64], document[64];
    bool already;
} Answer;

typedef struct {
    Receiver *r;
    Answer answer;
    struct MHD_PostProcessor *form;
    Incoming in;
    char sha256[80];
    size_t sha_len;
    bool has_file, has_sha, begun, counted;
    int64_t told; // Content-Length; -1: none
    Instant since;
    int64_t taken;
} Upload;

// receive_request.c: a request as its head tells it; decides at once what needs no body.
void upload_judge_head(Upload *u, struct MHD_Connection *c, const char *url, const char *method);
// receive_form.c: the body, and what comes of it.
enum MHD_Result upload_piece(void *upload, enum MHD_ValueKind kind, const char *key, const char *file_name,
                             const char *type, const char *encoding, const char *data, uint64_t at, size_t size);
bool upload_take(Upload *u, const char *bytes, size_t n); // false: the connection is to be cut
void upload_finish(Upload *u);
void upload_free(Upload *u);

#endif
