"""What a file is before it is parsed: its format, told from the content; of text the encoding and the delimiter."""

import codecs
import re

import clevercsv

from clustering.errors import InvalidSetting, UnreadableFile
from clustering.table.archive import is_archive, zip_format
from clustering.table.signatures import what_it_is
from clustering.table.writing import guess_legacy_encoding
from clustering.wording import one_line, whole

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM = b"\xef\xbb\xbf"
_BOMS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

# A name, and below it nothing but numbers with a decimal comma: these separate no columns.
_ONE_COLUMN = re.compile(r'"?[^,;\t|\r\n]*[^\W\d][^,;\t|\r\n]*"?[\r\n]+(?:"?-?\d+,\d+"?\s*(?:[\r\n]+|$))+')
_GOOD_TO_BAD = 5
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def without_padding(data: memoryview) -> memoryview:
    """Text without what old systems fill up its last block with: zeros, or the sign for the end of a file."""
    tail = bytes(data[-65536:])
    n = len(tail) - len(tail.rstrip(b"\x00\x1a"))
    return data[:-n] if 0 < n < len(data) and b"\x00" not in bytes(data[:-n][:1024]) else data


def detect_format(data: memoryview, name: str) -> str:
    """What the content is, whatever the name says: "csv", "parquet", "xlsx", "xlsb", "xls" or "ods"."""
    if data[:5] == b"PAR1\x15" or (data[:4] == b"PAR1" and data[-4:] == b"PAR1"):
        return "parquet"
    if data[:8] == _OLE:
        return _ole_format(data, name)
    if is_archive(data):
        kind = zip_format(data, name) if data[:2] == b"PK" else "gzip"
        if kind in ("xlsx", "xlsb", "ods"):
            return kind
        raise UnreadableFile(f"{name} holds an archive in an archive. Unpack it and upload the table itself.")
    _refuse_other_formats(data, name)
    return "csv"


def _ole_format(data: memoryview, name: str) -> str:
    """Old office documents keep the names of their parts in UTF-16; so do encrypted new ones."""
    content = bytes(data)

    def holds(part):
        return part.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise UnreadableFile(f"{name} is protected by a password. Save it without one and upload that.")
    if holds("WordDocument") or holds("PowerPoint Document"):
        raise UnreadableFile(f"{name} is a Word document or slides. Copy the table into a workbook or save it as CSV.")
    return "xls"


def _refuse_other_formats(data: memoryview, name: str) -> None:
    """Refuse what is no text; says what it is where the first bytes tell."""
    head = bytes(data[:65536]).removeprefix(_BOM)
    if not head.strip():
        raise UnreadableFile(f"{name} is empty. Choose a file with a header line and one row per customer.")
    text = head[:8192].decode("utf-16", errors="ignore").encode() if head.startswith(_BOMS_OF_UTF_16) else head
    if found := what_it_is(text):
        kind, remedy = found
        raise UnreadableFile(f"{name} is {kind}, not a CSV file. {remedy}")
    if b"\x00" not in head or (head.startswith(_BOMS_OF_UTF_16) and head[2:4] != b"\x00\x00"):
        return
    if _utf_16_without_bom(head) is None:
        raise _no_text(name)


