"""What sliders and explorer accept: codes, models, the codes of pictures by each, their labels."""

from collections.abc import Mapping

import numpy as np

from companion.checks import (
    as_numbers,
    check_array,
    check_condition,
    check_images,
    check_numbers,
    check_texts,
    generator,
)
from companion.page.keras_models import read_model


def check_code(z, latent_dim, name="z"):
    """Return one code as float32, `(latent_dim,)`, or say what is wrong with it."""
    return check_numbers(z, shape=(latent_dim,), name=name)


def check_codes(codes, decoder):
    """Return `codes` as float32, `(n, latent_dim)`, or say what is wrong with them."""
    codes = check_array(codes, name="codes")
    if codes.ndim != 2:
        raise ValueError(f"`codes` must have shape (n, latent_dim). Received: shape={codes.shape}")
    expected, _ = _read_by(decoder)
    if expected not in (None, codes.shape[1]):
        raise ValueError(
            f"`codes` must have the latent_dim of `decoder`, {expected}. "
            f"Received: shape={codes.shape}"
        )
    return codes


def check_conditions(condition, decoder):
    """Return the conditions under which a code is drawn as float32, `(m, k)`, or None for none."""
    return check_condition(condition, _read_by(decoder)[1])


def _read_by(decoder):
    """Give the latent_dim that a decoder reads and the shape of its condition, or None for each."""
    shapes = [tensor.shape[1:] for tensor in getattr(decoder, "inputs", None) or ()]
    return shapes[0][-1] if shapes else None, shapes[1] if len(shapes) == 2 else None


def check_models(models):
    """Give models as a dict of names to `PageModel`s of one picture shape."""
    models = {str(name): read_model(name, model) for name, model in models.items()}
    if not models:
        raise ValueError("`models` must hold one model or more. Received: none")
    shapes = {model.shape for model in models.values()}
    if len(shapes) > 1:
        raise ValueError(f"`models` must draw pictures of one shape. Received: {sorted(shapes)}")
    return models


def codes_by_model(models, shape, x, codes):
    """Give the codes of the same pictures by each model: a dict of `(n, latent_dim)`."""
    if (x is None) == (codes is None):
        raise ValueError("Give the pictures of the map as `x`, or their `codes`, and not both.")
    if x is not None:
        x = check_images(x, name="x")
        if x.shape[1:] not in (shape, (*shape, 1)):
            raise ValueError(f"`x` must have shape {('n', *shape)}. Received: shape={x.shape}")
        return {name: model.encode(x)[0] for name, model in models.items()}
    if not isinstance(codes, Mapping) or codes.keys() != models.keys():
        raise ValueError(
            f"`codes` must be a dict with the names of `models`, {list(models)}. "
            f"Received: {list(codes) if isinstance(codes, Mapping) else type(codes).__name__}"
        )
    checked = {
        name: check_array(codes[name], shape=(model.latent_dim,), name=f"codes[{name!r}]")
        for name, model in models.items()
    }
    sizes = {len(z) for z in checked.values()}
    if len(sizes) > 1:
        raise ValueError(
            f"`codes` must be of the same pictures for all models. Received: {sorted(sizes)} codes"
        )
    return checked


def check_labels(labels, class_names, codes):
    """Give labels `(n,)` and the names of the classes, as a list."""
    n = len(next(iter(codes.values())))
    labels = np.zeros(n, int) if labels is None else as_numbers(labels, "labels")
    if labels.shape != (n,) or labels.dtype.kind not in "iu" or labels.min() < 0:
        raise ValueError(
            f"`labels` must be {n} integers of 0 or more. "
            f"Received: shape={labels.shape}, dtype={labels.dtype}"
        )
    names = range(labels.max() + 1) if class_names is None else class_names
    names = check_texts(None, class_names=names)
    if labels.max() >= len(names):
        raise ValueError(
            f"`class_names` must have a name for each label. Received: {len(names)} names, "
            f"labels up to {labels.max()}"
        )
    return labels, names


def evenly(labels, n, seed):
    """Choose `n` places or fewer, evenly over the classes and interleaved: indices."""
    order = generator(seed).permutation(len(labels))
    rank = np.empty(len(labels), int)
    for label in np.unique(labels):
        mine = labels[order] == label
        rank[mine] = np.arange(mine.sum())
    return order[np.argsort(rank, kind="stable")][:n]
