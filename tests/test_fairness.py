"""Who is in the segments: make-up against the whole, by numbers derived by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.profile.bands import groups_of
from clustering.profile.fairness import make_up, sensitive_suggestions

NAMES = ("A", "B")


def segmented(columns, segments, **settings):
    """A table of these columns and segments as told: x is 0 or 100 and builds them."""
    lines = [
        ",".join(map(str, (100 * segment, *cells))) for segment, *cells in zip(segments, *columns.values(), strict=True)
    ]
    table = read_table("\n".join([",".join(["x", *columns]), *lines]).encode())
    spec = FeatureSpec(("x",), **{"scale": "none", "outliers": "keep", **settings})
    return table, fit(prepare(table, spec), ClusterSpec(n_clusters=len(set(segments))))


def gender(*counts):
    """Women and men of the first segment, then of the second, ..."""
    cells = [("f" if i % 2 == 0 else "m", i // 2) for i, n in enumerate(counts) for _ in range(n)]
    return [cell for cell, _ in cells], [segment for _, segment in cells]


def made_up(*counts):
    cells, segments = gender(*counts)
    (found,) = make_up(*segmented({"gender": cells}, segments), ("gender",), NAMES)
    return found


def place(found, label, group):
    return label, found.groups.index(group)


# 30 women and 30 men in A, 10 women and 30 men in B. By chance 24 and 36, 16 and 24: all residuals are
# 6 / sqrt(24 * 0.4 * 0.6) = 6 / 2.4 = 2.5, with p = 0.0124, times the four cells 0.0497.
@pytest.fixture(scope="module")
def hundred():
    return made_up(30, 30, 10, 30)


# --- the figures ---


def test_shares_are_those_of_the_segment_beside_the_whole(hundred):
    f, m = hundred.groups.index("f"), hundred.groups.index("m")
    assert hundred.counts[:, [f, m]].tolist() == [[30, 30], [10, 30]]
    assert hundred.shares[:, [f, m]].tolist() == [[0.5, 0.5], [0.25, 0.75]]
    assert hundred.overall[[f, m]].tolist() == [0.4, 0.6]


def test_chance_is_judged_by_the_adjusted_residual_and_holm(hundred):
    assert hundred.p_adjusted == pytest.approx(np.full((2, 2), 4 * 2 * norm.sf(2.5)))


def test_flagged_is_what_is_beyond_chance_and_a_quarter_more_or_less(hundred):
    # 0.5 is a quarter more than 0.4 and 0.75 a quarter more than 0.6, just so; 0.25 is much less than 0.4
    assert hundred.flags[place(hundred, 0, "f")] == 1
    assert hundred.flags[place(hundred, 1, "m")] == 1
    assert hundred.flags[place(hundred, 1, "f")] == -1


def test_a_difference_of_less_than_a_quarter_is_not_flagged(hundred):
    # 0.5 against 0.6
    assert hundred.flags[place(hundred, 0, "m")] == 0


def test_a_quarter_is_a_quarter():
    # 0.61 and 0.39 against 0.5 are 1.22 and 0.78 of it, and far beyond chance
    found = made_up(610, 390, 390, 610)
    assert (found.p_adjusted < 1e-9).all()
    assert not found.flags.any()


def test_a_difference_within_chance_is_not_flagged():
    # 0.65 against 0.5, but of 20 customers: 3 / sqrt(10 * 0.5 * 0.5) = 1.9
    found = made_up(13, 7, 7, 13)
    assert not found.too_few.any()
    assert found.flags.tolist() == [[0, 0], [0, 0]]


def test_every_judged_cell_of_every_column_counts_in_holms_rule():
    cells, segments = gender(30, 30, 10, 30)
    table, clustering = segmented({"gender": cells, "sex": cells}, segments)
    both = make_up(table, clustering, ("gender", "sex"), NAMES)
    assert both[0].p_adjusted == pytest.approx(np.full((2, 2), 8 * 2 * norm.sf(2.5)))
    assert not both[0].flags.any()


def test_a_column_that_built_the_segments_is_judged_alike():
    table, clustering = segmented({"y": [i % 2 for i in range(40)]}, [0] * 20 + [1] * 20)
    (found,) = make_up(table, clustering, ("x",), NAMES)
    assert found.groups == ("0", "100")
    assert np.abs(found.flags).tolist() == [[1, 1], [1, 1]]


def test_where_fewer_than_five_are_expected_nothing_is_judged():
    # B has 10 customers and 30 % of all are women: 3 expected, 7 men
    found = made_up(20, 70, 10, 0)
    assert found.too_few[place(found, 1, "f")]
    assert np.isnan(found.p_adjusted[place(found, 1, "f")])
    assert found.flags[place(found, 1, "f")] == 0
    assert not found.too_few[place(found, 1, "m")]
    assert found.flags[place(found, 1, "m")] == -1  # none where 7 were expected


def test_just_five_expected_are_judged():
    # 50 of 100 are women, B has 10 customers
    assert not made_up(45, 45, 5, 5).too_few.any()


def test_customers_without_a_value_are_left_out_and_counted():
    cells, segments = gender(30, 30, 10, 30)
    table, clustering = segmented({"gender": [*cells, "", ""], "n": range(102)}, [*segments, 0, 1])
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.n_missing == 2
    assert found.counts.sum() == 100
    assert found.shares.sum(axis=1).tolist() == [1, 1]
    assert found.sentences[-1] == "2 customers without a value of gender are left out."


def test_customers_placed_afterwards_and_of_no_weight_count_as_customers():
    cells, segments = gender(30, 30, 10, 30)
    weights = [int(cell == "m") for cell in cells]
    table, clustering = segmented({"gender": cells, "w": weights}, segments, weight_column="w")
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert not clustering.in_fit.all()
    assert found.counts[:, found.groups.index("f")].tolist() == [30, 10]


def test_rows_without_a_segment_take_no_part():
    table = read_table(b"x,gender\n1,f\n2,m\n,f\n9,m\n8,f\n")
    clustering = fit(prepare(table, FeatureSpec(("x",), missing="aside")), ClusterSpec(n_clusters=2))
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert (found.counts.sum(), found.n_missing) == (4, 0)


# --- the sentences ---


def test_a_flagged_segment_is_told_by_its_largest_difference(hundred):
    assert hundred.sentences == (
        "gender is m for 75 % of B and for 60 % of all customers: more than chance would give.",
        "gender is f for 50 % of A and for 40 % of all customers: more than chance would give.",
    )


def test_every_cell_can_be_told(hundred):
    assert hundred.told(*place(hundred, 1, "f")) == (
        "gender is f for 25 % of B and for 40 % of all customers: fewer than chance would give."
    )
    assert hundred.told(*place(hundred, 0, "m")) == (
        "gender is m for 50 % of A and for 60 % of all customers: beyond chance, but by less than a quarter below the "
        "whole."
    )


def test_where_nothing_is_flagged_the_largest_difference_is_told_as_chance():
    # 27 of 50 and 24 of 50
    assert made_up(27, 23, 24, 26).sentences == (
        "No segment differs from all customers in gender both beyond chance and by a quarter or more. The largest "
        "difference: gender is f for 54 % of A and for 51 % of all customers: within what chance gives.",
    )


def test_what_is_too_small_to_judge_is_said():
    found = made_up(20, 70, 10, 0)
    assert found.told(*place(found, 1, "f")) == (
        "gender is f for 100 % of B and for 30 % of all customers: too few to judge (fewer than 5 customers expected)."
    )
    assert found.sentences[-1] == (
        "1 combination of a segment and a group is too small to judge: fewer than 5 customers would be expected by "
        "chance."
    )


def test_where_everything_is_too_small_only_that_is_said():
    assert made_up(2, 2, 1, 1).sentences == ("Every group of gender is too small in every segment to judge.",)


def test_a_segment_nobody_of_which_has_a_value_is_told_so():
    cells, segments = gender(5, 5, 0, 0)
    table, clustering = segmented({"gender": [*cells, "", ""], "n": range(12)}, [*segments, 1, 1])
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert np.isnan(found.shares[1]).all()
    assert found.told(1, 0) == "B: none of its customers has a value of gender."
    assert not found.flags.any()


def test_further_differences_of_a_segment_are_counted():
    # A has all the north and half of the east, B the rest
    region = ["north"] * 30 + ["east"] * 10 + ["east"] * 10 + ["south"] * 30
    table, clustering = segmented({"region": region}, [0] * 40 + [1] * 40)
    (found,) = make_up(table, clustering, ("region",), NAMES)
    assert np.abs(found.flags).sum() == 4
    assert found.sentences[-1] == "2 more differences in region are marked."


# --- columns of all kinds ---


def test_without_a_marked_column_there_is_nothing_to_say(hundred):
    cells, segments = gender(2, 2, 1, 1)
    assert make_up(*segmented({"gender": cells}, segments), (), NAMES) == ()


def test_a_column_that_is_not_there_is_refused():
    cells, segments = gender(2, 2, 1, 1)
    with pytest.raises(InvalidSetting, match='There is no column "race" in this file'):
        make_up(*segmented({"gender": cells}, segments), ("gender", "race"), NAMES)


def test_a_column_without_any_value_has_nothing_to_compare():
    table, clustering = segmented({"gender": [""] * 6, "n": range(6)}, [0, 0, 0, 0, 1, 1])
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.groups == ()
    assert found.shares.shape == found.flags.shape == (2, 0)
    assert found.sentences == ("No customer with a segment has a value of gender: there is nothing to compare.",)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", ["f", 5])
def test_a_constant_column_has_nothing_to_compare(value):
    table, clustering = segmented({"gender": [value] * 60}, [0] * 40 + [1] * 20)
    (found,) = make_up(table, clustering, ("gender",), NAMES)
    assert found.overall.tolist() == [1]
    assert not found.flags.any()
    assert found.sentences == (f"gender is {value} for every customer that has a value: there is nothing to compare.",)


def test_two_thousand_levels_are_told_to_be_too_many():
    cities = [f"city {i % 2000}" for i in range(4000)]
    table, clustering = segmented({"city": cities}, [0] * 3000 + [1] * 1000)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    assert found.groups == ("other levels",)
    assert found.sentences == (
        "No level of city is had by as many as 1 % of the customers: there is nothing to compare.",
    )


def test_rare_levels_are_one_group():
    cities = ["Rome"] * 100 + ["Oslo"] * 100 + [f"city {i}" for i in range(50)]
    table, clustering = segmented({"city": cities}, [0] * 200 + [1] * 50)
    (found,) = make_up(table, clustering, ("city",), NAMES)
    assert found.groups == ("Oslo", "Rome", "other levels")
    assert found.sentences[0] == (
        "city is one of the other levels for 100 % of B and for 20 % of all customers: more than chance would give."
    )


def test_a_segment_of_one_customer_is_too_small_to_judge():
    cells, segments = gender(30, 30, 1, 0)
    (found,) = make_up(*segmented({"gender": cells}, segments), ("gender",), NAMES)
    assert found.too_few[1].all()
    assert not found.flags.any()


def test_thirty_segments_can_be_told():
    segments = [i % 30 for i in range(900)]
    table, clustering = segmented({"gender": ["f" if i % 7 < 3 else "m" for i in range(900)]}, segments)
    (found,) = make_up(table, clustering, ("gender",), tuple(f"Segment {i + 1}" for i in range(30)))
    assert found.flags.shape == (30, 2)
    assert found.sentences


# --- bands ---


def bands(values, name="age"):
    """The bands of a number and how many rows are in each; every value stands twice."""
    table = read_table(
        "\n".join([f"{name},n", *(f"{value},{i}" for i, value in enumerate([*values, *values]))]).encode()
    )
    groups, codes = groups_of(table.columns[0], table.frame[name])
    return groups, np.bincount(codes[codes >= 0]).tolist()


def test_ages_are_told_in_bands_with_round_edges():
    # of 20..69 a fifth is below 29.8, 39.6, 49.4 and 59.2
    assert bands(range(20, 70)) == (("under 30", "30 to 39", "40 to 49", "50 to 59", "60 and over"), [20] * 5)


def test_years_are_written_as_years():
    groups, sizes = bands(range(1950, 2000), "year_birth")
    assert groups == ("before 1960", "1960 to 1969", "1970 to 1979", "1980 to 1989", "1990 and later")
    assert sizes == [20] * 5


def test_dates_are_grouped_by_their_year():
    groups, _ = bands([f"{1950 + i}-03-0{1 + i % 9}" for i in range(50)], "birth_date")
    assert groups[0] == "before 1960"


def test_amounts_with_decimals_are_told_up_to_the_next_edge():
    groups, _ = bands([i * 10.5 for i in range(50)], "income")
    # 514.5 at most; fifths at 102.9, 205.8, 308.7 and 411.6, each give or take 36
    assert groups == ("under 100", "100 to under 200", "200 to under 300", "300 to under 400", "400 and over")


def test_a_value_that_most_share_is_a_band_by_itself():
    assert bands([0] * 90 + [2, 3, 4, 6, 7, 8, 9, 11, 12, 13], "children") == (("under 2", "2 and over"), [180, 20])


def test_a_band_that_nobody_is_in_is_left_out():
    # two fifths are below 17, all others 90: an edge at 50 would part nobody from nobody
    assert bands([*range(20), *[90] * 30], "spend") == (("under 10", "10 to 89", "90 and over"), [20, 20, 60])


def test_few_values_are_each_a_group_in_their_order():
    assert bands([3, 1, 2, 5, 5], "household") == (("1", "2", "3", "5"), [2, 2, 2, 4])


def test_values_below_zero_have_bands_too():
    assert bands(range(-25, 25), "balance")[0] == ("under -15", "-15 to -6", "-5 to 4", "5 to 14", "15 and over")


def test_numbers_too_large_to_calculate_with_count_as_missing():
    table = read_table("\n".join(["age,n", *(f"{value},1" for value in [1e308, -1e308, 1, 2, 3])]).encode())
    assert groups_of(table.columns[0], table.frame["age"])[1].tolist() == [-1, -1, 0, 1, 2]


# --- suggestions ---


@pytest.mark.parametrize(
    "name",
    [
        *("Gender", "sex", "Geschlecht", "Anrede", "Sexe", "género", "Age", "customer_age", "CustomerAge", "Alter"),
        *("Altersgruppe", "édad", "date_of_birth", "Geburtsdatum", "Year_Birth", "DOB", "Region", "country", "State"),
        *("PLZ", "zip_code", "ZipCode", "Bundesland", "Wohnort", "ciudad", "Nationalität", "nationality"),
        *("Staatsangehörigkeit", "ethnicity", "race", "religion", "Marital_Status", "Familienstand", "disability"),
    ],
)
def test_columns_named_like_what_people_are_suggest_themselves(name):
    lines = [f"{'abcd'[i % 4]},{i * 1.5}" for i in range(40)]
    assert sensitive_suggestions(read_table("\n".join([f"{name},x", *lines]).encode())) == (name,)


@pytest.mark.parametrize(
    "name",
    ["pages", "average_basket", "usage", "total_spend", "orders", "essex", "Gehalt", "image", "newsletter", "note"],
)
def test_other_names_do_not(name):
    lines = [f"{'abcd'[i % 4]},{i * 1.5}" for i in range(40)]
    assert sensitive_suggestions(read_table("\n".join([f"{name},x", *lines]).encode())) == ()


def test_suggestions_differ_and_stand_in_the_order_of_the_file(mall):
    assert sensitive_suggestions(mall) == ("Gender", "Age")
    assert sensitive_suggestions(read_table(b"gender,age,region\n,1,a\n,1,b\n,1,a\n,1,b\n")) == ("region",)
