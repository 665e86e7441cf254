"""The frozen segmentation as a value: everything that places a customer and says what was found, and no customer."""

from dataclasses import dataclass, field, replace

import numpy as np

from clustering.edits import Merge, Move, Split
from clustering.features import FeatureSpec
from clustering.features.frozen import Frozen
from clustering.features.outliers import Outside
from clustering.identity import Look, default_name, mark
from clustering.methods import ClusterSpec
from clustering.placing import Rule
from clustering.rfm import RfmSpec
from clustering.table.options import AS_FOUND, ReadOptions

VERSION = 1
EXAMPLE_METHODS = ("gower_medoids", "affinity_propagation", "birch")  # their rule compares with real customers
STAND_INS = ("nearest_center", "nearest_neighbour")


@dataclass(frozen=True)
class TrainedColumn:
    """A column that placing needs or that described the segments: what it held in the rows that had a segment.

    Attributes
    ----------
    name : str
    type : {"number", "text", "date", "boolean"}
    role : str
    needed : bool
        Whether a customer cannot be placed without it; False of one that only described the segments.
    n : int
        Rows with a segment.
    missing : int
        Of those, without a value.
    min, max : float, str or None
        Of a number, or of a date (ISO text).
    edges : tuple of float
        Of a number, and of a date as days since 1970: up to nine values that cut the rows in parts of about a tenth,
        ascending, each different. A value that equals an edge is in the part above it.
    counts : tuple of int
        Rows with a value in each part, one more than edges; of a category, rows at each of `levels`, and a last one for
        all others.
    levels : tuple of str
        Of a category (boolean included: "yes", "no"), the 50 most frequent, the most frequent first.
    decimal : {".", ","} or None
        How its numbers were read, where they were written with decimals or read in two ways.
    day_first : bool or None
        How its dates were read, where they begin with the day or the month.
    """

    name: str
    type: str
    role: str
    needed: bool
    n: int
    missing: int
    min: float | str | None = None
    max: float | str | None = None
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    decimal: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class Segment:
    """A segment, the largest first; its number is its place among them.

    Attributes
    ----------
    name, note : str
        "" where nobody named it.
    hue : int
        Number of its `identity.mark`.
    size : int
        Rows of the table it was found in.
    colour : str
        Of its mark on paper, for who reads the file; the hue decides.
    edited : bool
        Whether it was made by hand.
    """

    name: str
    note: str
    hue: int
    size: int
    edited: bool = False
    colour: str = ""

    def look(self, label: int) -> Look:
        return Look(self.name or default_name(label), mark(self.hue), bool(self.name))


@dataclass(frozen=True)
class Found:
    """What was found, in numbers; NaN where it is undefined or was not measured.

    Attributes
    ----------
    n_rows, n_placed, n_noise, n_filled_rows : int
        Rows of the table; with a segment; noise; with a filled cell.
    inertia, separation, repeatability : float
        `separation` is the mean silhouette, `repeatability` the mean agreement of random halves.
    simplified_silhouette, calinski_harabasz, davies_bouldin : float
    reason : str
        Why this number of segments; "" where it was chosen or found without a recommendation.
    edits : tuple of str
        The steps by hand, told.
    doubts : tuple of str
    settings : tuple of (str, value)
        Of the method, as they were used.
    """

    n_rows: int = 0
    n_placed: int = 0
    n_noise: int = 0
    n_filled_rows: int = 0
    inertia: float = float("nan")
    separation: float = float("nan")
    repeatability: float = float("nan")
    simplified_silhouette: float = float("nan")
    calinski_harabasz: float = float("nan")
    davies_bouldin: float = float("nan")
    reason: str = ""
    edits: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Purchases:
    """The list of purchases that the customers were made from, and how.

    Attributes
    ----------
    title, file_name, digest : str
        `digest` is that of the list.
    mapping : RfmSpec
    options : ReadOptions
        How the user wanted the list read.
    """

    title: str
    file_name: str
    digest: str
    mapping: RfmSpec
    options: ReadOptions = AS_FOUND


