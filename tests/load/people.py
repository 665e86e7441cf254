"""Visitors with data of their own, and what they check wherever they are: that all they see is theirs."""

import csv
import io
import random
import re
import time
from dataclasses import dataclass

from tests.load.client import Visitor

PAGES = ("Data", "Features", "Number of segments", "Clusters", "Segments", "Export")
SWEEP_SECONDS = 600  # by which a sweep has ended on a slow and busy machine, however many are under way

_MARKER = re.compile(rb"zq(\d{3})x")  # in the names of columns and segments, and in every id


@dataclass(frozen=True)
class Customers:
    """The file of one visitor: every name and id in it says whose it is, and its groups are known."""

    number: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[int, ...]

    @property
    def marker(self) -> str:
        return f"zq{self.number:03d}x"

    @property
    def file_name(self) -> str:
        return f"{self.marker}.csv"

    @property
    def n_groups(self) -> int:
        return max(self.groups) + 1

    @property
    def content(self) -> bytes:
        return "".join(",".join(row) + "\n" for row in (self.header, *self.rows)).encode()


def customers(number: int) -> Customers:
    """The customers of this visitor: 150 to some hundred in two to five groups far from each other."""
    draw, marker = random.Random(number), f"zq{number:03d}x"
    n_rows, n_groups = 150 + 17 * number, 2 + number % 4
    spots = [(20 * group, 30 * (group % 2) + 10 * group) for group in range(n_groups)]
    groups = [row % n_groups for row in range(n_rows)]
    draw.shuffle(groups)
    rows = []
    for row, group in enumerate(groups):
        spend, visits = (spot + draw.uniform(-2, 2) for spot in spots[group])
        rows.append((f"{marker}-{row:04d}", f"{spend:.3f}", f"{visits:.3f}", f"{draw.uniform(0, 100):.2f}"))
    header = tuple(f"{name}_{marker}" for name in ("key", "spend", "visits", "luck"))
    return Customers(number, header, tuple(rows), tuple(groups))


def check_page(visitor: Visitor, own: Customers) -> None:
    """Nothing on the page is refused, and nothing is anybody else's."""
    assert not visitor.tree.errors(), f"Visitor {own.number} is told: {visitor.tree.errors()}"
    check_own(visitor.tree.raw(), own)


def check_own(shown: bytes, own: Customers) -> None:
    seen = {int(number) for number in _MARKER.findall(shown)}
    assert seen <= {own.number}, f"Visitor {own.number} sees data of {sorted(seen - {own.number})}."


async def walk(visitor: Visitor, own: Customers) -> float:
    """The whole journey, from the start page to the labelled file; returns the seconds that the sweep took."""
    await load(visitor, own)
    await visitor.go("Features")
    await visitor.choose("multiselect", "Columns that build", string_array_value=list(own.header[1:3]))
    check_page(visitor, own)
    assert visitor.tree.metric("Customers") == f"{len(own.rows):,}"
    began = time.monotonic()
    await visitor.go("Number of segments")
    await swept(visitor)
    seconds = time.monotonic() - began
    check_page(visitor, own)
    field = visitor.tree.labelled("selectbox", "Segments to go on with")
    assert field.options[field.default] == str(own.n_groups), f"{visitor.tree.text()[:600]}"
    await visitor.go("Clusters")
    check_page(visitor, own)
    await visitor.go("Segments")
    check_page(visitor, own)
    await visitor.choose("text_input", "Name of segment 1", string_value=f"Best {own.marker}")
    check_page(visitor, own)
    await visitor.go("Export")
    assert visitor.tree.metric("Rows") == f"{len(own.rows):,}"
    assert visitor.tree.metric("Segments") == str(own.n_groups)
    await visitor.press("Build the short list")
    await visitor.until(
        lambda one: any(button.label == "Save the short list" for button in one.tree.elements("download_button")),
        seconds=SWEEP_SECONDS,
        what="the short list is built",
    )
    check_page(visitor, own)
    check_own(await visitor.download("Save the short list"), own)
    check_file(await visitor.download("Download the labelled list"), own, name=f"Best {own.marker}")
    return seconds


async def load(visitor: Visitor, own: Customers) -> None:
    """From the start page to one's own file, read."""
    await visitor.press("Upload your customers")
    await visitor.upload(own.file_name, own.content)
    check_page(visitor, own)
    assert visitor.tree.metric("Customers") == f"{len(own.rows):,}"
    assert own.marker in visitor.tree.text()


async def swept(visitor: Visitor, seconds: float = SWEEP_SECONDS) -> None:
    """Wait until the sweep has ended, which the page draws anew by itself."""
    await visitor.until(
        lambda one: _has_answer(one) and not one.tree.elements("progress"),
        seconds=seconds,
        what="the sweep ends",
    )


def _has_answer(visitor: Visitor) -> bool:
    return any(one.label.startswith("Segments to go on with") for one in visitor.tree.elements("selectbox"))


def check_file(content: bytes, own: Customers, *, name: str = "Segment 1") -> None:
    """The labelled file holds the visitor's own rows as they stood, in their order, and the groups they were made in.

    `name` is what the visitor called the first segment.
    """
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header[:4] == list(own.header), f"Visitor {own.number} gets the columns {header}."
    assert [tuple(row[:4]) for row in rows] == list(own.rows), f"Visitor {own.number} gets other rows."
    found = {(group, row[4]) for group, row in zip(own.groups, rows, strict=True)}
    assert len(found) == own.n_groups == len({label for _, label in found}), f"Visitor {own.number}: {sorted(found)}"
    names = {row[5] for row in rows if row[4] == "1"}
    assert names == {name}, f"The first segment of visitor {own.number} is called {names}."
