"""The VAE that chapter 9 builds by hand, held to the package's own."""

from pathlib import Path

import keras
import notebooks
import numpy as np
import pytest

from companion import layers, losses, networks
from companion.models import VAE

CHAPTER = Path(notebooks.__file__).with_name("09-your-first-vae.ipynb")
EPOCHS = 3


@pytest.fixture(scope="module")
def x():
    """Eighty pictures of blots: a few numbers make each."""
    rows, columns = np.mgrid[:28, :28]
    middles = np.random.default_rng(0).uniform(8, 20, (80, 2, 1, 1))
    squares = (rows - middles[:, 0]) ** 2 + (columns - middles[:, 1]) ** 2
    return np.exp(-squares / 20).astype("float32")[..., None]


def built_by_hand():
    """Run the chapter's own cells: what the reader sees is what is tested."""
    cells = notebooks.code_cells(notebooks.nbformat.read(CHAPTER, as_version=4))
    source = [cell.source for cell in cells if "by-hand" in cell.metadata.get("tags", [])]
    names = {
        "keras": keras,
        "layers": keras.layers,
        "losses": losses,
        "Mean": keras.metrics.Mean,
        "ops": keras.ops,
        "Sampling": layers.Sampling,
        "SEED": 0,
    }
    exec("\n".join(source), names)
    return names["vae_by_hand"]


def history_of(model, x):
    model.compile(keras.optimizers.Adam(4e-3))
    # Unshuffled: how often the global generator is asked is no part of the claim.
    return model.fit(x, epochs=EPOCHS, batch_size=20, shuffle=False, verbose=0).history


def test_the_vae_of_chapter_9_gives_the_same_numbers(x):
    """Built by hand from plain Keras, and as `VAE`: the same losses, the same weights."""
    by_hand = built_by_hand()
    theirs = history_of(by_hand, x)

    keras.utils.set_random_seed(0)
    package = VAE(networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2))
    ours = history_of(package, x)

    assert set(ours) == set(theirs) == {"loss", "reconstruction", "kl"}
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5)
    for part in ("encoder", "decoder"):
        pairs = zip(
            getattr(package, part).get_weights(), getattr(by_hand, part).get_weights(), strict=True
        )
        for mine, other in pairs:
            np.testing.assert_allclose(mine, other, atol=1e-5)


def test_the_vae_of_chapter_9_draws_anew_at_each_call(x):
    """What makes it a VAE: without noise the two would agree by being an autoencoder."""
    vae = built_by_hand()
    first, second = (np.asarray(vae(x)[2]) for _ in range(2))
    assert np.abs(first - second).max() > 1e-3
