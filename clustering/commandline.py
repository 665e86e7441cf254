"""The commands and their options: what may stand on the command line, and what it means."""

import argparse
import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from clustering.errors import InvalidSetting
from clustering.features import MISSING, OUTLIERS, SCALES
from clustering.methods import METHODS
from clustering.wording import one_line, whole

_MOST_TRIED = 1_000
_MEMORY = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_MOST_MEMORY = 1 << 62


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings):
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message):
        raise InvalidSetting(f"{message[:1].upper()}{message[1:]}. See python -m clustering --help.")


def read_options(arguments: list[str] | None, runs: Mapping[str, Callable]) -> argparse.Namespace:
    """Read the arguments of a command; `run` of what is returned is what does its work.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process where not given.
    runs : mapping of str to callable
        What does the work of every command.

    Raises
    ------
    InvalidSetting
        If an argument is none.
    """
    parser = _Parser(prog="python -m clustering", description="Find customer segments in a file.")
    names = "{read,sweep,fit,apply,rfm}"
    commands = parser.add_subparsers(dest="command", required=True, metavar=names, parser_class=_Parser)
    reader = commands.add_parser("read", help="how a file is read, column by column")
    reader.add_argument("file", metavar="FILE")
    _add_max_memory(reader)
    reader.set_defaults(run=runs["read"])
    sweeper = commands.add_parser("sweep", help="score every number of segments and recommend one")
    _add_options(sweeper)
    sweeper.set_defaults(run=runs["sweep"])
    fitter = commands.add_parser("fit", help="find the segments and write the labelled table")
    _add_options(fitter)
    fitter.add_argument(
        "--n-clusters", type=_n_clusters, metavar="N|auto", help="not needed by a method that finds the number itself"
    )
    _add_out(fitter, "labelled")
    fitter.add_argument(
        "--profile", type=Path, metavar="profile.json", help="write what every segment is like in every column"
    )
    fitter.add_argument("--recipe", type=Path, metavar="recipe.json", help="write the segmentation to apply it again")
    fitter.set_defaults(run=runs["fit"])
    applier = commands.add_parser("apply", help="give other customers the segments of a recipe")
    applier.add_argument("recipe", metavar="recipe.json")
    applier.add_argument("file", metavar="FILE")
    _add_out(applier, "labelled")
    applier.add_argument(
        "--rename",
        action="append",
        default=[],
        type=_renaming,
        metavar="RECIPE=FILE",
        help='a column of the recipe and what the file calls it: --rename "Income=income_2026"; once for each',
    )
    _add_max_memory(applier)
    applier.set_defaults(run=runs["apply"])
    customers = commands.add_parser("rfm", help="make one row per customer out of one line per purchase")
    customers.add_argument("file", metavar="FILE")
    customers.add_argument("--customer", required=True, metavar="C", help="column that says who bought")
    customers.add_argument("--date", required=True, metavar="D", help="column that says when")
    customers.add_argument(
        "--amount", required=True, metavar="A", help="value of the line: a column, or quantity*price"
    )
    _add_out(customers, "customers")
    customers.set_defaults(run=runs["rfm"])
    return parser.parse_args(arguments)


def _add_out(parser: argparse.ArgumentParser, stem: str) -> None:
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar=f"{stem}.csv|{stem}.parquet",
        help="Parquet, with types, where the name ends in .parquet; CSV under any other name",
    )


def _add_max_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-memory",
        type=_n_bytes,
        metavar="4G",
        help="a table that would take more is read part by part; default: what is free. FILE may be a folder of "
        "Parquet or CSV files with the same columns",
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    _add_max_memory(parser)
    parser.add_argument("--features", type=_names, metavar="A,B", help="default: every column that fits")
    parser.add_argument("--scale", choices=tuple(SCALES))
    parser.add_argument("--outliers", choices=OUTLIERS)
    parser.add_argument("--missing", choices=MISSING)
    parser.add_argument("--k", type=_range, default=range(2, 11), metavar="2:10", help="numbers of segments to try")
    themselves = ", ".join(name for name, method in METHODS.items() if not method.takes_k)
    parser.add_argument(
        "--method", choices=tuple(METHODS), help=f"default: kmeans; {themselves} find the number of segments themselves"
    )
    parser.add_argument("--min-share", type=float, default=0.01, help="smallest acceptable share of a segment")
    parser.add_argument("--random-state", type=int)
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="settings.json",
        help='settings of a recipe: {"clustering": {"settings": {"eps": 0.4}}}; an option counts before them',
    )


def _names(text: str) -> tuple[str, ...]:
    """Column names between commas; a name that holds a comma or a line break stands in quotation marks."""
    records = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    return tuple(name for record in records for name in record if name)


def _renaming(text: str) -> tuple[str, str]:
    name, _, found = text.partition("=")
    if not (name and found):
        raise argparse.ArgumentTypeError(f"{one_line(text)!r} names no two columns such as Income=income_2026")
    return name, found


def _range(text: str) -> range:
    low, _, high = text.partition(":")
    try:
        low, high = int(low), int(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range such as 2:10") from None
    if high < low:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins; write the smaller number first")
    if high - low >= _MOST_TRIED:
        raise argparse.ArgumentTypeError(
            f"{one_line(text)} asks for more than the {whole(_MOST_TRIED)} numbers of segments that can be tried at "
            "once"
        )
    return range(low, high + 1)


def _n_clusters(text: str) -> int | str:
    try:
        return text if text == "auto" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a whole number nor auto") from None


def _n_bytes(text: str) -> int:
    """An amount of memory such as 4G, 500M or 1.5G."""
    found = _MEMORY.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"{one_line(text)!r} is no amount of memory such as 4G or 500M")
    n_bytes = float(found[1]) * _UNITS[found[2].upper()]
    if not n_bytes >= 1:
        raise argparse.ArgumentTypeError(f"{one_line(text)!r} is no memory at all; write such as 4G or 500M")
    return int(min(n_bytes, _MOST_MEMORY))
