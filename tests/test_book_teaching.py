"""The page for teachers: its table is that of the chapters, and its code does what it says."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))


def test_the_table_counts_the_exercises_of_every_page(site):
    html = (site / "book" / "teaching.html").read_text(encoding="utf-8")
    table = BeautifulSoup(html, "html.parser").find("article").find("table")
    told = {
        row.a["href"]: int(row.find_all("td")[-1].get_text()) for row in table.select("tbody tr")
    }
    for path in NOTEBOOKS:
        page = f"{path.stem}.html"
        built = (site / "book" / page).read_text(encoding="utf-8")
        exercises = BeautifulSoup(built, "html.parser").select("article .exercise.admonition")
        assert told.get(page, 0) == len(exercises), page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_code_for_a_class_removes_every_solution_and_nothing_else(path, tmp_path, monkeypatch):
    page = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
    code = re.search(r":name: without-solutions\n\n(.*?)```\n\n-", page, re.DOTALL)[1]
    (tmp_path / "book").mkdir()
    (tmp_path / "book/01-an-autoencoder-in-twenty-lines.ipynb").write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    before = nbformat.read(path, as_version=4).cells
    after = nbformat.read(tmp_path / "exercises.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in after)
    assert "{solution" not in text
    starts = [i for i, cell in enumerate(before) if "{solution-start}" in cell.source]
    ends = [i for i, cell in enumerate(before) if "{solution-end}" in cell.source]
    assert len(starts) == sum(cell.source.startswith(":::{exercise}") for cell in after)
    gone = sum(end - start + 1 for start, end in zip(starts, ends, strict=True))
    assert len(after) == len(before) - gone
