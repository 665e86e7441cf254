"""What is proposed where a setting is not given: how far to look, how many make a crowd.

Pure functions of the prepared rows. They answer for any rows, also for a few and for rows that are all alike; what was
measured to choose each rule stands beside it.
"""

import math

import numpy as np
from sklearn.cluster import estimate_bandwidth
from sklearn.neighbors import NearestNeighbors

from clustering.threads import one_thread

_QUERIES = 5_000  # rows whose neighbours are looked up
_ALIKE = 1e-7  # of the spread of all rows: two rows nearer than this differ by rounding alone
_REACH = 2.0  # times as far as the typical row has to look
_CROWD = 20  # no more than one in so many rows has to be in a crowd
_SEGMENT = 0.02  # of the rows: a smaller crowd is no segment
_ORDERED = 0.05  # of the rows make a crowd for OPTICS
_BANDWIDTH_ROWS, _QUANTILE = 1_000, 0.2
_BUNDLE_ROWS = 500
_SCALE_NEIGHBOUR = 7  # whose distance is the scale of spectral clustering
_WORTH = 0.05  # of the spread of all rows: what one more segment has to explain


def k_distances(X: np.ndarray, min_samples: int, *, random_state: int = 0) -> np.ndarray:
    """Return how far each row has to look to find `min_samples` rows, itself among them; ascending.

    Of more than 5,000 rows, 5,000 drawn at random look around, among all of them. Where there are fewer rows than
    `min_samples`: how far each has to look to find all.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    min_samples : int
        As DBSCAN counts: a row is the first of its own neighbours.

    Returns
    -------
    ndarray of shape (min(n_samples, 5000),)
        In the units of the features, >= 0. The share of them up to some eps is the share of core points of DBSCAN.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231: the sorted k-dist graph.
    """
    looking = _some(X, _QUERIES, random_state)
    with one_thread():
        search = NearestNeighbors(n_neighbors=min(min_samples, len(X))).fit(X)
        return np.sort(search.kneighbors(looking)[0][:, -1])


