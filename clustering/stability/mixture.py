"""How many bell-shaped clusters explain the customers best? The BIC of Gaussian mixtures, each a fit of its own."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from clustering.features import Features
from clustering.model import count_distinct
from clustering.stability.halves import sampled_rows
from clustering.threads import one_thread
from clustering.wording import count, whole

MIXTURE_ROWS = 5_000
_STARTS = 2
_ROUNDS = 200  # what has not settled by then hardly changes its BIC any more
_LEAST_VARIANCE = 1e-3  # of a cluster, where all rows have 1: else a pile of equal rows would be infinitely likely
_NOTHING = 1e-9  # share of the largest variance below which a direction is constant


@dataclass(frozen=True, eq=False)
class Mixtures:
    """Gaussian mixtures with 1, 2, 3, … components.

    Attributes
    ----------
    n_clusters : tuple of int
        1 and what was asked for, rising.
    bic : tuple of float
        Bayesian information criterion; lower is better. NaN where the mixture cannot be fitted.
    preferred : int or None
        The number with the lowest BIC; 1 means no clusters. None where fewer than two could be fitted.
    n_samples : int
        Rows it was measured on.
    notes : tuple of str
        Why a number has no BIC, and what was not looked at.
    """

    n_clusters: tuple[int, ...]
    bic: tuple[float, ...]
    preferred: int | None
    n_samples: int
    notes: tuple[str, ...]


def mixture_bic(features: Features, n_clusters: Iterable[int], random_state: int) -> Mixtures:
    """Fit a Gaussian mixture with full covariances for every number of components and return their BIC.

    Clusters may be oblong, lie askew and differ in size and spread, unlike those of k-means. Directions in which
    nothing differs are left out (of a category all levels but one are enough). On a sample of at most 5,000 rows.

    Columns of few values (yes and no, levels of a category) are no bells: there a mixture finds the values, and prefers
    large numbers.

    Parameters
    ----------
    features : Features
        Its weights are not looked at.
    n_clusters : iterable of int
        1 is always among them.
    random_state : int

    References
    ----------
    Schwarz (1978), Ann. Stat. 6:461-464. Fraley and Raftery (2002), J. Am. Stat. Assoc. 97:611-631.
    """
    wanted = sorted({1, *n_clusters})
    notes, bic = [], []
    with one_thread(), warnings.catch_warnings():
        X = _whitened(features.X[sampled_rows(len(features.X), random_state, MIXTURE_ROWS)])
        n_distinct = count_distinct(X, wanted[-1])
        warnings.simplefilter("ignore", ConvergenceWarning)
        for k in wanted:
            impossible = _impossible(k, X, n_distinct)
            bic.append(float("nan") if impossible else _bic(X, k, random_state))
            if impossible and not notes:
                notes.append(impossible)
    if features.weights is not None:
        notes.append("Weights are not looked at: every customer counts the same here.")
    fitted = [(value, k) for value, k in zip(bic, wanted, strict=True) if value == value]
    return Mixtures(tuple(wanted), tuple(bic), min(fitted)[1] if len(fitted) > 1 else None, len(X), tuple(notes))


def _whitened(X: np.ndarray) -> np.ndarray:
    """The rows along their principal axes, each of variance 1; the constant axes left out.

    All BIC change by the same amount, and the least variance means the same whatever the columns' units.
    """
    X = X - X.mean(axis=0)
    _, sizes, axes = np.linalg.svd(X, full_matrices=False)
    kept = sizes**2 > _NOTHING * sizes[0] ** 2
    return X @ axes[kept].T / sizes[kept] * np.sqrt(len(X))


def _impossible(n_clusters: int, X: np.ndarray, n_distinct: int) -> str:
    """Why so many clusters cannot be had; empty if they can."""
    if n_distinct == 1:
        return "There is no mixture: all customers looked at are alike."
    if n_clusters > n_distinct:
        return f"From {count(n_clusters, 'segment')} on there is no mixture: only {n_distinct} customers are different."
    n_samples, n_features = X.shape
    n_parameters = n_clusters * (1 + n_features + n_features * (n_features + 1) // 2) - 1
    if n_parameters > n_samples:
        return (
            f"From {count(n_clusters, 'segment')} on a mixture has more parameters ({whole(n_parameters)}) than there "
            f"are customers ({whole(n_samples)})."
        )
    return ""


def _bic(X: np.ndarray, n_clusters: int, random_state: int) -> float:
    mixture = GaussianMixture(
        n_clusters, reg_covar=_LEAST_VARIANCE, max_iter=_ROUNDS, n_init=_STARTS, random_state=random_state
    )
    return float(mixture.fit(X).bic(X))
