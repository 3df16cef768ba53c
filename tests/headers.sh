#!/bin/sh
# Every header compiles alone, and its include guard is its path.
set -eu
cd "$TOP_SRCDIR"
bad=0
for header in $(find src ui -name '*.h' 2>/dev/null | sort); do
    name=${header#src/}
    # shellcheck disable=SC2086  # flags are words
    if ! printf '#include "%s"\n' "$name" |
        $CC $CHECK_CFLAGS -I"$TOP_BUILDDIR" -Isrc -I. -Werror -x c -fsyntax-only -; then
        echo "$header: does not compile alone"
        bad=1
    fi
    guard=$(printf '%s' "$name" | tr 'a-z/.' 'A-Z__')
    if ! grep -qx "#ifndef $guard" "$header" || ! grep -qx "#define $guard" "$header"; then
        echo "$header: its include guard should be $guard"
        bad=1
    fi
done
exit $bad
