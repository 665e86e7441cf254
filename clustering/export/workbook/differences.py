"""Two sheets: how many there are of each segment and how far it can be relied on, and what sets segments apart."""

from math import isfinite

from clustering.export.findings import Findings
from clustering.export.workbook.sheet import SHARE, Book, Sheet, part, weighing, width_of
from clustering.profile import SMALL, WHY_NO_TEST
from clustering.profile.effects import CRAMER, ETA
from clustering.profile.persona import character
from clustering.wording import count, one_line, share, whole

_LEVELS = {"green": "yes", "amber": "partly", "red": "no", "unknown": "not known"}
_FILLS = {"green": "#DDF3E4", "amber": "#FBEFCF", "red": "#FADFD8", "unknown": "#F7F8FA"}  # pale: text reads on them
_MOST_BARS = 25
_ROUGH = "The segments are too small for the test to be exact."


def write_sizes(book: Book, findings: Findings) -> None:
    """One row per segment, with the checks and a sentence on who they are; below, who has no segment."""
    profile, clustering = findings.comparison.profile, findings.clustering
    sheet, names = book.sheet("Sizes"), findings.names
    header = sheet.head(
        "The segments",
        f"Shares are of the {count(sum(profile.sizes), 'customer')} that have a segment. Of fewer than {SMALL} "
        "customers much may be chance.",
    )
    checks = [check.name for check in findings.checks[0]]
    weighed = [f"Share of {profile.weight_column}"] if profile.weight_shares else []
    texts = ["Number", "Segment", "Customers", "Share", *weighed, *checks, "What they are like"]
    sheet.header(header, [*texts, "Typical customer", "Your note"])
    for label, look in enumerate(findings.looks):
        row, at = header + 1 + label, 4 + len(weighed)
        sheet.put(row, 0, label + 1, num_format="0", bold=True, left=5, left_color=look.mark.light)
        sheet.put(row, 1, look.name, text_wrap=True)
        sheet.put(row, 2, profile.sizes[label], num_format="#,##0")
        sheet.put(row, 3, profile.shares[label], num_format=SHARE)
        if weighed:
            sheet.put(row, 4, profile.weight_shares[label], num_format=SHARE)
        for i, check in enumerate(findings.checks[label]):
            told = f"{_LEVELS[check.level]} · {check.figure}"
            sheet.put(row, at + i, told, bg_color=_FILLS[check.level], text_wrap=True)
        sheet.put(row, at + len(checks), character(findings.comparison, label, names=names), text_wrap=True)
        sheet.put(row, at + len(checks) + 1, _typical(findings, label))
        sheet.put(row, at + len(checks) + 2, findings.notes[label] or None, text_wrap=True)
    n = len(names)
    widths = [9, width_of(names, 16), 11, 9, *([14] * len(weighed)), *([24] * len(checks)), 70, 18, 40]
    sheet.finish(header, n, widths, frozen=2)
    n_noise = len(clustering.noise)
    others = [("With a segment", sum(profile.sizes)), ("Noise: near no segment", n_noise)]
    others += [("Set aside", clustering.n_without - n_noise), ("Rows of the file", clustering.n_rows)]
    below = header + n + 2
    for row, (told, n_rows) in enumerate([one for one in others if one[1]], below):
        sheet.put(row, 1, told, font_color=book.colours.muted)
        sheet.put(row, 2, n_rows, num_format="#,##0")
    chart = book.chart(
        title=f"The largest holds {share(profile.shares[0], 0)}",
        height=max(240, 90 + 34 * n),
        axis={"visible": False, "min": 0},
    )
    chart.add_series(
        {
            "name": [sheet.name, header, 2],
            "categories": [sheet.name, header + 1, 1, header + n, 1],
            "values": [sheet.name, header + 1, 2, header + n, 2],
            "points": [{"fill": {"color": look.mark.light}} for look in findings.looks],
            "data_labels": {"value": True, "num_format": "#,##0", "font": {"color": book.colours.text}},
            "gap": 60,
        }
    )
    sheet.page.insert_chart(below + len(others) + 1, 1, chart, {"description": "Customers per segment as bars"})


def _typical(findings: Findings, label: int) -> str:
    """The customer nearest to the middle of the segment, by the id of the file where it has one."""
    row = findings.typical[label]
    ids = [column.name for column in findings.table.columns if column.role == "id"]
    told = findings.table.text[ids[0]][row].as_py() if ids else None
    return told or f"row {whole(row + 1)} of the file"


def write_differences(book: Book, findings: Findings) -> None:
    """The columns by how far they set the segments apart, with a test where one says something."""
    sheet = book.sheet("Differences")
    header = sheet.head(
        "What sets the segments apart",
        f"Explained: the share of the differences between customers that goes with the segments{weighing(findings)}. "
        f"{ETA.capitalize()} of a number, the square of {CRAMER} of a category; customers placed afterwards left out.",
        f"{WHY_NO_TEST} Each p-value is adjusted for the number of tests (Holm).",
    )
    texts = ["Column", "Part", "Explained", "Measure", "Size", "Test", "p-value", "Remark"]
    sheet.header(header, texts)
    for row, effect in enumerate(findings.effects, header + 1):
        remark = "; ".join(text for text in (effect.reason, _ROUGH if effect.is_rough else "") if text)
        sheet.put(row, 0, effect.column)
        sheet.put(row, 1, part(effect.built))
        sheet.put(row, 2, float(effect.strength), num_format=SHARE)
        sheet.put(row, 3, effect.measure)
        sheet.put(row, 4, float(effect.size), num_format="0.00")
        sheet.put(row, 5, effect.test)
        if effect.test is not None:
            sheet.put(row, 6, float(effect.p_adjusted), num_format='[<0.001]"< 0.001";0.000')
        sheet.put(row, 7, remark or None)
    columns = [effect.column for effect in findings.effects]
    sheet.finish(header, len(columns), [width_of(columns, 16), 11, 11, 14, 9, 16, 11, 44])
    if isfinite(findings.effects[0].strength):
        _draw_ranking(sheet, findings, header, len(texts))


def _draw_ranking(sheet: Sheet, findings: Findings, header: int, column: int) -> None:
    drawn = [effect for effect in findings.effects if isfinite(effect.strength)][:_MOST_BARS]
    n = len(drawn)
    chart = sheet.book.chart(
        title=f"Most apart in: {one_line(drawn[0].column, 40)}",
        height=max(240, 90 + 26 * n),
        axis={"visible": False, "min": 0, "max": 1},
    )
    colour = sheet.book.colours.marks
    filled, hollow = {"fill": {"color": colour}}, {"fill": {"color": "white"}, "border": {"color": colour}}
    chart.add_series(
        {
            "name": [sheet.name, header, 2],
            "categories": [sheet.name, header + 1, 0, header + n, 0],
            "values": [sheet.name, header + 1, 2, header + n, 2],
            "points": [filled if effect.built else hollow for effect in drawn],
            "data_labels": {"value": True, "num_format": "0 %", "font": {"color": sheet.book.colours.text}},
            "gap": 60,
        }
    )
    sheet.page.insert_chart(header, column, chart, {"description": "How far every column sets the segments apart"})
