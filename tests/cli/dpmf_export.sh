#!/bin/sh
# dpmf export: every judged file that is read goes out again and verifies as accept, with the source's hash
# when the source had no flaw; and what export refuses.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
fixtures=$TOP_SRCDIR/tests/fixtures/dpmf
printf 'another phrase, ñ' >new_phrase

# extracted NAME SOURCE PASSPHRASE
extracted() {
    printf '%s' "$3" >"$1.phrase"
    clinic "$1" "$2" ${3:+"passphrase: \${file:$work/$1.phrase}"}
    "$MUDANZA" run "$1" --stage X --yes >out 2>err </dev/null
    got=$?
    [ "$got" -eq 0 ] || [ "$got" -eq 3 ] || complain "run $1 --stage X: exit $got"
}

# exports NAME CODE LAYERING ARG...: and what is written verifies as accept, in that layering.
exports() {
    name=$1
    code=$2
    layering=$3
    shift 3
    rm -f exported
    run "$code" --json dpmf export "$name" exported "$@"
    told=$(value 'd["type"], d["layering"], d["integrity"]["hash"], d["rows"]')
    run 0 --json dpmf verify exported --passphrase-file "${phrase:-new_phrase}"
    equal "$(value '"dpmf.export", d["layering"], d["integrity"]["computed"], sum(d["entities"].values())')" "$told"
    equal "$(value 'd["verdict"], d["warnings"], d["layering"]')" "('accept', [], '$layering')"
    [ -z "$(find . -maxdepth 1 -name 'exported.*')" ] || complain "$name: a file beside was left"
    [ -z "$(find "clinics/$name/state/tmp" -type f 2>/dev/null)" ] || complain "$name: left something in state/tmp"
}

n=0
tab=$(printf '\t')
while IFS= read -r line; do
    file=${line%%"$tab"*} line=${line#*"$tab"}
    given=${line%%"$tab"*} line=${line#*"$tab"}
    expected=${line%%"$tab"*}
    case $expected in accept*) ;; *) continue ;; esac
    n=$((n + 1))
    extracted "c$n" "$fixtures/$file" "$given"
    if [ "$expected" = accept ]; then
        case $n in # the layers know nothing of what is in them: all of them once, then two in turn
        1) layerings='raw zstd enc(raw) enc(zstd)' ;;
        *[048]) layerings='raw enc(raw)' ;;
        *[159]) layerings='raw enc(zstd)' ;;
        *) layerings='raw zstd' ;;
        esac
        for layering in $layerings; do
            exports "c$n" 0 "$layering" --layering "$layering" --passphrase-file new_phrase
        done
        run 0 --json dpmf verify "$fixtures/$file" --passphrase-file "c$n.phrase"
        case $told in *"'$(value 'd["integrity"]["computed"]')'"*) ;; *) complain "$file: another hash: $told" ;; esac
    else
        run_code=0
        rm -f exported
        "$MUDANZA" --json dpmf export "c$n" exported --layering raw >out 2>err </dev/null || run_code=$?
        [ "$(value 'sum(d["left_out"][k] for k in ("rows", "files", "warnings")) > 0')" = "$([ $run_code -eq 3 ] && echo True || echo False)" ] ||
            complain "$file: exit $run_code"
        exports "c$n" $run_code zstd --layering zstd
    fi
done <"$fixtures/MANIFEST.tsv"
[ "$n" -gt 20 ] || complain "only $n files"

# The layers of the source are those of the export unless told otherwise, its passphrase included.
phrase=again.phrase
extracted again "$fixtures/odd/mini.dpm.zst.enc" 'contraseña-ñandú-🦷'
exports again 0 'enc(zstd)'
run 0 --json dpmf export again plain.dpm --layering raw
has err "not: anybody"
phrase=
extracted lost "$fixtures/odd/mini.dpm.enc" 'correct horse battery staple'
sed -i '/passphrase:/d' clinics/lost/config.yaml
run 8 --json dpmf export lost out.dpm.enc
document error
has err "no passphrase"
[ ! -e out.dpm.enc ] || complain "an encrypted source became a file without a passphrase"

# What people read.
extracted bad "$fixtures/broken/payload_cut.dpm" ''
run 3 dpmf export bad bad.dpm
has out "payload.decode_error"
has out "not that of the source"
run 0 dpmf export c1 good.dpm
has out "the same as that of the source"
run 0 dpmf export c1 bueno.dpm --lang es
has out "el mismo que el del origen"

