"""Which segment the rows of a part get by a recipe that was made of a sample."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.features.frozen import thaw
from clustering.features.rows import Rows
from clustering.model import with_noise
from clustering.placing import NOISE, MostProbable
from clustering.recipe import Recipe
from clustering.recipe.taking import take_out
from clustering.threads import one_thread

_CHUNK = 100_000  # rows prepared at a time


@dataclass(frozen=True, eq=False)
class Placed:
    """What became of every row of a part, as `Clustering` tells it of a table.

    Attributes
    ----------
    rows : ndarray of shape (n_placed,), ascending
        Positions in the part of the rows that have a segment.
    labels : ndarray of int32 of shape (n_placed,)
    in_fit : ndarray of bool of shape (n_placed,)
        Which of them count in the fit; the others are placed afterwards.
    noise : ndarray
        Positions of the rows that are near no segment.
    probability : ndarray of shape (n_placed,) or None
        Of the own segment, where the method tells.
    row_notes : pandas.Categorical of length n_rows
        Why a row has no segment, or was placed afterwards.
    """

    rows: np.ndarray
    labels: np.ndarray
    in_fit: np.ndarray
    noise: np.ndarray
    probability: np.ndarray | None
    row_notes: pd.Categorical

    @property
    def of_part(self) -> np.ndarray:
        """The segment of every row of the part, -1 where there is none."""
        labels = np.full(len(self.row_notes), NOISE, dtype=np.int32)
        labels[self.rows] = self.labels
        return labels


class Placing:
    """Gives the rows of one part after the other their segment.

    Attributes
    ----------
    columns : tuple of str
        The columns that this takes.
    """

    def __init__(self, recipe: Recipe):
        spec = recipe.features
        asked = (*spec.columns, spec.row_filter and spec.row_filter.column, spec.weight_column)
        self.columns = tuple(dict.fromkeys(name for name in asked if name is not None))
        self._recipe, self._pipeline = recipe, thaw(recipe.preparation)

    def __call__(self, frame: pd.DataFrame, set_aside: Mapping[int, str]) -> Placed:
        """Place the rows of a part, given by its `columns` as values."""
        recipe, rows = self._recipe, Rows(len(frame))
        for row, reason in set_aside.items():
            rows.take_out([row], reason)
        for _ in take_out(recipe.features, recipe.preparation.specs, recipe.outside, frame, rows):
            pass  # what is said of a part alone
        placed = np.flatnonzero(rows.has_segment)
        labels, probability = self._labelled(frame, placed)
        is_noise = labels == NOISE
        noise = placed[is_noise]
        return Placed(
            rows=placed[~is_noise],
            labels=labels[~is_noise],
            in_fit=rows.fitted[placed[~is_noise]],
            noise=noise,
            probability=probability,
            row_notes=with_noise(rows.notes(), noise),
        )

    def _labelled(self, frame: pd.DataFrame, placed: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        rule, frame = self._recipe.rule, frame[[spec.name for spec in self._recipe.preparation.specs]]
        tells = isinstance(rule, MostProbable)
        labels, probability = np.empty(len(placed), dtype=np.int32), np.empty(len(placed)) if tells else None
        with one_thread():
            for start in range(0, len(placed), _CHUNK):
                part = slice(start, start + _CHUNK)
                X = self._pipeline.transform(frame.iloc[placed[part]])
                labels[part] = rule(X)
                if tells:
                    probability[part] = rule.memberships(X)[np.arange(len(X)), labels[part]].astype(np.float32)
        return labels, probability
