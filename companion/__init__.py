"""Autoencoders and variational autoencoders in Keras, written to be read.

The package behind the book *Walking the Latent Space*. Importing it is cheap:
submodules, and with them Keras and its backend, load when first named.

    data          data sets as arrays in [0, 1]
    losses        each term of the mathematics, once, in nats per image
    pictures      grey pictures side by side, as PNG
    networks      encoders and decoders
    regularizers  penalties on a code
    latent        grids, walks and samplers of codes
    layers        Sampling
    models        Autoencoder, VAE and its variants
    schedules     learning rates that change as training goes on
    pipeline      arrays that reach `fit` quickly
    metrics       what is measured: baseline and floor, continuity, completeness, sparsity
    doctor        checks to point at any variational autoencoder
    callbacks     a progress bar; what sets beta while a VAE trains
    plots         figures
    page          models in a page, without a kernel and without Keras
    widgets       sliders over a latent space, its explorer, a small training
    zoo           trained models, with their cards
    chapter       what the chapters of the book need: show, glue, table, chapter_seed
    guesses       questions that a chapter asks before it measures: guess
"""

import importlib
import os

# Both silence start-up messages of TensorFlow, and the second one also fixes
# the order of its sums: without it the stored outputs of the book would move.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

__version__ = "0.1.0"

_SUBMODULES = {
    "callbacks", "chapter", "data", "doctor", "guesses", "latent", "layers", "losses", "metrics",
    "models", "networks", "page", "pictures", "pipeline", "plots", "regularizers", "schedules",
    "widgets", "zoo",
}  # fmt: skip
_SHORTCUTS = {
    "Autoencoder": "models",
    "FrameSlider": "widgets",
    "LabelSheet": "widgets",
    "LatentExplorer": "widgets",
    "LatentSliders": "widgets",
    "LiveCloud": "widgets",
    "LiveFilling": "widgets",
    "LiveTraining": "widgets",
    "VAE": "models",
    "chapter_seed": "chapter",
    "glue": "chapter",
    "guess": "guesses",
    "show": "chapter",
    "table": "chapter",
}
__all__ = sorted(_SUBMODULES | _SHORTCUTS.keys())


def __getattr__(name):
    """Load a submodule, or the object a shortcut stands for, when first named."""
    if name in _SUBMODULES:
        return importlib.import_module(f"companion.{name}")
    if name in _SHORTCUTS:
        return getattr(importlib.import_module(f"companion.{_SHORTCUTS[name]}"), name)
    raise AttributeError(f"module 'companion' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
