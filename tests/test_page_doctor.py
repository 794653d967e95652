"""The doctor in the page speaks as the one in Python: the same words, limits and numbers."""

import json
import re

import numpy as np
import pytest
from browser import module
from patients import MUSEUM

from companion.doctor import symptoms
from companion.doctor.regression import Fit, regress
from companion.doctor.remainder import remainder, together
from companion.doctor.weights import ENTROPY, SQUARES, TWICE, weights

PRICES = {"entropy": ENTROPY, "squares": SQUARES, "twice": TWICE}
CALLS = """async ([address, calls]) => {
    const doctor = await import(address);
    return calls.map(([name, args]) => doctor[name](...args));
}"""


@pytest.fixture
def ask(open_page):
    """Return a function that calls functions of the page's doctor, by their names."""
    page = open_page("")
    return lambda calls: page.evaluate(CALLS, [module("doctor.mjs"), calls])


def agree(found, wanted):
    """Say that findings of the page are those of Python, to the letter."""
    for mine, theirs in zip(found, wanted, strict=True):
        assert mine["check"] == theirs.check
        assert mine["healthy"] == theirs.healthy, theirs
        assert mine["words"] == theirs.words
        assert mine["value"] == pytest.approx(theirs.value, rel=1e-5, nan_ok=True)


def flat(*arrays):
    return [np.ravel(array).tolist() for array in arrays]


def share_of(share, other, one, n=10_000):
    return np.where(np.arange(n) < share * n, one, other).astype("float64")


def test_numbers_that_are_not_finite_are_counted_alike(ask):
    cases = [{"means": [0.0, 1.0]}, {"means": [np.nan, 1.0], "KL": [np.inf, np.inf]}]
    found = ask([("findNumbers", [case]) for case in cases])
    agree(found, [symptoms.numbers(**{k: np.array(v) for k, v in case.items()}) for case in cases])


def test_pixels_and_ink_have_the_same_limits(ask):
    outside = [share_of(share, 0.5, 1.3) for share in (0, 0.0199, 0.0201, 1)]
    found = ask([("findPixels", flat(each)) for each in outside])
    agree(found, map(symptoms.pixels, outside))
    x = share_of(0.8, 1.0, 0.0)
    drawn = [share_of(share, 0.6, 0.3) for share in (0, 0.0399, 0.0401, 0.8)]
    agree(ask([("findInk", flat(x, each)) for each in drawn]), [symptoms.ink(x, d) for d in drawn])


def draws():
    """Give pairs of draws of 300 codes, each from clouds of a known sigma, and what is wrong."""
    rng = np.random.default_rng(0)
    mean, sigma = rng.normal(size=(300, 3)), rng.uniform(0.1, 1, (300, 3))
    exact = rng.normal(size=(2, 300, 3))
    exact /= np.sqrt(np.square(exact).mean(axis=1, keepdims=True))
    width = {w: mean + w * sigma * exact for w in (1, 0.79, 0.81, 1.24, 1.26)}
    one = mean + sigma * exact[:, :, :1]
    shared = mean + sigma * rng.normal(size=(2, 1, 3))
    off = mean + sigma * (0.5 + exact)
    pairs = [*width.values(), (mean, mean), (width[1][0], width[1][0]), shared, one, off]
    return mean, sigma, pairs


def test_draws_are_judged_alike(ask):
    mean, sigma, pairs = draws()
    found = ask([("findSampling", [*flat(*pair, mean, sigma), 3]) for pair in pairs])
    wanted = [symptoms.sampling(*pair, mean, sigma) for pair in pairs]
    agree(found, wanted)
    assert [finding.healthy for finding in wanted] == [True, False, True, True, *[False] * 6]
    assert len({re.sub(r"[\d.]", "", finding.words) for finding in wanted}) == 6
    few = [[part[:64] for part in (*pair, mean, sigma)] for pair in pairs]
    found = ask([("findSampling", [*flat(*each), 3]) for each in few])
    agree(found, [symptoms.sampling(*each) for each in few])
    assert [each["healthy"] for each in found] != [finding.healthy for finding in wanted]


