#!/bin/sh
# Names of files, clinics, keys and arguments cannot move the cursor or forge a line.
. "$TOP_SRCDIR/tests/cli/lib.sh"
escape=$(printf '\033')
evil="a${escape}[31mb"

plain() {
    for stream in out err; do
        # what is left of control characters must be the line end alone
        if LC_ALL=C tr -d '\n' <"$work/$stream" | LC_ALL=C grep -q '[[:cntrl:]]'; then
            complain "a control character in $stream"
        fi
    done
}

mkdir -p "clinics/$evil" "clinics/two
lines" clinics/good
for folder in clinics/*; do
    printf 'profile: dentalpin\n"%s": 1\n' "k\\e[2Jey" >"$folder/config.yaml"
    printf 'pipeline: auto\n' >"$folder/commands.yaml"
done
run 0 clinics list
plain
equal "$(wc -l <out | tr -d ' ')" 4
run 0 --json clinics list
document clinics.list
equal "$(value 'len(d["clinics"])')" 3
LC_ALL=C grep -q "$escape" out && complain "a raw escape in a document"
run 5 config validate good
plain
run 5 config validate "$evil"
plain
run 5 config show "$evil"
plain
run 2 config validate "none$evil"
plain
run 2 "$evil"
plain
run 2 version "--$evil"
plain
run 2 version "-$escape"
plain
run 2 version --color "$evil"
plain
run 2 config explain "$evil"
plain
run 2 clinics list -C "$evil"
plain
run 2 init "$evil" --profile dentalpin
plain
run 2 mapping eval "$evil"
plain
finish
