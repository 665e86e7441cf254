"""From a column of text to values of one type: number, date, yes and no, or text as it is.

Plain numbers are cast at once. All else is decided on the different cells of the column, each of them read once.
"""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidColumns
from clustering.table.cells import HEAD, MISSING_WORDS, Cells
from clustering.table.dates import Dates, dates_in_numbers, read_dates
from clustering.table.numbers import AMBIGUOUS, CODE, CODE_LENGTH, Numbers, read_numbers
from clustering.table.options import ColumnOptions, ReadOptions
from clustering.table.questions import Question, about_decimals, about_order, told_unknown
from clustering.wording import one_line

_BOOLEANS = (("false", "true"), ("no", "yes"), ("n", "y"))
_TRUE_BY_LETTER = ("f", "t")  # of a database; one of them alone may be anything
_ZERO_OR_ONE = ("0", "1")
BOOLEANS = (*_BOOLEANS, _ZERO_OR_ONE, _TRUE_BY_LETTER)  # the words for no and yes, in the order they are tried
_SLIPS = 9  # so many good cells to a bad one make the bad one a slip


@dataclass(frozen=True)
class Usage:
    """What the columns of a file that leave no doubt have in common; None where there is nothing to go by."""

    decimal: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True, eq=False)
class TypedColumn:
    """Values of one type, and what the conversion noticed.

    Attributes
    ----------
    values : pandas.Series
        float64 with NaN, datetime64, boolean or text.
    slip : str or None
        Why a column of numbers or dates stayed text: a few cells are none.
    notes : tuple of str
        Sentences.
    usage : Usage
        What the cells prove: the decimal mark, the order of dates.
    question : Question or None
    """

    type: str
    values: pd.Series
    slip: str | None = None
    notes: tuple[str, ...] = ()
    usage: Usage = Usage()
    question: Question | None = None


def type_columns(text: pa.Table, delimiter: str | None, options: ReadOptions) -> dict[str, TypedColumn]:
    """Decide the type of every column of text (null where a row takes no part) and convert it.

    Where a column reads in two ways, what the other columns of the file have in common is the likelier.

    Raises
    ------
    InvalidColumns
        If the user's options name no column, or hardly suit what the column holds.
    """
    strangers = tuple(column.name for column in options.columns if column.name not in text.column_names)
    if strangers:
        raise InvalidColumns(f'There is no column "{one_line(strangers[0])}" to overrule in this file.', strangers)
    typed = {name: type_column(text[name], delimiter, options.column(name)) for name in text.column_names}
    usage = Usage(
        _most(column.usage.decimal for column in typed.values()),
        _most(column.usage.day_first for column in typed.values()),
    )
    for name, column in typed.items():
        if column.question and usage != Usage():
            typed[name] = type_column(text[name], delimiter, options.column(name), usage)
    return typed


def type_column(
    text: pa.ChunkedArray, delimiter: str | None, options: ColumnOptions, usage: Usage = Usage()
) -> TypedColumn:
    """Decide the type of one column and convert it.

    Parameters
    ----------
    delimiter : str or None
        None for a workbook and the like: its numbers are no text, and 1.234 is nothing else.
    usage : Usage
        What is likelier where the cells read in two ways.
    """
    if options.type in (None, "number") and options.decimal != ",":
        numbers, proof = _cast(text, options, is_text=delimiter is not None)
        if numbers is not None:
            values = finite(numbers, options)
            found = dates_in_numbers(options.name, values.to_numpy()) if options.type is None else None
            if found is not None:
                moments, told = found
                return TypedColumn("date", pd.Series(moments), notes=(f'"{one_line(options.name)}" {told}.',))
            return TypedColumn("number", values, usage=Usage(decimal=proof))
    cells = Cells.of(text, options)
    if cells.weights.sum() == 0:
        return TypedColumn("text", cells.as_text())
    for known in (cells, cells.without_unknown()):
        found = known and (_as_number(known, delimiter, options, usage) or _as_date(known, delimiter, options, usage))
        if found is not None:
            return found
    if options.decimal and options.type is None:
        raise _refused(cells, options, f'numbers with "{options.decimal}" between whole and decimals')
    found = _as_boolean(cells, options)
    if found is not None:
        return found
    notes = (told_unknown(options.name, cells.n_unknown, False),) if cells.n_unknown else ()
    return TypedColumn("text", cells.as_text(), None if options.type else _slip(cells, delimiter), notes)


