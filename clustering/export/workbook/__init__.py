"""What was found as an Excel workbook: real numbers, native charts, and no formula in it."""

from collections.abc import Callable

import pandas as pd

from clustering.export.findings import Findings
from clustering.export.workbook.differences import write_differences, write_sizes
from clustering.export.workbook.labels import Labels, check_size
from clustering.export.workbook.profile import write_index, write_profile
from clustering.export.workbook.recipe import write_recipe
from clustering.export.workbook.sheet import Book

__all__ = ["check_size", "to_xlsx"]

_BEFORE_ROWS = 0.3  # of the work, where there are many rows


def to_xlsx(
    findings: Findings, labelled: pd.DataFrame, *, on_step: Callable[[float, str], None] | None = None
) -> bytes:
    """Write the labelled table and what is told of the segments as an Excel workbook.

    Its sheets are Labels, Profile, Index, Sizes, Differences and Recipe. The same findings give the same bytes.

    Parameters
    ----------
    labelled : DataFrame
        As `label_table` returns it for the table of the findings. In the columns that were read as numbers a cell is
        the number it was read as, with the number format that shows it as it stood; identifiers, dates and whatever
        no number format can show are text.
    on_step : callable of (float, str), optional
        Told the share that is done, and what is being done.

    Raises
    ------
    InvalidSetting
        If `labelled` belongs to another table.
    ClusteringError
        If the table has more rows or columns, or a cell more text, than Excel can hold.
    """
    step = on_step or (lambda part, what: None)
    step(0.0, "Reading the numbers")
    labels = Labels(findings.table, labelled)
    book = Book(findings.title)
    labels.lay_out(book)
    step(_BEFORE_ROWS / 2, "Telling the segments")
    write_profile(book, findings)
    write_index(book, findings)
    write_sizes(book, findings)
    write_differences(book, findings)
    write_recipe(book, findings, labels.notes)
    content = labels.fill_in(
        book.close(), lambda part: step(_BEFORE_ROWS + (1 - _BEFORE_ROWS) * part, "Writing the customers")
    )
    step(1.0, "Writing the customers")
    return content
