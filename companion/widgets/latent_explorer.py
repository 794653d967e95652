"""A latent space under the finger: its map, what is decoded there, and a field to draw on."""

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from companion.checks import check_text, received
from companion.page.axes import nearest_to_median
from companion.page.explorer_data import explorer_data
from companion.page.explorer_files import check_file_names
from companion.page.explorer_still import explorer_still
from companion.page.explorer_twin import alt_text, explorer_html, explorer_page
from companion.page.packing import name_of
from companion.page.page_models import PARTS, PageModel, packed_part
from companion.page.scripts import bundle, source
from companion.widgets import ink
from companion.widgets.arguments import (
    check_code,
    check_labels,
    check_models,
    codes_by_model,
    evenly,
)
from companion.widgets.twins import Twinned

DOTS = 1000  # codes on a map: more of them hide each other


class LatentExplorer(Twinned, anywidget.AnyWidget):
    """Show the codes of a model as a map, and decode in the page what lies under the hand.

    The point on the map moves by pointer, finger and arrow keys, and beside it stands
    what it decodes to. The reader draws a picture, or asks for a decoded one of some
    class, and sees its code: q(z | x) as an ellipse of two standard deviations, or, for
    an autoencoder, a point. Codes that are not points of a plane get sliders in place
    of the map. Several models show the same picture in turn.

    All this happens in the page, which has the first decoder and asks the kernel for other
    weights when it needs them. Where no kernel answers, the same object shows
    itself as HTML that needs none, and in print as decoded pictures.

    Args:
        models: a model, or a dict of names to models: `VAE`, `Autoencoder`, or any object
            with built Keras models `encoder`, to a code or to `[z_mean, z_log_var]`, and
            `decoder`, to pictures `(batch, h, w, 1)` or `(batch, h, w)`, made of dense layers,
            the decoder also of transposed convolutions; or `page.PageModel`s. Without a
            likelihood that says otherwise, a decoder that ends in no activation gives logits.
            Weights are read once, here.
        x: pictures for the map, `(n, h, w, 1)` or `(n, h, w)` in [0, 1]; held-out ones show
            what a model makes of pictures that it has not seen.
        labels: `(n,)`, integers: indices into `class_names`. None puts all into one class.
        codes: in place of `x`, the codes of such pictures, `(n, latent_dim)`, or a dict of
            them if `models` is one.
        class_names: of the classes; by default "0", "1", ...
        start: `(latent_dim,)`, where the point begins in the first model; by default the
            code nearest to the median of all.
        picture: `(h, w)` in [0, 1], what lies on the field at first.
        label: what the pictures show, in words, for a reader who cannot see them.
        files: None, or the address, as seen from the page, of a folder that holds what
            `page.write_files` writes: then the HTML loads weights from there, when they are needed.
        seed: of the choice of the codes on the map: at most 1,000, evenly over the classes.

    Attributes:
        models: dict of names to `page.PageModel`s, read from what was given.
        z: tuple of floats, where the point is. It follows the hand, and moves the point.
        model: name of the model that is shown; setting it shows another one.
        picture: float32 array `(h, w)` that was drawn (made as large as the data, and centred) or
            put on the field, or None; setting it encodes it and moves the point to its code.

    Raises:
        TypeError: a model has no encoder and decoder, an array holds no numbers, or `files`
            is no text.
        ValueError: a network is not a chain of such layers, shapes do not fit each
            other, or an argument lies out of its range.
        traitlets.TraitError: an attribute is set to what it cannot be; it keeps its value.
    """

    _esm = bundle("explorer.mjs")
    _css = source("latent.css") + source("explorer.css")
    _data = traitlets.Dict().tag(sync=True)  # what `explorer_data` gathers
    # The first decoder, by its digest: a kernel that is to run more cells answers only after them.
    _first = traitlets.Dict().tag(sync=True)
    _twin = traitlets.Unicode().tag(sync=True)
    z: traitlets.TraitType = traitlets.TraitType(()).tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    picture = traitlets.Any(None, allow_none=True).tag(**ink.SYNC)

    def __init__(
        self,
        models: Any,
        x: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        *,
        codes: Any = None,
        class_names: Sequence[str] | None = None,
        start: ArrayLike | None = None,
        picture: ArrayLike | None = None,
        label: str = "decoded picture",
        files: str | None = None,
        seed: int = 0,
    ) -> None:
        if not isinstance(models, Mapping):
            models = {_name_of(models): models}
            codes = codes if codes is None else dict.fromkeys(models, codes)
        self.models = check_models(models)
        self.shape = next(iter(self.models.values())).shape
        codes = codes_by_model(self.models, self.shape, x, codes)
        labels, self.class_names = check_labels(labels, class_names, codes)
        keep = evenly(labels, DOTS, seed)
        self.labels, self.codes = labels[keep], {name: z[keep] for name, z in codes.items()}
        check_text(label=label)
        self.label, self.files = label, files
        if not isinstance(files, str | None):
            raise TypeError(f"`files` must be an address or None. {received('files', files)}")
        if files is not None:
            check_file_names(self.models)
        first = next(iter(self.models))
        self.starts = {name: nearest_to_median(z) for name, z in self.codes.items()}
        if start is not None:
            self.starts[first] = check_code(start, self.models[first].latent_dim, "start")
        self.parts = {
            name: {part: packed_part(model, part) for part in PARTS}
            for name, model in self.models.items()
        }
        decoder, data = self.parts[first]["decoder"], explorer_data(self)
        self.twin = name_of(data, None if picture is None else np.asarray(picture).tolist())
        self._from_page = False
        super().__init__(
            model=first,
            z=tuple(self.starts[first].tolist()),
            _data=data,
            _first={decoder["digest"]: decoder["data"]},
            _twin=self.twin,
        )
        self.on_msg(self._give_weights)
        if picture is not None:
            self.picture = picture

    def still(self) -> bytes:
        """Draw what print shows of the first model: PNG bytes, grey.

        For codes that are points of a plane: what is decoded all over the middle 98 % of
        the map, 12 by 12 pictures, the second number of the code increasing upwards. For
        others: a row for each number of the code, which alone moves over its range.
        """
        name, model = next(iter(self.models.items()))
        return explorer_still(model, self.codes[name], self.starts[name])

    def to_html(self) -> str:
        """Write the twin: HTML that works without a kernel and without a network."""
        return explorer_html(self)

    def to_page(self, title: str) -> str:
        """Write a page of its own, with all weights in it, that a browser opens from disk.

        Args:
            title: the page's, in words.

        Returns:
            HTML, a str.

        Raises:
            TypeError: it is no text.
        """
        check_text(title=title)
        return explorer_page(self, title)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the page says, which has moved the point already."""
        self._from_page = True
        try:
            super().set_state(sync_data)
        finally:
            self._from_page = False

    def __repr__(self):
        return f"LatentExplorer({', '.join(map(repr, self.models))})"

    def alt_text(self) -> str:
        """Describe the still picture to a reader who cannot see it."""
        return alt_text(self)

    def _give_weights(self, _, message, buffers):
        """Send the weights of the digest that a view of the page wants, or that there are none."""
        digest = message.get("want")
        parts = (part for parts in self.parts.values() for part in parts.values())
        found = [part["data"] for part in parts if part["digest"] == digest]
        self.send({"weights": digest}, found[:1])

    @traitlets.validate("model")
    def _check_model(self, proposal):
        if proposal.value not in self.models:
            raise traitlets.TraitError(
                f"`model` must be one of {', '.join(map(repr, self.models))}. "
                f"Received: model={proposal.value!r}"
            )
        return proposal.value

    @traitlets.validate("z")
    def _check_z(self, proposal):
        try:
            check_code(proposal.value, self.models[self.model].latent_dim)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(str(error)) from error
        return tuple(map(float, proposal.value))

    @traitlets.validate("picture")
    def _check_picture(self, proposal):
        return ink.check_ink(proposal.value, self.shape)

    @traitlets.observe("model", "picture")
    def _move(self, change):
        """Move the point to the code of the picture; with none, a new model has its start."""
        if self._from_page or (change.name == "picture" and self.picture is None):
            return
        if self.picture is None:
            z = self.starts[self.model]
        else:
            z = self.models[self.model].encode(self.picture[None])[0][0]
        self.z = tuple(z.tolist())


def _name_of(model):
    return "model" if isinstance(model, PageModel) else type(model).__name__
