#!/bin/sh
# bootstrap asks dpkg first, says what it installs and why, and does nothing twice. Every tool here is a stand-in
# that notes how it was called.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/bin" "$temp/tree" "$temp/elsewhere"
cp "$TOP_SRCDIR/bootstrap" "$temp/tree"
export BOOTSTRAP_LOG="$temp/calls" BOOTSTRAP_ABSENT="$temp/absent"

stand_in() {
    {
        printf '#!/bin/sh\n'
        cat
    } >"$temp/bin/$1"
    chmod +x "$temp/bin/$1"
}
echo 'echo 0' | stand_in id
echo 'echo "apt-get $*" >>"$BOOTSTRAP_LOG"' | stand_in apt-get
echo 'echo "make $*" >>"$BOOTSTRAP_LOG"' | stand_in make
stand_in dpkg-query <<'END'
shift 3
for name; do
    grep -qx "$name" "$BOOTSTRAP_ABSENT" || echo "$name installed"
done
END
stand_in autoreconf <<'END'
echo "autoreconf $*" >>"$BOOTSTRAP_LOG"
printf '#!/bin/sh\necho "configure $*" >>"$BOOTSTRAP_LOG"\n: >Makefile\n' >configure
chmod +x configure
: >Makefile.in
END
bootstrap() {
    : >"$BOOTSTRAP_LOG"
    (cd "$temp/elsewhere" && PATH="$temp/bin:$PATH" ../tree/bootstrap "$@") >"$temp/said" 2>&1
}
fail() {
    echo "$1"
    cat "$temp/said" "$BOOTSTRAP_LOG"
    exit 1
}

# Two are missing, one of them for tests only: a build installs the other.
printf 'libyaml-dev\nsqlite3\n' >"$BOOTSTRAP_ABSENT"
bootstrap
grep -q 'libyaml-dev  *configuration' "$temp/said" || fail "it does not say why libyaml-dev is needed"
grep -q '^apt-get install .* libyaml-dev$' "$BOOTSTRAP_LOG" || fail "it does not install libyaml-dev"
! grep -q 'sqlite3' "$BOOTSTRAP_LOG" || fail "a build installs what only tests need"
grep -q '^configure' "$BOOTSTRAP_LOG" || fail "it does not configure"

# Nothing is missing: no word, no network, no second configure.
echo sqlite3 >"$BOOTSTRAP_ABSENT"
bootstrap
! [ -s "$temp/said" ] || fail "it talks though there is nothing to say"
grep -q '^make' "$BOOTSTRAP_LOG" || fail "it does not run make"
! grep -qE '^(apt-get|autoreconf|configure)' "$BOOTSTRAP_LOG" || fail "it does again what was done"

# Tests need sqlite3, and configure must see what is new.
bootstrap check
grep -q '^apt-get install .* sqlite3$' "$BOOTSTRAP_LOG" || fail "check does not install sqlite3"
grep -q '^configure' "$BOOTSTRAP_LOG" || fail "it does not configure again after new packages"
grep -q '^make .*check$' "$BOOTSTRAP_LOG" || fail "check does not run make check"

code=0
bootstrap nonsense || code=$?
[ "$code" -eq 2 ] || fail "an unknown word ends with $code"
