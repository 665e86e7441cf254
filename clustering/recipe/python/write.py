"""The script put together: only what this file and this recipe need, and nothing of the user's outside of strings."""

import ast
import inspect

from clustering.errors import InvalidSetting
from clustering.recipe.python import snippets
from clustering.recipe.python.layout import listed
from clustering.recipe.python.placing import needed_columns, placing_lines
from clustering.recipe.python.reading import Source, reading_lines
from clustering.recipe.recipe import Recipe
from clustering.table import Table
from clustering.table.cells import MISSING_WORDS
from clustering.wording import listing, one_line

MOST_NUMBERS = 100_000  # in the rule: a script of two megabytes is not short any more

_ABOUT = '''"""Gives every customer of a file the segment that Cluster Explorer found for them.

    python segments.py customers.{kind} labelled.csv

It needs {needs}. The numbers in it are all there is to know about the segments{whose}.
"""'''
_STANDARD = ("codecs", "csv", "gzip", "io", "json", "pathlib", "re", "sys", "tempfile", "zipfile")
_INSTALLED = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "pa": "import pyarrow as pa",
    "pq": "import pyarrow.parquet as pq",
    "python_calamine": "import python_calamine",
}
_RUN = """if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Name the file of the customers and the file to write: python segments.py customers.csv labelled.csv")
    main(*sys.argv[1:])"""


def to_python(recipe: Recipe, table: Table) -> str:
    """Write a recipe as a script on numpy and pandas alone that gives the rows of the uploaded file the same segments.

    Parameters
    ----------
    recipe : Recipe
    table : Table
        The one that the recipe was made of: how its file was read, the script does again.

    Returns
    -------
    str
        A script that reads a file and writes it with the columns `segment` (from 1 on; empty where there is none) and
        `segment_name`, as CSV.

    Raises
    ------
    InvalidSetting
        If the table lacks a column of the recipe, a short script cannot read one of them, the recipe looks into a
        segment of another segmentation, or compares with too many points.
    """
    absent = [one_line(column.name) for column in recipe.needed_columns if column.name not in table.frame]
    if absent:
        raise InvalidSetting(f"{listing(absent)}: a column of the recipe is not in this file. Choose its own file.")
    if recipe.outer is not None:
        raise InvalidSetting(
            "These segments are parts of one segment of another segmentation, which a short script cannot say. Take "
            "the script of that one first, or place customers with the recipe."
        )
    if (n := _n_numbers(recipe)) > MOST_NUMBERS:
        raise InvalidSetting(
            f"The script would hold {n:,} numbers, and {MOST_NUMBERS:,} are the most. Find the segments with a method "
            "that has a center for each (k-means), or place customers with the recipe."
        )
    source = Source(table, needed_columns(recipe, table))
    constants, body = placing_lines(recipe, source)
    main = [
        "def main(source, target):",
        *("    " + line for line in (*reading_lines(source), *body, *_writing(recipe, source))),
    ]
    functions = _functions("\n".join(main))  # what stands above it are numbers and texts alone
    used = _names("\n".join((*functions, *main, _RUN)))
    kind = table.reading.format
    needs = "pandas" if "pd" in used else "numpy"
    needs += {"csv": "", "parquet": " and pyarrow"}.get(kind, " and python-calamine")
    whose = "" if recipe.holds_examples else "; no customer stands in it"
    about = _ABOUT.format(kind=kind, needs=needs, whose=whose)
    imports = [f"import {module}" for module in _STANDARD if module in used]
    imports += ["import datetime as dt"] * ("dt" in used)
    above = [*sorted(imports), "", *(line for name, line in _INSTALLED.items() if name in used), ""]
    if "NO_VALUE" in used:
        above += listed("NO_VALUE = ", map(repr, MISSING_WORDS))
    parts = [f"{about}\n\n" + "\n".join((*above, *constants)), *functions, "\n".join(main), _RUN]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _n_numbers(recipe: Recipe) -> int:
    arrays = (value for value in vars(recipe.rule).values() if hasattr(value, "size"))
    components = recipe.preparation.components
    return sum(array.size for array in arrays) + (0 if components is None else components.size)


def _functions(text: str) -> list[str]:
    """The source of the functions that are used, and of those that these use, in the order in which they are told."""
    known = {name: one for name, one in vars(snippets).items() if inspect.isfunction(one)}
    wanted, found = [text], {}
    while wanted:
        for name in _names(wanted.pop()) & known.keys() - found.keys():
            found[name] = inspect.getsource(known[name])
            wanted.append(found[name])
    return [found[name] for name in known if name in found]


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _writing(recipe: Recipe, source: Source) -> list[str]:
    segment, name = source.added
    return [
        'with open(target, "w", encoding="utf-8-sig", newline="") as file:',
        f"    writer = csv.writer(file, delimiter={source.delimiter!r})",
        f"    writer.writerow([*map(harmless, header), {segment!r}, {name!r}])",
        "    for row, i in zip(rows, segments.tolist(), strict=True):",
        '        told = [i + 1, harmless(NAMES[i])] if i >= 0 else ["", ""]',
        "        writer.writerow([*map(harmless, row), *told])",
    ]
