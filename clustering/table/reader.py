"""From the bytes of a file to a `Table`: which format it is, and who reads it.

The text is kept beside the typed values because an export must give back '0001' and '12.50' exactly as they
were uploaded, while fitting needs numbers. Both come from one parse.
"""

from pathlib import Path

from clustering.errors import UnreadableFile
from clustering.table.delimited import read_delimited
from clustering.table.detect import detect_delimiter, detect_encoding, refuse_other_formats
from clustering.table.options import AS_FOUND, ReadOptions
from clustering.table.table import Reading, Table, build_table


def read_table(source, *, name: str | None = None, options: ReadOptions = AS_FOUND) -> Table:
    """Read a delimited text file.

    Parameters
    ----------
    source : path, bytes or binary file object
    name : str, optional
        File name to show; taken from a path when not given.
    options : ReadOptions, optional
        Overrules what the reader would find.

    Returns
    -------
    Table
        One row per record of the file; blank lines are no records. A record with too many or too few fields
        stays in its place and is listed in `set_aside`.

    Raises
    ------
    UnreadableFile
        If the content is no delimited text, or has no header line.
    TooFewRows
        If there are fewer than three rows below the header.
    """
    data, name = _load(source, name)
    refuse_other_formats(data, name)
    encoding = options.encoding or detect_encoding(data, name)
    delimiter = options.delimiter or detect_delimiter(data, encoding)
    records = read_delimited(data, name, encoding, delimiter)
    return build_table(records, Reading(name, len(data), "csv", delimiter, encoding), options, data)


def _load(source, name: str | None) -> tuple[memoryview, str]:
    if isinstance(source, (str, Path)):
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{source} cannot be opened: {error.strerror}. Check the path.") from error
        return memoryview(data), name or Path(source).name
    if isinstance(source, (bytes, bytearray, memoryview)):
        return memoryview(source), name or "The file"
    return memoryview(source.read()), name or "The file"
