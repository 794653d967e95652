"""The notebooks as files: what they hold, whole and tidy, before anything is run.

That their outputs are what their code gives is nbval's part, over `book/`.
"""

import ast
import re
from pathlib import Path

import folds
import nbformat
import notebooks
import pytest
from book_settings import LAUNCH_REF, REPOSITORY

import companion
from companion.chapter.numbers import in_words
from companion.page.scripts import bundle, source

BOOK = Path(notebooks.__file__).parent
PATHS = sorted(BOOK.glob("*.ipynb"))
CHAPTERS = [path for path in PATHS if path.name[:2].isdigit()]

# What the twin of each widget holds: its script and its style.
TWINS = {
    "latent-sliders": ("latent.mjs", "latent.css"),
    "frame-slider": ("frames.mjs", "frames.css"),
    "label-sheet": ("label.mjs", "label.css"),
    "live-filling": ("filling.mjs", "filling.css"),
    "latent-explorer": ("explorer.mjs", "explorer.css"),
    "latent-training": ("training_loader.mjs", None),  # the rest is loaded
}
WIDGET = re.compile(r"companion\.(?:Latent\w+|FrameSlider|LabelSheet|LiveFilling|LiveTraining)\(")

IMPORT = re.compile(r"^from companion[\w.]* import (?:\([^)]*\)|.*)$", re.MULTILINE)
SHOWN = re.compile(r"companion\.show\([\w.]+\)")

READ = ("text/plain", "text/markdown", "application/papermill.record/text/plain")

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return notebooks.code_cells(read(path))


def tagged(cell, tag):
    return tag in cell.metadata.get("tags", [])


def data_of(cell):
    """Give the outputs of a cell by kind: {mime type: content}."""
    return {mime: text for out in cell.outputs for mime, text in out.get("data", {}).items()}


def prose(path):
    return notebooks.prose(read(path))


@every_notebook
def test_it_was_run_from_top_to_bottom(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(counts) + 1)), "run: make execute"


@every_notebook
def test_its_first_cell_of_code_installs_the_package_where_it_is_missing(path):
    first = next(cell for cell in read(path).cells if cell.cell_type == "code")
    assert first | {"execution_count": None} == notebooks.setup_cell(), (
        "run: python book/notebooks.py normalise"
    )
    assert f"git+{REPOSITORY}@{LAUNCH_REF}\n" in first.source


@every_notebook
def test_its_outputs_were_made_by_the_code_that_it_holds(path):
    stored = read(path).metadata.get("companion", {}).get("fingerprint")
    assert stored == notebooks.fingerprint(read(path)), "outputs are stale; run: make execute"


@every_notebook
def test_it_is_normalised(path):
    assert path.read_text(encoding="utf-8") == notebooks.text_of(notebooks.normalise(read(path)))


@every_notebook
def test_the_source_that_it_shows_is_the_source_of_today(path):
    cells, names = code_cells(path), {"companion": companion}
    for cell in cells:
        for line in IMPORT.findall(cell.source):
            exec(line, names)
    for cell in cells:
        if SHOWN.fullmatch(cell.source.strip()):
            stored = data_of(cell)["text/plain"]
            assert stored == repr(eval(cell.source, names)), f"{cell.id}: run: make execute"


@every_notebook
def test_every_figure_has_a_description_and_a_caption(path):
    for cell in code_cells(path):
        if "image/png" in data_of(cell):
            render = cell.metadata.get("mystnb", {})
            assert len(render.get("image", {}).get("alt", "")) > 40, f"no alt text: {cell.id}"
            live = "data-twin=" in data_of(cell).get("text/html", "")
            assert live or render.get("figure", {}).get("caption"), f"no caption: {cell.id}"


@every_notebook
def test_every_live_widget_has_a_twin_and_a_still_picture(path):
    made, shown = 0, 0
    for cell in code_cells(path):
        data = data_of(cell)
        made += len(WIDGET.findall(cell.source))
        if "data-twin=" in data.get("text/html", ""):
            shown += 1
            assert "image/png" in data, f"no still picture: {cell.id}"
            (kind,) = [kind for kind in TWINS if f'<figure class="{kind}' in data["text/html"]]
            script, style = TWINS[kind]
            assert bundle(script) in data["text/html"], f"{script} has changed: make execute"
            if style:
                assert source(style) in data["text/html"], f"{style} has changed: make execute"
    assert shown >= made, "a widget without a twin"


@every_notebook
def test_every_guess_is_stored_as_its_source_asks_it_today(path):
    for cell in code_cells(path):
        if folds.kind(cell) == "guess":
            names = {"companion": companion}
            exec(cell.source, names)
            (asked,) = [each for each in names.values() if hasattr(each, "_repr_html_")]
            stored = data_of(cell)["text/html"]
            assert stored.split() == asked._repr_html_().split(), f"{cell.id}: run: make execute"


@every_notebook
@pytest.mark.parametrize("kind", ["guess", "cloud"])
def test_every_guess_and_cloud_holds_the_script_and_the_style_of_today(path, kind):
    call = {"guess": "companion.guess(", "cloud": "companion.LiveCloud("}[kind]
    for cell in code_cells(path):
        if call in cell.source:
            html = data_of(cell)["text/html"]
            assert bundle(f"{kind}.mjs") in html, f"{kind}.mjs has changed: make execute"
            assert source(f"{kind}.css") in html, f"{kind}.css has changed: make execute"


