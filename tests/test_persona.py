"""Proposed names and summaries: the right words, in the right direction, out of the numbers on the page alone."""

import re
from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.features import ColumnSpec, suggest_features
from clustering.profile.compare import Trait
from clustering.profile.persona import LONGEST_NAME, character, overall, proposed_names, summary
from clustering.profile.phrases import capital, cut, phrase, short_titles
from clustering.wording import share
from tests.conftest import SAMPLE_DATA

INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"


def profiled(table, columns, n_clusters, labels=None, **settings):
    spec = FeatureSpec(columns, **{"outliers": "keep", **settings})
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=n_clusters))
    if labels is not None:
        sizes = tuple(np.bincount(labels).tolist())
        clustering = replace(clustering, labels=np.array(labels, dtype=np.int32), sizes=sizes)
    return profile(table, clustering, spec)


def rows_of(header, *groups):
    """A file out of (line, how often) pairs."""
    return read_table("\n".join([header, *(line for line, n in groups for _ in range(n))]).encode())


@pytest.fixture(scope="module")
def mall_profile(mall):
    return profiled(mall, (INCOME, SPENDING), 5)


@pytest.fixture(scope="module")
def rich(mall_profile):
    """The segment at (87, 82)."""
    return int(np.abs(mall_profile.means - [87, 82]).sum(axis=1).argmin())


def test_the_mall_segments_are_called_by_their_two_strongest_differences(mall_profile, rich):
    names = proposed_names(mall_profile.against("all"))
    assert names[rich] == "High annual income, high spending score"
    assert set(names) == {
        "Average annual income and spending score",
        "High annual income, high spending score",
        "High annual income, low spending score",
        "Low annual income, low spending score",
        "Low annual income, high spending score",
    }


@pytest.fixture(scope="module")
def mall_by_default(mall):
    return profiled(mall, suggest_features(mall).columns, 5)


def test_the_mall_segments_of_the_proposed_columns_have_these_names(mall_by_default):
    # Means of age: 44.5, 32, 42, 24.2 and 46.8 of 39.3 in all. As the first is called older, the last must be too.
    assert proposed_names(mall_by_default.against("all")) == (
        "Average annual income and spending score, older",
        "High annual income, high spending score",
        "High annual income, low spending score",
        "Younger, low annual income",
        "Low annual income, low spending score, older",
    )


def test_nobody_is_called_older_beside_a_segment_that_is_older_still_and_not_called_so(mall):
    for n_clusters in range(3, 9):
        found = profiled(mall, suggest_features(mall).columns, n_clusters)
        names, ages = proposed_names(found.against("all")), found.means[:, found.columns.index("Age")]
        called = [("older" in name.casefold(), age) for name, age in zip(names, ages, strict=True)]
        if any(is_older for is_older, _ in called):
            youngest = min(age for is_older, age in called if is_older)
            assert all(is_older for is_older, age in called if age > youngest)


def test_where_more_than_two_columns_are_average_the_name_says_so_in_one_word():
    # z, w and v have the same values in both segments
    table = rows_of("x,z,w,v", *((f"{x},{i},{i % 2},{i % 3}", 5) for x in (0.5, 9.5) for i in range(6)))
    names = proposed_names(profiled(table, ("x", "z", "w", "v"), 2, [0] * 30 + [1] * 30).against("all"))
    assert names == ("Low x, otherwise average", "High x, otherwise average")


def test_of_two_differences_the_weaker_needs_only_its_mark():
    # One row of 40.5 makes the mean of y 1 of all against 0.5, and its standard deviation 4.
    table = rows_of("x,y", ("0.5,0.5", 50), ("9.5,0.5", 39), ("9.5,40.5", 1), ("9.5,1.5", 10))
    comparison = profiled(table, ("x", "y"), 2, [0] * 50 + [1] * 50).against("all")
    weak = comparison.traits(0)[1]
    assert weak.mark == -1
    assert 0.1 < abs(weak.difference) < 0.25
    assert proposed_names(comparison)[0] == "Low x, low y"


