#!/bin/sh
# Whatever a file is built to do, verifying it takes 192 MiB at most, scrypt's 128 included.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard cryptography
if grep -q __asan_init "$MUDANZA" || grep -q __tsan_init "$MUDANZA"; then
    echo "sanitizers take memory of their own"
    exit 77
fi
TMPDIR=$work/temp
mkdir "$TMPDIR" files
export TMPDIR MUDANZA_PASSPHRASE=worst
"$python" "$support/make_worst.py" files || exit 99

for file in files/*; do
    "$python" - "$MUDANZA" "$file" >out 2>err <<'PY' || complain "$file"
import resource, subprocess, sys
code = subprocess.run([sys.argv[1], "dpmf", "verify", sys.argv[2]]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"{peak} MiB, exit {code}", flush=True)
sys.exit(code not in (0, 6) or peak > 192)
PY
    echo "$file: $(tail -n 1 out)"
done
[ -z "$(ls -A "$TMPDIR")" ] || complain "something was left in the temporary folder"
finish
