"""What the zoo holds, and how each of its models is made: a table."""

from itertools import pairwise
from typing import NamedTuple

IMAGE_SHAPE = (28, 28, 1)  # of all pictures


class Recipe(NamedTuple):
    """Say what one model is trained on, what it is built of, and for how long.

    `kind` is "vae", "autoencoder", "classifier" (which names the one class of a picture) or
    "attributes" (which answers with yes or no to each attribute of a face). Classifiers have the
    network of `metrics.classifier_network`, so that what is said below of codes and hidden
    layers is not said of them.
    """

    about: str  # one sentence
    data: str  # what `data.load` calls it
    kind: str = "vae"
    latent_dim: int = 2
    hidden: tuple = (256, 64)  # units of the encoder's; the decoder's are the same, backwards
    beta: float = 1.0
    likelihood: str = "bernoulli"
    sigma: float = 1.0  # of the Gaussian likelihood
    dropout: float = 0.0
    max_norm: float | None = None
    outputs: int = 10  # logits of a classifier
    epochs: int = 20
    peak: float = 1e-2  # of the learning rate

    @property
    def heads(self):
        """What its encoder gives of a code: 2, mean and log-variance; 1, itself; 0, no code."""
        return {"vae": 2, "autoencoder": 1}.get(self.kind, 0)

    @property
    def has_codes(self):
        """Whether it is an autoencoder of some kind, and no classifier."""
        return self.heads > 0

    @property
    def network(self):
        """The sizes of its layers, from the picture on: "784-256-64-2-64-256-784"."""
        middle = [*self.hidden, self.latent_dim, *reversed(self.hidden)]
        sizes = [784, *middle, 784] if self.has_codes else [784, 128, 64, self.outputs]
        return "-".join(map(str, sizes))

    @property
    def layers(self):
        """Inputs and units of each layer, in the order in which a model gives its weights."""
        if not self.has_codes:
            return list(pairwise((784, 128, 64, self.outputs)))
        heads = self.heads * [(self.hidden[-1], self.latent_dim)]
        encoder = [*pairwise((784, *self.hidden)), *heads]
        return [*encoder, *pairwise((self.latent_dim, *reversed(self.hidden), 784))]


RECIPES = {
    "mnist-classifier": Recipe(
        about="A classifier of handwritten digits, the judge of the MNIST models' draws.",
        data="mnist",
        kind="classifier",
        epochs=5,
        peak=4e-3,
    ),
    "fashion-classifier": Recipe(
        about="A classifier of clothes, the judge of the Fashion-MNIST models' draws.",
        data="fashion_mnist",
        kind="classifier",
        epochs=10,
        peak=2e-3,
    ),
    "faces-classifier": Recipe(
        about="It says of a drawn face whether it has a moustache, glasses, a smile, hair.",
        data="faces",
        kind="attributes",
        outputs=4,
        epochs=10,
        peak=4e-3,
    ),
    "mnist-ae-2d": Recipe(
        about="An autoencoder of handwritten digits with two numbers in a code.",
        data="mnist",
        kind="autoencoder",
    ),
    "mnist-vae-2d": Recipe(
        about="A variational autoencoder of handwritten digits with two numbers in a code.",
        data="mnist",
    ),
    "mnist-vae-no-kl-2d": Recipe(
        about="A variational autoencoder of digits trained on reconstruction only: no KL term.",
        data="mnist",
        beta=0.0,
    ),
    "mnist-vae-16d": Recipe(
        about="A variational autoencoder of handwritten digits with 16 numbers in a code.",
        data="mnist",
        latent_dim=16,
    ),
    "fashion-vae-2d": Recipe(
        about="A variational autoencoder of clothes with two numbers in a code.",
        data="fashion_mnist",
    ),
    "fashion-vae-dropout-2d": Recipe(
        about="A variational autoencoder of clothes with dropout 0.5 and max-norm 2.0.",
        data="fashion_mnist",
        dropout=0.5,
        max_norm=2.0,
        peak=3e-3,  # at 1e-2 it ends 24 nats higher
    ),
    "fashion-vae-16d": Recipe(
        about="A variational autoencoder of clothes with 16 numbers in a code.",
        data="fashion_mnist",
        latent_dim=16,
    ),
    "faces-vae-12d": Recipe(
        about="A variational autoencoder of drawn faces with 12 numbers in a code.",
        data="faces",
        latent_dim=12,
        hidden=(256, 128),
        likelihood="gaussian",
        sigma=0.1,
        epochs=120,
    ),
}

# Through whose features coverage and Fréchet distance compare pictures, by data set.
JUDGES = {
    "mnist": "mnist-classifier",
    "fashion_mnist": "fashion-classifier",
    "faces": "faces-classifier",
}


# The explorers of the book: the models that each shows, by the names that it gives them.
EXPLORERS = {
    "mnist": {
        "VAE": "mnist-vae-2d",
        "VAE without KL": "mnist-vae-no-kl-2d",
        "autoencoder": "mnist-ae-2d",
    },
    "fashion": {
        "plain": "fashion-vae-2d",
        "dropout and max-norm": "fashion-vae-dropout-2d",
    },
}

# What a reader sees decoded, by data set.
LABELS = {
    "mnist": "decoded digit",
    "fashion_mnist": "decoded piece of clothing",
    "faces": "decoded face",
}


def recipe_of(name):
    """Give the recipe of a name, or say which names there are."""
    if not isinstance(name, str) or name not in RECIPES:
        raise ValueError(f"`name` must be one of {', '.join(RECIPES)}. Received: name={name!r}")
    return RECIPES[name]
