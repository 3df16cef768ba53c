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
! command -v zsh >/dev/null || zsh -n out || complain "zsh does not take it"
finish
