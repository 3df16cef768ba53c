#!/bin/bash
# Completion in bash, called as readline does; the script of zsh is at least zsh.
. "$TOP_SRCDIR/tests/cli/lib.sh"
mkdir -p clinics/sol clinics/sun
touch clinics/sol/config.yaml clinics/sun/config.yaml file.dpm
PATH=$(dirname "$MUDANZA"):$PATH
run 0 completion bash
cp out script
# shellcheck disable=SC1091
. ./script

# completes WORDS... : what is offered for the last of them
completes() {
    COMP_WORDS=(mudanza "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _mudanza
    echo "${COMPREPLY[*]}"
}
equal "$(completes au)" autopilot
equal "$(completes warnings re)" 'resolve reopen'
equal "$(completes plan s)" 'sol sun'
equal "$(completes -C "$work/clinics" status su)" sun
equal "$(completes stop --af)" --after
equal "$(completes version --af)" ''
equal "$(completes stop sol --after '')" 'batch step'
equal "$(completes stop sol --after = s)" step
equal "$(completes dpmf export sol out --layering enc)" 'enc\(raw\) enc\(zstd\)'
equal "$(completes warnings list sol --severity e)" error
equal "$(completes warnings list sol --state i)" ignored
equal "$(completes plan sol --stage '')" 'X V I C'
equal "$(completes dpmf info fi)" file.dpm
equal "$(completes report sol --format h)" html
equal "$(completes completion '')" 'bash zsh clinics'
case " $(completes help e) " in *' events '*) ;; *) complain "help e: no events" ;; esac
run 0 completion clinics
equal "$(cat out)" "sol
sun"
run 2 completion fish
run 0 completion zsh
head -n 1 out | grep -qx '#compdef mudanza' || complain "no #compdef"
cp out script.zsh

# On a terminal, with the keys a person presses: the line that comes of it, and what the shell lists.
cat >wanted <<'EOF'
<autopilot>
<warnings><re> reopen resolve
<plan><sol>
<-C><clinics><status><sun>
<dpmf><info><file.dpm>
<report><sol><--format> csv html json md text
<warnings><export><sol><--format=yaml>
<rejects><export><sol><--format> csv json
<stop><sol><--after><batch>
<dpmf><export><sol><out><--layering><enc(zstd)>
EOF
for shell in bash zsh; do
    command -v $shell >/dev/null || continue
    [ $shell = bash ] || mv script.zsh script
    python3 "$TOP_SRCDIR/tests/support/complete.py" $shell script 'mudanza au' 'mudanza warnings re' 'mudanza plan so' \
        'mudanza -C clinics status su' 'mudanza dpmf info fi' 'mudanza report sol --format ' \
        'mudanza warnings export sol --format=y' 'mudanza rejects export sol --format ' 'mudanza stop sol --after b' \
        'mudanza dpmf export sol out --layering "enc(z' >typed 2>err || complain "$shell does not complete"
    diff wanted typed >out || complain "$shell completes otherwise"
done
run 2 report sol --format yaml
has err 'text|md|html|json|csv'
finish
