"""What is packed in a .gz or .zip: the one table inside, unpacked within limits."""

import gzip
import io
import lzma
import re
import zipfile
import zlib
from itertools import islice

from clustering.errors import UnreadableFile
from clustering.table.room import UNPACKED, check_workbook, granted, unpacked_too_large
from clustering.wording import count, listing, one_line, whole

# A few kilobytes can unpack to a petabyte; a table that is only very repetitive must still pass.
MAX_UNPACKED = 2 << 30
MAX_TIMES = 200
_ALWAYS_ALLOWED = 100 << 20
_CHUNK = 1 << 20
# What begins a part of a gzip archive, and an entry of a zip's directory. Millions of nothing take minutes.
_PART, _MOST_PARTS = re.compile(rb"\x1f\x8b\x08"), 100_000
_LISTED, _MOST_FILES = re.compile(rb"PK\x01\x02"), 10_000

_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".pq")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)
# What every office document of the kind has inside.
_OFFICE_PARTS = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "Index/Document.iwa": "a Numbers, Pages or Keynote document",
}


def unpack(data: memoryview, name: str) -> tuple[memoryview, str | None]:
    """The table inside a gzip or zip archive, and what the zip calls it; a file that is no archive as it is."""
    if data[:2] == b"\x1f\x8b":
        _refuse_many(_PART, _MOST_PARTS, data, f"{name} is a gzip archive of more than", "parts")
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _read_within_limits(stream, len(data), name, "gzip archive"), None
    if is_archive(data) and zip_format(data, name) == "zip":
        return _only_table(data, name)
    return data, None


def is_archive(data: memoryview) -> bool:
    """Whether it is a gzip archive or a zip container (which may be a workbook)."""
    return data[:2] == b"\x1f\x8b" or data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def zip_format(data: memoryview, name: str) -> str:
    """What a zip container is: "xlsx", "xlsb", "ods" or "zip"; other office documents are refused."""
    _refuse_many(_LISTED, _MOST_FILES, data, f"{name} is a zip archive of more than", "files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename.replace("\\", "/"): info for info in archive.infolist()}
            mimetype = archive.read("mimetype")[:100] if "mimetype" in parts else b""
    except (*_DAMAGE, RuntimeError, KeyError) as error:
        raise _damaged(name, "workbook" if _begins_like_a_workbook(data) else "zip archive") from error
    found = next((kind for part, kind in _OFFICE_PARTS.items() if part in parts), "zip")
    if b"opendocument" in mimetype:
        found = "ods" if b"opendocument.spreadsheet" in mimetype else "an OpenDocument file without a spreadsheet"
    if found not in ("xlsx", "xlsb", "ods", "zip"):
        raise UnreadableFile(f"{name} is {found}, not a table. Copy the table into a workbook or save it as CSV.")
    if found != "zip" and sum(info.file_size for info in parts.values()) > MAX_UNPACKED:
        raise _too_large(name, MAX_UNPACKED)
    if found in ("ods", "xlsb"):  # of an .xlsx the rows are counted
        check_workbook(sum(info.file_size for info in parts.values()), name, found)
    return found


def _only_table(data: memoryview, name: str) -> tuple[memoryview, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [info for info in archive.infolist() if info.filename[-1:] != "/" and not _is_hidden(info.filename)]
        tables = [info for info in files if info.filename.lower().removesuffix(".gz").endswith(_TABLE_ENDINGS)]
        if len(files) == 1:
            tables = files
        if not tables:
            texts = [info for info in files if info.filename.lower().endswith((".txt", ".dat"))]
            tables = texts if len(texts) == 1 else []
        inside = listing(one_line(info.filename) for info in tables or files)
        if not tables:
            held = f"it holds {inside}" if files else "it is empty"
            raise UnreadableFile(f"{name} is a zip archive without a table: {held}. Upload the table itself.")
        if len(tables) > 1:
            raise UnreadableFile(
                f"{name} holds {count(len(tables), 'table')}: {inside}. Unpack it and upload the one you want."
            )
        if tables[0].flag_bits & 1:
            raise UnreadableFile(f"{name} is protected by a password. Unpack it and upload the table itself.")
        try:
            with archive.open(tables[0]) as stream:
                content = _read_within_limits(stream, len(data), name, "zip archive")
        except (*_DAMAGE, RuntimeError) as error:
            if isinstance(error, UnreadableFile):
                raise
            raise _damaged(name, "zip archive") from error
    return content, tables[0].filename


def _refuse_many(mark: re.Pattern, most: int, data: memoryview, told: str, what: str) -> None:
    if sum(1 for _ in islice(mark.finditer(data), most + 1)) > most:
        raise UnreadableFile(f"{told} {whole(most)} {what}. Unpack it and upload the table itself.")


def _is_hidden(path: str) -> bool:
    """Whether it is what a Mac or Windows adds by itself."""
    parts = path.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] in ("Thumbs.db", "desktop.ini")


def _read_within_limits(stream, n_packed: int, name: str, kind: str) -> memoryview:
    limit = min(MAX_UNPACKED, max(_ALWAYS_ALLOWED, MAX_TIMES * n_packed))
    content = bytearray()
    try:
        while chunk := stream.read(_CHUNK):
            content += chunk
            if len(content) > limit:
                raise _too_large(name, limit)
            if UNPACKED * len(content) > granted(UNPACKED * len(content), taken=len(content)):
                raise unpacked_too_large(content, name)
    except _DAMAGE as error:
        if isinstance(error, UnreadableFile):
            raise
        raise _damaged(name, kind) from error
    return memoryview(content)


def _begins_like_a_workbook(data: memoryview) -> bool:
    head = bytes(data[:8192])
    return any(mark in head for mark in (b"[Content_Types].xml", b"xl/", b"opendocument.spreadsheet"))


def _damaged(name: str, kind: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is a {kind} that is damaged or was cut off on its way. Save or download it again and upload that."
    )


def _too_large(name: str, limit: int) -> UnreadableFile:
    return UnreadableFile(
        f"{name} unpacks to more than {whole(limit >> 20)} MB, more than is read from a file of its size. "
        "Unpack it and upload the part you need, best as Parquet."
    )
