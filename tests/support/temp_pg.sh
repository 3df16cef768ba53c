# A private PostgreSQL 15 for one test, gone when the test ends. To be sourced:
#
#   . "$TOP_SRCDIR/tests/support/temp_pg.sh"
#   temp_pg_start            # exit 77 with the reason when it cannot be had
#   psql -d clinic           # PGHOST and PGUSER point at the server; the database "clinic" is empty
#
# It listens on a socket in its own folder only, trusts who can reach it, and does not wait for the disk.
# TEMP_PG_OPTIONS has more options of the server (-c name=value). The caller's EXIT trap must call temp_pg_stop.

temp_pg_folder=

# The server refuses to run as root: it then runs as "postgres", or "nobody" where that does not exist.
temp_pg_as() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        runuser -u postgres -- "$@"
    else
        runuser -u nobody -- "$@"
    fi
}

temp_pg_start() {
    temp_pg_bin=/usr/lib/postgresql/15/bin
    if ! [ -x "$temp_pg_bin/initdb" ]; then
        echo "PostgreSQL 15 is not installed ($temp_pg_bin/initdb)"
        exit 77
    fi
    PATH=$temp_pg_bin:$PATH # the psql in /usr/bin is a script that looks for the server's version first
    # A socket's path holds at most 107 bytes: not under the build folder, which may be deep.
    temp_pg_folder=$(mktemp -d /tmp/mudanza-pg.XXXXXX)
    chmod 755 "$temp_pg_folder"
    mkdir "$temp_pg_folder/own"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$temp_pg_folder/own"
    fi
    (
        cd "$temp_pg_folder"
        temp_pg_as "$temp_pg_bin/initdb" --pgdata=own/data --username=mudanza --auth=trust --no-sync \
            --encoding=UTF8 --locale=C.UTF-8 >initdb.log 2>&1 || { cat initdb.log; exit 1; }
    )
    temp_pg_again
    # Whatever the caller's environment says of another server must not reach this one.
    unset PGDATABASE PGSERVICE PGPORT PGPASSWORD PGOPTIONS PGHOSTADDR
    PGHOST=$temp_pg_folder/own
    PGUSER=mudanza
    export PGHOST PGUSER
    psql -q -X -d postgres -c 'CREATE DATABASE clinic'
}

# Starts it, also after temp_pg_crash. -w returns when it answers; its child must not hold the test's output open.
temp_pg_again() {
    (
        cd "$temp_pg_folder"
        temp_pg_as "$temp_pg_bin/pg_ctl" --pgdata=own/data --log=own/server.log -w start -o \
            "-c listen_addresses= -c unix_socket_directories=$temp_pg_folder/own -c unix_socket_permissions=0777 \
             -c fsync=off -c synchronous_commit=off -c full_page_writes=off ${TEMP_PG_OPTIONS-}" >start.log 2>&1 </dev/null ||
            { cat start.log own/server.log; exit 1; }
    )
}

# Ends it at once, with every session; with synchronous_commit=on, what was committed is there when it starts again.
temp_pg_crash() {
    (
        cd "$temp_pg_folder"
        temp_pg_as "$temp_pg_bin/pg_ctl" --pgdata=own/data -m immediate -w stop >stop.log 2>&1
    )
}

# Harmless when nothing was started.
temp_pg_stop() {
    [ -n "$temp_pg_folder" ] || return 0
    temp_pg_crash || true
    rm -rf "$temp_pg_folder"
    temp_pg_folder=
}
