#!/bin/bash
# What files_receive.sh does, into PostgreSQL: a run that takes the clinic's lock ends the server's session, which the
# server opens again.
FILES_PG=1
. "$TOP_SRCDIR/tests/cli/files_receive.sh"
