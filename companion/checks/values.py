"""Checks of one argument: a count, a number, a switch, a text, a seed, a thing with methods."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from os import PathLike

import numpy as np

LARGEST_SEED = 2**32 - 1  # of Keras, TensorFlow and scikit-learn
LARGEST_COUNT = 2**63 - 1  # of NumPy: a larger one fails in its words, or in a library's


def is_count(value, least=1):
    """Say whether `value` is an integer of `least` or more."""
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= least


def check_count(least=1, most=None, **counts):
    """Return a count as an `int`, or raise ValueError if it is not from `least` to `most`.

    Args:
        least, most: the ends of its range; without `most` it may be any that NumPy can count.
        counts: one or more, by the names that the caller gives them.

    Returns:
        int; a list of them for several counts.
    """
    for name, count in counts.items():
        if not is_count(count, least) or count > (LARGEST_COUNT if most is None else most):
            wanted = "a positive integer" if least == 1 else f"an integer of {least} or more"
            wanted = wanted if most is None else f"an integer from {least} to {most}"
            wanted += ", below 2**63" if is_count(count, LARGEST_COUNT + 1) else ""
            raise ValueError(f"`{name}` must be {wanted}. {received(name, count)}")
    first, *others = map(int, counts.values())
    return [first, *others] if others else first


def check_float(interval, **numbers):
    """Return a number as it is, or say what is wrong with it.

    Args:
        interval: where it may lie: "[0, 1)" holds 0 and not 1, "(0, inf)" all positive numbers.
        numbers: one, by the name that the caller gives it.

    Raises:
        TypeError: it is no real number.
        ValueError: it is NaN, or lies elsewhere.
    """
    ((name, value),) = numbers.items()
    message = f"`{name}` must be a number in {interval}. {received(name, value)}"
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(message)
    low, high = map(float, interval[1:-1].split(","))
    ends = {low: interval.startswith("["), high: interval.endswith("]")}
    if not (low < value < high or ends.get(value, False)):
        raise ValueError(message)
    return value


def check_bool(**flags):
    """Raise TypeError unless each of `flags` is True or False."""
    for name, flag in flags.items():
        if not isinstance(flag, bool | np.bool_):
            raise TypeError(f"`{name}` must be True or False. {received(name, flag)}")


def check_text(**texts):
    """Raise TypeError unless each of `texts` is a text."""
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"`{name}` must be a text. {received(name, text)}")


def check_path(**paths):
    """Raise TypeError unless each of `paths` is a path."""
    for name, path in paths.items():
        if not isinstance(path, str | PathLike) or path == "":
            raise TypeError(f"`{name}` must be a path. {received(name, path)}")


def check_texts(n, **named):
    """Return texts as a list of `n` strings, or say what is wrong with them."""
    ((name, texts),) = named.items()
    if isinstance(texts, str | bytes | Mapping) or not isinstance(texts, Iterable):
        raise TypeError(f"`{name}` must hold texts. {received(name, texts)}")
    texts = [str(text) for text in texts]
    if n not in (len(texts), None):
        raise ValueError(f"`{name}` must hold {n} texts. Received: {len(texts)}")
    return texts


def check_seed(seed, *, none=False):
    """Return a seed as an `int`, or None where `none` allows it, or raise ValueError."""
    if none and seed is None:
        return None
    if not is_count(seed, 0) or seed > LARGEST_SEED:
        wanted = f"an integer from 0 to {LARGEST_SEED}{', or None' if none else ''}"
        raise ValueError(f"`seed` must be {wanted}. {received('seed', seed)}")
    return int(seed)


def generator(seed):
    """Return what NumPy draws from, or raise ValueError.

    Args:
        seed: an integer of 0 or more, or several in a tuple; or a `numpy.random.Generator`,
            which goes on where it is.

    Returns:
        numpy.random.Generator.
    """
    known = isinstance(seed, np.random.Generator | np.random.SeedSequence)
    parts = seed if isinstance(seed, tuple | list) else (seed,)
    if not known and not (parts and all(is_count(part, 0) for part in parts)):
        raise ValueError(
            "`seed` must be an integer of 0 or more, several, or a numpy.random.Generator. "
            f"{received('seed', seed)}"
        )
    return np.random.default_rng(seed)


def check_has(wanted, *attributes, **things):
    """Raise TypeError unless each of `things` has all `attributes`, as `wanted` has: "a ..."."""
    for name, thing in things.items():
        if isinstance(thing, type) or not all(hasattr(thing, each) for each in attributes):
            raise TypeError(f"`{name}` must be {wanted}. {received(name, thing)}")


def received(name, value):
    """Write what was received, for the end of an error message, in one short line."""
    text = " ".join(repr(value).split())
    return f"Received: {name}={text if len(text) <= 120 else f'{text[:117]}...'}"
