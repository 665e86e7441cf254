"""Size against value: every figure of a table of five rows derived by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.profile.value import size_against_value, value_columns
from clustering.table.names import plain_words
from clustering.wording import rounded_share

NAMES = ("Small", "Large")


def segmented(content, n_clusters=2, **settings):
    table = read_table(content)
    features = prepare(table, FeatureSpec(("x",), **{"scale": "none", "outliers": "keep", **settings}))
    return table, fit(features, ClusterSpec(n_clusters=n_clusters))


def worth(*values, name="spend"):
    """Segments of three and of two customers, with these values in turn."""
    lines = [f"{x},{value},a" for x, value in zip((0, 1, 2, 100, 101), values, strict=True)]
    return size_against_value(*segmented("\n".join([f"x,{name},note", *lines]).encode()), name)


@pytest.fixture(scope="module")
def five():
    return worth(10, 20, 30, 40, 100)


# --- per segment ---


def test_the_value_of_a_segment_is_what_its_customers_add_up_to(five):
    assert five.totals.tolist() == [60, 140]
    assert five.means.tolist() == [20, 70]


def test_size_stands_against_value(five):
    assert five.customers == (3, 2)
    assert five.shares == (0.6, 0.4)
    assert five.value_shares == pytest.approx([0.3, 0.7])


def test_what_was_added_up_cannot_be_written_over(five):
    for figures in (five.totals, five.value_shares, five.means, five.curve_customers, five.curve_value):
        with pytest.raises(ValueError, match="read-only"):
            figures[0] = 0


def test_a_segment_is_told_by_both_shares(five):
    assert five.written(0) == "60 % of customers, 30 % of spend"
    assert five.written(1) == "40 % of customers, 70 % of spend"


def test_the_finding_is_the_segment_with_most_value_for_its_size(five):
    assert five.sentence(NAMES) == "Large holds 70 % of spend with 40 % of the customers."


def test_where_value_goes_with_size_that_is_the_finding():
    even = worth(5, 5, 5, 5, 5)
    assert even.value_shares == pytest.approx([0.6, 0.4])
    assert even.sentence(NAMES) == "Every segment holds about as much of spend as of the customers."


# --- concentration ---


def test_the_curve_adds_up_from_the_most_valuable_customer_on(five):
    # 100, 40, 30, 20 and 10 of 200
    assert five.curve_customers == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert five.curve_value == pytest.approx([0, 0.5, 0.7, 0.85, 0.95, 1])


def test_the_top_customers_hold_a_share_of_the_value(five):
    assert five.top() == five.top(0.2) == pytest.approx(0.5)
    assert five.concentration() == "The top 20 % of customers hold 50 % of spend."


def test_a_customer_cut_in_two_counts_in_part(five):
    # 100, 40 and half of 30
    assert five.top(0.5) == pytest.approx(155 / 200)


def test_of_many_customers_the_curve_keeps_few_points_and_whole_percents_exactly():
    lines = [f"{i % 2 * 100},{i}" for i in range(1_000)]
    many = size_against_value(*segmented("\n".join(["x,spend", *lines]).encode()), "spend")
    assert len(many.curve_customers) == len(many.curve_value) == 191
    for percent in (1, 7, 20, 55, 100):
        top = sum(range(1_000 - 10 * percent, 1_000))
        assert many.top(percent / 100) == pytest.approx(top / sum(range(1_000)))


@pytest.mark.parametrize("percent", [1, 20])
def test_of_many_customers_a_bend_at_a_whole_percent_stays_where_it_is(percent):
    # so many percent are worth 100 each, the others 1
    n_rich = 10 * percent
    lines = [f"{i % 2 * 100},{100 if i < n_rich else 1}" for i in range(1_000)]
    bent = size_against_value(*segmented("\n".join(["x,spend", *lines]).encode()), "spend")
    assert bent.top(percent / 100) == pytest.approx(100 * n_rich / (99 * n_rich + 1_000))


# --- what makes shares doubtful ---


def test_a_customer_without_a_value_counts_as_a_customer_but_adds_nothing():
    gap = worth(10, "", 30, 40, 100)
    assert gap.n_missing == 1
    assert gap.shares == (0.6, 0.4)
    assert gap.value_shares == pytest.approx([40 / 180, 140 / 180])
    assert gap.means.tolist() == [20, 70]
    assert gap.notes == ("1 customer has no value of spend, which adds nothing to the totals.",)


def test_customers_without_a_value_are_counted():
    gap = worth(10, "", "", 40, 100)
    assert gap.notes == ("2 customers have no value of spend, which adds nothing to the totals.",)


def test_nothing_is_not_below_zero():
    assert worth(0, -1, 5, 5, 5).n_negative == 1


def test_concentration_is_that_of_the_customers_with_a_value():
    gap = worth(10, "", 30, 40, 100)
    assert gap.top(0.25) == pytest.approx(100 / 180)  # the first of four
    assert gap.concentration() == "The top 20 % of customers with a value hold 44 % of spend."


def test_values_below_zero_are_told():
    returns = worth(-50, 20, 30, 100, 100)
    assert returns.n_negative == 1
    assert returns.value_shares == pytest.approx([0, 1])
    assert returns.curve_value == pytest.approx([0, 0.5, 1, 1.15, 1.25, 1])
    assert returns.notes == ("1 customer is below 0 in spend: shares of it can fall below 0 % and rise above 100 %.",)


@pytest.mark.parametrize("values", [(0, 0, 0, 0, 1e-300 - 1e-300), (-5, 1, 1, 1, 2), (0.7, -0.7, 0.1, 0.2, -0.3)])
def test_of_a_total_not_above_zero_nobody_holds_a_share(values):
    nothing = worth(*values)
    assert not nothing.is_defined
    assert np.isnan(nothing.value_shares).all()
    assert isnan(nothing.top())
    assert len(nothing.curve_customers) == 0
    told = "spend does not add up to a total above 0, so nobody holds a share of it. Compare the means."
    assert nothing.notes[-1] == nothing.sentence(NAMES) == nothing.concentration() == told
    assert nothing.written(0) == "60 % of customers, – of spend"


def test_values_below_zero_are_told_of_a_total_below_zero_too():
    assert worth(-5, -1, 1, 1, 2).notes == (
        "2 customers are below 0 in spend.",
        "spend does not add up to a total above 0, so nobody holds a share of it. Compare the means.",
    )


def test_where_no_customer_with_a_segment_has_a_value_nothing_is_defined():
    table, clustering = segmented(b"x,v\n1,\n2,\n9,\n,5\n,6\n", missing="aside")
    empty = size_against_value(table, clustering, "v")
    assert (empty.n_missing, empty.is_defined) == (3, False)
    assert np.isnan(empty.means).all()
    assert empty.totals.tolist() == [0, 0]


@pytest.mark.filterwarnings("error")
def test_values_too_large_to_add_up_are_undefined_and_no_error():
    assert not worth(1e308, 1e308, 1e308, 1, 1).is_defined


def test_a_segment_of_one_customer_holds_what_that_customer_is_worth():
    table, clustering = segmented(b"x,v\n1,1\n2,2\n90,7\n")
    assert size_against_value(table, clustering, "v").value_shares == pytest.approx([0.3, 0.7])


def test_thirty_segments_hold_all_together():
    lines = [f"{100 * i + j},{i}" for i in range(30) for j in (0, 1, 2)]
    table, clustering = segmented("\n".join(["x,v", *lines]).encode(), 30)
    found = size_against_value(table, clustering, "v")
    assert found.value_shares.sum() == pytest.approx(1)
    assert sorted(found.totals.tolist()) == [3 * i for i in range(30)]


def test_shares_do_not_depend_on_whether_rows_were_placed_afterwards():
    table, clustering = segmented(b"x,v,w\n1,5,1\n2,5,1\n9,30,1\n10,60,0\n11,0,1\n", weight_column="w")
    assert not clustering.in_fit.all()
    found = size_against_value(table, clustering, "v")
    assert found.value_shares[clustering.labels[0]] == pytest.approx(0.1)


# --- where customers are weighed ---

WEIGHED = b"x,spend,w\n0,10,1\n1,20,0\n2,30,2\n100,40,1\n101,100,1\n"


@pytest.mark.parametrize("weight", ["w", "spend"])
def test_every_customer_counts_once_whatever_weighs_it(weight):
    found = size_against_value(*segmented(WEIGHED, weight_column=weight), "spend")
    assert found.customers == (3, 2)
    assert found.shares == (0.6, 0.4)
    assert found.totals.tolist() == [60, 140]  # 10 + 20 + 30 and 40 + 100, nothing squared
    assert found.value_shares == pytest.approx([0.3, 0.7])
    assert found.means.tolist() == [20, 70]
    assert found.top(0.2) == pytest.approx(0.5)


def test_customers_times_per_customer_is_the_total():
    found = size_against_value(*segmented(WEIGHED, weight_column="w"), "spend")
    assert (np.array(found.customers) * found.means).tolist() == found.totals.tolist()


def test_a_segment_of_customers_without_weight_holds_its_value():
    table, clustering = segmented(WEIGHED, weight_column="w")
    moved = replace(clustering, labels=np.array([0, 1, 0, 0, 0]), sizes=(4, 1))
    found = size_against_value(table, moved, "spend")
    assert (found.shares[1], found.value_shares[1], found.means[1]) == (0.2, pytest.approx(0.1), 20)


# --- which columns ---


def test_a_column_of_text_is_refused():
    with pytest.raises(InvalidSetting, match='"note" holds no numbers'):
        size_against_value(*segmented(b"x,note\n1,a\n2,b\n9,a\n"), "note")


def test_a_column_without_any_value_is_refused():
    with pytest.raises(InvalidSetting, match='"v" holds no numbers'):
        size_against_value(*segmented(b"x,v\n1,\n2,\n9,\n"), "v")


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(InvalidSetting, match='There is no column "gone"'):
        size_against_value(*segmented(b"x\n1\n2\n9\n"), "gone")


def test_numbers_named_like_worth_come_first_and_scores_and_ages_last(mall):
    assert value_columns(mall) == ("Annual Income (k$)", "Age", "Spending Score (1-100)")


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("visits", "total_spend"), ("total_spend", "visits")),
        (("profit", "monetary", "revenue"), ("revenue", "monetary", "profit")),
        (("Besuche", "Jahresumsatz"), ("Jahresumsatz", "Besuche")),
        (("Gesamt", "Bestellwert"), ("Bestellwert", "Gesamt")),
        (("Bewertung", "Betrag"), ("Betrag", "Bewertung")),
        (("mean_basket", "recency_days", "frequency"), ("frequency", "mean_basket", "recency_days")),
        (("MntWines", "Wines"), ("MntWines", "Wines")),
        (("Wines", "MntWines"), ("MntWines", "Wines")),
        (("revenue share", "pages"), ("pages", "revenue share")),
        (("Valeur client", "âge"), ("Valeur client", "âge")),
    ],
)
def test_columns_are_offered_by_how_likely_they_are_what_a_customer_is_worth(names, order):
    lines = [",".join(str(3.7 * i * (j + 2) + j) for j in range(len(names))) for i in range(40)]
    assert value_columns(read_table("\n".join([",".join(names), *lines]).encode())) == order


def test_identifiers_codes_and_constants_are_not_offered():
    lines = [f"{i + 1},{1 + i % 3},7,{i * 1.5},a" for i in range(60)]
    table = read_table("\n".join(["customer_id,tier,fee,spend,note", *lines]).encode())
    assert value_columns(table) == ("spend",)


# --- words ---


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (0.0, "0 %"),
        (0.0001, "< 0.1 %"),
        (0.004, "0.4 %"),
        (0.1234, "12 %"),
        (0.994, "99.4 %"),
        (0.9999, "> 99.9 %"),
        (1.0, "100 %"),
        (1.25, "125 %"),
        (-0.05, "-5 %"),
        (float("nan"), "–"),
    ],
)
def test_a_share_in_a_sentence_is_short_but_never_nothing_or_everything_by_rounding(part, written):
    assert rounded_share(part) == written


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CustomerAge_Größe", "customer age grosse"),
        ("Nationalité (2023)", "nationalite 2023"),
        ("PLZ", "plz"),
        ("  ", ""),
    ],
)
def test_a_name_is_taken_apart_into_plain_words(name, words):
    assert plain_words(name) == words
