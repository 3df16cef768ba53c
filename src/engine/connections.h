// The three places a clinic's data lives in, tried before a run: can the source be read, the cache be kept, the target be
// reached, and where was each found. Nothing is written, no lock is taken, no secret is told.
#ifndef ENGINE_CONNECTIONS_H
#define ENGINE_CONNECTIONS_H

#include "base/secret.h"
#include "config/server_places.h"
#include "engine/finding.h"
#include "source/dpmf.h"

typedef enum { CONNECT_SOURCE, CONNECT_CACHE, CONNECT_TARGET, CONNECT_PARTS } ConnectPart;

typedef struct {
    ConnectPart part;
    FindingState state;       // the worst of its findings
    const FoundValue *values; // what it is made of and where that was found
    size_t n_values;
    const Finding *findings;
    size_t n_findings;
    int64_t took_ms;
} Connection;

// How thoroughly, and with what.
typedef struct {
    SecretSource passphrase; // of the source: file or fd of the command line. {.fd = -1} and no more: that of the
                             // environment or config.yaml. Nobody is asked
    const DpmfWatch *watch;  // how far reading the source is; NULL: nobody looks
    bool whole;              // reads a source of up to 512 MB to its end and compares its hash, which takes
                             // MUDANZA_PASSPHRASE out of the environment; else only its head
} ConnectHow;

// Tries one part; may take seconds where a server does not answer. Everything lives as long as a. Another thread may
// do so, each with an arena of its own.
void connection_try(Arena *a, const Clinic *clinic, ConnectPart part, const ConnectHow *how, Connection *out);

#endif
