# Who may include whom. Reads src/layers.txt first, then source files named relative to the top of the tree;
# prints each include that is not allowed and exits 1 if there was one.
#
#   awk -f tools/layers.awk src/layers.txt src/*/*.[ch] ...

BEGIN {
    # A library has one home: the files that may include its header.
    home["sqlite3.h"] = "^src/(db/|map/functions_[a-z0-9_]+\\.c$)"
    home["libpq-fe.h"] = "^src/db/"
    home["curses.h"] = "^ui/term\\.c$"
    home["term.h"] = "^ui/term\\.c$"
    home["ncurses.h"] = "^$"
    home["yaml.h"] = "^src/config/yaml\\.c$"
    home["zstd.h"] = "^src/base/compress\\.c$"
    home["sodium.h"] = "^src/base/secret(_[a-z]+)?\\.c$"
    home["utf8proc.h"] = "^src/base/"
    home["jansson.h"] = "^src/source/dpmf_envelope\\.c$"
    home["magic.h"] = "^src/files/mime\\.c$"
    home["microhttpd.h"] = "^src/files/receive_[a-z]+\\.(c|h)$"
    home["openssl/"] = "^src/base/(digest|cipher)\\.c$"
}

function refuse(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0
    bad = 1
}

# layers.txt: "folder: folders it may include from"
NR == FNR {
    if ($0 !~ /^#/ && split($0, side, ":") == 2) {
        layer = side[1]
        known[layer] = 1
        may[layer, layer] = 1
        n = split(side[2], lower, " ")
        for (i = 1; i <= n; i++)
            may[layer, lower[i]] = 1
    }
    next
}

FNR == 1 {
    files++
    n = split(FILENAME, part, "/")
    layer = part[1] == "ui" ? "ui" : part[2]
    exempt = FILENAME == "src/main.c"
    if (!exempt && !(layer in known))
        refuse("its folder is not in src/layers.txt")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    path = quoted[2]
    if (path == "config.h") # written by configure
        next
    if (path ~ /(^|\/)\.\.?\//)
        refuse("an include never climbs")
    else if (path !~ /\//)
        refuse("an include names its folder")
    else {
        split(path, part, "/")
        if (!exempt && !((layer, part[1]) in may))
            refuse(layer " may not include from " part[1])
    }
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    split($0, part, /[<>"]/)
    header = part[2]
    if (header ~ /^openssl\//)
        header = "openssl/"
    if ((header in home) && FILENAME !~ home[header])
        refuse("this library has its home elsewhere (" home[header] ")")
}

END {
    if (!files) {
        print "layers.awk: no file to look at"
        bad = 1
    }
    exit bad
}