# What verify warns about, the export has no more: repaired where nothing is lost by it, left out where it is.
python3 - odd.dpm <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript("""
CREATE TABLE _meta (key, value); CREATE TABLE _entities (entity_type, row_count, schema_version);
CREATE TABLE _files (canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path, declared_size_bytes,
  sha256, mime_hint);
CREATE TABLE _warnings (id, entity_type, source_id, severity, code, message, raw_data);
CREATE TABLE patient (canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at);
INSERT INTO _meta VALUES ('format_version', '0.3'), ('note', 'kept');
INSERT INTO _entities VALUES ('patient', 7, '0.1.9');
INSERT INTO _files VALUES ('f', 'patient', 'a', 'x', 1, NULL, NULL), ('f', 'patient', 'a', 'y', 1, NULL, NULL),
  (NULL, 'patient', 'a', 'z', 1, NULL, NULL), ('g', 'patient', 'a', 'z', -1, NULL, NULL),
  ('h', 'patient', NULL, 'z', 1, NULL, NULL), ('i', 'patient', 'a', 'z', NULL, NULL, NULL);
INSERT INTO _warnings VALUES ('b', NULL, NULL, 'info', 'c', 'm', 'no JSON'), (4, NULL, NULL, 'warn', 'c', 'm', NULL),
  (4, NULL, NULL, 'error', 'c', 'm', NULL), (9, NULL, NULL, 'terrible', 'c', 'm', NULL);
""")
rows = [("a", None, None, "{}", "{}", None), ("b", "x\0y", "s", "{}", "{}", "t"), ("c", 3, 2.5, "{}", "{}", b"\xff"),
        ("c", "twice", "s", "{}", "{}", "t"), ("d", b"\x00", "s", "{}", None, "t"), ("k" * 121, "l", "s", "{}", "{}", "t"),
        ("", "m", "s", "{}", "{}", "t")]
db.executemany("INSERT INTO patient VALUES (?,?,?,?,?,?)", rows)
db.commit()
PY
extracted odd "$work/odd.dpm" ''
exports odd 3 raw
run 3 --json dpmf export odd odd_again.dpm
equal "$(value 'd["rows"], d["files"], d["warnings"], d["left_out"]["rows"], d["left_out"]["files"], d["left_out"]["warnings"]')" \
    "(4, 2, 3, 3, 4, 1)"
equal "$(value 'd["warnings_renumbered"], d["integrity"]["equal"]')" "(True, False)"
# Numbers where the format has text are no flaw: the hash is of their text, and so is the export.
python3 - odd.dpm <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript("""
DELETE FROM _files; DELETE FROM _warnings WHERE id <> 4 OR severity <> 'warn'; DELETE FROM patient;
INSERT INTO patient VALUES ('a', 3, 2.5, '{}', '{}', 7), ('b', 1e16, 's', '{"k":1e400}', '[1]', 't');
UPDATE _entities SET row_count = 2;
""")
PY
extracted numbers "$work/odd.dpm" ''
exports numbers 0 raw
run 0 --json dpmf export numbers numbers.dpm
equal "$(value 'd["integrity"]["equal"]')" True
run 0 dpmf info odd_again.dpm
has out "0.1.0"

# The source went on since; an export is of what was read.
cp "$fixtures/odd/mini.dpm" moving.dpm
extracted moving "$work/moving.dpm" ''
run 0 --json dpmf export moving same.dpm
equal "$(value 'd["source_changed"]')" False
cp "$fixtures/odd/json_spaces.dpm" moving.dpm
run 0 --json dpmf export moving changed.dpm
equal "$(value 'd["source_changed"], d["integrity"]["equal"]')" "(True, True)"
rm moving.dpm
run 0 --json dpmf export moving gone.dpm
equal "$(value 'd["source_changed"]')" None

# Refusals leave nothing, and take nothing away.
printf 'theirs' >there
run 8 --json dpmf export c1 there
document error
equal "$(cat there)" theirs
run 1 dpmf export c1 no/such/folder/out.dpm
has err "hint: "
run 2 dpmf export c1 other.dpm --layering 7z
run 2 dpmf export c1 other.dpm --read-only
run 2 dpmf export nobody other.dpm
run 2 dpmf export c1
clinic fresh "$fixtures/odd/mini.dpm"
run 8 dpmf export fresh other.dpm
has err "mudanza run fresh --stage X"
[ -z "$(find . -maxdepth 1 -name 'other.dpm*')" ] || complain "a refused export left a file"

# A request to stop: here while it waits for its passphrase.
mkfifo phrase.fifo
exec 9<>phrase.fifo
"$MUDANZA" dpmf export c1 stopped.dpm --layering 'enc(raw)' --passphrase-fd 9 >out 2>err </dev/null &
pid=$!
tries=0
until [ -n "$(find . -maxdepth 1 -name 'stopped.dpm.new-*')" ] || [ $((tries += 1)) -gt 500 ]; do
    kill -0 $pid 2>/dev/null || break
done
kill -TERM $pid
wait $pid
equal $? 143
[ -z "$(find . -maxdepth 1 -name 'stopped.dpm*')" ] || complain "a stopped export left a file"
finish
