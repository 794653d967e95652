"""Draw the diagrams of the book into book/images/diagrams, as SVG.

    python book/diagrams.py           writes them again
    python book/diagrams.py tiles     makes the pictures in them again, by models of the zoo

A page shows a diagram where its source has `![what is seen](images/diagrams/NAME.svg)`, which
JupyterLab and GitHub show as well; the built book puts the drawing itself into the page, in the
colours of its theme (`book/_ext/book_diagrams.py`).
"""

import sys
from pathlib import Path

import numpy as np
from companion import files
from companion.pictures import png

from drawing import (
    arrow,
    box,
    dice,
    drawing,
    line,
    network,
    numbers,
    of,
    picture,
    slope,
    words,
)

IMAGES = Path(__file__).parent / "images"
MINUS = "\N{MINUS SIGN}"
KERNEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # of chapter 5


def autoencoder():
    """Chapter 1: a picture, its code of two numbers, and what is made of them."""
    y = 62
    return drawing(
        "An autoencoder", 142,
        of("x", picture(2, y - 34, 68, "three"), words(2, 130, "picture *x*", "start")),
        arrow((72, y), (86, y)),
        network(88, y, 62, 104, 52, "encoder"),
        arrow((151, y), (163, y)),
        of("z", numbers(164, y, 34, ["*z*₁", "*z*₂"]), words(181, 130, "code *z*")),
        arrow((199, y), (211, y)),
        network(212, y, 62, 52, 104, "decoder"),
        arrow((275, y), (288, y)),
        of("reconstruction", picture(290, y - 34, 68, "three-by-two-numbers"),
           words(358, 130, "reconstruction *x̂*", "end")),
    )  # fmt: skip


def bottleneck():
    """Chapters 2 and 3: a code shorter than the picture, and one that is longer."""
    y, far = 82, 250
    places = [(i, j) for i in range(6) for j in range(12)]
    units = [box(150 + 10 * i, far - 60 + 10 * j, 10, 10, corner=0) for i, j in places]
    on = [(i, j) for i, j in places if (5 * i + 3 * j) % 17 == 0]
    units += [box(152 + 10 * i, far - 58 + 10 * j, 6, 6, "full", 0) for i, j in on]
    return drawing(
        "A short code and a long one", 324,
        words(180, 18, "undercomplete: fewer numbers than pixels"),
        of("x", picture(2, y - 32, 64, "three")),
        network(76, y, 70, 104, 52, "encoder"),
        of("z", numbers(163, y, 34, ["*z*₁", "*z*₂"])),
        network(214, y, 70, 52, 104, "decoder"),
        of("reconstruction", picture(294, y - 32, 64, "three-by-two-numbers")),
        words(180, 168, "overcomplete: more numbers than pixels"),
        of("x", picture(2, far - 32, 64, "three")),
        network(76, far, 66, 64, 120, "encoder"),
        of("z", *units),
        network(218, far, 66, 120, 64, "decoder"),
        of("reconstruction", picture(294, far - 32, 64, "three")),
    )  # fmt: skip


def denoising():
    """Chapter 4: noise in, and the loss compares with the clean picture."""
    y = 162
    return drawing(
        "A denoising autoencoder", 240,
        of("x", picture(2, 8, 64, "three"), words(76, 20, "clean *x*", "start")),
        line((66, 52), (326, 52), dashed=True),
        arrow((326, 52), (326, y - 34), dashed=True),
        words(196, 46, "the loss compares these two"),
        arrow((34, 74), (34, y - 34)),
        words(42, 106, "+ noise", "start"),
        picture(2, y - 32, 64, "three-noisy"),
        words(2, 226, "noisy *y*", "start"),
        arrow((68, y), (84, y)),
        network(86, y, 78, 100, 44, "encoder"),
        of("z", box(170, y - 22, 20, 44)),
        network(196, y, 78, 44, 100, "decoder"),
        arrow((276, y), (292, y)),
        of("reconstruction", picture(294, y - 32, 64, "three-cleaned"),
           words(358, 226, "answer *x̂*", "end")),
    )  # fmt: skip


