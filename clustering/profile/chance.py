"""Whether chance alone puts as many customers of a group into a segment."""

import numpy as np
from scipy.stats import norm

ALPHA = 0.05  # for all judged cells of all columns together
_LEAST_EXPECTED = 5  # customers; with fewer the normal approximation does not hold
_TIED = 1 + 1e-7  # outcomes as likely as each other but for rounding


def judge(counts: np.ndarray, named: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Judge every cell by all customers and by those with a value; the weaker of both findings holds.

    Parameters
    ----------
    counts : ndarray of int of shape (n_clusters, n_groups)
        Customers.
    named : ndarray of bool of shape (n_groups,)
        Which groups are customers with a value; the others are not judged.

    Returns
    -------
    p_values : ndarray of shape (n_clusters, n_groups)
        The larger of both; 1 where they point apart, NaN where not judged.
    too_few : ndarray of bool of shape (n_clusters, n_groups)
        Not judged, because no outcome would have a p-value below 0.05.
    """
    p_values, too_few = np.full(counts.shape, np.nan), np.zeros(counts.shape, dtype=bool)
    p_values[:, named], too_few[:, named] = _tested(counts[:, named], counts[:, named].sum(axis=1))
    if not named.all():
        own, sizes = counts[:, named], counts.sum(axis=1)
        p_of_all, too_few_of_all = _tested(own, sizes)
        points = [np.sign(own - _expected(own, whole)) for whole in (own.sum(axis=1), sizes)]
        larger = np.maximum(p_values[:, named], p_of_all)
        p_values[:, named] = np.where((points[0] == points[1]) | np.isnan(larger), larger, 1.0)
        too_few[:, named] |= too_few_of_all
    p_values[too_few] = np.nan
    return p_values, too_few


def _tested(counts: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p-value of every cell, NaN where there is nothing to compare it with, and which have too few customers for one.

    `sizes`: customers per segment, those without a value too where they are to count.
    """
    n, sizes = int(sizes.sum()), sizes[:, None]
    in_group = counts.sum(axis=0)
    expected = _expected(counts, sizes[:, 0])
    least = np.min([expected, sizes - expected, in_group - expected, n - sizes - in_group + expected], axis=0)
    can_differ = (in_group > 0) & (in_group < n) & (sizes < n)
    variance = expected * (1 - sizes / max(n, 1)) * (1 - in_group / max(n, 1))
    is_many = can_differ & (least >= _LEAST_EXPECTED)
    residuals = (counts - expected) / np.sqrt(np.where(is_many, variance, np.nan))
    p_values, too_few = 2 * norm.sf(np.abs(residuals)), np.zeros(counts.shape, dtype=bool)
    for label, group in np.argwhere(can_differ & ~is_many).tolist():
        p_values[label, group], least_p = _exact(
            int(counts[label, group]), n, int(in_group[group]), int(sizes[label, 0])
        )
        too_few[label, group] = least_p * _TIED >= ALPHA
    return p_values, too_few


def _exact(found: int, n: int, in_group: int, size: int) -> tuple[float, float]:
    """Two-sided p-value of Fisher's exact test, and the least that any outcome would have."""
    lowest, highest = max(0, size + in_group - n), min(size, in_group)
    before = np.arange(lowest, highest)
    # each outcome by the one before it: exact to the last digits, and fast also of millions
    ratios = (in_group - before) * (size - before) / ((before + 1) * (n - in_group - size + before + 1))
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    return tuple(
        min(1.0, float(chances[chances <= chance * _TIED].sum())) for chance in (chances[found - lowest], chances.min())
    )


def _expected(counts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Customers that chance would put in every cell."""
    return sizes[:, None] * counts.sum(axis=0) / max(sizes.sum(), 1)