@every_notebook
def test_cells_fit_on_a_screen(path):
    for cell in code_cells(path):
        lines = cell.source.splitlines()
        most = 24 if folds.kind(cell) == "guess" else 20  # of text, which no page shows as code
        assert len(lines) <= most, f"{len(lines)} lines in cell {cell.id}"
        assert max(map(len, lines)) <= 79, f"a line over 79 columns in cell {cell.id}"


@every_notebook
def test_outputs_hold_nothing_of_a_machine_or_a_moment(path):
    paths, timings, noise = (
        r"/(home|Users|root|tmp|work)/",
        r"\d ?m?s/step",
        r"oneDNN|warning|0x\w{6}",
    )
    unwanted = re.compile("|".join([paths, timings, noise]), re.IGNORECASE)
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "stream" or output.name != "stderr", f"stderr: {cell.id}"
            texts = [text for mime, text in output.get("data", {}).items() if mime in READ]
            text = "\n".join([output.get("text", ""), *texts])
            assert not unwanted.search(text), f"{unwanted.search(text)}: {cell.id}"


@every_notebook
def test_no_cell_shows_the_name_that_python_has_for_an_object(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            assert not ({"text/plain"} == data.keys() and data["text/plain"].startswith("<"))


@every_notebook
def test_a_cell_whose_output_is_not_compared_is_followed_by_an_assert(path):
    cells = [cell for cell in code_cells(path) if folds.kind(cell) != "guess"]
    for i, cell in enumerate(cells):
        if tagged(cell, "nbval-ignore-output"):
            assert any(map(folds.count, cells[i + 1 : i + 4])), cell.id


@every_notebook
def test_text_reads_well_where_nothing_knows_the_roles_and_directives_of_the_book(path):
    text = prose(path)
    assert "{glue" not in text  # a number stands there, followed by its name in a comment
    assert "```{" not in text  # shown as code, without the title; what stands in ::: is text


@every_notebook
def test_every_glued_number_is_compared_and_used_in_the_prose(path):
    glued = {}
    for cell in code_cells(path):
        for output in cell.outputs:
            if "scrapbook" in output.get("metadata", {}):
                assert output.metadata.scrapbook.name not in glued
                glued[output.metadata.scrapbook.name] = cell
                number = output.metadata.companion
                text = output.data["application/papermill.record/text/plain"]
                assert text == in_words(number.value, number.digits)
                assert 0 < number.margin < abs(number.value)
    used = re.findall(r"<!-- glue: (\S+) -->", prose(path))
    assert set(used) == glued.keys()
    assert not any(tagged(cell, "nbval-ignore-output") for cell in glued.values())


def is_constant(node):
    """Say whether a margin is written out: a number, one for many names, or a dict of such."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "dict.fromkeys":
        return is_constant(node.args[1])
    if isinstance(node, ast.Dict):
        return all(map(is_constant, node.values))
    return isinstance(node, ast.Constant)


@every_notebook
def test_every_margin_is_a_constant_in_the_source(path):
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg in ("margin", "margins"):
                        assert is_constant(keyword.value), f"{ast.unparse(keyword)}: {cell.id}"


@every_notebook
def test_pictures_that_other_pages_show_are_the_ones_of_the_notebook(path):
    for cell in code_cells(path):
        if name := cell.metadata.get("companion", {}).get("picture"):
            # Given the bytes themselves, pytest would look for the difference for minutes.
            same = (BOOK / "images" / name).read_bytes() == notebooks.picture(cell)
            assert same, name


@every_chapter
def test_a_chapter_seeds_itself_in_its_first_cell(path):
    assert "keras.utils.set_random_seed(SEED)" in code_cells(path)[0].source


@every_chapter
def test_a_chapter_has_its_frame(path):
    text = prose(path)
    for part in ("**You will learn**", "**You need**", "**It runs**"):
        assert part in text, part
    assert "**Predict.**" in text or folds.guesses(read(path).cells)
    for heading in ("## Summary", "## Exercises", "## Further reading"):
        assert f"\n{heading}\n" in f"\n{text}\n", heading


@every_chapter
def test_a_chapter_has_three_exercises_whose_solutions_were_run(path):
    exercises = set(re.findall(r":::\{exercise\}.*\n:label: (\S+)", prose(path)))
    assert len(exercises) >= 3
    solved, within = {}, None
    for cell in read(path).cells:
        if start := re.search(r"\{solution-start\} (\S+)", cell.source):
            within = start[1]
        elif "{solution-end}" in cell.source:
            within = None
        elif within and cell.cell_type == "code":
            solved[within] = solved.get(within, False) or "assert " in cell.source
    assert solved == dict.fromkeys(exercises, True)


def test_chapter_1_builds_an_autoencoder_in_twenty_lines():
    cells = [cell for cell in code_cells(CHAPTERS[0]) if tagged(cell, "twenty-lines")]
    assert sum(len(cell.source.splitlines()) for cell in cells) == 20
