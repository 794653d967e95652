"""The Sphinx extension that brings explorers into pages, on a book of a few pages."""

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
ALIVE = zoo.explorer("mnist", files="../_static/explorer/mnist").to_html()
DIGEST = zoo.explorer("mnist").parts["VAE"]["encoder"]["digest"]
DEAD = {
    "other-weights": (
        ALIVE.replace(DIGEST, "0123456789abcdef"),
        "_static/explorer/mnist/vae-encoder.mjs, which holds other weights",
    ),
    "no-such-file": (
        ALIVE.replace("/vae-encoder.mjs", "/gan-encoder.mjs"),
        "_static/explorer/mnist/gan-encoder.mjs, which is not written",
    ),
    "wrong-address": (
        ALIVE.replace("../_static", "_static"),
        "part/_static/explorer/mnist/vae-encoder.mjs, which is not written",
    ),
}


def build(folder, pages, builder="html"):
    """Build a book of these pages, with warnings as errors; give what was said, and the pages."""
    source, output = folder / "source", folder / "output"
    (source / "part").mkdir(parents=True)
    for name, text in pages.items():
        (source / "part" / f"{name}.md").write_text(text, encoding="utf-8")
    contents = "\n".join(f"part/{name}" for name in pages)
    (source / "index.md").write_text(
        f"# Book\n\n```{{toctree}}\n{contents}\n```\n", encoding="utf-8"
    )
    settings = ["extensions=myst_parser,book_explorers", "source_suffix=.md"]
    options = ["-C", "-W", "--keep-going", "-b", builder, *(f"-D{setting}" for setting in settings)]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, source, output],
        env=os.environ | {"PYTHONPATH": str(EXTENSIONS)}, capture_output=True, text=True,
    )  # fmt: skip
    return done, output / "part"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Build a book with an explorer that works."""
    done, pages = build(tmp_path_factory.mktemp("sound"), {"page": PAGE})
    assert done.returncode == 0, done.stderr
    return pages


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Build a book with the same page among some that are faulty; give what was said, and it."""
    dead = {name: f"# A page\n\n```{{raw}} html\n{html}\n```\n" for name, (html, _) in DEAD.items()}
    pages = {"page": PAGE, "unknown": PAGE.replace("mnist", "letters")}
    done, built = build(tmp_path_factory.mktemp("broken"), pages | dead)
    assert done.returncode
    return done.stderr, built


def test_a_page_shows_the_explorer_and_has_its_files(sound):
    html = (sound / "page.html").read_text(encoding="utf-8")
    assert ALIVE in html
    assert "In words." not in html
    assert (sound / "../_static/explorer/mnist/vae-without-kl-encoder.mjs").is_file()


def test_the_same_page_is_built_to_the_byte(sound, broken):
    _, again = broken
    article = [
        (pages / "page.html")
        .read_text(encoding="utf-8")
        .split('role="main"')[1]
        .split("</script>")[0]
        for pages in (sound, again)
    ]
    assert article[0] == article[1]


def test_where_there_is_no_page_there_are_words(tmp_path):
    done, pages = build(tmp_path, {"page": PAGE}, "text")
    assert done.returncode == 0, done.stderr
    words = (pages / "page.txt").read_text(encoding="utf-8").split()
    assert words == ["A", "page", "******", "In", "words."]


def test_an_unknown_explorer_fails_the_build(broken):
    said, _ = broken
    assert "explorer must be one of mnist, fashion. Received: letters" in said


@pytest.mark.parametrize("name", DEAD)
def test_an_explorer_that_would_be_dead_fails_the_build(name, broken):
    said, _ = broken
    assert f"{name}.html has an explorer of {DEAD[name][1]}" in said


def test_one_that_works_is_not_complained_of(broken):
    said, _ = broken
    assert "page.html has an explorer" not in said
