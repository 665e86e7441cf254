"""What a file is that is no table, told from its first bytes, and how to get a table from it."""

import re

# First bytes (white space left out, in lower case) and how to name what begins so.
_BEGINNINGS = (
    (b"%pdf", "a PDF document"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"gif8", "a picture"),
    (b"ii*\x00", "a picture"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"rar!", "a RAR archive"),
    (b"bzh9", "a bzip2 archive"),
    (b"\xfd7zxz\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"sqlite", "a database"),
    (b"\x00\x01\x00\x00standard", "a database (Access)"),
    (b"arrow1", "an Arrow file (Feather)"),
    (b"orc\x08", "an ORC file"),
    (b"obj\x01", "an Avro file"),
    (b"$fl2", "a file of SPSS"),
    (b"<stata_dta>", "a file of Stata"),
    (b"matlab5", "a file of MATLAB"),
    (b"rdx2", "a file of R"),
    (b"rdx3", "a file of R"),
)
# Nothing that is repeated here can be read in two ways: a file of comments alone would be tried in all of them.
_WEB_PAGE = re.compile(
    rb"(<\?xml[^>]*>|<!--((?!-->).)*-->|\s)*+"
    rb"<(!doctype html|html|head|body|meta|style|div|table|tr|script|center|form)\b",
    re.S,
)
_WEB_ARCHIVE = re.compile(rb"\s*mime-version:|\s*from: .{0,60}saved by", re.S)
_XML = re.compile(rb"\s*<(\?xml|[a-z_][\w:.\-]*(\s+[\w:.\-]+=|\s*/?>))")
_XML_WORKBOOK = (b'progid="excel.sheet"', b"urn:schemas-microsoft-com:office:spreadsheet")
_JSON = re.compile(rb'\s*(\{\s*("|\}\s*$)|\[\s*[\[{"]|\[\s*-?\d+(\.\d+)?\s*,\s*-?\d[^\]]*\]\s*$)')
_SYLK = re.compile(rb"ID;P[^\r\n]{0,40}\r?\n[A-Z];")
_SQL = re.compile(
    rb"(\s|--[^\n]*\n|/\*((?!\*/).)*\*/;?)*+(create table|insert into|drop table|set names|begin transaction)\b", re.S
)
_ARFF = re.compile(rb"(\s|%[^\n]*\n)*@relation\s")

_SAVE_AS_CSV = "Open it where it was made and save it as CSV."


def what_it_is(head: bytes) -> tuple[str, str] | None:
    """What the file is, with an article, and what to do; None if it may be a table of text.

    Parameters
    ----------
    head : bytes
        Its beginning, as UTF-8 where it is text in UTF-16.
    """
    lower = head[:4096].lower()
    start = b"".join(lower[:200].split()) if lower[:4] != b"\x00\x01\x00\x00" else lower[:20]
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind, _SAVE_AS_CSV
    if lower[:4] == b"riff" and lower[8:12] == b"webp":
        return "a picture", _SAVE_AS_CSV
    if any(mark in lower for mark in _XML_WORKBOOK) and _XML.match(lower):
        return "a workbook in the XML format of Excel 2003", "Open it in Excel and save it as .xlsx or CSV."
    is_closed = b"</" in lower or b"<!doctype" in lower or b"<?xml" in lower  # a header may stand in angle brackets
    if is_closed and _WEB_PAGE.match(lower):
        return (
            "a web page",
            "Many systems call it a table all the same: open it in Excel and save it as .xlsx or CSV.",
        )
    if _WEB_ARCHIVE.match(lower):
        return "a web page with its parts (MHTML)", "Open it in Excel and save it as .xlsx or CSV."
    if _SYLK.match(head):
        return "a SYLK file", "Open it in Excel and save it as .xlsx or CSV."
    if is_closed and _XML.match(lower):
        return "an XML file", _SAVE_AS_CSV
    if _JSON.match(lower):
        return "a JSON file", "Export the customers as CSV, or as a workbook, where they come from."
    if _ARFF.match(lower):
        return "a file of Weka (ARFF)", _SAVE_AS_CSV
    if _SQL.match(lower):
        return "a file of SQL commands", "Export the table itself as CSV from the database."
    return None
