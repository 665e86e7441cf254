"""One CSV file per segment, packed into one .zip: for tools that take one list per audience."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustering.export.delimited import OnStep, to_csv
from clustering.export.labelled import segment_column
from clustering.identity import default_name
from clustering.wording import JOINERS, count, whole

_WITHOUT = "without a segment"
_MOST_CHARACTERS, _MOST_BYTES = 80, 240  # of a file's name; most file systems hold 255 bytes
_LONGEST_STEM = 30
_ENDING = ".csv"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')  # in the name of a file, by one system or another
_LOOSE = " ." + JOINERS  # at either end of a name
_LEVEL = 1  # a fifth larger than with the usual 6, in a third of the time
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that a .zip can tell: the same content gives the same bytes


@dataclass(frozen=True, eq=False)
class ZipFile:
    """A .zip ready to be saved, and how many cells in it got an apostrophe so that they start no formula.

    A header that got one counts once for every file.
    """

    content: bytes
    n_escaped: int


def per_segment_zip(
    labelled: pd.DataFrame,
    segment_names: Sequence[str],
    *,
    delimiter: str = ",",
    stem: str = "segments",
    on_step: OnStep | None = None,
) -> ZipFile:
    """Write one CSV file for every segment, and one for the rows without a segment where there are any.

    Parameters
    ----------
    labelled : DataFrame
        From `label_table`, or `only_ids` of that.
    segment_names : sequence of str
        Of the segments, largest first; "Segment 3" where blank. A segment without a row gets a file with the header
        alone.
    stem : str
        What all names of files begin with.
    on_step : callable of (float, str), optional

    Returns
    -------
    ZipFile
        Every row of the table is in exactly one of the files, in the table's order. The files are called by stem,
        number and name of the segment, without what a file system refuses; the numbers keep equal names apart. The
        same table gives the same bytes.
    """
    numbers = labelled[segment_column(labelled)].fillna(0).to_numpy(dtype=np.int64)  # 0: without a segment
    n_segments = max(len(segment_names), int(numbers.max(initial=0)))
    order = np.argsort(numbers, kind="stable")
    ends = np.cumsum(np.bincount(numbers, minlength=n_segments + 1))
    parts = np.split(order, ends[:-1])  # the rows of 0, 1, 2, …
    given = dict(enumerate(segment_names))
    names = [_safe(given.get(label, ""), _MOST_CHARACTERS) or default_name(label) for label in range(n_segments)]
    begin, width = _safe(stem.replace(".", "_"), _LONGEST_STEM).lstrip("-_ ") or "segments", len(str(n_segments))
    buffer, n_escaped, n_done = io.BytesIO(), 0, 0
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in (*range(1, n_segments + 1), 0):
            rows = parts[number]
            if number == 0 and not len(rows):
                continue
            told = f"{number:0{width}}_{names[number - 1]}" if number else _WITHOUT
            written = to_csv(labelled.iloc[rows], delimiter=delimiter)
            archive.writestr(_entry(_file_name(begin, told)), written.content, compresslevel=_LEVEL)
            n_escaped += written.n_escaped
            n_done += len(rows)
            if on_step is not None:
                on_step(n_done / max(len(labelled), 1), f"{whole(n_done)} of {count(len(labelled), 'row')} packed")
    return ZipFile(buffer.getvalue(), n_escaped)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # else it would tell the system that wrote it
    return entry


def _file_name(stem: str, told: str) -> str:
    """The name of a file in the archive: no path, no sign that a system forbids, not too long, never a device's name.

    `told` begins with a number or is `_WITHOUT`, and the stem has no point, so nothing like CON or NUL.txt comes out.
    """
    name = f"{stem}_{told}"[: _MOST_CHARACTERS - len(_ENDING)]
    name = name.encode()[: _MOST_BYTES - len(_ENDING)].decode(errors="ignore")
    return name.rstrip(_LOOSE) + _ENDING


def _safe(text: str, most: int) -> str:
    """Text on one line without control and direction characters; what a file system forbids is an underscore."""
    shown = "".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text)
    return _FORBIDDEN.sub("_", " ".join(shown.split()))[:most].strip(_LOOSE)
