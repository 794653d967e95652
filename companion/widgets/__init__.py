"""Live pictures of a latent space, in a notebook and in the printed or rendered book."""

from companion.widgets.latent_sliders import LatentSliders

__all__ = ["LatentSliders"]