def test_every_direction_in_a_mall_name_is_that_of_the_means(mall_profile):
    for label, name in enumerate(proposed_names(mall_profile.against("all"))):
        for i, title in enumerate(("annual income", "spending score")):
            is_over = mall_profile.means[label, i] > mall_profile.overall_means[i]
            wrong = f"low {title}" if is_over else f"high {title}"
            assert wrong not in name.lower()


def test_a_summary_holds_size_share_and_each_figure_beside_the_baseline(mall_profile, rich):
    assert summary(mall_profile.against("all"), rich) == (
        "39 customers, 19.5 % of all. They are above average in spending score (82, against 50.3 for all customers) "
        "and annual income (87.1, against 60.5). The middle half of them lies between 75 and 89 in spending score, and "
        "between 78 and 93 in annual income."
    )


@pytest.mark.parametrize("file", ["mall_customers", "shop_customers", "iris", "wine", "blobs", "no_structure"])
@pytest.mark.parametrize("baseline", ["all", "rest", 0])
def test_no_summary_holds_a_number_that_is_not_on_the_page(file, baseline):
    table = read_table(SAMPLE_DATA / f"{file}.csv")
    spec = suggest_features(table)
    comparison = profiled(table, spec.columns, 4).against(baseline)
    titles = " ".join(short_titles(comparison.profile.columns).values())
    for label, size in enumerate(comparison.profile.sizes):
        on_page = {f"{size:,}", share(comparison.profile.shares[label]), "1"}  # 1: the name of a segment
        for trait in comparison.traits(label):
            on_page |= {trait.own_written, trait.baseline_written}
        found = comparison.profile
        for i in range(len(found.columns)):
            quartiles = found.lower_quartiles[label, i], found.upper_quartiles[label, i]
            on_page |= {found.written(i, value) for value in quartiles}
        told = summary(comparison, label)
        for title in titles.split():
            told = told.replace(title, "")
        assert {n.strip(".,;") for n in re.findall(r"-?\d[\d,.]*(?: [%MGT])?", told)} <= {n.strip() for n in on_page}
        assert 2 <= len(re.findall(r"\.(?: |$)", told)) <= 3


def test_segments_of_one_name_say_more_until_they_differ():
    # z, the weakest column, tells the second segment (15 rows, a third of them with 4.5) from the third
    table = rows_of("x,y,z", ("0.5,0.5,0.5", 40), ("9.5,9.5,4.5", 5), ("9.5,9.5,0.5", 24))
    found = profiled(table, ("x", "y", "z"), 3, [0] * 40 + [1] * 15 + [2] * 14)
    assert proposed_names(found.against("all")) == ("Low x, low y", "High x, high y, high z", "High x, high y, low z")


def test_segments_that_differ_in_the_size_of_a_figure_alone_show_the_figure():
    table = rows_of("x", ("0.5", 30), ("9.5", 29), ("9.75", 28))
    names = proposed_names(profiled(table, ("x",), 3, [0] * 30 + [1] * 29 + [2] * 28).against("all"))
    assert names == ("Low x", "High x (9.5)", "High x (9.75)")


def test_segments_that_are_alike_in_everything_are_numbered():
    table = rows_of("x", ("1.5", 4), ("9.5", 4))
    names = proposed_names(profiled(table, ("x",), 2, [0, 1, 0, 1, 0, 1, 0, 1]).against("all"))
    assert names == ("Average x", "Average x, 2")


@pytest.mark.parametrize("columns", [("x",), ("x", "y")])
def test_thirty_segments_have_thirty_names(columns):
    names = proposed_names(profiled(read_table(SAMPLE_DATA / "uniform_noise.csv"), columns, 30).against("all"))
    assert len({name.casefold() for name in names}) == 30
    assert max(map(len, names)) <= LONGEST_NAME


