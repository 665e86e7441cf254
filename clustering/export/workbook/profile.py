"""Two sheets on what the segments are like: in the columns' own units, and against the average."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clustering.export.findings import Findings
from clustering.export.workbook.sheet import (
    SHARE,
    Book,
    Sheet,
    figure_format,
    from_strongest,
    part,
    weighing,
    width_of,
)
from clustering.identity import Look
from clustering.profile import SMALL
from clustering.profile.compare import CLEARLY, OVER, UNDER
from clustering.profile.sheet import EVERYBODY
from clustering.wording import count, listing, one_line

_UNITS = {"boolean": "yes", "date": "days before the newest", "ordinal": "place in its order, from 0"}
_ARROWS = {1: " ▲", 0: "", -1: " ▼"}
_MOST_BARS, _MOST_DRAWN, _MOST_SERIES = 40, 8, 8  # in the chart of the index: in all, rows, and segments
_NO_INDEX = "Where no index says anything (values below 0, an average near 0, dates, places in an order): "


@dataclass(frozen=True, eq=False)
class _Row:
    """One row of the profile: a column of numbers or one level, and one figure of it.

    Attributes
    ----------
    column : str
    level : str or None
        Or what the figure counts, where that is not plain from the column.
    figure : str
    part : str
        Whether the column built the segments.
    overall : float
    own : ndarray of shape (n_clusters,)
    form : str
        Their number format.
    """

    column: str
    level: str | None
    figure: str
    part: str | None
    overall: float
    own: np.ndarray
    form: str


@dataclass(frozen=True, eq=False)
class _Compared:
    """One row of the index: the figures that the segments have there, and how they are marked."""

    row: _Row
    figures: np.ndarray
    marks: np.ndarray
    is_index: bool


def write_profile(book: Book, findings: Findings) -> None:
    """One row per column and figure, one column per segment after that of all customers."""
    profile = findings.comparison.profile
    sheet = book.sheet("Profile")
    header = sheet.head(
        "What each segment is like",
        f"{count(sum(profile.sizes), 'customer')} with a segment, in the columns' own units{weighing(findings)}; of a "
        "category and of yes or no the share.",
        _about_rows(findings),
    )
    sheet.header(
        header, ["Column", "Level or unit", "Figure", "Part", EVERYBODY, *findings.names], looks=findings.looks
    )
    colours = [book.colours.text, *_colours(sheet, findings)]
    rows = [*_sizes(findings), *from_strongest(findings, [*_numbers(findings), *_levels(findings)])]
    for i, row in enumerate(rows, header + 1):
        for j, text in enumerate((row.column, row.level, row.figure, row.part)):
            sheet.put(i, j, text)
        for j, (value, colour) in enumerate(zip((row.overall, *row.own), colours, strict=True), 4):
            sheet.put(i, j, float(value), num_format=row.form, font_color=colour)
    sheet.finish(header, len(rows), [*_of_texts(rows), 16, 11, 14, *_of_segments(findings)])


def _sizes(findings: Findings) -> Iterator[_Row]:
    profile = findings.comparison.profile
    yield _Row("Customers", None, "Count", None, sum(profile.sizes), profile.sizes, "#,##0")
    yield _Row("Customers", None, "Share", None, 1.0, profile.shares, SHARE)
    if profile.weight_shares:
        yield _Row(profile.weight_column, None, "Share of the sum", None, 1.0, profile.weight_shares, SHARE)


def _numbers(findings: Findings) -> Iterator[_Row]:
    profile = findings.comparison.profile
    figures = (
        ("Mean", profile.overall_means, profile.means),
        ("Lower quartile", profile.overall_lower_quartiles, profile.lower_quartiles),
        ("Median", profile.overall_medians, profile.medians),
        ("Upper quartile", profile.overall_upper_quartiles, profile.upper_quartiles),
    )
    for i, (column, kind, built) in enumerate(zip(profile.columns, profile.kinds, profile.built, strict=True)):
        form = figure_format(profile.means[:, i], kind)
        for name, overall, own in figures[:1] if kind == "boolean" else figures:
            told = "Share" if kind == "boolean" else name
            yield _Row(column, _UNITS.get(kind), told, part(built), overall[i], own[:, i], form)


def _levels(findings: Findings) -> Iterator[_Row]:
    for category in findings.comparison.profile.categories:
        for i, level in enumerate(category.levels):
            own = category.shares[:, i]
            yield _Row(category.column, level, "Share", part(category.built), category.overall[i], own, SHARE)


def write_index(book: Book, findings: Findings) -> None:
    """The heat map as cells: every figure against the average of all customers, marked like on the pages."""
    from clustering.charts.tables import FULL_INDEX, FULL_Z

    sheet = book.sheet("Index")
    rows = list(_compared(findings))
    tables = [
        (
            f"Index: 100 is the average of all customers{weighing(findings)}; {_marked(OVER, UNDER)}.",
            [row for row in rows if row.is_index],
            (100 - FULL_INDEX, 100, 100 + FULL_INDEX),
        ),
        (
            f"{_NO_INDEX}distance from the average in standard deviations{weighing(findings)}; "
            f"{_marked(f'+{CLEARLY}', f'-{CLEARLY}')}.",
            [row for row in rows if not row.is_index],
            (-FULL_Z, 0, FULL_Z),
        ),
    ]
    (told, first, scale), *others = [table for table in tables if table[1]]
    header = sheet.head("Every segment against the average", told, _about_rows(findings))
    _write_compared(sheet, findings, header, first, scale)
    sheet.finish(header, len(first), [*_of_texts([row.row for row in rows]), 11, 16, *_of_segments(findings)])
    for told, rest, scale in others:
        below = header + len(first) + 4
        sheet.put(below - 2, 0, told, font_color=book.colours.muted)
        _write_compared(sheet, findings, below, rest, scale)
    if first[0].is_index:
        _draw_index(sheet, findings, header, first)


def _compared(findings: Findings) -> list[_Compared]:
    comparison = findings.comparison
    profile = comparison.profile
    means = {row.column: row for row in _numbers(findings) if row.figure in ("Mean", "Share")}
    found = [
        _Compared(means[column], comparison.figures[:, i], comparison.marks[:, i], bool(comparison.is_index[i]))
        for i, column in enumerate(profile.columns)
    ]
    levels = [(category, i) for category in comparison.levels for i in range(len(category.levels))]
    found += [
        _Compared(row, category.figures[:, i], category.marks[:, i], True)
        for row, (category, i) in zip(_levels(findings), levels, strict=True)
    ]
    return from_strongest(findings, found, column=lambda one: one.row.column)


def _write_compared(
    sheet: Sheet, findings: Findings, header: int, rows: list[_Compared], scale: tuple[float, float, float]
) -> None:
    c, small = sheet.book.colours, findings.comparison.small
    colours = _colours(sheet, findings)
    texts = ["Column", "Level or unit", "Part", "Average of all", *findings.names]
    sheet.header(header, texts, looks=findings.looks)
    for i, one in enumerate(rows, header + 1):
        for j, text in enumerate((one.row.column, one.row.level, one.row.part)):
            sheet.put(i, j, text)
        sheet.put(i, 3, float(one.row.overall), num_format=one.row.form)
        for label, (figure, mark) in enumerate(zip(one.figures, one.marks, strict=True)):
            form = _form(one.is_index, int(mark), bool(small[label]))
            sheet.put(i, 4 + label, float(figure), num_format=form, bold=bool(mark), font_color=colours[label])
    low, middle, high = scale
    coloured = {"type": "3_color_scale", "min_color": c.under, "mid_color": c.middle, "max_color": c.over}
    coloured |= {"min_type": "num", "mid_type": "num", "max_type": "num"}
    coloured |= {"min_value": low, "mid_value": middle, "max_value": high}
    sheet.page.conditional_format(header + 1, 4, header + len(rows), 3 + len(small), coloured)


def _colours(sheet: Sheet, findings: Findings) -> list[str]:
    """The colour of the text of every segment."""
    c = sheet.book.colours
    return [c.muted if is_small else c.text for is_small in findings.comparison.small]


def _form(is_index: bool, mark: int, is_small: bool) -> str:
    """The number format of a figure: with the arrow of its mark, of a small segment in parentheses."""
    behind = _ARROWS[mark] + (")" if is_small else "")
    opened, closed = '"("' if is_small else "", f'"{behind}"' if behind else ""
    if is_index:
        return f"{opened}#,##0{closed}"
    return ";".join(f"{opened}{sign}0.0{closed}" for sign in ("+", "-", ""))


def _draw_index(sheet: Sheet, findings: Findings, header: int, rows: list[_Compared]) -> None:
    looks: tuple[Look, ...] = findings.looks[:_MOST_SERIES]
    n = min(len(rows), _MOST_DRAWN, max(1, _MOST_BARS // len(looks)))
    told = [f"the {n} of {len(rows)} rows that set the segments apart most"] if n < len(rows) else []
    told += [f"the {len(looks)} largest of {len(findings.looks)} segments"] if len(looks) < len(findings.looks) else []
    chart = sheet.book.chart(
        title="; ".join(["Index: 100 is the average of all customers", *told]),
        height=max(320, 110 + n * (14 * len(looks) + 14)),
        axis={"num_format": "0", "crossing": 100},
        names={"label_position": "low"},  # beside the chart, not where the bars begin
        legend=True,
    )
    has_levels = any(one.row.level for one in rows[:n])
    for label, look in enumerate(looks):
        chart.add_series(
            {
                "name": [sheet.name, header, 4 + label],
                "categories": [sheet.name, header + 1, 0, header + n, int(has_levels)],
                "values": [sheet.name, header + 1, 4 + label, header + n, 4 + label],
                "fill": {"color": look.mark.light},
                "gap": 60,
            }
        )
    column = 5 + len(findings.looks)
    sheet.page.insert_chart(header, column, chart, {"description": "Index of every segment as bars"})


def _marked(high: object, low: object) -> str:
    return f"bold with ▲ from {high} on, bold with ▼ up to {low}"


def _of_texts(rows: list[_Row]) -> list[float]:
    """Widths of the columns that tell which row it is."""
    return [width_of([row.column for row in rows], 16), width_of([row.level or "" for row in rows], 16)]


def _of_segments(findings: Findings) -> list[float]:
    return [width_of([name[:24]], 12) for name in findings.names]


def _about_rows(findings: Findings) -> str:
    told = f'"{part(True)}": the segments were found by this column; "{part(False)}": it had no part in that.'
    small = [one_line(findings.names[label]) for label in np.flatnonzero(findings.comparison.small)]
    if small:
        told += f" Of fewer than {SMALL} customers much may be chance (grey): {listing(small)}."
    return told
