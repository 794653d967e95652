"""The command line: make a model of the zoo again, or measure it again.

python -m companion train NAME [--out FOLDER] [--seeds N]
python -m companion evaluate NAME [--folder FOLDER]
"""

import argparse
import sys
from pathlib import Path

from companion import zoo
from companion.data import CorruptDataError
from companion.zoo.cards import digits, table


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

    card = training.train(options.name, options.out, options.seeds)
    print(f"\n{card}\n\nWritten: {options.out / options.name}.npz and .json")


def evaluate(options):
    """Show the figures of a card beside the same measured now."""
    from companion.zoo import figures  # as above

    card = zoo.card(options.name, options.folder)
    now = figures.measure_again(options.name, options.folder)
    rows = [
        [figure.replace("_", " "), digits(value), digits(now[figure]), card.comparison(figure)]
        for figure, value in card["figures"].items()
    ]
    print(table([["held-out figure", "card", "now", "to be compared with"], *rows]))


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m companion", description="Make a model of the zoo again, or measure it."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    trainer = _command(commands, train, "train a model and write its two files")
    trainer.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path(), help="where to (default: here)"
    )
    trainer.add_argument(
        "--seeds", metavar="N", type=_count, default=1,
        help="train with seeds 0 to N-1: how far apart are the figures? (default: 1)",
    )  # fmt: skip
    trainer.set_defaults(interrupted="The same command goes on after the last epoch that ended.")
    measurer = _command(commands, evaluate, "measure a model, and show its card's figures beside")
    measurer.add_argument(
        "--folder", metavar="FOLDER", type=Path, help="where its files are (default: the package)"
    )
    measurer.set_defaults(interrupted="Nothing was changed.")
    return parser


def _command(commands, run, text):
    command = commands.add_parser(run.__name__, help=text, description=f"{text.capitalize()}.")
    command.add_argument(
        "name", metavar="NAME", choices=zoo.names(), help=f"one of {', '.join(zoo.names())}"
    )
    command.set_defaults(run=run)
    return command


def _count(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a positive integer. Received: {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
