"""Dates as text, `17 Mar 1987`: short sequences of characters that obey rules.

All 73,049 days from 1 January 1900 to 31 December 2099, each written with 11
characters: the day with two digits, the month with three letters, the year with
four digits. `VOCABULARY` holds the 33 characters that occur.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from companion.checks import check_array, check_count, check_has, generator

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
VOCABULARY = "".join(sorted({*" 0123456789", *"".join(MONTHS)}))
LENGTH = 11  # characters


@cache
def every() -> tuple[str, ...]:
    """Give all dates as text, a tuple of 73,049, in order of time."""
    days = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
    return tuple(f"{day.day:02} {MONTHS[day.month - 1]} {day.year}" for day in days)


def sample(n: int, seed: int) -> list[str]:
    """Draw `n` different dates, all equally likely, in random order.

    Args:
        n: how many, from 1 to 73,049.
        seed: of `numpy.random.default_rng`.

    Returns:
        list of `n` strings. No two are equal, so parts of it share no date.

    Raises:
        ValueError: there are not so many dates.
    """
    check_count(most=len(every()), n=n)
    return generator(seed).choice(every(), n, replace=False).tolist()


def to_one_hot(texts: Iterable[str]) -> np.ndarray:
    """Write dates as arrays: a row for each character, with a 1 at its place in `VOCABULARY`.

    Args:
        texts: strings of 11 characters each, all of them in `VOCABULARY`; whether
            they are dates is not asked.

    Returns:
        float32 array `(n, 11, 33)`.

    Raises:
        TypeError: `texts` is no list, or what is like one.
        ValueError: there is no text, one of another length, or an unknown character.
    """
    check_has("a list of strings", "__iter__", texts=texts)
    texts = list(texts)
    if not texts:
        raise ValueError("`texts` must hold one string or more. Received: none")
    for text in texts:
        if len(text) != LENGTH or not set(text) <= set(VOCABULARY):
            raise ValueError(
                f"Each of `texts` must have {LENGTH} characters of {VOCABULARY!r}. "
                f"Received: {text!r}"
            )
    places = [[VOCABULARY.index(character) for character in text] for text in texts]
    return np.eye(len(VOCABULARY), dtype="float32")[places]


def from_one_hot(x: ArrayLike) -> list[str]:
    """Read at each position the character with the largest number.

    Args:
        x: one-hot rows, chances or logits, `(n, 11, 33)`.

    Returns:
        list of `n` strings of 11 characters, which need not be dates.

    Raises:
        ValueError: `x` is of another shape, empty or not finite.
    """
    x = check_array(x, shape=(LENGTH, len(VOCABULARY)))
    return ["".join(VOCABULARY[place] for place in row) for row in x.argmax(axis=-1)]
