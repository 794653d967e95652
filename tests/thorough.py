"""What takes long and seldom breaks alone: `make test` leaves it to CI, where CI=true."""

import pytest

thorough = pytest.mark.thorough


def first_of(values):
    """Give cases for `parametrize` of which `make test` takes the first, and CI all."""
    first, *others = values
    return [first, *(pytest.param(*_tuple(other), marks=thorough) for other in others)]


def _tuple(case):
    return case if isinstance(case, tuple) else (case,)
