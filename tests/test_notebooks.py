"""What runs and tidies the notebooks, on made ones."""

import base64
import sys

import nbformat
import notebooks
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PICTURE = """\
from IPython.display import Image, display
display(Image(data=b"\\x89PNG of a test", format="png"))"""
WIDGETS = """\
import ipywidgets
display(ipywidgets.IntSlider(), "twin")
display({"text/html": ""}, raw=True)"""
SURROUNDINGS = """\
import os
print(sorted(name for name in os.environ if name.startswith("COMPANION_")))
print(os.environ["KERAS_BACKEND"], os.path.basename(os.getcwd()))"""


@pytest.fixture
def path(tmp_path):
    """Give the path of a small notebook that was not run."""
    picture = new_code_cell(PICTURE, metadata={"companion": {"picture": "test.png"}})
    cells = [new_markdown_cell("# A title"), picture, *map(new_code_cell, (WIDGETS, SURROUNDINGS))]
    path = tmp_path / "folder" / "made.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run(monkeypatch, *arguments):
    """Run a command line, and give its exit status."""
    monkeypatch.setattr(sys, "argv", ["notebooks.py", *map(str, arguments)])
    try:
        return notebooks.main()
    except SystemExit as stopped:
        return stopped.code


def test_a_notebook_runs_in_its_folder_without_the_settings_of_its_user(path, monkeypatch):
    monkeypatch.setenv("COMPANION_SEED", "7")
    monkeypatch.setenv("COMPANION_DATASET", "mnist")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    notebook = notebooks.execute(path)
    assert notebook.cells[-1].outputs[0].text.splitlines() == ["[]", "tensorflow folder"]
    assert notebook.metadata.companion.fingerprint == notebooks.fingerprint(notebook)
    outputs = notebooks.normalise(notebook).cells[-2].outputs
    assert [out["data"] for out in outputs] == [{"text/plain": "'twin'"}]


def test_a_notebook_without_code_has_its_set_up_at_its_end():
    notebook = notebooks.normalise(new_notebook(cells=[new_markdown_cell("# A title")]))
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code"]


def made_with_widgets():
    """Give a notebook with a widget, its twin, and the empty place of a bar that was closed."""
    kinds = ({notebooks.VIEW: {"model_id": "e" * 32}}, {"text/plain": "a"}, {"text/html": ""})
    outputs = [new_output("display_data", data) for data in kinds]
    return new_notebook(
        cells=[
            new_markdown_cell("# A title", metadata={"tags": []}),
            new_code_cell("1", outputs=outputs, metadata={"tags": ["a"], "scrolled": True}),
        ],
        metadata={
            "companion": {"fingerprint": "f"},
            "kernelspec": {"display_name": "mine", "name": "mine"},
            "language_info": {"name": "python", "version": "3.11.7"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
        },
    )


def test_a_normalised_notebook_holds_nothing_of_a_machine_or_a_moment():
    notebook = notebooks.normalise(made_with_widgets())
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.companion == {"fingerprint": "f"}
    title, setup, code = notebook.cells
    assert title.metadata == {}  # where nothing is said, nothing stands
    assert setup == notebooks.setup_cell()
    assert code.metadata == {"tags": ["a"]}


def test_a_normalised_notebook_keeps_twins_and_nothing_that_needs_a_kernel():
    notebook = notebooks.normalise(made_with_widgets())
    assert "widgets" not in notebook.metadata
    assert [out.data for out in notebook.cells[-1].outputs] == [{"text/plain": "a"}]


def glued(text, **numbers):
    """Give a notebook with a text, whose code has glued some numbers."""
    outputs = [
        new_output(
            "display_data",
            {"application/papermill.record/text/plain": shown},
            metadata={"scrapbook": {"name": name}},
        )
        for name, shown in numbers.items()
    ]
    return new_notebook(cells=[new_markdown_cell(text), new_code_cell("1", outputs=outputs)])


LESS = "\N{MINUS SIGN}0.25"


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("from {glue:text}`a`.", f"from {LESS}<!-- glue: a -->."),
        ("**1<!-- glue: a -->**", f"**{LESS}<!-- glue: a -->**"),
        (
            "|\N{MINUS SIGN}1.5e\N{MINUS SIGN}05<!-- glue: a -->|",
            f"|{LESS}<!-- glue: a -->|",
        ),
        ("12\u202f000<!-- glue: a -->", f"{LESS}<!-- glue: a -->"),
        ("2 and {glue:text}`b`", "2 and {glue:text}`b`"),  # not measured yet: the author sees it
    ],
)
def test_a_normalised_notebook_shows_the_numbers_that_its_cells_have_glued(text, normalised):
    notebook = notebooks.normalise(glued(text, a=LESS))
    assert notebook.cells[0].source == normalised
    assert notebooks.normalise(notebook).cells[0].source == normalised


def test_normalising_twice_changes_nothing():
    once = notebooks.text_of(notebooks.normalise(made_with_widgets()))
    again = notebooks.normalise(nbformat.reads(once, as_version=4))
    assert notebooks.text_of(again) == once


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other links and modes")
def test_a_notebook_that_is_a_link_stays_one_and_keeps_its_mode(path, tmp_path):
    path.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    notebook = made_with_widgets()
    notebooks.write(notebook, link)
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == notebooks.text_of(notebook)
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_the_hook_fails_where_it_changes_a_notebook_and_only_there(path, monkeypatch):
    before = path.read_bytes()
    assert run(monkeypatch, "normalise", path) == 1
    assert path.read_bytes() != before
    assert run(monkeypatch, "normalise", path) == 0


def test_one_untidy_notebook_among_tidy_ones_fails_the_commit(path, monkeypatch):
    tidy = path.with_name("tidy.ipynb")
    tidy.write_bytes(path.read_bytes())
    run(monkeypatch, "normalise", tidy)
    assert run(monkeypatch, "normalise", path, tidy) == 1


def test_prose_is_the_text_and_changes_nothing(path, monkeypatch, capsys):
    before = path.read_bytes()
    assert run(monkeypatch, "prose", path) == 0
    assert capsys.readouterr().out == "# A title\n"
    assert path.read_bytes() == before


def test_execute_writes_a_tidy_notebook_and_its_pictures(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "BOOK", tmp_path)
    assert run(monkeypatch, "execute", path) == 0
    assert "==> running made.ipynb" in capsys.readouterr().out
    text = path.read_text(encoding="utf-8")
    assert text == notebooks.text_of(notebooks.normalise(nbformat.reads(text, as_version=4)))
    assert (tmp_path / "images" / "test.png").read_bytes() == b"\x89PNG of a test"
    assert base64.b64encode(b"\x89PNG of a test").decode() in text
