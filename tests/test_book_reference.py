"""The reference: every public name, whole, with examples that run and the chapters that use it."""

import doctest
import importlib
import inspect
import re
import textwrap
from pathlib import Path

import pytest
from book_reference import modules, names_used, public, restructured
from bs4 import BeautifulSoup
from sphinx.util.inventory import InventoryFile

import companion

ROOT = Path(__file__).parents[1]
CALLABLE = {name: thing for name, thing in public().items() if callable(thing)}
FUNCTIONS = {name: thing for name, thing in CALLABLE.items() if inspect.isfunction(thing)}
OF_ARRAYS = "losses", "metrics", "latent"
# A tuple's fields and an error's words are explained where they stand, and not as arguments.
EXPLAINED = {
    name: thing
    for name, thing in CALLABLE.items()
    if not (inspect.isclass(thing) and issubclass(thing, tuple | dict | Exception))
}


def methods_of(kind):
    """Give what a class adds to those it is built on, whose own methods are told elsewhere."""
    others = [dir(base) for base in kind.__mro__ if not base.__module__.startswith("companion")]
    own = {name for name in dir(kind) if not name.startswith("_")}.difference(*others)
    members = {name: getattr(kind, name) for name in sorted(own)}
    return {name: thing for name, thing in members.items() if inspect.isroutine(thing)}


METHODS = {
    f"{name}.{method}": thing
    for name, kind in CALLABLE.items()
    if inspect.isclass(kind)
    for method, thing in methods_of(kind).items()
}
EXAMPLES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "companion").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


def section(thing, title):
    """Give the lines of a section of a docstring, up to the next empty line that ends it."""
    found = re.search(rf"^{title}:\n((?: .*\n|\n)+)", f"{inspect.getdoc(thing)}\n", re.MULTILINE)
    return inspect.cleandoc(found[1]) if found else ""


@pytest.fixture(scope="module")
def inventory(site):
    """Give what the reference of the built book explains: {kind: {name: where}}."""
    with (site / "objects.inv").open("rb") as file:
        found = InventoryFile.load(file, "", lambda base, path: path)
    return {kind: entries for kind, entries in found.items() if kind.startswith("py:")}


def test_every_public_name_has_an_entry_and_nothing_else_has(inventory):
    members = ("py:method", "py:property", "py:attribute", "py:module")
    found = {name for kind in inventory.keys() - set(members) for name in inventory[kind]}
    wanted = {f"companion.{name}" for name in public()}
    # Sphinx also notes for each class the module that defines it.
    origins = {f"{thing.__module__}.{thing.__qualname__}" for thing in CALLABLE.values()}
    assert wanted == found - (origins - wanted)
    assert set(inventory["py:module"]) == {"companion", *(f"companion.{m}" for m in modules())}
    for kind in members:
        for name in inventory.get(kind, {}):
            assert not re.search(r"\._", name), name


def test_an_entry_of_a_class_names_its_arguments(site):
    found = []
    for page in (site / "book/reference").glob("*.html"):
        found += BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select(
            "dl.py.class > dt"
        )
    assert len(found) > 10
    for entry in found:
        assert "*args" not in entry.text, entry.text


def test_an_entry_says_what_raises_and_which_chapters_use_it(inventory, site):
    where = inventory["py:function"]["companion.losses.bernoulli_kl"][2]
    page, anchor = where.split("#")
    soup = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
    entry = soup.find(id=anchor.replace("$", "companion.losses.bernoulli_kl")).parent
    fields = [dt.get_text() for dt in entry.select("dl.field-list > dt")]
    assert fields == ["Parameters:", "Returns:", "Raises:", "Used in:"]
    link = entry.find("a", string="chapter 3")
    assert link["href"] == "../03-sparse-codes.html"
    assert "KL(rate || mean) = " in entry.select_one("pre").text


def test_the_short_names_are_all_told(site):
    page = (site / "book" / "reference.html").read_text(encoding="utf-8")
    links = {a.get_text() for a in BeautifulSoup(page, "html.parser").select("article a.reference")}
    assert {f"companion.{name}" for name in companion._SHORTCUTS} <= links


