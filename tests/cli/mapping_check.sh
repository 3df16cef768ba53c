#!/bin/sh
# The mappings of a profile are checked without a clinic; every mistake is told at its place, with exit 5.
. "$TOP_SRCDIR/tests/cli/lib.sh"

run 0 mapping check dentalpin
has out "dentalpin"
run 0 --json mapping check dentalpin
document mapping.check
equal "$(value 'd["valid"], d["problems"]')" "(True, [])"
run 2 mapping check dentalpim
run 2 mapping check
run 2 mapping check ../profiles/dentalpin

# A copy of the product's data with two mistakes in it.
cp -R "$MUDANZA_DATA_DIR" data && chmod -R u+w data || exit 99
MUDANZA_DATA_DIR=$work/data
export MUDANZA_DATA_DIR
printf 'codes: {}\n' >>data/profiles/dentalpin/payment.yaml
lines=$(wc -l <data/profiles/dentalpin/payment.yaml | tr -d ' ')
run 5 mapping check dentalpin
has out "payment.yaml:$lines:1: error: codes: is not supported yet"
lacks out "the mappings are valid"
printf 'entity: recall\ntable: recalls_of_nobody\ncolumns: {id_of: recall.source_id}\n' >data/profiles/dentalpin/recall.yaml
sed -i '$d' data/profiles/dentalpin/payment.yaml
run 5 --json mapping check dentalpin
document mapping.check
equal "$(value 'd["valid"], [(p["line"], "recalls_of_nobody" in p["message"]) for p in d["problems"]]')" "(False, [(2, True)])"
finish
