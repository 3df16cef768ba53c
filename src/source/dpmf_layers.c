#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "source/dpmf_envelope.h"
#include "source/dpmf_unpack.h"

enum { MAGIC = 4 }; // bytes

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

static bool open_raw(Dpmf *d, int fd, Err *err)
{
    unsigned char header[SQLITE_HEADER];
    int64_t declared, there = d->stamp.size;
    size_t n = (size_t)MIN(there, (int64_t)SQLITE_HEADER);
    d->layering = "raw";
    if (!dpmf_pread(fd, header, n, 0))
        return dpmf_refuse_system(d, err, _("cannot read the file"));
    if (!dpmf_judge_header(d, header, n, &declared, err) || !dpmf_whole(d, declared, there, err))
        return false;
    d->db = lite_open_fd(fd, d->path, LITE_HOSTILE, ERR_SOURCE, err);
    return d->db || dpmf_refuse_failed(d, DPMF_IO, err);
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
    return unpacking_put(arg, (Str){bytes, n}, err);
}

static bool open_zstd(Dpmf *d, int fd, const char *temp_folder, Err *err)
{
    AUTO(unpacking_end) Unpacking p = {.fd = -1};
    d->layering = "zstd";
    return unpacking_start(&p, d, true, temp_folder, err) &&
           each_piece(d, fd, 0, d->stamp.size, N_("unpack"), take_zstd, &p, err) && dpmf_unchanged(d, err) &&
           unpacking_finish(&p, err);
}

typedef struct {
    Dpmf *d;
    GcmOpen *gcm;
    Unpacking *plain; // NULL: only the tag is of interest
} Decryption;

static bool take_cipher(void *arg, char *bytes, size_t n, Err *err)
{
    Decryption *c = arg;
    if (!gcm_open_add(c->gcm, (Str){bytes, n}, bytes, err))
        return dpmf_refuse_failed(c->d, DPMF_LIMIT, err);
    return !c->plain || unpacking_put(c->plain, (Str){bytes, n}, err);
}

static bool refuse_tag(Dpmf *d, Err *err)
{
    return dpmf_refuse(d, DPMF_AUTH, err,
                       _("it does not open: the passphrase is wrong, or the file is damaged or cut"));
}

static bool decrypt(Dpmf *d, int fd, const Envelope *e, Str key, Unpacking *plain, Err *err)
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
    AUTO(unpacking_end) Unpacking p = {.fd = -1};
    return unpacking_start(&p, d, e.zstd, temp_folder, err) && decrypt(d, fd, &e, secret_bytes(key), &p, err) &&
           dpmf_unchanged(d, err) && unpacking_finish(&p, err);
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
