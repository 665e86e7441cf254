"""What is proposed from the data where a setting is not given: how far to look, how many make a crowd.

Pure functions of the prepared rows. They answer for any rows, also for a few and for rows that are all alike.
"""

import math

import numpy as np
from sklearn.cluster import estimate_bandwidth
from sklearn.neighbors import NearestNeighbors

from clustering.threads import one_thread

_QUERIES = 5_000  # rows whose neighbours are looked up
_TYPICAL = 2.0  # times the typical distance
_BANDWIDTH_ROWS, _QUANTILE = 1_000, 0.2
_BUNDLE = 0.25  # of the spread of all rows
_PAIR_ROWS = 1_000


def k_distances(X: np.ndarray, min_samples: int, *, random_state: int = 0) -> np.ndarray:
    """Return how far each row has to look to find `min_samples` rows, itself among them; ascending.

    Of more than 5,000 rows, 5,000 drawn at random look around among all of them. Where there are fewer rows than
    `min_samples`, how far each has to look to find all.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    min_samples : int
        As DBSCAN counts: a row is its own first neighbour.

    Returns
    -------
    ndarray of shape (min(n_samples, 5000),)
        In the units of the features. The share of them up to some eps is the share of core points of DBSCAN.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231: the sorted k-dist graph.
    """
    looking = X
    if len(X) > _QUERIES:
        looking = X[np.sort(np.random.default_rng(random_state).choice(len(X), _QUERIES, replace=False))]
    with one_thread():
        search = NearestNeighbors(n_neighbors=min(min_samples, len(X))).fit(X)
        return np.sort(search.kneighbors(looking)[0][:, -1])


def propose_min_samples(n_rows: int, n_columns: int) -> int:
    """Return how many rows make a crowd: twice the columns, at least 4, and more where there are more rows.

    References
    ----------
    Sander, Ester, Kriegel and Xu (1998), Data Min. Knowl. Discov. 2:169-194: twice the dimension. Birant and Kut
    (2007), Data Knowl. Eng. 60:208-221: the logarithm of the number of rows.
    """
    return max(4, 2 * n_columns, round(math.log(max(n_rows, 1))))


def propose_eps(X: np.ndarray, min_samples: int, *, random_state: int = 0) -> float:
    """Return how far DBSCAN is to look: twice as far as the typical row has to for `min_samples` rows."""
    distances = k_distances(X, min_samples, random_state=random_state)
    apart = distances[distances > 0]
    return float(_TYPICAL * np.median(apart)) if len(apart) else 1.0


def propose_min_cluster_size(n_rows: int) -> int:
    """Return the size below which a crowd is no segment: 1 % of the rows, at least 5."""
    return max(5, round(0.01 * n_rows))


def propose_bandwidth(X: np.ndarray, *, random_state: int = 0) -> float:
    """Return how far mean shift looks around."""
    with one_thread():
        n_samples = min(_BANDWIDTH_ROWS, len(X))
        found = estimate_bandwidth(X, quantile=_QUANTILE, n_samples=n_samples, random_state=random_state)
    return float(found) if found > 0 else 1.0


def propose_birch_threshold(X: np.ndarray) -> float:
    """Return how far a bundle of Birch may spread: a quarter of the spread of all rows."""
    spread = float(np.sqrt(X.var(axis=0).sum()))
    return _BUNDLE * spread if spread > 0 else 1.0


def propose_preference(X: np.ndarray, *, random_state: int = 0) -> float:
    """Return how ready rows are to speak for others, for affinity propagation: the least similarity of two rows."""
    looking = X
    if len(X) > _PAIR_ROWS:
        looking = X[np.sort(np.random.default_rng(random_state).choice(len(X), _PAIR_ROWS, replace=False))]
    least = max((float(np.square(looking - row).sum(axis=1).max()) for row in looking), default=0.0)
    return -least
