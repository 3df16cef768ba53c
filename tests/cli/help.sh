#!/bin/sh
# Help is made from the tables: every command and flag of them can be asked for.
. "$TOP_SRCDIR/tests/cli/lib.sh"

run 0 help
has out "mudanza COMMAND"
run 0 --help
has out "clinics list"
run 0 help --json
document help
value '"\n".join(c["name"] for c in d["commands"])' >names
[ "$(wc -l <names)" -ge 8 ] || complain "too few commands in the table"
value 'sorted(f for c in d["commands"] for f in c["flags"] if f not in [g["name"] for g in d["flags"]])' >unknown
equal "$(cat unknown)" "[]"
value 'any("pass" in f["name"] and f["argument"] not in ("FILE", "N") for f in d["flags"])' >secret
equal "$(cat secret)" False
value '[c["name"] for c in d["commands"] if not (c["about"] and c["documents"] and c["group"])]' >bare
equal "$(cat bare)" "[]"

while read -r name; do
    # shellcheck disable=SC2086  # a name may be two words
    run 0 $name --help
    has out "mudanza $name"
    has out "--json"
    is_empty err
    cp out first
    # shellcheck disable=SC2086
    run 0 help $name
    cmp -s out first || complain "help $name and $name --help differ"
    # shellcheck disable=SC2086
    run 0 $name --help --json
    document help
done <names

# Each of them fails as JSON too: a flag that does not exist.
while read -r name; do
    # shellcheck disable=SC2086
    run 2 $name --json --no-such-flag
    document error
    has err "mudanza: "
done <names

for topic in exit-codes environment events keys signals; do
    run 0 help $topic
    run 0 help $topic --json
    document help
    equal "$(value 'd["topic"]')" $topic
done
run 0 help exit-codes --json
equal "$(value '[e["code"] for e in d["exit_codes"]]')" "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 130, 143]"
equal "$(value '[e["name"] for e in d["exit_codes"] if e["code"] == 12]')" "['unbalanced']"
run 2 help exit-kodes
has err "exit-codes"
run 2 help config validatte
has err "config validate"

# Words in Spanish when asked for, in either way; the document keeps its names.
run 0 help --lang es
run 0 version --json --lang es
document version
# The first word of commands that have two.
run 0 help dpmf
has out 'dpmf verify FILE'
lacks out 'mapping check'
is_empty err
cp out first
run 0 dpmf --help
cmp -s out first || complain "help dpmf and dpmf --help differ"
run 0 help dpmf --json
document help
equal "$(value '{c["name"].split()[0] for c in d["commands"]}')" "{'dpmf'}"

run 0 version
cp out first
run 0 --version
cmp -s out first || complain "version and --version differ"
run 0 --version --json
document version
finish
