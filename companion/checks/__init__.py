"""Checks at the door: what a data set, a model or a figure accepts.

Each returns what it has looked at, in one form, or says in a sentence which argument is
wrong, what was expected, and what was received.
"""

from companion.checks.arrays import (
    as_numbers,
    check_array,
    check_classes,
    check_condition,
    check_images,
    check_named,
    check_numbers,
    check_same_shape,
    check_several,
    check_tensors,
    check_terms,
)
from companion.checks.values import (
    check_bool,
    check_count,
    check_float,
    check_has,
    check_path,
    check_seed,
    check_text,
    check_texts,
    generator,
    is_count,
    received,
)

__all__ = [
    "as_numbers",
    "check_array",
    "check_bool",
    "check_classes",
    "check_condition",
    "check_count",
    "check_float",
    "check_has",
    "check_images",
    "check_named",
    "check_numbers",
    "check_path",
    "check_same_shape",
    "check_seed",
    "check_several",
    "check_tensors",
    "check_terms",
    "check_text",
    "check_texts",
    "generator",
    "is_count",
    "received",
]
