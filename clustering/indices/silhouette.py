"""The silhouette of all rows, or of a sample with its error.

It needs all pairwise distances. They are computed once, tile by tile, for any number of labelings
(`silhouette_samples`); that is what makes a sweep over k as quick as one `silhouette_score`.
"""

from collections.abc import Callable

import numpy as np

from clustering.errors import Stopped
from clustering.indices.centers import center_distances
from clustering.threads import one_thread

EXACT_ROWS = 30_000  # up to here the silhouette is that of all rows
SILHOUETTE_SAMPLE = 10_000
_SAMPLED_PER_CLUSTER = 50  # fewer rows would judge a small segment by chance
_TILE = 512  # a tile of distances stays in the processor's cache
_FLOAT64_ROWS = 3_000  # up to here double precision costs next to nothing
_FLOAT32_REACH = 10  # single precision finds a distance to 0.0003 of how far the row is from the middle of all rows


def silhouette(X, labels, cluster_centers=None) -> float:
    """Mean silhouette (Euclidean, all pairs of rows); in [-1, 1], the best value is 1, near 0 segments overlap.

    NaN unless 2 <= number of clusters <= n_samples - 1.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53-65.
    """
    return float(np.mean(silhouette_samples(X, [labels])[0]))


def mean_silhouette(
    X,
    labels,
    random_state: int,
    sample: int | None = None,
    stop: Callable[[], bool] | None = None,
    of: int | None = None,
) -> tuple[float, float]:
    """Mean silhouette and its standard error (0 where it is exact).

    Above 30,000 rows it is estimated from a sample of about 10,000, or if `sample` is given from about as many rows,
    stratified by segment: every segment is drawn from in proportion to its size, but with at least 50 rows (or all it
    has), and counts with its share of all rows.

    A row that is drawn counts twice: with its own silhouette, and in the mean distances of the others. The error holds
    both (to first order); the spread of the silhouettes alone would give as little as a third of it. Where the rows are
    themselves drawn at random, `of` is from how many: the error is that of an estimate for all those.

    Raises
    ------
    Stopped
        If `stop`, asked between the tiles of distances of a sample, says so.
    """
    if sample is None and len(X) <= EXACT_ROWS:
        return silhouette(X, labels), 0.0
    counts = np.bincount(labels)
    if len(counts) < 2:
        return float("nan"), float("nan")
    share = counts / len(labels)
    chosen = stratified_sample(labels, random_state, sample or SILHOUETTE_SAMPLE)
    drawn, part = X[chosen], labels[chosen]
    n = np.bincount(part)
    dtype = _precision(drawn, [part])
    own, other, nearest = _mean_distances(_distance_sums(drawn, _members(part, len(counts)), dtype, stop), part, n)
    values = _silhouettes(own, other, n[part])
    mean = np.bincount(part, weights=values) / n
    # What a mean distance that is off by one unit does to the mean silhouette, row by row.
    slope = np.divide((share / n)[part], np.maximum(own, other) ** 2, out=np.zeros(len(part)), where=own + other > 0)
    pulls = _members(part, len(counts), -slope * other) + _members(nearest, len(counts), slope * own)
    influence = share[part] * values + _distance_sums(drawn, pulls, dtype, stop)[np.arange(len(part)), part]
    influence -= (np.bincount(part, weights=influence) / n)[part]
    variance = np.bincount(part, weights=influence**2) / np.maximum(n - 1, 1)
    in_all = counts if of is None else counts * (of / len(labels))
    return float(share @ mean), float(np.sqrt(np.sum((1 - n / in_all) * variance / n)))


def stratified_sample(labels: np.ndarray, random_state: int, sample: int) -> np.ndarray:
    """Positions of about `sample` rows, segment by segment: each in proportion, but at least 50 (or all it has)."""
    counts = np.bincount(labels)
    n = np.minimum(counts, np.maximum(np.round(counts / len(labels) * sample), _SAMPLED_PER_CLUSTER)).astype(int)
    order = np.random.default_rng(random_state).permutation(len(labels))
    small = labels.astype(np.min_scalar_type(len(counts)))  # short integers are sorted in one go
    order = order[np.argsort(small[order], kind="stable")]  # shuffled within each segment
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.concatenate([order[b : b + size] for b, size in zip(begins, n, strict=True)])