@pytest.mark.parametrize("name", EXPLAINED | METHODS)
def test_every_argument_of_a_public_name_is_explained(name):
    thing = (EXPLAINED | METHODS)[name]
    arguments = section(thing, "Args") + section(thing, "Call arguments")
    told = re.findall(r"^(\w[\w, ]*): ", arguments, re.MULTILINE)
    told = {argument for group in told for argument in group.split(", ")}
    parameters = inspect.signature(thing).parameters.values()
    some = {p.name for p in parameters if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    wanted = {p.name for p in parameters} - some
    assert told - {"inputs"} - some == wanted - {"self"}


KINDS = {"bool", "has", "tensors", "text"}  # what looks at the kind of a thing alone


@pytest.mark.parametrize("name", FUNCTIONS | METHODS)
def test_what_a_public_function_gives_back_and_raises_is_explained(name):
    thing = (FUNCTIONS | METHODS)[name]
    code = textwrap.dedent(inspect.getsource(thing))
    takes_nothing = list(inspect.signature(thing).parameters) == ["self"]  # one sentence is enough
    if re.search(r"^    return \S", code, re.MULTILINE) and not takes_nothing:
        assert section(thing, "Returns")
    for error in re.findall(r"raise (\w+)\(", code):
        assert error in section(thing, "Raises")
    checks = set(re.findall(r"check_(\w+)\(", code))
    if checks & KINDS:
        assert "TypeError" in section(thing, "Raises")
    if checks - KINDS:
        assert "ValueError" in section(thing, "Raises")


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n.startswith(OF_ARRAYS)])
def test_arrays_are_explained_with_their_shapes(name):
    for argument in re.split(r"\n(?=\w)", section(FUNCTIONS[name], "Args")):
        if re.search(r": (the )?(pictures|codes|pixels|logits|chances|points)\b", argument):
            assert re.search(r"`\(|shape|as for", argument), argument


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_give_what_they_show(module):
    failed, run = doctest.testmod(importlib.import_module(module))
    assert run > 0
    assert failed == 0


def test_names_are_found_however_they_are_imported():
    code = """
%matplotlib inline
import companion
from companion import losses, VAE
from companion.metrics import floor as lowest
lowest(companion.data.load().test)
losses.squared_error(VAE, losses.unknown, other.gaussian_kl)
"""
    assert names_used(code) == {
        "metrics.floor", "data.load", "losses.squared_error", "models.VAE"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Take *not* a * b, but *all.", r"Take *not* a \* b, but \*all."),
        ("from -1 to 1, in [-0.5, 1]", "from \N{MINUS SIGN}1 to 1, in [\N{MINUS SIGN}0.5, 1]"),
        ("n - 1, -log p, `a - -1`, 2-3", "n M 1, Mlog p, ``a - -1``, 2-3"),
        ("Give:\n  - -log p\n  - a", "Give:\n  - Mlog p\n  - a"),
        ("Source:\n    D. P. Kingma, 2013.", r":source: \D. P. Kingma, 2013."),
        ("Attributes:\n    low_ (float): it.", "Attributes:\n    low\\_ (float): it."),
    ],
)
def test_a_docstring_keeps_what_its_signs_mean(written, shown):
    assert restructured(written) == shown.replace("M", "\N{MINUS SIGN}")


def test_a_docstring_becomes_restructured_text():
    text = """Sum a | b of `x` and
`floor`s.

    a * b

Returns:
    Nats: of `losses.squared_error`, `(n, *shape)`.

Example:
    >>> 2 * 3
    6
"""
    assert (
        restructured(text, "metrics").rstrip()
        == r"""Sum a \| b of ``x`` and
:py:obj:`floor <companion.metrics.floor>`\ s.

.. code-block:: python

    a * b

:returns: Nats: of :py:obj:`losses.squared_error <companion.losses.squared_error>`, ``(n, *shape)``.

Example:
    >>> 2 * 3
    6"""
    )
