#!/bin/sh
# Catalogue items and what they stand for: accepted, linked to another one, many at once after a look, and taken
# back; the command line sees all of it, and a step that waits for links leads there.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics/demo
sed -i '/unreviewed/d' clinics/demo/config.yaml
run 8 autopilot demo --quiet
state() {
    run 0 links list demo --state "$1" --json
    value 'len(d["links"])'
}
all=$(state pending)

tui_start 100 30 demo
tui_wait 'demo > Board'
tui_wait '^ +professional .*done'
tui_keys /
tui_wait 'Filter'
tui_type 'catalog_item'
tui_keys Enter
tui_gone 'professional'
tui_keys G
tui_wait '^> +treatment_catalog_item .*blocked'
tui_wait 'L decide what its items stand for'
tui_keys L
tui_wait 'demo > Links'
tui_wait "undecided $all "
tui_keys /
tui_wait 'Filter'
tui_type 'ext simple'
tui_keys Enter
tui_wait 'filter: ext simple'
tui_wait '^> EXT SIMPLE .*undecided'
tui_wait 'a new item in'

# Accepted as proposed, with its line in the audit log; and taken back.
tui_keys a
tui_wait '1 item decided; u takes it back'
tui_wait '^> EXT SIMPLE .*[+] accepted'
equal "$(state accepted)" 1
tui_keys u
tui_wait '1 item is as it was before'
tui_wait '^> EXT SIMPLE .*undecided'
equal "$(state accepted)" 0

# To another item, found by typing; what begins so comes first.
tui_keys t
tui_wait 'Link it to'
tui_type 'impl'
tui_wait 'with: impl'
tui_wait '> Implante dental'
tui_keys BSpace BSpace BSpace BSpace
tui_type 'muela'
tui_wait '> Extracción de muela del juicio'
tui_keys Enter
tui_wait '^> EXT SIMPLE .*muela.*= relinked'
equal "$(state relinked)" 1
grep -q 'relinked' clinics/demo/decisions/links.yaml || complain "the decision is in no file"
grep -q '"action":"links.relink"' clinics/demo/state/audit.log || complain "the decision is not in the audit log"

# Many at once: what that would be is shown first, and nothing happens without a yes.
tui_keys Escape
tui_wait "undecided $((all - 1)) "
tui_keys b
tui_wait 'Accept many'
tui_keys C-u
tui_type '0.6'
tui_keys Enter
tui_wait 'items are accepted, used'
tui_wait 'The weakest of them'
tui_keys Enter
equal "$(state accepted)" 0
tui_keys y
tui_wait 'items decided; u takes it back'
[ "$(state accepted)" -gt 1 ] || complain "nothing was accepted"

# What another threshold would do changes nothing.
tui_keys =
tui_wait 'What would be proposed'
tui_keys C-u
tui_type '0.3'
tui_keys Enter
tui_wait 'with 0.30: '
equal "$(state relinked)" 1
tui_keys Q
tui_end 0
tui_restored
finish