def test_codes_are_judged_alike(ask):
    mean, sigma, _ = draws()
    spread = mean / mean.std(axis=0)
    calls, wanted = [], []
    for narrow in (0.0049, 0.0051, 1):
        width = np.full_like(sigma, narrow)
        calls.append(("findClouds", [*flat(spread, width), 3]))
        wanted.append(symptoms.clouds(spread, width))
    for most in (0.0, 0.0099, 0.0101):
        kl = np.full((300, 3), most) * (1, 1, 0)
        calls.append(("findUnits", [*flat(kl), 3]))
        wanted.append(symptoms.units(kl))
    for width, off in [(1, 0), (0.39, 0), (0.41, 0), (2.49, 0), (2.51, 0), (1, 1.99), (1, 2.01)]:
        codes = spread - spread.mean(axis=0)
        codes = codes * np.sqrt(width**2 - 0.1**2) + np.array([off, 0, 0])
        for pulled in (False, True):
            calls.append(("findPrior", [*flat(codes, np.full_like(sigma, 0.1)), 3, pulled]))
            wanted.append(symptoms.prior(codes, np.full_like(sigma, 0.1), pulled))
    agree(ask(calls), wanted)
    assert [each.healthy for each in wanted[6::2]] == [True, False, True, True, False, True, False]


@pytest.mark.parametrize("gain", [-0.5, 0.99, 1.01, 170.0])
def test_prices_are_judged_alike(gain, ask):
    ours = np.random.default_rng(0).uniform(50, 200, 300)
    found = ask([(name, flat(ours, ours + gain)) for name in ("findDecoder", "findBaseline")])
    agree(
        found, [symptoms.decoder(ours, ours + gain), symptoms.baseline(ours, ours + gain, "nats")]
    )


def test_the_weights_of_a_loss_are_judged_alike(ask):
    rng = np.random.default_rng(0)
    calls, wanted = [], []
    for i in range(2000):
        price = ("entropy", "squares", "twice")[i % 3]
        a = float(rng.choice([1, 1, 1 / 784, 64, -0.5]) * rng.uniform(0.6, 1.5))
        beta = float(rng.choice([0, 1, 1, 4]))
        b = float(rng.choice([0, 0.02, 0.5, 1, -1, 784]) * rng.uniform(0.5, 1.5) * abs(a))
        error = float(10 ** rng.uniform(-4, 0.5) * abs(a))
        spread = float(rng.choice([0.01, 1]))
        told = [float(b / a * rng.uniform(0.9, 1.1)), float(10 ** rng.uniform(-3, 0))]
        note = rng.choice(["", ", the mean over its pixels"]).item()
        fit = {"a": a, "b": b, "error": error, "rest": 1.0, "noise": 1.0, "holds": True}
        calls.append(("judgeWeights", [price, fit, note, beta, spread, told]))
        python = Fit(a, b, error, 1.0, 1.0)
        wanted.append(weights(PRICES[price], python, note, beta, spread, np.array(told)))
    for mine, theirs in zip(ask(calls), wanted, strict=True):
        agree(mine, theirs)
    assert len({re.sub(r"[-\d.e+]", "", each.words) for both in wanted for each in both}) >= 20


def a_loss(rng, terms):
    """Give losses of 64 pictures whose KL has these terms, and what they are made of."""
    mean, log_var = rng.normal(size=(64, 2)), rng.uniform(-4, -1, (64, 2))
    copies = rng.uniform(60, 200, (64, 1)) + rng.normal(size=(64, 16))
    noise = rng.normal(size=64) / 4
    return copies.mean(axis=1) + noise + terms(mean, log_var).sum(axis=1) / 2, copies, mean, log_var


KLS = {
    "true": lambda m, v: m**2 + np.exp(v) - 1 - v,
    "no half": lambda m, v: m**2 + np.exp(v / 2) - 1 - v,
    "log-sigma": lambda m, v: m**2 + np.exp(2 * v) - 1 - 2 * v,
    "means": lambda m, v: m**2,
    "no logarithm": lambda m, v: m**2 + np.exp(v) - 1,
    "something else": lambda m, v: 40 * np.sin(9 * m),
}


