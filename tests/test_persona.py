"""Proposed names and summaries: the right words, in the right direction, out of the numbers on the page alone."""

import re
from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.features import suggest_features
from clustering.profile.compare import Trait
from clustering.profile.persona import LONGEST_NAME, overall, proposed_names, summary
from clustering.profile.phrases import cut, phrase, short_titles
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


def test_every_direction_in_a_mall_name_is_that_of_the_means(mall_profile):
    for label, name in enumerate(proposed_names(mall_profile.against("all"))):
        for i, title in enumerate(("annual income", "spending score")):
            is_over = mall_profile.means[label, i] > mall_profile.overall_means[i]
            wrong = f"low {title}" if is_over else f"high {title}"
            assert wrong not in name.lower()


def test_a_summary_holds_size_share_and_each_figure_beside_the_baseline(mall_profile, rich):
    assert summary(mall_profile.against("all"), rich) == (
        "39 customers, 19.5 % of all. They are above average in spending score (82, against 50.3 for all customers) "
        "and annual income (87.1, against 60.5)."
    )


@pytest.mark.parametrize("file", ["mall_customers", "shop_customers", "iris", "wine", "blobs", "no_structure"])
@pytest.mark.parametrize("baseline", ["all", "rest", 0])
def test_no_summary_holds_a_number_that_is_not_on_the_page(file, baseline):
    table = read_table(SAMPLE_DATA / f"{file}.csv")
    spec = suggest_features(table)
    comparison = profiled(table, spec.columns, 4).against(baseline)
    titles = " ".join(short_titles(comparison.profile.columns).values())
    for label, size in enumerate(comparison.profile.sizes):
        on_page = {f"{size:,}", f"{100 * comparison.profile.shares[label]:.1f} %", "1"}  # 1: the name of a segment
        for trait in comparison.traits(label):
            on_page |= {trait.own_written, trait.baseline_written}
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
    assert summary(comparison, 0) == "40 customers, 53.3 % of all. The other segments are compared with this one."
    assert summary(comparison, 1) == "35 customers, 46.7 % of all. They are above segment 1 in x (9.5, against 0.5)."


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
        (trait("boolean", 0.95), "newsletter", "with newsletter"),
        (trait("boolean", 0.6), "has newsletter", "mostly with newsletter"),
        (trait("boolean", 0.3), "newsletter", "more often with newsletter"),
        (trait("boolean", 0.05, difference=-1), "newsletter", "without newsletter"),
        (trait("boolean", 0.6, difference=-1), "newsletter", "less often with newsletter"),
        (trait("boolean", 0.95), "is member", "member"),
        (trait("boolean", 0.05, difference=-1), "churned", "not churned"),
        (trait("level", 0.95, level="Germany"), "country", "Germany"),
        (trait("level", 0.6, level="Germany"), "country", "mostly Germany"),
        (trait("level", 0.3, level="Germany"), "country", "more often Germany"),
        (trait("level", 0.0, level="Germany", difference=-1), "country", "not Germany"),
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
        ("two\nlines", "two lines"),
    ],
)
def test_a_column_is_called_as_people_say_it(column, title):
    assert short_titles((column,)) == {column: title}


def test_units_stay_where_they_alone_tell_two_columns_apart():
    titles = short_titles(("Spend (2023)", "Spend (2024)", "Age (years)"))
    assert list(titles.values()) == ["spend (2023)", "spend (2024)", "age"]


def test_a_long_title_is_cut_between_words():
    assert cut("how satisfied are you with our offers", 24) == "how satisfied are you…"
    assert cut("x" * 40, 10) == "x" * 9 + "…"
