"""What is measured of a model, on pictures that it was not trained on."""

import numpy as np
from keras import ops

from companion import data, losses, metrics, zoo
from companion.latent import sample_prior
from companion.zoo.classifiers import CLASSIFIERS
from companion.zoo.recipes import JUDGES, recipe_of

DRAWS = 1500  # pictures on either side of coverage and Fréchet distance, if there are so many


def measure_again(name, folder=None):
    """Measure a model of the zoo as it lies on the disk; arguments and errors as of `zoo.load`."""
    model, recipe = zoo.load(name, folder), recipe_of(name)
    return measure(model, recipe, data.load(recipe.data), judge_of(recipe))


def judge_of(recipe):
    """Load the zoo's classifier of a recipe's data set; None for a classifier, which needs none."""
    return zoo.load(JUDGES[recipe.data]) if recipe.has_codes else None


def measure(model, recipe, pictures, judge=None):
    """Measure a model on the test pictures of its data set.

    Of a model with codes, averaged over the pictures:

    - `loss`: reconstruction + beta KL, of a VAE; with beta = 1 it is the negative ELBO,
    - `reconstruction`: -log p(x | z), nats per image; z is drawn once if the model is a VAE,
    - `kl`: KL(q(z | x) || N(0, I)), nats per image,
    - `active_units`: numbers of a code whose means have a variance of more than 0.01
      over the pictures (Burda et al. 2016),
    - `knn_accuracy`: how often the five nearest codes in one half of the test pictures name
      the class of one in the other half,
    - `coverage`, `frechet_distance`: of pictures decoded from N(0, I), among as many
      training pictures, 1,500 or as many as the test pictures are.

    Halves and training pictures are chosen by lot, the same ones every time.

    Of faces there are two more:

    - `squared_error`: between pictures and reconstructions, per image,
    - `attributes_kept`: the share of attributes which the judge reads in a reconstruction
      as they are in the picture.

    Of a classifier: `cross_entropy`, nats per image (per attribute, of faces), and `accuracy`.

    Args:
        model: from `building.build`.
        recipe: its `Recipe`.
        pictures: `data.ImageData`.
        judge: a classifier of that data set; it may be None for a classifier.

    Returns:
        dict of floats, by name.
    """
    if not recipe.has_codes:
        answers = CLASSIFIERS[recipe.kind].targets(pictures)[1]
        terms = model.evaluate(pictures.test, answers, verbose=0, return_dict=True)
        return {"cross_entropy": terms["loss"], "accuracy": terms["accuracy"]}
    codes, terms = _terms(model, recipe, pictures.test)
    drawn = model.decode(sample_prior(_draws(pictures), model.latent_dim, seed=0))
    (near, judged), (names, wanted) = (
        np.split(by_lot(part), [len(codes) // 2]) for part in (codes, pictures.test_labels)
    )
    found = terms | {"knn_accuracy": metrics.knn_accuracy(near, names, judged, wanted)}
    found |= _completeness(pictures, drawn, judge)
    if recipe.data == "faces":
        found |= _of_faces(pictures.test, model.decode(codes), judge)
    return found


def compared_with(recipe, pictures, judge=None):
    """Give what the figures are to be compared with: `{figure: {what: value}}`.

    - the mean picture: what an answer costs that does not look at its input
      (`metrics.baseline`), and the floor, below which nothing gets (`metrics.floor`),
    - real pictures: held-out ones in the place of the draws,
    - for classifiers, an answer that knows nothing but how frequent the answers are.
    """
    if not recipe.has_codes:
        return _of_guessing(CLASSIFIERS[recipe.kind], pictures)
    real = _completeness(pictures, by_lot(pictures.test, _draws(pictures)), judge)
    levels = {figure: {"real pictures": value} for figure, value in real.items()}
    if recipe.likelihood == "bernoulli":
        levels["reconstruction"] = {
            "mean picture": metrics.baseline(pictures.train, pictures.test),
            "floor": metrics.floor(pictures.test),
        }
    if recipe.data == "faces":
        mean = np.broadcast_to(pictures.train.mean(axis=0), pictures.test.shape)
        levels["squared_error"] = {"mean picture": _squared_error(pictures.test, mean)}
    return levels


def by_lot(array, n=None):
    """Choose n entries of an array by lot, or shuffle all; the same for arrays of one length.

    A file may be in an order. MNIST's is: its first pictures are of other writers than
    its last, so 1,500 from the head of each part differ more than the parts do.
    """
    return array[np.random.default_rng(0).permutation(len(array))[:n]]


def _draws(pictures):
    return min(DRAWS, len(pictures.test))


def _terms(model, recipe, x):
    """Give codes, and what the loss is made of."""
    if recipe.heads == 1:
        codes = model.encode(x)
        return codes, {"reconstruction": float(model.nll(x, codes).mean())}
    posterior = model.encode(x)
    reconstruction = float(model.nll(x, posterior.sample(seed=0)).mean())
    kl = float(posterior.kl.sum(axis=1).mean())
    return posterior.z_mean, {
        "loss": reconstruction + recipe.beta * kl,
        "reconstruction": reconstruction,
        "kl": kl,
        "active_units": metrics.active_units(posterior.z_mean),
    }


def _completeness(pictures, draws, judge):
    real = metrics.features(judge, by_lot(pictures.train, len(draws)))
    drawn = metrics.features(judge, draws.clip(0, 1))  # a Gaussian's mean may be beyond
    return {
        "coverage": metrics.coverage(real, drawn),
        "frechet_distance": metrics.frechet_distance(real, drawn),
    }


def _of_faces(x, reconstructed, judge):
    answers, truth = (
        ops.convert_to_numpy(judge(images)) > 0 for images in (reconstructed.clip(0, 1), x)
    )
    return {
        "squared_error": _squared_error(x, reconstructed),
        "attributes_kept": float((answers == truth).mean()),
    }


def _squared_error(x, y):
    return float(ops.convert_to_numpy(losses.squared_error(x, y)).mean())


def _of_guessing(classifier, pictures):
    chance, right = classifier.guess(*classifier.targets(pictures))
    return {
        "cross_entropy": {"guessing": float(-np.log(chance).mean())},
        "accuracy": {"guessing": float(right.mean())},
    }
