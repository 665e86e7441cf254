"""Which columns of a new file are those that a recipe knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidColumns, InvalidSetting, NoUsableColumns
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.table import Table, read_table
from clustering.table.options import ColumnOptions, ReadOptions
from clustering.wording import listing, one_line

DTYPES = {"number": "float64", "date": "datetime64[ns]", "boolean": "boolean", "text": pd.ArrowDtype(pa.string())}


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
    """

    column: TrainedColumn
    found: str | None
    how: str
    type_now: str | None = None
    problem: str = ""


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
        missing = [one_line(match.column.name) for match in needed if match.found is None]
        if missing:
            column, has = ("Columns", "have") if len(missing) > 1 else ("The column", "has")
            return (
                f"{column} {listing(missing)} of the recipe {has} no match in this file. Say which of its columns "
                f"{'they are' if len(missing) > 1 else 'it is'}, or rename: {listing(map(one_line, self.extra), 20)}."
                if self.extra
                else f"{column} {listing(missing)} of the recipe {has} no match in this file. Add what is missing."
            )
        return next((match.problem for match in needed if match.problem), "")

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
    taken = {*renamed.values(), *(name for name in known & set(now) if name not in renamed)}
    alike: dict[str, list[str]] = {}
    for name in now:
        if name not in taken:
            alike.setdefault(_bare(name), []).append(name)
    matches = []
    for column in recipe.all_columns:
        candidates = alike.get(_bare(column.name), [])
        if column.name in renamed:
            found, how = renamed[column.name], "chosen"
        elif column.name in now and column.name in taken and column.name not in renamed.values():
            found, how = column.name, "same"
        elif len(candidates) == 1:
            found, how = candidates.pop(), "alike"
        else:
            found, how = None, "missing"
        problem = "" if found is None else _problem(column, now[found])
        matches.append(ColumnMatch(column, found, how, found and now[found].type, problem))
    used = {match.found for match in matches}
    return Matching(tuple(matches), tuple(name for name in now if name not in used))


def _bare(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum()) or name


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
    return pd.DataFrame(values, index=table.frame.index, copy=False)


def read_for(recipe: Recipe, source, *, name: str | None = None, renamed: Mapping[str, str] | None = None) -> Table:
    """Read a file as the recipe's own data were read, as far as the file allows it.

    Columns that the recipe knows are read as what they held then, also where a cell is none of that: it counts as
    missing.

    Raises
    ------
    UnreadableFile, TooFewRows, InvalidSetting
        As by `read_table`; a single row is enough.
    """
    chosen = recipe.source.options
    try:
        table, options = _read(source, name, chosen)
    except InvalidSetting:
        if replace(chosen, columns=()) == ReadOptions():
            raise
        # Another sheet, delimiter or header line than then: the file is read as it is.
        table, options = _read(source, name, ReadOptions(columns=chosen.columns))
    matching = match_columns(recipe, table, renamed)
    for match in matching.columns:
        if match.found is None:
            continue
        as_then = chosen.column(match.column.name)
        wanted = options.column(match.found)
        if as_then != ColumnOptions(match.column.name) and match.how != "same":
            wanted = replace(as_then, name=match.found)
        if match.problem:
            wanted = replace(wanted, type=match.column.type, role=None)
        if wanted != options.column(match.found):
            options = options.with_column(wanted)
    return table if options == table.options else _read(source, name, options)[0]


def _read(source, name: str | None, options: ReadOptions) -> tuple[Table, ReadOptions]:
    """Read without what is asked for columns that are not there or cannot be had."""
    while True:
        try:
            return read_table(source, name=name, options=options, least_rows=1), options
        except InvalidColumns as error:
            fewer = options.without_columns(error.columns)
            if fewer == options:
                raise
            options = fewer
