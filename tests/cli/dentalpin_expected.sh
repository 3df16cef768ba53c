#!/bin/sh
# A clinic becomes what the application's own importer makes of it, but for the differences that are meant: the same
# one in each layering, one with all kinds of records, and a damaged one, of which nothing is lost.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 cryptography zstandard
fixtures=$TOP_SRCDIR/tests/fixtures
as_of=2026-11-21T12:00:00Z

# expected CLINIC NAME: the clinic is what expected_NAME.json says.
expected() {
    balances "$1"
    "$python" "$support/judge_expected.py" "$fixtures/expected_$2.json" "${3:-$fixtures/dentalpin_differences.tsv}" \
        "$TOP_SRCDIR/man/mudanza-dentalpin.7" "clinics/$1/state" >judged
}

PHRASE='contraseña-ñandú-🦷'
export PHRASE
printf '%s' "$PHRASE" >phrase
"$python" - "$support" "$fixtures/dpmf/fake_clinica.dpm.zst" <<'END' || complain "the layers cannot be made"
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import make_dpmf, zstandard
with open(sys.argv[2], "rb") as packed, open("fake.raw", "wb") as raw:
    zstandard.ZstdDecompressor().copy_stream(packed, raw)
Path("fake.zstd").write_bytes(Path(sys.argv[2]).read_bytes())
for inner, name in (("raw", "fake.enc"), ("zstd", "fake.both")):
    make_dpmf.encrypt(Path("fake." + inner), Path(name), inner, os.environ["PHRASE"], None)
END
clinic raw "$work/fake.raw"
clinic zstd "$work/fake.zstd"
clinic enc "$work/fake.enc" "passphrase: \${file:$work/phrase}"
clinic both "$work/fake.both" "passphrase: \${file:$work/phrase}"
for name in raw zstd enc both; do
    run 0 autopilot "$name" --as-of "$as_of"
    expected "$name" fake_clinica || { cat judged >out; complain "$name is otherwise"; }
done

# The judge itself: without the list every difference is told.
sed -n '/^clinic/p' "$fixtures/dentalpin_differences.tsv" >none.tsv
! expected raw fake_clinica none.tsv || complain "differences that are not listed pass"
has judged 'treatment_plans.plan_number'

clinic_file --patients 100 --seed 7 clinic100.dpm
clinic clinic100 "$work/clinic100.dpm"
run 0 autopilot clinic100 --as-of "$as_of"
expected clinic100 clinic100 || { cat judged >out; complain "clinic100 is otherwise"; }

# What is kept raw can be used later: the target knows the records it names, but for those left out on purpose.
"$python" - clinics/clinic100/state "$work/clinic100.dpm" >out <<'END' || complain "raw rows name records without rows"
import json, sqlite3, sys
target = sqlite3.connect(f"file:{sys.argv[1]}/target.db?mode=ro", uri=True)
source = sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True)
cache = sqlite3.connect(f"file:{sys.argv[1]}/cache.db?mode=ro", uri=True)
known = {key for (key,) in target.execute("SELECT key FROM mudanza_entity_mappings UNION SELECT key FROM mudanza_raw_entities")}
known |= {key for (key,) in cache.execute("SELECT key FROM _skips")} # left out on purpose
named = lost = 0
for (entity,) in target.execute("SELECT DISTINCT e.name FROM mudanza_raw_entities r JOIN mudanza_entities e ON e.id = r.entity"):
    for (payload,) in source.execute(f'SELECT payload FROM "{entity}"'):
        for field, value in json.loads(payload).items():
            if field.endswith("_uuid") and value:
                named += 1
                lost += value not in known
print(named, "named,", lost, "unknown")
sys.exit(named < 1000 or lost > 0)
END

clinic_file --patients 300 --seed 3 --dirty 3 --truth truth.tsv dirty300.dpm
clinic dirty300 "$work/dirty300.dpm"
run 3 autopilot dirty300 --as-of "$as_of"
balances dirty300
"$python" "$support/judge_dirt.py" "$fixtures/dirty300.expected.tsv" truth.tsv dirty300.dpm clinics/dirty300/state >out ||
    complain "damaged rows ended otherwise"
finish
