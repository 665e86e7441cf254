"""The prepared values of all rows, block by block: what `Features.X` is of a table in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.pipeline import Pipeline

from clustering.stream.passes import LATER_STEPS, Passes


@dataclass(frozen=True, eq=False)
class Block:
    """Prepared values of some rows, column by column.

    Attributes
    ----------
    columns : ndarray of shape (n_features, n)
    weights : ndarray of shape (n,) or None
        1 on average of all rows that take part; None if all count the same.
    positions : ndarray of int64 of shape (n,)
        In the source.
    middle : ndarray of shape (n_features,)
        Near the middle of all rows.
    """

    columns: np.ndarray
    weights: np.ndarray | None
    positions: np.ndarray
    middle: np.ndarray

    def __len__(self) -> int:
        return self.columns.shape[1]

    def some(self, chosen: np.ndarray) -> "Block":
        """Some of the rows."""
        weights = None if self.weights is None else self.weights[chosen]
        return Block(self.columns[:, chosen], weights, self.positions[chosen], self.middle)

    @cached_property
    def X(self) -> np.ndarray:
        """The rows, of shape (n, n_features)."""
        return np.ascontiguousarray(self.columns.T)

    @cached_property
    def around_zero(self) -> np.ndarray:
        """The columns less the middle, and a row of ones below, of shape (n_features + 1, n)."""
        columns = np.empty((len(self.columns) + 1, len(self)))
        np.subtract(self.columns, self.middle[:, None], out=columns[:-1])
        columns[-1] = 1
        return columns

    @cached_property
    def counting(self) -> np.ndarray:
        """What is summed up per segment: as `around_zero`, each row times its weight, and the weights above the ones.

        The last but one sums up to the weight of a segment, the last to its rows.
        """
        if self.weights is None:
            return np.vstack([self.around_zero, self.around_zero[-1:]])
        return np.vstack([self.around_zero * self.weights, self.around_zero[-1:]])


class Values:
    """Prepared values of all rows: what `Features.X` and `Features.X_far` are of a table in memory.

    Parameters
    ----------
    passes : Passes
    pipeline : Pipeline
        With the scaling, and the components if there are any, of all rows.
    middle : ndarray of shape (n_features,)
        Mean of the rows that take part.
    variance : float
        Of their values, mean over the features.
    n_fitted, n_placed : int
    mean_weight : float
        What the weights are divided by.
    """

    def __init__(
        self,
        passes: Passes,
        pipeline: Pipeline,
        middle: np.ndarray,
        variance: float,
        n_fitted: int,
        n_placed: int,
        mean_weight: float = 1.0,
    ):
        self._passes = passes
        self._scale, self._pca = (pipeline.named_steps.get(name) for name in LATER_STEPS)
        self.middle, self.variance = middle, variance
        self.n_fitted, self.n_placed = n_fitted, n_placed
        self._mean_weight = mean_weight

    @property
    def n_features(self) -> int:
        return len(self.middle)

    def blocks(self, *, placed: bool = False, stop: Callable[[], bool] | None = None) -> Iterator[Block]:
        """The rows that take part, or those that are placed afterwards, in the order of the source.

        Raises
        ------
        Stopped
            If `stop`, asked between the blocks, says so.
        """
        n_columns = self._passes.n_columns
        for block in self._passes.blocks(placed=placed, stop=stop):
            columns = block[:n_columns]
            columns -= self._scale.center_[:, None]
            columns /= self._scale.spread_[:, None]
            if self._pca is not None:
                components = self._pca.components_
                columns = components @ columns - (components @ self._pca.mean_)[:, None]
            weights = block[-2] / self._mean_weight if self._passes.is_weighed else None
            yield Block(columns, weights, block[-1].astype(np.int64), self.middle)

    def some(self, most: int, stop: Callable[[], bool] | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """About `most` of the rows that take part, drawn at random but the same every time, and their weights."""
        share, drawn, weights = min(most / max(self.n_fitted, 1), 1.0), [], []
        for i, block in enumerate(self.blocks(stop=stop)):
            chosen = slice(None) if share == 1 else np.random.default_rng([0, i]).random(len(block)) < share
            drawn.append(block.X[chosen])
            if block.weights is not None:
                weights.append(block.weights[chosen])
        return np.concatenate(drawn), np.concatenate(weights) if weights else None
