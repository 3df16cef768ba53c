#!/bin/bash
# Random keys, pasted text and sizes on a clinic that may be written: no crash, no row and no file gone.
# MONKEY_SECONDS (10), MONKEY_SEED (1): the same keys again.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python json
seconds=${MONKEY_SECONDS:-10} seed=${MONKEY_SEED:-1}
RANDOM=$seed

clinic_file --patients 20 --seed 5 source.dpm
clinic sol "$work/source.dpm"
run 0 autopilot sol
rows_of sol | LC_ALL=C sort >rows.before
mkdir beside home
cp source.dpm rows.before beside
echo 'to be kept' >home/letter
kept() {
    sha256sum source.dpm beside/* home/letter clinics/sol/config.yaml.kept
}
cp clinics/sol/config.yaml clinics/sol/config.yaml.kept
kept >kept.before

# An editor and a pager that end by themselves.
printf '#!/bin/sh\nexit 0\n' >editor
chmod +x editor

letters=(a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N O P R S T U V W X Y Z
    '?' '/' ':' '*' '=' '+' '-' '%' 1 2 3 4 5 6 7 8 9 ' ')
named=(Enter Enter Enter Escape Escape Tab BTab Up Down Down Down Left Right PPage NPage Home End BSpace IC DC F1 F2 F3 F5
    F6 F7 F8 F9 F10 C-a C-b C-c C-d C-f C-l C-r C-u C-z 'ñ' 'é' '作')
one_key() {
    if [ $((RANDOM % 3)) -eq 0 ]; then
        key=${named[RANDOM % ${#named[@]}]}
    else
        key=${letters[RANDOM % ${#letters[@]}]}
    fi
}
burst() {
    keys=()
    for ((i = RANDOM % 12; i >= 0; i--)); do
        one_key
        keys+=("$key")
    done
    tui_keys "${keys[@]}"
}
begin() {
    : >out
    TUI_ENV="EDITOR='$work/editor' VISUAL='$work/editor' PAGER='$work/editor' HOME='$work/home'" \
        tui_start 100 30 -C "$work/clinics"
    tui_until 'the first screen' test -s pid
    tui_wait 'mudanza'
    started=$((started + 1))
}

started=0 pressed=0
begin
until_then=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$until_then" ]; do
    case $((RANDOM % 40)) in
    0) tui_size $((RANDOM % 140 + 1)) $((RANDOM % 50 + 1)) ;;
    1) tui_paste "$(printf 'pasted\n\033[Ay sol 20\n')" ;;
    2) tui send-keys -t m -H 1b 5b $((RANDOM % 10 + 30)) 7e ;;
    *) burst ;;
    esac
    pressed=$((pressed + 1))
    if tui_ended; then
        [ "$(cat code)" = 0 ] || break
        begin
    fi
done
echo "seed $seed: $pressed bursts, $started times begun"
tui_size 100 30
tui_ended || kill -TERM "$(tui_pid)"
tui_until 'the end' tui_ended
case $(cat code) in
0 | 143) ;;
*)
    complain "the screens ended with $(cat code)"
    sed -n '/ERROR: \|runtime error/,$p' xdg/mudanza/screens.log | head -n 60
    tui_text | sed 's/^/  tty| /'
    ;;
esac
tui_modes_restored

# A run it began ends before anything is compared.
idle() {
    "$MUDANZA" ps --json | grep -q '"workers":\[\]'
}
for clinic in clinics/*/; do
    [ ! -e "$clinic/state/lock" ] || "$MUDANZA" stop "$(basename "$clinic")" --now --yes >/dev/null 2>&1
done
tui_until 'the end of its runs' idle
[ -f clinics/sol/config.yaml ] || complain "the configuration is gone"
kept | diff kept.before - || complain "files were changed or are gone"
rows_of sol | LC_ALL=C sort >rows.after
equal "$(wc -l <rows.after)" "$(wc -l <rows.before)"
lost=$(LC_ALL=C comm -23 rows.before rows.after | wc -l)
[ "$lost" -eq 0 ] || complain "$lost rows are gone or changed"
finish
