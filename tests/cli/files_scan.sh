#!/bin/bash
# The list of files: staged with a run, found in a folder whatever lies in it, stored once, rolled back.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 40 --seed 3 --binaries bin plain.dpm
# Of the list: one line without a digest, one with nonsense for it, one in capitals, one more for the same bytes, hostile
# paths, one whose row nobody imported, one that hangs on something else.
"$python" - bin >sql <<'PY'
import sqlite3
rows = sqlite3.connect("plain.dpm").execute("SELECT canonical_uuid, sha256, parent_canonical_uuid FROM _files ORDER BY 1").fetchall()
k = [r[0] for r in rows]
print("UPDATE _files SET sha256 = NULL WHERE canonical_uuid IN ('%s', '%s');" % (k[0], k[1]))
print("UPDATE _files SET declared_size_bytes = declared_size_bytes + 1 WHERE canonical_uuid = '%s';" % k[1])
print("UPDATE _files SET sha256 = 'nonsense', declared_size_bytes = NULL WHERE canonical_uuid = '%s';" % k[2])
print("UPDATE _files SET sha256 = upper(sha256), relative_path = '/etc/passwd' WHERE canonical_uuid = '%s';" % k[3])
print("UPDATE _files SET relative_path = '../../../../tmp/x.pdf' WHERE canonical_uuid = '%s';" % k[4])
print("UPDATE _files SET parent_canonical_uuid = 'nobody' WHERE canonical_uuid = '%s';" % k[5])
print("UPDATE _files SET parent_entity_type = 'consent' WHERE canonical_uuid = '%s';" % k[6])
print("INSERT INTO _files SELECT 'twin', parent_entity_type, '%s', 'other/place.jpg', declared_size_bytes, sha256, mime_hint"
      " FROM _files WHERE canonical_uuid = '%s';" % (rows[8][2], k[7]))
PY
"$python" "$support/change_dpmf.py" plain.dpm source.dpm "$(cat sql)"
lines=$(sqlite3 source.dpm 'SELECT count(*) FROM _files')
clinic sol "$work/source.dpm"
target=clinics/sol/state/target.db
storage=clinics/sol/state/files
sql() { sqlite3 "$target" "$1"; }

run 0 files status sol
run 7 files scan sol bin
run 0 autopilot sol --as-of "$as_of"
balances sol
has out '_files'
equal "$(sql 'SELECT count(*) FROM mudanza_file_stagings')" "$lines"
equal "$(sql "SELECT count(*) FROM mudanza_file_stagings WHERE status = 'missing'")" 3
equal "$(sql "SELECT count(*) FROM mudanza_file_stagings WHERE job_id IS NULL")" 0
run 0 --json warnings list sol --code 'file.*' -v
equal "$(value 'sorted(w["code"] for w in d["warnings"])')" "['file.sha256_invalid', 'file.sha256_missing', 'file.sha256_missing']"

# A run of something else leaves the list done.
run 0 run sol patient
run 0 --json plan sol
equal "$(value '[s["status"] for s in d["steps"] if s["step"] == "_files/insert"]')" "['done']"

# A folder with more than files.
mkdir bin/deep "bin/$(printf 'caf\351')"
mkfifo bin/pipe
ln -s /etc bin/outside
ln -s .. bin/deep/loop
echo foreign >"bin/$(printf 'caf\351')/note.txt"
run 0 --json files scan sol bin
document files.scan
equal "$(value '{k: d["folder_files"][k] for k in ("links", "others", "unknown", "differ", "changed")}')" \
    "{'links': 2, 'others': 1, 'unknown': 3, 'differ': 2, 'changed': 0}"
equal "$(value 'd["listed_files"]["received"], d["listed_files"]["by_path"], d["listed_files"]["waiting"], d["listed_files"]["missing"], d["refusal"]')" \
    "($((lines - 4)), 1, 2, 4, None)"
