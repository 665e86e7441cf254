"""One row per customer, as a `Table` with which everything goes on as if it had been uploaded."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidSetting, TooFewRows
from clustering.rfm.lines import Lines, day_text, line_notes, sort_lines
from clustering.rfm.scores import NAMES, fifths, rule_segments
from clustering.rfm.spec import RfmSpec
from clustering.table import MIN_ROWS, ColumnOptions, ReadOptions, Records, Table, build_table
from clustering.wording import count, whole

_COUNTS = ("recency_days", "frequency")
_MONEY = ("monetary", "mean_basket")
_DATES = ("first_purchase", "last_purchase")
_SCORES = ("recency_score", "frequency_score", "monetary_score")
_RULE = "rfm_segment"
_LARGEST = 1e15  # beyond, a float has no cents any more


@dataclass(frozen=True)
class RuleGroup:
    """The customers with one rule name; shares are of all customers and of all that they are worth (or NaN)."""

    name: str
    size: int
    share: float
    value_share: float


def rfm(table: Table, spec: RfmSpec) -> Table:
    """Make one row per customer out of one line per purchase.

    Returns
    -------
    Table
        Customers in the order of their first line that counts, named as they stood in the file. Columns:

        - the customer's column, under its name
        - `recency_days`: whole days from the last purchase to the day of reference
        - `frequency`: orders (distinct order numbers; distinct days where there is none)
        - `monetary`: sum of the amounts, returns subtracted if so chosen
        - `mean_basket`: `monetary` per order
        - `first_purchase`, `last_purchase`: dates
        - `recency_score`, `frequency_score`, `monetary_score`: 1 to 5 (best) by `fifths`; a customer whose recency lies
          exactly on the border of two fifths gets the better one
        - `rfm_segment`: the rule name of `rule_segments`

        A customer with returns alone has a value, a frequency of 0, and the rest empty. `notes` say what became of
        every line that is not a plain purchase. The digest depends on that of the purchases and on the spec.

    Raises
    ------
    InvalidSetting
        If the columns do not fit, see `sort_lines`, or add up to more than can be written exactly.
    TooFewRows
        If there are fewer than three customers.
    """
    lines = sort_lines(table, spec)
    counted = np.sort(np.concatenate([lines.purchases, lines.returns]))
    codes, ids = _encode(table, spec.customer, counted)
    n_customers = len(ids)
    if n_customers < MIN_ROWS:
        raise TooFewRows(
            f'"{spec.customer}" holds {count(n_customers, "customer")} with purchases; segments need at least '
            f"{MIN_ROWS}. Choose the column that tells customers apart."
        )
    monetary = np.bincount(codes, weights=lines.amounts[counted], minlength=n_customers)
    if max(np.abs(monetary).max(), np.abs(lines.amounts[counted]).max()) > _LARGEST:
        raise InvalidSetting(
            f'"{spec.money}": the amounts of one customer add up to more than {whole(_LARGEST)}, too much to be '
            "counted exactly. Correct the amounts or choose another column."
        )
    decimals = _decimals(lines.amounts[counted], table.text[spec.money])
    monetary = np.round(monetary, decimals)
    is_purchase = np.zeros(table.n_rows, dtype=bool)
    is_purchase[lines.purchases] = True
    bought = is_purchase[counted]
    rows, owners = counted[bought], codes[bought]
    frequency = _n_orders(table, spec, lines.days, rows, owners, n_customers)
    first, last = _first_and_last(lines.days[rows], owners, n_customers)
    buyers = np.flatnonzero(frequency)
    mark = "," if _has_decimal_comma(table, spec.money) else "."
    cells = [
        ids,
        *_measures(lines.reference - last, frequency, monetary, decimals, mark),
        *(_at(buyers, _dates(days[buyers]), n_customers) for days in (first, last)),
        *_scores(lines.reference - last, frequency, monetary),
    ]
    header = [spec.customer, *_COUNTS, *_MONEY, *_DATES, *_SCORES, _RULE]
    records = Records(
        header=header,
        body=pa.table(cells, names=[str(position) for position in range(len(cells))]),
        notes=tuple(_notes(table, spec, lines, n_customers, n_customers - len(buyers))),
    )
    reading = replace(table.reading, file_name=f"{table.reading.file_name} (per customer)")
    return build_table(records, reading, _options(spec, mark), f"{table.digest} {spec!r}".encode())


def rule_groups(customers: Table) -> tuple[RuleGroup, ...]:
    """Size and value of each rule segment that has customers in a table made by `rfm`, the best first."""
    named = customers.frame.iloc[:, -1]
    values = customers.frame.iloc[:, 3].groupby(named).sum()
    sizes, total = named.value_counts(), customers.frame.iloc[:, 3].sum()
    return tuple(
        RuleGroup(
            name,
            int(sizes[name]),
            float(sizes[name] / customers.n_rows),
            float(values[name] / total) if total > 0 else float("nan"),
        )
        for name in NAMES
        if name in sizes.index
    )


def _encode(table: Table, column: str, rows: np.ndarray) -> tuple[np.ndarray, pa.Array]:
    """Codes in order of first appearance, and the text that each stands for; blanks around it do not count."""
    cells = pc.utf8_trim_whitespace(table.text[column].take(pa.array(rows)))
    encoded = cells.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary


def _n_orders(table, spec, days, rows, codes, n_customers) -> np.ndarray:
    """Distinct orders per customer; a line without an order number belongs to the order of its day."""
    keys = days[rows] - days[rows].min()
    if spec.order is not None:
        numbers, texts = _encode(table, spec.order, rows)
        missing = table.frame[spec.order].isna().to_numpy()[rows]
        keys = np.where(missing, len(texts) + keys, numbers)
    width = int(keys.max()) + 1
    pairs = pd.unique(codes * width + keys)
    return np.bincount(pairs // width, minlength=n_customers)


def _first_and_last(days, codes, n_customers) -> tuple[np.ndarray, np.ndarray]:
    first = np.full(n_customers, np.iinfo(np.int64).max)
    last = np.full(n_customers, np.iinfo(np.int64).min // 2)
    np.minimum.at(first, codes, days)
    np.maximum.at(last, codes, days)
    return first, last


def _decimals(amounts: np.ndarray, written: pa.ChunkedArray) -> int:
    """Decimals with which money is written: none if the file has none, else two, or as many as lose nothing."""
    has_decimals = pc.any(pc.match_substring_regex(written.slice(0, 10_000), r"[.,]\d{1,2}\D*$")).as_py()
    for decimals in (2, 4) if has_decimals else (0, 2, 4):
        scaled = amounts * 10.0**decimals
        if np.isclose(scaled, np.rint(scaled), rtol=1e-12, atol=1e-6).all():
            return decimals
    return 6


def _has_decimal_comma(table: Table, column: str) -> bool:
    """Whether the file writes 12,50: customers' amounts are written as the purchases' are."""
    broken = np.flatnonzero(table.frame[column].to_numpy(dtype=np.float64, na_value=0.0) % 1)
    if not len(broken):
        return False
    cell = table.text[column][int(broken[0])].as_py()
    return cell.rfind(",") > cell.rfind(".")


def _measures(recency, frequency, monetary, decimals, mark) -> list[pa.Array]:
    """Recency, frequency, monetary value and mean basket as text; what needs a purchase is empty without one."""
    buyers, n = np.flatnonzero(frequency), len(frequency)
    baskets = monetary[buyers] / frequency[buyers]
    basket_decimals = decimals or (2 if (baskets % 1).any() else 0)
    return [
        _at(buyers, _whole(recency[buyers]), n),
        _whole(frequency),
        _money(monetary, decimals, mark),
        _at(buyers, _money(baskets, basket_decimals, mark), n),
    ]


def _scores(recency, frequency, monetary) -> list[pa.Array]:
    """The three scores and the rule name, as text; empty without a purchase."""
    buyers, n = np.flatnonzero(frequency), len(frequency)
    scores = 6 - fifths(recency[buyers]), fifths(frequency[buyers]), fifths(monetary[buyers])
    names = pa.array(rule_segments(scores[0], scores[1]), pa.string())
    return [*(_at(buyers, _whole(score), n) for score in scores), _at(buyers, names, n)]


def _whole(values: np.ndarray) -> pa.Array:
    return pa.array(values, pa.int64()).cast(pa.string())


def _money(values: np.ndarray, decimals: int, mark: str) -> pa.Array:
    exact = pa.array(np.round(values, decimals) + 0.0).cast(pa.decimal128(38, decimals))  # + 0.0: no negative zero
    return pc.replace_substring(exact.cast(pa.string()), ".", mark)


def _dates(days: np.ndarray) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32()).cast(pa.string())


def _at(positions: np.ndarray, values: pa.Array, n: int) -> pa.Array:
    """The values at their positions among n, the rest empty."""
    places = np.full(n, -1)
    places[positions] = np.arange(len(positions))
    return values.take(pa.array(places, mask=places < 0)).fill_null("")


def _options(spec: RfmSpec, mark: str) -> ReadOptions:
    """What is known about the columns and need not be guessed."""
    columns = (
        ColumnOptions(spec.customer, role="id"),
        *(ColumnOptions(name, type="number", missing=()) for name in _COUNTS),
        *(ColumnOptions(name, type="number", decimal=mark, missing=()) for name in _MONEY),
        *(ColumnOptions(name, role="ordered", missing=()) for name in _SCORES),
        ColumnOptions(_RULE, role="label"),
    )
    return ReadOptions(columns=tuple(c for i, c in enumerate(columns) if i == 0 or c.name != spec.customer))


def _notes(table: Table, spec: RfmSpec, lines: Lines, n_customers: int, n_returning: int) -> list[str]:
    orders = f'distinct values of "{spec.order}"' if spec.order else "days with a purchase"
    notes = [
        f"{count(n_customers, 'customer')} from {count(table.n_rows, 'line')}; orders are {orders}, and days are "
        f"counted to {day_text(lines.reference)}.",
        *line_notes(lines, spec),
    ]
    if n_returning:
        have, their = ("has", "its") if n_returning == 1 else ("have", "their")
        notes.append(
            f"{count(n_returning, 'customer')} with returns alone {have} a value but no purchase: {their} recency, "
            "mean basket, scores and rule segment are empty."
        )
    n_gone = table.frame[spec.customer].nunique() - n_customers
    if n_gone > 0:
        notes.append(
            f"{count(n_gone, 'customer')} without any line that counts {'is' if n_gone == 1 else 'are'} left out."
        )
    return notes
