"""Which files a source is made of, and whether they go together: a Parquet file, a text file, a folder of one kind."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from clustering.errors import ClusteringError, UnreadableFile
from clustering.stream.columnar import ColumnarFile, open_columnar
from clustering.stream.source import Source
from clustering.stream.text import TextFile, open_text
from clustering.table.archive import is_archive
from clustering.table.names import name_columns
from clustering.table.options import AS_FOUND, ReadOptions
from clustering.wording import listing, one_line, whole

_PARQUET, _OLE = b"PAR1", b"\xd0\xcf\x11\xe0"
_MOST_FILES = 100_000


def open_source(path: str | Path, options: ReadOptions = AS_FOUND) -> Source:
    """Find the columns of a Parquet file, a delimited text file (.gz too), or a folder of one kind of them.

    Parameters
    ----------
    options : ReadOptions
        Delimiter, encoding and header line of text, where the user overrules what is found.

    Raises
    ------
    UnreadableFile
        If there is no table, if one of the files is of another kind, or if two of them have other columns.
    InvalidSetting
        As by `read_table`.
    """
    path = Path(path)
    name = path.name or str(path)
    paths = _files_of(path, name) if path.is_dir() else (path,)
    many = len(paths) > 1 or path.is_dir()
    opened = [_open_file(each, f"{name}/{each.name}" if many else name, options) for each in paths]
    files = tuple(file for file in opened if file is not None)
    if not files:
        raise UnreadableFile(f"{name} is empty. Choose a file with a header line and one row per customer.")
    first = files[0]
    for file in files[1:]:
        _check_alike(first, file)
    is_text = isinstance(first, TextFile)
    n_columns = first.layout.width if is_text else len(first.header)
    if not n_columns:
        raise UnreadableFile(f"{name} has no columns.")
    nothing = pa.table([pa.array([], pa.string())] * n_columns, names=[str(place) for place in range(n_columns)])
    names, headers, _ = name_columns(first.header, nothing)
    return Source(
        name=name,
        paths=tuple(file.path for file in files),
        format="csv" if is_text else "parquet",
        names=tuple(names),
        headers=headers,
        n_rows=None if is_text else sum(file.n_rows for file in files),
        n_bytes=sum(file.path.stat().st_size for file in files),
        delimiter=first.delimiter if is_text else ",",
        encoding=first.encoding if is_text else "utf-8",
        types=() if is_text else _common_types(files),
        notes=first.layout.header.notes if is_text else (),
        header=first.header,
        files=files,
    )


def _files_of(folder: Path, name: str) -> tuple[Path, ...]:
    """The files of a folder by name, without hidden ones and what other programs note down beside them."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened: {error.strerror}. Check the path.") from error
    if any(entry.name in ("_delta_log", "_hoodie") or entry.name == ".hoodie" for entry in entries):
        raise UnreadableFile(
            f"{name} is a table with a log of its changes: its files hold rows that were deleted, too. Export it as "
            "Parquet where it is kept."
        )
    entries = [entry for entry in entries if entry.name[0] not in "._"]
    inner = [entry.name for entry in entries if entry.is_dir()]
    if inner:
        raise UnreadableFile(
            f"{name} holds folders ({listing(map(one_line, inner), 3)}); files are read from one folder. Give one of "
            "them, or put the files together."
        )
    odd = [entry.name for entry in entries if not entry.is_file()]
    if odd:
        raise UnreadableFile(f"{name} holds {listing(map(one_line, odd), 3)}, which is no file. Take it out.")
    if not entries:
        raise UnreadableFile(f"{name} holds no files. Give a folder of Parquet or CSV files, or one file.")
    if len(entries) > _MOST_FILES:
        raise UnreadableFile(f"{name} holds more than {whole(_MOST_FILES)} files. Put them together into fewer.")
    return tuple(entries)


def _open_file(path: Path, name: str, options: ReadOptions) -> ColumnarFile | TextFile | None:
    """None for an empty file."""
    try:
        if path.exists() and not path.is_file():
            raise UnreadableFile(f"{name} is no file that can be read more than once. Save it as a file first.")
        with path.open("rb") as file:
            head = file.read(8)
    except (OSError, ValueError) as error:
        if isinstance(error, ClusteringError):
            raise
        why = getattr(error, "strerror", None) or "this is no path of a file"
        raise UnreadableFile(f"{one_line(path, 300)} cannot be opened: {why}. Check the path.") from error
    if not head:
        return None
    if head[:4] == _PARQUET:
        return open_columnar(path, name)
    if head[:4] == _OLE or (is_archive(memoryview(head)) and head[:2] == b"PK"):
        raise UnreadableFile(
            f"{name} is a workbook or an archive, which cannot be read part by part. Save it as Parquet or CSV."
        )
    return open_text(path, name, options)


def _check_alike(first: ColumnarFile | TextFile, other: ColumnarFile | TextFile) -> None:
    if type(first) is not type(other):
        kinds = {TextFile: "text", ColumnarFile: "Parquet"}
        raise UnreadableFile(
            f"{first.name} is {kinds[type(first)]} and {other.name} is {kinds[type(other)]}. Keep files of one kind in "
            "a folder."
        )
    if first.header != other.header:
        ours, theirs = first.header or (), other.header or ()
        same = [ours[:n] == theirs[:n] for n in range(1, min(len(ours), len(theirs)) + 1)]
        place = sum(same)
        told = [f'"{one_line(names[place])}"' if place < len(names) else "none" for names in (ours, theirs)]
        raise UnreadableFile(
            f"{first.name} and {other.name} do not have the same columns: column {place + 1} is {told[0]} in the one "
            f"and {told[1]} in the other. Keep files with the same columns in a folder."
        )
    if isinstance(first, TextFile) and first.layout.width != other.layout.width:
        raise UnreadableFile(
            f"{first.name} has {first.layout.width} columns and {other.name} {other.layout.width}. Keep files with the "
            "same columns in a folder."
        )


def _common_types(files: Sequence[ColumnarFile]) -> tuple[pa.DataType, ...]:
    """What holds the cells of all files; the first file's types where they do not differ."""
    first, common = files[0], list(files[0].types)
    for file in files[1:]:
        for place, kind in enumerate(file.types):
            if kind == common[place]:
                continue
            pair = [pa.schema([("cells", each)]) for each in (common[place], kind)]
            try:
                common[place] = pa.unify_schemas(pair, promote_options="permissive").field(0).type
            except pa.ArrowException as error:
                raise UnreadableFile(
                    f'"{one_line(first.header[place])}" is {common[place]} in {first.name} and {kind} in {file.name}. '
                    "Save both the same way."
                ) from error
    return tuple(common)
