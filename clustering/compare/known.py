"""A column of known labels, read as such: what the segments are held against, never built from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.compare.agreement import Agreement, compare
from clustering.errors import InvalidSetting
from clustering.model import Clustering
from clustering.table import Table
from clustering.wording import one_line, whole

MOST_LABELS = 30


@dataclass(frozen=True, eq=False)
class Known:
    """The known labels of a table.

    Attributes
    ----------
    column : str
    names : tuple of str
        The labels as they stand in the file, in the order of the alphabet (numbers by size).
    codes : ndarray of shape (n_rows,)
        For every row of the table its label, -1 for none.
    """

    column: str
    names: tuple[str, ...]
    codes: np.ndarray


def label_columns(table: Table) -> tuple[str, ...]:
    """Columns that are marked as known labels."""
    return tuple(column.name for column in table.columns if column.role == "label")


def known_labels(table: Table, column: str) -> Known:
    """Read the labels of a column.

    Raises
    ------
    InvalidSetting
        If the column is absent, not marked as a known label, or holds one value only or more than 30.
    """
    told = one_line(column)
    if column not in table.frame:
        raise InvalidSetting(f'There is no column "{told}". Choose another column to compare with.')
    if column not in label_columns(table):
        raise InvalidSetting(
            f'"{told}" is not marked as a known label. Mark it as one first, so that it builds no segments.'
        )
    codes, values = pd.factorize(table.frame[column], sort=True)
    if len(values) < 2:
        held = "no value" if not len(values) else "one value only"
        raise InvalidSetting(f'"{told}" holds {held}, so there is nothing to compare. Mark another column.')
    if len(values) > MOST_LABELS:
        raise InvalidSetting(
            f'"{told}" holds {whole(len(values))} different values; known labels can be at most {MOST_LABELS}. '
            "Mark a column with fewer."
        )
    first = [int((codes == code).argmax()) for code in range(len(values))]
    names = tuple(one_line(name) for name in table.text[column].take(first).to_pylist())
    codes = codes.astype(np.int32)
    codes.flags.writeable = False
    return Known(column, names, codes)


def placed_labels(clustering: Clustering) -> np.ndarray:
    """The segment of every row of the table, -1 for none."""
    labels = np.full(clustering.n_rows, -1, dtype=np.int32)
    labels[clustering.rows] = clustering.labels
    return labels


def compare_known(table: Table, clustering: Clustering, column: str) -> tuple[Agreement, np.ndarray]:
    """Hold segments against a column of known labels.

    Returns
    -------
    agreement : Agreement
    wrong : ndarray of int, ascending
        Positions in the table of the rows whose segment is not paired with their label.

    Raises
    ------
    InvalidSetting
        As `known_labels` and `compare`, and if the segments belong to another table.
    """
    if clustering.n_rows != table.n_rows:
        raise InvalidSetting("These segments belong to another table. Find the segments again.")
    known, labels = known_labels(table, column), placed_labels(clustering)
    agreement = compare(known.codes, labels, known.names)
    has_both = (known.codes >= 0) & (labels >= 0)
    said = np.where(has_both, np.array(agreement.matched)[labels], -1)
    wrong = np.flatnonzero(has_both & (said != known.codes))
    wrong.flags.writeable = False
    return agreement, wrong