def _utf_16_without_bom(head: bytes) -> str | None:
    """Delimiters, digits and line ends alone make a good part of the bytes in UTF-16 zero, all in every other place."""
    head = head[: len(head) // 2 * 2]
    zeros = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    # Half of an East Asian letter may be zero, but not often.
    if max(zeros) < 0.15 * len(head) / 2 or min(zeros) > 0.1 * max(zeros):
        return None
    text = head.decode(encoding, errors="ignore")
    # A zero or two among few bytes are no sign of it; a table of whatever letters has more lines than one.
    return encoding if re.search(r"[\r\n]", text) and not _CONTROL.search(text.encode()) else None


def detect_encoding(data: memoryview, name: str) -> str:
    """The name of the encoding, as Python knows it."""
    if data[:2] in _BOMS_OF_UTF_16:
        return "utf-16"
    head = bytes(data[:65536])
    if b"\x00" in head:
        return _utf_16_without_bom(head) or "utf-8"
    has_bom = data[:3] == _BOM
    try:
        str(data, "utf-8")
        return "utf-8-sig" if has_bom else "utf-8"
    except UnicodeDecodeError as error:
        start = error.start
    if has_bom:
        line = bytes(data[:start]).count(b"\n") + 1
        raise UnreadableFile(
            f"{name} says that it is UTF-8, but line {whole(line)} holds a character that is not. "
            "Save it again as CSV (UTF-8)."
        )
    if _is_mostly_utf_8(bytes(data[max(0, start - 40_000) : start + 40_000])):
        return "utf-8"
    # Lines of plain ASCII say nothing, and many of them drown the few that do.
    window = bytes(data[max(0, start - 1_000) : start + 40_000]).splitlines()
    text = b"\n".join(line for line in window if not line.isascii())
    encoding = None if _CONTROL.search(text) else guess_legacy_encoding(text)
    if encoding is None:
        raise _no_text(name)
    return encoding


def _is_mostly_utf_8(window: bytes) -> bool:
    """Whether a few lines of another file were pasted into UTF-8: what would be read of its letters else is no text."""
    text = window.decode(errors="replace")
    n_bad = text.count("\ufffd")
    n_good = sum(not character.isascii() for character in text) - n_bad
    return n_good >= _GOOD_TO_BAD * n_bad


def _read_strays_as_cp1252(error: UnicodeDecodeError) -> tuple[str, int]:
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("strays-as-cp1252", _read_strays_as_cp1252)


def to_utf_8(data: memoryview, name: str, encoding: str, is_chosen: bool) -> memoryview:
    """The text in UTF-8 without a byte order mark.

    Raises
    ------
    InvalidSetting
        If the chosen encoding does not exist or is none of text.
    UnreadableFile
        If the text is not in that encoding.
    """
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise _unknown_encoding(encoding) from error
    if not codec._is_text_encoding:  # such as rot13 or zip
        raise _unknown_encoding(encoding)
    if codec.name in ("utf-8", "utf-8-sig"):
        data = data[3:] if data[:3] == _BOM else data
        if not is_chosen:
            return _mended(data)
    try:
        text = str(data, encoding)
        if codec.name == "utf-8":
            return data
        return memoryview(text.removeprefix("\ufeff").encode())
    except (UnicodeError, ValueError) as error:
        if is_chosen:
            raise UnreadableFile(
                f"{name} cannot be read as {encoding}: it holds bytes that mean nothing there. Choose another encoding."
            ) from error
        raise UnreadableFile(
            f"{name} looks like {encoding} text, but not all of it can be read as that. Save it again as CSV (UTF-8)."
        ) from error


def _mended(data: memoryview) -> memoryview:
    """The very same where it is UTF-8."""
    try:
        str(data, "utf-8")
        return data
    except UnicodeDecodeError:
        return memoryview(str(data, "utf-8", errors="strays-as-cp1252").encode())


def _unknown_encoding(encoding: str) -> InvalidSetting:
    return InvalidSetting(
        f'There is no encoding of text called "{one_line(encoding)}"; usual ones are utf-8, utf-16, cp1252 and gb18030.'
    )


def detect_delimiter(data: memoryview) -> str:
    """The delimiter of the first lines (in UTF-8); a comma where none is found."""
    sample = bytes(data[:40_000]).decode(errors="ignore")[:20_000]
    if len(data) > 40_000:
        sample = sample.rpartition("\n")[0] or sample
    try:
        dialect = clevercsv.Sniffer().sniff(sample, delimiters="".join(DELIMITERS))
    except clevercsv.Error:
        return ","
    if dialect is None:  # of prose, now and then
        return ","
    if dialect.delimiter == "," and _ONE_COLUMN.fullmatch(sample):
        return ";"
    return dialect.delimiter if dialect.delimiter in DELIMITERS else ","


def _no_text(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is not a text file. Save the table as CSV (UTF-8) and upload that.")
