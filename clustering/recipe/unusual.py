"""What customers hold that nobody held when the segments were found: new levels, values outside the range."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from clustering.features.encode import level_codes
from clustering.recipe.recipe import Recipe, TrainedColumn
from clustering.recipe.training import as_amounts
from clustering.wording import exact, one_line

_MOST_NEW = 50  # new levels of a column that are told one by one


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
    recipe: Recipe, frame: pd.DataFrame, placed: np.ndarray, flags: Flags
) -> Iterator[tuple[str, str, int]]:
    """Flag levels that nobody had then; yields column, level and rows, the most frequent levels first."""
    for column in recipe.needed_columns:
        if not column.levels or column.counts[-1]:
            continue  # no category, or one of so many levels that not all of them are known
        codes, texts = level_codes(frame[column.name].iloc[placed])
        new = [code for code, text in enumerate(texts) if text not in column.levels]
        sizes = np.bincount(codes[codes >= 0], minlength=len(texts))
        new.sort(key=lambda code: (-sizes[code], texts[code]))
        for code in new[:_MOST_NEW]:
            yield column.name, texts[code], int(sizes[code])
        named = {code: f"new level {one_line(texts[code])}" for code in new[:_MOST_NEW]}
        order = np.argsort(codes, kind="stable") if new else codes
        for code in new:
            begin, end = np.searchsorted(codes[order], [code, code + 1])
            flags.add(placed[order[begin:end]], f"{one_line(column.name)}: {named.get(code, 'a new level')}")


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
