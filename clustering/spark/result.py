"""What comes back of a run over all rows of a table on the cluster: plain numbers; and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clustering.profile import Profile
from clustering.recipe import Recipe
from clustering.spark.catalogue import TableName
from clustering.spark.scores import Scores

LINEAR = ("inertia", "simplified_silhouette", "calinski_harabasz", "davies_bouldin")
DIFFERS = 0.01  # relative, above which a figure of all rows and one of the sample are said to differ


@dataclass(frozen=True)
class Progress:
    """How far a run over all rows is.

    Attributes
    ----------
    doing : {"prepare", "fit", "score", "describe"}
        What was just done.
    done, of : int
        Steps of the whole run.
    n_clusters : int or None
        Of what was just fitted or scored.
    seed, n_seeds : int or None
        Which fit for this number of segments was just done, from 1 on, and of how many.
    """

    doing: str
    done: int
    of: int
    n_clusters: int | None = None
    seed: int | None = None
    n_seeds: int | None = None


class Steps:
    """Tells how far a run is."""

    def __init__(self, on_step: Callable[[Progress], None] | None, of: int):
        self._on_step, self._of, self._done = on_step, of, 0

    def tell(self, doing: str, **of_fit: int) -> None:
        self._done += 1
        if self._on_step:
            self._on_step(Progress(doing, self._done, self._of, **of_fit))

    def fits(self, n_clusters: int, n_seeds: int) -> Callable[[int], None]:
        return lambda seed: self.tell("fit", n_clusters=n_clusters, seed=seed, n_seeds=n_seeds)


@dataclass(frozen=True)
class Beside:
    """A figure of all rows beside that of the sample.

    Attributes
    ----------
    index : str
        A key of `clustering.indices.INDICES`.
    all_rows, sample : float
        Where the figure grows with the number of rows, per row: the inertia, and the Calinski-Harabasz index (per row
        less the number of segments).
    """

    index: str
    all_rows: float
    sample: float

    @property
    def is_per_row(self) -> bool:
        return self.index in ("inertia", "calinski_harabasz")

    @property
    def difference(self) -> float:
        """Of all rows from the sample, relative to the sample; NaN where one of them is undefined."""
        if self.all_rows == self.sample:
            return 0.0
        return abs(self.all_rows - self.sample) / abs(self.sample) if self.sample else float("inf")

    @property
    def differs(self) -> bool:
        """By more than 1 %, or only one of the two is defined."""
        if np.isnan(self.difference):
            return np.isnan(self.all_rows) != np.isnan(self.sample)
        return bool(self.difference > DIFFERS)


@dataclass(frozen=True, eq=False)
class AllRows:
    """A segmentation of all rows of a table on the cluster.

    Attributes
    ----------
    name : TableName
    n_rows, n_fit : int
        Rows of the table; those that took part in the fit.
    recipe : Recipe
        Places every row: preparation and centers, sizes, scores and what the columns held are those of all rows.
    scores : Scores
    silhouette, silhouette_error : float
        Of the sample, with its standard error as an estimate for all rows; 0 where the sample is all there is.
    beside : tuple of Beside
        The indices from centers, beside those of the segmentation of the sample.
    costs : tuple of float
        Inertia of every fit, the lowest of which was kept; NaN of one that found fewer segments.
    profile : Profile
    query : str
        Every row of the table with its segment, in Spark's SQL.
    notes : tuple of str
    """

    name: TableName
    n_rows: int
    n_fit: int
    recipe: Recipe
    scores: Scores
    silhouette: float
    silhouette_error: float
    beside: tuple[Beside, ...]
    costs: tuple[float, ...]
    profile: Profile
    query: str
    notes: tuple[str, ...]

    @property
    def n_clusters(self) -> int:
        return len(self.sizes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows per segment, the largest first."""
        return self.scores.sizes

    @property
    def n_without(self) -> int:
        """Rows that have no segment."""
        return self.n_rows - sum(self.sizes)

    @property
    def differs(self) -> bool:
        """Whether any figure differs from that of the sample by more than 1 %."""
        return any(one.differs for one in self.beside)
