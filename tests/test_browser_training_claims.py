"""What chapters 6, 9 and 12 say of the trainings in their pages, held to three seeds."""

import json
from pathlib import Path

import nbformat
import pytest
from browser import module
from thorough import first_of

from companion.page.packing import base64_text
from companion.page.training_files import kernel, packed_digits

BOOK = Path(__file__).parents[1] / "book"
# Train by steps, with a beta for each stretch; measure held-out pictures at the end of each.
TRAIN = """async ([training, pictures, kernel, digits, first, seed, stretches]) => {
    const {makeTraining} = await import(training);
    const {bounds, unpackDigits} = await import(pictures);
    let set = await unpackDigits(digits);
    set = {...set, ...await bounds(set)};
    const binary = Uint8Array.from(atob(kernel), c => c.charCodeAt(0));
    const made = await makeTraining({...first, seed}, set, binary);
    const found = [];
    for (const [steps, beta] of stretches) {
        made.change({beta});
        for (let i = 0; i < steps; i++) made.step();
        const {codes, reconstruction, kl} = made.report();
        const d = first.latentDim;
        let inside = 0;
        for (let i = 0; i < codes.length; i += d) {
            inside += Math.hypot(...codes.subarray(i, i + d)) < 2;
        }
        const closed = 100 * (set.baseline - reconstruction) / (set.baseline - set.floor);
        found.push({reconstruction, kl, closed, inside: 100 * inside * d / codes.length});
    }
    return found;
}"""


def plan_of(number):
    """Give the plan that the training of a chapter has in its notebook."""
    (path,) = BOOK.glob(f"{number:02}-*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    (html,) = [cell.outputs[0].data["text/html"] for cell in cells if cell.id == "live"]
    data = html.split('<script type="application/json">')[1].split("</script>")[0]
    return json.loads(data)["plan"]


@pytest.fixture
def train(open_page):
    page = open_page("")

    def train(number, seed, *stretches, **changed):
        first = plan_of(number)["first"] | changed
        given = [
            module("training.mjs"), module("training_pictures.mjs"), base64_text(kernel()),
            packed_digits(), first, seed, stretches,
        ]  # fmt: skip
        return page.evaluate(TRAIN, given)

    return train


def hold(number, found):
    """Say of each claim of a chapter whether it holds."""
    return [
        (claim["low"] is None or claim["low"] <= found[claim["measure"]])
        and (claim["high"] is None or found[claim["measure"]] <= claim["high"])
        for claim in plan_of(number)["claims"]
    ]


seeds = pytest.mark.parametrize("seed", first_of(range(3)))


@seeds
def test_chapter_6_codes_leave_the_circle_in_three_steps_and_both_claims_hold_later(seed, train):
    first, third, later = train(6, seed, (0, 1), (3, 1), (497, 1))
    assert first["inside"] == 100
    assert third["inside"] == 0
    assert hold(6, first) == [False, False]
    assert hold(6, later) == [True, True]


@seeds
def test_chapter_9_codes_come_back_and_without_the_term_one_claim_fails_at_once(seed, train):
    fifth, thirtieth, later, soon = train(9, seed, (5, 1), (25, 1), (170, 1), (20, 0))
    assert fifth["inside"] == 0
    assert thirtieth["inside"] > 50
    assert hold(9, later) == [True, True]
    assert hold(9, soon) == [False, True]


def test_chapter_9_without_the_term_the_other_claim_fails_much_later(train):
    _, late = train(9, 0, (500, 1), (300, 0))
    assert hold(9, late) == [False, False]


@seeds
def test_chapter_12_the_rate_answers_beta_within_twenty_steps_both_ways(seed, train):
    before, dear, cheap = train(12, seed, (500, 1), (20, 16), (20, 1))
    assert 14 < before["kl"] < 16
    assert dear["kl"] < 3
    assert dear["reconstruction"] > before["reconstruction"] + 50
    assert cheap["kl"] > 9.5
