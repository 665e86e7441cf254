"""Purchases in another order, under other names, in another currency, a year later: the customers are the same."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clustering import RfmSpec, read_table, rfm
from clustering.table import ColumnOptions, ReadOptions
from tests.properties.tables import examples, order_of

FIRST = date(2025, 1, 6)
FILES = st.sampled_from((1, 2)).map(lambda seed: purchases(seed))


Line = tuple[str, int, float]  # customer, day from the first, amount; below 0 of a return


@cache
def purchases(seed: int) -> tuple[Line, ...]:
    """A file of purchases: nine customers, every eighth line or so a return."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(25, 70))
    who = [f"C{1000 + i}" for i in rng.integers(0, 9, n)]
    amounts = np.round(rng.exponential(40, n) + 0.5, 2) * np.where(rng.random(n) < 0.12, -1, 1)
    return tuple(zip(who, rng.integers(0, 300, n).tolist(), amounts.tolist(), strict=True))


def read(header: str, rows: list[str]):
    """What is known of the file is said: to find it out takes longer than all else here."""
    return read_table(
        "\n".join([header, *rows]).encode(), options=ReadOptions(columns=(ColumnOptions("day", type="date"),))
    )


@cache
def customers_of(lines: tuple[Line, ...], *, factor: int = 1, later: int = 0) -> pd.DataFrame:
    """One row per customer, by name."""
    rows = [f"{who},{FIRST + timedelta(day + later)},{amount * factor:.2f}" for who, day, amount in lines]
    return by_name(rfm(read("customer,day,amount", rows), RfmSpec("customer", "day", "amount")).frame)


def by_name(customers: pd.DataFrame) -> pd.DataFrame:
    return customers.set_index("customer").sort_index()


@given(FILES, st.data())
@examples(2)
def test_the_order_of_the_lines_changes_no_customer(lines, data):
    order = data.draw(order_of(len(lines)))
    assert customers_of(tuple(lines[i] for i in order)).equals(customers_of(lines))


@given(FILES, st.permutations([f"C{1000 + i}" for i in range(9)]))
@examples(2)
def test_other_names_change_no_figure(lines, names):
    renamed = {f"C{1000 + i}": name for i, name in enumerate(names)}
    before, after = customers_of(lines), customers_of(tuple((renamed[who], day, amount) for who, day, amount in lines))
    assert (
        after.loc[[renamed[who] for who in before.index]].reset_index(drop=True).equals(before.reset_index(drop=True))
    )


@given(FILES, st.sampled_from([10, 1000]))
@examples(2)
def test_another_currency_multiplies_values_and_changes_no_score(lines, factor):
    before, after = customers_of(lines), customers_of(lines, factor=factor)
    np.testing.assert_allclose(after["monetary"], before["monetary"] * factor, rtol=1e-9, atol=0.006)
    # A mean basket is written to the cent in either currency.
    np.testing.assert_allclose(after["mean_basket"], before["mean_basket"] * factor, atol=0.005 * factor + 0.006)
    rest = [name for name in before if name not in ("monetary", "mean_basket")]
    assert after[rest].equals(before[rest])


@given(FILES, st.integers(1, 900))
@examples(2)
def test_a_later_year_moves_the_dates_alone(lines, later):
    before, after = customers_of(lines), customers_of(lines, later=later)
    dates = ["first_purchase", "last_purchase"]
    for name in dates:
        assert (after[name] - before[name]).dropna().dt.days.unique().tolist() == [later]
    assert after.drop(columns=dates).equals(before.drop(columns=dates))


@given(FILES)
@examples(2)
def test_every_line_twice_doubles_the_value_of_the_same_orders(lines):
    before, after = customers_of(lines), customers_of(tuple(line for line in lines for _ in range(2)))
    np.testing.assert_allclose(after["monetary"], 2 * before["monetary"], atol=1e-9)
    np.testing.assert_allclose(after["mean_basket"], 2 * before["mean_basket"], atol=0.02)
    rest = [name for name in before if name not in ("monetary", "mean_basket")]
    assert after[rest].equals(before[rest])


@given(FILES)
@examples(2)
def test_the_quantity_times_the_price_is_as_good_as_the_amount(lines):
    rows = [f"{who},{FIRST + timedelta(day)},{-1 if amount < 0 else 1},{abs(amount):.2f}" for who, day, amount in lines]
    frame = rfm(
        read("customer,day,quantity,price", rows), RfmSpec("customer", "day", quantity="quantity", price="price")
    ).frame
    assert by_name(frame).equals(customers_of(lines))
