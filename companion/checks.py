"""Checks at the door: what a data set, a model or a figure accepts.

Each returns what it has looked at, in one form, or says in a sentence which argument is
wrong, what was expected, and what was received.
"""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real

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


def check_tensors(**arrays):
    """Raise TypeError unless each of `arrays` is an array or a tensor of real numbers."""
    check_has("an array or a tensor", "shape", "dtype", **arrays)
    for name, array in arrays.items():
        kind = str(getattr(array.dtype, "name", array.dtype)).rpartition(".")[2]
        if not kind.startswith(("float", "bfloat", "int", "uint", "bool")):
            raise TypeError(f"`{name}` must hold numbers. Received: dtype={kind}")


def check_terms(**terms):
    """Raise TypeError or ValueError unless each of `terms` is a finite number, or a tensor."""
    for name, term in terms.items():
        if hasattr(term, "shape"):
            check_tensors(**{name: term})
        else:
            check_float("(-inf, inf)", **{name: term})


def check_same_shape(**arrays):
    """Raise unless all arrays or tensors have one shape: NumPy and Keras would broadcast.

    Raises:
        TypeError: one is no array, a list say.
        ValueError: the shapes differ. A size that is not known while a graph is traced fits any.
    """
    check_tensors(**arrays)
    shapes = [tuple(array.shape) for array in arrays.values()]
    if not all(_fits(shapes[0], shape) for shape in shapes):
        names = " and ".join(f"`{name}`" for name in arrays)
        found = " and ".join(map(str, shapes))
        raise ValueError(f"{names} must have the same shape. Received: {found}")


def check_array(x, *, shape=None, least=1, name="x"):
    """Return `x` as float32, or say what is wrong with it.

    Args:
        x: array-like, `(n, ...)`, finite numbers.
        shape: the shape of one example, if it is known beforehand; None in it
            stands for any size.
        least: how many examples are needed.
        name: what the caller calls this array, for the error message.

    Returns:
        float32 array of the shape of `x`; `x` itself if it was one already.

    Raises:
        TypeError: `x` does not hold numbers, or hides some under a mask.
        ValueError: `x` is empty, of another shape, or has NaN or infinite values.
    """
    x = as_numbers(x, name)
    if shape is not None and not _fits(x.shape[1:], shape):
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        hint = " Add the channel axis: x[..., None]." if _fits((*x.shape[1:], 1), shape) else ""
        raise ValueError(
            f"`{name}` must have shape (n, {wanted}). Received: shape={x.shape}.{hint}"
        )
    if x.ndim < 2 or x.size == 0:
        raise ValueError(
            f"`{name}` must hold one example or more, as (n, ...). Received: shape={x.shape}"
        )
    if len(x) < least:
        raise ValueError(f"`{name}` must hold {least} examples or more. Received: {len(x)}")
    return _finite(x, name)


def check_numbers(x, *, shape=(), name="x"):
    """Return `x` as float32, or say what is wrong with it, where it is not one example each.

    Args:
        x: array-like, finite numbers.
        shape: its whole shape; None in it stands for any size of 1 or more.
        name: what the caller calls this array, for the error message.

    Returns:
        float32 array of that shape.

    Raises:
        TypeError, ValueError: as `check_array` does.
    """
    x = as_numbers(x, name)
    if not _fits(x.shape, shape) or x.size == 0:
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        wanted = f"({wanted},)" if len(shape) == 1 else f"({wanted})"
        raise ValueError(f"`{name}` must have shape {wanted}. Received: shape={x.shape}")
    return _finite(x, name)


def check_condition(condition, shape):
    """Return conditions as float32, `(n, *shape)`; None if `shape` is None, which stands for none.

    Raises:
        ValueError: one is given where none is read, or none where one is, or of another shape.
    """
    if (shape is None) != (condition is None):
        wanted = f"an array (n, {', '.join(map(str, shape))})" if shape else "none"
        given = "none" if condition is None else type(condition).__name__
        raise ValueError(f"`condition` must be {wanted} here. Received: {given}")
    return None if shape is None else check_array(condition, shape=shape, name="condition")


def check_several(x, name="x"):
    """Raise ValueError if `x`, `(n, ...)`, has the shape of one picture, `(height, width, 1)`."""
    if x.ndim == 3 and x.shape[-1] == 1:
        raise ValueError(
            f"`{name}` must be several pictures, (n, height, width, channels). Received: "
            f"shape={x.shape}, as of one; {name}[None] is a set of one picture"
        )


def check_named(shape=(), **named):
    """Raise unless each of `named` is a dict, not empty, of arrays that pass `check_numbers`."""
    for name, arrays in named.items():
        check_has("a dict of names to numbers", "keys", "values", **{name: arrays})
        if not arrays:
            raise ValueError(f"`{name}` must hold one entry or more. Received: none")
        for key, array in arrays.items():
            check_numbers(array, shape=shape, name=f"{name}[{key!r}]")


def check_images(x, *, shape=None, name="x"):
    """Return pictures `x` as float32 in [0, 1], or say what is wrong with them.

    Args, returns and errors are those of `check_array`; pixels outside [0, 1]
    are a ValueError too.
    """
    x = check_array(x, shape=shape, name=name)
    low, high = float(x.min()), float(x.max())
    if low < 0 or high > 1:
        hint = " Bytes become [0, 1] by x / 255." if low >= 0 and 1 < high <= 255 else ""
        raise ValueError(
            f"`{name}` must lie in [0, 1]. Received: values from {low:.3g} to {high:.3g}.{hint}"
        )
    return x


def received(name, value):
    """Write what was received, for the end of an error message, in one short line."""
    text = " ".join(repr(value).split())
    return f"Received: {name}={text if len(text) <= 120 else f'{text[:117]}...'}"


def as_numbers(x, name):
    """Return `x` as an array of real numbers, of any shape and dtype, or raise TypeError."""
    if np.ma.is_masked(x):
        raise TypeError(
            f"`{name}` must have no masked values. Received: {np.ma.count_masked(x)} of them"
        )
    try:
        x = np.asarray(x)
    except Exception as error:  # a ragged list, a tensor that asks for its gradient, ...
        kind = type(x).__name__
        raise TypeError(f"`{name}` must be an array. Received: a {kind}; {error}") from error
    if x.dtype.kind == "V" and np.can_cast(x.dtype, "float32"):  # bfloat16, and its kin
        x = x.astype("float32")
    if x.dtype.kind not in "fiub":
        stream = x.ndim == 0 and x.dtype == object and x.item() is not None
        hint = " A stream of data goes to `fit`, `evaluate` or `predict`." if stream else ""
        raise TypeError(f"`{name}` must hold numbers. Received: dtype={x.dtype}.{hint}")
    return x


def _finite(x, name):
    with np.errstate(over="ignore"):  # a number beyond float32 becomes infinite, and is refused
        x = x.astype("float32", copy=False)
    if not np.isfinite([x.min(), x.max()]).all():  # NaN if any value is NaN
        bad = int((~np.isfinite(x)).sum())
        raise ValueError(f"`{name}` must be finite. Received: {bad} NaN or infinite values")
    return x


def _fits(shape, wanted):
    return len(shape) == len(wanted) and all(
        None in (a, b) or a == b for a, b in zip(shape, wanted, strict=True)
    )
