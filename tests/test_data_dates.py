"""Dates as text: all of them once, and to arrays and back."""

from datetime import datetime

import numpy as np
import pytest

from companion.data import dates


def test_every_date_is_there_once_and_in_order():
    read = [datetime.strptime(text, "%d %b %Y") for text in dates.every()]
    days = np.diff([day.toordinal() for day in read])
    assert len(read) == 73049
    assert (days == 1).all()
    assert dates.every()[0] == "01 Jan 1900"
    assert dates.every()[-1] == "31 Dec 2099"
    assert {"29 Feb 2000", "29 Feb 2096"} <= set(dates.every())
    assert not {"29 Feb 1900", "31 Apr 2000", "1 Jan 2000"} & set(dates.every())


def test_the_vocabulary_is_what_occurs():
    assert set(dates.VOCABULARY) == set("".join(dates.every()))
    assert len(dates.VOCABULARY) == 33 == len(set(dates.VOCABULARY))
    assert {len(text) for text in dates.every()} == {dates.LENGTH}


def test_sampled_dates_are_dates_and_all_different():
    drawn = dates.sample(2000, seed=0)
    assert len(drawn) == 2000 == len(set(drawn) & set(dates.every()))
    assert all(type(text) is str for text in drawn)
    assert set(dates.sample(73049, seed=1)) == set(dates.every())


def test_the_seed_decides_what_is_drawn():
    assert dates.sample(50, seed=3) == dates.sample(50, seed=3) != dates.sample(50, seed=4)


def test_dates_are_drawn_evenly_over_the_years():
    years = np.array([int(text[-4:]) for text in dates.sample(20_000, seed=0)])
    counts = np.histogram(years, np.arange(1900, 2101, 20))[0]
    assert abs(counts / 20_000 - 0.1).max() < 0.01


def test_one_hot_and_back_is_the_identity():
    texts = dates.sample(500, seed=0)
    x = dates.to_one_hot(texts)
    assert x.shape == (500, 11, 33)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    assert dates.from_one_hot(x) == texts


def test_one_hot_puts_the_one_at_the_place_in_the_vocabulary():
    x = dates.to_one_hot(["31 May 1999"])[0]
    assert [dates.VOCABULARY[k] for k in np.nonzero(x)[1]] == list("31 May 1999")


def test_the_largest_number_is_what_is_read():
    noise = np.random.default_rng(0).uniform(0, 0.4, (3, 11, 33))
    texts = dates.sample(3, seed=0)
    assert dates.from_one_hot(0.6 * dates.to_one_hot(texts) + noise) == texts


@pytest.mark.parametrize("n", [0, -1, 73050, 2.5, True])
def test_numbers_of_dates_that_there_are_not_are_refused(n):
    with pytest.raises(ValueError, match=f"an integer from 1 to 73049. Received: n={n}"):
        dates.sample(n, seed=0)


@pytest.mark.parametrize("text", ["1 Jan 2000", "01 Jan 20000", "01-Jan-2000", "01 jan 2000", ""])
def test_texts_of_another_length_or_alphabet_are_refused(text):
    with pytest.raises(ValueError, match=f"11 characters of .* Received: '{text}'"):
        dates.to_one_hot(["01 Jan 2000", text])


def test_arrays_that_are_no_dates_are_refused():
    with pytest.raises(ValueError, match="Received: none"):
        dates.to_one_hot([])
    with pytest.raises(TypeError, match=r"`texts` must be a list of strings. Received: texts=5"):
        dates.to_one_hot(5)
    with pytest.raises(ValueError, match=r"shape \(n, 11, 33\)"):
        dates.from_one_hot(np.zeros((2, 11, 32)))
    with pytest.raises(ValueError, match="must be finite"):
        dates.from_one_hot(np.full((1, 11, 33), np.nan))