def propose_min_samples(n_rows: int, n_columns: int) -> int:
    """Return how many rows make a crowd for DBSCAN and HDBSCAN; at least 4.

    Twice the columns, as long as that is no more than a twentieth of the rows, and not less than the logarithm of the
    number of rows. Two columns alone would give 4, with which DBSCAN, at the reach proposed below, broke up 17 of 24
    pairs of moons (300 to 3,000 rows); with the logarithm it found all 24.

    References
    ----------
    Sander, Ester, Kriegel and Xu (1998), Data Min. Knowl. Discov. 2:169-194: twice the columns. Birant and Kut (2007),
    Data Knowl. Eng. 60:208-221: the logarithm of the rows.
    """
    return max(4, min(2 * n_columns, n_rows // _CROWD), round(math.log(max(n_rows, 1))))


def propose_eps(X: np.ndarray, min_samples: int, *, random_state: int = 0) -> float:
    """Return how far DBSCAN is to look: twice as far as the typical row has to for `min_samples` rows.

    The typical row is the median of `k_distances`, rows that need not look at all (because so many are alike) left
    aside. Where nobody needs to, half the smallest distance between two rows that differ: each kind of row is then a
    crowd of its own. Where all rows are alike any distance does, and it is 1.

    A bend of the curve is not what is taken: it lies where the stragglers begin, wherever the crowds end. Over 24 pairs
    of moons the longest chord found 13, Kneedle 20, this rule all; over 6 sets of four crowds of uneven density the
    mean agreement with them (adjusted Rand index) was 0.89, 0.63 and 0.93; with 10 % of the rows scattered at random
    Kneedle joined three crowds in one.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    min_samples : int

    Returns
    -------
    float
        In the units of the features, > 0.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231. Schubert, Sander, Ester, Kriegel and Xu (2017), ACM Trans.
    Database Syst. 42(3):19: rather too small than too large a reach.
    """
    return eps_from(X, k_distances(X, min_samples, random_state=random_state))


def eps_from(X: np.ndarray, distances: np.ndarray) -> float:
    """Return what `propose_eps` does, where the `k_distances` of the rows are known."""
    apart = _above_rounding(X, distances)
    if len(apart):
        return float(_REACH * np.median(apart))
    apart = _above_rounding(X, k_distances(np.unique(X, axis=0), 2))
    return float(apart[0]) / 2 if len(apart) else 1.0


def propose_min_cluster_size(n_rows: int) -> int:
    """Return the size below which a crowd is no segment, for HDBSCAN: 2 % of the rows, at least 5.

    With 1 % HDBSCAN found the same segments where there are some, and invented more where there are none (13 against 10
    on 1,000 rows spread evenly).
    """
    return max(5, round(_SEGMENT * n_rows))


def propose_optics_min_samples(n_rows: int) -> int:
    """Return how many rows make a crowd for OPTICS, and the fewest of a segment: 5 % of the rows, at least 5.

    OPTICS looks for slopes in its plot of distances, and with few neighbours that plot is all small slopes: with as
    many as DBSCAN takes it found 10 to 41 segments in two moons, two rings or five round crowds; with 5 % two to seven
    in the moons, and the five.

    References
    ----------
    Ankerst, Breunig, Kriegel and Sander (1999), SIGMOD, 49-60: values "between 10 and 20" for a plot to look at, larger
    ones for a smoother plot.
    """
    return max(5, round(_ORDERED * n_rows))


def propose_bandwidth(X: np.ndarray, *, random_state: int = 0) -> float:
    """Return how far mean shift is to look around: how far a row has to look to find a fifth of all, on average.

    Of more than 1,000 rows, of 1,000 drawn at random. A fifth found the right number of crowds more often than a tenth
    (twice as many in between) or three tenths (which joins them); 1 where that many rows are alike.

    Returns
    -------
    float
        In the units of the features, > 0.

    References
    ----------
    Comaniciu and Meer (2002), IEEE Trans. Pattern Anal. Mach. Intell. 24:603-619. scikit-learn's `estimate_bandwidth`.
    """
    with one_thread():
        rows = _some(X, _BANDWIDTH_ROWS, random_state)
        found = _above_rounding(X, np.atleast_1d(estimate_bandwidth(rows, quantile=_QUANTILE)))
    return float(found[0]) if len(found) else 1.0


def propose_birch_threshold(X: np.ndarray, *, random_state: int = 0) -> float:
    """Return how far a bundle of Birch may spread: the typical distance between neighbours among 500 rows.

    So there are some hundred bundles whatever the number of columns and their units: 10,000 rows in 2 to 12 columns
    gave 530 to 2,100, also raw amounts of money. A fixed share of the spread (a quarter) gave 10 to 9,200.

    Returns
    -------
    float
        In the units of the features, > 0; 1 where all rows are alike.

    References
    ----------
    Zhang, Ramakrishnan and Livny (1996), SIGMOD, 103-114: the threshold is to follow from how far apart rows are.
    """
    rows = np.unique(_some(X, _BUNDLE_ROWS, random_state), axis=0)
    apart = _above_rounding(X, k_distances(rows, 2))
    return float(np.median(apart)) if len(apart) else 1.0


def propose_preference(X: np.ndarray) -> float:
    """Return how ready rows are to speak for others in affinity propagation: minus 5 % of the spread of all rows.

    The spread is the sum of squared distances to the mean, the similarity of two rows minus their squared distance: one
    more segment has to save what 5 % of all is worth. scikit-learn takes the median similarity, which gave 4 to 57
    segments on 150 to 800 rows, more of them the more rows there are; this gave 3 to 7 on 60 to 1,500, and mostly those
    that are there where there are up to five.

    Returns
    -------
    float
        In squared units of the features, <= 0.

    References
    ----------
    Frey and Dueck (2007), Science 315:972-976: a common preference decides how many speak.
    """
    return -_WORTH * float(X.var(axis=0).sum()) * len(X)


def propose_gamma(X: np.ndarray, *, random_state: int = 0) -> float:
    """Return how narrow spectral clustering is to look: 1 / (2 sigma squared).

    Sigma is how far the typical row has to look for the seventh nearest of the others; two rows that far apart are
    alike to exp(-1/2). Over 25 pairs of moons (300 to 2,000 rows, noise 0.05 to 0.1) the adjusted Rand index was 0.97
    and above, over rings and round crowds 0.99 and above; with the fifteenth nearest it fell to 0.83 and 0.02, and the
    graph of the ten nearest neighbours broke up one pair of moons in three.

    Returns
    -------
    float
        In one over squared units of the features, > 0; 1 where all rows are alike.

    References
    ----------
    Zelnik-Manor and Perona (2004), NIPS 17:1601-1608: the distance to the seventh neighbour as the scale.
    """
    distances = _above_rounding(X, k_distances(X, _SCALE_NEIGHBOUR + 1, random_state=random_state))
    return float(1 / (2 * np.median(distances) ** 2)) if len(distances) else 1.0


def _some(X: np.ndarray, most: int, random_state: int) -> np.ndarray:
    if len(X) <= most:
        return X
    return X[np.sort(np.random.default_rng(random_state).choice(len(X), most, replace=False))]


def _above_rounding(X: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Those of the distances, ascending, that are not 0 but for rounding."""
    return distances[distances > _ALIKE * np.sqrt(X.var(axis=0).sum())]