def test_thirty_segments_of_long_ugly_columns_have_thirty_short_names():
    rng = np.random.default_rng(0)
    first, second = f"How satisfied are you {'really ' * 12}(1-10)?", "TOTAL_AMOUNT_OF_ALL_PURCHASES_IN_EUR"
    lines = "\n".join(f"{a:.3f},{b:.3f}" for a, b in rng.uniform(size=(400, 2)))
    table = read_table(f'"{first}",{second}\n{lines}'.encode())
    names = proposed_names(profiled(table, tuple(column.name for column in table.columns), 30).against("all"))
    assert len(set(names)) == 30
    assert max(map(len, names)) <= LONGEST_NAME


def test_columns_that_only_describe_give_no_name_where_others_do():
    table = rows_of("x,y", ("0.5,9.5", 35), ("9.5,0.5", 34))
    assert proposed_names(profiled(table, ("x",), 2, describe=("y",)).against("all")) == ("Low x", "High x")


def test_where_nothing_stands_out_the_name_says_so():
    table = rows_of("x,y,z", ("1.5,1.5,1.5", 8), ("9.5,9.5,9.5", 8))
    names = proposed_names(profiled(table, ("x", "y", "z"), 2, [0, 1] * 8).against("all"))
    assert names == ("Average throughout", "Average throughout, 2")


def test_levels_and_yes_and_no_are_told_as_people_say_them():
    table = rows_of("region,newsletter", ("North,yes", 40), ("South,no", 31), ("North,no", 5))
    comparison = profiled(table, ("region", "newsletter"), 2, [0] * 40 + [1] * 36).against("all")
    assert proposed_names(comparison) == ("With newsletter, North", "Without newsletter, mostly South")
    # 31 of 36 are from the South, 31 of 76 of all
    assert summary(comparison, 1) == (
        "36 customers, 47.4 % of all. Newsletter is yes for none of them, against 52.6 % of all customers; region is "
        "South for 86.1 %, against 40.8 %."
    )


def test_dates_are_earlier_or_later():
    table = rows_of("signup_date", ("2024-01-01", 31), ("2024-01-11", 30), ("2024-01-12", 1))
    comparison = profiled(table, ("signup_date",), 2).against("rest")
    assert proposed_names(comparison) == ("Early signup", "Recent signup")
    # 11 days before the newest; of the others 30 one day and one none: 30 / 31
    assert summary(comparison, 0).endswith(
        "Their signup date is earlier (11 days before the newest, against 0.968 for the others)."
    )


def test_a_summary_against_one_segment_names_it():
    table = rows_of("x", ("0.5", 40), ("9.5", 35))
    comparison = profiled(table, ("x",), 2).against(0)
    assert summary(comparison, 0) == (
        "40 customers, 53.3 % of all. The other segments are compared with this one. Its customers average 0.5 in x."
    )
    assert summary(comparison, 1) == "35 customers, 46.7 % of all. They are above segment 1 in x (9.5, against 0.5)."


def test_a_segment_to_compare_with_is_called_by_its_name(mall_profile):
    comparison = mall_profile.against(3)
    names = ("Segment 1", "Rich", "Segment 3", "Poor", "Segment 5")
    told = (
        'They are above "Poor" in annual income (88.6, against 26), and below it in spending score (16.6, against 21).'
    )
    assert character(comparison, 2, names=names).startswith(told)
    assert told in summary(comparison, 2, names=names)
    assert "above segment 4 in" in character(comparison, 2, names=("Segment 1", "Rich", "Segment 3", "Segment 4", ""))


def test_inside_a_look_in_all_are_the_customers_looked_at(mall_profile, rich):
    comparison, everybody = mall_profile.against("all"), "all 200 customers looked at"
    told = summary(comparison, rich, everybody=everybody)
    assert told.startswith("39 customers, 19.5 % of all 200 customers looked at. They are above average in")
    assert "against 50.3 for all 200 customers looked at)" in told
    assert overall(mall_profile, everybody=everybody).startswith("All 200 customers looked at average 50.3 in")


