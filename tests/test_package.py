"""The package as a whole: cheap to import, whole, and built in floors."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from inputs import graph

import companion

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "companion"
MODULES = sorted(PACKAGE.rglob("*.py"))


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_importing_companion_loads_neither_keras_nor_its_backend():
    heavy = {"keras", "tensorflow", "numpy", "matplotlib", "sklearn", "ipywidgets"}
    loaded = run(f"import companion, sys; print({heavy!r} & sys.modules.keys())").stdout
    assert loaded.strip() == "set()"


def test_training_a_first_model_writes_nothing_to_the_terminal():
    code = """
from companion import Autoencoder, networks
import numpy as np
shape = {"hidden": (4,), "image_shape": (3, 3, 1)}
model = Autoencoder(networks.dense_encoder(2, **shape), networks.dense_decoder(2, **shape))
model.compile("adam")
model.fit(np.zeros((8, 3, 3, 1)), verbose=0)
"""
    done = run(code)
    assert done.stdout == done.stderr == ""


@pytest.mark.parametrize("name", companion.__all__)
def test_every_public_name_is_there_and_explained(name):
    assert getattr(companion, name).__doc__
    assert name in dir(companion)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'autoencoders'"):
        companion.autoencoders  # noqa: B018


def test_version_is_the_one_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert companion.__version__ == project["version"]


def test_no_module_reaches_for_another_through_the_name_of_the_package():
    """Such an import is lazy, so that the rules of pyproject.toml would not see what it loads."""
    assert graph().find_modules_that_directly_import("companion") == {"companion.__main__"}


def test_a_name_of_a_module_means_one_thing():
    names = [path.name for path in MODULES if path.name != "__init__.py"]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_public_function_and_class_is_explained(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
@pytest.mark.parametrize("word", ["GradientTape", "Lambda("])
def test_models_stay_plain(path, word):
    assert word not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_file_that_is_read_cannot_run_code(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("np.load(") == text.count("allow_pickle=False")
    text = text.replace("allow_pickle=False", "")
    words = ["pickle", "dill", "joblib", "marshal", "shelve", "torch", "yaml", "eval(", "exec("]
    for word in [*words, "safe_mode", "unsafe_deserialization"]:
        assert not re.search(rf"\b{re.escape(word)}", text), word


OURS = [path for folder in ("companion", "tests", "book") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_text_is_in_utf_8_on_every_system(path):
    """Without its name, Python takes the encoding of the system, which Windows has another of."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and is_of_text(node):
            named = "encoding" in {keyword.arg for keyword in node.keywords}
            assert named, f"{path.relative_to(ROOT)}, line {node.lineno}"


def is_of_text(call):
    """Tell whether a call reads or writes a file as text."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "open":
        return name in ("read_text", "write_text")
    modes = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return any(isinstance(mode, str) and set(mode) <= set("rwaxt+") for mode in modes)
