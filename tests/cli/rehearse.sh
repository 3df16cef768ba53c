#!/bin/bash
# A rehearsal writes with the real statements and leaves nothing behind; the run that follows has the same account
# and the same rejects. REHEARSE_TARGETS: only these kinds ("sqlite").
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 60 --seed 5 --dirt 2 source.dpm

# rows NAME: all of the target's, as text
rows() {
    case $1 in
    postgres*) pg_dump --data-only --inserts -d "$1" 2>pg_dump.said | grep -v -e '^--' -e '^SET' -e setval -e '^[\\]' | LC_ALL=C sort ;;
    *) "$python" -c 'import sqlite3, sys
print("\n".join(sorted(sqlite3.connect(sys.argv[1]).iterdump())))' "clinics/$1/state/target.db" ;;
    esac
}
accounts() {
    run 0 --json report "$1"
    value '[[a[k] for k in ("entity", "source", "inserted", "updated", "unchanged", "skipped", "rejected", "lost")]
        for a in d["report"]["accounts"]]'
    value 'sorted(map(str, d["report"]["rejects"]))' 2>/dev/null
}

for kind in ${REHEARSE_TARGETS:-sqlite postgres}; do
    kind=${kind}_clinic
    case $kind in
    postgres*) pg_clinic "$kind" "$work/source.dpm" ;;
    *) clinic "$kind" "$work/source.dpm" ;;
    esac
    run 0 preview "$kind" --as-of "$as_of" # makes the embedded target
    rows "$kind" >before.rows

    run 3 rehearse "$kind" --as-of "$as_of"
    has out "rolled back"
    has out "mudanza autopilot $kind"
    lacks out "rejects retry"
    accounts "$kind" >rehearsed
    rows "$kind" >after.rows
    diff before.rows after.rows >difference || complain "$kind: the rehearsal left something"
    run 0 --json status "$kind"
    lacks out '"step":"patient/insert","status":"done"'

    run 3 rehearse "$kind" patient appointment --limit 5 --as-of "$as_of"
    rows "$kind" >after.rows
    diff before.rows after.rows >difference || complain "$kind: the small rehearsal left something"
    run 0 --json report "$kind"
    equal "$(value '[a["inserted"] for a in d["report"]["accounts"] if a["entity"] == "patient"]')" "[5]"
    equal "$(value 'all(0 < a["inserted"] <= 5 for a in d["report"]["accounts"] if a["entity"] == "appointment")')" True
    lacks out target.foreign_key

    run 3 autopilot "$kind" --as-of "$as_of"
    accounts "$kind" >ran
    diff rehearsed ran >difference || { complain "$kind: the run is not as rehearsed"; cat difference; }
    balances "$kind"

    # What is done is left alone by a rehearsal as by a run.
    rows "$kind" >before.rows
    run 3 rehearse "$kind" --as-of "$as_of"
    rows "$kind" >after.rows
    diff before.rows after.rows >difference || complain "$kind: the second rehearsal left something"

    sed -i 's/env: DEV/env: PROD/' "clinics/$kind/config.yaml"
    run 8 rehearse "$kind" --as-of "$as_of"
    has err rehearse_in_prod
    sed -i '/^policy:/a\  rehearse_in_prod: true' "clinics/$kind/config.yaml"
    run 3 rehearse "$kind" --as-of "$as_of"
done
finish
