"""What the segments of a recipe are like, told by the recipe alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.profile.phrases import capital, short_titles
from clustering.profile.words import joined
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.recipe.training import as_amounts, iso
from clustering.wording import exact, number, one_line, rounded_share

UNKNOWN = "not known"
ALL = rounded_share(1)
_CLEARLY, _SHARE_CLEARLY = 0.15, 0.1  # of the customers: off the middle; more or fewer with a level
_DIGITS = 9  # of a share: 0.5 - 0.4 is a little less than a tenth
_MOST = 3
_LEVEL = 24
_ROUNDING = 1e-12  # of the largest value: what is left of 0 after scaling there and back
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Figure:
    """One column: a customer beside the segment and beside all customers of then.

    Attributes
    ----------
    column : str
    own : str
        The customer's value.
    segment : str
        The segment's average, of a category the share of its customers with the customer's level (with its own most
        frequent one where that is not known).
    everybody : str
        The value in the middle of all customers, or the same share of them.
    """

    column: str
    own: str
    segment: str
    everybody: str


@dataclass(frozen=True)
class _Difference:
    strength: float
    kind: str  # number, date or level
    is_above: bool
    column: str
    segment: str
    everybody: str
    level: str = ""


def figures(recipe: Recipe, label: int, values: Mapping[str, object]) -> tuple[Figure, ...]:
    """Hold a customer's values against a segment, column by column of those that built the segments."""
    told = []
    for column in _built(recipe):
        value = values.get(column.name)
        own = UNKNOWN if value is None else _value(column, value)
        if (center := _center(recipe, label, column)) is not None:
            told.append(Figure(column.name, own, _amount(recipe, column, center), _amount(recipe, column)))
        elif shares := _shares(recipe, label, column):
            level = _shown_level(recipe, column, shares, value)
            pair = (f"{rounded_share(part)} {one_line(level, _LEVEL)}" for part in shares[level])
            told.append(Figure(column.name, own, *pair))
    return tuple(told)


def character(recipe: Recipe, label: int) -> str:
    """Say in a sentence or two in what a segment stands apart from all customers of then, most first."""
    found = sorted(_differences(recipe, label), key=lambda one: -one.strength)[:_MOST]
    if not found:
        return "Its customers are near the middle in every column that built the segments."
    titles = short_titles(tuple(column.name for column in _built(recipe)))
    told: dict[str, list[str]] = {}
    for one in sorted((one for one in found if one.kind == "number"), key=lambda one: not one.is_above):
        whom = "" if told else " for all customers"
        side = "above" if one.is_above else "below"
        told.setdefault(side, []).append(f"{titles[one.column]} ({one.segment}, against {one.everybody}{whom})")
    clauses = [f"{side} the middle in {joined(columns)}" for side, columns in told.items()]
    sentences = [f"Its customers are {', and '.join(clauses)}."] if clauses else []
    for one in found:
        title = titles[one.column]
        if one.kind == "date":
            when = "later" if one.is_above else "earlier"
            sentences.append(f"{capital(title)} is {when} ({one.segment}, against {one.everybody}).")
        elif one.kind == "level":
            level = one_line(one.level, _LEVEL)
            own = "all of them" if one.segment == ALL else one.segment
            sentences.append(f"{capital(title)} is {level} for {own}, against {one.everybody} of all customers.")
    return " ".join(sentences)


def middle(column: TrainedColumn) -> float | None:
    """The value in the middle of the customers of then, of a date as days since 1970; None where nobody had any."""
    if column.min is None:
        return None
    if not column.edges:
        return _limit(column, column.min)
    below = np.cumsum(column.counts)[:-1] / sum(column.counts)
    return column.edges[int(np.abs(below - 0.5).argmin())]


def _differences(recipe: Recipe, label: int) -> Iterator[_Difference]:
    for column in _built(recipe):
        center = _center(recipe, label, column)
        if center is not None:
            off = round(_position(recipe, column, center) - 0.5, _DIGITS)
            segment, everybody = _amount(recipe, column, center), _amount(recipe, column)
            if abs(off) >= _CLEARLY and segment != everybody:
                kind = "date" if column.type == "date" else "number"
                yield _Difference(abs(off), kind, off > 0, column.name, segment, everybody)
        elif shares := _shares(recipe, label, column):
            level = max(shares, key=lambda one: shares[one][0] - shares[one][1])
            own, everybody = shares[level]
            more = round(own - everybody, _DIGITS)
            if more >= _SHARE_CLEARLY:
                shown = rounded_share(own), rounded_share(everybody)
                yield _Difference(more, "level", True, column.name, *shown, level)