def test_what_lies_above_and_what_below_is_told_in_two_sentences_where_it_gets_long(mall_by_default):
    assert character(mall_by_default.against("all"), 3) == (
        "They are above average in spending score (76, against 50.3 for all customers). They are below average in age "
        "(24.2, against 39.3) and annual income (27.6, against 60.5)."
    )


def test_where_nothing_else_differs_the_second_sentence_tells_what_is_average(mall_by_default):
    assert character(mall_by_default.against("all"), 0) == (
        "They are above average in age (44.5, against 39.3 for all customers). Otherwise about average: annual income "
        "54.9 (60.5) and spending score 49.6 (50.3)."
    )


def test_only_where_nothing_else_differs_it_says_otherwise():
    # a, b, c and d differ, and three are told; z has the same values in both segments
    table = rows_of("a,b,c,d,z", *((f"{x},{x},{x},{x},{i}", 8) for x in (0.5, 9.5) for i in range(5)))
    comparison = profiled(table, ("a", "b", "c", "d", "z"), 2, [0] * 40 + [1] * 40).against("all")
    assert " About average: z 2 (2)." in character(comparison, 0)


def test_no_column_is_called_average_that_is_marked():
    for file in ("shop_customers", "wine"):
        table = read_table(SAMPLE_DATA / f"{file}.csv")
        comparison = profiled(table, suggest_features(table).columns, 5).against("all")
        titles = short_titles(comparison.columns)
        for label in range(5):
            average = character(comparison, label).partition("bout average")[2]
            marked = [trait for trait in comparison.traits(label) if trait.mark]
            assert not [trait for trait in marked if f" {titles[trait.column]} {trait.own_written} (" in average]


def test_of_few_customers_the_summary_warns():
    comparison = profiled(rows_of("x", ("0.5", 40), ("9.5", 2)), ("x",), 2).against("all")
    assert "2 customers, 4.8 % of all; of so few, much may be chance." in summary(comparison, 1)


def test_where_customers_are_weighed_shares_are_of_the_weight():
    table = rows_of("x,revenue,country", ("0.5,1,Spain", 40), ("8.5,3,Spain", 10), ("8.5,3,Italy", 30))
    comparison = profiled(table, ("x",), 2, weight_column="revenue", describe=("country",)).against("all")
    # 40 of 160 of the revenue; (40 x 0.5 + 120 x 8.5) / 160; 90 of 160 is Italian
    assert summary(comparison, 0) == (
        "40 customers, 50.0 % of all, with 25.0 % of revenue. They are below average in x (0.5, against 6.5 for all "
        "customers). Country is Spain for 100.0 % of revenue, against 43.8 % for all customers."
    )


def test_a_difference_is_not_told_where_the_means_say_the_opposite():
    # The segment of 9s lies above the others of the fit; the huge one, placed with the 1s, lifts the mean of all to 24.
    table = rows_of("x", *((f"{value}", 30) for value in (1, 2, 3, 7, 8, 9)), ("4000", 1))
    found = profiled(table, ("x",), 2, [0] * 90 + [1] * 90 + [0], outliers="auto")
    assert found.overall_means[0] > 20
    comparison = found.against("all")
    assert "above average in x" not in summary(comparison, 1)
    assert not proposed_names(comparison)[1].startswith("High")


def test_all_customers_in_the_columns_that_part_the_segments_most():
    table = rows_of("x,since,vip,region", ("0.5,2024-01-01,yes,North", 30), ("8.5,2024-01-05,no,South", 10))
    found = profiled(table, ("x", "since", "vip", "region"), 2)
    # (15 + 85) / 40; 30 of 40 rows lie four days before the newest
    assert overall(found) == (
        "All customers average 2.5 in x. Since lies 3 days before the newest on average. Vip is yes for 75.0 % and "
        "region is North for 75.0 %."
    )


