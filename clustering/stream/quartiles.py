"""Exact quartiles of a column that is seen part by part, twice: counted the first time, collected the second.

The values of a sample cut the line into bins. Counting how much weight lies in each tells in which bins the quartiles
are; only what lies in those is kept when the rows come by again. How good the sample is decides how much that is, and
nothing else: the figures are exact with any.
"""

import numpy as np

from clustering.profile.grouped import QUARTERS, ROUNDING, quarters

_BINS = 1_024
_KEPT = 1_000_000  # collected values above which equal ones are put together


class Quartiles:
    """Quartiles of every segment and of all customers, as `clustering.profile` defines them.

    Parameters
    ----------
    sample : ndarray
        Some values of the column.
    n_clusters : int
    weighed : bool
        Whether customers count by weights. Added-up weights are then compared with the leeway that the profile gives
        them; counts are exact.
    """

    def __init__(self, sample: np.ndarray, n_clusters: int, *, weighed: bool):
        ascending = np.sort(sample)
        places = np.arange(1, _BINS) * len(ascending) // _BINS
        self._edges = np.unique(ascending[places]) if len(ascending) else np.empty(0)
        self._rounding = ROUNDING if weighed else 0.0
        self._counted = np.zeros((n_clusters, len(self._edges) + 1))
        self._cuts, self._wanted = np.empty(0), np.zeros((n_clusters, 1), dtype=bool)
        self._kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._n_kept = 0

    def count(self, labels: np.ndarray, values: np.ndarray, weights: np.ndarray | None) -> None:
        """Look at rows for the first time."""
        cells = labels * np.int64(self._counted.shape[1]) + self._bins(values)
        self._counted += np.bincount(cells, weights, minlength=self._counted.size).reshape(self._counted.shape)

    def choose(self) -> None:
        """Tell, after all rows were counted, which bins of which segments hold a quartile."""
        overall = self._holds_quartile(self._counted.sum(axis=0))
        wanted = np.array([overall | self._holds_quartile(counted) for counted in self._counted])
        # neighbours that are wanted alike are one: among few a value is found in half the time
        cuts = np.flatnonzero((wanted[:, 1:] != wanted[:, :-1]).any(axis=0))
        self._cuts, self._wanted = self._edges[cuts], wanted[:, np.append(0, cuts + 1)]

    def collect(self, labels: np.ndarray, values: np.ndarray, weights: np.ndarray | None) -> None:
        """Look at the same rows again."""
        chosen = self._wanted[labels, np.searchsorted(self._cuts, values, side="right")]
        counts = np.ones(np.count_nonzero(chosen)) if weights is None else weights[chosen]
        self._keep(*_together(labels[chosen], values[chosen], counts))

    def found(self) -> tuple[np.ndarray, np.ndarray]:
        """The quartiles of the segments, of shape (3, n_clusters), and of all customers, of shape (3,)."""
        labels, values, weights = self._collected()
        bins = self._bins(values)
        of_segments = [
            self._quartiles(values[labels == label], weights[labels == label], bins[labels == label], counted)
            for label, counted in enumerate(self._counted)
        ]
        _, values, weights = _together(np.zeros_like(labels), values, weights)
        overall = self._quartiles(values, weights, self._bins(values), self._counted.sum(axis=0))
        return np.column_stack(of_segments), overall

    def _bins(self, values: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._edges, values, side="right")

    def _holds_quartile(self, counted: np.ndarray) -> np.ndarray:
        added_up = np.cumsum(counted)
        # twice the leeway: the sums of a bin and of the values in it may differ in their last digits
        first, last = quarters(added_up, added_up[-1], 2 * self._rounding * added_up[-1])
        holds = np.zeros(len(counted), dtype=bool)
        if added_up[-1]:
            for low, high in zip(first, last, strict=True):
                holds[low : high + 1] = counted[low : high + 1] > 0
        return holds

    def _quartiles(self, values: np.ndarray, weights: np.ndarray, bins: np.ndarray, counted: np.ndarray) -> np.ndarray:
        """From the values of the bins that hold a quartile, ascending, and the weight of all bins."""
        if not counted.any():
            return np.full(len(QUARTERS), np.nan)
        added_up, below = np.cumsum(weights), np.cumsum(counted) - counted
        starts = np.searchsorted(bins, bins)  # of every value, where its bin begins
        added_up = below[bins] + (added_up - (added_up - weights)[starts])
        total = counted.sum()
        low, high = quarters(added_up, total, total * self._rounding)
        return (values[low] + values[high]) / 2

    def _keep(self, *collected: np.ndarray) -> None:
        self._kept.append(collected)
        self._n_kept += len(collected[0])
        if self._n_kept > _KEPT and len(self._kept) > 1:
            self._kept = [self._collected()]
            # so that values which hardly repeat are not put together again with every part
            self._n_kept = min(_KEPT // 2, len(self._kept[0][0]))

    def _collected(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return _together(*(np.concatenate(arrays) for arrays in zip(*self._kept, strict=True)))


def _together(labels: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Equal values of a segment as one, with their weight; by segment, ascending."""
    order = np.lexsort((values, labels))
    labels, values, weights = labels[order], values[order], weights[order]
    begins = np.flatnonzero(np.append(True, (values[1:] != values[:-1]) | (labels[1:] != labels[:-1]))[: len(values)])
    return labels[begins], values[begins], np.add.reduceat(weights, begins) if len(begins) else weights
