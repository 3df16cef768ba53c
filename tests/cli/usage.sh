#!/bin/sh
# A wrong command line: exit 2, one sentence, the nearest word, and nothing done.
. "$TOP_SRCDIR/tests/cli/lib.sh"

run 2
has err "no command was given"
has err "clinics list" # the help stands beside it
is_empty out
run 2 --json
document error
equal "$(value 'd["code"]')" usage

run 2 verzion
has err 'no command "verzion"'
has err "mudanza version"
run 2 config validat demo
has err "config validate"
run 2 config
has err "config show"
run 2 xyzzyplugh
has err "mudanza help"

run 2 version --jsn
has err "no flag --jsn"
has err "did you mean --json"
run 2 version --quiett
has err "did you mean --quiet"
run 2 version -z
has err "no flag -z"
run 2 version --rows 3
has err "has no flag --rows"
run 2 version extra
has err 'does not know what to do with "extra"'
run 2 config validate
has err "wants more: CLINIC"
run 2 config validate ""
has err "is empty"
run 2 version --lang
has err "wants a value"
run 2 version --lang=fr
has err "en|es"
run 2 version --json=yes
has err "takes no value"
run 2 version --color=sometimes
run 2 clinics list -C
has err "wants a value"

# What flags want is checked before a command sees it.
run 2 mapping eval 1 --as-of yesterday
has err "--as-of"
run 2 mapping eval 1 --set novalue
has err "NAME=VALUE"
run 2 mapping eval 1 --set =x
run 0 mapping eval "setting('k')" --set k=a --set k=b
has out b
run 0 mapping eval -- "-1"
has out "-1"
run 0 -q --json version
document version

# Where a value may come from the environment, it is checked as well.
MUDANZA_LANG=fr run 2 version
has err MUDANZA_LANG
MUDANZA_NO_INPUT=maybe run 2 version
has err MUDANZA_NO_INPUT
MUDANZA_NO_INPUT=1 run 0 version

# Secrets have no flag, and a secret typed by mistake is not repeated.
run 2 version --passphrase=hunter2
has err "--passphrase-file"
lacks err hunter2
run 2 version --password hunter2
has err "--passphrase-file"
lacks err hunter2
for conninfo in 'host=db password=hunter2' "password = 'hunter2'" 'postgresql://me:hunter2@db/x' \
    'postgres://me@db/x?password=hunter2' 'postgres://me@db/x?p%61ssword=hunter2'; do
    run 2 init fresh --profile dentalpin --target "$conninfo"
    has err "password"
    has err "service="
    lacks err hunter2
    run 2 --json init fresh --profile dentalpin --target "$conninfo"
    document error
    lacks out hunter2
done
[ ! -e clinics ] || complain "a refused init left a workspace"

# An unwritable standard output is an error, not a silent loss.
if [ -w /dev/full ]; then
    "$MUDANZA" help >/dev/full 2>"$work/err"
    equal $? 1
    has err "standard output"
fi
# A reader that went away is none: silence, and the exit code SIGPIPE would give.
mkfifo pipe
for words in help 'help exit-codes --json' 'config explain' 'completion bash'; do
    exec 3<>pipe
    exec 4>pipe
    exec 3>&-
    # shellcheck disable=SC2086
    "$MUDANZA" $words >&4 2>"$work/err"
    equal $? 141
    is_empty err
    exec 4>&-
done
finish
