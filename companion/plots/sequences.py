"""Sequences: signals as curves, short texts letter by letter."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_array, check_has, check_numbers, check_texts
from companion.plots.plot_arguments import axes_of
from companion.plots.style import BLUE, GREEN, GREY, ORANGE, SIGNED


def signal_rows(
    rows: Mapping[str, ArrayLike], clean: ArrayLike | None = None, ax: Axes | None = None
) -> Axes:
    """Draw signals under each other, each with its name (chapter 4).

    Args:
        rows: dict from a row's name to its signal, `(length,)` or `(length, 1)`.
        clean: the true signal, drawn thin behind every row; none by default.
        ax: axes to draw on.

    Returns:
        The axes; all rows have one scale.

    Raises:
        TypeError: `rows` is no dict.
        ValueError: no row, signals of different lengths, or with several channels.
    """
    check_has("a dict of names to signals", "items", rows=rows)
    signals = {name: _one_dimensional(signal, f"rows[{name!r}]") for name, signal in rows.items()}
    truth = None if clean is None else _one_dimensional(clean, "clean")
    drawn = [*signals.values(), *([] if truth is None else [truth])]
    if len({len(signal) for signal in drawn}) != 1:
        sizes = [len(signal) for signal in drawn]
        raise ValueError(f"`rows` must hold equally long signals. Received: lengths {sizes}")
    ax = axes_of(ax, 0.3 + 1.15 * len(rows))
    apart = 1.1 * (max(map(np.max, drawn)) - min(map(np.min, drawn)))
    for i, (signal, colour) in enumerate(zip(signals.values(), cycle((GREY, BLUE, ORANGE, GREEN)))):
        if truth is not None:
            ax.plot(truth - i * apart, color="black", lw=0.8, alpha=0.6)
        ax.plot(signal - i * apart, color=colour, lw=1.8)
    ax.set_yticks([-i * apart for i in range(len(rows))], list(rows))
    ax.set(xticks=[], xlim=(0, len(drawn[0]) - 1))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def text_columns(
    columns: Mapping[str, Sequence[str]],
    wrong: Mapping[str, ArrayLike] | None = None,
    codes: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Write columns of short texts, with wrong characters in orange and underlined (chapter 5).

    Args:
        columns: dict from a column's name to its texts; equally many each.
        wrong: dict from a column's name to booleans `(n,)`, for whole texts, or
            `(n, length)`, for characters; none by default.
        codes: numbers `(n, d)`, drawn as squares behind the first column:
            positive ones orange, negative ones blue, 0 white.
        ax: axes to draw on.

    Returns:
        The axes, whose unit is a character.

    Raises:
        TypeError: `columns` or `wrong` is no dict, or holds no texts.
        ValueError: columns of different lengths.
    """
    check_has("a dict of names to texts", "items", columns=columns)
    for name, texts in columns.items():
        check_texts(None, **{f"columns[{name!r}]": texts})
    if wrong is not None:
        check_has("a dict of names of columns to booleans", "keys", "items", wrong=wrong)
        if strange := [name for name in wrong if name not in columns]:
            raise ValueError(f"`wrong` must have names of `columns`. Received: {strange}")
    if codes is not None:
        check_array(codes, shape=(None,), name="codes")
    n = len(next(iter(columns.values()), ()))
    if n == 0 or {len(texts) for texts in columns.values()} != {n}:
        sizes = {name: len(texts) for name, texts in columns.items()}
        raise ValueError(f"`columns` must hold equally many texts each. Received: {sizes}")
    ax = axes_of(ax, 0.3 * (n + 1.5))
    wrong = wrong or {}
    x = 0
    for name, texts in columns.items():
        marks = np.zeros((n, max(map(len, texts))), bool)
        if name in wrong:
            marks |= np.asarray(wrong[name], bool).reshape(n, -1)
        ax.annotate(name, (x, -1), va="center", weight="bold")
        for row, text in enumerate(texts):
            for column, character in enumerate(text):
                bad = marks[row, column]
                ax.annotate(character, (x + column + 0.5, row), ha="center", va="center", size=13,
                            family="monospace", color=ORANGE if bad else "black",
                            weight="bold" if bad else "normal")  # fmt: skip
                if bad:
                    ax.plot([x + column + 0.1, x + column + 0.9], [row + 0.4] * 2, color=ORANGE)
        x += max(len(name), marks.shape[1]) + 2
        if codes is not None:
            codes, width = np.asarray(codes), 14  # characters
            limit = np.abs(codes).max()
            ax.annotate("code", (x, -1), va="center", weight="bold")
            for row, code in enumerate(codes):
                ax.imshow(code[None], cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto",
                          extent=(x, x + width, row + 0.35, row - 0.35))  # fmt: skip
            x, codes = x + width + 2, None
    ax.set(xlim=(0, x - 2), ylim=(n - 0.4, -1.5), aspect="auto")
    ax.axis("off")
    return ax


def _one_dimensional(signal, name):
    """Drop the channel axis of a signal."""
    signal = as_numbers(signal, name)
    signal = signal[:, 0] if signal.ndim == 2 and signal.shape[-1] == 1 else signal
    if signal.ndim != 1 or len(signal) == 0:
        raise ValueError(
            f"`{name}` must be a signal, (length,) or (length, 1). Received: shape={signal.shape}"
        )
    check_numbers(signal, shape=(None,), name=name)
    return signal
