"""Which cells fold, and what a guess veils: the rule, and what the built pages make of it."""

import re
from pathlib import Path
from types import SimpleNamespace

import book_folds
import folds
import nbformat
import notebooks
import pytest
from bs4 import BeautifulSoup
from docutils import nodes, utils
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

BOOK = Path(folds.__file__).parent

KINDS = [
    ("assert a > 1", "claims"),
    ("b = (a - 1) / np.mean(a)\nassert b < 2\nassert abs(b.max()) > 1", "claims"),
    ("share.check(a < 1, a > 1)", "claims"),
    ("b = model.evaluate(x)\nassert b > 1", None),
    ("b = np.random.normal(3)\nassert b > 1", None),
    ("for a in b:\n    assert a", None),
    ("b = 1", None),
    ("import math\nfrom a import b\nSEED = companion.chapter_seed()", "set-up"),
    ("import math\nx = data.load()", None),
    ("plots.curve(x)\nplt.show()", "drawing"),
    ("_, ax = plt.subplots()\nax.plot(x)\nplt.show()", "drawing"),
    ("x = model(y)\nplt.show()", None),
    ("share = companion.guess('?', {}, right='a')", "guess"),
    ("# a comment", None),
    ("%pip install companion", None),
]


@pytest.mark.parametrize(("source", "kind"), KINDS)
def test_a_cell_folds_by_what_its_code_is(source, kind):
    assert folds.kind(new_code_cell(source)) == kind


@pytest.mark.parametrize("tag", folds.TAGS)
def test_a_tag_folds_any_cell(tag):
    assert folds.kind(new_code_cell("x = model(y)", metadata={"tags": [tag]})) == tag


def test_a_tag_keeps_a_cell_open():
    assert folds.kind(new_code_cell("assert a", metadata={"tags": ["open"]})) is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("assert a", "Checked: 1 claim"),
        ("assert a\nassert b\nc.check(a, b)", "Checked: 3 claims"),
        ("import a", "Set-up"),
        ("plt.show()", "Drawn by this code"),
    ],
)
def test_the_line_of_a_folded_cell_says_what_is_in_it(source, words):
    assert folds.line(new_code_cell(source)) == words


def folded(source, tag, **more):
    return new_code_cell(source, metadata={"tags": [tag, "hide-input"]}, **more)


def test_folded_cells_of_a_kind_that_follow_each_other_have_one_line():
    shows = new_output("display_data", {"text/plain": "1"})
    cells = [
        folded("import a", "set-up"),
        folded("b = a.c()", "set-up"),
        folded("d = 1", "claims"),
        folded("assert d", "claims"),
        folded("assert b", "claims"),
        folded("plot(b)", "drawing", outputs=[shows]),
        folded("plot(d)", "drawing"),
        new_markdown_cell("words"),
        folded("assert d > 0", "claims"),
    ]
    found = book_folds.joined(cells)
    assert [cell.source for cell in found] == [
        "import a\n\nb = a.c()", "d = 1\n\nassert d\n\nassert b", "plot(b)", "plot(d)", "words",
        "assert d > 0",
    ]  # fmt: skip
    for cell in found:
        if cell.cell_type == "code":
            book_folds.say(cell)
    said = [cell.metadata.get("mystnb", {}).get("code_prompt_show") for cell in found]
    assert said == [
        "Set-up", "Checked: 2 claims", "Drawn by this code", None, None, "Checked: 1 claim",
    ]  # fmt: skip


GUESS = new_code_cell(
    "share = companion.guess('?', {}, right='a')",
    outputs=[new_output("display_data", {"text/html": '<div data-guess="1a2b">'})],
)


def test_a_veil_ends_with_the_first_text_after_the_check():
    text, check = new_markdown_cell("words"), new_code_cell("share.check(True)")
    cells = [text, GUESS, new_code_cell("1"), text, check, new_code_cell("2"), text, text]
    assert folds.veils(cells) == [("1a2b", 1, 6)]