def convolution():
    """Chapter 5: one window of nine weights, and the response that it writes."""
    cell, row, column = 5, 12, 15  # of a pixel; where the window is
    x, y = 2 + cell * column, 30 + cell * row
    u, v = 228 + cell * column, 35 + cell * row
    kernel = "".join(
        box(156 + 20 * j, 67 + 20 * i, 20, 20, "frame", 0)
        + words(166 + 20 * j, 82 + 20 * i, f"{KERNEL[i, j]}".replace("-", MINUS))
        for i in range(3) for j in range(3)
    )  # fmt: skip
    return drawing(
        "A convolution", 200,
        of("x", picture(2, 30, 140, "three", pixels=True), words(2, 190, "picture *x*", "start")),
        of("encoder", box(x, y, 15, 15, "frame", 0), line((x + 15, y), (156, 67)),
           line((x + 15, y + 15), (156, 127)), kernel, words(185, 190, "kernel")),
        picture(228, 35, 130, "three-response", pixels=True),
        words(358, 190, "response", "end"),
        of("encoder", box(u - 1, v - 1, 7, 7, "frame", 0), arrow((217, 97), (u - 2, v + 2.5))),
    )  # fmt: skip


def gate():
    """Chapter 5: how much of the old state a gated unit keeps, number by number."""
    old, new = np.array([0.9, 0.2, 0.7, 0.4, 0.1]), np.array([0.1, 0.9, 0.3, 0.8, 0.6])
    kept = np.array([1, 0, 0.5, 1, 0.25])
    rows = {"old state": old, "proposal": new, "share kept": kept}
    rows["new state"] = kept * old + (1 - kept) * new
    pieces = []
    for i, (name, values) in enumerate(rows.items()):
        top = 8 + 52 * i + (10 if i == 3 else 0)
        pieces.append(words(104, top + 23, name, "end"))
        kind = "shape" if name == "share kept" else "full"
        for j, v in enumerate(values):
            pieces.append(box(118 + 48 * j, top, 40, 36, "frame", 0))
            pieces.append(box(118 + 48 * j, top + 36 * (1 - v), 40, 36 * v, kind, 0))
    return drawing("A gate of a recurrent unit", 222, *pieces, line((8, 165), (352, 165)))


def _clouds_in_a_chain(y):
    """Draw what chapters 7 and 9 share: two heads, a die, a code, and the two networks."""
    return (
        of("x", picture(2, y - 24, 48, "three"), words(2, y + 64, "picture *x*", "start")),
        network(58, y, 62, 92, 52, "encoder"),
        arrow((120, y - 14), (132, y - 26)),
        arrow((120, y + 14), (132, y + 26)),
        of("mu", box(133, y - 48, 46, 34), words(156, y - 26, "*μ*", size=18)),
        of("sigma", box(133, y + 14, 46, 34), words(156, y + 36, "log *σ*²")),
        arrow((179, y - 30), (194, y - 12)),
        arrow((179, y + 30), (194, y + 12)),
        of("z", box(195, y - 20, 40, 40), words(215, y + 6, "*z*", size=18)),
        arrow((215, y + 66), (215, y + 22)),
        dice(215, y + 79),
        words(233, y + 84, "*ε*", "start"),
        network(243, y, 60, 52, 92, "decoder"),
        of("reconstruction", picture(310, y - 24, 48, "three-by-a-cloud")),
    )  # fmt: skip


def heads():
    """Chapter 7: the encoder's two answers, and a code that is sampled between them."""
    y = 56
    return drawing(
        "A variational autoencoder", 160,
        *_clouds_in_a_chain(y),
        of("reconstruction", words(358, y + 64, "reconstruction *x̂*", "end")),
        words(200, y + 84, "noise", "end"),
    )  # fmt: skip


def gradient():
    """Chapter 7: where a slope gets through, and where the die stops it."""

    def heads_of(left, *labels):
        return "".join(
            of(name, box(left + 74 * i, 34, 60, 34), words(left + 30 + 74 * i, 56, label))
            for i, (name, label) in enumerate(zip(("mu", "sigma"), labels, strict=True))
        )

    code, cost = "*z*", "cost *c*(*z*)"
    stopped = '<path class="line" stroke-linecap="round" d="M88 139l12 12m0 -12l-12 12"/>'
    return drawing(
        "The gradient's way through a draw", 282,
        words(82, 18, "throw with *μ*, *σ*"),
        heads_of(15, "*μ*", "*σ*"),
        arrow((46, 70), (72, 94)), arrow((118, 70), (92, 94)),
        dice(82, 109, 28),
        arrow((72, 125), (72, 170)),
        of("z", box(52, 172, 60, 34), words(82, 195, code)),
        arrow((72, 208), (72, 246)), words(82, 266, cost),
        slope(arrow((94, 246), (94, 210), dashed=True), arrow((94, 170), (94, 150), dashed=True),
              stopped),
        line((180, 4), (180, 272)),
        words(270, 18, "throw first, then compute"),
        heads_of(203, "*μ*", "*σ*"),
        arrow((234, 70), (260, 170)), arrow((300, 70), (278, 170)),
        dice(336, 116), words(336, 150, "*ε*"),
        arrow((324, 124), (302, 170)),
        of("z", box(222, 172, 96, 34), words(270, 195, "*z* = *μ* + *σε*")),
        arrow((260, 208), (260, 246)), words(270, 266, cost),
        slope(arrow((282, 246), (282, 210), dashed=True),
              arrow((246, 170), (220, 72), dashed=True), arrow((289, 170), (315, 72), dashed=True)),
    )  # fmt: skip


