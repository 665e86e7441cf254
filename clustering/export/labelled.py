"""The labelled table: every uploaded row as it stood, with its segment."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from clustering.errors import InvalidSetting
from clustering.groups import Group
from clustering.identity import default_name
from clustering.model import NOISE_NOTE, Clustering
from clustering.table import Table

_NOISE_BEFORE = "noise before one segment was looked into"


def label_table(
    table: Table,
    clustering: Clustering,
    names: tuple[str, ...] = (),
    *,
    outer: tuple[Clustering, tuple[str, ...]] | None = None,
    groups: tuple[Group, ...] = (),
) -> pd.DataFrame:
    """Put the segment on every row of the table.

    Parameters
    ----------
    names : tuple of str
        Names of the segments, largest first; "Segment 3" where blank or absent.
    outer : tuple of (Clustering, tuple of str), optional
        Where one segment was segmented again by itself: the segmentation it is one of, and the names there.
    groups : tuple of Group
        The user's own groups.

    Returns
    -------
    DataFrame
        One row per record of the file, in its order: all columns as they stood, headers included, then the segment's
        number (1 the largest), its name, and a note where a row was set aside, placed afterwards or moved by hand, or
        is noise: near no segment, and so without one; with `outer` the noise of that segmentation has a note of its
        own. The new columns are called `segment`, `segment_name` and
        `segment_note`. Where the method tells how probably each row belongs to its segment there is
        `segment_probability`, rounded to four decimals; with `outer` there are `outer_segment` and
        `outer_segment_name`, with groups `group`, which holds the names of all groups a row is in, with "; " between.
        They are numbered where the file has columns of that name.

    Raises
    ------
    InvalidSetting
        If the segments or groups belong to another table.
    """
    check_belongs(table, clustering)
    labelled = table.text.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    labelled.columns = list(table.headers)
    numbers, texts = _segments(clustering, names)
    notes = clustering.row_notes.astype(object)
    if outer is not None:
        check_belongs(table, outer[0])
        has_outer = np.zeros(table.n_rows, dtype=bool)
        has_outer[outer[0].rows] = True  # the others had no segment before one was looked into, for a reason of theirs
        before = outer[0].row_notes
        before = before.rename_categories([note.replace(NOISE_NOTE, _NOISE_BEFORE) for note in before.categories])
        notes = np.where(has_outer, notes, before.astype(object))
    notes = pd.Series(notes, dtype=pd.ArrowDtype(pa.string()))
    added = {"segment": numbers, "segment_name": texts, "segment_note": notes}
    if clustering.memberships is not None:
        added["segment_probability"] = _probabilities(clustering)
    if outer is not None:
        added["outer_segment"], added["outer_segment_name"] = _segments(*outer)
    if groups:
        added["group"] = _group_names(table, groups)
    for name, values in added.items():
        labelled[free_name(name, labelled.columns)] = values
    return labelled


def only_ids(labelled: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Leave of the file's own columns only those that say who a row is.

    Parameters
    ----------
    labelled : DataFrame
        From `label_table`, or some of its rows.
    table : Table

    Returns
    -------
    DataFrame
        All columns whose role is "id", then what was added to the file's own. Where the table has no id there is a
        column `row` instead: the number of the record in the file, counted from 1 below the header.
    """
    ids = [header for header, column in zip(table.headers, table.columns, strict=True) if column.role == "id"]
    own = set(table.headers)
    added = [name for name in labelled.columns if name not in own]
    if ids:
        return labelled[[*ids, *added]]
    told = labelled[added].copy()
    told.insert(0, "row", labelled.index.to_numpy() + 1)
    return told


def segment_column(labelled: pd.DataFrame) -> str:
    """What the column with the segment's number is called: the last of that name, as the file's own stand before."""
    return [name for name in labelled.columns if re.fullmatch(r"segment(_\d+)?", name)][-1]


def check_belongs(table: Table, clustering: Clustering) -> None:
    """Refuse a segmentation of other rows."""
    if clustering.n_rows != table.n_rows:
        raise InvalidSetting("These segments belong to another table. Find the segments again.")


def _segments(clustering: Clustering, names: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Number and name of the segment of every row of the table."""
    codes = np.full(clustering.n_rows, -1, dtype=np.int32)
    codes[clustering.rows] = clustering.labels
    given = dict(enumerate(names))
    shown = [given.get(label, "").strip() or default_name(label) for label in range(clustering.n_clusters)]
    return numbers_and_names(codes, shown)


def numbers_and_names(codes: np.ndarray, shown: list[str] | tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Number and name of the segment for every label, -1 none; two segments of one name stay two."""
    return pd.Series(codes + 1, dtype="Int64").mask(codes < 0), texts_of(codes, shown)


def _probabilities(clustering: Clustering) -> pd.Series:
    """How probably every row of the table belongs to its segment; missing for a row without one."""
    of_row = np.full(clustering.n_rows, np.nan)
    own = clustering.memberships[np.arange(len(clustering.rows)), clustering.labels]
    of_row[clustering.rows] = np.round(own.astype(np.float64), 4)
    return pd.Series(of_row, dtype="Float64")


def _group_names(table: Table, groups: tuple[Group, ...]) -> pd.Series:
    codes, texts = np.full(table.n_rows, -1, dtype=np.int32), []
    for group in groups:
        if len(group.rows) and group.rows[-1] >= table.n_rows:
            raise InvalidSetting(f'The group "{group.name}" belongs to another table. Choose its customers again.')
        before = codes[group.rows]
        for code in np.unique(before):  # every combination of groups so far goes on as one of its own
            codes[group.rows[before == code]] = len(texts)
            texts.append(group.name if code < 0 else f"{texts[code]}; {group.name}")
    return texts_of(codes, texts)


def texts_of(codes: np.ndarray, texts: list[str] | tuple[str, ...]) -> pd.Series:
    """The text of every code; -1 is missing."""
    chosen = pa.array(texts, pa.string()).take(pa.array(codes, mask=codes < 0))
    return pd.Series(chosen, dtype=pd.ArrowDtype(pa.string()))


def free_name(name: str, taken) -> str:
    """The name itself, or with a number where a column is called so."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
