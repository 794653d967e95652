"""Measures of codes, beside codes of which the answer is plain."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import entropy, norm

from companion import metrics
from companion.models import Posterior

RNG = np.random.default_rng(0)


def test_a_number_that_never_moves_is_no_active_unit():
    z_mean = RNG.normal(size=(500, 3)) * [1.0, 0.05, 0.2]  # variances 1, 0.0025, 0.04
    assert metrics.active_units(z_mean) == 2
    assert metrics.active_units(z_mean, threshold=0.001) == 3
    assert metrics.active_units(z_mean + 100) == 2  # it is the scatter that counts
    assert metrics.active_units([[0.0, 0], [2, 0]], threshold=1) == 0  # a variance of 1 and of 0
    assert metrics.active_units([[0.0, 0], [2, 0]], threshold=0) == 1
    with pytest.raises(ValueError, match=r"`threshold` must be a number in \[0, inf\)"):
        metrics.active_units(z_mean, threshold=-0.01)


def test_classes_that_lie_apart_are_named_and_chance_is_chance():
    labels = RNG.integers(0, 4, 600)
    noise = RNG.normal(size=(600, 2))

    def accuracy(codes):
        return metrics.knn_accuracy(codes[:300], labels[:300], codes[300:], labels[300:])

    assert accuracy(labels[:, None] * 10 + noise) == 1
    assert accuracy(noise) == pytest.approx(1 / 4, abs=0.08)


def test_one_neighbour_names_itself():
    codes, labels = RNG.normal(size=(50, 3)), RNG.integers(0, 9, 50)
    assert metrics.knn_accuracy(codes, labels, codes, labels, k=1) == 1


GOOD = {"codes": np.eye(3), "labels": [0, 1, 2], "test_codes": np.eye(3), "test_labels": [0, 1, 2]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": np.zeros(3)}, r"`codes` must have shape \(n, any\)"),
        ({"codes": [[np.nan] * 3]}, "`codes` must be finite"),
        ({"test_codes": np.zeros((3, 2))}, r"`test_codes` must have shape \(n, 3\)"),
        ({"labels": [0, 1]}, r"`labels` must have shape \(3,\). Received: shape=\(2,\)"),
        ({"test_labels": [[0], [1], [2]]}, r"`test_labels` must have shape \(3,\)"),
        ({"labels": list("abc")}, "both be numbers or both be texts. Received: dtype=<U1 and"),
        ({"k": 4}, "`k` must be an integer from 1 to 3. Received: k=4"),
        ({"k": 0}, "`k` must be an integer from 1 to 3"),
    ],
)
def test_a_wrong_argument_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        metrics.knn_accuracy(**{"k": 3} | GOOD | change)


@pytest.mark.parametrize("name", ["labels", "test_labels"])
@pytest.mark.parametrize(
    "labels",
    [None, [0, 1j, 2], [0, None, 2], [0, "b", 2], np.zeros(3, "M8[s]"), [[0], [1, 2]], [0, 0.5, 2],
     [0, np.nan, 2], [0, np.inf, 2], np.ma.masked_array([0, 1, 2], [0, 0, 1])],
    ids=str,
)  # fmt: skip
def test_what_names_no_class_is_refused(name, labels):
    with pytest.raises(TypeError, match=f"`{name}` must"):
        metrics.knn_accuracy(**{"k": 3} | GOOD | {name: labels})


def test_classes_are_whole_numbers_or_texts():
    for labels in (list("abc"), np.array(list("abc")), np.arange(3.0), np.array([0, 1, 1], bool)):
        given = GOOD | {"labels": labels, "test_labels": labels}
        assert metrics.knn_accuracy(**given, k=1) == 1


def test_codes_of_another_shape_have_no_units():
    with pytest.raises(ValueError, match=r"`z_mean` must have shape \(n, any\)"):
        metrics.active_units(np.zeros((3, 2, 1)))


def clouds(z_mean, sigma):
    z_mean = np.asarray(z_mean, "float32")
    return Posterior(z_mean, np.full_like(z_mean, 2 * np.log(sigma)))


def test_clouds_that_lie_apart_tell_all_there_is_to_tell():
    z_mean = RNG.normal(size=(200, 3)) * 100
    assert metrics.code_information(clouds(z_mean, 1e-3)) == pytest.approx(np.log(200))


def test_clouds_that_are_all_the_same_tell_nothing():
    assert metrics.code_information(clouds(np.zeros((50, 4)), 1.0)) == pytest.approx(0, abs=1e-9)


def test_pairs_of_clouds_tell_all_but_one_bit():
    z_mean = np.repeat(np.arange(40) * 1000.0, 2)[:, None]
    found = metrics.code_information(clouds(z_mean, 0.5))
    assert found == pytest.approx(np.log(80) - np.log(2))


def test_the_information_of_a_gaussian_channel_has_its_closed_form():
    # Means from N(0, 1), noise of width s: I = log(1 + 1 / s^2) / 2 a number.
    z_mean = np.random.default_rng(1).normal(size=(4000, 2))
    found = metrics.code_information(clouds(z_mean, 0.5))
    assert found == pytest.approx(2 * np.log(1 + 1 / 0.25) / 2, abs=0.06)


def test_clouds_of_several_widths_tell_of_themselves_as_bayes_rule_has_it():
    rng = np.random.default_rng(2)
    q = Posterior(*rng.normal(size=(2, 30, 2)))
    z = q.sample(5)
    log_q = norm.logpdf(z[:, None], q.z_mean, q.sigma).sum(axis=-1)  # (z, clouds)
    truth = np.mean(np.diagonal(log_q) - logsumexp(log_q, axis=1)) + np.log(30)
    assert metrics.code_information(q, seed=5) == pytest.approx(truth, rel=1e-5)


def test_information_is_never_above_the_divergence_and_follows_its_seed():
    q = clouds(RNG.normal(size=(500, 2)) * 3 + 1, 0.3)
    found = metrics.code_information(q, seed=3)
    assert found < q.kl.sum(axis=1).mean()
    assert found == metrics.code_information(q, seed=3) != metrics.code_information(q, seed=4)


def test_a_narrow_cloud_far_out_loses_no_digits():
    z_mean = np.array([[1e4], [1e4 + 1e-2]])
    assert metrics.code_information(clouds(z_mean, 1e-4)) == pytest.approx(np.log(2), abs=1e-6)


@pytest.mark.parametrize(
    ("z_mean", "z_log_var", "message"),
    [
        (np.zeros(3), np.zeros(3), r"`z_mean` must have shape \(n, any\)"),
        (np.zeros((3, 2)), np.zeros((3, 1)), "`z_mean` and `z_log_var` must have the same shape"),
        (np.full((3, 2), np.nan), np.zeros((3, 2)), "`z_mean` must be finite"),
        (np.zeros((3, 2)), np.full((3, 2), np.inf), "`z_log_var` must be finite"),
        (np.zeros((3, 2)), np.zeros(3), r"`z_log_var` must have shape \(n, any\)"),
        (np.zeros((0, 2)), np.zeros((0, 2)), "`z_mean` must hold one example or more"),
    ],
)
def test_clouds_that_are_none_have_no_information(z_mean, z_log_var, message):
    with pytest.raises(ValueError, match=message):
        metrics.code_information(Posterior(z_mean, z_log_var))


def test_codes_alone_are_no_clouds():
    for codes in (np.zeros((3, 2)), SimpleNamespace(z_mean=np.zeros((3, 2)))):
        with pytest.raises(TypeError, match=r"`posterior` must be a models\.Posterior"):
            metrics.code_information(codes)


SWITCHES = np.tile([[0, 0], [0, 1], [1, 0], [1, 1]], (500, 1))  # independent, to the letter


@pytest.mark.parametrize(
    ("codes", "gaps"),
    [
        (SWITCHES, [1, 1]),
        (SWITCHES[:, [0, 0, 1]], [0, 1]),  # two numbers tell of the first
        (SWITCHES @ [[1, 1], [1, -1]], [0, 0]),  # both tell half of both
        (RNG.normal(size=(2000, 3)), [0, 0]),
        (SWITCHES + 0.01 * RNG.normal(size=(2000, 2)), [1, 1]),  # in bins of equally many
    ],
)
def test_the_gap_is_what_one_number_tells_beyond_the_next(codes, gaps):
    assert metrics.mutual_information_gap(codes, SWITCHES) == pytest.approx(gaps, abs=0.02)


def test_a_half_known_switch_has_the_gap_of_its_closed_form():
    # A number that is the switch in three of four cases: I = log 2 - H(1/4).
    flipped = SWITCHES[:, 0] ^ (np.arange(2000) // 4 % 4 == 0)
    codes = np.stack([flipped, RNG.normal(size=2000)], axis=1)
    (gap,) = metrics.mutual_information_gap(codes, SWITCHES[:, :1])
    unsure = entropy([0.25, 0.75])
    assert gap == pytest.approx(1 - unsure / np.log(2), abs=0.03)


def test_a_size_is_cut_into_bins_as_codes_are():
    size = RNG.normal(size=(5000, 1))
    codes = np.hstack([np.exp(size), RNG.normal(size=(5000, 1))])  # any rising function of it
    (gap,) = metrics.mutual_information_gap(codes, size)
    assert gap == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("bins", [2, 5, 20])
@pytest.mark.parametrize("special", [0, 599, 299])
def test_bins_hold_equally_many_and_the_ends_have_none_of_their_own(bins, special):
    # Whether a number is one of 600: its bin leaves open which of 600 / bins it is.
    size = RNG.permutation(600)[:, None]
    codes = np.hstack([size, np.zeros((600, 1))])
    (gap,) = metrics.mutual_information_gap(codes, size == special, bins=bins)
    known, left = entropy([1, 599]), entropy([1, 600 / bins - 1]) / bins
    assert gap == pytest.approx(1 - left / known, rel=1e-9)


def test_as_many_values_as_bins_stay_apart():
    size = np.repeat([0, 1, 2], [10, 1, 1])
    codes = np.stack([size, size == 2], axis=1)  # the second number knows of one value alone
    (gap,) = metrics.mutual_information_gap(codes, size[:, None], bins=3)
    assert gap == pytest.approx(1 - entropy([11, 1]) / entropy([10, 1, 1]))


@pytest.mark.parametrize("bins", [1, 0, 2.5])
def test_bins_are_two_or_more(bins):
    with pytest.raises(ValueError, match="`bins` must be an integer of 2 or more"):
        metrics.mutual_information_gap(SWITCHES, SWITCHES, bins=bins)


@pytest.mark.parametrize(
    ("codes", "factors", "message"),
    [
        (SWITCHES[:4], SWITCHES[:4] * [1, 0], "must take two values or more"),
        (np.zeros((4, 1)), SWITCHES[:4], r"`codes` must be \(n, 2 or more numbers\)"),
        (np.zeros((5, 2)), SWITCHES[:4], "Received: shapes"),
        (np.zeros((4, 2)), np.ones((4, 1)), "must take two values or more"),
        (np.zeros((4, 2)), [0, 1, 0, 1], r"`factors` must have shape \(n, any\)"),
        ([[np.nan, 0]], [[1]], "`codes` must be finite"),
    ],
)
def test_a_gap_of_nothing_is_refused_in_words(codes, factors, message):
    with pytest.raises(ValueError, match=message):
        metrics.mutual_information_gap(codes, factors)


def test_perplexity_is_the_number_of_codes_that_are_equally_frequent():
    assert metrics.perplexity(np.arange(60).reshape(5, 3, 4) % 6, 6) == pytest.approx(6)
    assert metrics.perplexity([2, 5, 2, 5], 64) == pytest.approx(2)
    assert metrics.perplexity([[3]], 64) == 1
    halves = np.repeat([0, 1, 2], [2, 1, 1])  # shares 1/2, 1/4, 1/4: 1.5 bits
    assert metrics.perplexity(halves, 3) == pytest.approx(2**1.5)


@pytest.mark.parametrize(
    ("tokens", "codes", "error", "message"),
    [
        ([0, 6], 6, ValueError, r"`tokens` must hold integers from 0 to 5, one or more. Received"),
        ([-1, 0], 6, ValueError, "`tokens` must hold integers from 0 to 5"),
        ([0.5], 6, ValueError, "`tokens` must hold integers"),
        ([np.nan], 6, ValueError, "`tokens` must hold integers"),
        ([], 6, ValueError, "`tokens` must hold integers from 0 to 5, one or more"),
        (["a"], 6, TypeError, "`tokens` must hold numbers"),
        ([0], 0, ValueError, "`codes` must be a positive integer. Received: codes=0"),
    ],
)
def test_tokens_of_no_code_have_no_perplexity(tokens, codes, error, message):
    with pytest.raises(error, match=message):
        metrics.perplexity(tokens, codes)
