# Assertions for the tests of the command line. Sourced: `. "$TOP_SRCDIR/tests/cli/lib.sh"`.
# Each test gets an empty folder in $work, which is also the current one, and is judged by `finish`.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
failures=0
XDG_STATE_HOME=$work/xdg # where workers tell that they are there
export XDG_STATE_HOME
unset MUDANZA_CLINICS_DIR MUDANZA_STATE_DIR MUDANZA_PASSPHRASE MUDANZA_LANG MUDANZA_PLAIN MUDANZA_NO_INPUT
unset MUDANZA_READ_ONLY NO_COLOR CLICOLOR_FORCE

complain() {
    failures=$((failures + 1))
    printf 'FAIL: %s\n' "$1"
    sed 's/^/  out| /' "$work/out" 2>/dev/null
    sed 's/^/  err| /' "$work/err" 2>/dev/null
}

# run CODE ARG...: calls mudanza, keeps out and err, and wants this exit code.
run() {
    wanted=$1
    shift
    "$MUDANZA" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] || complain "mudanza $*: exit $got, not $wanted"
}

# has FILE TEXT, lacks FILE TEXT: a fixed text in out or err.
has() {
    grep -qF -e "$2" "$work/$1" || complain "$1 has no \"$2\""
}
lacks() {
    ! grep -qF -e "$2" "$work/$1" || complain "$1 has \"$2\""
}
is_empty() {
    [ ! -s "$work/$1" ] || complain "$1 is not empty"
}

# document TYPE: standard output is one line, one JSON object of this type and nothing else.
document() {
    python3 - "$work/out" "$1" <<'PY' || complain "no document of type $1"
import json, sys
text = open(sys.argv[1], encoding="utf-8").read()
if text.count("\n") != 1 or not text.endswith("\n"):
    sys.exit("not exactly one line")
document = json.loads(text)
if document["v"] != 1 or document["type"] != sys.argv[2]:
    sys.exit("v %r, type %r" % (document["v"], document["type"]))
PY
}

# value EXPRESSION: a Python expression over the document d, printed.
value() {
    python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
print(eval(sys.argv[2]))' "$work/out" "$1"
}
equal() {
    [ "$1" = "$2" ] || complain "\"$1\" is not \"$2\""
}

finish() {
    if [ "$failures" -ne 0 ]; then
        printf '%s failures\n' "$failures"
        exit 1
    fi
    exit 0
}
