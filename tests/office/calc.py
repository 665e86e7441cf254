"""LibreOffice Calc without a screen: a file is opened, and what stands in its cells then is looked at."""

import csv
import io
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

ADVICE = (
    "No LibreOffice Calc that opens a file was found (soffice). Install it (Debian: apt-get install libreoffice-calc) "
    "or set SOFFICE to the path of one."
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_RUNS = ("formula", "cell-content", "dde-link")
_SECONDS = 300
_CSV = "Text - txt - csv (StarCalc)"
_FIRST_SHEET = f"csv:{_CSV}:44,34,76,1,,0,true,false,false"


class Calc:
    """One LibreOffice with settings of its own, so that nobody's profile is touched and none is in the way."""

    def __init__(self, room: Path):
        self._room, self._n = room, 0
        self._program = next(
            (
                path
                for name in (os.environ.get("SOFFICE"), "soffice", "libreoffice")
                if name and (path := shutil.which(name))
            ),
            None,
        )

    def works(self) -> bool:
        """Whether there is a Calc at all: an office without it starts as well, and opens no table."""
        return self._program is not None and self.cells({"probe.csv": b"a,b\r\n1,2\r\n"}, as_text(",", 2)) == {
            "probe": [["a", "b"], ["1", "2"]]
        }

    def formulas(self, files: dict[str, bytes], how: str | None = None) -> dict[str, list[str]]:
        """The formulas, links and matrices of every file once it is opened; empty lists where there is none."""
        made = self._converted(files, "fods", how)
        return {name: _formulas(content) for name, content in made.items()}

    def cells(self, files: dict[str, bytes], how: str | None = None) -> dict[str, list[list[str]]]:
        """The text of every cell of the first sheet, row by row."""
        made = self._converted(files, _FIRST_SHEET, how)
        return {name: list(csv.reader(io.StringIO(text.decode(), newline=""))) for name, text in made.items()}

    def _converted(self, files: dict[str, bytes], kind: str, how: str | None) -> dict[str, bytes]:
        self._n += 1
        here, there = self._room / f"in{self._n}", self._room / f"out{self._n}"
        here.mkdir()
        for name, content in files.items():
            (here / name).write_bytes(content)
        command = [self._program, f"-env:UserInstallation={(self._room / 'profile').as_uri()}", "--headless"]
        command += [f"--infilter={how}"] if how else []
        command += ["--convert-to", kind, "--outdir", str(there), *(str(here / name) for name in files)]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False)
        return {path.stem: path.read_bytes() for path in there.glob("*")}


def _formulas(content: bytes) -> list[str]:
    found = []
    for element in ET.fromstring(content).iter():
        kinds = {name.removeprefix(_TABLE) for name in element.attrib} | {element.tag.removeprefix(_TABLE)}
        found += [f"{kind}: {ET.tostring(element, 'unicode')[:200]}" for kind in _RUNS if kind in kinds]
    return found


def as_a_person_does(*separators: str) -> str:
    """How a delimited file is opened: cells are numbers, dates, formulas or text, as Calc sees fit."""
    told = "/".join(str(ord(one)) for one in separators)
    return f"{_CSV}:{told},34,76,1,,0,false,true,false,false,false,-1,true"


def as_text(separator: str, n_columns: int) -> str:
    """How a delimited file is opened with every column as text."""
    columns = "/".join(f"{column}/2" for column in range(1, n_columns + 1))
    return f"{_CSV}:{ord(separator)},34,76,1,{columns}"
