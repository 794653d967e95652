"""The command line: what it makes, what it says, and that it never ends in a traceback."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from companion import __main__, zoo
from companion.data import keras_sets
from companion.zoo import figures, fitting, model_files, training
from companion.zoo.cards import digits, words_of
from companion.zoo.recipes import RECIPES, Recipe


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    recipe = Recipe(about="A tiny one.", data="faces", hidden=(8,), epochs=2)
    monkeypatch.setitem(RECIPES, "tiny", recipe)


def run(*arguments):
    """Run a command line, and give its exit status."""
    return __main__.main([str(argument) for argument in arguments])


def refused(*arguments):
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    return stopped.value.code


def test_python_m_companion_is_there_and_helps_quickly():
    code = [sys.executable, "-X", "importtime", "-m", "companion", "--help"]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert "train" in done.stdout
    assert "evaluate" in done.stdout
    assert "export" in done.stdout
    assert "keras" not in {line.split("|")[-1].strip() for line in done.stderr.splitlines()}


def test_python_m_companion_ends_with_the_status_of_its_command(tmp_path):
    command = ["evaluate", "mnist-ae-2d", "--folder", tmp_path / "nowhere"]
    code = [sys.executable, "-m", "companion", *command]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "nowhere" in done.stderr


def test_the_version_is_that_of_the_distribution(capsys, project):
    assert refused("--version") == 0
    assert capsys.readouterr().out.split() == [project["name"], project["version"]]


def test_help_of_a_command_names_the_models(capsys):
    assert refused("train", "--help") == 0
    text = capsys.readouterr().out
    assert "mnist-vae-2d" in text
    assert "--seeds N" in text


def test_what_is_not_given_is_one_seed_and_this_folder_or_the_package():
    trained = __main__._parser().parse_args(["train", "tiny"])
    assert (trained.seeds, trained.output) == (1, Path())
    for command in ("evaluate", "export"):
        assert __main__._parser().parse_args([command, "mnist-vae-2d"]).folder is None
    assert __main__._parser().parse_args(["export", "mnist-vae-2d"]).output == Path()


@pytest.mark.parametrize(
    ("command", "taken"),
    [
        ("train", {"--output", "--seeds"}),
        ("evaluate", {"--folder"}),
        ("export", {"--output", "--folder"}),
    ],
)
def test_a_command_takes_its_own_options_and_says_what_they_are(
    command, taken, monkeypatch, capsys
):
    monkeypatch.setenv("COLUMNS", "200")  # or a line may end within N-1
    assert refused(command, "--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith(f"usage: python -m companion {command} [-h]")
    told = {
        "--output": "--output FOLDER where to (default: here)",
        "--seeds": "--seeds N train with seeds 0 to N-1: how far apart are the figures? "
        "(default: 1)",
        "--folder": "--folder FOLDER where the model's files are (default: the package)",
    }
    for option, words in told.items():
        assert (words in text) == (option in taken)
        if option not in taken:
            assert refused(command, "mnist-vae-2d", option, "1") == 2


def test_seeds_and_folder_reach_the_training(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(training, "train", lambda *given: asked.append(given) or "its card")
    assert run("train", "tiny", "--seeds", 3, "--output", tmp_path) == 0
    assert asked == [("tiny", tmp_path, 3)]
    told = capsys.readouterr().out.strip().splitlines()
    assert told == ["its card", "", f"Written: {tmp_path / 'tiny'}.npz and .json"]


def test_each_command_says_what_an_interruption_leaves():
    told = {
        command: __main__._parser().parse_args([command, "mnist-vae-2d"]).interrupted
        for command in ("train", "evaluate", "export")
    }
    assert "goes on after the last epoch" in told["train"]
    assert (told["evaluate"], told["export"]) == (
        "Nothing was changed.",
        "What was written is whole.",
    )


def test_no_command_at_all_is_answered_with_the_usage(capsys):
    assert refused() == 2
    assert "usage: python -m companion" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "names"),
    [("train", zoo.names()), ("evaluate", zoo.names()), ("export", zoo.explorers())],
)
def test_an_unknown_name_is_answered_with_the_known_ones(command, names, capsys):
    assert refused(command, "digits") == 2
    text = capsys.readouterr().err
    assert all(name in text for name in names)


@pytest.mark.parametrize("seeds", ["0", "-1", "many"])
def test_seeds_must_be_a_count(seeds, capsys):
    assert refused("train", "tiny", f"--seeds={seeds}") == 2
    assert f"must be a positive integer. Received: '{seeds}'" in capsys.readouterr().err


def test_a_model_is_made_and_measured(tmp_path, capsys):
    assert run("train", "tiny", "--output", tmp_path / "new" / "zoo") == 0
    text = capsys.readouterr().out
    assert "tiny, seed 0: 2 epochs" in text
    assert "**tiny**: A tiny one." in text
    assert run("evaluate", "tiny", "--folder", tmp_path / "new" / "zoo") == 0
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.split("|")[1:4]] == ["held-out figure", "card", "now"]
    cells = {row.split("|")[1].strip(): row.split("|")[2:4] for row in rows}
    card = zoo.card("tiny", tmp_path / "new" / "zoo")
    assert set(cells) == set(map(words_of, card["figures"]))
    for shown in map(float, cells["reconstruction"]):
        assert shown == pytest.approx(card["figures"]["reconstruction"], rel=1e-3)


def test_what_is_measured_now_stands_beside_the_card(monkeypatch, capsys):
    card = zoo.card("mnist-classifier")["figures"]
    monkeypatch.setattr(figures, "measure_again", lambda *_: dict.fromkeys(card, 0.125))
    assert run("evaluate", "mnist-classifier") == 0
    head, _, *rows = (
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
    )
    assert head == ["held-out figure", "card", "now", "to be compared with"]
    beside = zoo.card("mnist-classifier").comparison
    assert beside("accuracy").startswith("guessing 0.")
    assert rows == [
        [words_of(name), digits(value), "0.1250", beside(name)] for name, value in card.items()
    ]


def test_card_and_model_that_are_measured_are_those_of_the_folder(tmp_path, monkeypatch, capsys):
    asked, card = [], zoo.card("mnist-classifier")
    arrays = model_files.name_weights(model_files.read_arrays("mnist-classifier")[0])
    changed = {"figures": {"accuracy": 0.25, "cross_entropy": 4.0}}
    model_files.write_model("mnist-classifier", arrays, card | changed, tmp_path)

    def measured(*given):
        asked.append(given)
        return card["figures"]

    monkeypatch.setattr(figures, "measure_again", measured)
    assert run("evaluate", "mnist-classifier", "--folder", tmp_path) == 0
    assert asked == [("mnist-classifier", tmp_path)]
    assert "| 0.2500 |" in capsys.readouterr().out


def test_an_interrupt_says_how_to_go_on(tmp_path, monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    stopped = "\nStopped. "
    monkeypatch.setattr(training, "fit", interrupt)
    assert run("train", "tiny", "--output", tmp_path) == 130
    told = f"{stopped}The same command goes on after the last epoch that ended.\n"
    assert capsys.readouterr().err == told
    monkeypatch.setattr(figures, "measure_again", interrupt)
    assert run("evaluate", "mnist-classifier") == 130
    assert capsys.readouterr().err == f"{stopped}Nothing was changed.\n"
    monkeypatch.setattr(zoo, "explorer", interrupt)
    assert run("export", "mnist-vae-2d", "--output", tmp_path) == 130
    assert capsys.readouterr().err == f"{stopped}What was written is whole.\n"


def test_without_the_data_there_are_words(tmp_path, monkeypatch, capsys):
    def no_network(*_):
        raise ConnectionError("offline")

    monkeypatch.delenv("COMPANION_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras_sets, "fetch", no_network)
    for command in ("train", "evaluate"):
        assert run(command, "mnist-vae-2d") == 1
        text = capsys.readouterr().err
        assert "`mnist` is not on this machine and could not be downloaded" in text


def test_a_folder_that_cannot_be_written_is_met_before_training(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fitting, "ProgressBar", None)  # no training begins
    (tmp_path / "file").write_bytes(b"")
    assert run("train", "tiny", "--output", tmp_path / "file" / "folder") == 1
    assert f"{tmp_path / 'file' / 'folder'} cannot be written" in capsys.readouterr().err


def test_a_folder_in_the_place_of_the_state_is_met_before_training(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fitting, "ProgressBar", None)  # no training begins
    (tmp_path / "tiny.seed0.unfinished").mkdir()
    assert run("train", "tiny", "--output", tmp_path) == 1
    assert "cannot be written: tiny.seed0.unfinished is a folder." in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["unfinished", "tiny.npz", "tiny.json"])
def test_a_full_disk_leaves_the_older_files_as_they_were(suffix, tmp_path, monkeypatch, capsys):
    older = {"tiny.npz": b"older", "tiny.json": b"older too"}
    for name, content in older.items():
        (tmp_path / name).write_bytes(content)
    write_bytes = Path.write_bytes

    def full(path, content):
        if path.name.endswith(suffix):
            write_bytes(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run("train", "tiny", "--output", tmp_path) == 1
    text = capsys.readouterr().err
    assert "cannot be written: No space left on device" in text
    left = {path.name for path in tmp_path.iterdir()} - {"tiny.seed0.unfinished"}
    assert left == set(older)
    assert all((tmp_path / name).read_bytes() == content for name, content in older.items())
    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert run("train", "tiny", "--output", tmp_path) == 0  # there is room again
    zoo.load("tiny", tmp_path)


def test_a_damaged_file_is_named(tmp_path, monkeypatch, capsys):
    for kind in ("npz", "json"):
        shutil.copy(model_files.MODELS / f"mnist-classifier.{kind}", tmp_path)
    (tmp_path / "mnist-classifier.npz").write_bytes(b"")
    assert run("evaluate", "mnist-classifier", "--folder", tmp_path) == 1
    text = capsys.readouterr().err
    assert f"{tmp_path / 'mnist-classifier.npz'} is not the file of its card" in text
    assert run("evaluate", "mnist-classifier", "--folder", tmp_path / "nowhere") == 1
    assert "is not there" in capsys.readouterr().err
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path))
    (tmp_path / "mnist.npz").write_bytes(b"damaged")
    assert run("evaluate", "mnist-classifier") == 1
    assert str(tmp_path / "mnist.npz") in capsys.readouterr().err


def test_an_export_says_what_it_has_written(tmp_path, capsys):
    folder = tmp_path / "new"
    assert run("export", "mnist-vae-2d", "--output", folder) == 0
    names = ["mnist-vae-2d.html", "mnist-vae-2d-encoder.mjs", "mnist-vae-2d-decoder.mjs"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(", which a browser opens from disk")
    assert [line.split(", ")[0] for line in lines] == [
        f"Written: {folder / name}" for name in names
    ]
    assert {path.name for path in folder.iterdir()} == set(names)


def test_what_is_measured_or_exported_lies_in_the_folder_that_is_named(tmp_path, capsys):
    """Its weights are all 0, so that its pictures are grey everywhere."""
    weights, others = model_files.read_arrays("mnist-ae-2d")
    arrays = model_files.name_weights([np.zeros_like(w) for w in weights]) | others
    model_files.write_model("mnist-ae-2d", arrays, zoo.card("mnist-ae-2d"), tmp_path / "mine")
    for folder in ([], ["--folder", tmp_path / "mine"]):
        assert run("export", "mnist-ae-2d", "--output", tmp_path / str(len(folder)), *folder) == 0
    first, second = (
        (tmp_path / name / "mnist-ae-2d-decoder.mjs").read_bytes() for name in ("0", "2")
    )
    assert first != second
    assert b"A" * 1000 in second
    assert run("export", "mnist-ae-2d", "--folder", tmp_path / "nowhere") == 1
    assert "is not there" in capsys.readouterr().err


def test_an_export_of_several_models_writes_files_for_each(tmp_path):
    assert run("export", "fashion", "--output", tmp_path) == 0
    assert {path.name for path in tmp_path.glob("*.mjs")} == {
        "plain-encoder.mjs", "plain-decoder.mjs", "dropout-and-max-norm-encoder.mjs",
        "dropout-and-max-norm-decoder.mjs",
    }  # fmt: skip
    page = (tmp_path / "fashion.html").read_text(encoding="utf-8")
    assert page == zoo.explorer("fashion").to_page("fashion")  # with all of both within it
    assert "<title>fashion</title>" in page
    assert "dropout and max-norm" in page


def test_an_export_that_cannot_be_written_leaves_words_and_the_older_files(
    tmp_path, monkeypatch, capsys
):
    assert run("export", "mnist-ae-2d", "--output", tmp_path) == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run("export", "mnist-ae-2d", "--output", tmp_path) == 1
    text = capsys.readouterr().err
    assert f"{tmp_path} cannot be written: No space left on device" in text
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["mnist-ae-2d.html", "mnist-ae-2d-decoder.mjs"])
def test_an_export_onto_a_folder_writes_none_of_its_files(name, tmp_path, capsys):
    (tmp_path / name).mkdir()
    assert run("export", "mnist-ae-2d", "--output", tmp_path) == 1
    assert f"{tmp_path} cannot be written: {name} is a folder." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]
