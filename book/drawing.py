"""What the diagrams of the book are drawn with: pictures, networks, codes, arrows and words.

Each function gives a piece of SVG. A drawing is 360 units wide, and its words are 15 high: on a
phone, where a unit is a little less than a pixel, they still come out at ten points or more. What
belongs to a symbol of `companion.plots.style.SYMBOLS` is in its colour, and bears its name.
"""

import re
from html import escape
from pathlib import Path

from companion.pictures import data_uri
from companion.plots.style import SYMBOLS

TILES = Path(__file__).parent / "images" / "tiles"
WIDTH = 360
# What stands for a symbol in the key below a drawing.
WORDS = {
    "x": "picture <i>x</i>",
    "encoder": "encoder",
    "z": "code <i>z</i>",
    "mu": "mean <i>μ</i>",
    "sigma": "width <i>σ</i>",
    "decoder": "decoder",
    "reconstruction": "reconstruction <i>x̂</i>",
    "kl": "KL",
}
# How a drawing looks, on a page and in a file alone. A page sets the colours for its theme.
STYLE = """
.drawing { font-family: "Segoe UI", Helvetica, Arial, sans-serif; font-size: 15px; }
.drawing text { fill: var(--symbol, var(--ink)); }
.drawing .shape { fill: var(--symbol, var(--ink)); stroke: var(--symbol, var(--ink));
  fill-opacity: var(--tint, 0.13); stroke-width: var(--heavy, 1.6); }
.drawing .frame, .drawing .line { fill: none; stroke: var(--symbol, var(--ink));
  stroke-width: var(--heavy, 1.6); }
.drawing .dashed { stroke-dasharray: 5 4; }
.drawing .tip, .drawing .full { fill: var(--symbol, var(--ink)); }
.drawing .slope { --symbol: var(--slope); }
""".strip()


def colours(theme):
    """Write the colours of a theme, "light" or "dark", as custom properties of CSS."""
    which = ("light", "dark").index(theme)
    slope = f"--slope: {('#b84e00', '#ffa657')[which]};"
    return " ".join([*(f"--symbol-{name}: {c[which]};" for name, c in SYMBOLS.items()), slope])


def symbol_rules():
    """Give whatever bears the name of a symbol its colour, in CSS."""
    return "\n".join(
        f'[data-symbol="{name}"] {{ --symbol: var(--symbol-{name}); }}' for name in SYMBOLS
    )


def drawing(title, height, *parts):
    """Put pieces together into a file of SVG: dark on its own white paper."""
    root = f".drawing {{ --ink: #222832; {colours('light')} }}"
    return "\n".join(
        (
            f'<svg class="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
            f'{height}" width="{WIDTH}" height="{height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{root}\n{symbol_rules()}\n{STYLE}\n</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6" fill="#fff"/>',
            *parts,
            "</svg>\n",
        )
    )


def of(symbol, *parts):
    """Say to which symbol pieces belong."""
    if symbol not in SYMBOLS:
        raise ValueError(f"`symbol` must be one of {', '.join(SYMBOLS)}. Received: {symbol}")
    return f'<g data-symbol="{symbol}">{"".join(parts)}</g>'


def slope(*pieces):
    """Say that pieces show the way of a gradient."""
    return f'<g class="slope">{"".join(pieces)}</g>'


def words(x, y, text, anchor="middle", size=None):
    """Write a line of words, its baseline at y; what stands between asterisks is slanted."""
    inside = re.sub(r"\*([^*]+)\*", r'<tspan font-style="italic">\1</tspan>', escape(text))
    more = f' font-size="{size}"' if size else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{inside}</text>'


def picture(x, y, side, tile, pixels=False):
    """Lay down a picture from images/tiles; with `pixels`, each of its pixels is a square."""
    address = data_uri((TILES / f"{tile}.png").read_bytes())
    sharp = ' style="image-rendering: pixelated"' if pixels else ""
    place = f'x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}"'
    return f'<image {place} href="{address}"{sharp}/><rect class="frame" {place}/>'


def box(x, y, width, height, kind="shape", corner=3):
    """Draw a rectangle; its kind is "shape", tinted, "frame", empty, or "full"."""
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{corner:g}"/>'
    )


def network(x, y, width, left, right, name):
    """Draw a network as a trapezium round the height y: so high on the left and on the right."""
    corners = ((x, y - left / 2), (x + width, y - right / 2))
    corners += ((x + width, y + right / 2), (x, y + left / 2))
    points = " ".join(f"{a:g},{b:g}" for a, b in corners)
    shape = f'<polygon class="shape" points="{points}" stroke-linejoin="round"/>'
    return of(name, shape, words(x + width / 2, y + 5, name))


def numbers(x, y, width, texts, height=26):
    """Draw a list of numbers as boxes, one below the other, round the height y."""
    top = y - height * len(texts) / 2
    return "".join(
        box(x, top + i * height, width, height, corner=0)
        + words(x + width / 2, top + (i + 0.5) * height + 5, text)
        for i, text in enumerate(texts)
    )


def line(*points, dashed=False):
    """Draw a line through points."""
    path = " L".join(f"{a:g} {b:g}" for a, b in points)
    return f'<path class="line{" dashed" if dashed else ""}" d="M{path}"/>'


def arrow(*points, dashed=False):
    """Draw a line through points, with a tip at its end; the last stretch is straight."""
    (ax, ay), (bx, by) = points[-2:]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    ux, uy = (bx - ax) / length, (by - ay) / length
    base = bx - 7 * ux, by - 7 * uy
    sides = ((base[0] - 4 * uy, base[1] + 4 * ux), (base[0] + 4 * uy, base[1] - 4 * ux))
    tip = " ".join(f"{a:.4g},{b:.4g}" for a, b in ((bx, by), *sides))
    return line(*points[:-1], base, dashed=dashed) + f'<polygon class="tip" points="{tip}"/>'


def dice(x, y, side=24):
    """Draw a die, round a point: what comes by chance."""
    spots = ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1))
    return box(x - side / 2, y - side / 2, side, side, "frame", corner=4) + "".join(
        f'<circle class="tip" cx="{x + a * side / 4:g}" cy="{y + b * side / 4:g}" r="2"/>'
        for a, b in spots
    )