def _cast(text: pa.ChunkedArray, options: ColumnOptions, is_text: bool) -> tuple[np.ndarray | None, str | None]:
    """Plain numbers as they are, and the decimal mark if they prove it; None if a look at the cells is needed."""
    head = text.slice(0, HEAD)
    # Every cell that cannot be cast costs as much as many that can: a column of words is told by its head.
    if to_floats(without_gaps(head, options)) is None:
        return None, None
    numbers = to_floats(text)
    if numbers is None:
        text = without_gaps(text, options)
        numbers = to_floats(text)
    if numbers is None or numbers.null_count == len(numbers) or (options.type is None and _has_codes(text, numbers)):
        return None, None
    proof = None
    if any(pc.any(pc.match_substring(part, ".")).as_py() for part in (head, text)):
        if is_text and options.decimal is None and _all_ambiguous(text):
            return None, None
        proof = "."
    return numbers.to_numpy(), proof


def to_floats(text: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Plain numbers; None if one of the cells is none."""
    try:
        return pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return None


def without_gaps(text: pa.ChunkedArray, options: ColumnOptions) -> pa.ChunkedArray:
    """Null where a cell is one of the words for "missing", in the usual spellings."""
    words = {form for word in MISSING_WORDS for form in (word, word.upper(), word.title())} | {"NaN"}
    is_missing = pc.is_in(text, value_set=pa.array(sorted(words | set(options.missing or ()))))
    return pc.if_else(is_missing, pa.scalar(None, pa.string()), text)


def _has_codes(text: pa.ChunkedArray, numbers: pa.ChunkedArray) -> bool:
    # The pattern alone would do, but hardly any cell needs the slow look.
    suspicious = [pc.starts_with(text, "0")]
    if pc.any(pc.less(numbers, 0)).as_py():
        suspicious.append(pc.starts_with(text, "-0"))
    if pc.any(pc.starts_with(text.slice(0, HEAD), "+")).as_py():
        suspicious.append(pc.starts_with(text, "+0"))
    if (pc.max(pc.binary_length(text)).as_py() or 0) >= CODE_LENGTH:
        suspicious.append(pc.greater_equal(pc.binary_length(text), CODE_LENGTH))
    return any(
        pc.any(cells).as_py() and pc.any(pc.match_substring_regex(text.filter(cells), CODE)).as_py()
        for cells in suspicious
    )


def _all_ambiguous(text: pa.ChunkedArray) -> bool:
    for part in (text.slice(0, HEAD), text):
        with_mark = part.filter(pc.match_substring(part, "."))
        if not pc.all(pc.match_substring_regex(with_mark, AMBIGUOUS)).as_py():
            return False
    return True


def _as_number(cells: Cells, delimiter: str | None, options: ColumnOptions, usage: Usage) -> TypedColumn | None:
    if options.type not in (None, "number"):
        return None
    forced = options.type == "number"
    is_comma_file = delimiter == ","
    if not forced and not _worth_reading(cells, options.decimal, is_comma_file):
        return None
    found = read_numbers(cells.levels, cells.weights, options.decimal, is_comma_file)
    if forced and (found is None or not cells.weights[found.fits].any()):
        raise _refused(cells, options, "numbers")
    if found is None or not (forced or found.fits.all()):
        return None
    question = None
    if found.ambiguous:
        example = next(level for level in cells.levels.to_pylist() if level and re.search(r"\d[.,]\d{3}", level))
        taken = usage.decimal or ("," if delimiter == ";" else ".")
        if found.thousands_likelier:
            taken = "." if re.search(r"\d,\d{3}", example) else ","
        found = read_numbers(cells.levels, cells.weights, taken, is_comma_file)
        question = about_decimals(options, example, taken)
    values = finite(cells.spread(found.values, np.nan), options)
    # Dollars have a point wherever they are written: it says nothing about the other columns.
    is_told = question is None and not (found.is_money and found.decimal == ".")
    proof = Usage(decimal=found.decimal if is_told else None)
    return TypedColumn("number", values, None, _notes(cells, options, found), proof, question)


def _worth_reading(cells: Cells, decimal: str | None, is_comma_file: bool) -> bool:
    """Whether there are no codes, and half of the first cells are numbers."""
    if pc.any(pc.match_substring_regex(cells.levels, CODE)).as_py():
        return False
    levels, weights = cells.head
    glimpse = read_numbers(levels, weights, decimal, is_comma_file=False)
    return glimpse is not None and 2 * weights[glimpse.fits].sum() >= weights.sum()


def _as_date(cells: Cells, delimiter: str | None, options: ColumnOptions, usage: Usage) -> TypedColumn | None:
    if options.type not in (None, "date"):
        return None
    forced = options.type == "date"
    likelier = usage.day_first
    if likelier is None and delimiter == ";":
        likelier = True
    if not forced:
        levels, weights = cells.head
        glimpse = read_dates(levels, weights, options.day_first, likelier, compact=False)
        if glimpse is None or 2 * weights[glimpse.fits].sum() < weights.sum():
            return None
    found = read_dates(cells.levels, cells.weights, options.day_first, likelier, compact=forced)
    if forced and (found is None or not cells.weights[found.fits].any()):
        raise _refused(cells, options, "dates")
    if found is None or not (forced or found.fits.all()):
        return None
    question = about_order(options, found.example, found.day_first) if found.ambiguous else None
    values = pd.Series(cells.spread(found.values, np.datetime64("NaT")))
    proof = Usage(day_first=None if question else found.day_first)
    return TypedColumn("date", values, None, _notes(cells, options, found), proof, question)


def _as_boolean(cells: Cells, options: ColumnOptions) -> TypedColumn | None:
    if options.type not in (None, "boolean"):
        return None
    pairs = _BOOLEANS if options.type is None else (*_BOOLEANS, _ZERO_OR_ONE)
    lower = pc.utf8_lower(cells.levels)
    if options.type is not None or len(pc.unique(lower.drop_null())) == 2:
        pairs = (*pairs, _TRUE_BY_LETTER)
    for no, yes in pairs:
        fits = pc.is_in(lower, value_set=pa.array([no, yes, None])).to_numpy(zero_copy_only=False)
        if fits.all():
            return TypedColumn("boolean", as_booleans(cells, yes))
    if options.type == "boolean":
        raise _refused(cells, options, "yes and no (or true and false, y and n, t and f, 1 and 0)")
    return None


def as_booleans(cells: Cells, yes: str, no: str | None = None) -> pd.Series:
    """Whether each cell says `yes`; where `no` is given, what says neither is missing."""
    lower = pc.utf8_lower(cells.levels)
    is_yes = pc.equal(lower, yes)
    if no is not None:
        is_yes = pc.if_else(pc.is_in(lower, value_set=pa.array([no, yes])), is_yes, pa.scalar(None, pa.bool_()))
    is_yes = is_yes.take(pa.array(cells.codes, mask=cells.codes < 0))
    return pd.Series(is_yes.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))


def _notes(cells: Cells, options: ColumnOptions, found: Numbers | Dates) -> tuple[str, ...]:
    """What was counted as missing, and how the cells are written."""
    notes = []
    if cells.n_taken_missing:
        notes.append(told_unknown(options.name, cells.n_taken_missing, True, cells.taken_missing))
    name = f'"{one_line(options.name)}"'
    if not found.fits.all():
        notes.append(f"{name} is read as {options.type}s, but {cells.stray(found.fits)}; such cells count as missing.")
    if found.remark:
        notes.append(f"{name} {found.remark}.")
    return tuple(notes)


def _slip(cells: Cells, delimiter: str | None) -> str | None:
    """Say where a column of numbers or dates holds a few cells that are none: the user can mend the file."""
    readings = []
    if _worth_reading(cells, None, False):
        readings.append(("numbers", read_numbers(cells.levels, cells.weights, None, delimiter == ",")))
    readings.append(("dates", read_dates(*cells.head, None, None, compact=False)))
    for noun, found in readings:
        if found is None:
            continue
        if noun == "dates":
            found = read_dates(cells.levels, cells.weights, None, None, compact=False)
        n_good, n_bad = cells.weights[found.fits].sum(), cells.weights[~found.fits].sum()
        if n_bad and n_good >= _SLIPS * n_bad:
            return f"{noun}, but {cells.stray(found.fits)}"
    return None


def _refused(cells: Cells, options: ColumnOptions, wanted: str) -> InvalidColumns:
    first = next(level for level in cells.levels.to_pylist() if level is not None)
    return InvalidColumns(
        f'"{one_line(options.name)}" does not hold {wanted}: one of its cells is {one_line(first, most=40)!r}. '
        "Choose another setting for this column.",
        (options.name,),
    )


def finite(numbers: np.ndarray, options: ColumnOptions) -> pd.Series:
    """Numbers without infinity, and without those that the user says mean nothing, however they are written."""
    is_nothing = np.isinf(numbers)
    for word in options.missing or ():
        with suppress(ValueError):
            is_nothing |= numbers == float(word)
    if is_nothing.any():
        numbers = np.where(is_nothing, np.nan, numbers)
    return pd.Series(numbers, copy=False)


def _most(findings) -> str | bool | None:
    """What most columns that leave no doubt say; None where they are divided."""
    told = Counter(finding for finding in findings if finding is not None).most_common(2)
    divided = len(told) == 2 and told[0][1] == told[1][1]
    return told[0][0] if told and not divided else None
