# What the tests that move a clinic share. Sourced after tests/cli/lib.sh.
umask 077
mkdir clinics
support=$TOP_SRCDIR/tests/support
as_of=2026-11-01T00:00:00Z

# needs_python MODULE...: sets python to one that has them all; without one the test is skipped.
needs_python() {
    for python in python3 /usr/bin/python3 ''; do
        [ -n "$python" ] || { echo "no python3 has all of: $*"; exit 77; }
        "$python" -c "$(printf 'import %s\n' "$@")" 2>/dev/null && return
    done
}

# clinic_file FLAG...: a source file of invented data. Its own account of it goes to made.json.
clinic_file() {
    "$python" "$support/make_dpmf.py" "$@" >"$work/made.json" || { echo "make_dpmf.py failed"; exit 99; }
}

# clinic NAME SOURCE [LINE...]: a clinic of this workspace that rehearses against its own database. LINEs
# are added below source:.
clinic() {
    clinic_name=$1
    clinic_source=$2
    shift 2
    mkdir "clinics/$clinic_name"
    {
        printf 'version: 1\nprofile: dentalpin\nsource:\n  path: "%s"\n' "$clinic_source"
        [ "$#" -eq 0 ] || printf '  %s\n' "$@"
        printf 'target:\n  env: DEV\n  type: sqlite\n'
        printf 'policy:\n  unreviewed: proposed\n'
        printf 'settings:\n  secret: 6d7564616e7a6120746573747320736563726574206f6620696e76656e746564\n'
    } >"clinics/$clinic_name/config.yaml"
    printf 'pipeline: auto\n' >"clinics/$clinic_name/commands.yaml"
}

# rows_of NAME: every row the clinic's target has, as text.
rows_of() {
    "$python" "$support/target_rows.py" "clinics/$1/state/target.db"
}

# balances NAME: the account of its last run ends without a lost row.
balances() {
    "$MUDANZA" report "$1" --format text >"$work/out" 2>"$work/err" || complain "no report of $1"
    grep -qx 'LOST 0' "$work/out" || complain "the account of $1 does not end with LOST 0"
}

# wait_until COMMAND...: until it succeeds, for at most 20 seconds.
wait_until() {
    waited_until=$(($(date +%s) + 120))
    until "$@"; do
        [ "$(date +%s)" -lt "$waited_until" ] || { complain "in vain waited for: $*"; return 1; }
        sleep 0.02
    done
}
