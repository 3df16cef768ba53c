#!/bin/sh
# Size and cleanliness of the files: short, one name each, no catch-all, no loose ends.
set -eu
cd "$TOP_SRCDIR"
bad=0
tell() {
    printf '%s\n' "$1" "$2"
    bad=1
}

code=$(find src ui tests -name '*.[ch]' 2>/dev/null | sort)
long=$(printf '%s\n' "$code" | xargs wc -l | awk '$2 != "total" && $1 > 500')
[ -z "$long" ] || tell "over 500 lines:" "$long"

unlisted=$(printf '%s\n' "$code" | while read -r file; do
    grep -qF "$file" Makefile.am || printf '%s\n' "$file"
done)
[ -z "$unlisted" ] || tell "not in Makefile.am, so not distributed:" "$unlisted"

twice=$(find src ui -name '*.[ch]' 2>/dev/null | sed 's,.*/,,' | sort | uniq -d)
[ -z "$twice" ] || tell "more than one file of this name:" "$twice"

vague=$(find src ui tests tools 2>/dev/null |
    grep -E '/(utils?|misc|common|helpers?)(\.[a-z]+)?$' || true)
[ -z "$vague" ] || tell "a name that says nothing:" "$vague"

text=$(find bootstrap .ci configure.ac Makefile.am ./*.md src ui tests tools clinics man po -type f \
    \( -name '*.[ch157]' -o -name '*.sh' -o -name '*.awk' -o -name '*.py' -o -name '*.md' -o -name '*.yaml' \
    -o -name '*.txt' -o -name '*.am' -o -name '*.ac' -o -name bootstrap -o -name run \) 2>/dev/null |
    grep -v '^tests/fixtures/' | sort)
blanks=$(printf '%s\n' "$text" | xargs grep -nE '[[:blank:]]+$' || true)
[ -z "$blanks" ] || tell "blanks at the end of a line:" "$blanks"

# The words are split so that this file does not find itself.
later=$(printf '%s\n' "$text" | xargs grep -nwE 'TO''DO|FIX''ME|X''XX' || true)
[ -z "$later" ] || tell "put off instead of done:" "$later"
exit $bad
