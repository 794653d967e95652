"""The comparison of notebook runs: numbers move within their margins, and no further."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def compare(request):
    """Give the complaints about a fresh run's outputs, beside the stored ones."""
    plugin = request.config.pluginmanager.get_plugin(str(ROOT / "conftest.py"))
    numbers = plugin.glued_numbers
    return lambda fresh, stored: plugin.margin_complaints(numbers(fresh), numbers(stored))


def glued(value, name="error", margin=2):
    number = {"value": value, "margin": margin, "digits": 3}
    return {"metadata": {"scrapbook": {"name": name}, "companion": number}}


def tabled(**values):
    numbers = {name: {"value": value, "margin": 2} for name, value in values.items()}
    return {"metadata": {"companion": {"table": numbers}}}


@pytest.mark.parametrize("make", [glued, lambda value: tabled(error=value)])
def test_a_number_may_move_within_its_margin_and_no_further(compare, make):
    assert compare([make(131)], [make(130)]) == []
    assert compare([make(133)], [make(130)]) == ["glued number 'error' is 133; stored: 130 ± 2"]
    assert compare([make(float("nan"))], [make(130)]) != []


def test_every_number_of_a_table_is_compared(compare):
    (complaint,) = compare([tabled(first=1, second=9)], [tabled(first=1, second=2)])
    assert "'second' is 9; stored: 2" in complaint


def test_a_number_that_is_missing_on_one_side_is_named(compare):
    assert "only in the stored outputs" in compare([], [glued(1)])[0]
    assert "only in the fresh run" in compare([tabled(new=1)], [])[0]


def test_a_margin_that_was_changed_is_named(compare):
    assert "has margin 50; stored: 2" in compare([glued(1, margin=50)], [glued(1)])[0]


def test_outputs_without_numbers_are_left_to_nbval(compare):
    assert compare([{"output_type": "stream", "text": "a"}], [{"data": {}, "metadata": {}}]) == []
