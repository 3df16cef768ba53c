#!/bin/sh
# Pages of samples: what is told of every row is what the account of the run counts, of an embedded target and of a
# server; and after a change, which rows the run changed.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 25 --seed 6 --dirty 4 source.dpm
mkdir -p clinics/profiles/dentalpin # payments that the mapping leaves out are skipped here, not kept raw
sed '/^otherwise:/d' "$MUDANZA_DATA_DIR/profiles/dentalpin/payment.yaml" >clinics/profiles/dentalpin/payment.yaml
clinic sol "$work/source.dpm"
pg_clinic luz "$work/source.dpm"

# samples NAME ENTITY [changed]
samples() {
    "$TOP_BUILDDIR/tests/support/print_samples" clinics "$@" >out 2>err || complain "print_samples $*"
}
# counted NAME ENTITY: each word of out as often as the account says; written rows by the target alone
counted() {
    "$MUDANZA" report "$1" --format json >report.json 2>err || complain "no report"
    "$python" - "$2" <<'PY' >told || complain "samples of $1 $2 are not its account"
import collections, json, sys
account = next(a for a in json.load(open("report.json"))["accounts"] if a["entity"] == sys.argv[1])
lines = [line.split() for line in open("out")]
exact = collections.Counter(l[2] for l in lines if l[0] == "target")
plain = collections.Counter(l[2] for l in lines if l[0] == "control")
kept_back = account["source"] - sum(exact.values())
print(dict(exact), dict(plain), account)
written = ("inserted", "updated", "unchanged")
if sum(exact[w] for w in written) + exact["raw"] != sum(account[w] for w in written):
    sys.exit("written")
if any(exact[w] != account[w] for w in ("linked", "skipped")) or exact["rejected"] + kept_back != account["rejected"]:
    sys.exit("others")
if exact["pending"] or any(plain[w] != exact[w] for w in ("linked", "skipped", "rejected", "raw")):
    sys.exit("without the target")
PY
}

for name in sol luz; do
    samples "$name" patient
    has out 'lack there is no cache'
    run 3 autopilot "$name" --as-of "$as_of"
    run 0 --json report "$name"
    entities=$(value '" ".join(a["entity"] for a in d["report"]["accounts"] if a["source"] and a["entity"][0] != "_")')
    equal "$(value '[w for w in ("linked", "skipped", "rejected", "raw") if not d["report"]["total"][w]]')" "[]"
    for entity in $entities; do
        samples "$name" "$entity"
        lacks out lack
        cp out "$name.$entity"
        counted "$name" "$entity"
    done
    samples "$name" patient changed
    [ "$(grep -c 'inserted' out)" -gt 10 ] || complain "the first run inserted them all"
done
for entity in $entities; do
    cmp -s "sol.$entity" "luz.$entity" || { diff "sol.$entity" "luz.$entity" >out; complain "$entity: a server tells other things"; }
done

# A preview counts those that link as they were made.
run 0 --json report sol
linked=$(value 'next(a["linked"] for a in d["report"]["accounts"] if a["entity"] == "treatment_catalog_variant")')
run 0 --json preview sol treatment_catalog_variant
equal "$(value 'd["steps"][0]["linked"]')" "$linked"

# One patient is called differently: the run changes that one.
"$python" - source.dpm <<'PY'
import json, os, sqlite3, sys, types
sys.path.insert(0, os.environ["TOP_SRCDIR"] + "/tests/support")
sys.dont_write_bytecode = True
import make_dpmf
db = sqlite3.connect(sys.argv[1])
key, payload = db.execute("SELECT canonical_uuid, payload FROM patient WHERE json_valid(payload) ORDER BY 1 DESC LIMIT 1").fetchone()
payload = json.loads(payload)
payload["given_name"] = "Zoe"
db.execute("UPDATE patient SET payload = ? WHERE canonical_uuid = ?", (json.dumps(payload), key))
digest = make_dpmf.Container._hash(types.SimpleNamespace(db=db))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (digest,))
db.commit()
open("changed.key", "w").write(key)
PY
for name in sol luz; do
    run 3 autopilot "$name" --as-of "$as_of"
    samples "$name" patient changed
    equal "$(grep -c . out)" 1
    has out "target $(cat changed.key) updated"
done
finish
