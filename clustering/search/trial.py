"""What a method finds with some settings, and which trial is the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.errors import ClusteringError
from clustering.features import Features
from clustering.indices import mean_silhouette
from clustering.methods import ClusterSpec
from clustering.model import Groundwork, fit, taking_part
from clustering.search.values import is_idle
from clustering.threads import one_thread

SILHOUETTE_ROWS = 3_000


@dataclass(frozen=True)
class Trial:
    """What a method found with some settings.

    Attributes
    ----------
    spec : ClusterSpec
    settings : tuple of (str, value)
        The method's own settings as they were used, what the data proposed among them; those of the spec where the
        method refused.
    n_clusters : int
        0 where it refused.
    noise_share : float
        In [0, 1].
    silhouette : float
        Mean over the rows that have a cluster, in [-1, 1], higher is better. It favours round, compact clusters, and
        says nothing of the noise: leaving out whoever stands in between raises it. NaN where it is not defined.
    silhouette_error : float
        Its standard error where it is of a sample of about 3,000 rows, else 0.
    smallest_share : float
        What the smallest cluster holds of the rows that have one.
    figures : tuple of (str, float)
        What the method says about its own fit, such as BIC.
    reason : str
        Why there is no result, or no silhouette; "" where there is nothing to say.
    """

    spec: ClusterSpec
    settings: tuple[tuple[str, object], ...] = ()
    n_clusters: int = 0
    noise_share: float = math.nan
    silhouette: float = math.nan
    silhouette_error: float = math.nan
    smallest_share: float = math.nan
    figures: tuple[tuple[str, float], ...] = ()
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        return self.n_clusters == 0

    @property
    def overall(self) -> float:
        """The silhouette with noise counted as 0; NaN where it is not defined."""
        return self.silhouette * (1 - self.noise_share)

    @property
    def bic(self) -> float:
        """Of a Gaussian mixture, lower is better; NaN for other methods."""
        return dict(self.figures).get("BIC", math.nan)

    def value(self, name: str) -> object:
        """Return what was tried of a setting; None where the method did not look at it."""
        if name in ("n_clusters", "init"):
            return getattr(self.spec, name)
        if is_idle(self.spec, name):
            return None
        return dict(self.settings).get(name)


def attempt(features: Features, spec: ClusterSpec, *, work: Groundwork | None = None) -> Trial:
    """Try one spec; where the method refuses, the trial says why.

    Parameters
    ----------
    work : Groundwork, optional
        What `lay_groundwork` gives for the same spec with any number of clusters; done here if it is not given.
    """
    try:
        found = fit(features, spec, work=work)
    except ClusteringError as error:
        return Trial(spec, spec.settings, reason=str(error))
    X, labels = taking_part(features, found).X, found.fit_labels
    sample = SILHOUETTE_ROWS if len(X) > SILHOUETTE_ROWS else None
    with one_thread():
        silhouette, error = mean_silhouette(X, labels, spec.random_state, sample)
    return Trial(
        spec=spec,
        settings=found.settings,
        n_clusters=found.n_clusters,
        noise_share=found.noise_share,
        silhouette=silhouette,
        silhouette_error=error,
        smallest_share=found.sizes[-1] / sum(found.sizes),
        figures=found.figures,
        reason="" if math.isfinite(silhouette) else "Nobody has company in a segment, so nothing separates them.",
    )


def ranked(tried: Sequence[Trial]) -> tuple[Trial, ...]:
    """Return trials with the best first: by BIC where there is one, else by `overall`; the refused ones last.

    BICs can be compared because all trials see the same rows. The silhouette alone would put those first that leave
    most rows out: of the customers of a mall the highest, 0.74, is that of two segments and 52 % of noise.
    """

    def place(one: Trial) -> tuple:
        figure = one.bic if math.isfinite(one.bic) else -one.overall
        return one.is_refused, not math.isfinite(figure), figure if math.isfinite(figure) else 0.0

    return tuple(sorted(tried, key=place))
