"""Checks of arrays and tensors: what they hold, their shape, and whether all of it is finite."""

import numpy as np

from companion.checks.values import check_float, check_has, received


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


def check_classes(labels, n, *, name="labels"):
    """Return the classes of `n` examples as an array of whole numbers or of texts.

    Raises:
        TypeError: they are something else.
        ValueError: they are not `(n,)`.
    """
    labels = np.asarray(labels) if _are_texts(labels) else as_numbers(labels, name)
    if labels.shape != (n,):
        raise ValueError(f"`{name}` must have shape ({n},). Received: shape={labels.shape}")
    if labels.dtype.kind == "f" and not (np.isfinite(labels) & (labels == np.rint(labels))).all():
        raise TypeError(f"`{name}` must hold whole numbers or texts. {received(name, labels)}")
    return labels


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
        stream = x.ndim == 0 and x.dtype == object and hasattr(x.item(), "__iter__")
        hint = " A stream of data goes to `fit`, `evaluate` or `predict`." if stream else ""
        raise TypeError(f"`{name}` must hold numbers. Received: dtype={x.dtype}.{hint}")
    return x


def _are_texts(x):
    if hasattr(x, "dtype"):
        return getattr(x.dtype, "kind", "") == "U"
    return isinstance(x, list | tuple) and bool(x) and all(isinstance(each, str) for each in x)


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
