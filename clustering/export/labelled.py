"""The labelled table: every uploaded row as it stood, with its segment; and the CSV file of it."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidSetting
from clustering.groups import Group
from clustering.identity import default_name
from clustering.model import NOISE_NOTE, Clustering
from clustering.table import Table

_NOISE_BEFORE = "noise before one segment was looked into"
_CHUNK = 50_000  # rows turned into Python strings at a time

_STARTS_A_FORMULA = r"^[=+\-@\t\r]"
# A number as people write it, a lone minus, a telephone number: a spreadsheet does no harm with these.
_HARMLESS = (
    r"^([+-]\s?[$€£]?\s?(\d[\d.,' \x{00A0}\x{202F}]*|[.,]\d+)([eE][+-]?\d+)?\s?[%$€£]?"
    r"|-"
    r"|\+\d[\d ()/.\-]{5,24}\d)$"
)


@dataclass(frozen=True, eq=False)
class CsvFile:
    """A CSV file ready to be saved, and how many cells got an apostrophe so that they start no formula."""

    content: bytes
    n_escaped: int


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
    _check_belongs(table, clustering)
    labelled = table.text.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    labelled.columns = list(table.headers)
    numbers, texts = _segments(clustering, names)
    notes = clustering.row_notes.astype(object)
    if outer is not None:
        _check_belongs(table, outer[0])
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
        labelled[_free_name(name, labelled.columns)] = values
    return labelled


def _check_belongs(table: Table, clustering: Clustering) -> None:
    if clustering.n_rows != table.n_rows:
        raise InvalidSetting("These segments belong to another table. Find the segments again.")


def _segments(clustering: Clustering, names: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Number and name of the segment of every row of the table."""
    codes = np.full(clustering.n_rows, -1, dtype=np.int32)
    codes[clustering.rows] = clustering.labels
    given = dict(enumerate(names))
    shown = [given.get(label, "").strip() or default_name(label) for label in range(clustering.n_clusters)]
    # built from codes so that two segments of one name stay two segments
    return pd.Series(codes + 1, dtype="Int64").mask(codes < 0), _from_codes(codes, shown)


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
    return _from_codes(codes, texts)


def _from_codes(codes: np.ndarray, texts: list[str]) -> pd.Series:
    """The text of every code; -1 is missing."""
    return pd.Series(np.array([*texts, None], dtype=object)[codes], dtype=pd.ArrowDtype(pa.string()))


def to_csv(labelled: pd.DataFrame, *, delimiter: str = ",") -> CsvFile:
    """Write a labelled table as UTF-8 with BOM, so that a spreadsheet opens it right.

    Text that would start a formula in a spreadsheet (= + - @, tab or carriage return at its head) and is neither a
    number, a lone "-" nor a telephone number gets a leading apostrophe.
    """
    header, n_escaped = _escape_formulas(_header(labelled))
    columns = []
    for name in labelled.columns:
        column, n = _escape_formulas(_as_text(labelled[name]))
        columns.append(column)
        n_escaped += n
    buffer = io.BytesIO()
    out = io.TextIOWrapper(buffer, encoding="utf-8-sig", newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header.to_pylist())
    for start in range(0, len(labelled), _CHUNK):
        writer.writerows(zip(*(column.slice(start, _CHUNK).to_pylist() for column in columns), strict=True))
    out.flush()
    return CsvFile(buffer.getvalue(), n_escaped)


def count_formulas(labelled: pd.DataFrame) -> int:
    """How many cells and headers of a labelled table `to_csv` changes by the formula rule."""
    columns = [_header(labelled), *(_as_text(labelled[name]) for name in labelled.columns)]
    return sum(int(pc.sum(_starts_formula(column)).as_py() or 0) for column in columns)


def _header(labelled: pd.DataFrame) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([str(name) for name in labelled.columns], pa.string())])


def _as_text(values: pd.Series) -> pa.ChunkedArray:
    array = pa.array(values, from_pandas=True)
    array = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return array.cast(pa.string())


def _starts_formula(column: pa.ChunkedArray) -> pa.ChunkedArray:
    suspicious = pc.match_substring_regex(column, _STARTS_A_FORMULA)
    if not pc.any(suspicious).as_py():
        return suspicious
    return pc.and_(suspicious, pc.invert(pc.match_substring_regex(column, _HARMLESS)))


def _escape_formulas(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    starts = _starts_formula(column)
    n = pc.sum(starts).as_py() or 0
    return (pc.if_else(starts, pc.binary_join_element_wise("'", column, ""), column), n) if n else (column, 0)


def _free_name(name: str, taken) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
