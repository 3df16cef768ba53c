#!/bin/bash
# Files over HTTP: eight senders at a time, good and bad, half of the files already found by a scan; a server that is
# killed; answers one by one.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
command -v curl >/dev/null || { echo "curl is not installed"; exit 77; }
needs_python sqlite3
server=
if [ -n "${FILES_PG-}" ]; then
    . "$support/pg_clinic.sh"
    pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
    trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; temp_pg_stop; rm -rf "$work"' EXIT
else
    trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$work"' EXIT
fi
clinic_file --patients 60 --seed 4 --binaries bin source.dpm
# Two rows for one content: each is served. One that hangs on nothing: it waits.
printf orphan >orphan
"$python" "$support/change_dpmf.py" source.dpm twins.dpm "INSERT INTO _files SELECT 'twin-' || canonical_uuid, parent_entity_type,
 parent_canonical_uuid, 'again/' || relative_path, declared_size_bytes, sha256, mime_hint FROM _files ORDER BY canonical_uuid LIMIT 5;
 INSERT INTO _files VALUES('orphan', 'patient_document', 'nobody', 'orphan', 6, '$(sha256sum orphan | cut -d' ' -f1)', NULL)"
storage=clinics/sol/state/files
if [ -n "${FILES_PG-}" ]; then
    pg_clinic sol "$work/twins.dpm"
    sql() { pg_value sol "$(printf '%s' "$1" | sed 's/mudanza_/mudanza./g')"; }
else
    clinic sol "$work/twins.dpm"
    sql() { sqlite3 -cmd '.timeout 20000' clinics/sol/state/target.db "$1"; }
fi
token=0123456789abcdef0123456789abcdef
printf '%s\n' "$token" >token

listens() { grep -q listening server.err; }
serve() {
    "$MUDANZA" files receive sol --listen 127.0.0.1:0 --token-file "$work/token" "$@" >server.out 2>server.err </dev/null &
    server=$!
    wait_until listens || { cat server.err; exit 1; }
    url=$(sed -n 's/.*listening on //p' server.err)
}
# ends CODE: the server is told to end
ends() {
    kill -TERM "$server"
    wait "$server"
    equal "$?" "$1"
    server=
}
# post CODE FILE SHA [CURL...]: one file, as curl sends it
post() {
    post_code=$1 post_file=$2 post_sha=$3
    shift 3
    post_got=$(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $token" -F "file=@$post_file" -F "sha256=$post_sha" "$@" "$place")
    [ "$post_got" = "$post_code" ] || complain "$place $*: $post_got, not $post_code: $(cat answer)"
}
sha_of() { sha256sum "$1" | cut -d' ' -f1; }

run 5 files receive sol --listen 127.0.0.1:0
has err 'token'
printf short >short
run 5 files receive sol --listen 127.0.0.1:0 --token-file "$work/short"
run 2 files receive sol --listen nonsense: --token-file "$work/token"
run 2 files receive sol --tls-cert "$work/token" --token-file "$work/token"
[ -n "${FILES_PG-}" ] || run 7 files receive sol --listen 127.0.0.1:0 --token-file "$work/token"
one=$(find bin -type f | sort | head -1)
run 0 autopilot sol --as-of "$as_of"
lines=$(sql 'SELECT count(*) FROM mudanza_files')
serve --uploads 4 --max-mb 3
place=$url/jobs/current/binaries
post 201 "$one" "$(sha_of "$one")"
grep -q '"status":"received"' answer && grep -q '"data":{"staging_id"' answer || complain "$(cat answer)"
post 201 "$one" "$(sha_of "$one" | tr a-f A-F)"
grep -q '"status":"already_received"' answer || complain "$(cat answer)"
post 400 /etc/passwd "$(sha_of "$one")"
post 404 /etc/passwd "$(sha_of /etc/passwd)"
post 422 "$one" not-a-digest
post 409 orphan "$(sha_of orphan)"
equal "$(curl -s -o answer -w '%{http_code}' -H 'Authorization: Bearer wrong' -F "file=@$one" -F "sha256=$(sha_of "$one")" "$place")" 401
equal "$(curl -s -o answer -w '%{http_code}' -F "file=@$one" -F "sha256=$(sha_of "$one")" "$place")" 401
job=$(sql 'SELECT max(job) FROM mudanza_jobs')
place=$url/api/v1/migration_import/jobs/$job/binaries
post 201 "$one" "$(sha_of "$one")"
place=$url/jobs/$(sql "SELECT id FROM mudanza_jobs WHERE job = $job")/binaries
post 201 "$one" "$(sha_of "$one")"
place=$url/jobs/999999/binaries
post 404 "$one" "$(sha_of "$one")"
place=$url/jobs/../../etc/binaries
post 404 "$one" "$(sha_of "$one")" --path-as-is
place=$url/jobs/current/binaries
head -c 4000000 /dev/zero >large
post 413 large "$(sha_of large)"
equal "$(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $token" -F "sha256=$(sha_of "$one")" "$place")" 422
equal "$(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $token" "$place")" 405
# Five gigabytes are refused before they are sent.
equal "$("$python" - "$url" "$token" <<'PY'
import socket, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
with socket.create_connection((url.hostname, url.port), timeout=60) as s:
    s.sendall(("POST /jobs/current/binaries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\n"
               "Content-Length: 5368709120\r\n\r\n--b\r\n" % sys.argv[2]).encode())
    print(s.recv(4096).split()[1].decode())