@dataclass(frozen=True)
class Source:
    """The data the segments were found in.

    Attributes
    ----------
    title, file_name, digest : str
        `digest` is that of the table: the same file, read the same way, has the same.
    format, delimiter, encoding : str
    sheet : str or None
        Of a workbook.
    options : ReadOptions
        How the user wanted it read.
    purchases : Purchases, optional
        Where the customers were made from purchases: those.
    """

    title: str
    file_name: str
    digest: str
    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str | None = None
    options: ReadOptions = AS_FOUND
    purchases: Purchases | None = None


@dataclass(frozen=True)
class Work:
    """The other choices of a session, for going on where it was left.

    Attributes
    ----------
    k_range : tuple of int
    min_share, max_share : float
    steps : tuple of Merge, Split and Move
        By hand; a move names positions of rows in the table.
    groups : tuple of (str, tuple of int)
        The user's own groups: name and positions.
    """

    k_range: tuple[int, ...] = (2, 10)
    min_share: float = 0.01
    max_share: float = 1.0
    steps: tuple[Merge | Split | Move, ...] = ()
    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()


NO_WORK = Work()


@dataclass(frozen=True, eq=False)
class Recipe:
    """The frozen segmentation.

    Attributes
    ----------
    source : Source
    segments : tuple of Segment
    found : Found
    clustering : ClusterSpec
    features : FeatureSpec
    columns : tuple of TrainedColumn
        Those that placing needs first, in the order of `features.columns`; then the filter's and those that describe.
    centers_in_units : ndarray of shape (n_clusters, n_encoded)
        The centers in the columns' own units, in the order of `preparation.columns`.
    stand_in : str
        "" where the rule is the method's own; else which of `STAND_INS` is in its place.
    agreement : float
        Share of the rows of the table, noise included, to which the recipe gives what the fit gave.
    preparation : Frozen
        Every step from cells to prepared values, with its numbers.
    outside : Outside or None
        Which rows are far outside; None where that is not looked at.
    cluster_centers : ndarray of shape (n_clusters, n_features)
        In prepared units: what distances are measured to.
    rule : NearestPoint, Halving or MostProbable
        Which segment a row of prepared values gets.
    work : Work
    outer : Recipe, optional
        Where one segment was looked into: the segmentation it is one of.
    outer_label : int, optional
        Which segment of that.
    versions : tuple of (str, str)
        Of Python and the libraries it was made with.
    """

    source: Source
    segments: tuple[Segment, ...]
    found: Found
    clustering: ClusterSpec
    features: FeatureSpec
    columns: tuple[TrainedColumn, ...]
    centers_in_units: np.ndarray
    stand_in: str
    agreement: float
    preparation: Frozen
    outside: Outside | None
    cluster_centers: np.ndarray
    rule: Rule
    work: Work = NO_WORK
    outer: "Recipe | None" = None
    outer_label: int | None = None
    versions: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def n_clusters(self) -> int:
        return len(self.segments)

    @property
    def holds_examples(self) -> bool:
        """Whether points of its rule are real customers, told by their prepared values and not by who they are."""
        return not self.stand_in and self.clustering.method in EXAMPLE_METHODS

    @property
    def names(self) -> tuple[str, ...]:
        """A name for every segment."""
        return tuple(segment.look(label).name for label, segment in enumerate(self.segments))

    @property
    def all_columns(self) -> tuple[TrainedColumn, ...]:
        """Its columns, then those that only the segmentation around it knows; needed is what either needs."""
        if self.outer is None:
            return self.columns
        own, around = {column.name for column in self.columns}, self.outer.all_columns
        needed = {column.name for column in around if column.needed}
        return (
            *(replace(column, needed=column.needed or column.name in needed) for column in self.columns),
            *(column for column in around if column.name not in own),
        )

    @property
    def needed_columns(self) -> tuple[TrainedColumn, ...]:
        """Columns without which nobody can be placed."""
        return tuple(column for column in self.columns if column.needed)
