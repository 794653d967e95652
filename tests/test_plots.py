"""What every figure refuses: numbers that would leave it empty, black or cut off."""

import re
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

from companion import plots

LINE, PLANE = np.linspace(-1.0, 1.0, 5), np.random.default_rng(0).normal(size=(5, 2))
INK = np.full((5, 4, 4), 0.5)
LABELS, NAMES = np.arange(5), list("abcde")
LEVELS = {"level": 1.0, "level_name": "a level"}

# For each argument that holds numbers: a good array, and the figure of it.
FIGURES = {
    "values": (LINE + 2, lambda x: plots.bars(dict(enumerate(x)), "nats")),
    "groups": (LINE, lambda x: plots.gain_bars({"a": dict(enumerate(x))})),
    "shares": (LINE[1:3] / 4 + 0.4, lambda x: plots.unit_shares({"a": x})),
    "draws": (PLANE, partial(plots.gaussian_cloud, z_mean=[0, 0], sigma=[1, 1])),
    "z_mean": (PLANE, lambda x: plots.posterior_ellipses(x, np.ones((5, 2)), LABELS, NAMES)),
    "sigma": (PLANE[0] ** 2, lambda x: plots.gaussian_cloud(PLANE, [0, 0], x)),
    "bands": (LINE[:2], lambda x: plots.estimate_bands({"a": {1: x, 10: x}}, 0.0)),
    "codes": (PLANE, lambda x: plots.latent_scatter(x, LABELS, NAMES)),
    "z1": (LINE, lambda x: plots.territories(np.zeros((5, 5), int), x, LINE, NAMES)),
    "history": (LINE, lambda x: plots.loss_curve({"a": x}, baseline=1.0, floor=0.5)),
    "errors": (LINE + 1, lambda x: plots.error_scale({"a": x[0]}, baseline=1.0, floor=0.5)),
    "curves": (LINE, lambda x: plots.shift_curves({"a": x}, **LEVELS)),
    "size curves": (LINE, lambda x: plots.size_curves({"a": dict(enumerate(x, 1))}, ylabel="",
                                                      **LEVELS)),
    "nats": (np.outer(LINE, LINE), lambda x: plots.price_map(LINE, LINE + 2, x, [0.1])),
    "bounds": (LINE, lambda x: plots.bound_curves(LINE, {"a": x}, xlabel="", **LEVELS)),
    "density": (INK[:, :, 0].T @ INK[:, :, 0] + np.eye(4),
                lambda x: plots.posterior_panels({"a": (INK[0], x, [None])}, LINE[:4])),
    "betas": (LINE + 2, lambda x: plots.beta_scale(dict(enumerate(x)))),
    "bells": (LINE, lambda x: plots.aggregate_posterior(x, np.ones(5), shown=2)),
    "rows": (INK, lambda x: plots.image_rows({"a": x})),
    "columns": (INK, lambda x: plots.picture_sums({"a": x}, "")),
    "decode": (INK, lambda x: plots.picture_map(lambda _: x, LINE[:1], LINE)),
    "atoms": (INK, lambda x: plots.dictionaries({"a": x}, columns=5)),
    "image": (INK[0], lambda x: plots.kernel_at_work(x, np.ones((2, 2)), np.ones((3, 3)))),
    "signal": (LINE, lambda x: plots.signal_rows({"a": x})),
}  # fmt: skip
SPOILT = {
    "NaN": lambda x: np.where(x == x.flat[0], np.nan, x),
    "infinity": lambda x: np.where(x == x.flat[0], -np.inf, x),
    "objects": lambda x: x.astype(object),
    "complex": lambda x: x + 0j,
    "strings": lambda x: x.astype(str),
    "masked": lambda x: np.ma.masked_array(x, x == x.flat[0]),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.filterwarnings("ignore:Attempt to set non-positive")
def test_a_figure_draws_what_is_right_and_refuses_what_would_be_empty(name):
    good, draw = FIGURES[name]
    draw(good)
    one_by_one = name in ("values", "groups", "errors", "size curves", "betas")
    for spoiling, spoil in SPOILT.items():
        if one_by_one and spoiling == "objects":
            continue  # a number that is taken out of such an array is a number
        with pytest.raises((TypeError, ValueError), match=r"^`[^`]+`.* must .* Received: "):
            draw(spoil(good))


@pytest.mark.parametrize("name", ["rows", "columns", "decode"])
def test_bytes_are_not_drawn_as_black(name):
    good, draw = FIGURES[name]
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], or near. .* x / 255"):
        draw(255 * good)
    draw(1.2 * good - 0.1)  # a little beyond its range is cut off there


DRAWN_ON = {
    "bars": partial(plots.bars, {"a": 1.0}, "nats"),
    "gain_bars": partial(plots.gain_bars, {"a": {"b": 1.0}}),
    "latent_scatter": partial(plots.latent_scatter, PLANE, LABELS, NAMES),
    "loss_curve": partial(plots.loss_curve, {"a": [1.0]}, baseline=1.0, floor=0.5),
    "image_rows": partial(plots.image_rows, {"a": INK}),
    "signal_rows": partial(plots.signal_rows, {"a": LINE}),
    "posterior_ellipses": partial(plots.posterior_ellipses, PLANE, np.ones((5, 2)), LABELS, NAMES),
    "aggregate_posterior": partial(plots.aggregate_posterior, LINE, np.ones(5), shown=2),
    "beta_scale": partial(plots.beta_scale, {"a": 1.0}),
}


