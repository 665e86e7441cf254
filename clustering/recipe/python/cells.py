"""Which function of the script reads a column as the reader did: tried on every different cell before it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from clustering.errors import InvalidSetting
from clustering.recipe.python import snippets
from clustering.table import Table
from clustering.table.dates import MONTH_OF
from clustering.wording import one_line

_MOST_ODD = 50  # different cells without a value that are named one by one


@dataclass(frozen=True)
class Reader:
    """A function of the script with its arguments.

    Attributes
    ----------
    name : str
    arguments : dict
    missing : tuple of str
        Cells that it would read, but that hold no value.
    """

    name: str
    arguments: dict = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def find_reader(table: Table, name: str) -> Reader:
    """Find the function that makes the values of the table out of its cells.

    Raises
    ------
    InvalidSetting
        If none of them does; names the first cell that is read otherwise by the one that gets furthest.
    """
    kind = next(column.type for column in table.columns if column.name == name)
    values = _different(table, name)
    told = {word.strip() for word in table.options.column(name).missing or ()}
    odd, wrong = None, []
    for reader in _readers(kind, values):
        tried = _tried(reader, values, told)
        if isinstance(tried, str):
            wrong.append(tried)
        elif odd is None or len(tried) < len(odd[1]):
            odd = reader, tried
            if not tried:
                break
    if odd is None or len(odd[1]) > _MOST_ODD:
        first = max(wrong, key=list(values).index) if odd is None else odd[1][0]
        raise InvalidSetting(
            f'"{one_line(name)}" is written in a way that a short script cannot read, such as {one_line(first, 40)!r}. '
            "Save the column as plain numbers, dates or text and upload the file again, or place customers with the "
            "recipe."
        )
    reader, missing = odd
    return Reader(reader.name, reader.arguments, tuple(sorted({*missing, *told})))


def _different(table: Table, name: str) -> dict[str, object]:
    """The different cells of a column, without the blanks around them, and what the table holds for each."""
    encoded = table.text[name].combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy().copy()
    codes[list(table.set_aside)] = -1
    found, first = np.unique(codes, return_index=True)
    rows = first[found >= 0]
    column = table.frame[name].iloc[rows]
    column = column.astype(object).where(column.notna(), None)
    cells = (encoded.dictionary[int(code)].as_py().strip() for code in found[found >= 0])
    return dict(zip(cells, column.tolist(), strict=True))


def _readers(kind: str, values: dict[str, object]) -> Iterator[Reader]:
    """What may read such a column, the plainest first."""
    if kind == "text":
        yield Reader("text_of")
    elif kind == "boolean":
        yield Reader("yes_or_no")
    elif kind == "number":
        yield Reader("number_of")
        for short in (False, True):
            for decimal in (".", ","):
                yield Reader("amount_of", {"decimal": decimal} | ({"short": True} if short else {}))
    else:
        words = {word for cell in values for word in re.findall(r"[^\W\d_]+", cell.lower())}
        months = {word: MONTH_OF[word] for word in sorted(words) if word in MONTH_OF}
        for order in ("ymd", "dmy", "mdy", "ym"):
            yield Reader("date_of", {"order": order} | ({"months": months} if months else {}))
        for unit in ("days", "seconds", "milliseconds"):
            yield Reader("date_of_number", {"unit": unit})


def _tried(reader: Reader, values: dict[str, object], told: set[str]) -> list[str] | str:
    """Cells that it reads although they hold no value; or the first one of which it makes something else."""
    how, odd = getattr(snippets, reader.name), []
    for cell, value in values.items():
        found = how("" if cell in told else cell, **reader.arguments)
        if _is_none(found) and value is None:
            continue
        if value is None:
            odd.append(cell)
        elif _is_none(found) or found != value:
            return cell
    return odd


def _is_none(value: object) -> bool:
    if value is None:
        return True
    return bool(np.isnan(value)) if isinstance(value, float) else isinstance(value, np.datetime64) and np.isnat(value)
