"""The clustering methods: one entry each. A new algorithm is one entry in `METHODS`."""

from collections.abc import Callable
from dataclasses import dataclass

from sklearn.cluster import KMeans

from clustering.errors import InvalidSetting

INITS = ("k-means++", "random")


@dataclass(frozen=True)
class ClusterSpec:
    """How to cluster.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    n_clusters : int or None
        None where it is still to be found.
    n_init : int
        Random starts, the best of which is kept.
    max_iter : int
        Most rounds of one start.
    tol : float
        A start has settled when its centers move less than this, relative to the variance of the features.
    init : {"k-means++", "random"}
    random_state : int
    """

    method: str = "kmeans"
    n_clusters: int | None = None
    n_init: int = 10
    max_iter: int = 300
    tol: float = 1e-4
    init: str = "k-means++"
    random_state: int = 0

    def __post_init__(self):
        if self.method not in METHODS:
            raise InvalidSetting(f"method is {self.method!r}; it can be {', '.join(METHODS)}.")
        if self.init not in INITS:
            raise InvalidSetting(f"init is {self.init!r}; it can be {', '.join(INITS)}.")
        if self.n_clusters is not None and self.n_clusters < 2:
            raise InvalidSetting(f"{self.n_clusters} segments were asked for; at least 2 are possible.")
        for setting in ("n_init", "max_iter"):
            if getattr(self, setting) < 1:
                raise InvalidSetting(f"{setting} is {getattr(self, setting)}; it must be at least 1.")
        if not self.tol >= 0:
            raise InvalidSetting(f"tol is {self.tol}; it must be 0 or more.")
        if not 0 <= self.random_state < 2**32:
            raise InvalidSetting(f"random_state is {self.random_state}; it must be between 0 and 4294967295.")


@dataclass(frozen=True)
class Method:
    """A clustering method: how the user knows it, and how to make its estimator."""

    label: str
    factory: Callable
    takes_k: bool
    can_predict: bool


def _kmeans(spec: ClusterSpec, **start) -> KMeans:
    settings = {"init": spec.init, "n_init": spec.n_init, **start}
    return KMeans(spec.n_clusters, max_iter=spec.max_iter, tol=spec.tol, random_state=spec.random_state, **settings)


METHODS = {"kmeans": Method("k-means", _kmeans, takes_k=True, can_predict=True)}
