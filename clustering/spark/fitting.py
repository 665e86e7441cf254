"""All rows of a table on the cluster, prepared there, and k-means over them by MLlib.

MLlib starts from random centers, and a single start can end far above the best: so there are several, and the lowest
cost is kept. It takes no centers to start from, so that those of the sample cannot be one of them. The same seed over
rows that are laid out otherwise is another start.

References
----------
Bahmani, Moseley, Vattani, Kumar and Vassilvitskii (2012), Proc. VLDB Endow. 5:622-633 (how MLlib starts).
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np

from clustering.errors import FewerFound, InvalidSetting
from clustering.features import Features
from clustering.methods import METHODS, ClusterSpec
from clustering.spark.catalogue import TableName, look_anew, quoted
from clustering.spark.connection import Cluster
from clustering.spark.failures import SparkFailed
from clustering.spark.moments import Moments, by_all_rows, read_moments
from clustering.spark.scores import Scores, read_scores
from clustering.spark.sql import Plan, make_plan, moments_query, prepared_query, scores_query
from clustering.table import Table
from clustering.wording import count, listing, one_line, whole

N_SEEDS = 5
MOST_ROUNDS = 100  # MLlib's own 20 end before its centers come to rest
_MOST_ORDERS = 20  # of the numbers of the segments, until who lies between two stays where they are
_INITS = {"k-means++": "k-means||", "random": "random"}


@dataclass(frozen=True, eq=False)
class Ground:
    """All rows of a table, prepared on the cluster.

    Attributes
    ----------
    cluster : Cluster
    plan : Plan
    features : Features
        The sample by the numbers of all rows.
    moments : Moments
    view : str
        Where the prepared values stand.
    mean_weight : float
        Of the rows that take part.
    variance : float
        Of the prepared values of these, mean over the features.
    """

    cluster: Cluster
    plan: Plan
    features: Features
    moments: Moments
    view: str
    mean_weight: float
    variance: float

    @property
    def n_fitted(self) -> int:
        """Rows that take part in the fit."""
        return self.moments.n

    @property
    def is_sampled(self) -> bool:
        """Whether the sample holds only some of the rows."""
        return self.features.n_rows < self.moments.n_rows


@dataclass(frozen=True, eq=False)
class Start:
    """What one fit came to.

    Attributes
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In prepared units, the one with most rows first.
    inertia : float
        As MLlib tells it: with the centers of the last round but one.
    n_iter : int
    """

    cluster_centers: np.ndarray
    inertia: float
    n_iter: int


@dataclass(frozen=True, eq=False)
class Best:
    """The best of several fits for one number of segments.

    Attributes
    ----------
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In prepared units, by falling size over all rows.
    scores : Scores
        Of these centers, over all rows.
    costs : tuple of float
        Of every fit its inertia; NaN where it found fewer segments.
    n_iter : int
    settled : bool
    """

    cluster_centers: np.ndarray
    scores: Scores
    costs: tuple[float, ...]
    n_iter: int
    settled: bool


def refuse_other_methods(spec: ClusterSpec) -> None:
    """Refuse what MLlib cannot do as it is done here.

    Raises
    ------
    InvalidSetting
        If it is another method than k-means.
    """
    if spec.method != "kmeans":
        raise InvalidSetting(
            f"{METHODS[spec.method].label} cannot be run over all rows of a table on the cluster; k-means can. The "
            "recipe of the segments of the sample can be applied to the table there."
        )


@contextmanager
def kept(cluster: Cluster, query: str) -> Iterator[str]:
    """The rows of a query under a name, which are worked out once, when first asked for, and given up in the end."""
    name = f"cluster_explorer_{uuid.uuid4().hex}"
    with cluster.failing():
        rows = cluster.session.sql(query).persist()
    try:
        with cluster.failing():
            rows.createOrReplaceTempView(name)
        yield name
    finally:
        # A server that is gone has given them up; what is on its way out already says why.
        with suppress(SparkFailed), cluster.failing():
            cluster.session.catalog.dropTempView(name)
            rows.unpersist()


@contextmanager
def prepared_there(
    cluster: Cluster, name: TableName, table: Table, features: Features, stop: Callable[[], bool] | None = None
) -> Iterator[Ground]:
    """Prepare all rows of a table as its sample was, scaled by what all rows give.

    Raises
    ------
    InvalidSetting, TooFewRows
        If the table cannot be prepared like this: a step needs all rows at once, a chosen column holds nothing, ….
    SparkFailed
    Stopped
    """
    plan = make_plan(table, features, name.parts)
    look_anew(cluster, name, stop)
    moments = read_moments(cluster.answer(moments_query(plan), stop).to_pylist(), plan)
    empty = [one_line(column) for column, n in moments.filled if n == moments.n + moments.n_placed]
    if empty:
        raise InvalidSetting(
            f"{listing(empty)}: no row of the table has a value any more. It was changed on the cluster; draw a new "
            "sample, or choose other columns."
        )
    features = by_all_rows(table, features, moments)
    plan = make_plan(table, features, name.parts)
    with kept(cluster, prepared_query(plan)) as view:
        columns = [f"x_{i}" for i in range(1, features.X.shape[1] + 1)]
        spread = " + ".join(f"var_pop({column})" for column in columns)
        told = f"avg(weight) AS weight, ({spread}) / {len(columns)} AS variance"
        (found,) = cluster.answer(f"SELECT {told} FROM {quoted(view)} WHERE in_fit", stop).to_pylist()
        yield Ground(cluster, plan, features, moments, view, found["weight"], found["variance"])


def best_of(
    ground: Ground,
    spec: ClusterSpec,
    n_clusters: int,
    n_seeds: int = N_SEEDS,
    on_fit: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Best:
    """Fit k-means several times over all rows, and score what has the lowest cost.

    Parameters
    ----------
    spec : ClusterSpec
        Its `random_state`, `init`, `tol` and `max_iter` (up to 100) are looked at.
    n_seeds : int
        Fits.
    on_fit : callable of int, optional
        Told after each how many are done.

    Raises
    ------
    FewerFound
        If none found so many segments.
    SparkFailed
    Stopped
    """
    found: list[Start | None] = []
    for seed in np.random.SeedSequence([spec.random_state, n_clusters]).generate_state(n_seeds).tolist():
        found.append(ground.cluster.run(lambda seed=seed: _fitted(ground, spec, n_clusters, seed), stop))
        if on_fit:
            on_fit(len(found))
    whole_ones = [start for start in found if start is not None]
    if not whole_ones:
        raise FewerFound(
            f"{whole(n_clusters)} segments were asked for, and none of {whole(n_seeds)} fits over all rows found as "
            "many: too few customers differ. Ask for fewer segments, or choose more columns."
        )
    best = min(whole_ones, key=lambda start: start.inertia)
    centers, scores = _scored(ground, best.cluster_centers, stop)
    costs = tuple(float("nan") if start is None else start.inertia for start in found)
    return Best(centers, scores, costs, best.n_iter, best.n_iter < _most_rounds(spec))


def told_changed(ground: Ground, n_rows: int) -> Iterator[str]:
    """What is to be said where the table had another number of rows when its sample was drawn."""
    if ground.moments.n_rows != n_rows:
        yield (
            f"The table was changed on the cluster: it has {count(ground.moments.n_rows, 'row')} now, and had "
            f"{whole(n_rows)} when the sample was drawn."
        )


def _fitted(ground: Ground, spec: ClusterSpec, n_clusters: int, seed: int) -> Start | None:
    """One fit; None if it found fewer segments."""
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.feature import VectorAssembler

    n_features = ground.features.X.shape[1]
    rows = ground.cluster.session.table(ground.view).where("in_fit")
    columns = VectorAssembler(inputCols=[f"x_{i}" for i in range(1, n_features + 1)], outputCol="x")
    kmeans = KMeans(
        featuresCol="x",
        k=n_clusters,
        seed=seed,
        maxIter=_most_rounds(spec),
        # of each center, where ours is of all of them together and relative to the variance of the features
        tol=float(np.sqrt(spec.tol * ground.variance / n_clusters)),
        initMode=_INITS[spec.init],
    )
    if ground.plan.features.weight_column is not None:
        kmeans.setWeightCol("weight")
    model = kmeans.fit(columns.transform(rows).select("x", "weight"))
    centers, sizes = np.array(model.clusterCenters(), dtype=np.float64), np.array(model.summary.clusterSizes)
    if len(centers) < n_clusters or (sizes == 0).any():
        return None
    order = np.lexsort((*centers.T[::-1], -sizes))
    return Start(centers[order], model.summary.trainingCost / ground.mean_weight, model.summary.numIter)


def _scored(ground: Ground, centers: np.ndarray, stop: Callable[[], bool] | None) -> tuple[np.ndarray, Scores]:
    """The scores of centers, and these by falling size over all rows.

    Who lies exactly between two belongs to the lower number, so that another order can be another size.
    """
    for _ in range(_MOST_ORDERS):
        rows = ground.cluster.answer(scores_query(centers, ground.view), stop).to_pylist()
        scores = read_scores(rows, centers)
        order = np.argsort(-np.array(scores.sizes), kind="stable")
        if (order == np.arange(len(centers))).all():
            break
        centers = centers[order]
    return centers, scores


def _most_rounds(spec: ClusterSpec) -> int:
    return min(spec.max_iter, MOST_ROUNDS)