def test_a_profile_of_categories_alone_and_a_segment_without_values_give_words_too():
    table = rows_of("region,gap", ("North,1", 30), ("South,", 30), ("North,2", 1))
    comparison = profiled(table, ("region",), 2, describe=("gap",)).against("all")
    assert proposed_names(comparison) == ("North", "South")
    assert summary(comparison, 1).startswith("30 customers, 49.2 % of all. Region is South for all of them")


# --- which sentences, and what they leave out ---


def by_segment(header, *parts, columns=None, **settings):
    """Segments given by hand: of each, (line, how often) pairs."""
    table = rows_of(header, *(pair for pairs in parts for pair in pairs))
    labels = [label for label, pairs in enumerate(parts) for _, n in pairs for _ in range(n)]
    return profiled(table, columns or tuple(header.split(",")), 2, labels, **settings)


@pytest.mark.parametrize("n, told", [(8, " The middle half of them lies between 2.5 and 6.5 in x."), (7, ""), (1, "")])
def test_of_eight_customers_on_the_middle_half_is_told(n, told):
    found = by_segment("x", [("102", 40)], [(f"{x}", 1) for x in range(1, n + 1)])
    assert character(found.against("all"), 1).partition("for all customers).")[2] == told


def test_the_segment_that_others_are_compared_with_is_told_by_its_numbers_alone():
    found = by_segment("x,y", [("0.5,North", 30)], [("9.5,South", 30)], columns=("x",), describe=("y",))
    assert character(found.against(0), 0) == (
        "The other segments are compared with this one. Its customers average 0.5 in x."
    )


def test_after_the_numbers_one_date_is_told_and_one_share():
    found = by_segment(
        "x,first,last,vip,news",
        [("0.5,2024-01-01,2025-01-01,yes,no", 40)],
        [("9.5,2024-01-11,2025-01-21,no,yes", 30)],
    )
    # (40 * 0.5 + 30 * 9.5) / 70; ten days before the newest in 40 of 70; 30 of 70
    assert character(found.against("all"), 0) == (
        "They are below average in x (0.5, against 4.36 for all customers). Their first is earlier (10 days before the "
        "newest, against 5.71 for all customers); vip is yes for all of them, against 57.1 %."
    )
    assert character(found.against(0), 1) == (
        "They are above segment 1 in x (9.5, against 0.5). Their first is later (0 days before the newest, against 10 "
        "there); vip is yes for none of them, against 100.0 %."
    )


def test_a_share_alone_is_held_against_that_of_the_segment():
    found = by_segment("region,n", [("North,1", 20), ("South,2", 20)], [("South,3", 40)], columns=("region",))
    assert character(found.against(0), 1) == "Region is South for all of them, against 50.0 % of segment 1."


def test_what_is_above_is_told_before_what_is_below_though_that_differs_more():
    # the second has 1 of 4 of the customers
    found = by_segment("x,y", [("1.5,9.5", 60), ("5.5,9.5", 60)], [("5.5,0.5", 40)])
    assert found.differences[1].round(2).tolist() == [0.77, -1.73]
    assert character(found.against("all"), 1) == (
        "They are above average in x (5.5, against 4 for all customers), and below average in y (0.5, against 7.25)."
    )


def test_three_columns_on_one_side_are_one_sentence():
    found = by_segment("x,y,z", [("0.5,0.5,0.5", 30), ("0.5,0.5,8.5", 30)], [("9.5,9.5,9.5", 5), ("9.5,9.5,3.5", 5)])
    assert character(found.against("all"), 1).startswith(
        "They are above average in x (9.5, against 1.79 for all customers), y (9.5, against 1.79) and z (6.5, against "
        "4.79). The middle half"
    )


def test_three_small_differences_on_two_sides_are_two_sentences():
    found = by_segment("x,y,z", [("0.5,0.5,9.5", 30)], [("9.5,9.5,0.5", 30)])
    assert np.abs(found.differences).max() == 1
    assert character(found.against("all"), 1) == (
        "They are above average in x (9.5, against 5 for all customers) and y (9.5, against 5). They are below average "
        "in z (0.5, against 5)."
    )


