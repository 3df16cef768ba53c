// An HTTP server that takes files from a clinic's agent: POST /jobs/ID/binaries, a form with `file` and `sha256`.
//
//   201  {"staging_id", "document_id", "status": "received" or "already_received"}; the same once more below "data"
//   400  the bytes have another digest        401  no token, or another one
//   404  no line of the list has this digest, or no such job: later, perhaps
//   409  the row the file hangs on was not imported: later, perhaps
//   413  larger than allowed                  422  a field is missing, or the target refuses the row
//   503  busy (Retry-After)                   507  the disk is full
//
// Any other answer is {"detail": ...}. A file is written while it comes, and has no name before it is known to be right.
#ifndef FILES_RECEIVE_H
#define FILES_RECEIVE_H

#include <netinet/in.h>

#include "base/secret.h"
#include "files/desk.h"

typedef struct {
    int64_t requests, received, received_bytes, already, refused; // refused: any answer but 201
} ReceiveTotals;

typedef struct {
    const char *host, *port; // 127.0.0.1, 8765; port 0: any free one
    const Secret *token;
    int64_t max_bytes;
    int uploads;              // at a time
    int idle_s;               // a sender that says nothing for so long is left
    const char *certificate, *key; // PEM; NULL: no TLS
    void (*ready)(void *arg, const char *host, int port);
    void (*answered)(void *arg, int code, int64_t bytes, const char *words); // one request at a time
    void *arg;
} ReceiveOptions;

// Serves until somebody asks to stop; then finishes what is coming in, for at most half a minute.
bool receive_serve(Desk *desk, FileStore *store, const ReceiveOptions *o, ReceiveTotals *out, Err *err) MUST_CHECK;

#endif
