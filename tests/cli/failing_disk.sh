#!/bin/bash
# The disk gives up under a run, at any of its files: it is full, can only be read, or fails, from the first or a later
# write on. The error says which file and why, the exit code is the one of its kind, nothing is half done, and
# afterwards the run ends as if nothing had been.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
if ! strace -f -o trace true 2>/dev/null; then
    echo "no strace, or it may not trace here"
    exit 77
fi
filter=
! strace --seccomp-bpf -f -o trace true 2>/dev/null || filter=--seccomp-bpf # stops at these calls alone
clinic_file --patients 15 --seed 9 --dirty 3 source.dpm
# traced NAME FLAG...: a run under strace; its exit code in got
traced() {
    name=$1
    shift
    (ASAN_OPTIONS=detect_leaks=0 exec strace -f $filter -o trace "$@" \
        "$MUDANZA" -C "$work/clinics" autopilot "$name" --as-of "$as_of") >out 2>err </dev/null
    got=$?
    [ "$got" -eq "$code" ] || complain "$what: exit $got, not $code"
}
what=undisturbed code=3
clinic calm "$work/source.dpm"
traced calm -e trace=rename
cp trace calm.trace
rows_of calm >calm.rows
# ends_well NAME: it is gone on with, by nobody special
ends_well() {
    left=$(find "clinics/$1/state" -name 'cache.db.new*' -o -name 'report*.??????' -o -name '*.json.new')
    [ -z "$left" ] || complain "$1: left behind $left"
    run 3 resume "$1" --as-of "$as_of"
    balances "$1"
    rows_of "$1" >rows
    cmp -s calm.rows rows || complain "$1: other rows"
}

# says_why FILE ERROR: what was told of it
says_why() {
    case $2 in
    ENOSPC) grep -Eq 'full|No space left' err || complain "$what: the error does not say why" ;;
    EROFS) has err 'Read-only file system' ;;
    EIO) has err 'Input/output error' ;;
    esac
    has err hint
    has err "$1"
    lacks err source.dpm
}

n=0
while read -r file when error code; do
    n=$((n + 1))
    clinic "disk$n" "$work/source.dpm"
    what="$file, $error from write $when on"
    traced "disk$n" -P "$work/clinics/disk$n/state/$file" -e trace=write,pwrite64,fsync,fdatasync,ftruncate \
        -e "inject=write,pwrite64,fsync,fdatasync,ftruncate:error=$error:when=$when+"
    grep -q INJECTED trace || complain "$what: nothing was refused, which shows nothing"
    [ "$code" -eq 3 ] || says_why "$(basename "${file%-wal}")" "$error"
    ends_well "disk$n"
done <<END
cache.db.new 1 EROFS 1
cache.db.new 9 ENOSPC 1
control.db 1 EROFS 1
control.db-wal 9 EROFS 1
control.db-wal 60 ENOSPC 1
target.db-wal 1 EROFS 7
target.db-wal 120 EIO 7
runs/000001/events.ndjson 1 EROFS 1
runs/000001/events.ndjson 30 ENOSPC 1
runs/000001/rejects.ndjson 1 ENOSPC 1
status.json.new 1 ENOSPC 3
END

# The report, which gets its name when it is whole: everything is written, and the run says what is not. Whoever
# looks next writes it.
nth=$(awk 'NR == 1 { own = $1 } $1 == own && /rename\(/ { n++ } /report\.json/ { print n; exit }' calm.trace)
what="report.json, rename $nth" code=1
clinic paper "$work/source.dpm"
traced paper -e trace=rename -e "inject=rename:error=ENOSPC:when=$nth"
grep -q 'report\.json.*INJECTED' trace || complain "$what: it was not the report"
says_why report.json ENOSPC
left=$(find clinics/paper/state/runs -name 'report.json*')
[ -z "$left" ] || complain "$what: left behind $left"
tail -n 1 clinics/paper/state/runs/000001/events.ndjson >out
has out '"type":"run.end"'
has out '"exit":1,'
has out report.json
rows_of paper >rows
cmp -s calm.rows rows || complain "$what: other rows"
run 0 runs paper --json
equal "$(value '[(r["status"], r["exit"]) for r in d["runs"]]')" "[('failed', 1)]"
balances paper
[ -s clinics/paper/state/runs/000001/report.json ] || complain "who looked did not write the report"
ends_well paper
finish
