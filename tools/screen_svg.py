#!/usr/bin/env python3
"""Draws what a terminal showed: text with its escape sequences (tmux capture-pane -e -p) in, SVG out.

usage: screen_svg.py COLUMNS ROWS TITLE <text >picture.svg
"""
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_W, CELL_H, PAD, BAR = 8.4, 18, 12, 30
FORE, BACK = "#d8dee9", "#1d2129"
COLORS = ["#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9"]


class Look:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fore = self.back = None
        self.bold = self.dim = self.under = self.reverse = False

    def take(self, codes):
        for code in [int(c or 0) for c in codes.split(";")]:
            if code == 0:
                self.reset()
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "under", 7: "reverse"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (24, 27):
                setattr(self, {24: "under", 27: "reverse"}[code], False)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.fore = COLORS[code % 10]
            elif code == 39:
                self.fore = None
            elif 40 <= code <= 47:
                self.back = COLORS[code % 10]
            elif code == 49:
                self.back = None

    def key(self):
        fore, back = self.fore or FORE, self.back
        if self.reverse:
            fore, back = self.back or BACK, self.fore or FORE
        return fore, back, self.bold, self.dim, self.under


def runs(line):
    """(column, text, look) of a line, neighbours of one look together."""
    look, column, out = runs.look, 0, []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            look.take(part[2:-1])
        elif part:
            out.append((column, part, look.key()))
            column += sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1
                          for c in part)
    return out, column


def draw(columns, rows, title, lines):
    runs.look = Look()
    width, height = columns * CELL_W + 2 * PAD, rows * CELL_H + 2 * PAD + BAR
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
           f'viewBox="0 0 {width:.0f} {height:.0f}" role="img"><title>{escape(title)}</title>')
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>'
    yield f'<text x="{width / 2:.0f}" y="20" fill="#7b8494" font-family="sans-serif" font-size="13" text-anchor="middle">{escape(title)}</text>'
    yield '<g font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">'
    for y, line in enumerate(lines[:rows]):
        top = BAR + PAD + y * CELL_H
        parts, _ = runs(line)
        for x, text, (fore, back, bold, dim, under) in parts:
            left, wide = PAD + x * CELL_W, len(text) * CELL_W
            if back:
                yield f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{CELL_H}" fill="{back}"/>'
            if text.strip():
                more = ' font-weight="bold"' * bold + ' opacity="0.6"' * dim + ' text-decoration="underline"' * under
                yield (f'<text x="{left:.1f}" y="{top + 14}" textLength="{wide:.1f}" fill="{fore}"{more}>'
                       f'{escape(text)}</text>')
    yield "</g></svg>"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    text = sys.stdin.buffer.read().decode("utf-8", "replace").split("\n")
    print("\n".join(draw(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], text)))
