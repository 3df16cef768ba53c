// What the first bytes of the database inside a DPMF file say of it.
#ifndef SOURCE_DPMF_HEADER_H
#define SOURCE_DPMF_HEADER_H

#include "source/dpmf_inner.h"

enum { SQLITE_HEADER = 100 }; // bytes; https://sqlite.org/fileformat2.html section 1.3

// *size: page size times page count; 0 when the header does not know (written by SQLite before 3.7). Keeps in
// d whether texts are UTF-16.
bool dpmf_judge_header(Dpmf *d, const unsigned char *header, size_t n, int64_t *size, Err *err) MUST_CHECK;
// Whether all of the declared bytes are there; declared 0: there is nothing to compare with. Sets d->bytes.
bool dpmf_whole(Dpmf *d, int64_t declared, int64_t there, Err *err) MUST_CHECK;

#endif
