"""The card of a model: what it is, how it was made, and what was measured."""

from typing import Any

# What a card holds: the type of each part; ... stands for any name, a list for one value or more.
KEYS = {
    "name": str,
    "about": str,
    "command": str,
    "network": str,
    "weights": int,
    "recipe": {},
    "data": {"name": str, "sha256": {...: str}},
    "seed": int,
    "steps": int,
    "versions": {...: str},
    "npz_sha256": str,
    "figures": {...: int | float},
    "over_seeds": {...: [int | float]},
    "compared_with": {...: {...: int | float}},
    "judge": str | None,
    "card_sha256": str,
}
WORDS = {"kl": "KL", "knn_accuracy": "kNN accuracy", "frechet_distance": "Fréchet distance"}


class Card(dict[str, Any]):
    """Hold the card of a model: a dict with these keys, shown as text or, in Jupyter, as a table.

    - `name`, `about`: what it is, in a sentence.
    - `command`: what made it.
    - `network`, `weights`: sizes of its layers, and how many weights it has.
    - `recipe`: the row of `recipes.RECIPES`, as a dict.
    - `data`: `name` of the data set, and `sha256` of its arrays.
    - `seed`, `steps`: of its training; steps of the optimizer.
    - `versions`: of Python, NumPy, Keras and the backend.
    - `npz_sha256`: of the file with its weights and codes.
    - `figures`: what was measured on held-out pictures, by `figures.measure`, which says
      what each figure is.
    - `over_seeds`: for each figure, its values for seeds 0, 1, ...: one or more.
    - `compared_with`: for some figures, what they are to be held against, by its name.
    - `judge`: `npz_sha256` of the zoo's classifier of that data set, through whose features
      pictures were compared; None for a classifier.
    - `card_sha256`: of all the rest of the card.
    """

    def __str__(self):
        data, versions = self["data"]["name"], self["versions"]
        made = ", ".join(f"{what} {version}" for what, version in versions.items())
        return "\n".join(
            [
                f"**{self['name']}**: {self['about']}",
                "",
                f"- network {self['network']}: {self['weights']:,} weights",
                f"- trained on {data}, {self['steps']:,} steps, seed {self['seed']}, {made}",
                f"- made by `{self['command']}`",
                "- costs below are in nats per image",
                "",
                table(self._rows()),
            ]
        )

    __repr__ = __str__
    _repr_markdown_ = __str__

    def _rows(self):
        seeds = len(next(iter(self["over_seeds"].values())))
        over = f"over {seeds} seeds" if seeds > 1 else "over one seed"
        yield ["held-out figure", "value", over, "to be compared with"]
        for name, value in self["figures"].items():
            ends = digits(min(self["over_seeds"][name])), digits(max(self["over_seeds"][name]))
            spread = " to ".join(dict.fromkeys(ends))  # one of them if they are the same
            yield [words_of(name), digits(value), spread, self.comparison(name)]

    def comparison(self, figure: str) -> str:
        """Say in words what a figure is to be compared with.

        Args:
            figure: a name in `card["figures"]`.

        Returns:
            A str, empty if there is nothing to compare it with.
        """
        others = self["compared_with"].get(figure, {})
        return ", ".join(f"{name} {digits(value)}" for name, value in others.items())


def misfits(value, wanted=KEYS, name="card"):
    """Name the parts of a card that are missing, or of another type than `KEYS` says."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        for key in value if ... in wanted else wanted:
            yield from misfits(value.get(key, ...), wanted.get(key, wanted.get(...)), key)
    elif isinstance(wanted, list) and isinstance(value, list) and value:
        for one in value:
            yield from misfits(one, *wanted, name)
    elif isinstance(wanted, dict | list) or not isinstance(value, wanted):
        yield name


def words_of(figure):
    """Write the name of a figure as a reader does."""
    return WORDS.get(figure, figure.replace("_", " "))


def digits(value):
    """Write a number with four significant digits, and whole or large ones in full."""
    if isinstance(value, int) or abs(value) >= 1e4:
        return f"{value:,.0f}"
    return f"{value:#.4g}".rstrip(".")


def table(rows):
    """Write rows of texts as a Markdown table that reads well as it is."""
    head, *body = rows
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [head, ["-" * width for width in widths], *body]
    return "\n".join(
        f"| {' | '.join(f'{text:{w}}' for text, w in zip(line, widths, strict=True))} |"
        for line in lines
    )
