"""The second map of the customers: all columns at once, laid flat so that whoever is alike stands together (t-SNE)."""

from dataclasses import dataclass

import numpy as np
from sklearn.manifold import TSNE

from clustering.errors import NoUsableColumns, TooFewRows
from clustering.features import Features
from clustering.threads import one_thread
from clustering.wording import count

MOST_ON_MAP = 2_000  # 4 s in one thread; the time grows a little faster than the number of rows
_LEAST = 5
_PERPLEXITY = 30  # how many neighbours a customer is kept near to, where there are enough
# Of scikit-learn's 1,000 rounds and angle of 0.5 these change the picture little (divergence 1.18 instead of 1.14 on
# the shop customers) and take three fifths of the time.
_ROUNDS, _ANGLE = 700, 0.7


@dataclass(frozen=True, eq=False)
class CustomerMap:
    """Where customers stand on the map. It knows nothing of segments: they only colour it.

    Attributes
    ----------
    positions : ndarray of shape (n_points,), ascending
        Which rows of `Features.X` are on it.
    coordinates : ndarray of float32 of shape (n_points, 2)
        Without unit, and either way round: neighbours on the map are neighbours among the customers; longer distances
        and the extent of an island say little.
    perplexity : float
        About how many neighbours each customer was kept near to.
    n_total : int
        Rows of `Features.X`, on the map or not.
    """

    positions: np.ndarray
    coordinates: np.ndarray
    perplexity: float
    n_total: int


def tsne_map(features: Features, random_state: int = 0, *, most: int = MOST_ON_MAP) -> CustomerMap:
    """Lay the rows of the fit, or a sample of them, flat by t-SNE; the same map every time.

    Rows that take no part in the fit are not on it: a row that is like nobody else stands anywhere.

    Raises
    ------
    TooFewRows
        If fewer than five rows take part.
    NoUsableColumns
        If there is only one column, or all rows are alike.

    References
    ----------
    van der Maaten and Hinton (2008), J. Mach. Learn. Res. 9:2579-2605. Wattenberg, Viégas and Johnson (2016), How to
    use t-SNE effectively, Distill: why neither the extent of an island nor the distance between two means much.
    """
    n_total, n_features = features.X.shape
    if n_total < _LEAST:
        raise TooFewRows(
            f"A map needs at least {_LEAST} customers that take part; there are {n_total}. Look at the flat picture."
        )
    if n_features < 2:
        raise NoUsableColumns(
            "A map brings several columns together, and only one was chosen. Choose another one on the Features page, "
            "or look at the flat picture."
        )
    positions = np.arange(n_total)
    if n_total > most:
        positions = np.sort(np.random.default_rng(random_state).permutation(n_total)[:most])
    X = features.X[positions] - features.X[positions].mean(axis=0)
    spread = np.abs(X).max()
    if not (X[0] != X).any():
        alike = f"The {count(len(X), 'customer')} of the sample are" if n_total > most else "All customers are"
        raise NoUsableColumns(
            f"{alike} alike in the chosen columns, so there is no map to draw. Choose more on the Features page."
        )
    perplexity = min(_PERPLEXITY, (len(X) - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", max_iter=_ROUNDS, angle=_ANGLE, random_state=random_state)
    with one_thread():
        # only the ratios of distances count, and inside it computes with single precision
        coordinates = tsne.fit_transform(X / spread).astype(np.float32)
    for array in (positions, coordinates):
        array.flags.writeable = False
    return CustomerMap(positions, coordinates, perplexity, n_total)
