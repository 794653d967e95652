"""The command line: make a model of the zoo again, measure it again, bring it to a page.

python -m companion train NAME [--output FOLDER] [--seeds N]
python -m companion evaluate NAME [--folder FOLDER]
python -m companion export NAME [--output FOLDER] [--folder FOLDER]
"""

import argparse
import sys
from pathlib import Path

import companion
from companion import zoo
from companion.data import CorruptDataError
from companion.files import write
from companion.page.explorer_files import file_contents
from companion.zoo.cards import digits, table, words_of


def main(arguments=None):
    """Run one command, and give its exit status: 0, or 1 with words on what was in its way."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt:
        print("\nStopped.", options.interrupted, file=sys.stderr)
        return 130
    except (OSError, CorruptDataError, zoo.CorruptModelError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def train(options):
    """Make a model, and show its card."""
    from companion.zoo import training  # Keras takes seconds to import

    card = training.train(options.name, options.output, options.seeds)
    print(f"\n{card}\n\nWritten: {options.output / options.name}.npz and .json")


def evaluate(options):
    """Show the figures of a card beside the same measured now."""
    from companion.zoo import figures  # as above

    card = zoo.card(options.name, options.folder)
    now = figures.measure_again(options.name, options.folder)
    rows = [
        [words_of(figure), digits(value), digits(now[figure]), card.comparison(figure)]
        for figure, value in card["figures"].items()
    ]
    print(table([["held-out figure", "card", "now", "to be compared with"], *rows]))


def export(options):
    """Write the explorer of a model: a page that holds all of it, and files for a page of one's
    own, which an explorer with `files=` loads when it needs them.
    """
    name, folder = options.name, options.output
    explorer = zoo.explorer(name, folder=options.folder)
    files = file_contents(explorer.models)
    write(folder, {f"{name}.html": explorer.to_page(name).encode(), **files})
    print(f"Written: {folder / name}.html, which a browser opens from disk")
    for file in files:
        print(f"Written: {folder / file}")


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m companion",
        description="Make a model of the zoo again, measure it, or bring it to a page.",
    )
    version = f"walking-the-latent-space {companion.__version__}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    trainer = _command(commands, train, "train a model and write its two files", zoo.names())
    _add_output(trainer)
    trainer.add_argument(
        "--seeds", metavar="N", type=_count, default=1,
        help="train with seeds 0 to N-1: how far apart are the figures? (default: 1)",
    )  # fmt: skip
    trainer.set_defaults(interrupted="The same command goes on after the last epoch that ended.")
    measurer = _command(
        commands, evaluate, "measure a model, and show its card's figures beside", zoo.names()
    )
    _add_folder(measurer)
    measurer.set_defaults(interrupted="Nothing was changed.")
    exporter = _command(
        commands, export, "write the explorer of a model: a page, and files", zoo.explorers()
    )
    _add_output(exporter)
    _add_folder(exporter)
    exporter.set_defaults(interrupted="What was written is whole.")
    return parser


def _command(commands, run, text, names):
    command = commands.add_parser(run.__name__, help=text, description=f"{text.capitalize()}.")
    command.add_argument("name", metavar="NAME", choices=names, help=f"one of {', '.join(names)}")
    command.set_defaults(run=run)
    return command


def _add_output(command):
    command.add_argument(
        "--output", metavar="FOLDER", type=Path, default=Path(), help="where to (default: here)"
    )


def _add_folder(command):
    command.add_argument(
        "--folder", metavar="FOLDER", type=Path,
        help="where the model's files are (default: the package)",
    )  # fmt: skip


def _count(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a positive integer. Received: {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
