#include "tests/support/temp_pg.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/pg.h"

// Each test is a process of its own, a child of the program: its pid is what they have in common. The
// server's folder stands in a file by that name; a process waits for the program's end, then stops the
// server.
static const char start_script[] =
    ". \"$TOP_SRCDIR/tests/support/temp_pg.sh\"; temp_pg_start >&2; printf '%s' \"$PGHOST\" >\"$2\";"
    "(tail --pid=\"$1\" -f /dev/null; rm -f \"$2\"; temp_pg_stop) >/dev/null 2>&1 </dev/null 9>&- &";

static int start_server(const char *program, const char *note)
{
    pid_t child = fork();
    if (child == 0) {
        const char *top = getenv("TOP_SRCDIR");
        if (!top)
            setenv("TOP_SRCDIR", ".", 1);
        execl("/bin/sh", "sh", "-c", start_script, "sh", program, note, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static const char *find_server(Arena *a)
{
    char host[128] = "";
    const char *program = arena_text(a, "%d", (int)getppid());
    const char *note = arena_text(a, "/tmp/mudanza-unit-pg.%s", program);
    int fd = open(note, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0, "%s", note);
    if (read(fd, host, sizeof host - 1) == 0) {
        int code = start_server(program, note);
        if (code == 77)
            unlink(note);
        if (code == 77)
            cr_skip_test("PostgreSQL 15 is not installed");
        cr_assert_eq(code, 0, "the server did not start");
        cr_assert(pread(fd, host, sizeof host - 1, 0) > 0);
    }
    close(fd);
    return arena_text(a, "%s", host);
}

const char *temp_pg_database(Arena *a)
{
    Err err = {0};
    static int made; // by this process, which is one test
    const char *host = find_server(a);
    const char *name = arena_text(a, "t%d_%d", (int)getpid(), ++made);
    PgOptions o = {.conninfo = arena_text(a, "host='%s' user='mudanza' dbname='postgres'", host)};
    AUTO(pg_close_at) Pg *pg = pg_open(&o, &err);
    cr_assert(pg, "%s", err.text);
    cr_assert(pg_execf(pg, &err, "CREATE DATABASE %s", name), "%s", err.text);
    return arena_text(a, "host='%s' user='mudanza' dbname='%s'", host, name);
}
