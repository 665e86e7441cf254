"""k-medoids by eager swapping: the medoids are rows, and nothing but their distances is asked for."""

import numpy as np

_BLOCK = 256  # rows whose gain is reckoned at once
_LEAST = 1e-9  # of all distances to the medoids: what a swap must save at least, so that rounding never swaps for ever


def fasterpam(distances: np.ndarray, n_clusters: int, max_iter: int) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Find rows so that all rows together are as near to the nearest of them as swapping one at a time can make it.

    Every row in turn is tried in the place of each medoid, all medoids at once, and the best swap is made where it
    saves anything; until a whole round has made none.

    Parameters
    ----------
    distances : ndarray of shape (n_samples, n_samples)
        Symmetric, 0 on the diagonal.
    n_clusters : int
        1 <= n_clusters <= n_samples.
    max_iter : int
        Rounds over all rows at most.

    Returns
    -------
    medoids : ndarray of shape (n_clusters,)
        Row numbers.
    labels : ndarray of shape (n_samples,)
        For each row the place of its medoid in `medoids`.
    loss : float
        Sum of the distances to the own medoid.
    n_iter : int
        Rounds made; `max_iter` where it might not have come to rest.

    References
    ----------
    Schubert and Rousseeuw (2021), Information Systems 101:101804.
    """
    medoids = _greedy(distances, n_clusters)
    labels, near, second = _two_nearest(distances, medoids)
    if n_clusters == 1:
        return medoids, labels, float(near.sum()), 1
    # What it would cost to take each medoid away, its rows going to their second nearest.
    removal = np.bincount(labels, second - near, n_clusters)
    last = None
    for n_iter in range(1, max_iter + 1):
        for row in range(len(distances)):
            if row == last:  # once around since the last swap
                return medoids, labels, float(near.sum()), n_iter
            if row in medoids:
                continue
            touched = np.flatnonzero(distances[row] < second)
            new, old, spare = distances[row, touched], near[touched], second[touched]
            saved = np.minimum(new - old, 0).sum()
            change = removal + np.bincount(labels[touched], np.maximum(new, old) - spare, n_clusters) + saved
            place = int(np.argmin(change))
            if change[place] < -_LEAST * near.sum():
                medoids[place], last = row, row
                labels, near, second = _two_nearest(distances, medoids)
                removal = np.bincount(labels, second - near, n_clusters)
        if last is None:
            break
    return medoids, labels, float(near.sum()), n_iter


def _greedy(distances: np.ndarray, n_clusters: int) -> np.ndarray:
    """The row nearest to all others, then each time the row that saves the most."""
    medoids = [int(np.argmin(distances.sum(axis=1, dtype=np.float64)))]
    near = distances[medoids[0]].copy()
    while len(medoids) < n_clusters:
        blocks = range(0, len(distances), _BLOCK)
        saved = [np.maximum(near - distances[at : at + _BLOCK], 0).sum(axis=1, dtype=np.float64) for at in blocks]
        gain = np.concatenate(saved)
        gain[medoids] = -1
        medoids.append(int(np.argmax(gain)))
        np.minimum(near, distances[medoids[-1]], out=near)
    return np.array(medoids)


def _two_nearest(distances: np.ndarray, medoids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each row the place of its nearest medoid, its distance, and that to the second nearest."""
    to_medoids = distances[medoids].astype(np.float64)
    order = np.argsort(to_medoids, axis=0, kind="stable")
    rows = np.arange(len(distances))
    return order[0], to_medoids[order[0], rows], to_medoids[order[min(1, len(medoids) - 1)], rows]
