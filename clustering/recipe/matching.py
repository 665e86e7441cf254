"""Which columns of a new file are those that a recipe knows."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting, NoUsableColumns
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.table import Table
from clustering.wording import listing, one_line

DTYPES = {"number": "float64", "date": "datetime64[us]", "boolean": "boolean", "text": pd.ArrowDtype(pa.string())}


@dataclass(frozen=True)
class ColumnMatch:
    """A column of the recipe in a new file.

    Attributes
    ----------
    column : TrainedColumn
    found : str or None
        What it is called in the file; None where it is missing.
    how : {"same", "alike", "chosen", "missing"}
        `alike`: but for case, blanks and signs the same name; `chosen` by the user.
    type_now : str or None
        What the file holds in it; None where it is missing.
    problem : str
        Why it cannot be used; "" where it can.
    candidates : tuple of str
        Columns of the file that are about as alike, where it is missing because there are several.
    """

    column: TrainedColumn
    found: str | None
    how: str
    type_now: str | None = None
    problem: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All columns of a recipe in a new file.

    Attributes
    ----------
    columns : tuple of ColumnMatch
        In the order of `Recipe.columns`.
    extra : tuple of str
        Columns of the file that the recipe does not know.
    """

    columns: tuple[ColumnMatch, ...]
    extra: tuple[str, ...]

    @property
    def refusal(self) -> str:
        """Why nobody can be placed; "" where they can."""
        needed = [match for match in self.columns if match.column.needed]
        missing = [match for match in needed if match.found is None]
        if missing:
            column, has, it = ("Columns", "have", "each") if len(missing) > 1 else ("The column", "has", "it")
            names = listing(one_line(match.column.name) for match in missing)
            told = f"{column} {names} of the recipe {has} no match in this file."
            if not self.extra:
                return f"{told} Add what is missing."
            unsure = next((match for match in missing if len(match.candidates) > 1), None)
            if unsure:
                told += f" {listing(map(one_line, unsure.candidates))} are alike: only one of them can be it."
            others = listing(map(one_line, self.extra), 20)
            return f"{told} Choose a match for {it}, or rename the right one of: {others}."
        return next((match.problem for match in needed if match.problem), "")

    @property
    def n_missing(self) -> int:
        """How many columns are not there without which nobody can be placed."""
        return sum(match.found is None and match.column.needed for match in self.columns)

    @property
    def found(self) -> dict[str, str]:
        """Name in the file by name in the recipe, of all that can be used."""
        return {match.column.name: match.found for match in self.columns if match.found and not match.problem}


def match_columns(recipe: Recipe, table: Table, renamed: Mapping[str, str] | None = None) -> Matching:
    """Find the columns of a recipe in a table.

    Parameters
    ----------
    renamed : mapping of str to str, optional
        Name in the table by name in the recipe, where the user says which it is.

    Raises
    ------
    InvalidSetting
        If `renamed` names what is not there, or one column for two.
    """
    renamed = dict(renamed or {})
    now = {column.name: column for column in table.columns}
    known = {column.name for column in recipe.all_columns}
    for name, column in renamed.items():
        if name not in known or column not in now:
            stranger = name if name not in known else column
            raise InvalidSetting(f'There is no column "{one_line(stranger)}" to match. Choose one that is there.')
    if twice := [column for column in now if list(renamed.values()).count(column) > 1]:
        raise InvalidSetting(f'"{one_line(twice[0])}" cannot be two columns of the recipe. Choose one for each.')
    found = {name: (column, "chosen") for name, column in renamed.items()}
    chosen = set(renamed.values())
    found |= {name: (name, "same") for name in known - set(found) if name in now and name not in chosen}
    taken = {column for column, _ in found.values()}
    candidates: dict[str, list[str]] = {}
    for likeness in (_small, _bare):
        wanted = _by_likeness((column.name for column in recipe.all_columns if column.name not in found), likeness)
        offered = _by_likeness((name for name in now if name not in taken), likeness)
        for key, names in wanted.items():
            if len(names) == len(offered.get(key, ())) == 1:
                found[names[0]] = offered[key][0], "alike"
                taken.add(offered[key][0])
            elif key in offered:
                candidates |= dict.fromkeys(names, offered[key])
    matches = []
    for column in recipe.all_columns:
        name, how = found.get(column.name, (None, "missing"))
        if name is None:
            matches.append(ColumnMatch(column, None, how, candidates=tuple(candidates.get(column.name, ()))))
        else:
            matches.append(ColumnMatch(column, name, how, now[name].type, _problem(column, now[name])))
    used = {match.found for match in matches}
    return Matching(tuple(matches), tuple(name for name in now if name not in used))


def _by_likeness(names: Iterable[str], likeness: Callable[[str], str]) -> dict[str, list[str]]:
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(likeness(name), []).append(name)
    return alike


def _small(name: str) -> str:
    """The name whatever its case, its blanks and how the system that wrote it puts accents on letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _bare(name: str) -> str:
    """The letters and digits of the name."""
    return "".join(c for c in _small(name) if c.isalnum()) or name


def _problem(then: TrainedColumn, now) -> str:
    if then.type == now.type or now.role == "empty":
        return ""
    return (
        f'"{one_line(now.name)}" holds {_HELD[now.type]} in this file, and held {_HELD[then.type]} when the segments '
        "were found. Correct the column, or choose another."
    )


_HELD = {"number": "numbers", "text": "text", "date": "dates", "boolean": "yes and no"}


def known_frame(recipe: Recipe, table: Table, matching: Matching) -> pd.DataFrame:
    """The columns of a table that a recipe knows, under the recipe's names.

    Raises
    ------
    NoUsableColumns
        If one that is needed is missing or of another type.
    """
    if matching.refusal:
        raise NoUsableColumns(matching.refusal)
    types = {column.name: column.type for column in recipe.all_columns}
    now = {column.name: column for column in table.columns}
    values = {}
    for name, found in matching.found.items():
        values[name] = table.frame[found]
        if now[found].type != types[name]:  # a column without any value has no type of its own
            values[name] = pd.Series([None] * table.n_rows, dtype=DTYPES[types[name]])
    return pd.DataFrame(values, copy=False)
