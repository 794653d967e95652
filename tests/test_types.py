"""The type hints that the package carries: in its code, or in a .pyi file where a chapter shows
the code, and these files describe what they stand beside.
"""

import ast
import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest
from mypy import api

import companion

PACKAGE = Path(companion.__file__).parent
STUBS = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    ): ast.parse(path.read_text(encoding="utf-8")).body
    for path in sorted(PACKAGE.rglob("*.pyi"))
}
every_stub = pytest.mark.parametrize("module", sorted(STUBS.keys() - {"companion"}))


def described(body, kind):
    return {node.name: node for node in body if isinstance(node, kind)}


def parts_of(module, name):
    """Give the methods that a stub describes for a class, also those of its bases there."""
    classes = described(STUBS[module], ast.ClassDef)
    parts = {}
    for base in classes[name].bases:
        if isinstance(base, ast.Name) and base.id in classes:
            parts |= parts_of(module, base.id)
    return parts | described(classes[name].body, ast.FunctionDef)


def functions_of(module):
    """Give each function and method as the stub describes it, and as it is."""
    there = importlib.import_module(module)
    for name, node in described(STUBS[module], ast.FunctionDef).items():
        yield node, getattr(there, name)
    for name in public_classes(module):
        for part, node in parts_of(module, name).items():
            found = inspect.getattr_static(getattr(there, name), part)
            yield node, getattr(found, "fget", None) or getattr(found, "__func__", found)


def public_classes(module):
    return [name for name in described(STUBS[module], ast.ClassDef) if not name.startswith("_")]


def re_exports_of(module):
    """Give the names that a stub passes on: `from x import y as y`."""
    lines = [node for node in STUBS[module] if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in lines for alias in node.names if alias.asname == alias.name}


def parameters_of(function):
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def without_types(node):
    """Make the function of a stub, so that Python itself says what its parameters are."""
    bare = ast.fix_missing_locations(ast.FunctionDef(node.name, node.args, node.body, []))
    names = {}
    exec(f"from __future__ import annotations\n{ast.unparse(bare)}", names)
    return names[node.name]


def test_the_stub_of_the_package_passes_on_its_shortcuts():
    assert re_exports_of("companion") == set(companion.__all__)


@every_stub
def test_hints_name_what_is_public(module):
    there = importlib.import_module(module)
    own = {
        name
        for name, thing in vars(there).items()
        if getattr(thing, "__module__", None) == module and not name.startswith("_")
    }
    hinted = described(STUBS[module], ast.FunctionDef | ast.ClassDef).keys()
    hinted |= {node.target.id for node in STUBS[module] if isinstance(node, ast.AnnAssign)}
    hinted = {name for name in hinted if not name.startswith("_")} | re_exports_of(module)
    assert set(getattr(there, "__all__", own)) <= hinted
    assert hinted <= set(dir(there))


@every_stub
def test_hints_of_a_class_name_all_its_methods(module):
    there = importlib.import_module(module)
    for name in public_classes(module):
        bases = [base for base in getattr(there, name).__mro__ if "companion" in base.__module__]
        methods = {
            part
            for base in bases
            for part, thing in vars(base).items()
            if inspect.isfunction(getattr(thing, "__func__", thing)) and not part.startswith("_")
        }
        assert methods <= parts_of(module, name).keys(), name


@every_stub
def test_hints_have_the_parameters_of_the_code(module):
    for node, function in functions_of(module):
        hinted, real = parameters_of(without_types(node)), parameters_of(function)
        for i, (name, kind, default) in enumerate(hinted):
            if default is ...:  # no literal
                assert real[i][2] is not inspect.Parameter.empty, f"{node.name}: {name}"
                hinted[i] = (name, kind, real[i][2])
        assert hinted == real, node.name


@every_stub
def test_hints_of_a_stub_leave_nothing_open(module):
    for node, _ in functions_of(module):
        arguments = [arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)]
        open_ones = {arg.arg for arg in arguments if not arg.annotation} - {"self", "cls"}
        assert not open_ones, f"{node.name}: {open_ones}"
        assert node.returns, node.name


def public_functions(module):
    """Give the functions, and the methods of the classes, that a module makes public."""
    for name in getattr(module, "__all__", dir(module)):
        thing = getattr(module, name)
        home = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", "")
        if name.startswith("_") or not f"{home}.".startswith(f"{module.__name__}."):
            continue
        if inspect.ismodule(thing):
            yield from public_functions(thing)
        for part, found in vars(thing).items() if inspect.isclass(thing) else [("", thing)]:
            function = getattr(found, "fget", None) or getattr(found, "__func__", found)
            told = part == "__init__" or not part.startswith("_")
            # What a dataclass or a NamedTuple makes comes from no file.
            if told and inspect.isfunction(function) and function.__code__.co_filename[0] != "<":
                yield f"{home}.{name}.{part}", function


def test_hints_in_code_leave_nothing_open():
    in_code = {f"companion.{name}" for name in companion._SUBMODULES} - STUBS.keys()
    found = {}
    for name in in_code:
        found |= public_functions(importlib.import_module(name))
    assert len(found) > 100
    for name, function in found.items():
        wanted = {*inspect.signature(function).parameters, "return"} - {"self", "cls"}
        assert wanted == function.__annotations__.keys(), name


# Programs of a user, right but for the lines that say so.
PROGRAM = """
import numpy as np
import companion
from companion import data, doctor, latent, losses, metrics, networks, page
x: np.ndarray = data.load().test
vae = companion.VAE(networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2))
z_mean: np.ndarray = vae.encode(x).z_mean
price: np.ndarray = vae.nll(x, z_mean)
bound: np.ndarray = vae.elbo(x, draws=3)
pictures: np.ndarray = vae.sample(5, seed=1)
report: doctor.Report = doctor.examine(vae, x)
healthy: bool = report["numbers"].healthy is True
explorer = companion.LatentExplorer({"VAE": vae}, x)
small: page.PageModel = explorer.models["VAE"]
codes, sigma = small.encode(x)
width: int = small.latent_dim + codes.shape[1]
codes.mean(), small.decode(codes).mean()
small.encode(x).mean()  # wrong: two arrays
networks.dense_encoder(2, units=(8,))  # wrong: no such argument
vae.sample("ten", seed=1)  # wrong: no number
vae.encode(x).mean()  # wrong: a posterior
companion.FrameSlider()  # wrong: no frames
"""


def test_a_type_checker_takes_the_examples_and_right_programs_and_no_wrong_ones(tmp_path):
    programs = {"program": PROGRAM}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                examples = doctest.DocTestParser().get_examples(ast.get_docstring(node) or "")
                name = f"{path.stem}_{getattr(node, 'name', 'module')}"
                programs[name] = "".join(example.source for example in examples)
    for name in ("README.md", "book/questions.md"):
        text = (PACKAGE.parent / name).read_text(encoding="utf-8")
        for i, block in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
            program = f"import numpy as np\nx = np.zeros((64, 28, 28, 1))\n{block}"
            programs[f"{Path(name).stem}_{i}"] = program
    for name, program in programs.items():
        if program:
            (tmp_path / f"{name}.py").write_text(program, encoding="utf-8")
    said, _, _ = api.run([f"--config-file={PACKAGE.parent / 'pyproject.toml'}", str(tmp_path)])
    found = {(name, int(line)) for name, line in re.findall(r"(\w+)\.py:(\d+): error", said)}
    wrong = {i for i, line in enumerate(PROGRAM.splitlines(), 1) if "# wrong" in line}
    assert found == {("program", i) for i in wrong}, said