# --- where nothing differs ---


def test_where_no_column_differs_each_is_told_beside_the_baseline_those_that_built_first():
    found = by_segment(
        "x,y,u",
        [("1.5,1.5,90.5", 15), ("9.5,3.5,100.5", 15)],
        [("1.5,1.5,94.5", 15), ("9.5,3.5,102.5", 15)],
        columns=("x", "y"),
        describe=("u",),
    )
    assert character(found.against("all"), 0) == (
        "Close to average in every column: x 5.5 (all customers 5.5), y 2.5 (2.5) and u 95.5 (97). The middle half of "
        "them lies between 1.5 and 9.5 in x, and between 1.5 and 3.5 in y."
    )


def test_a_segment_without_any_value_is_told_apart_by_nothing():
    # a second column keeps rows apart, and is none of the columns
    found = by_segment("x,n", [("1.5,1", 20), ("9.5,2", 20)], [(",3", 40)], columns=("x",))
    assert character(found.against("all"), 1) == "No column tells them apart."


@pytest.mark.parametrize(
    "baseline, told",
    [
        ("all", "They are below average in x (0.5, against 5 for all customers). Otherwise about average:"),
        ("rest", "They are below the others in x (0.5, against 9.5). Otherwise close to the others:"),
        (1, "They are below segment 2 in x (0.5, against 9.5). Otherwise close to it:"),
    ],
)
def test_shares_that_are_the_same_are_told_with_what_has_them(baseline, told):
    parts = [[(f"{x},yes,North", 20), (f"{x},no,South", 20)] for x in (0.5, 9.5)]
    found = by_segment("x,member,region", *parts).against(baseline)
    assert character(found, 0) == f"{told} member yes 50.0 % (50.0 %) and region North 50.0 % (50.0 %)."


def test_of_more_than_three_columns_that_are_the_same_the_nearest_are_told_those_that_built_first():
    # a differs by 0.2 of a standard deviation of 10, b by 0.1, u by nothing and v by 0.05
    found = by_segment(
        "x,a,b,u,v",
        [("0.5,90.5,90.5,90.5,90.5", 20), ("0.5,110.5,110.5,110.5,110.5", 20)],
        [("9.5,94.5,92.5,90.5,91.5", 20), ("9.5,114.5,112.5,110.5,111.5", 20)],
        columns=("x", "a", "b"),
        describe=("u", "v"),
    )
    assert character(found.against("all"), 0).endswith(
        "Otherwise about average, as in a 100 (102), b 100 (102) and u 100 (100)."
    )


def test_three_columns_that_are_the_same_are_all_of_them():
    found = by_segment(
        "x,a,b,c",
        [("0.5,1.5,1.5,1.5", 20), ("0.5,9.5,9.5,9.5", 20)],
        [("9.5,1.5,1.5,1.5", 20), ("9.5,9.5,9.5,9.5", 20)],
    )
    assert character(found.against("all"), 0).endswith(
        "Otherwise about average: a 5.5 (5.5), b 5.5 (5.5) and c 5.5 (5.5)."
    )


# --- places in an order ---


def sized(first, second):
    """Two segments by x; of each, how many have size S, M and L."""
    parts = [[(f"{x},{size}", n) for size, n in zip("SML", of, strict=True)] for x, of in ((0.5, first), (9.5, second))]
    return by_segment("x,size", *parts, settings=(ColumnSpec("size", "ordinal", ("S", "M", "L")),))


def test_an_ordered_level_is_told_by_its_place():
    # places 0 and 2 of 0, 1 and 2
    found = sized((40, 0, 0), (0, 0, 40))
    assert character(found.against("all"), 1) == (
        "They are above average in x (9.5, against 5 for all customers) and size (place 2 in its order, against 1)."
    )
    assert overall(found) == "All customers average 5 in x and place 1 in the order of size."
    same = sized((20, 0, 20), (20, 0, 20))
    assert character(same.against("all"), 1).endswith("Otherwise about average: size place 1 in its order (1).")


