"""How near the customers are to each other: the k-distance curve from which the reach of DBSCAN is read."""

from dataclasses import dataclass

import numpy as np

from clustering.errors import TooFewRows
from clustering.features import Features
from clustering.methods import ClusterSpec
from clustering.methods.proposals import eps_from, k_distances
from clustering.model import lay_groundwork
from clustering.wording import count, whole

_DRAWN = 400  # points of the curve; more no screen can tell apart


@dataclass(frozen=True, eq=False)
class Nearness:
    """How far customers have to look for a crowd, and what the reach in use makes of it.

    Attributes
    ----------
    distances : ndarray of shape (n_points,), ascending
        How far a customer has to look to find `min_samples`, itself among them, in the units of the prepared features;
        at most 400 points of the curve, evenly spaced by rank, with the first and the last.
    shares : ndarray of shape (n_points,)
        The share of the customers who have to look no further than that.
    min_samples : int
        Customers that make a crowd.
    eps : float
        The reach in use.
    proposed : float
        The reach that the data propose.
    core_share : float
        The share of the customers who find a crowd within the reach in use: the core points of DBSCAN.
    n_samples : int
        Customers who were asked how far they have to look.
    n_total : int
        Customers who take part in the fit.
    is_weighed : bool
        Whether DBSCAN counts customers by a weight; here each counts one.
    """

    distances: np.ndarray
    shares: np.ndarray
    min_samples: int
    eps: float
    proposed: float
    core_share: float
    n_samples: int
    n_total: int
    is_weighed: bool

    def distance_of(self, share: float) -> float:
        """How far so many of the customers have to look at most."""
        return float(self.distances[min(np.searchsorted(self.shares, share), len(self.shares) - 1)])

    @property
    def reaches(self) -> tuple[float, ...]:
        """The distances that can be taken as a reach: above 0, with three digits as a person would type them."""
        return tuple(float(f"{distance:.3g}") for distance in self.distances if distance > 0)


def nearness(features: Features, spec: ClusterSpec) -> Nearness:
    """Measure how near the customers are to each other, for DBSCAN.

    They are those that DBSCAN sees (on a large table a sample), and of more than 5,000 of these 5,000 who look around
    among all of them.

    Parameters
    ----------
    features : Features
    spec : ClusterSpec
        Of DBSCAN; what it does not set is proposed from the data.

    Raises
    ------
    TooFewRows
        If fewer customers take part than make a crowd; names both numbers.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96, 226-231.
    """
    work = lay_groundwork(features, spec)
    eps, min_samples = work.values["eps"], work.values["min_samples"]
    if len(work.X) < min_samples:
        raise TooFewRows(
            f"{count(min_samples, 'customer')} are to make a crowd, but only {whole(len(work.X))} take part. Let fewer "
            "make one (min_samples)."
        )
    distances = k_distances(work.X, min_samples, random_state=spec.random_state)
    ranks = np.arange(len(distances))
    if len(ranks) > _DRAWN:
        ranks = np.linspace(0, len(ranks) - 1, _DRAWN).round().astype(int)
    drawn, shares = distances[ranks], (ranks + 1) / len(distances)
    for array in (drawn, shares):
        array.flags.writeable = False
    return Nearness(
        distances=drawn,
        shares=shares,
        min_samples=min_samples,
        eps=eps,
        proposed=eps_from(work.X, distances),
        core_share=float((distances <= eps).mean()),
        n_samples=len(distances),
        n_total=len(features.X),
        is_weighed=features.weights is not None,
    )
