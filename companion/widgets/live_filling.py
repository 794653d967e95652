"""A picture, a cover over part of it, and several completions."""

from collections.abc import Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from companion.checks import check_count, check_float, check_seed, check_text, check_texts
from companion.page.filling_twin import alt_text, filling_data, filling_html
from companion.page.packing import name_of
from companion.page.page_layers import ACTIVATIONS, forward
from companion.page.scripts import bundle, source
from companion.pictures import png, side_by_side
from companion.widgets import ink
from companion.widgets.arguments import check_labels
from companion.widgets.filling_arguments import (
    SIDES,
    check_drawn_codes,
    check_pictures,
    read_decoder,
    uncovered,
)
from companion.widgets.twins import Twinned

ROWS = 5  # of the still picture
COVER = 0.25  # its grey


class LiveFilling(Twinned, anywidget.AnyWidget):
    """Let the reader draw a picture, cover part of it, and see several completions (chapter 14).

    The weights of the codes are those of `models.explaining_weights`, and at first the completions
    are those of `models.impute`, for the same `seed`,

        w_k  proportional to  prod over visible i of  p(x_i | z_k)^(1 / temperature).

    The page itself decodes all codes, once, and weighs them at each move. Where no kernel answers,
    the same object shows itself as HTML that does so too, and in print as a few pictures that are
    partly covered, with their completions.

    Args:
        model: models.VAE or models.Autoencoder with a Bernoulli likelihood and without a
            condition, whose decoder draws grey pictures and is made of dense layers and transposed
            convolutions. Its weights are read once, here.
        codes: `(k, latent_dim)`, such as draws from the training pictures' posteriors. The page
            keeps what each pixel costs at each code, so k times the pixels is at most 10 million.
        labels: `(k,)`, integers: indices into `class_names`. With them a line says how much of the
            weight each class has.
        x: pictures that can be put on the field, `(n, h, w, 1)` or `(n, h, w)` in [0, 1], such as
            one held-out picture of each class. Without any the field begins empty.
        temperature: above 0, as for `explaining_weights`.
        class_names: of the classes; by default "0", "1", ...
        names: what each of `x` is called, `n` texts; by default "picture 1", "picture 2", ...
        draws: how many completions, from 1 to 10.
        start: number of the picture of `x` that lies on the field at first.
        covered: how many rows are covered at first, from below; by default half of them.
        label: what the pictures show, in the singular, for the words under them.
        seed: of the completions at first.

    Attributes:
        picture: float32 array `(h, w)` that was drawn (made as large as the data, and centred) or
            put on the field, or None, of which nothing is seen; setting it puts it there.
        covered: how many rows or columns are covered.
        side: where the cover comes from: "below", "above", "left" or "right".

    Raises:
        TypeError: `model` is no such model, or an array does not hold numbers.
        ValueError: another likelihood, a decoder that no page can run, or an argument of another
            shape, length or range.
        traitlets.TraitError: an attribute is set to what it cannot be; it keeps its value.

    Source:
        P.-A. Mattei and J. Frellsen, "MIWAE: Deep Generative Modelling and Imputation of
        Incomplete Data Sets", ICML 2019, for importance sampling of what is missing.
    """

    _esm = bundle("filling.mjs")
    _css = source("filling.css")
    _data = traitlets.Dict().tag(sync=True)  # what `filling_data` gathers
    _twin = traitlets.Unicode().tag(sync=True)
    picture = traitlets.Any(None, allow_none=True).tag(**ink.SYNC)
    covered: traitlets.TraitType = traitlets.Any(0).tag(sync=True)
    side: traitlets.TraitType = traitlets.Any("below").tag(sync=True)

    def __init__(
        self,
        model: Any,
        codes: ArrayLike,
        labels: ArrayLike | None = None,
        x: ArrayLike | None = None,
        *,
        temperature: float = 1.0,
        class_names: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        draws: int = 5,
        start: int = 0,
        covered: int | None = None,
        label: str = "picture",
        seed: int = 0,
    ) -> None:
        self.codes = check_drawn_codes(model, codes)
        self.layers, self.shape = read_decoder(model, self.codes)
        self.labels, self.class_names = None, []
        if labels is not None:
            self.labels, self.class_names = check_labels(labels, class_names, {"": self.codes})
        self.x = check_pictures(x, self.shape)
        default = [f"picture {i + 1}" for i in range(len(self.x))]
        self.names = default if names is None else check_texts(len(self.x), names=names)
        self.temperature = float(check_float("(0, inf)", temperature=temperature))
        draws = check_count(most=10, draws=draws)
        height = self.shape[0]
        covered = height // 2 if covered is None else check_count(0, height, covered=covered)
        self.cover = covered, "below"
        self.start = check_count(0, max(0, len(self.x) - 1), start=start)
        check_text(label=label)
        self.label, seed = label, check_seed(seed)
        self.parts = np.random.default_rng(seed).random(draws)  # as `impute` takes them
        self.examples = self._few()
        # Settled here, because a model may be trained on.
        self._still = self._draw(model, seed)
        data = filling_data(self)
        self.twin = name_of(data, self.cover)
        picture = self.x[self.start] if len(self.x) else None
        super().__init__(picture=picture, covered=covered, _data=data, _twin=self.twin)

    def still(self) -> bytes:
        """Draw what print shows, up to five pictures with their completions: PNG bytes."""
        return self._still

    def to_html(self) -> str:
        """Write the twin: HTML that works without a kernel and without a network."""
        return filling_html(self)

    def alt_text(self) -> str:
        """Describe the still picture to a reader who cannot see it."""
        return alt_text(self)

    def seen(self) -> np.ndarray:
        """Say which pixels are seen: bool array `(h, w)`, a `mask` for `models.impute`."""
        if self.picture is None:
            return np.zeros(self.shape, bool)
        return uncovered(self.shape, self.covered, self.side)

    def __repr__(self):
        return f"LiveFilling({len(self.codes)} codes)"

    def _few(self):
        """Choose the pictures of the still one; without any, decode a code."""
        if not len(self.x):
            pixels = ACTIVATIONS["sigmoid"](forward(self.layers, self.codes[:1]))
            return pixels.reshape(-1, *self.shape)
        n = len(self.x)
        return self.x[np.linspace(0, n - 1, min(n, ROWS)).round().astype(int)]

    def _draw(self, model, seed):
        from companion.models import impute  # only now, for an explorer needs no Keras

        shape = model.encoder.inputs[0].shape[1:]
        mask = uncovered(self.shape, *self.cover)
        x = self.examples.reshape(-1, *shape)
        draws, seen = len(self.parts), mask.reshape(1, *shape)
        filled = impute(model, x, seen, self.codes, draws, self.temperature, seed)
        begin = np.where(mask, self.examples, COVER)[:, None]
        rows = np.concatenate([begin, filled.reshape(len(x), draws, *self.shape)], axis=1)
        return png(side_by_side(rows), scale=2)

    @traitlets.validate("picture")
    def _check_picture(self, proposal):
        return ink.check_ink(proposal.value, self.shape)

    @traitlets.validate("side")
    def _check_side(self, proposal):
        if proposal.value not in SIDES:
            wanted = ", ".join(map(repr, SIDES))
            raise traitlets.TraitError(
                f"`side` must be one of {wanted}. Received: side={proposal.value!r}"
            )
        return proposal.value

    @traitlets.validate("covered")
    def _check_covered(self, proposal):
        try:
            return check_count(0, self._most(), covered=proposal.value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error

    @traitlets.observe("side")
    def _shorten(self, _):
        self.covered = min(self.covered, self._most())

    def _most(self):
        return self.shape[0 if self.side in ("below", "above") else 1]