PY
)" 413
ends 0
lacks server.out "$(sha_of "$one")"
lacks server.out "$token"
has server.out 'received: 1 files'

# A disk without room for it: said so, and nothing of it stays. A limit beyond all numbers is none.
blobs=$(find "$storage" -type f | wc -l)
ulimit -S -f 1024
serve --max-mb 8796093022208
ulimit -S -f unlimited
place=$url/jobs/current/binaries
post 507 large "$(sha_of large)"
ends 0
equal "$(find "$storage" -type f | wc -l)" "$blobs"

# Half by scan, half by eight senders; the server is killed in between, and comes back.
mkdir half
find bin -type f | sort | awk 'NR % 2' | while read -r file; do cp "$file" "half/$(basename "$file")"; done
run 0 files scan sol half
mapfile -t all < <(find bin -type f | sort)
serve --uploads 4
"$python" "$support/send_files.py" "$url" "$token" 8 "${all[@]:0:20}" >first 2>/dev/null &
sender=$!
wait_until grep -q received server.out
kill -9 "$server"
wait "$server" 2>/dev/null
server=
wait "$sender"
serve --uploads 4
"$python" "$support/send_files.py" "$url" "$token" 8 "${all[@]}" >sent 2>err || complain "the senders failed"
ends 0
cp sent out
equal "$(value 'sum(n for k, n in d.items() if k.startswith("right 201"))')" "${#all[@]}"
equal "$(value 'sorted({k for k in d if not k.startswith(("right 201", "again 503"))}) == ["climbs 404", "cut", "unknown 404", "wrong 400"]')" True
run 0 --json files status sol
equal "$(value 'd["missing"], d["received"]')" "(1, $((lines - 1)))"
equal "$(sql 'SELECT count(*) FROM documents') $(sql 'SELECT count(DISTINCT storage_path) FROM documents')" "$((lines - 1)) $((lines - 1))"
equal "$(find "$storage/.blobs" -type f | wc -l)" "$(sql 'SELECT count(DISTINCT sha256) FROM mudanza_file_receipts')"
equal "$(find "$storage" -path "$storage/.blobs" -prune -o -type f -print | wc -l)" "$((lines - 1))"
find "$storage/.blobs" -type f | while read -r blob; do
    [ "$(sha_of "$blob")" = "$(basename "$blob")" ] || echo "$blob"
done >out
is_empty out
[ -z "$(find / -xdev -maxdepth 3 -name climbed 2>/dev/null)" ] && [ -z "$(find "$work" -name climbed)" ] || complain "a name climbed"

# While an import is at work: another export of the same source, whose rows are updated beside what comes.
confirm() { "$MUDANZA" rollback "$@" --plan --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["confirm"])'; }
run 0 rollback sol 1 _files/receive --confirm "$(confirm sol 1 _files/receive)"
run 0 rollback sol 1 _files/scan --confirm "$(confirm sol 1 _files/scan)"
equal "$(sql 'SELECT count(*) FROM documents')" 0
"$python" "$support/change_dpmf.py" twins.dpm later.dpm "UPDATE patient SET payload = json_set(payload, '\$.given_name', 'Otra');
 UPDATE appointment SET payload = json_set(payload, '\$.notes', 'Otra')"
mv later.dpm twins.dpm
serve --uploads 4
"$MUDANZA" autopilot sol --as-of "$as_of" >run.out 2>run.err </dev/null &
import=$!
"$python" "$support/send_files.py" "$url" "$token" 8 "${all[@]}" >out 2>err || complain "the senders failed"
wait "$import" || complain "the import ended with $?: $(tail -3 run.err)"
equal "$(value 'sum(n for k, n in d.items() if k.startswith("right 201"))')" "${#all[@]}"
ends 0
balances sol
equal "$(sql 'SELECT count(*) FROM documents')" "$((lines - 1))"
equal "$(sql "SELECT count(*) FROM patients WHERE first_name <> 'Otra'")" 0
run 0 verify sol
finish
