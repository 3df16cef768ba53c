#include "tests/fuzz/input_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_DISK "/dev/shm"

static char folder[64], path[80], temp[80];
static int file = -1, next_descriptor;

static void remove_folder(void)
{
    DIR *names = opendir(folder);
    for (struct dirent *e; names && (e = readdir(names));) {
        char each[sizeof folder + sizeof e->d_name];
        snprintf(each, sizeof each, "%s/%s", folder, e->d_name);
        unlink(each);
    }
    if (names)
        closedir(names);
    rmdir(temp);
    rmdir(folder);
}

static int lowest_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return fd;
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/mudanza-fuzz-XXXXXX",
             access(MEMORY_DISK, W_OK) ? "/tmp" : MEMORY_DISK);
    PROMISE(mkdtemp(folder));
    atexit(remove_folder);
    snprintf(path, sizeof path, "%s/input", folder);
    snprintf(temp, sizeof temp, "%s/temp", folder);
    PROMISE(mkdir(temp, 0700) == 0);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    PROMISE(file >= 0);
}

static void put(const void *bytes, size_t n, off_t at)
{
    PROMISE(pwrite(file, bytes, n, at) == (ssize_t)n);
}

const char *input_file(Str start, const uint8_t *data, size_t size)
{
    if (file < 0)
        make_folder();
    next_descriptor = lowest_descriptor();
    PROMISE(ftruncate(file, 0) == 0);
    put(start.at, start.len, 0);
    if (size > start.len)
        put(data + start.len, size - start.len, (off_t)start.len);
    return path;
}

const char *input_temp_folder(void)
{
    return temp;
}

void input_judge_order(void)
{
    size_t entries = 0;
    DIR *names = opendir(temp);
    while (readdir(names))
        entries++;
    closedir(names);
    PROMISE(entries == 2); // "." and ".."
    PROMISE(lowest_descriptor() == next_descriptor);
}
