#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/compress.h"
#include "base/intl.h"
#include "source/dpmf_envelope.h"
#include "source/dpmf_plain.h"

enum {
    MAGIC = 4,
    SQLITE_HEADER = 100,           // bytes; https://sqlite.org/fileformat2.html section 1.3
    UNKNOWN_SIZE_FLOOR = 64 << 20, // what a database that does not know its size may take in any case
    UNKNOWN_SIZE_FACTOR = 100,     // and how many times the compressed bytes otherwise
    ROOM_STEP = 16 << 20,          // bytes written between two looks at the free disk
    ROOM_LEFT = 64 << 20,          // bytes never taken from the disk
};

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool dpmf_pread(int fd, void *out, size_t n, int64_t at)
{
    char *to = out;
    while (n) {
        ssize_t got = pread(fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got < 0 ? errno : 0;
            return false;
        }
        to += got;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

bool dpmf_unchanged(Dpmf *d, Err *err)
{
    FileStamp now;
    if (!file_stamp(d->path, &now, err))
        return dpmf_refuse_failed(d, DPMF_IO, err);
    const FileStamp *was = &d->stamp;
    if (now.device == was->device && now.inode == was->inode && now.size == was->size &&
        now.mtime_ns == was->mtime_ns && now.ctime_ns == was->ctime_ns)
        return true;
    dpmf_refuse(d, DPMF_IO, err, _("the file was changed while it was being read"));
    return err_hint(err, "%s", _("Wait until the copy into this place is finished, then try again."));
}

// ---- The header of the database inside ------------------------------------------------------------

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// *size: page size times page count; 0 when the header does not know (written by SQLite before 3.7).
static bool judge_header(Dpmf *d, const unsigned char *header, size_t n, int64_t *size, Err *err)
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

static bool whole(Dpmf *d, int64_t declared, int64_t there, Err *err)
{
    d->bytes = declared ? declared : there;
    if (there >= declared)
        return true;
    return dpmf_refuse(d, DPMF_SQLITE, err, _("the database is cut: %lld of %lld bytes are there"),
                       (long long)there, (long long)declared);
}

static bool open_raw(Dpmf *d, int fd, Err *err)
{
    unsigned char header[SQLITE_HEADER];
    int64_t declared, there = d->stamp.size;
    size_t n = (size_t)MIN(there, (int64_t)SQLITE_HEADER);
    d->layering = "raw";
    if (!dpmf_pread(fd, header, n, 0))
        return dpmf_refuse_system(d, err, _("cannot read the file"));
    if (!judge_header(d, header, n, &declared, err) || !whole(d, declared, there, err))
        return false;
    d->db = lite_open_fd(fd, d->path, LITE_HOSTILE, ERR_SOURCE, err);
    return d->db || dpmf_refuse_failed(d, DPMF_IO, err);
}

// ---- Plaintext on its way into the nameless file ----------------------------------------------------

typedef struct {
    Dpmf *d;
    const char *folder;
    int fd;
    PlainWriter *writer;
    Inflate *inflate; // NULL: what comes is the database itself
    unsigned char header[SQLITE_HEADER];
    size_t header_n;
    int64_t declared, allowed; // bytes; allowed 0: not known before the header is whole
    int64_t taken;             // bytes of compressed content
    int64_t written, room_at;  // room_at: when to look at the disk again
    bool no_database;          // the header is none
    bool refused;              // d->verdict and err are already those of the refusal
} Plain;

static void plain_end(Plain *p)
{
    inflate_free(p->inflate);
    plain_writer_free(p->writer);
    close_at(&p->fd);
}

static bool check_room(Plain *p, Err *err)
{
    int64_t room = file_free_bytes(p->folder);
    p->room_at = p->written + ROOM_STEP;
    if (room < 0 || room >= (int64_t)ROOM_LEFT + ROOM_STEP)
        return true;
    err_set(err, ERR_INTERNAL, _("the disk of %s is full: %lld MB are free for the unpacked content"), p->folder,
            (long long)room / 1000000);
    err_hint(err, "%s", _("Free space on that disk, or choose another folder with --state-dir or TMPDIR."));
    return dpmf_refuse_folder(p->d, err);
}

// What is no database is counted on instead of written: out of all proportion it is a bomb, and told as one.
static bool put_nothing(Plain *p, Str piece, Err *err)
{
    p->written += (int64_t)piece.len;
    if (p->written < (int64_t)UNKNOWN_SIZE_FLOOR)
        return true;
    if (p->written > UNKNOWN_SIZE_FACTOR * p->d->stamp.size)
        return dpmf_refuse(p->d, DPMF_LIMIT, err,
                           _("more than %d MiB come out of %lld bytes, and no database"),
                           UNKNOWN_SIZE_FLOOR >> 20, (long long)p->d->stamp.size);
    return judge_header(p->d, p->header, p->header_n, &p->declared, err);
}

// A piece of the database: its size is bounded as soon as its header is known.
static bool put_database(Plain *p, Str piece, Err *err)
{
    if (p->header_n < SQLITE_HEADER) {
        size_t n = MIN(piece.len, SQLITE_HEADER - p->header_n);
        memcpy(p->header + p->header_n, piece.at, n);
        p->header_n += n;
        if (p->header_n == SQLITE_HEADER) {
            if (!judge_header(p->d, p->header, p->header_n, &p->declared, err)) {
                if (!p->inflate)
                    return false;
                p->no_database = true;
            }
            int64_t unknown = MAX((int64_t)UNKNOWN_SIZE_FLOOR, p->d->stamp.size * UNKNOWN_SIZE_FACTOR);
            p->allowed = !p->inflate ? p->d->stamp.size : p->declared ? p->declared : unknown;
        }
    }
    if (p->no_database)
        return put_nothing(p, piece, err);
    if (p->allowed && p->written + (int64_t)piece.len > p->allowed)
        return dpmf_refuse(p->d, DPMF_LIMIT, err,
                           _("more than the %lld bytes that the database declares come out of it"),
                           (long long)p->allowed);
    if (p->written >= p->room_at && !check_room(p, err))
        return false;
    p->written += (int64_t)piece.len;
    return plain_write(p->writer, piece, err) || dpmf_refuse_folder(p->d, err);
}

static bool put_inflated(void *arg, Str piece, Err *err)
{
    Plain *p = arg;
    p->refused = !put_database(p, piece, err);
    return !p->refused;
}

static bool refuse_inflate(Plain *p, Err *err)
{
    if (p->refused)
        return false;
    if (p->taken)
        err_wrap(err, _("behind byte %lld"), (long long)p->taken);
    return dpmf_refuse_failed(p->d, err->kind == ERR_STEP ? DPMF_LIMIT : DPMF_ZSTD, err);
}

static bool put(Plain *p, Str piece, Err *err)
{
    if (!p->inflate)
        return put_database(p, piece, err);
    if (!inflate_add(p->inflate, piece, put_inflated, p, err))
        return refuse_inflate(p, err);
    p->taken += (int64_t)piece.len;
    return true;
}

static bool start_plain(Plain *p, Dpmf *d, bool zstd, const char *temp_folder, Err *err)
{
    p->d = d;
    p->folder = temp_folder;
    p->fd = plain_make(temp_folder, err);
    if (p->fd < 0)
        return dpmf_refuse_folder(d, err);
    p->writer = plain_writer_new(p->fd);
    p->inflate = zstd ? inflate_new() : NULL;
    return true;
}

// Everything was put: judges the whole and opens it.
static bool finish_plain(Plain *p, Err *err)
{
    if (p->inflate && !inflate_end(p->inflate, err))
        return refuse_inflate(p, err);
    inflate_free(p->inflate); // up to 128 MiB that the database may want
    p->inflate = NULL;
    int64_t declared = p->declared;
    if ((p->header_n < SQLITE_HEADER || p->no_database) &&
        !judge_header(p->d, p->header, p->header_n, &declared, err))
        return false;
    if (!whole(p->d, declared, p->written, err))
        return false;
    if (!plain_finish(p->writer, err))
        return dpmf_refuse_folder(p->d, err);
    p->d->db = lite_open_fd(p->fd, p->d->path, LITE_HOSTILE, ERR_SOURCE, err);
    return p->d->db || dpmf_refuse_failed(p->d, DPMF_IO, err);
}

// ---- Reading the file through ---------------------------------------------------------------------

// Calls take for each piece of n bytes from an offset.
static bool each_piece(Dpmf *d, int fd, int64_t at, int64_t n, const char *phase,
                       bool (*take)(void *arg, char *bytes, size_t n, Err *err), void *arg, Err *err)
{
    char *bytes = malloc(DPMF_PIECE);
    if (!bytes)
        abort();
    bool ok = true;
    for (int64_t done = 0; ok && done < n;) {
        size_t want = (size_t)MIN(n - done, (int64_t)DPMF_PIECE);
        if (!dpmf_pread(fd, bytes, want, at + done)) {
            ok = errno ? dpmf_refuse_system(d, err, _("cannot read the file")) : dpmf_unchanged(d, err);
            if (ok)
                ok = dpmf_refuse(d, DPMF_IO, err, _("the file ended while it was being read"));
            break;
        }
        if (!cancel_check(err))
            ok = dpmf_refuse_failed(d, DPMF_IO, err);
        ok = ok && take(arg, bytes, want, err);
        done += (int64_t)want;
        dpmf_progress(d, phase, done, n);
    }
    free(bytes);
    return ok;
}

static bool take_zstd(void *arg, char *bytes, size_t n, Err *err)
{
    return put(arg, (Str){bytes, n}, err);
}

static bool open_zstd(Dpmf *d, int fd, const char *temp_folder, Err *err)
{
    AUTO(plain_end) Plain p = {.fd = -1};
    d->layering = "zstd";
    return start_plain(&p, d, true, temp_folder, err) &&
           each_piece(d, fd, 0, d->stamp.size, N_("unpack"), take_zstd, &p, err) && dpmf_unchanged(d, err) &&
           finish_plain(&p, err);
}

typedef struct {
    Dpmf *d;
    GcmOpen *gcm;
    Plain *plain; // NULL: only the tag is of interest
} Decryption;

static bool take_cipher(void *arg, char *bytes, size_t n, Err *err)
{
    Decryption *c = arg;
    if (!gcm_open_add(c->gcm, (Str){bytes, n}, bytes, err))
        return dpmf_refuse_failed(c->d, DPMF_LIMIT, err);
    return !c->plain || put(c->plain, (Str){bytes, n}, err);
}

static bool refuse_tag(Dpmf *d, Err *err)
{
    return dpmf_refuse(d, DPMF_AUTH, err,
                       _("it does not open: the passphrase is wrong, or the file is damaged or cut"));
}

static bool decrypt(Dpmf *d, int fd, const Envelope *e, Str key, Plain *plain, Err *err)
{
    AUTO(gcm_open_free_at) GcmOpen *gcm = gcm_open_new(key, e->iv, e->header, err);
    if (!gcm)
        return dpmf_refuse_failed(d, DPMF_IO, err);
    Decryption c = {d, gcm, plain};
    unsigned char tag[GCM_TAG];
    if (!each_piece(d, fd, e->cipher_at, e->size, plain ? N_("decrypt") : N_("authenticate"), take_cipher, &c,
                    err))
        return false;
    if (!dpmf_pread(fd, tag, sizeof tag, e->cipher_at + e->size))
        return dpmf_refuse_system(d, err, _("cannot read the file"));
    return gcm_open_end(gcm, tag) || refuse_tag(d, err);
}

// Twice through the file: nothing behind the cipher sees a byte before the tag of all of them is verified.
static bool open_encrypted(Dpmf *d, int fd, const Secret *passphrase, const char *temp_folder, Err *err)
{
    Envelope e;
    d->layering = NULL;
    if (!dpmf_read_envelope(d, fd, &e, err))
        return false;
    if (!passphrase || secret_bytes(passphrase).len == 0)
        return dpmf_refuse(d, DPMF_PASSPHRASE, err, _("the file is encrypted and no passphrase was given"));
    if (e.size < 0)
        return refuse_tag(d, err);
    AUTO(secret_free_at) Secret *key = secret_scrypt(passphrase, e.salt, err);
    if (!key)
        return dpmf_refuse_failed(d, DPMF_IO, err);
    if (!decrypt(d, fd, &e, secret_bytes(key), NULL, err))
        return false;
    AUTO(plain_end) Plain p = {.fd = -1};
    return start_plain(&p, d, e.zstd, temp_folder, err) && decrypt(d, fd, &e, secret_bytes(key), &p, err) &&
           dpmf_unchanged(d, err) && finish_plain(&p, err);
}

bool dpmf_peel(Dpmf *d, const Secret *passphrase, const char *temp_folder, Err *err)
{
    AUTO(close_at) int fd = open(d->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return dpmf_refuse_system(d, err, _("cannot open the file"));
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return dpmf_refuse(d, DPMF_IO, err, _("it is not an ordinary file"));
    if (!file_stamp(d->path, &d->stamp, err))
        return dpmf_refuse_failed(d, DPMF_IO, err);
    if (st.st_ino != (ino_t)d->stamp.inode || st.st_dev != (dev_t)d->stamp.device)
        return dpmf_refuse(d, DPMF_IO, err, _("the file was replaced while it was being opened"));
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    char magic[MAGIC] = {0};
    if (!dpmf_pread(fd, magic, (size_t)MIN(d->stamp.size, (int64_t)MAGIC), 0))
        return dpmf_refuse_system(d, err, _("cannot read the file"));
    if (memcmp(magic, "SQLi", MAGIC) == 0)
        return open_raw(d, fd, err);
    if (memcmp(magic, "\x28\xB5\x2F\xFD", MAGIC) == 0)
        return open_zstd(d, fd, temp_folder, err);
    if (memcmp(magic, "DPME", MAGIC) == 0)
        return open_encrypted(d, fd, passphrase, temp_folder, err);
    return dpmf_refuse(d, DPMF_MAGIC, err, _("this is not a DPMF file: it begins like none"));
}

bool dpmf_recognised(const char *path)
{
    AUTO(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char magic[MAGIC];
    return fd >= 0 && dpmf_pread(fd, magic, MAGIC, 0) &&
           (memcmp(magic, "SQLi", MAGIC) == 0 || memcmp(magic, "\x28\xB5\x2F\xFD", MAGIC) == 0 ||
            memcmp(magic, "DPME", MAGIC) == 0);
}

bool dpmf_is_encrypted(const char *path, bool *encrypted, Err *err)
{
    AUTO(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char magic[MAGIC];
    struct stat st;
    if (fd < 0) {
        err_sys(err, ERR_SOURCE, _("cannot open %s"), path);
        return err_hint(err, "%s", _("Check how the file is called, where it is and who may read it."));
    }
    *encrypted = false;
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
        return true; // whoever reads it says so
    if (dpmf_pread(fd, magic, MAGIC, 0))
        *encrypted = memcmp(magic, "DPME", MAGIC) == 0;
    else if (errno) {
        err_sys(err, ERR_SOURCE, _("cannot read %s"), path);
        return err_hint(err, "%s", _("Check the file, its permissions and the disk, then try again."));
    }
    return true;
}
