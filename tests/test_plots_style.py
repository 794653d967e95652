"""The colours of the book's symbols: to be read as words, and to be told apart by all eyes."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from companion.plots.divergence import CLOUDS
from companion.plots.style import BLUE, ORANGE, SYMBOLS, colours_of

ROOT = Path(__file__).parents[1]
DRAWING = [*sorted(ROOT.glob("companion/plots/*.py")), *sorted(ROOT.glob("book/*.ipynb"))]

# Papers that words stand on: the page, and a tinted box, as the theme has them.
PAPERS = {"light": ("#ffffff", "#f3f4f5"), "dark": ("#14181e", "#222832")}
THEMES = dict(zip(PAPERS, zip(*SYMBOLS.values(), strict=True), strict=True))

# What is left of linear RGB without one kind of cone: Machado, Oliveira and Fernandes (2009).
VISIONS = {
    "all cones": np.eye(3),
    "no long cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no short cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
APART = 12  # CIELAB; a difference of 2 is just seen where two patches touch


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Compute the contrast ratio of WCAG 2."""
    low, high = sorted(linear(colour) @ XYZ[1] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    t = np.clip(rgb, 0, 1) @ XYZ.T / XYZ.sum(axis=1)
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", PAPERS)
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_can_be_read_on_both_papers(symbol, theme):
    colour = dict(zip(SYMBOLS, THEMES[theme], strict=True))[symbol]
    for paper in PAPERS[theme]:
        assert contrast(colour, paper) >= 4.5, paper


@pytest.mark.parametrize("theme", PAPERS)
@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_symbols_look_alike_to_any_kind_of_colour_vision(vision, theme):
    seen = [lab(linear(c) @ np.transpose(VISIONS[vision])) for c in THEMES[theme]]
    for (a, one), (b, other) in combinations(zip(SYMBOLS, seen, strict=True), 2):
        assert np.linalg.norm(one - other) > APART, f"{a} and {b}"


@pytest.mark.parametrize("vision", VISIONS)
def test_two_clouds_over_a_posterior_look_alike_to_no_kind_of_colour_vision(vision):
    blues = [plt.get_cmap("Blues")(share)[:3] for share in (0, 0.25, 0.5, 0.75, 1)]
    (one, other), *posterior = (
        [lab(linear(c) @ np.transpose(VISIONS[vision])) for c in colours]
        for colours in ([colour for colour, _ in CLOUDS], *([blue] for blue in blues))
    )
    assert np.linalg.norm(one - other) > 3 * APART
    for (blue,) in posterior:
        assert min(np.linalg.norm(one - blue), np.linalg.norm(other - blue)) > APART


SIZE = re.compile(r"\b(?:font|label)?size=([0-9.]+)\b|set_fontsize\(([0-9.]+)\)")


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: path.stem)
def test_no_word_of_a_figure_is_drawn_smaller_than_10_points(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    drawn = [line for line in lines if '"image/png"' not in line and "random" not in line]
    sizes = [float(a or b) for line in drawn for a, b in SIZE.findall(line)]
    assert [size for size in sizes if size < 10] == []


def test_codes_keep_the_colour_that_figures_give_them():
    assert SYMBOLS["z"][0] == BLUE


def test_a_curve_that_is_named_like_a_symbol_has_its_colour_and_others_take_turns():
    assert colours_of(["a", "reconstruction", "b", "KL"]) == {
        "a": BLUE,
        "reconstruction": SYMBOLS["reconstruction"][0],
        "b": ORANGE,
        "KL": SYMBOLS["kl"][0],
    }
