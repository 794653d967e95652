"""Grids, walks and samplers: ways to choose codes, before a decoder draws them.

- a grid: `gaussian_grid` (chapter 6).
- walks from code to code: `straight`, `spherical`, `walk` (chapters 6 and 10).
- samplers, each from another idea of how codes are distributed: `sample_prior`,
  `sample_moment_matched`, `sample_mixture` (chapter 6).
- arithmetic: `attribute_direction` (chapter 11).

Codes are float32 `(n, latent_dim)` and have no unit. Nothing here needs Keras.
"""

from companion.latent.arithmetic import attribute_direction
from companion.latent.samplers import (
    gaussian_grid,
    sample_mixture,
    sample_moment_matched,
    sample_prior,
)
from companion.latent.walks import spherical, straight, walk

__all__ = [
    "attribute_direction",
    "gaussian_grid",
    "sample_mixture",
    "sample_moment_matched",
    "sample_prior",
    "spherical",
    "straight",
    "walk",
]
