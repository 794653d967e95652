"""What figures accept beside numbers: axes, texts, names, classes."""

import numpy as np

from companion.checks import as_numbers, check_has, check_named
from companion.plots.style import new_axes


def axes_of(ax, height):
    """Give the axes to draw on: those that are given, or new ones of a height, in inches."""
    if ax is None:
        return new_axes(height)
    check_has("axes of matplotlib, or None", "plot", "annotate", ax=ax)
    return ax


def check_groups(shape=(), least=1, **named):
    """Raise unless each of `named` is a dict, not empty, of dicts that pass `check_named`.

    Args:
        shape: of each of the innermost numbers.
        least: how many of these each dict must hold.
        named: one or more, by the names that the caller gives them.
    """
    for name, groups in named.items():
        check_has("a dict of names to dicts", "keys", "values", **{name: groups})
        if not groups:
            raise ValueError(f"`{name}` must hold one entry or more. Received: none")
        for key, group in groups.items():
            check_named(shape, **{f"{name}[{key!r}]": group})
            if len(group) < least:
                raise ValueError(
                    f"`{name}[{key!r}]` must hold {least} entries or more. Received: {len(group)}"
                )


def check_range(low, high, **named):
    """Raise ValueError unless all numbers of each of `named`, dicts, lie from `low` to `high`."""
    for name, numbers in named.items():
        values = np.array(list(numbers.values()))
        if values.min() < low or values.max() > high:
            raise ValueError(
                f"`{name}` must lie in [{low:g}, {high:g}]. "
                f"Received: values from {values.min():.3g} to {values.max():.3g}"
            )


def check_classes(class_names, shape, **named):
    """Return classes as integers of a shape, and their names as texts, or raise.

    Args:
        class_names: what the classes 0, 1, ... are called, a list of texts.
        shape: of the classes.
        named: the classes, by the name that the caller gives them.
    """
    check_has("a list of names", "__len__", "__getitem__", "__iter__", class_names=class_names)
    ((name, classes),) = named.items()
    found = as_numbers(classes, name)
    names = [str(each) for each in class_names]
    known = found.dtype.kind in "iu" and np.isin(found, range(len(names))).all()
    if found.shape != shape or not known:
        raise ValueError(
            f"`{name}` must be integers in 0..{len(names) - 1} of shape {shape}, each of which has "
            "its name in `class_names`. "
            f"Received: shape={found.shape}, values {np.unique(found)[:9]}"
        )
    return found, names
