#!/bin/sh
# Every refusal and warning about a DPMF file says what, where and what to do, in both languages.
. "$TOP_SRCDIR/tests/cli/lib.sh"
fixtures=$TOP_SRCDIR/tests/fixtures/dpmf
python3 "$TOP_SRCDIR/tests/support/judge_words.py" "$fixtures/MANIFEST.tsv" >out 2>err || complain "words"

# A name that other words begin with is told all the same.
cp "$fixtures/broken/no_meta.dpm" t
run 6 dpmf info t
has err "t: table _meta is missing"

# Words of SQLite stand behind ours; those of zstd are ours.
run 6 dpmf verify "$fixtures/broken/schema_format_9.dpm"
has out "cannot be read (SQLite: unsupported file format)"
run 6 dpmf verify "$fixtures/broken/bad_checksum.dpm.zst"
has out "its checksum is another"
run 6 dpmf verify "$fixtures/broken/cut_zst_02624.dpm.zst"
has out "behind byte 2624"
mkfifo pipe
for odd in . pipe /dev/null; do
    run 6 dpmf verify "$odd"
    has err "$odd: it is not an ordinary file"
    has err "hint: "
done
run 6 dpmf verify missing.dpm
has err "missing.dpm: No such file"
has err "who may read it"
finish
