"""The patients of the bug museum, in Keras: its model, with the mistakes to switch on."""

import json
from functools import cache
from pathlib import Path

import keras
from keras import ops

from companion import doctor, layers, networks

MUSEUM = Path(__file__).parents[1] / "book" / "bug-museum.ipynb"
# Of each fault of faults.mjs the loss in the museum, or none, where the loss is the healthy one.
PATIENTS = {
    "mean": "mean_terms",
    "averaged": "averaged_terms",
    "sign": "sign_terms",
    "twice": "twice_terms",
    "none": None,
    "shared": None,
}
CELLS = {"visitor", "healthy", "mean-terms", "latent-terms", "sign-terms", "twice-terms", "parts"}


@cache
def museum():
    """Run the cells that define the model, its losses and its `Parts`, and give what they name."""
    found = {"doctor": doctor, "keras": keras, "layers": layers, "networks": networks, "ops": ops}
    for cell in json.loads(MUSEUM.read_text(encoding="utf-8"))["cells"]:
        if cell["id"] in CELLS:
            exec("".join(cell["source"]), found)
    return found


def no_draw(inputs):
    return inputs[0]


def shared_draw(inputs):
    z_mean, z_log_var = inputs
    noise = keras.random.normal(ops.shape(z_mean))[:1]  # of the first picture, for all
    return z_mean + ops.exp(z_log_var / 2) * noise


def patient(faults, d=2):
    """Make the museum's model with these faults, of which one at most is in the loss."""
    found = museum()
    terms = [PATIENTS[fault] for fault in faults if PATIENTS[fault]] or ["healthy_terms"]
    draws = {"none": no_draw, "shared": shared_draw}
    draw = next((draws[fault] for fault in faults if fault in draws), None)
    return found["PopularVAE"](found[terms[0]], draw=draw, d=d)


def parts_of(model):
    """Say to the doctor how a patient works, as the museum does."""
    return museum()["parts"](model)
