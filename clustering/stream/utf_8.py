"""The bytes of a text file, unpacked and in UTF-8, a block after the other."""

import codecs
import gzip
import zlib
from pathlib import Path

from clustering.errors import UnreadableFile
from clustering.table.archive import MAX_TIMES
from clustering.table.delimited import BLOCK_SIZE
from clustering.table.detect import detect_encoding
from clustering.wording import whole

HEAD = 1 << 22  # bytes that tell the delimiter and the header
PADDING = b"\x00\x1a"  # what old systems fill up the last block with
DAMAGE = (OSError, EOFError, zlib.error)
_MOST_ASCII = 1 << 30  # bytes that are looked through for the first letter beyond ASCII
_AROUND = 1 << 16  # bytes around it that tell the encoding
_MOST_HELD_BACK = 1 << 16
_ALWAYS_UNPACKED = 100 << 20


def read_head(path: Path, name: str) -> bytes:
    with open_bytes(path, name) as file:
        try:
            return file.read(HEAD)
        except DAMAGE as error:
            raise cut_off(name) from error


def find_encoding(path: Path, head: bytes, name: str) -> str:
    """What the first letter beyond ASCII and those around it say, however far from the beginning it stands."""
    if not head[:_AROUND].isascii() or b"\0" in head[:_AROUND]:
        return detect_encoding(memoryview(_whole_letters(head)), name)
    before, n_read = b"", 0
    with open_bytes(path, name) as file:
        try:
            while n_read < _MOST_ASCII and (block := file.read(HEAD)):
                if not block.isascii():
                    window = before[-_AROUND:] + block + file.read(_AROUND)
                    first = next(place for place, byte in enumerate(window) if byte > 127)
                    around = window[max(0, first - _AROUND) : first + _AROUND]
                    return detect_encoding(memoryview(_whole_letters(around)), name)
                before, n_read = block, n_read + len(block)
        except DAMAGE as error:
            raise cut_off(name) from error
    return "utf-8"


def _whole_letters(text: bytes) -> bytes:
    """Without the first bytes of a letter of UTF-8 whose others were cut off."""
    for n in range(1, 4):
        if len(text) >= n and text[-n] >= 0xC0:
            return text[:-n]
        if len(text) >= n and text[-n] < 0x80:
            break
    return text


def open_bytes(path: Path, name: str):
    """The bytes of a file, unpacked where it is a gzip archive."""
    try:
        file = path.open("rb")
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no path of a file"
        raise UnreadableFile(f"{name} cannot be opened: {why}. Check the path.") from error
    return gzip.GzipFile(fileobj=file, mode="rb") if is_packed else file


def cut_off(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is a gzip archive that is damaged or was cut off on its way. Save or download it again."
    )


class Utf8:
    """What a text file holds from a byte on, in UTF-8 without the mark at its beginning, as a file to be read.

    Attributes
    ----------
    n_marks : int
        Quotation marks so far.
    error : Exception or None
        What went wrong; the parser that reads from here does not hand on all of it.
    """

    def __init__(self, path: Path, name: str, encoding: str, begin: int, padding: bytes):
        """`padding`: what is left out where it stands at the end of the file."""
        self._file, self._name, self._encoding = open_bytes(path, name), name, encoding
        plain = encoding if encoding not in ("utf-8-sig",) else "utf-8"
        self._is_utf_8 = codecs.lookup(plain).name == "utf-8"
        self._decoder = codecs.getincrementaldecoder(plain)()
        self._most = max(_ALWAYS_UNPACKED, MAX_TIMES * path.stat().st_size)
        self._padding, self._held_back = padding, b""
        self._begin, self._is_first = begin, True
        self._n_read = self._n_lines = self.n_marks = 0
        self.error: Exception | None = None
        self.closed = False

    def read(self, n: int = -1) -> bytes:
        """At most about `n` bytes more; none at the end."""
        try:
            while not (text := self._next(n)):
                if text is None:
                    return b""
            return text
        except Exception as error:
            self.error = error
            raise

    def _next(self, n: int) -> bytes | None:
        """Some of the text, b"" if it is all left out, None at the end."""
        block = self._file.read(n if n > 0 else BLOCK_SIZE)
        self._n_read += len(block)
        if self._n_read > self._most:
            raise UnreadableFile(f"{self._name} unpacks to far more than a table of its size. Unpack it yourself.")
        text = self._held_back + self._in_utf_8(block)
        if not block and not text:
            return None
        self._held_back = b""
        if self._padding:
            kept = text.rstrip(self._padding)
            held = len(text) - len(kept)
            if 0 < held <= _MOST_HELD_BACK:
                text, self._held_back = kept, text[len(kept) :] if block else b""
        if not block and not text:
            return None
        if self._is_first and text:
            text, self._is_first = text.removeprefix(codecs.BOM_UTF8), False
        if self._begin:
            text, self._begin = text[self._begin :], max(self._begin - len(text), 0)
        self.n_marks += text.count(b'"')
        return text

    def _in_utf_8(self, block: bytes) -> bytes:
        try:
            if self._is_utf_8:
                if not block.isascii() or self._decoder.getstate()[0] or not block:
                    self._decoder.decode(block, final=not block)  # for its errors alone
                text = block
            else:
                text = self._decoder.decode(block, final=not block).encode()
        except UnicodeError as error:
            line = self._n_lines + block[: getattr(error, "start", 0)].count(b"\n") + 1
            raise UnreadableFile(
                f"{self._name} is not in one encoding: it begins as {self._encoding}, and about line {whole(line)} "
                "holds a character that is not. Save it again as CSV (UTF-8)."
            ) from error
        self._n_lines += block.count(b"\n")
        return text

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True
        self._file.close()

    def __enter__(self) -> "Utf8":
        return self

    def __exit__(self, *_) -> None:
        self.close()
