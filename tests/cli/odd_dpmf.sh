#!/bin/sh
# Hundreds of odd and broken containers, made here: each gets the verdict and the warnings it deserves, in time,
# and leaves nothing behind.
/usr/bin/python3 -c 'import cryptography, zstandard' 2>/dev/null || {
    echo "python3-cryptography or python3-zstandard is missing"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MUDANZA_PASSPHRASE MUDANZA_LANG MUDANZA_CLINICS_DIR MUDANZA_STATE_DIR
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$TOP_SRCDIR/tests/support/odd_dpmf.py" judge "$work/odd" "$MUDANZA"
