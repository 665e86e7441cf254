"""What each line of a purchases file is: a purchase, a return, or why it takes no part."""

import datetime
from dataclasses import dataclass

import numpy as np

from clustering.errors import InvalidSetting
from clustering.rfm.spec import RfmSpec
from clustering.table import Table
from clustering.wording import count, listing, one_line

_RETURN = "with a negative quantity or amount (returns, no orders)"
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of a purchases file, each counted in exactly one way.

    Attributes
    ----------
    purchases, returns : ndarray of int
        Positions of the lines that make orders, and of those that lower a customer's value; empty if returns are
        left out.
    amounts : ndarray of shape (n_lines,)
        Value of each line; NaN where there is none.
    days : ndarray of shape (n_lines,)
        Day of each line, counted from 1970-01-01; meaningless where there is no date.
    reference : int
        Day to which recency is counted.
    n_ragged, n_without_customer, n_without_date, n_without_amount, n_later, n_returns, n_zero : int
        Lines of each kind, in this order: a line that is of two kinds counts as the first.
    """

    purchases: np.ndarray
    returns: np.ndarray
    amounts: np.ndarray
    days: np.ndarray
    reference: int
    n_ragged: int
    n_without_customer: int
    n_without_date: int
    n_without_amount: int
    n_later: int
    n_returns: int
    n_zero: int


def sort_lines(table: Table, spec: RfmSpec) -> Lines:
    """Tell purchases, returns and lines without what is needed apart.

    Raises
    ------
    InvalidSetting
        If a column is absent, the date is no date, an amount is no number, or no purchase is left.
    """
    _check_columns(table, spec)
    amounts = _amounts(table, spec)
    dates = table.frame[spec.date]
    days = dates.to_numpy("datetime64[D]").astype(np.int64)
    is_return = (amounts < 0) if spec.quantity is None else (amounts < 0) | (_numbers(table, spec.quantity) < 0)
    ragged = np.zeros(table.n_rows, dtype=bool)
    ragged[list(table.set_aside)] = True
    free = np.ones(table.n_rows, dtype=bool)  # not yet counted

    def take(is_kind: np.ndarray) -> np.ndarray:
        nonlocal free
        taken = free & is_kind
        free = free & ~is_kind
        return taken

    n_ragged = take(ragged).sum()
    # A purchase by nobody known still says until when the file goes.
    dated = free & ~dates.isna().to_numpy() & ~np.isnan(amounts) & ~is_return
    newest = int(days[dated].max()) if dated.any() else 0
    reference = (spec.reference - _EPOCH).days if spec.reference else newest + 1
    n_without_customer = take(table.frame[spec.customer].isna().to_numpy()).sum()
    n_without_date = take(dates.isna().to_numpy()).sum()
    n_without_amount = take(np.isnan(amounts)).sum()
    n_later = take(days > reference).sum()
    returns = take(is_return)
    is_zero = free & (amounts == 0)
    purchases = free if spec.zero_amounts == "keep" else free & ~is_zero
    lines = Lines(
        purchases=np.flatnonzero(purchases),
        returns=np.flatnonzero(returns) if spec.returns == "subtract" else np.empty(0, dtype=np.int64),
        amounts=amounts,
        days=days,
        reference=reference,
        n_ragged=int(n_ragged),
        n_without_customer=int(n_without_customer),
        n_without_date=int(n_without_date),
        n_without_amount=int(n_without_amount),
        n_later=int(n_later),
        n_returns=int(returns.sum()),
        n_zero=int(is_zero.sum()),
    )
    if not len(lines.purchases):
        told = "; ".join(sentence.rstrip(".") for sentence in line_notes(lines, spec))
        raise InvalidSetting(
            f"No line is a purchase with a customer, a date and an amount: {told}. Choose other columns."
        )
    return lines


def line_notes(lines: Lines, spec: RfmSpec) -> list[str]:
    """What became of the lines that are not plain purchases, as sentences."""
    notes = []

    def tell(n: int, kind: str, fate: str, fate_of_one: str) -> None:
        if n:
            notes.append(f"{count(n, 'line')} {kind} {fate_of_one if n == 1 else fate}.")

    no_part, left_out = ("take no part", "takes no part"), ("are left out", "is left out")
    tell(lines.n_ragged, "with too many or too few fields", *no_part)
    tell(lines.n_without_customer, "without a customer", *no_part)
    tell(lines.n_without_date, "without a date", *no_part)
    tell(lines.n_without_amount, "without an amount", *no_part)
    tell(lines.n_later, f"later than {day_text(lines.reference)}", *no_part)
    if spec.returns == "subtract":
        tell(lines.n_returns, _RETURN, "lower the value of their customers", "lowers the value of its customer")
    else:
        tell(lines.n_returns, _RETURN, *left_out)
    if spec.zero_amounts == "keep":
        tell(lines.n_zero, "with an amount of zero", "count as purchases", "counts as a purchase")
    else:
        tell(lines.n_zero, "with an amount of zero", *left_out)
    return notes


def day_text(day: int) -> str:
    """A day counted from 1970-01-01 as people of all countries read it: 2011-12-09."""
    return str(np.datetime64(day, "D"))


def _amounts(table: Table, spec: RfmSpec) -> np.ndarray:
    if spec.amount is not None:
        return _numbers(table, spec.amount)
    with np.errstate(over="ignore"):
        amounts = _numbers(table, spec.quantity) * _numbers(table, spec.price)
    return np.where(np.isinf(amounts), np.nan, amounts)


def _numbers(table: Table, column: str) -> np.ndarray:
    return table.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)


def _check_columns(table: Table, spec: RfmSpec) -> None:
    known = {column.name: column for column in table.columns}
    for name in spec.columns:
        if name not in known:
            raise InvalidSetting(f'There is no column "{name}". The columns are {listing(known, most=20)}.')
    if known[spec.date].type != "date":
        raise InvalidSetting(
            f'"{spec.date}" is not read as dates{_such_as(table, spec.date)}. Choose the column that holds the day of '
            "each purchase, written in one way throughout, such as 2026-03-31."
        )
    for name in (spec.amount, spec.quantity, spec.price):
        if name is not None and known[name].type != "number":
            raise InvalidSetting(
                f'"{name}" is not read as numbers{_such_as(table, name)}. Choose a column that holds a number on every '
                "line."
            )


def _such_as(table: Table, name: str) -> str:
    first = next((str(cell) for cell in table.text[name].slice(0, 1000).to_pylist() if cell and cell.strip()), None)
    return f': it holds, for instance, "{one_line(first, 40)}"' if first else ": its first cells are empty"
