"""What customers hold that nobody held when the segments were found: new levels, values outside the range."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd

from clustering.features.encode import level_codes
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.recipe.training import as_amounts
from clustering.wording import exact, one_line

MOST_NEW = 50  # new levels of a column that are told one by one


class Flags:
    """What is unusual about every row, told with "; " between."""

    def __init__(self, n_rows: int):
        self._codes, self._texts = np.full(n_rows, -1, dtype=np.int32), []

    def add(self, rows: np.ndarray, text: str) -> None:
        """Flag some rows, given by their positions."""
        before, which = np.unique(self._codes[rows], return_inverse=True)
        self._codes[rows] = which + len(self._texts)
        self._texts.extend(text if code < 0 else f"{self._texts[code]}; {text}" for code in before)

    def told(self) -> pd.Categorical:
        """The flags of every row; missing where there are none."""
        used, codes = np.unique(self._codes, return_inverse=True)
        texts = [self._texts[code] for code in used if code >= 0]
        codes -= len(used) - len(texts)  # -1, nothing to tell, is the first of those used
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # two levels may be told alike
        codes = np.array([*(places[text] for text in texts), -1])[codes]
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(places), dtype=str))


def flag_unseen(
    recipe: Recipe,
    frame: pd.DataFrame,
    placed: np.ndarray,
    flags: Flags,
    named: Mapping[str, Collection[str]] | None = None,
) -> Iterator[tuple[str, str, int]]:
    """Flag levels that nobody had then; yields column, level and rows, the most frequent levels first.

    Parameters
    ----------
    named : mapping of str to collection of str, optional
        Of every column the levels that are told one by one; the 50 most frequent of these rows where not given.
    """
    for name, levels in new_levels(recipe, frame, placed):
        codes, texts = level_codes(frame[name].iloc[placed])
        told = frozenset(level for level, _ in levels[:MOST_NEW]) if named is None else named.get(name, ())
        yield from ((name, level, n) for level, n in levels if level in told)
        code_of, order = {text: code for code, text in enumerate(texts)}, np.argsort(codes, kind="stable")
        for level, _ in levels:
            begin, end = np.searchsorted(codes[order], [code_of[level], code_of[level] + 1])
            which = f"new level {one_line(level)}" if level in told else "a new level"
            flags.add(placed[order[begin:end]], f"{one_line(name)}: {which}")


def new_levels(recipe: Recipe, frame: pd.DataFrame, placed: np.ndarray) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Every column with levels that nobody had then, and these with their rows, the most frequent first."""
    for column in recipe.needed_columns:
        if not column.levels or column.counts[-1]:
            continue  # no category, or one of so many levels that not all of them are known
        codes, texts = level_codes(frame[column.name].iloc[placed])
        sizes = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
        found = [(text, n) for text, n in zip(texts, sizes, strict=True) if text not in column.levels]
        if found:
            yield column.name, sorted(found, key=lambda one: (-one[1], one[0]))


def flag_beyond(
    recipe: Recipe, frame: pd.DataFrame, placed: np.ndarray, flags: Flags
) -> Iterator[tuple[str, int, int]]:
    """Flag values outside the range of then; yields column, rows below and rows above."""
    for column in recipe.needed_columns:
        if column.type not in ("number", "date") or column.min is None or column.levels:
            continue
        amounts = as_amounts(frame[column.name].iloc[placed])
        low, high = (as_amounts(pd.Series([_limit(column, bound)]))[0] for bound in (column.min, column.max))
        below, above = placed[amounts < low], placed[amounts > high]
        for rows, told in ((below, f"below {_shown(column.min)}"), (above, f"above {_shown(column.max)}")):
            if len(rows):
                flags.add(rows, f"{one_line(column.name)} {told}")
        if len(below) or len(above):
            yield column.name, len(below), len(above)


def _limit(column: TrainedColumn, bound: float | str):
    return pd.Timestamp(bound) if column.type == "date" else float(bound)


def _shown(bound: float | str) -> str:
    return bound if isinstance(bound, str) else exact(bound)
