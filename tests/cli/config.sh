#!/bin/sh
# init writes what validate accepts; validate tells every problem at once, with its place.
. "$TOP_SRCDIR/tests/cli/lib.sh"
printf 'x' >source.dpm

run 2 clinics list
has err "MUDANZA_CLINICS_DIR"
run 2 init sonrisa --source source.dpm
has err "--profile"
run 2 init sonrisa --source source.dpm --profile dentalpim
has err dentalpin
run 6 init sonrisa --source missing.dpm --profile dentalpin
run 0 init sonrisa --source source.dpm --profile dentalpin --set clinic_id=7 --set color=red
has out "clinics/sonrisa"
lacks out ' -C '
has out 'mudanza doctor sonrisa (the source has not been read yet)'
run 2 init sonrisa --source source.dpm --profile dentalpin
run 0 --json init second --source source.dpm --profile dentalpin
document init
equal "$(value 'd["clinic"]')" second

# What is told to be typed next can be typed: with -C when the workspace would not be found from here.
mkdir 'other place'
run 0 -C 'other place' init third --source source.dpm --profile dentalpin
has out "mudanza doctor third -C '$work/other place'"
run 2 -C 'other place' report third
has err "mudanza autopilot third -C '$work/other place'"
run 2 -C 'other place' report fourth-clinic
has err "mudanza clinics list -C '$work/other place'\`"
has err "mudanza init fourth-clinic -C '$work/other place'\`"
run 2 --state-dir "$work/else where" report second
has err "mudanza autopilot second --state-dir '$work/else where'"
lacks err ' -C '
run 2 run sonrisa --max-duration 0s
has err "--max-duration"

run 0 config validate sonrisa
has out valid
run 0 --json config validate sonrisa
document config.validate
equal "$(value 'd["valid"], d["problems"]')" "(True, [])"
run 0 clinics list
has out sonrisa
has out second
run 0 --json clinics list
document clinics.list
equal "$(value '[c["name"] for c in d["clinics"]]')" "['second', 'sonrisa']"
run 2 config validate sonrysa
has err "did you mean sonrisa"

# Secrets are only "set"; values have an origin.
run 0 config show sonrisa --origin
grep -Eq '^settings.secret +set +clinics/sonrisa/config.yaml:[0-9]+:[0-9]+$' out || complain "settings.secret"
grep -Eq '^settings.color +red +clinics/sonrisa/config.yaml' out || complain "settings.color"
grep -Eq '^limits.max_rejects +100 +' out || complain "a default"
secret=$(sed -n 's/^ *secret: *//p' clinics/sonrisa/config.yaml)
[ ${#secret} -ge 32 ] || complain "init wrote no secret"
lacks out "$secret"
run 0 --json config show sonrisa
document config.show
lacks out "$secret"
equal "$(value '[v["value"] for v in d["values"] if v["key"] == "settings.secret"]')" "['set']"

# All problems at once.
cat >clinics/second/config.yaml <<'Y'
profile: dentalpin
sourse:
  path: source.dpm
limits:
  max_rejects: many
policy:
  on_fail: explode
Y
run 5 config validate second
has out "clinics/second/config.yaml:2:1: "
has out "clinics/second/config.yaml:5:16: "
has out "clinics/second/config.yaml:7:12: "
has out "source"
is_empty err
run 5 --json config validate second
document config.validate
equal "$(value 'd["valid"], [p["line"] for p in d["problems"]]')" "(False, [2, 5, 7])"
run 5 config show second
has err "config.yaml:5:16: "
has err "config validate second"
run 5 --json config show second
document error
equal "$(value 'd["code"], d["exit"]')" "('config', 5)"
run 0 clinics list
has out "3 errors"

run 0 config explain
has out source.path
run 0 config explain limits.max_rejects
has out 100
run 2 config explain limits.max_reject
has err limits.max_rejects
run 0 --json config explain settings.anything
document config.explain
equal "$(value 'd["keys"][0]["key"]')" "settings.*"
run 0 --json config explain
document config.explain

# -C names the workspace, from anywhere.
mkdir elsewhere && cd elsewhere || exit 99
run 0 clinics list -C "$work/clinics"
has out sonrisa
MUDANZA_CLINICS_DIR="$work/clinics" run 0 clinics list
has out sonrisa
run 2 clinics list -C "$work/none"
finish
