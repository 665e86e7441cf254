"""What the commands decide and answer alike, whether a table is read at once or part by part."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clustering.methods import METHODS, ClusterSpec
from clustering.recommend import Recommendation
from clustering.stability import Stability
from clustering.sweep import Sweep


@dataclass(frozen=True, eq=False)
class Swept:
    """A sweep with what was made of it."""

    sweep: Sweep
    stability: Stability
    recommendation: Recommendation

    def told(self, n_rows: int, columns: Sequence[str], notes: Iterable[str]) -> dict[str, Any]:
        """The answer of the command `sweep`."""
        result, recommendation = self.sweep, self.recommendation
        return {
            "rows": n_rows,
            "features": columns,
            "n_clusters": result.n_clusters,
            "inertia": result.inertia,
            "silhouette": result.silhouette,
            "silhouette_error": result.silhouette_error,
            "simplified_silhouette": result.simplified_silhouette,
            "calinski_harabasz": result.calinski_harabasz,
            "davies_bouldin": result.davies_bouldin,
            "stability": [self.stability.step(k).stability for k in result.n_clusters],
            "min_cluster_size": [min(sizes) for sizes in result.sizes],
            "recommended": recommendation.n_clusters,
            "alternative": recommendation.alternative,
            "reason": recommendation.reason,
            "notes": [*notes, *result.notes],
        }


@dataclass(frozen=True, eq=False)
class Decided:
    """The number of segments that `fit` looks for; `repeatability` is NaN and `reason` None where nobody measured."""

    spec: ClusterSpec
    repeatability: float = float("nan")
    reason: str | None = None
    notes: tuple[str, ...] = ()


def decide_number(spec: ClusterSpec, options: Namespace, swept: Callable[[], Swept]) -> Decided:
    """What `--n-clusters` asks for; `swept` is called for "auto" alone."""
    asked, method = options.n_clusters, METHODS[spec.method]
    if not method.takes_k:
        told = f"{method.label} finds the number of segments itself: --n-clusters {asked} plays no part."
        return Decided(spec, notes=() if asked is None else (told,))
    if asked is None:
        return Decided(spec)
    if asked != "auto":
        return Decided(replace(spec, n_clusters=asked))
    found = swept()
    n_clusters = found.recommendation.best_split
    return Decided(
        spec=replace(spec, n_clusters=n_clusters, start=()),
        repeatability=found.stability.step(n_clusters).stability,
        reason=found.recommendation.reason,
        notes=found.sweep.notes,
    )
