"""The Sphinx extension that brings explorers into pages, on a book of one page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion import zoo

EXTENSIONS = Path(__file__).parents[1] / "book" / "_ext"
PAGE = """# A page

```{explorer} mnist
In words.
```
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a page of this text, with warnings as errors."""

    def build(text, builder="html"):
        source, output = tmp_path / "source", tmp_path / "output"
        (source / "part").mkdir(parents=True, exist_ok=True)
        (source / "part" / "page.md").write_text(text, encoding="utf-8")
        (source / "index.md").write_text(
            "# Book\n\n```{toctree}\npart/page\n```\n", encoding="utf-8"
        )
        settings = ["extensions=myst_parser,book_explorers", "source_suffix=.md"]
        options = ["-C", "-E", "-W", "-b", builder, *(f"-D{setting}" for setting in settings)]
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", *options, source, output],
            env=os.environ | {"PYTHONPATH": str(EXTENSIONS)}, capture_output=True, text=True,
        )  # fmt: skip
        return done, output / "part" / f"page.{'txt' if builder == 'text' else builder}"

    return build


def test_a_page_shows_the_explorer_and_has_its_files(build):
    done, page = build(PAGE)
    assert done.returncode == 0, done.stderr
    html = page.read_text(encoding="utf-8")
    assert zoo.explorer("mnist", files="../_static/explorer/mnist").to_html() in html
    assert "In words." not in html
    assert (page.parent / "../_static/explorer/mnist/vae-without-kl-encoder.mjs").is_file()


def test_the_same_page_is_built_to_the_byte(build):
    first, second = (build(PAGE)[1].read_bytes() for _ in range(2))
    assert first == second


def test_where_there_is_no_page_there_are_words(build):
    done, page = build(PAGE, "text")
    assert done.returncode == 0, done.stderr
    assert page.read_text(encoding="utf-8").split() == ["A", "page", "******", "In", "words."]


def test_an_unknown_explorer_fails_the_build(build):
    done, _ = build(PAGE.replace("mnist", "letters"))
    assert done.returncode
    assert "explorer must be one of mnist, fashion. Received: letters" in done.stderr


def other_weights(html):
    digest = zoo.explorer("mnist").parts["VAE"]["encoder"]["digest"]
    assert html.count(digest) == 1
    return html.replace(digest, "0123456789abcdef")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (other_weights, "_static/explorer/mnist/vae-encoder.mjs, which holds other weights"),
        (
            lambda html: html.replace("/vae-encoder.mjs", "/gan-encoder.mjs"),
            "_static/explorer/mnist/gan-encoder.mjs, which is not written",
        ),
        (
            lambda html: html.replace("../_static", "_static"),
            "part/_static/explorer/mnist/vae-encoder.mjs, which is not written",
        ),
    ],
    ids=["other weights", "no such file", "wrong address"],
)
def test_an_explorer_that_would_be_dead_fails_the_build(build, change, complaint):
    html = change(zoo.explorer("mnist", files="../_static/explorer/mnist").to_html())
    done, _ = build(f"# A page\n\n```{{raw}} html\n{html}\n```\n")
    assert done.returncode
    assert f"page.html has an explorer of {complaint}" in done.stderr
