"""What all figures share: their colours, safe for colour-blind eyes, and their width."""

from itertools import cycle

import matplotlib.pyplot as plt
from matplotlib import color_sequences
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import withStroke

# The colours of Okabe and Ito (2008), and a grey.
BLUE, ORANGE, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6e6e6e"
# One colour a symbol of the book: on white, and on a dark page. tests/test_plots_style.py holds
# them to 4.5:1 as text, and apart for every kind of colour vision.
SYMBOLS = {
    "x": ("#005a4b", "#3ee6c6"),
    "encoder": ("#4b692d", "#b4f087"),
    "z": (BLUE, "#58b4f0"),
    "mu": ("#780f2d", "#d29687"),
    "sigma": ("#87690f", "#f0e12d"),
    "decoder": ("#8419f0", "#9a8cff"),
    "reconstruction": ("#5a2d00", "#ff6a3d"),
    "kl": ("#870f78", "#e169a5"),
}
# What figures call them, where not by the name of the symbol.
NAMED = {"picture": "x", "code": "z", "KL": "kl", "KL term": "kl"}
# Ten, for classes: Petroff (2021), as matplotlib brings them.
PETROFF = color_sequences["petroff10"]
# Signed numbers: negative blue, 0 white, positive orange.
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
# Names that stand on a picture.
NAME = {
    "ha": "center",
    "va": "center",
    "size": 13,
    "weight": "bold",
    "color": "#222222",
    "path_effects": [withStroke(linewidth=4, foreground="white")],
}
WIDTH = 6  # of a figure, in inches


def colours_of(names):
    """Give each name its colour: a symbol its own, and the others one after the other."""
    others = cycle((BLUE, ORANGE, GREEN, PINK))
    symbols = {name: NAMED.get(name, name) for name in names}
    return {
        name: SYMBOLS[symbol][0] if symbol in SYMBOLS else next(others)
        for name, symbol in symbols.items()
    }


def new_axes(height):
    """Make a figure 6 inches wide: its words can be read where it shrinks to a phone's width."""
    return plt.subplots(figsize=(WIDTH, height), dpi=150, layout="constrained")[1]
