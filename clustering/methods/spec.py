"""How to cluster, as a frozen value."""

import math
from dataclasses import dataclass, replace

from clustering.errors import InvalidSetting
from clustering.methods.method import HUGE
from clustering.methods.registry import METHODS
from clustering.wording import one_line, whole

INITS = ("k-means++", "random")
_MOST = {"n_init": 1_000, "max_iter": 100_000}  # beyond these a fit ends when nobody waits for it any more


@dataclass(frozen=True)
class ClusterSpec:
    """How to cluster.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    n_clusters : int or None
        None where it is still to be found, and for a method that finds it itself.
    n_init : int
        Random starts, the best of which is kept.
    max_iter : int
        Most rounds of one start.
    tol : float
        A start has settled when its centers move less than this, relative to the variance of the features.
    init : {"k-means++", "random"}
    random_state : int
    settings : tuple of (str, value), or dict
        The method's own settings as far as they differ from its defaults; kept in the order of their names.
    start : tuple of tuple of float
        Centers to start from, `n_clusters` of them in the units of the prepared features, in place of random ones;
        k-means alone.
    """

    method: str = "kmeans"
    n_clusters: int | None = None
    n_init: int = 10
    max_iter: int = 300
    tol: float = 1e-4
    init: str = "k-means++"
    random_state: int = 0
    settings: tuple[tuple[str, object], ...] = ()
    start: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self):
        if self.method not in METHODS:
            raise InvalidSetting(f"method is {one_line(repr(self.method))}; it can be {', '.join(METHODS)}.")
        method = METHODS[self.method]
        if self.init not in INITS:
            raise InvalidSetting(f"init is {one_line(repr(self.init))}; it can be {', '.join(INITS)}.")
        if self.n_clusters is not None and not method.takes_k:
            raise InvalidSetting(
                f"{method.label} finds the number of segments itself. Leave it out, or take a method that can be told."
            )
        if self.n_clusters is not None and self.n_clusters < 2:
            raise InvalidSetting(f"{self.n_clusters} segments were asked for; at least 2 are possible.")
        for setting, most in _MOST.items():
            if not 1 <= getattr(self, setting) <= most:
                raise InvalidSetting(f"{setting} is {getattr(self, setting)}; it must be from 1 to {whole(most)}.")
        if not 0 <= self.tol <= HUGE:
            raise InvalidSetting(f"tol is {self.tol}; it must be from 0 to {HUGE:g}.")
        if not 0 <= self.random_state < 2**32:
            raise InvalidSetting(f"random_state is {self.random_state}; it must be between 0 and 4294967295.")
        given = {name: method.setting(name).check(value) for name, value in dict(self.settings).items()}
        deviating = {name: value for name, value in given.items() if value != method.setting(name).default}
        object.__setattr__(self, "settings", tuple(sorted(deviating.items())))
        self._check_start()

    def _check_start(self) -> None:
        object.__setattr__(self, "start", tuple(tuple(float(value) for value in center) for center in self.start))
        if not self.start:
            return
        if not all(math.isfinite(value) for center in self.start for value in center):
            raise InvalidSetting("A start center lies nowhere: its coordinates are to be numbers.")
        if any(abs(value) > HUGE for center in self.start for value in center):
            raise InvalidSetting(
                f"A start center lies beyond {HUGE:g}, too far out to calculate with. Place it nearer."
            )
        if self.method != "kmeans":
            raise InvalidSetting(f"{METHODS[self.method].label} starts from no centers. Take k-means.")
        if self.n_clusters is not None and len(self.start) != self.n_clusters:
            raise InvalidSetting(
                f"{len(self.start)} centers were placed for {self.n_clusters} segments. Place as many as segments."
            )

    def value(self, name: str) -> object:
        """Return a setting of the method: what was chosen, else its default; None where the data propose it."""
        return dict(self.settings).get(name, METHODS[self.method].setting(name).default)

    def with_settings(self, **changed) -> "ClusterSpec":
        """Return the same with other settings of the method; None is what is usual."""
        kept = {**dict(self.settings), **changed}
        return replace(self, settings=tuple((name, value) for name, value in kept.items() if value is not None))

    def with_method(self, method: str) -> "ClusterSpec":
        """Return the same for another method: its usual settings; a number of segments only if it can be told one."""
        takes_k = method not in METHODS or METHODS[method].takes_k
        n_clusters = self.n_clusters if takes_k else None
        return replace(self, method=method, settings=(), start=(), n_clusters=n_clusters)
