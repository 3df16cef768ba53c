#!/bin/sh
# config fix shows what it would do, does it when asked to, and damages nothing; config edit, diff and schema.
. "$TOP_SRCDIR/tests/cli/lib.sh"
unset VISUAL EDITOR
printf 'x' >source.dpm
run 0 init sol --source source.dpm --profile dentalpin
config=clinics/sol/config.yaml
secret=$(sed -n 's/^ *secret: *//p' $config | tr -d '"')
sed -i 's/^profile:/profle:/; s/env: DEV/env: dev/; s/^settings:/&\n  postcode: 08001 # of the clinic/' $config
cp $config broken

same() {
    cmp -s "$1" "$2" || complain "$1 is not $2: $3"
}

# Nothing is written unless somebody says so.
run 0 config fix sol --plan
has out "-  postcode: 08001 # of the clinic"
has out "+  postcode: \"08001\" # of the clinic"
has out "clinics/sol/config.yaml:7:1: calls the key profile, not profle"
lacks out "$secret"
run 8 config fix sol
has err "config fix sol --plan"
run 2 config fix sol --plan --yes
run 2 --read-only config fix sol --yes
run 8 --json config fix sol
same broken $config "somebody wrote"

# A person at a terminal is asked; anything but yes is no.
answer() {
    printf '%s\n' "$1" | script -qec "'$MUDANZA' config fix sol" /dev/null >out 2>&1
}
if command -v script >/dev/null; then
    answer n
    same broken $config "n is no yes"
    answer PROD
    same broken $config "PROD is no yes"
    answer y
    run 0 config validate sol
    cp broken $config
fi

chmod 640 $config
run 0 --json config fix sol --yes
document config.fix
equal "$(value 'd["done"], d["valid"], [f["kind"] for f in d["files"][0]["fixes"]]')" "(True, True, ['rename', 'word', 'quote'])"
lacks out "$secret"
equal "$(stat -c %a $config)" 640
equal "$(diff broken $config | grep -c '^>')" 3
run 0 config fix sol --yes
has out "is valid"
equal "$(find clinics/sol -newer $config -name 'config.yaml*' | wc -l)" 0

# A tab that goes can be seen; a file that is too large to be mended says so.
printf 'profile: dentalpin\nlimits:\n\tjobs: 2\n' >$config
run 0 config fix sol --plan
has out "-<TAB>jobs: 2"
{
    cat broken
    head -c 300000 /dev/zero | tr '\0' '#'
} >$config
run 5 config fix sol --plan
has err "larger than 256 KiB"

# What a person has to judge stays, and is told.
printf 'profile: dentalpin\npolicy:\n\ton_fail: explode\n' >$config
run 5 config fix sol --yes
has out "explode"
has out "config edit sol"
run 5 config fix sol --yes
has out "without a person"

# Files that are no such text, that nobody may write, or that are elsewhere.
hostile() {
    cp $config before
    run "$1" config fix sol --yes
    same before $config "$2"
}
printf 'profle: dentalpin\nsettings: {a: "\001"}\n' >$config
hostile 5 "control character"
printf 'profle: dentalpin\nsettings: {a: caf\351}\n' >$config
hostile 5 "Latin-1"
printf 'profle: dentalpin\n\000' >$config
hostile 5 "NUL"
{ printf 'profle: dentalpin\nsettings: {a: '; head -c 1000000 /dev/zero | tr '\000' x; printf '}\n'; } >$config
hostile 5 "a long line"
[ "$(wc -c <out)" -lt 5000 ] || complain "the long line is shown whole"
printf '\357\273\277profle: dentalpin\r\nsettings: {a: no}\r\n' >$config
run 0 config fix sol --yes
printf '\357\273\277profile: dentalpin\r\nsettings: {a: "no"}\r\n' >wanted
same wanted $config "byte order mark and CRLF"
printf 'profle: dentalpin\n' >elsewhere.yaml
ln -sf "$work/elsewhere.yaml" $config
run 0 config fix sol --yes
equal "$(cat elsewhere.yaml)" "profile: dentalpin"
[ -L $config ] || complain "the link is gone"
rm $config
printf 'profle: dentalpin\n' >$config
chmod 400 $config
hostile 5 "read-only"
has err "chmod u+w"
chmod 600 $config
rm $config
run 5 config fix sol --yes

# The editor is called at the first error, and not without one.
cat >$config <<'Y'
settings: {a: no}
profile: dentalpin
policy: {on_fail: explode}
Y
run 2 config edit sol
has err "config.yaml:3"
VISUAL="$work/editor 'two words'"
export VISUAL
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"%s"\nfor file; do :; done\nsed -i s/explode/stop/ "$file"\n' "$work/called" >editor
chmod 755 editor
run 0 config edit sol
has out "is valid"
equal "$(tr '\n' '|' <called)" "two words|+3|clinics/sol/config.yaml|"
run 0 --json config edit sol
document config.edit
equal "$(value 'd["changed"], d["valid"], d["problems"][0]["line"]')" "(False, True, 1)"
run 2 --no-input config edit sol
run 2 config edit sol other
VISUAL=false run 5 config edit sol
VISUAL=/no/such/editor run 5 config edit sol
VISUAL=true run 0 config edit sol commands

run 0 config diff sol
has out "policy.on_fail"
lacks out "policy.on_reject"
run 0 --json config diff sol
equal "$(value '[(v["key"], v["default"]) for v in d["values"]]')" "[('profile', None), ('settings.a', None), ('policy.on_fail', 'skip-dependents')]"
finish