def _built(recipe: Recipe) -> list[TrainedColumn]:
    return [column for column in recipe.columns if column.name in recipe.features.columns]


def _spec(recipe: Recipe, column: TrainedColumn):
    return next(spec for spec in recipe.preparation.specs if spec.name == column.name)


def _center(recipe: Recipe, label: int, column: TrainedColumn) -> float | None:
    """The segment's average of a column that is a number: of a date as days since 1970, of an order the place in it."""
    for i, frozen in enumerate(recipe.preparation.columns):
        encoded = frozen.encoded
        if encoded.column == column.name and encoded.kind in ("number", "date", "ordinal"):
            center = float(recipe.centers_in_units[label, i])
            if encoded.kind != "date":
                return center
            newest = dict(recipe.preparation.newest)[column.name]
            return float(as_amounts(pd.Series([pd.Timestamp(newest)]))[0]) - center
    return None


def _shares(recipe: Recipe, label: int, column: TrainedColumn) -> dict[str, tuple[float, float]]:
    """Per level the share of the segment's customers and of all who have it, of a level with a column of its own."""
    everybody = dict(zip(column.levels, column.counts, strict=False))
    found = {}
    for i, frozen in enumerate(recipe.preparation.columns):
        encoded, center = frozen.encoded, float(np.clip(recipe.centers_in_units[label, i], 0, 1).round(_DIGITS))
        if encoded.column != column.name:
            continue
        if encoded.kind == "boolean":
            return {level: (part, everybody[level] / column.n) for level, part in (("yes", center), ("no", 1 - center))
                    if level in everybody}  # fmt: skip
        if encoded.level in everybody:
            found[encoded.level] = center, everybody[encoded.level] / column.n
    return found


def _shown_level(recipe: Recipe, column: TrainedColumn, shares: Mapping[str, tuple], value: object) -> str:
    return value if value in shares else max(shares, key=lambda level: shares[level][0])


def _position(recipe: Recipe, column: TrainedColumn, amount: float) -> float:
    """The share of the customers of then below an amount, or at most half of it at a level of an order."""
    if column.levels:
        counts = _in_order(recipe, column)
        return float(np.interp(amount, range(len(counts)), (np.cumsum(counts) - counts / 2) / max(1, counts.sum())))
    ends = [_limit(column, column.min), *column.edges]
    below = [0, *np.cumsum(column.counts).tolist()]
    highest = _limit(column, column.max)
    if highest > ends[-1]:
        ends.append(highest)
    return float(np.interp(amount, ends, np.array(below[: len(ends)]) / max(1, below[-1])))


def _in_order(recipe: Recipe, column: TrainedColumn) -> np.ndarray:
    """Customers at every level of an order, from low to high."""
    counts = dict(zip(column.levels, column.counts, strict=False))
    return np.array([counts.get(level, 0) for level in _spec(recipe, column).order])


def _amount(recipe: Recipe, column: TrainedColumn, amount: float | None = None) -> str:
    """An amount as people write it, without one that in the middle of all customers."""
    if column.levels:
        order, counts = _spec(recipe, column).order, _in_order(recipe, column)
        if amount is None:
            amount = np.searchsorted(np.cumsum(counts), counts.sum() / 2)
        return one_line(order[int(np.clip(round(amount), 0, len(order) - 1))], _LEVEL)
    amount = middle(column) if amount is None else amount
    if column.type == "date":
        return iso(round(amount))
    if abs(amount) < _ROUNDING * max(abs(column.min), abs(column.max)):
        amount = 0.0  # a center of customers who all have 0
    is_year = column.min >= _FIRST_YEAR and column.max <= _LAST_YEAR and all(e == int(e) for e in column.edges)
    return f"{amount:.0f}" if is_year else number(amount)


def _value(column: TrainedColumn, value: object) -> str:
    return exact(value) if isinstance(value, (int, float)) else one_line(value, _LEVEL)


def _limit(column: TrainedColumn, bound: float | str) -> float:
    return float(as_amounts(pd.Series([pd.Timestamp(bound) if column.type == "date" else float(bound)]))[0])
