"""Customers grouped by one column: the edges of bands and what each is called, by hand."""

import numpy as np
import pytest

from clustering import read_table
from clustering.profile.bands import groups_of


def bands(values, name="age"):
    """The bands of a number and how many rows are in each; every value stands twice."""
    table = read_table(
        "\n".join([f"{name},n", *(f"{value},{i}" for i, value in enumerate([*values, *values]))]).encode()
    )
    groups, codes = groups_of(table.columns[0], table.frame[name])
    return groups, np.bincount(codes[codes >= 0]).tolist()


# --- edges ---


def test_ages_are_told_in_bands_with_round_edges():
    # of 20..69 a fifth is below 29.8, 39.6, 49.4 and 59.2
    assert bands(range(20, 70)) == (("under 30", "30 to 39", "40 to 49", "50 to 59", "60 and over"), [20] * 5)


def test_an_edge_is_the_roundest_number_within_seven_percent_of_the_customers_and_of_several_the_nearest():
    # fifths at 40, 80, 120 and 160, each give or take 14: 50 lies within the first and 150 within the last; 70, 80 and
    # 90 are all as round, and so are 110, 120 and 130
    assert bands(range(201), "points") == (
        ("under 50", "50 to 79", "80 to 119", "120 to 149", "150 and over"),
        [100, 60, 80, 60, 102],
    )


def test_edges_below_one_are_as_round():
    # fifths at 0.2, 0.4, 0.6 and 0.8 of 0, 0.02, ..., 1; who is at an edge is in the band above
    assert bands([i / 50 for i in range(51)], "discount") == (
        ("under 0.2", "0.2 to under 0.4", "0.4 to under 0.6", "0.6 to under 0.8", "0.8 and over"),
        [20, 20, 20, 20, 22],
    )


def test_amounts_with_decimals_are_told_up_to_the_next_edge():
    groups, _ = bands([i * 10.5 for i in range(50)], "income")
    # 514.5 at most; fifths at 102.9, 205.8, 308.7 and 411.6, each give or take 36
    assert groups == ("under 100", "100 to under 200", "200 to under 300", "300 to under 400", "400 and over")


def test_thousands_are_told_apart():
    assert bands(range(0, 50_000, 1_000), "income")[0] == (
        "under 10,000",
        "10,000 to 19,999",
        "20,000 to 29,999",
        "30,000 to 39,999",
        "40,000 and over",
    )


def test_values_below_zero_have_bands_too():
    assert bands(range(-25, 25), "balance")[0] == ("under -15", "-15 to -6", "-5 to 4", "5 to 14", "15 and over")


def test_a_value_that_most_share_is_a_band_by_itself():
    assert bands([0] * 90 + [2, 3, 4, 6, 7, 8, 9, 11, 12, 13], "children") == (("under 2", "2 and over"), [180, 20])


def test_an_edge_between_the_smallest_value_and_the_next_is_round_too():
    # seven is what twenty of a hundred have, twelve the next: a fifth is near 10
    groups, sizes = bands([7] * 20 + [*range(12, 92)], "age")
    assert (groups[0], sizes[0]) == ("under 10", 40)


def test_a_value_that_many_share_is_an_edge_with_all_its_digits():
    # the 41 customers at two thirds are from the 30th to the 71st of a hundred: no other number is near two fifths
    two_thirds = 0.6666666666666666
    values = [*(i / 100 for i in range(30)), *[two_thirds] * 41, *(1 + i / 100 for i in range(29))]
    groups, sizes = bands(values, "discount")
    edge = groups.index("0.2 to under 0.666666666666667")
    assert sum(sizes[: edge + 1]) == 60


def test_a_band_that_nobody_is_in_is_left_out():
    # two fifths are below 17, all others 90: an edge at 50 would part nobody from nobody
    assert bands([*range(20), *[90] * 30], "spend") == (("under 10", "10 to 89", "90 and over"), [20, 20, 60])


def test_a_band_of_one_whole_number_is_called_by_it():
    # fifths at 1, 2, 3 and 4 of six numbers, one more than are told one by one; beside the 4 is the rounder 5
    groups, sizes = bands([0, 1, 2, 3, 4, 5] * 10, "orders")
    assert groups == ("under 1", "1", "2", "3 to 4", "5 and over")
    assert sizes == [20, 20, 20, 40, 20]


