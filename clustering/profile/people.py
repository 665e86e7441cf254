"""Single customers of the segments: the typical ones, those on the border to another segment, those far out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.indices import center_distances
from clustering.model import Clustering, taking_part
from clustering.table import Table
from clustering.threads import one_thread
from clustering.wording import whole

AMBIGUOUS = 0.1  # a margin below this is next to nothing: another segment would do as well
UNSURE = 0.6  # a probability of the own segment below this leaves much for others
FENCE = 3.0  # interquartile ranges beyond the upper quartile (Tukey's outer fence)
_FAR_OUTSIDE = "far outside in "  # how `prepare` notes what it kept out of the fit for that
_NO_SPREAD = 1e-9  # an interquartile range of so small a part of the quartile is rounding
_DIGITS = 4


@dataclass(frozen=True)
class Sureness:
    """How surely customers belong to their segment, where the method tells how probable each segment is for them.

    Attributes
    ----------
    n_unsure : int
        Customers whose most probable segment has a probability below `UNSURE`.
    share : float
        Of those with a segment.
    n_unsure_by_segment : tuple of int
    mean : tuple of float
        Mean probability of the own segment, per segment.
    """

    n_unsure: int
    share: float
    n_unsure_by_segment: tuple[int, ...]
    mean: tuple[float, ...]


def sureness(clustering: Clustering) -> Sureness | None:
    """Tell how surely customers belong to their segment; None where the method or steps by hand leave that open."""
    if clustering.memberships is None:
        return None
    labels, own = clustering.labels, clustering.memberships.max(axis=1)
    unsure = np.bincount(labels[own < UNSURE], minlength=clustering.n_clusters)
    mean = np.bincount(labels, weights=own, minlength=clustering.n_clusters) / np.array(clustering.sizes)
    n_unsure = int(unsure.sum())
    return Sureness(n_unsure, n_unsure / len(labels), tuple(unsure.tolist()), tuple(mean.tolist()))


@dataclass(frozen=True, eq=False)
class Placement:
    """Where every customer that has a segment stands between the centers; arrays in the order of `Clustering.rows`.

    Distances are Euclidean, in the units of the prepared features.

    Attributes
    ----------
    distance : ndarray of shape (n_placed,)
        To the center of the own segment.
    second : ndarray of int32 of shape (n_placed,)
        Label of the second-best segment: of the others, the one whose center is nearest.
    second_distance : ndarray of shape (n_placed,)
        To the center of the second-best segment.
    margin : ndarray of shape (n_placed,)
        Simplified silhouette of the row: (second_distance - distance) / the larger of both, in [-1, 1]. 0 half-way
        between both centers and where both are at the row, 1 on the own center; below 0 nearer to another segment than
        to the own, as it can be after a move by hand.

    References
    ----------
    Vendramin, Campello and Hruschka (2010), Stat. Anal. Data Min. 3:209-235.
    """

    distance: np.ndarray
    second: np.ndarray
    second_distance: np.ndarray
    margin: np.ndarray


def placement(features: Features, clustering: Clustering) -> Placement:
    """Measure how far every customer is from its own center and from the nearest other one.

    In blocks of rows: beside what is returned, memory does not grow with the table.
    """
    features = taking_part(features, clustering)
    n_placed, in_fit, labels = len(clustering.rows), clustering.in_fit, clustering.labels
    distance, second_distance, margin = (np.empty(n_placed) for _ in range(3))
    second = np.empty(n_placed, dtype=np.int32)
    with one_thread():
        for X, part in ((features.X, in_fit), (features.X_far, ~in_fit)):
            distances = center_distances(X, labels[part], clustering.cluster_centers)
            distance[part], second[part] = distances.own, distances.second
            second_distance[part], margin[part] = distances.other, distances.margins
    for array in (distance, second, second_distance, margin):
        array.flags.writeable = False
    return Placement(distance, second, second_distance, margin)


def typical(placement: Placement, clustering: Clustering) -> np.ndarray:
    """Find the typical customer of every segment: the row of the fit nearest to the center, the first among equals.

    The center is the (weighted) mean of the segment's rows, and the sum of the squared distances of a row to all of
    them is the same sum for the mean plus the total weight times the row's squared distance to the mean. So the nearest
    row has the smallest sum: it is the segment's medoid under the squared Euclidean distance.

    Returns
    -------
    ndarray of shape (n_clusters,)
        Positions in the table. Of a segment into which only customers were moved that took no part in the fit, the
        nearest of these.
    """
    nearest = np.empty(clustering.n_clusters, dtype=np.int64)
    for label in range(clustering.n_clusters):
        own = _fitted_members(clustering, label)
        nearest[label] = clustering.rows[own[placement.distance[own].argmin()]]
    return nearest


def ambiguous(placement: Placement, clustering: Clustering) -> np.ndarray:
    """Share of each segment's customers with a margin below 0.1, of shape (n_clusters,).

    Of all that have the segment, those placed after the fit among them.
    """
    unclear = clustering.labels[placement.margin < AMBIGUOUS]
    return np.bincount(unclear, minlength=clustering.n_clusters) / np.array(clustering.sizes)


def borderline(
    placement: Placement, clustering: Clustering, label: int | None = None, most: int | None = 200
) -> np.ndarray:
    """Find the segment's customers with a margin below 0.1, the most borderline first.

    Parameters
    ----------
    label : int, optional
        Of one segment; without it of all together.
    most : int or None

    Returns
    -------
    ndarray
        Positions in the table; at most `most`, all if that is None.
    """
    own = np.flatnonzero(_is_in(clustering, label) & (placement.margin < AMBIGUOUS))
    order = np.argsort(placement.margin[own], kind="stable")
    return clustering.rows[own[order[:most]]]


def far_out(
    placement: Placement, clustering: Clustering, label: int | None = None, most: int | None = 200
) -> np.ndarray:
    """Find the segment's customers that are far from its center, the farthest first.

    Far out is who is farther away than the upper quartile of the segment's distances plus 3 interquartile ranges, and
    who took no part in the fit because preparation found the row far outside. The quartiles are those of the rows of
    the fit. Where half of them are equally far away there is no such fence.

    Parameters
    ----------
    label : int, optional
        Of one segment; without it of all together, each far from the center of its own.
    most : int or None

    Returns
    -------
    ndarray
        Positions in the table; at most `most`, all if that is None.

    References
    ----------
    Tukey (1977), Exploratory Data Analysis, 44: the outer fence.
    """
    fences = np.full(clustering.n_clusters, np.inf)
    for one in range(clustering.n_clusters) if label is None else (label,):
        fences[one] = _fence(placement.distance[_fitted_members(clustering, one)])
    is_far = (placement.distance > fences[clustering.labels]) | _noted_far(clustering)
    own = np.flatnonzero(_is_in(clustering, label) & is_far)
    order = np.argsort(-placement.distance[own], kind="stable")
    return clustering.rows[own[order[:most]]]


def far_last(rows: np.ndarray, far: np.ndarray) -> tuple[np.ndarray, int]:
    """Put those of the customers that are far out behind the others, both in the order given; and count them."""
    is_far = np.isin(rows, far)
    return rows[np.argsort(is_far, kind="stable")], int(is_far.sum())


def people_table(
    table: Table, clustering: Clustering, placement: Placement, rows: np.ndarray, names: tuple[str, ...]
) -> pd.DataFrame:
    """Tell of these customers what the file says and where they stand.

    Parameters
    ----------
    rows : ndarray
        Positions in the table of rows that have a segment, in the order wanted.
    names : tuple of str
        Of all segments.

    Returns
    -------
    DataFrame
        The file's own cells as text under its own headers, then Segment, Distance, Second-best segment, Margin (both
        numbers to four digits) and Note; numbered where the file has columns of that name.

    Raises
    ------
    InvalidSetting
        If one of the rows has no segment.
    """
    rows = np.asarray(rows, dtype=np.int64)
    own = np.searchsorted(clustering.rows, rows)
    strangers = rows[clustering.rows[np.minimum(own, len(clustering.rows) - 1)] != rows]
    if len(strangers):
        raise InvalidSetting(f"Row {whole(strangers[0] + 1)} has no segment. Choose customers that have one.")
    people = table.text.take(rows).to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    people.columns = list(table.headers)
    added = {
        "Segment": _texts(names[label] for label in clustering.labels[own]),
        "Distance": _rounded(placement.distance[own]),
        "Second-best segment": _texts(names[label] for label in placement.second[own]),
        "Margin": _rounded(placement.margin[own]),
        "Note": pd.Series(clustering.row_notes[rows].astype(object), dtype=pd.ArrowDtype(pa.string())),
    }
    for name, values in added.items():
        people[_free_name(name, people.columns)] = values
    return people


def _is_in(clustering: Clustering, label: int | None) -> np.ndarray:
    """Which of the placed rows are in a segment; all of them where none is named."""
    return np.ones(len(clustering.labels), dtype=bool) if label is None else clustering.labels == label


def _fence(distances: np.ndarray) -> float:
    """The distance beyond which a customer is far out; infinite where the distances have no spread."""
    lower, upper = np.percentile(distances, [25, 75])
    spread = upper - lower
    return upper + FENCE * spread if spread > _NO_SPREAD * upper else np.inf


def _fitted_members(clustering: Clustering, label: int) -> np.ndarray:
    """Positions among the placed rows of a segment's rows of the fit; of all its rows where it has none."""
    own = np.flatnonzero(clustering.labels == label)
    fitted = own[clustering.in_fit[own]]
    return fitted if len(fitted) else own


def _noted_far(clustering: Clustering) -> np.ndarray:
    """Which of the placed rows took no part in the fit because they are far outside."""
    notes = clustering.row_notes
    is_far = np.array([*(str(note).startswith(_FAR_OUTSIDE) for note in notes.categories), False])
    return is_far[notes.codes[clustering.rows]]  # the last entry is where code -1, no note, lands


def _texts(texts) -> pd.Series:
    return pd.Series(list(texts), dtype=pd.ArrowDtype(pa.string()))


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values], dtype=np.float64)


def _free_name(name: str, taken) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
