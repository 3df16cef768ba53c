#!/bin/sh
# The report of a run as a page and as a table of balances, and the report of a run whose worker was killed.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 20 --seed 5 --dirty 5 source.dpm
clinic 'a<b' "$work/source.dpm"
run 3 autopilot 'a<b' --as-of "$as_of" --note '<script>alert(1)</script> & "more"'
state='clinics/a<b/state'

# One well-formed file, with pictures, that asks for nothing else and lets nothing through as markup.
run 0 report 'a<b' --format html
cmp -s out "$state/runs/000001/report.html" || complain "what is printed is not what was written"
has out 'prefers-color-scheme:dark'
has out '@media print'
"$python" - out <<'PY' >err 2>&1 || complain "the page is not as it should be"
import html.parser, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
tags, open_tags, text = {}, [], []
class Reader(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        tags[tag] = tags.get(tag, 0) + 1
        for name, value in attrs:
            assert name not in ("src", "href", "style") and not name.startswith("on"), (tag, name)
        if tag not in ("meta", "br"):
            open_tags.append(tag)
    def handle_startendtag(self, tag, attrs):
        tags[tag] = tags.get(tag, 0) + 1
    def handle_endtag(self, tag):
        assert open_tags.pop() == tag, tag
    def handle_data(self, data):
        text.append(data)
Reader().feed(page)
assert not open_tags, open_tags
assert "script" not in tags and "link" not in tags and "img" not in tags, tags
assert tags["svg"] >= 3 and tags["rect"] > 20 and tags["table"] >= 3, tags
assert not re.search(r"url\(|@import|https?:", page)
text = "".join(text)
assert text.lstrip().split("\n")[0] == "a<b, run 1"
assert '<script>alert(1)</script> & "more"' in text and "exit code 3, partial" in text and "LOST 0" in text
PY

# One line for each entity, and each adds up.
run 0 report 'a<b' --format csv
cmp -s out "$state/runs/000001/balance.csv" || complain "what is printed is not what was written"
"$python" - out <<'PY' >err 2>&1 || complain "the balance is wrong"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len(rows) > 10
for row in rows:
    parts = [int(row[k]) for k in ("inserted", "updated", "unchanged", "linked", "skipped", "rejected", "lost", "pending")]
    assert sum(parts) == int(row["source"]) and row["check"] == "ok", row
PY
run 0 report 'a<b' --format json
value '[d["delta"]["new"] > 0, d["delta"]["fixed"], any(r["positions"] for r in d["rejects"]),
    sorted(f["what"] for f in d["on_disk"])]' >told
equal "$(cat told)" "[True, 0, True, ['cache', 'rejects', 'target']]"
cmp -s out "$state/runs/000001/report.json" || complain "what is printed is not what was written"
run 2 report 'a<b' --format yaml

# Killed: nothing is written until somebody looks, and then it says so. Who may only read writes nothing.
began() {
    grep -qs '"type":"run.start"' "$state/runs/000002/events.ndjson"
}
"$MUDANZA" run 'a<b' --failed >out 2>err &
wait_until began
kill -KILL $!
wait $! 2>/dev/null
[ ! -e "$state/runs/000002/report.json" ] || complain "the run was over before it was killed"
run 0 runs 'a<b' --read-only
[ ! -e "$state/runs/000002/report.json" ] || complain "a report was written with --read-only"
run 0 runs 'a<b'
for name in report.json report.txt report.md report.html balance.csv; do
    [ -s "$state/runs/000002/$name" ] || complain "no $name after a kill"
done
run 0 report 'a<b' 2
has out 'no exit code, interrupted'
has out "mudanza resume 'a<b'"
finish