@pytest.mark.parametrize("terms", KLS)
def test_what_the_terms_leave_is_judged_alike(terms, ask):
    loss, copies, mean, log_var = a_loss(np.random.default_rng(0), KLS[terms])
    kl = KLS["true"](mean, log_var).sum(axis=1) / 2
    python = regress(loss, copies, kl)
    (fit,) = ask([("regress", [loss.tolist(), copies.tolist(), kl.tolist()])])
    assert fit["holds"] == python.holds
    for name in Fit._fields:
        assert fit[name] == pytest.approx(getattr(python, name), rel=1e-6)
    posterior = dict(zip(("mean", "logVar"), flat(mean, log_var), strict=True))
    found = ask([
        ("judgeRemainder", [price, fit, loss.tolist(), copies.tolist(), posterior, 2, 1])
        for price in PRICES
    ])  # fmt: skip
    agree(found, [
        remainder(name, python, loss, copies, (mean, log_var), 1) for name in PRICES.values()
    ])  # fmt: skip
    assert (found[0]["healthy"] is True) == (terms == "true")


def test_batches_are_judged_alike(ask):
    rng = np.random.default_rng(0)
    copies, wanted, calls = 50 + rng.normal(size=(64, 16)), [], []
    for off in (0.0, 0.5, 3.0, -3.0):
        for scatter in (0.0, 0.2, 3.0):
            apart = copies.mean(axis=1) + 20
            batches = apart.mean() + off + scatter * rng.normal(size=8)
            wanted.append(together(batches, apart, Fit(1, 1, 0.1, 0.5, 1), copies))
            fit = {"a": 1, "rest": 0.5}
            calls.append(
                ("judgeTogether", [batches.tolist(), apart.tolist(), fit, copies.tolist()])
            )
    found = ask(calls)
    assert [each is None for each in found] == [each is None for each in wanted]
    agree(filter(None, found), filter(None, wanted))
    assert 0 < len(list(filter(None, found))) < len(found)


def test_a_regression_on_what_does_not_vary_gives_nothing(ask):
    rng = np.random.default_rng(0)
    loss, copies, flat_kl = rng.normal(size=64), rng.normal(size=(64, 8)), np.ones(64)
    (fit,) = ask([("regress", [loss.tolist(), copies.tolist(), flat_kl.tolist()])])
    assert fit["b"] == pytest.approx(0, abs=1e-12)
    assert fit["a"] == pytest.approx(regress(loss, copies, flat_kl).a)


def test_numbers_are_written_as_python_writes_them(ask):
    rng = np.random.default_rng(0)
    values = [0.0, 1.0, -1.0, 784.0, 9.995, 99999.5, 1e-5, 1e-4, np.nan, np.inf, -np.inf]
    values += (rng.choice([-1, 1], 500) * 10 ** rng.uniform(-8, 8, 500)).tolist()
    calls = [("figures", [value, digits]) for value in values for digits in (1, 2, 3, 4)]
    assert ask(calls) == [f"{value:.{digits}g}" for _, (value, digits) in calls]


# What the page says of the museum

NAMES = """async ([faults, cures]) => {
    const {FAULTS, addressOf} = await import(faults);
    const {CURES} = await import(cures);
    return {
        exhibits: [...Object.values(FAULTS).map((each) => each.exhibit),
            ...CURES.map((each) => each[3])],
        addresses: Object.values(FAULTS).map((each) => addressOf(each.exhibit)),
        cures: CURES.map((each) => each[2]),
    };
}"""


@pytest.fixture
def names(open_page):
    return open_page("").evaluate(NAMES, [module("faults.mjs"), module("cures.mjs")])


def museum_text():
    cells = json.loads(MUSEUM.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return " ".join(text.split())


def test_exhibits_are_named_as_the_museum_names_them(names):
    for exhibit in names["exhibits"]:
        assert f"## {exhibit} " in museum_text()


def test_cures_are_those_of_the_museum_in_its_own_words(names):
    for cure in names["cures"]:
        assert cure.removesuffix(".") in museum_text(), cure
