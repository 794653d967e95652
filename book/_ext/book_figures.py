"""Sphinx extension of the book: how wide a figure must be for its words, and where it may be cut.

A plot is drawn with words of 10 pt or more. It is shown so wide that they have this size, and
where a page is narrower, its box scrolls. Rows of pictures, and panels that stand by themselves,
wrap there instead, as words do: `book/_static/narrow.js` lays their pieces under each other.
"""

from itertools import pairwise, product

import numpy as np

PX_PER_INCH = 96  # in CSS
PAPER = 250  # and above: what is as good as white
EDGE = 15  # pixels of paper round a plot, as IPython saves it at 150 dots an inch
LEAST = 4  # columns of pictures: fewer would be found where there are none
NAMES = 0.3  # of a figure's width, at most, are the names of its rows
# Figures of two halves which stand by themselves, by their names or those of their files.
PANELS = {
    "ch2-maps", "ch8-islands", "ch9-codes", "ch9-prior", "ch16-missed", "ch17-score", "ch18-walks",
    "two-maps-of-one-prior", "two-walks-between-dates",
}  # fmt: skip


def box(tag, image, names):
    """Put a plot into a box that says how wide it must be, and where its columns begin and end.

    A picture without words has no resolution, and stays as it is.

    Args:
        tag: the `<img>` of the figure.
        image: the opened picture.
        names: of the figure, and of its file.

    Returns:
        HTML.
    """
    if "dpi" not in image.info:
        return tag
    edges = columns(image) or (halves(image) if PANELS & set(names) else [])
    width = round(image.width * PX_PER_INCH / image.info["dpi"][0])
    cuts = f' data-cuts="{" ".join(map(str, edges))}"' if edges else ""
    return f'<span class="drawn" style="--least:{width}px"{cuts}>{tag}</span>'


def columns(image):
    """Find the columns of a figure of `plots.image_rows`: where the first begins, and each ends.

    All its pictures are squares of one size, as many rows as there are between its upper and its
    lower edge, with paper between them; what lies left of them are the names of the rows.

    Returns:
        Places in pixels from the left, or none where the figure is another one.
    """
    paper = np.asarray(image.convert("L")) >= PAPER
    height, width = paper.shape
    right = width - EDGE
    for rows, off in product(range(12, 0, -1), (0, -0.3, 0.3, -0.6, 0.6)):
        size = (height - 2 * EDGE + off) / rows  # the height is a whole number of pixels
        for n in range(int((right - EDGE) / size), LEAST - 1, -1):
            left = right - n * size
            named = left > EDGE + 8
            if left > NAMES * width or (named and not paper[:, int(left) - 6 : int(left)].all()):
                continue
            across = [left + i * size for i in range(n)]
            down = [EDGE + i * size for i in range(1, rows)]
            if _clear(paper, across) and _clear(paper[:, int(left) + 3 :].T, down):
                return [round(place) for place in (*across, right)]
    return []


def halves(image):
    """Give the two edges of a figure, and between them the widest gap near its middle."""
    paper = (np.asarray(image.convert("L")) >= PAPER).all(axis=0)
    bounds = np.flatnonzero(np.diff(paper.astype(int))) + 1
    gaps = [
        (start, end)
        for start, end in pairwise(bounds)
        if paper[start] and 0.35 < (start + end) / 2 / len(paper) < 0.65
    ]
    start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
    return [0, round((start + end) / 2), len(paper)]


def _clear(paper, places):
    """Say whether at each place, or a pixel or two beside it, a line of paper runs through."""
    lines = paper.all(axis=0)
    return all(lines[max(round(place) - 2, 0) : round(place) + 3].any() for place in places)
