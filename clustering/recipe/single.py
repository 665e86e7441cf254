"""One customer typed in: what has to be known of them, and which segment they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.recipe.apply import apply_recipe
from clustering.recipe.matching import DTYPES
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.recipe.training import iso
from clustering.recipe.typical import Figure, character, figures, middle
from clustering.table import Column, Table
from clustering.table.options import AS_FOUND
from clustering.table.table import Reading
from clustering.wording import listing, one_line

ANOTHER = "another"  # a level that nobody had

_NOTHING_SAID: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Question:
    """A column whose value has to be known of a customer.

    Attributes
    ----------
    name : str
    kind : {"number", "date", "level"}
    start : float, datetime.date, str or None
        What the customers of then had most: the value in their middle, the most frequent level.
    levels : tuple of str
        The most frequent first.
    is_open : bool
        Whether a customer may have another level.
    is_whole : bool
        Whether no customer had a part of a number, as far as the recipe tells.
    min, max : float, datetime.date or None
        What the customers of then had.
    """

    name: str
    kind: str
    start: float | date | str | None = None
    levels: tuple[str, ...] = ()
    is_open: bool = False
    is_whole: bool = False
    min: float | date | None = None
    max: float | date | None = None


@dataclass(frozen=True)
class PlacedOne:
    """Where one customer belongs.

    Attributes
    ----------
    label : int or None
        The segment; None where there is none.
    note : str
        Why there is none, or what is special about the customer.
    margin : float
        0 half-way between the segment's center and that of the second-best, 1 on its own; NaN where there is no other.
    second : int or None
        The segment whose center is nearest after the own.
    probability : float or None
        Of the own segment, where the method tells.
    distance, second_distance : float
        To the centers of the two.
    flags : str
        What nobody had when the segments were found.
    character : str
        What the segment is like.
    figures : tuple of Figure
        The customer beside the segment.
    """

    label: int | None
    note: str = ""
    margin: float = float("nan")
    second: int | None = None
    probability: float | None = None
    distance: float = float("nan")
    second_distance: float = float("nan")
    flags: str = ""
    character: str = ""
    figures: tuple[Figure, ...] = ()


def questions(recipe: Recipe) -> tuple[Question, ...]:
    """What has to be known of a customer, in the order of the recipe."""
    return tuple(_question(column) for column in _needed(recipe).values())


def place_one(recipe: Recipe, values: Mapping[str, object] = _NOTHING_SAID) -> PlacedOne:
    """Give one customer a segment.

    Parameters
    ----------
    values : mapping of str to float, str or datetime.date
        What is known of the customer, by column of `questions`: a number, a date, or one of the levels (or `ANOTHER`).
        What is not told, or is None, counts as missing.

    Raises
    ------
    InvalidSetting
        If a column is not among the questions, or a value is not what the column holds.
    """
    needed = _needed(recipe)
    if strangers := [name for name in values if name not in needed]:
        asked = listing(map(one_line, needed), 20)
        raise InvalidSetting(f"{listing(map(one_line, strangers))} decides nothing about a customer. Tell {asked}.")
    applied = apply_recipe(recipe, _one_row(needed, values))
    note = applied.row_notes[0]
    told = {
        "note": "" if pd.isna(note) else note,
        "flags": "" if pd.isna(applied.flags[0]) else applied.flags[0],
    }
    if not len(applied.rows):
        return PlacedOne(None, **told)
    label, has_other = int(applied.labels[0]), recipe.n_clusters > 1
    return PlacedOne(
        label=label,
        margin=float(applied.margin[0]) if has_other else float("nan"),
        second=int(applied.second[0]) if has_other else None,
        probability=None if applied.probability is None else float(applied.probability[0]),
        distance=float(applied.distance[0]),
        second_distance=float(applied.second_distance[0]) if has_other else float("nan"),
        character=character(recipe, label),
        figures=figures(recipe, label, values),
        **told,
    )


def _needed(recipe: Recipe) -> dict[str, TrainedColumn]:
    """Columns that decide about a customer, those of the segmentation it is inside of among them."""
    return {column.name: column for column in recipe.all_columns if column.needed}


def _question(column: TrainedColumn) -> Question:
    if column.levels:
        start = column.levels[0]
        return Question(column.name, "level", start, column.levels, is_open=column.type == "text")
    if column.type == "date":
        start = middle(column)
        return Question(
            column.name,
            "date",
            start=None if start is None else _day(iso(start)),
            min=None if column.min is None else _day(column.min),
            max=None if column.max is None else _day(column.max),
        )
    known = [value for value in (column.min, column.max, *column.edges) if value is not None]
    is_whole = bool(known) and all(value == int(value) for value in known)
    return Question(column.name, "number", middle(column), is_whole=is_whole, min=column.min, max=column.max)


def _day(moment: str) -> date:
    return pd.Timestamp(moment).date()


def _one_row(needed: Mapping[str, TrainedColumn], values: Mapping[str, object]) -> Table:
    typed = {name: _typed(column, values.get(name)) for name, column in needed.items()}
    return Table(
        text=pa.table({name: pa.nulls(1, pa.string()) for name in needed}),
        headers=tuple(needed),
        frame=pd.DataFrame(typed),
        columns=tuple(_described(column, typed[name]) for name, column in needed.items()),
        reading=Reading("One customer", 0),
        set_aside=MappingProxyType({}),
        notes=(),
        options=AS_FOUND,
        digest="",
    )


def _described(column: TrainedColumn, values: pd.Series) -> Column:
    n_missing = int(values.isna().sum())
    return Column(column.name, column.type, column.role, missing=n_missing, distinct=1 - n_missing)


def _typed(column: TrainedColumn, value: object) -> pd.Series:
    try:
        return pd.Series([None if value is None else _held(column, value)], dtype=DTYPES[column.type])
    except (TypeError, ValueError) as error:
        raise InvalidSetting(
            f'"{one_line(column.name)}" cannot be {one_line(value)!r}: it held {_HOLDS[column.type]} when the segments '
            "were found."
        ) from error


_HOLDS = {"number": "numbers", "date": "dates", "boolean": "yes and no", "text": "text"}


def _held(column: TrainedColumn, value: object) -> float | pd.Timestamp | bool | str:
    """A value or level as the column held it."""
    if column.type == "number":
        value = float(value)
        if not np.isfinite(value):
            raise ValueError("no number")
        return value
    if column.type == "date":
        if isinstance(value, (int, float)):
            raise TypeError("no date")  # it would be so many nanoseconds after 1970
        return pd.Timestamp(value)
    if column.type == "boolean":
        value = {"yes": True, "no": False}.get(value, value)
        if not isinstance(value, bool):
            raise TypeError("neither yes nor no")
        return value
    return _never_seen(column) if value == ANOTHER else str(value)


def _never_seen(column: TrainedColumn) -> str:
    """A text that is none of the levels."""
    name = ANOTHER
    while name in column.levels:
        name += "'"
    return name