def gap():
    """Chapter 8: two prices lead from 0 down to the ELBO, which lies below log p(x)."""
    return drawing(
        "What the bound leaves out", 262,
        line((4, 24), (356, 24)), words(4, 18, "0 nats", "start"),
        of("reconstruction", box(96, 24, 60, 136), words(86, 88, "price of", "end"),
           words(86, 106, "the picture", "end")),
        of("kl", box(96, 160, 60, 56), words(86, 184, "price of", "end"),
           words(86, 202, "the cloud", "end")),
        line((96, 216), (356, 216)), words(356, 236, "ELBO", "end"),
        line((176, 172), (356, 172), dashed=True), words(356, 164, "log *p*(*x*)", "end"),
        of("kl", arrow((196, 190), (196, 173)), arrow((196, 196), (196, 215)),
           words(208, 199, "the gap", "start"),
           words(180, 256, "the gap: KL of cloud from true posterior")),
    )  # fmt: skip


def two_losses():
    """Chapter 9: what each part of the loss compares."""
    y = 112
    return drawing(
        "The two parts of the loss", 260,
        *_clouds_in_a_chain(y),
        of("kl",
           words(156, 18, "KL: cloud against prior"),
           box(128, y - 54, 56, 108, "frame"), line((156, 26), (156, y - 54))),
        of("reconstruction", line((26, y + 70), (26, 226)), line((26, 226), (334, 226)),
           line((334, 226), (334, y + 26)),
           words(180, 248, "reconstruction: *x̂* against *x*")),
    )  # fmt: skip


DIAGRAMS = {
    "autoencoder": autoencoder,
    "bottleneck": bottleneck,
    "denoising": denoising,
    "convolution": convolution,
    "gate": gate,
    "heads": heads,
    "gradient": gradient,
    "gap": gap,
    "two-losses": two_losses,
}


def tiles():
    """Make the pictures: a held-out 3, and what models of the zoo and chapter 5 make of it."""
    from companion import data, zoo

    digits = data.load("digits")
    x = digits.test[np.flatnonzero(digits.test_labels == 3)[:1]]
    noisy = x + np.random.default_rng(0).normal(scale=0.5, size=x.shape)
    # The posterior mean of chapter 4, if the training pictures were all that there is.
    log_weight = -2 * np.square(noisy - digits.train).sum(axis=(1, 2, 3))
    weight = np.exp(log_weight - log_weight.max())
    windows = np.lib.stride_tricks.sliding_window_view(x[0, :, :, 0], (3, 3))
    response = (windows * KERNEL).sum(axis=(2, 3))
    pictures = {
        "three": x,
        "three-by-two-numbers": zoo.load("mnist-ae-2d").reconstruct(x),
        "three-by-a-cloud": zoo.load("mnist-vae-2d").reconstruct(x),
        "three-noisy": noisy,
        "three-cleaned": np.average(digits.train, axis=0, weights=weight),
        "three-response": 0.5 + response / 8,  # grey is 0, as in chapter 5
    }
    return {
        f"{name}.png": png(np.reshape(pixels, (round(np.size(pixels) ** 0.5), -1)))
        for name, pixels in pictures.items()
    }


def main():
    if sys.argv[1:] == ["tiles"]:
        files.write(IMAGES / "tiles", tiles())
    drawn = {f"{name}.svg": draw().encode() for name, draw in DIAGRAMS.items()}
    files.write(IMAGES / "diagrams", drawn)


if __name__ == "__main__":
    main()
