"""The gallery: what every method makes of the same rows, each with its usual settings."""

import time
from dataclasses import dataclass, replace

import numpy as np
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from clustering.compare import placed_labels
from clustering.errors import ClusteringError
from clustering.features import Features, FeatureSpec, prepare
from clustering.indices import silhouette
from clustering.methods import METHODS, NOISE, ClusterSpec
from clustering.model import fit
from clustering.points import principal_components
from clustering.table import read_table
from clustering.threads import one_thread
from clustering.wording import count, rounded_share

SAMPLE_ROWS = 1_000
SAME = 0.8  # adjusted Rand index from where on two groupings are much the same
FOUND = 0.95  # and from where on the true groups are found
_MOONS, _MOONS_NOISE, _MOONS_SEED = 400, 0.06, 0
_ALONE = "Every customer is a segment of their own, so nothing separates them."


@dataclass(frozen=True)
class Entry:
    """A method as it hangs in the gallery.

    Attributes
    ----------
    title : str
    method : str
        A key of `METHODS`.
    good_for : str
        What it is good for, in the words of marketing.
    settings : tuple of (str, value)
        What differs from its usual settings.
    """

    title: str
    method: str
    good_for: str
    settings: tuple[tuple[str, object], ...] = ()

    def spec(self, like: ClusterSpec, n_clusters: int) -> ClusterSpec:
        """Return how this method is run, with the seed and the starts of another spec.

        A method that finds the number of clusters itself is not told one.
        """
        usual = replace(like, n_clusters=None).with_method(self.method).with_settings(**dict(self.settings))
        return replace(usual, n_clusters=n_clusters) if METHODS[self.method].takes_k else usual


def _entries():
    for name, method in METHODS.items():
        if name == "agglomerative":
            yield Entry("Agglomerative (ward)", name, method.good_for)
            told = (
                "Follows chains of neighbours into bent shapes; a few in-between customers string everybody together."
            )
            yield Entry("Agglomerative (single)", name, told, (("linkage", "single"),))
        else:
            yield Entry(method.label, name, method.good_for)


ENTRIES = tuple(_entries())  # k-means first: the others are compared with it


@dataclass(frozen=True, eq=False)
class Subject:
    """The rows that all methods are shown on.

    Attributes
    ----------
    features : Features
        Of these rows alone.
    coordinates : ndarray of float32 of shape (n_samples, 2)
        Where to draw them.
    axes : tuple of two str
        What is drawn across and up; none of them for a single feature, which is drawn across, the rows up.
    n_total : int
        Rows that these were drawn from.
    truth : ndarray of shape (n_samples,), optional
        The groups they really belong to, where that is known.
    """

    features: Features
    coordinates: np.ndarray
    axes: tuple[str, str]
    n_total: int
    truth: np.ndarray | None = None

    @property
    def n_samples(self) -> int:
        return len(self.features.X)

    def labels_of(self, clustering) -> np.ndarray:
        """Return the segments that a segmentation of the whole table gives these rows, -1 for none."""
        return placed_labels(clustering)[self.features.rows]


@dataclass(frozen=True, eq=False)
class Exhibit:
    """What a method found.

    Attributes
    ----------
    entry : Entry
    spec : ClusterSpec
        How it was run.
    labels : ndarray of shape (n_samples,), or None where the method refused
        0 the largest cluster, -1 noise.
    n_clusters : int
        0 where the method refused.
    noise_share : float
        In [0, 1].
    silhouette : float
        Mean over the rows that have a cluster, by the Euclidean distances of all prepared columns; in [-1, 1]. It
        favours round, compact clusters.
    like_kmeans, like_truth : float
        Adjusted Rand index with what k-means found and with the true groups, noise a group of its own: 1 is the same,
        0 is chance. NaN where there is nothing to compare with.
    seconds : float
        Processor time it took on this machine.
    reason : str
        Why there is no result, or no silhouette; "" where there is nothing to say.
    """

    entry: Entry
    spec: ClusterSpec
    labels: np.ndarray | None
    n_clusters: int
    noise_share: float
    silhouette: float
    like_kmeans: float
    like_truth: float
    seconds: float
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        return self.labels is None

    @property
    def told(self) -> str:
        """How many clusters, and how much noise: 5 segments · 12 % noise."""
        if self.is_refused:
            return "no segments"
        noise = f"{rounded_share(self.noise_share)} noise" if self.noise_share else "no noise"
        return f"{count(self.n_clusters, 'segment')} · {noise}"


