"""Checks of codes and pictures: each measures one thing, and says in words what it found."""

import numpy as np

from companion.doctor.report import Finding


def numbers(**arrays):
    """Look for NaN and infinity; `value` is how many there are, the words say of what."""
    bad = {name: int((~np.isfinite(array)).sum()) for name, array in arrays.items()}
    found = [f"{count} of {name}" for name, count in bad.items() if count]
    words = f"NaN or infinite: {', '.join(found)}" if found else "all finite"
    return Finding("numbers", not found, words, sum(bad.values()))


def pixels(pictures):
    """Look for pixels far outside [0, 1]; `value`: their share.

    A healthy Gaussian decoder that is linear at its end has 0.5 % of them, measured on digits.
    """
    outside = float(((pictures < -0.2) | (pictures > 1.2)).mean())
    healthy = outside < 0.02
    words = f"{100 * outside:.0f} % of the decoded pixels lie far outside [0, 1]"
    return Finding("pixels", healthy, words + ("" if healthy else "; no sigmoid?"), outside)


def ink(x, pictures):
    """Look whether blank paper can be drawn; `value`: the share of pixels below 1/2."""
    blank, drawn = float((x < 0.5).mean()), float((pictures < 0.49).mean())
    healthy = drawn >= blank / 20
    below = "darker" if x.ndim == 4 and x.shape[-1] == 3 else "paler"  # colours are light
    words = f"{100 * drawn:.0f} % of the decoded pixels are {below} than 1/2, {100 * blank:.0f} % "
    words += "of the true ones" + ("" if healthy else "; a sigmoid applied twice?")
    return Finding("ink", healthy, words, drawn)


def sampling(first, second, z_mean, sigma):
    """Compare two draws of the same codes with the clouds that they should come from.

    `value`: the width of the draws in units of sigma, of the number of the code that is worst.
    The limits are wider where pictures are few: by 5 standard errors of a width, or of a mean.
    """
    noise = (first - z_mean) / np.maximum(sigma, 1e-12)
    width = np.sqrt(np.square(noise).mean(axis=0))
    worst = _farthest_from_one(width)
    if np.array_equal(first, second):
        what = "no draw" if np.allclose(first, z_mean) else "one frozen draw"
        return Finding("sampling", False, f"{what}: z is the same at each call", worst)
    if (noise.std(axis=0) < 0.1 * width).any():
        return Finding("sampling", False, "all pictures of a batch share one draw", worst)
    if _shared_by_numbers(noise - noise.mean(axis=0)):
        return Finding("sampling", False, "numbers of a code share one draw", worst)
    luck = 5 / np.sqrt(len(noise))
    off = np.abs(noise.mean(axis=0))
    if (off > np.maximum(0.25, luck * noise.std(axis=0))).any():
        words = f"z lies {off.max():.2f} sigmas off the encoder's mean on average"
        return Finding("sampling", False, words, worst)
    words = f"z spreads {worst:.2f} times as widely as the encoder's sigma says"
    narrow, wide = max(0.2, luck / np.sqrt(2)), max(0.25, luck / np.sqrt(2))
    return Finding("sampling", bool(1 - narrow < worst < 1 + wide), words, worst)


def _shared_by_numbers(noise):
    """Say whether the draws of two numbers of a code are nearly one: correlated by 0.9 or more."""
    noise = noise / np.maximum(np.sqrt(np.square(noise).mean(axis=0)), 1e-12)
    correlations = noise.T @ noise / len(noise)
    return bool((np.abs(np.triu(correlations, k=1)) > 0.9).any())


def clouds(z_mean, sigma):
    """Compare the clouds' sigma with the spread of their means; `value`: their ratio."""
    share = float(np.median(sigma.mean(axis=0) / np.maximum(z_mean.std(axis=0), 1e-12)))
    healthy = share > 0.005
    words = f"sigma is {share:.2g} of the spread of the means"
    return Finding(
        "clouds", healthy, words + ("" if healthy else ": points, as of a plain autoencoder"), share
    )


def units(kl):
    """Count the numbers of the code that have 0.01 nats of KL or more; `value`: how many.

    Spare ones are no disease: a code may be longer than the pictures need. None at all is one.
    """
    used = int((kl.mean(axis=0) >= 0.01).sum())
    total = kl.shape[1]
    words = f"{used} of {total} numbers of the code say anything of the picture"
    return Finding("units", used > 0, words, used)


def decoder(ours, of_others):
    """Ask what it costs to be drawn from another picture's code; `value`: nats.

    `ours` and `of_others` are prices of pictures, nats, `(n,)`.
    """
    gain = float((of_others - ours).mean())
    words = f"another picture's code costs {gain:.3g} nats more"
    return Finding("decoder", gain > 1, words + ("" if gain > 1 else ": it ignores z"), gain)


def baseline(ours, of_the_mean, unit):
    """Compare the reconstructions with the mean picture; `value`: what is saved, negative if worse.

    `ours` and `of_the_mean` are prices of pictures, `(n,)`; `unit` says of what.
    """
    ours, theirs = float(ours.mean()), float(of_the_mean.mean())
    words = f"{ours:.4g} {unit} a picture; the mean picture costs {theirs:.4g}"
    return Finding("baseline", ours < theirs, words, theirs - ours)


def prior(z_mean, sigma, pulled=False):
    """Compare all codes together with N(0, I); `value`: their width, where it is worst.

    The KL of a loss pulls codes there, and hardly where a reconstruction weighs much more:
    a young model's may be far away still. So, where they are known to be pulled, to be
    far away is no disease.
    """
    width = np.sqrt(z_mean.var(axis=0) + np.square(sigma).mean(axis=0))
    off = float(np.abs(z_mean.mean(axis=0)).max())
    worst = _farthest_from_one(width)
    near = bool(width.min() > 0.4 and width.max() < 2.5 and off < 2)
    words = f"all codes together are {worst:.3g} times as wide as N(0, I), and {off:.2g} off its "
    words += (
        "middle" if near or not pulled else "middle; the KL term pulls them in, if training goes on"
    )
    return Finding("prior", near or pulled, words, worst)


def _farthest_from_one(widths):
    return float(widths[np.argmax(np.abs(np.log(np.maximum(widths, 1e-12))))])
