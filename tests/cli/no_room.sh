#!/bin/bash
# A disk that fills up at any moment of a run: a clear error, nothing half done, and with room the run ends as usual.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 zstandard cryptography
if [ "$(id -u)" -ne 0 ] || ! mkdir disk || ! mount -t tmpfs -o size=40m,mode=700 tmpfs disk 2>err; then
    echo "only root can mount a small disk here"
    exit 77
fi
trap 'umount "$work/disk"; rm -rf "$work"' EXIT
clinic_file --patients 30 --seed 9 source.dpm
# on_disk NAME: a clinic whose state, or only whose target, is on the small disk
on_disk() {
    clinic "$1" "$work/source.dpm"
    case $1 in
    state*) printf 'limits:\n  disk_reserve: 0\n' >>"clinics/$1/config.yaml" && ln -s "$work/disk" "clinics/$1/state" ;;
    *) sed -i "s|^  type: sqlite|&\n  path: $work/disk/target.db|" "clinics/$1/config.yaml" && printf 'limits:\n  disk_reserve: 0\n' >>"clinics/$1/config.yaml" ;;
    esac
}
empty() {
    rm -rf disk/* disk/.??* 2>/dev/null
}
rows() {
    "$python" "$support/target_rows.py" "$1"
}

for kind in state target; do
    on_disk $kind
    run 0 autopilot $kind --as-of "$as_of"
    need=$(du -sk disk | cut -f1)
    rows disk/target.db >calm.rows
    [ $kind = state ] || rm -rf clinics/$kind/state
    tried=0
    for part in 3 11 23 37 52 68 80 90 97; do
        empty
        [ $kind = state ] || rm -rf clinics/$kind/state
        mount -o remount,size=$((need * part / 100))k disk
        "$MUDANZA" autopilot $kind --as-of "$as_of" >out 2>err </dev/null
        code=$?
        what="$kind with $part % of $need KB"
        tried=$((tried + (code != 0)))
        case $kind:$code in
        state:[17] | target:7)
            grep -Eq 'disk (is )?full|No space left' err || complain "$what: exit $code, and the error does not say why"
            grep -Eq 'hint' err || complain "$what: no hint"
            ;;
        *:0) [ "$part" -gt 60 ] || complain "$what: it went well" ;;
        *) complain "$what: exit $code" ;;
        esac
        find disk clinics/$kind/ -name 'cache.db.new*' -o -path '*/tmp/*' -o -name '*.json.??????' >left
        [ ! -s left ] || complain "$what: left behind $(cat left)"
        mount -o remount,size=40m disk
        run 0 resume $kind --as-of "$as_of"
        balances $kind
        rows disk/target.db >rows
        cmp -s calm.rows rows || complain "$what: other rows"
        run 0 runs $kind --json
        equal "$(value 'sum(r["status"] == "running" for r in d["runs"])')" 0
    done
    echo "$kind: no room $tried times"
    [ "$tried" -ge 4 ] || complain "there was room nearly always: this shows nothing"
    empty
done

# Unpacking what is compressed or encrypted wants room beside the state: the disk is told, not the source.
PHRASE='correct horse battery staple'
export PHRASE
printf '%s' "$PHRASE" >phrase
for layering in zstd enc; do
    clinic_file --patients 30 --seed 9 --layering $layering --passphrase-env PHRASE source.$layering
    on_disk state_$layering
    sed -i "s|source.dpm|source.$layering|" clinics/state_$layering/config.yaml
    mount -o remount,size=30m disk # less than unpacking leaves free for others
    run 1 autopilot state_$layering --as-of "$as_of" --passphrase-file phrase
    has err "is full"
    lacks err "source.$layering"
    has err 'hint: Free space on that disk'
    TMPDIR=$work/disk run 1 dpmf verify source.$layering --passphrase-file phrase --json
    has err 'is full'
    [ -z "$(find disk/ -name 'mudanza-plain-*')" ] || complain "$layering: plaintext was left"
    mount -o remount,size=140m disk
    run 0 resume state_$layering --as-of "$as_of" --passphrase-file phrase
    balances state_$layering
    rows disk/target.db >rows
    cmp -s calm.rows rows || complain "$layering: other rows"
    empty
done
finish
