"""Two segmentations of the same customers side by side: who goes together in both, and who moved."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.metrics import adjusted_rand_score

from clustering.compare.known import placed_labels
from clustering.compare.matching import best_matching
from clustering.errors import InvalidSetting
from clustering.model import Clustering
from clustering.table import Table


@dataclass(frozen=True, eq=False)
class Pair:
    """How two segmentations go together.

    Attributes
    ----------
    both : ndarray of int of shape (n_first, n_second)
        Customers by their segment in each.
    matched : tuple of int
        For each segment of the second that of the first it is paired with, -1 for none: together the pairs hold as many
        customers as possible.
    adjusted_rand : float
        1 is the same segments, 0 is chance.
    moved : ndarray of int, ascending
        Positions in the table of the customers whose two segments are not paired.
    n_samples : int
        Customers with a segment in both.
    n_only_first, n_only_second : int
        Customers with a segment in one of them alone.
    """

    both: np.ndarray
    matched: tuple[int, ...]
    adjusted_rand: float
    moved: np.ndarray
    n_samples: int
    n_only_first: int
    n_only_second: int


def compare_pair(first: Clustering, second: Clustering) -> Pair:
    """Compare two segmentations of one table; who has no segment in one of them is left out and counted.

    Raises
    ------
    InvalidSetting
        If they belong to tables of different lengths, or no customer has a segment in both.
    """
    if first.n_rows != second.n_rows:
        raise InvalidSetting("These two segmentations belong to different tables.")
    one, other = placed_labels(first), placed_labels(second)
    in_both = (one >= 0) & (other >= 0)
    if not in_both.any():
        raise InvalidSetting("No customer has a segment in both, so there is nothing to compare.")
    both = np.zeros((first.n_clusters, second.n_clusters), dtype=np.int64)
    np.add.at(both, (one[in_both], other[in_both]), 1)
    matched = best_matching(both)
    moved = np.flatnonzero(in_both & (np.array(matched)[other] != one))
    for array in (both, moved):
        array.flags.writeable = False
    return Pair(
        both=both,
        matched=matched,
        adjusted_rand=float(adjusted_rand_score(one[in_both], other[in_both])),
        moved=moved,
        n_samples=int(in_both.sum()),
        n_only_first=int(((one >= 0) & ~in_both).sum()),
        n_only_second=int(((other >= 0) & ~in_both).sum()),
    )


def moved_table(
    table: Table,
    clusterings: tuple[Clustering, Clustering],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    rows: np.ndarray,
) -> pd.DataFrame:
    """Tell of these customers which segments they are in and what the file says.

    Parameters
    ----------
    names : tuple of two tuples of str
        Of the segments of each.
    rows : ndarray
        Positions in the table of rows that have a segment in both.

    Returns
    -------
    DataFrame
        First segment and Second segment, numbered where the file has columns of that name, then the file's own cells
        as text under its own headers.
    """
    people = table.text.take(rows).to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    people.columns = list(table.headers)
    for place, title in enumerate(("First segment", "Second segment")):
        labels = placed_labels(clusterings[place])[rows]
        texts = pd.Series([names[place][label] for label in labels], dtype=pd.ArrowDtype(pa.string()))
        people.insert(place, _free_name(title, people.columns), texts)
    return people


def _free_name(name: str, taken) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