@pytest.mark.parametrize("values", [[3, 1, 2, 5, 5], [3, 1, 2, 4, 5, 5]])
def test_few_values_are_each_a_group_in_their_order(values):
    found = sorted(set(values))
    sizes = [2 * values.count(value) for value in found]
    assert bands(values, "household") == (tuple(map(str, found)), sizes)


# --- years ---


def test_years_are_written_as_years():
    groups, sizes = bands(range(1950, 2000), "year_birth")
    assert groups == ("before 1960", "1960 to 1969", "1970 to 1979", "1980 to 1989", "1990 and later")
    assert sizes == [20] * 5


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (range(1900, 2101, 4), "before 1950"),
        (range(1899, 2100, 4), "under 1,950"),
        (range(1901, 2102, 4), "under 1,950"),
        ([1900.5, *range(1901, 2100, 4)], "under 1,950"),
    ],
)
def test_years_are_whole_and_from_1900_to_2100(values, first):
    # a fifth is below 1940, give or take 14
    assert bands(values, "points")[0][0] == first


def test_what_goes_beyond_the_years_of_people_is_an_amount():
    assert bands(range(1950, 4950, 60), "points")[0][0].startswith("under ")
    assert bands(range(1840, 1990, 3), "points")[0][0].startswith("under ")


def test_dates_are_grouped_by_their_year():
    groups, _ = bands([f"{1950 + i}-03-0{1 + i % 9}" for i in range(50)], "birth_date")
    assert groups[0] == "before 1960"


# --- without a value ---


def test_numbers_too_large_to_calculate_with_count_as_missing():
    table = read_table("\n".join(["age,n", *(f"{value},1" for value in [1e308, -1e308, 1, 2, 3])]).encode())
    groups, codes = groups_of(table.columns[0], table.frame["age"])
    assert groups == ("1", "2", "3", "missing")
    assert codes.tolist() == [3, 3, 0, 1, 2]


@pytest.mark.parametrize("cells", [("7", "8"), ("2024-01-01", "2025-02-02"), ("yes", "no"), ("north", "south")])
def test_rows_without_any_value_are_in_no_group(cells):
    table = read_table("\n".join(["told,n", *(f"{cell},1" for cell in [*cells * 3, "", ""])]).encode())
    groups, codes = groups_of(table.columns[0], table.frame["told"].iloc[-2:])
    assert (groups, codes.tolist()) == ((), [-1, -1])


def test_no_answer_to_yes_or_no_is_no_group():
    table = read_table(b"member,n\nyes,1\nno,2\n,3\nno,4\n")
    groups, codes = groups_of(table.columns[0], table.frame["member"])
    assert groups == ("no", "yes")
    assert codes.tolist() == [1, 0, -1, 0]


# --- categories ---


def test_a_code_of_five_numbers_is_grouped_in_their_order():
    codes = [10] * 15 + [20] * 25 + [30] * 5 + [40] * 35 + [50] * 20
    table = read_table("\n".join(["store_code,n", *(f"{code},{i}" for i, code in enumerate(codes))]).encode())
    assert (table.columns[0].type, table.columns[0].role) == ("number", "category")
    groups, positions = groups_of(table.columns[0], table.frame["store_code"])
    assert groups == ("10", "20", "30", "40", "50")
    assert np.bincount(positions).tolist() == [15, 25, 5, 35, 20]


def test_a_code_of_many_numbers_is_grouped_by_its_most_frequent_levels():
    # twenty codes of four digits, the first of them half of all rows
    codes = [1001] * 190 + [1002 + i for i in range(19) for _ in range(10)]
    table = read_table("\n".join(["zip,n", *(f"{code},{i}" for i, code in enumerate(codes))]).encode())
    assert (table.columns[0].type, table.columns[0].role) == ("number", "category")
    groups, positions = groups_of(table.columns[0], table.frame["zip"])
    assert len(groups) == 11
    assert (groups[0], groups[-1]) == ("1001", "other levels")
    assert np.bincount(positions).tolist() == [190, *[10] * 9, 100]