@pytest.mark.parametrize(
    ("sections", "scored"),
    [
        (["?first", "?second", "summary", "further"], ["summary"]),
        (["?first", "?second", "further"], ["second"]),
        (["first", "summary"], []),
    ],
)
def test_the_score_is_at_the_end_of_the_summary_or_of_the_section_of_the_last_guess(
    sections, scored
):
    page = utils.new_document("page")
    for name in sections:
        section = nodes.section(ids=[name.removeprefix("?")])
        marks = [book_folds.BEGINS + "1a2b", book_folds.ENDS] if name.startswith("?") else []
        section += [nodes.comment("", mark.removeprefix("% ")) for mark in marks]
        page += [section]
    book_folds.draw_veils(None, page)
    found = [each.parent["ids"][0] for each in page.findall(nodes.raw) if "score" in each.astext()]
    assert found == scored


def test_a_guess_that_nothing_checks_is_an_error():
    with pytest.raises(ValueError, match=r"must be checked, .*: share"):
        folds.veils([GUESS, new_code_cell("other.check(True)"), new_markdown_cell("words")])


def test_jupyterlab_folds_what_the_page_folds_and_solutions_whole():
    start, end = (new_markdown_cell(f":::{{solution-{each}}} a\n:::") for each in ("start", "end"))
    glue = new_code_cell("companion.glue()", metadata={"tags": ["remove-input"]})
    cells = [new_code_cell("x()"), new_code_cell("assert x"), GUESS, glue, start, cells_of(), end]
    made = notebooks.normalise(new_notebook(cells=[*cells, new_markdown_cell("after")]))
    _, plain, claims, guess, glue, *solution, after = made.cells
    hidden = {"source_hidden": True}
    assert plain.metadata == after.metadata == {}
    assert claims.metadata["jupyter"] == glue.metadata["jupyter"] == hidden
    assert guess.metadata == {"jupyter": hidden, "cellView": "form"}
    assert [cell.metadata["jupyter"] for cell in solution] == [
        hidden, hidden | {"outputs_hidden": True}, hidden,
    ]  # fmt: skip


def cells_of():
    return new_code_cell("model.fit(x)")


# The guesses of the book

ASKED = [
    pytest.param(cell, id=f"{path.stem[:2]}-{cell.id}")
    for path in sorted(BOOK.glob("*.ipynb"))
    for cell in nbformat.read(path, as_version=4).cells
    if cell.cell_type == "code" and folds.kind(cell) == "guess"
]


@pytest.mark.parametrize("cell", ASKED)
def test_a_guess_of_the_book_can_be_read_as_plain_text(cell):
    assert cell.source.startswith("# @title Your guess\n")  # all that Colab shows of it
    assert len(cell.source.split("\n")) <= 24
    html = next(out.data["text/html"] for out in cell.outputs)
    page = BeautifulSoup(html, "html.parser")
    question = page.select_one(".guess-told p").get_text().removeprefix("Predict. ")
    answers = [each.get_text() for each in page.select(".guess-told li")]
    sentences = [each.get_text() for each in page.select("dd")]
    assert question.endswith("?")
    assert 2 <= len(answers) <= 4
    assert len([each for each in page.select("dt") if "(measured)" in each.text]) == 1
    for answer in answers:
        assert len(answer) <= 80
        assert not answer.endswith(".")
    for sentence in sentences:
        assert re.fullmatch(r"[A-Z].{20,}[.]", sentence)
    assert len(set(sentences)) == len(answers)
    for text in (question, *answers, *sentences):
        assert not re.search(r"[$\\*`_]|  ", text), text


# The built pages


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem[:12])
def test_the_lines_of_a_page_are_those_of_its_cells(site, path):
    page = BeautifulSoup(
        (site / "book" / path.stem).with_suffix(".html").read_text(encoding="utf-8"), "html.parser"
    )
    notebook = nbformat.read(path, as_version=4)
    source = [nbformat.writes(notebook)]
    book_folds.fold(
        SimpleNamespace(env=SimpleNamespace(doc2path=lambda name: name)), path.name, source
    )
    said = [
        cell.metadata.get("mystnb", {}).get("code_prompt_show", "How it is computed")
        for cell in nbformat.reads(source[0], as_version=4).cells
        if {"hide-input", "hide-cell"} & set(cell.metadata.get("tags", []))
    ]
    assert len(said) > 5
    lines = [each.get_text(strip=True) for each in page.select("article details.hide > summary")]
    shown = [line for line in lines if line]
    assert [re.sub(r"(.+?)\1", r"\1", line) for line in shown] == said
    assert "Checked: 0 claim" not in said
    assert page.select("article .cell_input")
    assert "companion.guess(" not in page.select_one("article").get_text()