@dataclass(frozen=True, eq=False)
class Gallery:
    """All exhibits of one subject, k-means first."""

    subject: Subject
    exhibits: tuple[Exhibit, ...]

    @property
    def refused(self) -> tuple[Exhibit, ...]:
        return tuple(one for one in self.exhibits if one.is_refused)

    @property
    def like_kmeans(self) -> tuple[Exhibit, ...]:
        """Those that found much the same as k-means, itself not among them."""
        return tuple(one for one in self.exhibits if one.entry != ENTRIES[0] and one.like_kmeans >= SAME)

    @property
    def found(self) -> tuple[Exhibit, ...]:
        """Those that found the true groups."""
        return tuple(one for one in self.exhibits if one.like_truth >= FOUND)

    @property
    def most_separate(self) -> Exhibit | None:
        """The one with the highest silhouette; None where none has any."""
        defined = [one for one in self.exhibits if np.isfinite(one.silhouette)]
        return max(defined, key=lambda one: one.silhouette, default=None)

    @property
    def most_noise(self) -> Exhibit | None:
        """The one that leaves most rows without a cluster; None where none leaves any."""
        most = max(self.exhibits, key=lambda one: np.nan_to_num(one.noise_share))
        return most if most.noise_share > 0 else None


def sample(features: Features, random_state: int, *, most: int = SAMPLE_ROWS) -> Subject:
    """Draw the rows that the methods are shown on from those that take part, at random."""
    n_total, n_features = features.X.shape
    chosen = np.arange(n_total)
    if n_total > most:
        chosen = np.sort(np.random.default_rng([random_state, 6]).choice(n_total, most, replace=False))
    X = features.X[chosen]
    names = features.components.names if features.components else features.names
    if n_features == 1:
        coordinates, axes = np.column_stack([X[:, 0], features.rows[chosen]]), (names[0], "row in the file")
    elif n_features == 2:
        coordinates, axes = X, (names[0], names[1])
    else:
        with one_thread():
            coordinates = principal_components(features).transform(X)[:, :2]
        axes = "Component 1", "Component 2"
    coordinates = coordinates.astype(np.float32)
    weights = features.weights
    if weights is not None:
        weights = weights[chosen] / weights[chosen].mean()
    for array in (X, coordinates):
        array.flags.writeable = False
    drawn = replace(
        features,
        X=X,
        scaled=features.scaled[chosen],
        rows=features.rows[chosen],
        weights=weights,
        X_far=features.X_far[:0],
        far_rows=features.far_rows[:0],
    )
    return Subject(drawn, coordinates, axes, n_total)


def two_moons() -> Subject:
    """Make the classic two interlocked half-moons: two groups that no straight border parts.

    They are brought to the same spread in both directions, like any two columns.
    """
    X, truth = make_moons(_MOONS, noise=_MOONS_NOISE, random_state=_MOONS_SEED)
    lines = ["across,up", *(f"{x!r},{y!r}" for x, y in X.tolist())]
    table = read_table("\n".join(lines).encode(), name="two moons.csv")
    subject = sample(prepare(table, FeatureSpec(("across", "up"))), _MOONS_SEED)
    truth = truth[subject.features.rows]
    truth.flags.writeable = False
    return replace(subject, truth=truth)


def exhibit(
    subject: Subject, entry: Entry, like: ClusterSpec, n_clusters: int, *, kmeans: Exhibit | None = None
) -> Exhibit:
    """Run one method on the rows of the gallery; a method that refuses is an exhibit that says why.

    Parameters
    ----------
    like : ClusterSpec
        Whose seed and starts to take.
    n_clusters : int
        What a method is told that has to be told a number.
    kmeans : Exhibit, optional
        What k-means found on the same rows; not needed for k-means itself.
    """
    spec, nan = entry.spec(like, n_clusters), float("nan")
    with one_thread():
        began = time.thread_time()  # of this thread alone, so that it hardly depends on who else computes
        try:
            found, reason = fit(subject.features, spec), ""
        except ClusteringError as error:
            found, reason = None, str(error)
        seconds = time.thread_time() - began
    if found is None:
        return Exhibit(entry, spec, None, 0, nan, nan, nan, nan, seconds, reason)
    labels = subject.labels_of(found)
    is_placed = labels != NOISE
    separation = silhouette(subject.features.X[is_placed], labels[is_placed])
    against = labels if entry == ENTRIES[0] else kmeans and kmeans.labels
    labels.flags.writeable = False
    return Exhibit(
        entry=entry,
        spec=spec,
        labels=labels,
        n_clusters=found.n_clusters,
        noise_share=found.noise_share,
        silhouette=separation,
        like_kmeans=nan if against is None else float(adjusted_rand_score(against, labels)),
        like_truth=nan if subject.truth is None else float(adjusted_rand_score(subject.truth, labels)),
        seconds=seconds,
        reason="" if np.isfinite(separation) else _ALONE,
    )
