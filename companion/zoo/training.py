"""How a model of the zoo is made: trained, rounded, measured, written."""

import hashlib

import numpy as np

from companion import data
from companion.checks import check_count
from companion.zoo import figures, model_files
from companion.zoo.building import get_weights, set_weights
from companion.zoo.fitting import BATCH, fit, versions
from companion.zoo.recipes import JUDGES, recipe_of


def train(name, folder, seeds=1):
    """Make a model of the zoo: train it, and write its two files.

    Its weights are those of seed 0, rounded to float16; the figures of its card are
    measured with the rounded ones. With more seeds it is trained as often, and the card
    tells how far the figures lie apart.

    A training that was stopped goes on, when it is called again, after the last epoch that
    ended: with the weights, the state of the optimizer and so of the learning rate, the
    state of all random numbers and the order of the pictures as in a training that was not
    stopped. On the same machine its outcome is the same, to the bit; elsewhere the last digits
    move. (Under JAX the order is another one.) Until all is done, its state lies in
    `folder`, in files NAME.seedN.unfinished.

    Args:
        name: one of `recipes.RECIPES`.
        folder: pathlib.Path; it is made if it is not there.
        seeds: how many trainings, with seeds 0, 1, ...

    Returns:
        The `Card`.

    Raises:
        ValueError: the name is unknown, or `seeds` not a positive integer.
        OSError: the data is not on this machine, or `folder` cannot be written. Older
            files of the model stay as they were.
        CorruptModelError: what was left of a stopped training is damaged, or of another recipe.
    """
    recipe = recipe_of(name)
    check_count(seeds=seeds)
    states = [folder / f"{name}.seed{seed}.unfinished" for seed in range(seeds)]
    pictures = data.load(recipe.data)
    judge = figures.judge_of(recipe)
    found, arrays = [], {}
    for seed, state in enumerate(states):
        print(f"{name}, seed {seed}: {recipe.epochs} epochs", flush=True)
        model = fit(recipe, pictures, seed, state)
        weights = round_weights(model)
        if seed == 0:
            arrays = model_files.name_weights(weights) | codes_of(model, recipe, pictures)
        found.append(figures.measure(model, recipe, pictures, judge))
    card = {
        "name": name,
        "about": recipe.about,
        "command": f"python -m companion train {name}" + (f" --seeds {seeds}" * (seeds > 1)),
        "network": recipe.network,
        "weights": sum(w.size for w in weights),
        "recipe": recipe._asdict(),
        "data": {"name": recipe.data, "sha256": checksums(pictures)},
        "seed": 0,
        "steps": recipe.epochs * (len(pictures.train) // BATCH),
        "versions": versions(),
        "figures": found[0],
        "over_seeds": {figure: [one[figure] for one in found] for figure in found[0]},
        "compared_with": figures.compared_with(recipe, pictures, judge),
        "judge": judge and model_files.read_card(JUDGES[recipe.data])["npz_sha256"],
    }
    model_files.write_model(name, arrays, card, folder)
    for state in states:
        state.unlink(missing_ok=True)  # another run into this folder may have ended sooner
    return model_files.read_card(name, folder)


def round_weights(model):
    """Round the weights of a model to float16, in place and as what is given back.

    Raises:
        ValueError: one is not finite, or too large for float16 (65,504).
    """
    with np.errstate(over="ignore"):
        weights = [w.astype("float16") for w in get_weights(model)]
    if not all(np.isfinite(w).all() for w in weights):
        raise ValueError("the trained weights must be finite and at most 65,504 to be kept")
    set_weights(model, weights)
    return weights


def codes_of(model, recipe, pictures):
    """Encode the test pictures: float16 codes and uint8 labels, by name."""
    if not recipe.has_codes:
        return {}
    codes = model.encode(pictures.test)
    named = codes._asdict() if recipe.heads == 2 else {"z_mean": codes}
    named = {name: array.astype("float16") for name, array in named.items()}
    return named | {"labels": pictures.test_labels.astype("uint8")}


def checksums(pictures):
    """Give the sha256 of each array of a data set, as bytes: pixels from 0 to 255, labels.

    Those of MNIST and Fashion-MNIST are the checksums that their files are known by.
    """
    arrays = {
        "x_train": np.rint(255 * pictures.train),
        "y_train": pictures.train_labels,
        "x_test": np.rint(255 * pictures.test),
        "y_test": pictures.test_labels,
    }
    return {
        name: hashlib.sha256(array.astype("uint8")).hexdigest() for name, array in arrays.items()
    }
