"""What a file is before it is parsed: text or something else, its encoding, its delimiter."""

import re

import clevercsv
from charset_normalizer import from_bytes

from clustering.errors import UnreadableFile

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

# The first bytes of files that are often uploaded by mistake (white space left out), and how to name them to the user.
_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1\x15", "a Parquet file"),
    (b'{"', "a JSON file"),
    (b"[{", "a JSON file"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
)
_BOM = b"\xef\xbb\xbf"
_BOMS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

# Left to itself the detector finds code pages of DOS and of old Macintoshes in files with a few accented letters.
_LEGACY_ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "cp949"]
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_TWO_HIGH_BYTES = re.compile(rb"[\x80-\xff]{2}")


def refuse_other_formats(data: memoryview, name: str) -> None:
    """Refuse what is no text; says what it is where the first bytes tell."""
    head = bytes(data[:65536]).removeprefix(_BOM)
    if not head.strip():
        raise UnreadableFile(f"{name} is empty. Choose a file with a header line and one row per customer.")
    start = b"".join(head[:200].split())
    for signature, kind in _SIGNATURES:
        if start.startswith(signature) or start.lower().startswith(signature):
            raise UnreadableFile(f"{name} is {kind}, not a CSV file. Open it where it was made and save it as CSV.")
    if b"\x00" in head and (not head.startswith(_BOMS_OF_UTF_16) or head[2:4] == b"\x00\x00"):
        raise _no_text(name)


def detect_encoding(data: memoryview, name: str) -> str:
    """The name of the encoding, as Python knows it."""
    if data[:2] in _BOMS_OF_UTF_16:
        return "utf-16"
    has_bom = data[:3] == _BOM
    try:
        str(data, "utf-8")
        return "utf-8-sig" if has_bom else "utf-8"
    except UnicodeDecodeError as error:
        start = error.start
    if has_bom:
        line = bytes(data[:start]).count(b"\n") + 1
        raise UnreadableFile(
            f"{name} says that it is UTF-8, but line {line:,} holds a character that is not. "
            "Save it again as CSV (UTF-8)."
        )
    # Lines of plain ASCII say nothing, and many of them drown the few that do.
    window = bytes(data[max(0, start - 1_000) : start + 40_000]).splitlines()
    encoding = _guess_legacy_encoding(b"\n".join(line for line in window if not line.isascii()))
    if encoding is None:
        raise _no_text(name)
    return encoding


def _guess_legacy_encoding(text: bytes) -> str | None:
    if _CONTROL.search(text):
        return None
    # In Western European text accented letters mostly stand alone; in all other writing hardly any do.
    if _TWO_HIGH_BYTES.search(text):
        best = from_bytes(text, cp_isolation=_LEGACY_ENCODINGS).best()
        # Western European files are named Central European when they hold few accented letters; cp1252 is meant.
        if best is not None and best.encoding != "cp1250":
            return best.encoding
    try:
        text.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return "cp1252"


def detect_delimiter(data: memoryview, encoding: str) -> str:
    """The delimiter of the first lines; a comma where none is found."""
    sample = bytes(data[:40_000]).decode(encoding, errors="ignore")[:20_000]
    if len(data) > 40_000:
        sample = sample.rpartition("\n")[0] or sample
    try:
        dialect = clevercsv.Sniffer().sniff(sample, delimiters="".join(DELIMITERS))
    except clevercsv.Error:
        return ","
    return dialect.delimiter if dialect.delimiter in DELIMITERS else ","


def _no_text(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is not a text file. Save the table as CSV (UTF-8) and upload that.")
