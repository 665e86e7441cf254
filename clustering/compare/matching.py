"""Which group of one labeling is which of another."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def best_matching(both: np.ndarray) -> tuple[int, ...]:
    """Pair the groups of two labelings so that as many rows as possible are in paired groups.

    Parameters
    ----------
    both : ndarray of shape (n_one, n_other)
        Rows by their group under each labeling.

    Returns
    -------
    tuple of int of length n_other
        For each group of the columns that of the rows it is paired with, -1 for none: where there are more columns than
        rows, or the two have no row in common.

    References
    ----------
    Kuhn (1955), Nav. Res. Logist. Q. 2:83-97 (the Hungarian method).
    """
    matched = [-1] * both.shape[1]
    for one, other in zip(*linear_sum_assignment(both, maximize=True), strict=True):
        if both[one, other]:
            matched[other] = int(one)
    return tuple(matched)