# --- all customers ---


def test_of_all_customers_four_numbers_are_told_and_two_categories():
    header = "a,b,c,d,e,one,two,three"
    found = by_segment(header, [("0.5,0.5,0.5,0.5,0.5,x,x,x", 30)], [("8.5,8.5,8.5,8.5,8.5,y,y,y", 10)])
    assert overall(found) == (
        "All customers average 2.5 in a, 2.5 in b, 2.5 in c and 2.5 in d. One is x for 75.0 % and two is x for 75.0 %."
    )
    assert overall(found, 2).startswith("All customers average 2.5 in a and 2.5 in b. One is")


def test_of_categories_alone_no_average_is_told():
    found = by_segment("region,n", [("North,1", 30)], [("South,2", 10)], columns=("region",))
    assert overall(found) == "Region is North for 75.0 %."


# --- phrases ---


def trait(kind, own, baseline=0.5, difference=1.0, level=None):
    return Trait("c", level, kind, "c", own, baseline, 100.0, True, 0, difference, True)


@pytest.mark.parametrize(
    "given, title, expected",
    [
        (trait("number", 9), "income", "high income"),
        (trait("number", 9, difference=-1), "income", "low income"),
        (trait("number", 9), "age", "older"),
        (trait("number", 9, difference=-1), "days since last order", "recent last order"),
        (trait("number", 9), "days since last order", "long since last order"),
        (trait("number", 9), "days since last order since January", "long since last order since January"),
        (trait("number", 9), "orders", "high orders"),
        (trait("boolean", 0.95), "newsletter", "with newsletter"),
        (trait("boolean", 0.6), "has newsletter", "mostly with newsletter"),
        (trait("boolean", 0.3), "newsletter", "more often with newsletter"),
        (trait("boolean", 0.05, difference=-1), "newsletter", "without newsletter"),
        (trait("boolean", 0.6, difference=-1), "newsletter", "less often with newsletter"),
        (trait("boolean", 0.9), "newsletter", "with newsletter"),
        (trait("boolean", 0.5), "newsletter", "mostly with newsletter"),
        (trait("boolean", 0.1, difference=-1), "newsletter", "without newsletter"),
        (trait("boolean", 0.11, difference=-1), "newsletter", "mostly without newsletter"),
        (trait("boolean", 0.5, difference=-1), "newsletter", "mostly without newsletter"),
        (trait("boolean", 0.95), "is member", "member"),
        (trait("boolean", 0.05, difference=-1), "churned", "not churned"),
        (trait("boolean", 0.95), "was refunded", "refunded"),
        (trait("boolean", 0.95), "recently churned", "recently churned"),
        (trait("boolean", 0.95), "Premium", "Premium"),
        (trait("boolean", 0.95), "have kids", "with kids"),
        (trait("boolean", 0.95), "with kids", "with kids"),
        (trait("level", 0.9, level="Germany"), "country", "Germany"),
        (trait("level", 0.5, level="Germany"), "country", "mostly Germany"),
        (trait("level", 0.95, level="Gold"), "tier", "Gold"),
        (trait("level", 0.95, level="VIP"), "tier", "tier VIP"),
        (trait("level", 0.95, level="Zone 5"), "area", "area Zone 5"),
        (trait("level", 0.95, level="Germany"), "country", "Germany"),
        (trait("level", 0.6, level="Germany"), "country", "mostly Germany"),
        (trait("level", 0.3, level="Germany"), "country", "more often Germany"),
        (trait("level", 0.1, level="Germany", difference=-1), "country", "not Germany"),
        (trait("level", 0.11, level="Germany", difference=-1), "country", "less often Germany"),
        (trait("level", 0.6, level="XL"), "size", "mostly size XL"),
        (trait("level", 0.6, level="10001"), "zip", "mostly zip 10001"),
        (trait("date", 9), "signup date", "early signup"),
        (trait("ordinal", 2), "education", "high education"),
    ],
)
def test_a_difference_in_a_name(given, title, expected):
    assert phrase(given, title) == expected


