"""What preparation hands over: the prepared numbers, what became of every row, and what was done."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from clustering.features.encode import EncodedColumn
from clustering.features.outliers import Outside
from clustering.features.spec import FeatureSpec


@dataclass(frozen=True)
class Filled:
    """How many cells of a column were filled, with what (in its own units, or a level).

    `value` is None where every cell has its own, from its neighbours.
    """

    column: str
    n_cells: int
    value: float | str | None


@dataclass(frozen=True, eq=False)
class Components:
    """The principal components that replace the prepared columns.

    Attributes
    ----------
    names : tuple of str
    explained : tuple of float
        Share of the variance of the prepared columns in each.
    loadings : ndarray of shape (n_components, n_encoded)
        Weight of every prepared column in each component; every row has length 1.
    """

    names: tuple[str, ...]
    explained: tuple[float, ...]
    loadings: np.ndarray


@dataclass(frozen=True, eq=False)
class Features:
    """What is clustered, and what became of every row.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features), read-only
        Prepared values of the rows that take part in the fit; principal components if they were asked for.
    scaled : ndarray of shape (n_samples, n_encoded), read-only
        The same before the principal components; X itself where there are none.
    encoded : tuple of EncodedColumn
        What the columns of `scaled` are.
    rows : ndarray of shape (n_samples,)
        Positions in the table of the rows of X.
    weights : ndarray of shape (n_samples,) or None
        How much each counts, 1 on average; None if all count the same.
    X_far, far_rows : ndarray
        Rows that take no part in the fit but are placed afterwards: far outside, outside the filter, of weight 0.
    row_notes : pandas.Categorical of length n_rows
        Why a row was set aside or what is special about it; missing where there is nothing to say.
    pipeline : sklearn.pipeline.Pipeline
        Encode, fill, log, clip, scale and components, as far as needed; takes a frame with the chosen columns, so
        that new rows go through the same steps.
    filled : tuple of Filled
    n_filled_rows : int
        Rows with at least one filled cell.
    outlying : tuple of (int, str, float)
        Position in the table, column and robust deviations of the 200 rows farthest outside, the farthest first.
    n_outlying : int
        Rows that take no part in the fit because they are far outside, placed afterwards or not.
    outside : Outside or None
        Which rows are far outside, as a rule for others; None where an isolation forest found them, or nobody looked.
    components : Components or None
    notes : tuple of str
        What was done.
    advice : tuple of str
        What could be done better.
    """

    spec: FeatureSpec
    X: np.ndarray
    scaled: np.ndarray
    encoded: tuple[EncodedColumn, ...]
    rows: np.ndarray
    weights: np.ndarray | None
    X_far: np.ndarray
    far_rows: np.ndarray
    row_notes: pd.Categorical
    pipeline: Pipeline
    filled: tuple[Filled, ...]
    n_filled_rows: int
    outlying: tuple[tuple[int, str, float], ...]
    n_outlying: int
    outside: Outside | None
    components: Components | None
    notes: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        return len(self.row_notes)

    @property
    def n_filled(self) -> int:
        """Cells that were missing and got a value."""
        return sum(filled.n_cells for filled in self.filled)

    @property
    def n_aside(self) -> int:
        """Rows that get no segment."""
        return self.n_rows - len(self.rows) - len(self.far_rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns of `scaled`: a column of the table, or "country: Spain"."""
        return tuple(encoded.name for encoded in self.encoded)

    @property
    def number_columns(self) -> tuple[str, ...]:
        """Columns of the table that are one number each (also 0/1, places in an order, days), in the order chosen."""
        return tuple(encoded.column for encoded in self.encoded if encoded.level is None)
