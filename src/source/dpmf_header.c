#include "source/dpmf_header.h"

#include <string.h>

#include "base/intl.h"

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool dpmf_judge_header(Dpmf *d, const unsigned char *header, size_t n, int64_t *size, Err *err)
{
    static const char magic[16] = "SQLite format 3";
    if (n < SQLITE_HEADER)
        return dpmf_refuse(d, DPMF_SQLITE, err, _("there are %zu bytes where a database should be"), n);
    if (memcmp(header, magic, sizeof magic) != 0)
        return dpmf_refuse(d, DPMF_SQLITE, err, _("the content is not an SQLite database"));
    uint32_t page = (uint32_t)header[16] << 8 | header[17];
    page = page == 1 ? 65536 : page;
    if (page < 512 || (page & (page - 1)))
        return dpmf_refuse(d, DPMF_SQLITE, err, _("the database has an impossible page size"));
    d->utf16 = big_endian(header + 56) > 1;
    bool known = big_endian(header + 24) == big_endian(header + 92); // the count is of the last change
    *size = known ? (int64_t)page * big_endian(header + 28) : 0;
    return true;
}

bool dpmf_whole(Dpmf *d, int64_t declared, int64_t there, Err *err)
{
    d->bytes = declared ? declared : there;
    if (there >= declared)
        return true;
    return dpmf_refuse(d, DPMF_SQLITE, err, _("the database is cut: %lld of %lld bytes are there"),
                       (long long)there, (long long)declared);
}