def test_of_what_is_counted_one_has_many_and_of_what_is_measured_much():
    assert phrase(trait("number", 9), "orders", counts=True) == "many orders"
    assert phrase(trait("number", 9, difference=-1), "orders", counts=True) == "few orders"
    assert phrase(trait("number", 9), "store visits", counts=True) == "many store visits"
    assert phrase(trait("number", 9), "flavanoids", counts=False) == "high flavanoids"
    assert phrase(trait("number", 9), "sales", counts=True) == "high sales"
    assert phrase(trait("number", 9), "status", counts=True) == "high status"


@pytest.mark.parametrize(
    "column, title",
    [
        (INCOME, "annual income"),
        ("total_spend", "total spend"),
        ("totalSpend", "total spend"),
        ("TOTAL_SPEND", "total spend"),
        ("AnnualIncomeEUR", "annual income"),
        ("Annual.Income", "annual income"),
        ("CLV", "CLV"),
        ("iPhone users", "iPhone users"),
        ("Wie oft kaufen Sie ein?", "wie oft kaufen Sie ein"),
        ("Number of Orders", "orders"),
        ("Income, yearly [USD]", "income yearly"),
        ("(k$)", "(k$)"),
        ("Age", "age"),
        ("Region", "region"),
        ("Sepal length", "sepal length"),
        ("Alter", "Alter"),
        ("Umsatz", "Umsatz"),
        ("monatlicher Umsatz", "monatlicher Umsatz"),
        ("Spend EUR", "spend"),
        ("Monatlicher Umsatz (EUR)", "Monatlicher Umsatz"),
        ("Einkommen €", "Einkommen"),
        ("Umsatz in € (netto)", "Umsatz"),
        ("Umsatz pro Monat", "Umsatz pro Monat"),
        ("Umsatz letztes Jahr", "Umsatz letztes Jahr"),
        ("UmsatzGesamt", "Umsatz Gesamt"),
        ("two\nlines", "two lines"),
        ("DATE OF BIRTH", "date of birth"),
        ("Date Of Birth", "date of birth"),
        ("CLTV", "CLTV"),
        ("Number of Visits to Paris", "visits to paris"),
        ("Number of visits to Paris", "visits to Paris"),
        ("Orders from Last Month", "orders from last month"),
        ("iPhone Orders", "iPhone orders"),
        ("EUR (net)", "EUR"),
        ("in €", "in €"),
    ],
)
def test_a_column_is_called_as_people_say_it(column, title):
    assert short_titles((column,)) == {column: title}


def test_a_name_keeps_the_case_of_a_header_in_another_language():
    table = rows_of("Alter,Einkommen €", ("20,1000", 40), ("60,3000", 40))
    comparison = profiled(table, ("Alter", "Einkommen €"), 2).against("all")
    assert sorted(proposed_names(comparison)) == ["High Alter, high Einkommen", "Low Alter, low Einkommen"]


def test_units_stay_where_they_alone_tell_two_columns_apart():
    titles = short_titles(("Spend (2023)", "Spend (2024)", "Age (years)"))
    assert list(titles.values()) == ["spend (2023)", "spend (2024)", "age"]
    assert list(short_titles(("Spend EUR", "Spend €")).values()) == ["spend EUR", "spend €"]


def test_a_long_title_is_cut_between_words():
    assert cut("how satisfied are you with our offers", 24) == "how satisfied are you…"
    assert cut("x" * 40, 10) == "x" * 9 + "…"
    assert cut("abcdefg hi", 10) == "abcdefg hi"
    assert cut("abcde fghijklmnop", 10) == "abcde…"  # half of what there is room for
    assert cut("abcd efghijklmnop", 10) == "abcd efgh…"


def test_a_name_begins_with_a_capital_unless_its_first_word_has_capitals_of_its_own():
    assert capital("high income") == "High income"
    assert capital("iPhone users, high income") == "iPhone users, high income"
