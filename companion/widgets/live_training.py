"""A small training that the reader starts, in the page."""

from collections.abc import Mapping, Sequence

import anywidget
import traitlets

from companion import data
from companion.checks import check_count, check_float, check_seed, check_text, is_count
from companion.page.packing import name_of
from companion.page.scripts import bundle
from companion.page.training_files import kernel, packed_digits, styles, training_script
from companion.page.training_twin import ALT, training_twin
from companion.pictures import png, side_by_side
from companion.widgets.twins import Twinned

MODELS = ("VAE", "autoencoder")
PANELS = ("beta", "map", "pictures", "samples", "losses")
MEASURES = ("inside", "closed", "saved", "reconstruction", "kl")
STILL = 8  # digits in the still picture
MOST = 1024  # units of a layer, and pictures of a batch: a page is to stay quick


class LiveTraining(Twinned, anywidget.AnyWidget):
    """Train a small network on the book's digits in the reader's browser (chapters 1, 6, 9, 12).

    The networks are those of `networks.dense_encoder` and `networks.dense_decoder` with
    `wide_start=True`, the likelihood is Bernoulli, and the optimizer is Adam. Nothing is computed
    by the kernel, and the pictures are the digits whatever the chapter trains on. In the built
    book it needs no kernel at all: what trains is loaded from files beside the pages.

    Sentences of a chapter may stand beside it as claims. While the network trains, each is held to
    what is measured of it on held-out digits:

        inside           share of the codes within radius 2 of the middle, in per cent
        closed           (baseline - reconstruction) / (baseline - floor), in per cent
        saved            baseline - reconstruction - kl, in nats
        reconstruction   in nats
        kl               in nats

    Args:
        models: "VAE" or "autoencoder", or both, in any order; the first is shown at first.
        latent_dim: numbers of a code.
        hidden: units of the encoder's hidden layers; the decoder has them in reverse.
        beta: weight of the KL term at first, from 0 to 100.
        learning_rate: of Adam.
        batch_size: pictures of a step.
        seed: of first weights and draws.
        show: what stands there, of "beta", a slider, "map", of codes of two numbers, "pictures",
            held-out ones with their reconstructions, "samples", decoded from the prior, and
            "losses".
        claims: dict of sentences to `(measure, low, high)`; one of the two limits may be None.
        label: what it shows, in words, for a reader who cannot see it.
        files: address, as seen from the page, of the folder that the book's build writes.

    Raises:
        TypeError: `claims` is not a dict, or a number is none.
        ValueError: an argument has another value or range.
    """

    _esm = bundle("training_widget.mjs")
    _css = styles()
    _data = traitlets.Dict().tag(sync=True)
    _kernel = traitlets.Bytes().tag(sync=True)
    _script = traitlets.Unicode().tag(sync=True)  # which the page's worker runs
    _twin = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        models: str | Sequence[str] = "VAE",
        *,
        latent_dim: int = 2,
        hidden: Sequence[int] = (128, 64),
        beta: float = 1.0,
        learning_rate: float = 4e-3,
        batch_size: int = 64,
        seed: int = 0,
        show: Sequence[str] = ("map", "pictures", "samples", "losses"),
        claims: Mapping[str, tuple[str, float | None, float | None]] | None = None,
        label: str = "Training in the page",
        files: str = "../_static/training",
    ) -> None:
        models = [models] if isinstance(models, str) else models
        _check_some("models", models, MODELS)
        check_text(label=label, files=files)
        _check_some("show", show, PANELS)
        check_count(latent_dim=latent_dim)
        check_count(most=MOST, batch_size=batch_size)
        sized = isinstance(hidden, tuple | list)
        if (
            not sized
            or not hidden
            or not all(is_count(units) and units <= MOST for units in hidden)
        ):
            raise ValueError(
                f"`hidden` must be numbers of units from 1 to {MOST}. Received: hidden={hidden}"
            )
        models, hidden = list(models), [int(units) for units in hidden]
        check_float("[0, 100]", beta=beta)
        check_float("(0, 1]", learning_rate=learning_rate)
        check_seed(seed)
        if "map" in show and latent_dim != 2:
            raise ValueError(
                "`show` must leave out 'map' where codes are no points of a plane. "
                f"Received: latent_dim={latent_dim}"
            )
        claims = {} if claims is None else claims
        _check_claims(claims)
        self.claims, self.label, self.files = dict(claims), label, files
        self.latent_dim, self.hidden = latent_dim, hidden
        first = {
            "vae": models[0] == "VAE", "latentDim": latent_dim, "hidden": hidden, "beta": beta,
            "rate": learning_rate, "batch": batch_size, "seed": seed,
        }  # fmt: skip
        self.plan = {
            "first": first,
            "models": models,
            "show": list(show),
            "claims": [
                {"words": words, "measure": measure, "low": low, "high": high}
                for words, (measure, low, high) in self.claims.items()
            ],
        }
        self.twin = name_of(self.plan, self.label)
        super().__init__(
            _data={"plan": self.plan, "digits": packed_digits()},
            _kernel=kernel(),
            _script=training_script(),
            _twin=self.twin,
        )

    def check(self, **measured: float) -> None:
        """Hold the claims to what a chapter has measured of its own model.

        So the page and the chapter speak of the same sentences and the same limits.

        Args:
            measured: a value for each measure of the claims, as `closed=45.0`.

        Raises:
            ValueError: a measure has no value, or a value belongs to no claim.
            AssertionError: a claim does not hold.
        """
        wanted = {measure for measure, _, _ in self.claims.values()}
        if wanted != measured.keys():
            raise ValueError(
                f"`check` must be given {', '.join(sorted(wanted))}. "
                f"Received: {', '.join(sorted(measured))}"
            )
        for words, (measure, low, high) in self.claims.items():
            value = measured[measure]
            if not (low is None or low <= value) or not (high is None or value <= high):
                raise AssertionError(
                    f"This must hold: {words} (from {low} to {high}). Received: {value}"
                )

    def still(self) -> bytes:
        """Draw what print shows: PNG bytes, a row of held-out digits."""
        digits = data.load("digits").test[..., 0]
        return png(side_by_side(digits[:: len(digits) // STILL][None, :STILL]), scale=2)

    def alt_text(self) -> str:
        """Describe the still picture to a reader who cannot see it."""
        return ALT

    def to_html(self) -> str:
        """Write the twin: HTML that trains in a page of the book, and needs no kernel."""
        return training_twin(self)

    def __repr__(self):
        return f"LiveTraining({', '.join(map(repr, self.plan['models']))})"


def _check_some(name, chosen, choices):
    known = isinstance(chosen, tuple | list) and all(each in choices for each in chosen)
    if not chosen or not known:
        raise ValueError(f"`{name}` must be some of {list(choices)}. Received: {chosen!r}")


def _check_claims(claims):
    if not isinstance(claims, Mapping):
        raise TypeError(
            "`claims` must be a dict of sentences to (measure, low, high). "
            f"Received: {type(claims).__name__}"
        )
    for words, claim in claims.items():
        if not isinstance(claim, tuple | list) or len(claim) != 3:
            raise ValueError(
                "`claims` must be a dict of sentences to (measure, low, high). "
                f"Received: {words!r}: {claim!r}"
            )
        measure, *ends = claim
        if measure not in MEASURES:
            raise ValueError(
                f"`claims` must be about some of {list(MEASURES)}. Received: {measure!r}"
            )
        limits = [check_float("(-inf, inf)", claims=end) for end in ends if end is not None]
        if not limits or limits != sorted(limits):
            raise ValueError(
                "`claims` must have a limit, and none below its other one. "
                f"Received: {words!r}: {claim!r}"
            )