@pytest.mark.parametrize("name", DRAWN_ON)
def test_a_figure_is_drawn_on_the_axes_that_are_given_and_on_nothing_else(name):
    axes = plt.figure().add_subplot()
    assert DRAWN_ON[name](ax=axes) is axes
    for strange in ("axes", 3, [], plt.figure()):
        with pytest.raises(
            TypeError, match=r"`ax` must be axes of matplotlib, or None\. Received:"
        ):
            DRAWN_ON[name](ax=strange)


@pytest.mark.parametrize("shown", [0, -1, 1.5, True])
def test_so_many_bells_cannot_be_shown(shown):
    with pytest.raises(ValueError, match="`shown` must be a positive integer"):
        plots.aggregate_posterior(LINE, np.ones(5), shown=shown)


RAGGED = [np.zeros(2), np.zeros(3)]


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("labels", lambda: plots.latent_scatter(PLANE, RAGGED, NAMES)),
        ("classes", lambda: plots.territories(np.full((5, 5), -1), LINE, LINE, NAMES)),
        ("classes", lambda: plots.territories(np.full((5, 5), 5), LINE, LINE, NAMES)),
        ("classes", lambda: plots.territories(np.full((5, 5), 0.5), LINE, LINE, NAMES)),
        ("empty", lambda: plots.territories(np.zeros((5, 5), int), LINE, LINE, NAMES, LINE)),
        ("label", lambda: plots.bars({"a": 1.0}, label=3)),
        ("values", lambda: plots.bars({"a": -1.0}, label="nats")),
        ("groups", lambda: plots.gain_bars({})),
        ("groups['a']", lambda: plots.gain_bars({"a": {}})),
        ("shares", lambda: plots.unit_shares({"a": (0.2, 1.1)})),
        ("shares", lambda: plots.unit_shares({"a": (-0.1, 0.1)})),
        ("curves", lambda: plots.size_curves({}, ylabel="", **LEVELS)),
        ("curves['a']", lambda: plots.size_curves({"a": {1: 1.0}}, ylabel="", **LEVELS)),
        (
            "curves['a']'s sizes",
            lambda: plots.size_curves({"a": {"x": 1.0, "y": 2.0}}, ylabel="", **LEVELS),
        ),
        (
            "level_name",
            lambda: plots.shift_curves({"a": [1.0]}, level=1.0, level_name=None),
        ),
        ("bands['a']'s draws", lambda: plots.estimate_bands({"a": {"x": (0, 1)}}, 0.0)),
        ("betas['a']", lambda: plots.beta_scale({"a": 0.0})),
        ("sigmas", lambda: plots.price_map(LINE, LINE, np.outer(LINE, LINE), [0.1])),
        ("panels", lambda: plots.posterior_panels({}, LINE)),
        ("panels['a']", lambda: plots.posterior_panels({"a": (INK[0], INK[0])}, LINE[:4])),
        (
            "panels['a']'s picture",
            lambda: plots.posterior_panels({"a": (None, INK[0], [])}, LINE[:4]),
        ),
        (
            "panels['a']'s cloud",
            lambda: plots.posterior_panels({"a": (INK[0], INK[0], ["x"])}, LINE[:4]),
        ),
        ("axes", lambda: plots.posterior_panels({"a": (INK[0], INK[0], [])}, LINE[:4], axes="x")),
        ("kernel", lambda: plots.kernel_at_work(INK[0], np.ones((2, 3)), np.ones((3, 3)))),
        ("marks", lambda: plots.image_rows({"a": INK}, marks={"b": ["x"]})),
        ("marks", lambda: plots.image_rows({"a": INK}, marks=["x"])),
        ("marks['a']", lambda: plots.image_rows({"a": INK}, marks={"a": 3})),
        ("marks['a']", lambda: plots.image_rows({"a": INK}, marks={"a": ["x"] * 6})),
        ("class_names", lambda: plots.latent_scatter(PLANE, LABELS, "ab")),
        ("class_names", lambda: plots.territories(np.zeros((5, 5), int), LINE, LINE, None)),
        ("sigma", lambda: plots.posterior_ellipses(PLANE, RAGGED, LABELS, NAMES)),
        ("signs", lambda: plots.picture_sums({"a": INK, "b": INK}, None)),
        ("weights", lambda: plots.signed_as_grey(RAGGED)),
        ("clean", lambda: plots.signal_rows({"a": LINE}, clean=1.0)),
        ("rows['a']", lambda: plots.signal_rows({"a": RAGGED})),
        ("codes", lambda: plots.text_columns({"a": ["x", "y"]}, codes=np.zeros((2, 2, 2)))),
    ],
)
def test_what_does_not_fit_is_named(name, draw):
    with pytest.raises((TypeError, ValueError)) as caught:
        draw()
    assert f"`{name}`" in str(caught.value)
    assert re.search(" must .*Received: ", str(caught.value))
