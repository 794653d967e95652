"""The pictures of the book: ink on white, safe for colour-blind eyes.

Each function draws on `ax`, or on a new figure without it, and returns the
axes. None calls `plt.show()`. Pictures are shown as on paper: 0 is white, 1 black.
"""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import color_sequences
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from scipy.ndimage import distance_transform_edt

# The colours of Okabe and Ito (2008), and a grey.
BLUE, ORANGE, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6e6e6e"
# Ten, for classes: Petroff (2021), as matplotlib brings them.
PETROFF = color_sequences["petroff10"]
# Signed numbers: negative blue, 0 white, positive orange.
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])


def image_rows(rows, marks=None, ax=None):
    """Draw rows of pictures under each other, each with its name (chapter 1).

    Args:
        rows: dict from a row's name to its pictures, `(n, h, w)` or
            `(n, h, w, 1)`, in [0, 1]; the same `h` and `w` throughout.
        marks: dict from a row's name to a short text for each of its pictures,
            written into their upper left corners (chapter 6).
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: no row, rows of different lengths, or pictures that are not grey.
    """
    pictures = [_two_dimensional(images) for images in rows.values()]
    if len({len(images) for images in pictures}) != 1:
        sizes = {name: len(images) for name, images in zip(rows, pictures, strict=True)}
        raise ValueError(f"`rows` must hold equally many pictures each. Received: {sizes}")
    _, h, w = pictures[0].shape
    ax = ax or _new_axes(0.1 + WIDTH * len(rows) * h / (len(pictures[0]) * w))
    ax.imshow(_tile(np.stack(pictures)), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([h / 2 + i * (h + GAP) for i in range(len(rows))], list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for i, name in enumerate(rows):
        for j, mark in enumerate((marks or {}).get(name, ())):
            ax.annotate(mark, (j * (w + GAP), i * (h + GAP)), va="top", color=ORANGE,
                        size=9, weight="bold")  # fmt: skip
    return ax


def picture_map(decode, z1, z2, ax=None):
    """Draw what a 2-D decoder makes of each point of a grid of codes (chapter 1).

    Args:
        decode: function from codes `(n, 2)` to pictures `(n, h, w, 1)` in [0, 1].
        z1, z2: increasing values of the first and the second number of the
            code; z1 grows to the right, z2 upwards.
        ax: axes to draw on.

    Returns:
        The axes, whose coordinates are pictures; ticks name a few codes.
    """
    z1, z2 = np.asarray(z1), np.asarray(z2)
    grid = np.stack(np.meshgrid(z1, z2[::-1]), axis=-1)  # (rows, columns, 2)
    images = _two_dimensional(decode(grid.reshape(-1, 2)))
    h, w = images.shape[1:]
    ax = ax or _new_axes(WIDTH * len(z2) * h / (len(z1) * w))
    mosaic = _tile(images.reshape(*grid.shape[:2], h, w))
    ax.imshow(mosaic, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    for axis, values, size in (("x", z1, w), ("y", z2[::-1], h)):
        middles = np.arange(len(values)) * (size + GAP) + size / 2
        ticks = MaxNLocator(6).tick_values(values.min(), values.max())
        ticks = ticks[(values.min() <= ticks) & (ticks <= values.max())]
        order = np.argsort(values)
        places = np.interp(ticks, values[order], middles[order])
        labels = [f"{tick:g}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
        ax.set(**{f"{axis}ticks": places, f"{axis}ticklabels": labels})
    ax.set(xlabel="first number of the code, $z_1$", ylabel="second number, $z_2$")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def loss_curve(history, *, baseline, floor, ax=None):
    """Draw losses over the epochs, between their baseline and their floor (chapter 1).

    Args:
        history: dict from a curve's name to its values, one an epoch, in nats
            per image.
        baseline, floor: nats per image (`metrics.baseline`, `metrics.floor`).
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(3.4)
    _mark_level(ax, baseline, "baseline: the mean picture, always")
    _mark_level(ax, floor, "floor: a perfect reconstruction")
    for (name, values), colour in zip(history.items(), cycle((BLUE, ORANGE, GREEN, PINK))):
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=colour, lw=2, marker="o", markevery=[-1])
        ax.annotate(f"{name}, {values[-1]:.0f}", (epochs[-1], values[-1]), (0, 8), ha="right",
                    textcoords="offset points", color=colour, weight="bold")  # fmt: skip
    ax.set(xlabel="epoch", ylabel="nats per image", ylim=(0, None), xlim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def error_scale(errors, *, baseline, floor, ax=None):
    """Place errors on the one scale that gives them a meaning (chapter 1).

    Args:
        errors: dict from a model's name to its held-out error, nats per image.
        baseline, floor: nats per image; the two ends of the scale.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(1.7)
    ax.plot([floor, baseline], [0, 0], color=GREY, lw=6, solid_capstyle="butt", alpha=0.35)
    for name, value in {"floor": floor, "baseline": baseline}.items():
        ax.plot(value, 0, "|", color=GREY, ms=22, mew=3)
        ax.annotate(f"{name}\n{value:.0f}", (value, 0), (0, -34), ha="center",
                    textcoords="offset points", color="#444444")  # fmt: skip
    for name, value in errors.items():
        ax.plot(value, 0, "o", color=BLUE, ms=10)
        ax.annotate(f"{name}\n{value:.0f}", (value, 0), (0, 10), ha="center",
                    textcoords="offset points", color=BLUE, weight="bold")  # fmt: skip
    ax.set(
        ylim=(-1, 1),
        xlim=(0, 1.08 * max(baseline, *errors.values())),
        yticks=[],
        xlabel="nats per image",
    )
    ax.spines[["left", "top", "right"]].set_visible(False)
    return ax


def size_curves(curves, *, level, level_name, ylabel, ax=None):
    """Draw what codes of different lengths reach, against one level (chapter 2).

    Args:
        curves: dict from a curve's name to its values, a dict from the numbers
            in a code to what was measured; two or more of each.
        level: a value to compare all with.
        level_name: what reaches that level.
        ylabel: what was measured, with its unit.
        ax: axes to draw on.

    Returns:
        The axes; the numbers in a code double from tick to tick.
    """
    ax = ax or _new_axes(3.8)
    top = max(curves, key=lambda name: np.mean(list(curves[name].values())))
    first, *_, last = curves[top].values()
    _mark_level(ax, level, level_name, side="right" if first > last else "left")
    for (name, curve), colour in zip(curves.items(), cycle((BLUE, ORANGE, GREEN, PINK))):
        sizes, values = list(curve), list(curve.values())
        ax.plot(sizes, values, color=colour, lw=2, marker="o")
        # Beside the second point, where no part of the curve can be.
        above, falls = name == top, values[0] > values[-1]
        ax.annotate(name, (sizes[1], values[1]), (8 if above == falls else -8, 8 if above else -8),
                    textcoords="offset points", color=colour, weight="bold",
                    ha="left" if above == falls else "right",
                    va="bottom" if above else "top")  # fmt: skip
    ax.set_xscale("log", base=2)
    ax.set_xticks(sizes, sizes)
    ax.set(xlabel="numbers in the code", ylabel=ylabel, ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def latent_scatter(codes, labels, class_names, ax=None):
    """Draw codes as points of the plane, coloured and named by their classes (chapter 2).

    A class's name stands at the median of its points, so that the picture can be
    read without its colours: Petroff's ten (2021), told apart by colour-blind
    eyes too. All points are drawn in the order given, so no class lies on top.

    Args:
        codes: numbers, `(n, 2)`.
        labels: integers, `(n,)`: indices into `class_names`.
        class_names: names of the classes; one without points is left out.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: codes are not points of a plane, or labels do not fit them.
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"`codes` must have shape (n, 2). Received: {codes.shape}")
    known = labels.dtype.kind in "iu" and np.isin(labels, range(len(class_names))).all()
    if labels.shape != codes.shape[:1] or not known:
        raise ValueError(
            f"`labels` must be {len(codes)} integers in 0..{len(class_names) - 1}. "
            f"Received: shape={labels.shape}, values {np.unique(labels)}"
        )
    ax = ax or _new_axes(5)
    colours = np.array([colour for _, colour in zip(class_names, cycle(PETROFF))])
    size = np.clip(5000 / max(len(codes), 1), 3, 18)  # smaller points where there are many
    ax.scatter(*codes.T, s=size, c=colours[labels], alpha=0.7, linewidths=0, rasterized=True)
    halo = [withStroke(linewidth=4, foreground="white")]
    for label in np.unique(labels):
        ax.annotate(class_names[label], np.median(codes[labels == label], axis=0), ha="center",
                    va="center", size=13, weight="bold", color="#222222",
                    path_effects=halo)  # fmt: skip
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def territories(classes, z1, z2, class_names, empty=None, ax=None):
    """Draw the plane of codes as a map of countries, each named by its class (chapter 6).

    Args:
        classes: integers, `(len(z2), len(z1))`: the class of what is decoded at
            (z1[j], z2[i]), an index into `class_names`.
        z1, z2: increasing values of the first and the second number of the code.
        class_names: names of the classes; each stands in the widest part of its country.
        empty: booleans of the shape of `classes`; True stays white.
        ax: axes to draw on.

    Returns:
        The axes, in the coordinates of the codes.

    Raises:
        ValueError: `classes` or `empty` does not fit the grid.
    """
    classes, shape = np.asarray(classes), (len(z2), len(z1))
    empty = np.zeros(shape, bool) if empty is None else np.asarray(empty)
    if classes.shape != shape or empty.shape != shape:
        raise ValueError(
            f"`classes` and `empty` must have shape {shape}. "
            f"Received: {classes.shape} and {empty.shape}"
        )
    ax = ax or _new_axes(5)
    colours = np.array([to_rgb(colour) for _, colour in zip(class_names, cycle(PETROFF))])
    picture = 1 - 0.65 * (1 - colours[classes])  # paler, so that names and codes can be read
    picture[empty] = 1
    steps = [(values[-1] - values[0]) / (len(values) - 1) / 2 for values in (z1, z2)]
    ends = [(v[0] - step, v[-1] + step) for v, step in zip((z1, z2), steps, strict=True)]
    ax.imshow(picture, origin="lower", extent=(*ends[0], *ends[1]), aspect="auto",
              interpolation="nearest")  # fmt: skip
    halo = [withStroke(linewidth=4, foreground="white")]
    for label in np.unique(classes[~empty]):
        inside = np.pad((classes == label) & ~empty, 1)
        i, j = np.unravel_index(distance_transform_edt(inside).argmax(), inside.shape)
        ax.annotate(class_names[label], (z1[j - 1], z2[i - 1]), ha="center", va="center",
                    size=13, weight="bold", color="#222222", path_effects=halo)  # fmt: skip
    ax.set(xlabel="first number of the code, $z_1$", ylabel="second number, $z_2$")
    return ax


def gain_bars(groups, ax=None):
    """Draw what each method gains over the noisy input, or loses (chapter 4).

    Args:
        groups: dict from what the data is to a dict from a method's name to its
            gain in dB; a method has one colour in all groups.
        ax: axes to draw on.

    Returns:
        The axes, with one bar for each method, the first on top.
    """
    methods = list(dict.fromkeys(name for gains in groups.values() for name in gains))
    colours = dict(zip(methods, cycle((GREY, BLUE, ORANGE, GREEN, PINK))))
    ax = ax or _new_axes(0.8 + 0.34 * sum(len(gains) + 1 for gains in groups.values()))
    y, ticks = 0, {}
    for group, gains in groups.items():
        y += 1  # a line for the name of the group
        ax.annotate(group, (0, y), (4, 0), xycoords=("axes fraction", "data"), va="center",
                    textcoords="offset points", weight="bold")  # fmt: skip
        for name, gain in gains.items():
            y += 1
            ticks[y] = name
            ax.barh(y, gain, color=colours[name], height=0.75)
            ax.annotate(f"{gain:+.1f}".replace("-", "\N{MINUS SIGN}"), (gain, y),
                        (4 if gain >= 0 else -4, 0), va="center", textcoords="offset points",
                        ha="left" if gain >= 0 else "right")  # fmt: skip
    ax.axvline(0, color="#444444", lw=1)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set(xlabel="gain over the noisy input, dB", ylim=(y + 0.7, 0.4))
    ax.margins(x=0.15)
    ax.tick_params(axis="y", length=0)
    ax.spines[["left", "top", "right"]].set_visible(False)
    return ax


def signal_rows(rows, clean=None, ax=None):
    """Draw signals under each other, each with its name (chapter 4).

    Args:
        rows: dict from a row's name to its signal, `(length,)` or `(length, 1)`.
        clean: the true signal, drawn thin behind every row; none by default.
        ax: axes to draw on.

    Returns:
        The axes; all rows have one scale.

    Raises:
        ValueError: no row, signals of different lengths, or with several channels.
    """
    signals = {name: _one_dimensional(signal) for name, signal in rows.items()}
    truth = None if clean is None else _one_dimensional(clean)
    drawn = [*signals.values(), *([] if truth is None else [truth])]
    if len({len(signal) for signal in drawn}) != 1:
        sizes = [len(signal) for signal in drawn]
        raise ValueError(f"`rows` must hold equally long signals. Received: lengths {sizes}")
    ax = ax or _new_axes(0.3 + 1.15 * len(rows))
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


def dictionaries(atoms, columns=12, ax=None):
    """Draw the atoms of several dictionaries, a block of small pictures each (chapter 3).

    Args:
        atoms: dict from a dictionary's name to its atoms, weights `(n, h, w)` or
            `(n, h, w, 1)`, as many in each, `n` a multiple of `columns`;
            `signed_as_grey` draws them.
        columns: atoms in a row.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    blocks = [signed_as_grey(_two_dimensional(weights)) for weights in atoms.values()]
    n, h, w = blocks[0].shape
    mosaics = [_tile(block.reshape(n // columns, columns, h, w)) for block in blocks]
    height, width = mosaics[0].shape
    space = np.zeros((4 * GAP, width))
    ax = ax or _new_axes(0.1 + WIDTH * len(blocks) * (height + 4 * GAP) / (1.15 * width))
    picture = np.concatenate([part for mosaic in mosaics for part in (mosaic, space)][:-1])
    ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set_xticks([])
    middles = [height / 2 + i * (height + 4 * GAP) for i in range(len(blocks))]
    ax.set_yticks(middles, list(atoms), rotation=90, va="center")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def signed_as_grey(weights):
    """Give signed pictures as greys: 1/2 for weight 0, more for ink added, less for ink taken.

        1/2 + w / (2 max |w|),   the maximum over each picture

    Args:
        weights: `(n, h, w)`, none of them zero throughout.

    Returns:
        Array in [0, 1] of the same shape.
    """
    return 0.5 + 0.5 * weights / np.abs(weights).max(axis=(1, 2), keepdims=True)


def unit_shares(shares, ax=None):
    """Draw what the units of some codes do: on for a picture, for others only, or dead (chapter 3).

    Args:
        shares: dict from a code's name to two shares of its units, `(active,
            dead)`: those on for a picture, on average, and those on for none.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(1.0 + 0.42 * len(shares))
    active, dead = 100 * np.array(list(shares.values())).T
    style = {"height": 0.62, "edgecolor": "#444444"}
    bars = {
        "on for a picture": (0, active, BLUE),
        "on for others only": (active, 100 - active - dead, "#a9cfe6"),
        "dead": (100 - dead, dead, "white"),
    }
    for label, (left, width, colour) in bars.items():
        ax.barh(list(shares), width, left=left, color=colour, label=label, **style)
    for row, value in enumerate(active):
        inside = {"xytext": (-4, 0), "ha": "right", "color": "white"}
        outside = {"xytext": (4, 0), "ha": "left", "color": "black"}
        ax.annotate(f"{value:.0f} %", (value, row), textcoords="offset points", va="center",
                    weight="bold", **(inside if value > 20 else outside))  # fmt: skip
    ax.set(xlim=(0, 100), xlabel="per cent of the units")
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=3, frameon=False,
              handlelength=1.2, columnspacing=1.2)  # fmt: skip
    return ax


def bars(values, label, ax=None):
    """Draw named numbers as bars under each other, each with its number (Part I, side by side).

    Args:
        values: dict from a name to a number, 0 or more.
        label: what the numbers are, with their unit.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(0.7 + 0.36 * len(values))
    drawn = ax.barh(list(values), list(values.values()), color=BLUE, height=0.7)
    ax.bar_label(drawn, fmt="%.0f", padding=4, weight="bold", color=BLUE)
    ax.invert_yaxis()  # the first on top
    ax.set(xlabel=label, xlim=(0, 1.1 * max(values.values())))
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def kernel_at_work(image, kernel, response, ax=None):
    """Draw a picture, a kernel with its numbers, and what the one makes of the other (chapter 5).

    A frame shows the window in which the response is largest, and its place in the response.

    Args:
        image: a grey picture in [0, 1], `(h, w)`.
        kernel: numbers, `(k, k)`.
        response: what the kernel answers at each of its places, `(h - k + 1, w - k + 1)`.
        ax: axes to draw on.

    Returns:
        The axes, in pixels of the picture; positive numbers are orange, negative ones blue.

    Raises:
        ValueError: the response is not of the shape that belongs to picture and kernel.
    """
    image, kernel, response = map(np.asarray, (image, kernel, response))
    (h, w), k = image.shape, len(kernel)
    if response.shape != (h - k + 1, w - k + 1):
        raise ValueError(
            f"`response` must have shape {(h - k + 1, w - k + 1)}. Received: {response.shape}"
        )
    ax = ax or _new_axes(WIDTH * h / (2.7 * w))
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, extent=(0, w, h, 0))
    cell = w / 6  # the kernel is enlarged, and stands in the middle
    left, top = 1.1 * w, (h - k * cell) / 2
    box = left, left + k * cell, top + k * cell, top
    limit = 1.6 * np.abs(kernel).max()  # pale enough for its numbers to be read
    ax.imshow(kernel, cmap=SIGNED, vmin=-limit, vmax=limit, extent=box)
    for (i, j), weight in np.ndenumerate(kernel):
        ax.annotate(f"{weight:g}".replace("-", "\N{MINUS SIGN}"), ha="center", va="center",
                    xy=(left + (j + 0.5) * cell, top + (i + 0.5) * cell))  # fmt: skip
    right = left + k * cell + 0.1 * w
    limit = np.abs(response).max()
    box = right, right + w - k + 1, h - (k - 1) / 2, (k - 1) / 2
    ax.imshow(response, cmap=SIGNED, vmin=-limit, vmax=limit, extent=box)
    i, j = np.unravel_index(np.abs(response).argmax(), response.shape)
    for corner, size in (((j, i), k), ((right + j, i + (k - 1) / 2), 1)):
        ax.add_patch(plt.Rectangle(corner, size, size, fill=False, color=GREEN, lw=2))
    for middle, name in ((w / 2, "picture"), (left + k * cell / 2, "kernel"),
                         (right + (w - k + 1) / 2, "response")):  # fmt: skip
        ax.annotate(name, (middle, h), (0, -4), textcoords="offset points", ha="center", va="top")
    ax.set(xlim=(0, right + w - k + 1), ylim=(h + 3, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax


def shift_curves(curves, *, level, level_name, ax=None):
    """Draw how errors grow when pictures are moved, pixel by pixel (chapter 5).

    Args:
        curves: dict from a model's name to its errors at 0, 1, 2 ... pixels, nats per image.
        level: an error to compare all with, nats per image.
        level_name: what costs that much.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(3.4)
    ax.axhline(level, color=GREY, lw=1, ls="--")
    ax.annotate(f"{level_name}, {level:.0f}", (0, level), (0, 3), color="#444444",
                textcoords="offset points")  # fmt: skip
    for name, colour, marker in zip(curves, cycle((BLUE, ORANGE, GREEN)), cycle("os^")):
        ax.plot(curves[name], color=colour, marker=marker, lw=2, label=name)
    ax.legend(frameon=False)
    ax.set(xlabel="pictures moved to the right by ... pixels", ylabel="nats per image")
    ax.set(ylim=(0, None), xticks=range(max(map(len, curves.values()))))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def text_columns(columns, wrong=None, codes=None, ax=None):
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
        ValueError: columns of different lengths.
    """
    n = len(next(iter(columns.values()), ()))
    if n == 0 or {len(texts) for texts in columns.values()} != {n}:
        sizes = {name: len(texts) for name, texts in columns.items()}
        raise ValueError(f"`columns` must hold equally many texts each. Received: {sizes}")
    ax = ax or _new_axes(0.3 * (n + 1.5))
    x = 0
    for name, texts in columns.items():
        marks = np.zeros((n, max(map(len, texts))), bool)
        if name in (wrong or {}):
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


GAP = 2  # white pixels between two pictures
WIDTH = 6  # of a figure, in inches


def _new_axes(height):
    """Make a figure 6 inches wide: its words can be read where it shrinks to a phone's width."""
    return plt.subplots(figsize=(WIDTH, height), dpi=150, layout="constrained")[1]


def _two_dimensional(images):
    """Drop the channel axis of grey pictures."""
    images = np.asarray(images)
    images = images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"Pictures must be grey, (n, h, w) or (n, h, w, 1). Received: shape={images.shape}"
        )
    return images


def _one_dimensional(signal):
    """Drop the channel axis of a signal."""
    signal = np.asarray(signal)
    signal = signal[:, 0] if signal.ndim == 2 and signal.shape[-1] == 1 else signal
    if signal.ndim != 1 or len(signal) == 0:
        raise ValueError(
            f"A signal must be (length,) or (length, 1). Received: shape={signal.shape}"
        )
    return signal


def _tile(images):
    """Lay pictures `(rows, columns, h, w)` side by side as one, `GAP` apart."""
    rows, columns, h, w = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (0, GAP), (0, GAP)))
    return padded.swapaxes(1, 2).reshape(rows * (h + GAP), columns * (w + GAP))[:-GAP, :-GAP]


def _mark_level(ax, value, text, side="right"):
    ax.axhline(value, color=GREY, lw=1, ls="--")
    place = {"left": 0.01, "right": 1}[side], value
    ax.annotate(f"{text}, {value:.0f}", place, (0, 3), color="#444444", ha=side,
                xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