def silhouette_samples(X, labelings, stop: Callable[[], bool] | None = None) -> list[np.ndarray]:
    """Silhouette of every row under each of several labelings, from one pass over the distances.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    labelings : list of ndarray of shape (n_samples,)
        Labels from 0 to n_clusters - 1.
    stop : callable returning bool, optional
        Asked between the tiles.

    Returns
    -------
    list of ndarray of shape (n_samples,)
        In [-1, 1]; 0 for the only member of a cluster, all NaN unless 2 <= n_clusters <= n_samples - 1.

    Raises
    ------
    Stopped
        If `stop` says so.
    """
    if not labelings:
        return []
    counts = [np.bincount(labels) for labels in labelings]
    members = [_members(labels, len(n)) for labels, n in zip(labelings, counts, strict=True)]
    ends = np.cumsum([len(n) for n in counts])
    sums = np.split(_distance_sums(X, np.hstack(members), _precision(X, labelings), stop), ends[:-1], axis=1)
    found = []
    for s, labels, n in zip(sums, labelings, counts, strict=True):
        is_defined = 2 <= len(n) <= len(labels) - 1
        own, other, _ = _mean_distances(s, labels, n)
        found.append(_silhouettes(own, other, n[labels]) if is_defined else np.full(len(labels), np.nan))
    return found


def _members(labels: np.ndarray, n_clusters: int, weights: np.ndarray | float = 1.0) -> np.ndarray:
    """Memberships as a matrix of shape (n_samples, n_clusters): the row's weight in its cluster, 0 elsewhere."""
    members = np.zeros((len(labels), n_clusters))
    members[np.arange(len(labels)), labels] = weights
    return members


def _mean_distances(sums: np.ndarray, labels: np.ndarray, counts: np.ndarray):
    """Mean distance of every row to the others of its own cluster, to those of the nearest other, and which that is."""
    everyone = np.arange(len(labels))
    own = sums[everyone, labels] / np.maximum(counts[labels] - 1, 1)
    means = sums / np.maximum(counts, 1)
    means[everyone, labels] = np.inf
    nearest = means.argmin(axis=1)
    return own, means[everyone, nearest], nearest


def _silhouettes(own: np.ndarray, other: np.ndarray, own_counts: np.ndarray) -> np.ndarray:
    larger = np.maximum(own, other)
    values = np.divide(other - own, larger, out=np.zeros(len(own)), where=larger > 0)
    values[own_counts == 1] = 0
    return values


def _precision(X, labelings) -> type:
    """Double where it is cheap, and where clusters lie closer together than single precision can tell from afar."""
    if len(X) <= _FLOAT64_ROWS:
        return np.float64
    afar = np.linalg.norm(X - X.mean(axis=0), axis=1)
    for labels in labelings:
        counts = np.bincount(labels)
        centers = _members(labels, len(counts)).T @ X / counts[:, None]
        distances = center_distances(X, labels, centers)
        apart = np.maximum(distances.own, distances.other)
        if (afar > _FLOAT32_REACH * apart).mean() > 0.01:
            return np.float64
    return np.float32


def _distance_sums(X, weights: np.ndarray, dtype: type, stop: Callable[[], bool] | None = None) -> np.ndarray:
    """Weighted sums of the distances from every row to all rows: the distance matrix times `weights`.

    The unit is the largest deviation of any value from its column's mean; a silhouette has no unit.
    Only the upper triangle of the distance matrix is visited, in tiles: each is one product of augmented matrices
    (|x|^2 - 2xy + |y|^2), a square root, and two products with the weights (0/1 memberships of all labelings at once).
    """
    n_samples, n_features = X.shape
    # Centered first: on data far from zero the expansion would lose every digit. Scaled: no square overflows.
    centered = X - X.mean(axis=0)
    centered = (centered / (np.abs(centered).max() or 1)).astype(dtype)
    squares = np.einsum("ij,ij->i", centered, centered)
    left = np.empty((n_samples, n_features + 2), dtype)
    left[:, :-2], left[:, -2], left[:, -1] = centered, squares, 1
    right = np.empty_like(left)
    right[:, :-2], right[:, -2], right[:, -1] = -2 * centered, 1, squares
    weights = weights.astype(dtype)
    sums = np.zeros(weights.shape)
    with one_thread():
        _add_up(left, right, weights, sums, stop)
    return sums


def _add_up(left, right, weights, sums, stop) -> None:
    """Add to `sums` what every tile holds for its rows and, off the diagonal, for its columns."""
    for i in range(0, len(left), _TILE):
        rows = slice(i, i + _TILE)
        for j in range(i, len(left), _TILE):
            if stop and stop():
                raise Stopped
            columns = slice(j, j + _TILE)
            tile = left[rows] @ right[columns].T
            np.maximum(tile, 0, out=tile)
            np.sqrt(tile, out=tile)
            if i == j:
                np.fill_diagonal(tile, 0)
            else:
                sums[columns] += tile.T @ weights[rows]
            sums[rows] += tile @ weights[columns]