equal "$(sql 'SELECT count(*) FROM documents')" $((lines - 4))
equal "$(sql "SELECT count(*) FROM mudanza_file_stagings WHERE matched_by = 'path_size'")" 1
equal "$(sql "SELECT title FROM documents d JOIN mudanza_file_stagings s ON s.resolved_document_id = d.id WHERE s.relative_path = '/etc/passwd'")" passwd
equal "$(sql 'SELECT count(*) FROM documents d JOIN patients p ON p.id = d.patient_id WHERE d.clinic_id = p.clinic_id')" $((lines - 4))
equal "$(sql "SELECT group_concat(DISTINCT mime_type) LIKE '%octet%' FROM documents WHERE title LIKE '%.pdf'")" 0

# Each content once, each row its name, nothing anywhere else, every byte right.
"$python" - "$target" "$storage" >out 2>err <<'PY' || complain "the storage is not as it should be"
import hashlib, os, sqlite3, sys
db, root = sqlite3.connect(sys.argv[1]), sys.argv[2]
paths = dict(db.execute("SELECT d.storage_path, r.sha256 FROM documents d JOIN mudanza_file_receipts r ON r.document_id = d.id"))
sizes = dict(db.execute("SELECT storage_path, file_size FROM documents"))
found, blobs = {}, {}
for folder, _, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        assert os.path.isfile(path) and not os.path.islink(path), path
        rel = os.path.relpath(path, root)
        digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
        if rel.startswith(".blobs/"):
            assert os.path.basename(rel) == digest and rel.split("/")[1] == digest[:2], rel
            blobs[digest] = os.stat(path).st_ino
        else:
            found[rel] = (digest, os.stat(path).st_ino, os.stat(path).st_size)
assert set(found) == set(paths), set(found) ^ set(paths)
for rel, (digest, inode, size) in found.items():
    assert paths[rel] == digest and blobs[digest] == inode and sizes[rel] == size, rel
PY

# Again: nothing. A run beside it: nothing. What was not mapped comes when it is.
run 0 --json files scan sol bin
equal "$(value 'd["listed_files"]["received"], d["listed_files"]["received_before"]')" "(0, $((lines - 4)))"
run 0 autopilot sol
has out 'nothing to do'
run 0 --json files status sol --rows 10
document files.status
equal "$(value 'd["files"], d["with_sha256"], d["received"], d["by_path"], d["missing"], d["unmapped"], sorted(f["why"] for f in d["not_received"])')" \
    "($lines, $((lines - 3)), $((lines - 4)), 1, 4, 2, ['no_sha256', 'no_sha256', 'unmapped', 'unmapped'])"
equal "$(value 'sorted(p["parent"] for p in d["parents"])')" "['consent', 'patient_document']"

# Taken back alone: the list is as before, and what is stored comes back without the folder.
confirm() { "$MUDANZA" rollback "$@" --plan --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["confirm"])'; }
run 0 rollback sol 1 _files/scan --confirm "$(confirm sol 1 _files/scan)"
equal "$(sql "SELECT count(*) FROM documents")" 0
equal "$(sql "SELECT count(*) FROM mudanza_file_stagings WHERE status = 'received'")" 0
mkdir nothing
run 0 --json files scan sol nothing
equal "$(value 'd["listed_files"]["from_storage"] == d["listed_files"]["received"] > 0')" True
# With the run: all of it.
run 0 rollback sol 1 --confirm "$(confirm sol 1)"
equal "$(sql 'SELECT count(*) FROM documents') $(sql 'SELECT count(*) FROM mudanza_file_stagings') $(sql 'SELECT count(*) FROM patients')" "0 0 0"

# A storage folder with a link in it leads nowhere else.
run 0 autopilot sol --as-of "$as_of"
rm -rf "$storage"
mkdir "$storage" elsewhere
ln -s "$work/elsewhere" "$storage/$(sql 'SELECT id FROM clinics')"
run 4 files scan sol bin
[ -z "$(ls elsewhere)" ] || complain "something was written outside the storage"
equal "$(sql 'SELECT count(*) FROM documents')" 0

run 2 files scan sol bin --read-only
run 6 files scan sol no-such-folder
finish
