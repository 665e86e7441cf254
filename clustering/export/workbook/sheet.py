"""The workbook and its sheets: every cell is text or a number, never a formula, and none is cut off unseen."""

import datetime
import io
from collections.abc import Callable, Iterable
from math import floor, isfinite, log10

import numpy as np

from clustering.errors import ClusteringError
from clustering.export.findings import Findings
from clustering.wording import UNDEFINED, one_line, whole

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767  # of a sheet, of a cell
SHARE = "0.0 %"
_EXACT_DIGITS = 6
_DIGITS = 3  # that are shown of a figure, as in `wording.number`; the cell holds them all
_MOST_DECIMALS = 12
_CREATED = datetime.datetime(2000, 1, 1)  # the same findings give the same bytes
_NARROW, _WIDE = 8, 44  # characters, of a column
_HEAD = 4  # rows of sentences above a table, where the segments' numbers stand in the last


class Book:
    """A workbook in memory: nothing of a customer is put on the disk."""

    def __init__(self, title: str):
        import xlsxwriter

        from clustering.charts.template import colours

        self.colours = colours("light")
        self._content = io.BytesIO()
        told = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.workbook = xlsxwriter.Workbook(self._content, {"in_memory": True, **told})
        self.workbook.set_properties({"title": one_line(title, 200), "created": _CREATED})
        self._styles = {}

    def sheet(self, name: str) -> "Sheet":
        return Sheet(self, name)

    def style(self, **properties):
        """The format of a cell, one for all cells that look alike."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            look = {"font_color": self.colours.text, "valign": "top", **properties}
            self._styles[key] = self.workbook.add_format(look)
        return self._styles[key]

    def chart(self, *, title: str, height: int, axis: dict, names: dict | None = None, legend: bool = False):
        """A bar chart without series, in the look of the app.

        Parameters
        ----------
        title : str
            Begins with words of ours: what begins with an equals sign would be a reference.
        axis, names : dict
            What is special about the axis of the values, and that of the names.
        """
        c = self.colours
        font = {"color": c.muted, "size": 10}
        chart = self.workbook.add_chart({"type": "bar"})
        chart.set_title({"name": title, "name_font": {"color": c.text, "size": 13}, "overlay": False})
        chart.set_x_axis({"num_font": font, "line": {"none": True}, "major_gridlines": {"visible": False}, **axis})
        font_of_names = {"color": c.text, "size": 10}
        chart.set_y_axis({"reverse": True, "num_font": font_of_names, "line": {"color": c.line}, **(names or {})})
        chart.set_legend({"position": "bottom", "font": font} if legend else {"none": True})
        chart.set_size({"width": 620, "height": height})
        chart.set_chartarea({"border": {"color": c.line}})
        return chart

    def close(self) -> bytes:
        self.workbook.close()
        return self._content.getvalue()


class Sheet:
    """One sheet of a book."""

    def __init__(self, book: Book, name: str):
        self.book, self.name = book, name
        self.page = book.workbook.add_worksheet(name)
        self.page.hide_gridlines(2)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)

    def put(self, row: int, column: int, value: str | float | None, **style) -> None:
        """Write text as text and a number as a number; what is undefined is a dash, and None stays empty.

        Raises
        ------
        ClusteringError
            If Excel has no such row or column, or text is longer than a cell can hold.
        """
        if value is None:
            written = self.page.write_blank(row, column, None, self.book.style(**style)) if style else 0
        elif isinstance(value, str):
            written = self.page.write_string(row, column, value, self.book.style(**style))
        elif isfinite(value):
            written = self.page.write_number(row, column, value, self.book.style(**style))
        else:
            muted = style | {"align": "right", "font_color": self.book.colours.muted}
            written = self.page.write_string(row, column, UNDEFINED, self.book.style(**muted))
        if written or (isinstance(value, str) and utf16_length(value) > MOST_CHARACTERS):
            raise ClusteringError(
                f'"{one_line(value)}" does not fit the sheet {self.name}: an Excel sheet has {whole(MOST_ROWS)} rows, '
                f"{whole(MOST_COLUMNS)} columns and {whole(MOST_CHARACTERS)} characters in a cell. Shorten it, or take "
                "the report."
            )

    def head(self, title: str, *sentences: str) -> int:
        """Write a title and at most two sentences below it; returns the row of the table's header."""
        self.put(0, 0, title, bold=True, font_size=14)
        for row, sentence in enumerate(sentences, 1):
            self.put(row, 0, sentence, font_color=self.book.colours.muted)
        return _HEAD

    def header(self, row: int, texts: list[str], first: int = 0, *, looks: tuple = ()) -> None:
        """Write the names of columns; above those of segments, which come last, number and hue of each."""
        c = self.book.colours
        for i, text in enumerate(texts):
            self.put(row, first + i, text, bold=True, text_wrap=True, bg_color=c.middle, bottom=1, bottom_color=c.marks)
        for label, look in enumerate(looks):
            at = first + len(texts) - len(looks) + label
            hue = {"bottom": 5, "bottom_color": look.mark.light}
            self.put(row - 1, at, label + 1, num_format="0", bold=True, align="center", **hue)

    def finish(self, header: int, n_rows: int, widths: list[float], *, frozen: int = 1) -> None:
        """Freeze the header and the first columns, add the filter, set the widths; print the header on every page."""
        self.page.freeze_panes(header + 1, frozen)
        self.page.autofilter(header, 0, header + n_rows, len(widths) - 1)
        self.page.repeat_rows(header)
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)


def width_of(texts, least: float = _NARROW, most: float = _WIDE) -> float:
    """The width of a column that holds these texts, in characters."""
    return min(most, max([least, *(len(text) + 3 for text in texts)]))


def utf16_length(text: str) -> int:
    """Characters as Excel counts them: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def figure_format(values, kind: str) -> str:
    """The number format for the figures of one column of the data, the same for all segments."""
    if kind in ("boolean", "level"):
        return SHARE
    finite = np.abs(np.asarray(values, dtype=float))
    largest = finite[np.isfinite(finite)].max(initial=0.0)
    if largest == 0:
        return "0"
    decimals = _DIGITS - 1 - floor(log10(largest))
    if decimals > _MOST_DECIMALS:
        return "0.00E+00"
    return "#,##0" if decimals <= 0 else f"#,##0.{'0' * decimals}"


def exact_format(value: float) -> str:
    """The number format for a number that is told by itself: about six digits, and no zeros behind them."""
    if not isfinite(value) or value == round(value):
        return "#,##0"
    decimals = max(1, _EXACT_DIGITS - 1 - floor(log10(abs(value))))
    return "0.00000E+00" if decimals > _MOST_DECIMALS else f"#,##0.0{'#' * (decimals - 1)}"


def from_strongest(findings: Findings, rows: Iterable, *, column: Callable = lambda row: row.column) -> list:
    """Rows in the order of their columns, those that set the segments apart most first."""
    rank = {effect.column: i for i, effect in enumerate(findings.effects)}
    return sorted(rows, key=lambda row: rank[column(row)])


def part(built: bool) -> str:
    """The part that a column has in the segments."""
    return "builds" if built else "describes"


def weighing(findings: Findings) -> str:
    """What the figures are weighted by, as the end of a clause; "" where all customers count the same."""
    weight = findings.comparison.profile.weight_column
    return "" if weight is None else f", every customer counted by {one_line(weight, 40)}"
