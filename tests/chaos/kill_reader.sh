#!/bin/bash
# A verification killed at any moment leaves nothing in the temporary folder, though nothing is run afterwards.
# CHAOS_KILLS says at how many moments of its time (50). Then it is killed at each of its calls that concern files.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard cryptography
export MUDANZA_PASSPHRASE=contraseña TMPDIR=$work/temp
mkdir -m 700 "$TMPDIR"

nothing_left() {
    left=$(find "$TMPDIR" -mindepth 1)
    [ -z "$left" ] || complain "killed $1: left behind $left"
}

# at any moment
clinic_file --patients 400 --layering zstd+enc --passphrase-env MUDANZA_PASSPHRASE big.dpm.zst.enc
began=${EPOCHREALTIME/./}
run 0 dpmf verify big.dpm.zst.enc
took=$((${EPOCHREALTIME/./} - began))
killed=0
kills=${CHAOS_KILLS:-50}
for n in $(seq "$kills"); do
    moment=$((took * n / (kills + 1)))
    "$MUDANZA" dpmf verify big.dpm.zst.enc >/dev/null 2>&1 </dev/null &
    sleep "$((moment / 1000000)).$(printf '%06d' $((moment % 1000000)))" # the moment of death, no waiting for anything
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    [ $? -ne 137 ] || killed=$((killed + 1))
    nothing_left "after $moment us of $took"
done
echo "killed $killed of $kills before they ended, in $took us"
[ "$killed" -gt 0 ] || complain "no verification was killed"

# at each call
if ! strace -f -o trace true 2>/dev/null; then
    echo "no strace, or it may not trace here: calls are left out"
    finish
fi
clinic_file --patients 20 --layering zstd small.dpm.zst
printf x >none

# verify STRACE-FLAG...: under strace
verify() {
    ASAN_OPTIONS=detect_leaks=0 strace -f -o trace "$@" -- "$MUDANZA" dpmf verify small.dpm.zst >/dev/null 2>&1 </dev/null
}
# kills at every call on files but reads, beginning with the one that makes the file for plaintext
each_call() {
    verify -e trace=file,write,close,fcntl
    before=$(sed '/O_TMPFILE/,$d' trace)
    sed -n '/O_TMPFILE/,$p' trace | sed 's/^[0-9]* *//' | grep -o '^[a-z0-9_]*(' | sort -u | tr -d '(' >calls
    [ -s calls ] || complain "no file was made for plaintext"
    while read -r call; do
        number=$(printf '%s\n' "$before" | grep -c "^[0-9]* *$call(")
        while number=$((number + 1)) && ! verify -e trace="$call" -e inject="$call:signal=KILL:when=$number"; do
            [ "$number" -lt 500 ] || break
            nothing_left "at call $number of $call"
            ends=$((ends + 1))
        done
    done <calls
}
ends=0
each_call
echo "killed at $ends calls"
[ "$ends" -gt 10 ] || complain "killed at no more than $ends calls"

# Where no file can be made without a name, one that is empty may be left between two calls; the next one takes
# it away.
number=$(printf '%s\n' "$before" | grep -c '^[0-9]* *openat(')
number=$((number + 1))
verify -e trace=openat,unlink,write -e inject=openat:error=EOPNOTSUPP:when="$number" || complain "no named file will do"
grep -q 'unlink("'"$TMPDIR/mudanza-plain-" trace || complain "no named file was made"
nothing_left "not at all"
verify -e trace=openat,unlink -e inject=openat:error=EOPNOTSUPP:when="$number" -e inject=unlink:signal=KILL:when=1 &&
    complain "not killed at unlink"
[ "$(find "$TMPDIR" -type f -size 0 | wc -l)" = 1 ] || complain "not one empty file was left"
run 0 dpmf verify small.dpm.zst
nothing_left "and cleaned up after"
verify -e trace=openat,write -e inject=openat:error=EOPNOTSUPP:when="$number" -e inject=write:signal=KILL:when=1 &&
    complain "not killed at write"
nothing_left "at the first byte"
finish
