"""The profile as rows: every figure once, and the same figures that the heat map and the cards show."""

import math

import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.profile.sheet import EVERYBODY, profile_sheet, written_profile

# Two groups of two far apart: means 10 and 40 beside 25, so the index is 40 and 160.
CONTENT = b"spend,change,kind\n5,-2,a\n15,2,a\n35,-1,b\n45,1,a\n"
NAMES = ("Small spenders", "Big spenders")


@pytest.fixture(scope="module")
def told():
    table = read_table(CONTENT, name="customers.csv")
    spec = FeatureSpec(("spend",), describe=("change", "kind"))
    segments = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    return profile(table, segments, spec)


def row(sheet, segment, column, level=None):
    own = sheet[(sheet["segment"] == segment) & (sheet["column"] == column)]
    own = own[own["level"] == level] if level else own
    assert len(own) == 1
    return own.iloc[0]


def test_a_number_is_written_down_with_mean_quartiles_and_index(told):
    found = row(profile_sheet(told.against(), NAMES), "Small spenders", "spend")
    assert (found["customers"], found["share"]) == (2, 0.5)
    assert (found["mean"], found["median"], found["all_customers"], found["baseline"]) == (10, 10, 25, 25)
    assert (found["index"], found["mark"]) == (40, "low")
    assert math.isnan(found["z"])


def test_the_last_row_of_a_column_is_that_of_all_customers(told):
    found = row(profile_sheet(told.against(), NAMES), EVERYBODY, "spend")
    assert (found["customers"], found["share"], found["mean"], found["median"]) == (4, 1.0, 25, 25)


def test_a_number_that_crosses_zero_has_z_and_no_index(told):
    found = row(profile_sheet(told.against(), NAMES), "Big spenders", "change")
    assert math.isnan(found["index"])
    assert found["z"] == 0


def test_a_level_is_written_down_with_its_share_and_index(told):
    found = row(profile_sheet(told.against(), NAMES), "Big spenders", "kind", "b")
    assert (found["mean"], found["all_customers"], found["index"], found["mark"]) == (0.5, 0.25, 200, "high")
    everybody = row(profile_sheet(told.against(), NAMES), EVERYBODY, "kind", "b")
    assert (everybody["customers"], everybody["mean"], everybody["all_customers"]) == (4, 0.25, 0.25)


def test_a_sheet_of_categories_alone_has_the_same_columns(told):
    table = read_table(CONTENT, name="customers.csv")
    spec = FeatureSpec(("kind",))
    alone = profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=2)), spec)
    columns = profile_sheet(alone.against(), NAMES).columns.tolist()
    assert columns == profile_sheet(told.against(), NAMES).columns.tolist()
    assert columns[:5] == ["segment", "customers", "share", "weight_share", "column"]


def test_another_baseline_changes_the_index_and_nothing_else(told):
    everybody, rest = (profile_sheet(told.against(baseline), NAMES) for baseline in ("all", "rest"))
    assert row(rest, "Small spenders", "spend")["index"] == 25  # 10 against 40
    assert (row(rest, "Small spenders", "spend")["baseline"], row(rest, "Small spenders", "spend")["mean"]) == (40, 10)
    same = ["segment", "customers", "share", "column", "level", "mean", "median", "all_customers"]
    assert everybody[same].equals(rest[same])


@pytest.mark.parametrize(
    "figure, spend, kind_b",
    [
        # fewer than 30 customers: in parentheses
        ("Index", ["spend", "25", "(40 ▼)", "(160 ▲)"], ["kind: b", "25.0 %", "(0 ▼)", "(200 ▲)"]),
        ("Mean", ["spend", "25", "10", "40"], ["kind: b", "25.0 %", "0.0 %", "50.0 %"]),
        ("Median", ["spend", "25", "10", "40"], ["kind: b", "25.0 %", "0.0 %", "50.0 %"]),
        ("Quartiles", ["spend", "10 to 40", "5 to 15", "35 to 45"], ["kind: b", "25.0 %", "0.0 %", "50.0 %"]),
    ],
)
def test_the_table_shows_one_figure_per_column_and_segment(told, figure, spend, kind_b):
    rows = written_profile(told.against(), NAMES, figure).to_numpy().tolist()
    assert rows[:2] == [["Customers", "4", "2", "2"], ["Share", "100.0 %", "50.0 %", "50.0 %"]]
    assert spend in rows
    assert kind_b in rows


def test_where_customers_are_weighed_the_share_of_the_weight_stands_beside_that_of_the_customers():
    table = read_table(b"spend,value\n5,1\n15,2\n35,3\n45,6\n", name="customers.csv")
    spec = FeatureSpec(("spend",), weight_column="value")
    told = profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=2)), spec)
    rows = written_profile(told.against(), NAMES, "Mean").to_numpy().tolist()
    # 5 and 15 hold 3 of 12
    assert rows[1:3] == [
        ["Share of customers", "100.0 %", "50.0 %", "50.0 %"],
        ["Share of value", "100.0 %", "25.0 %", "75.0 %"],
    ]
    sheet = profile_sheet(told.against(), NAMES)
    assert row(sheet, "Big spenders", "spend")["weight_share"] == 0.75
    assert row(sheet, EVERYBODY, "spend")["weight_share"] == 1


def test_where_nothing_weighs_the_customers_they_have_no_share_of_it(told):
    assert profile_sheet(told.against(), NAMES)["weight_share"].isna().all()


@pytest.fixture(scope="module")
def fifty_nine():
    """Thirty who spend 10, half of them members, and 29 members who spend 40."""
    lines = [*["10,yes"] * 15, *["10,no"] * 15, *["40,yes"] * 29]
    table = read_table("\n".join(["spend,member", *lines]).encode(), name="customers.csv")
    spec = FeatureSpec(("spend",), describe=("member",))
    return profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=2)), spec)


def test_in_parentheses_stand_figures_of_fewer_than_thirty_customers(fifty_nine):
    # 10 and 40 of 1,460 / 59
    rows = written_profile(fifty_nine.against(), NAMES).to_numpy().tolist()
    assert ["spend", "24.7", "40 ▼", "(162 ▲)"] in rows


@pytest.mark.parametrize("figure", ["Mean", "Median", "Quartiles"])
def test_of_yes_and_no_the_share_stands_for_every_figure(fifty_nine, figure):
    # 44 of 59
    rows = written_profile(fifty_nine.against(), NAMES, figure).to_numpy().tolist()
    assert rows[-1][1:] == ["74.6 %", "50.0 %", "100.0 %"]


def test_segments_of_one_name_have_columns_of_their_own(told):
    columns = written_profile(told.against(), ("Same", "Same")).columns.tolist()
    assert columns == ["", "Average of all", "Same", "Same (2)"]
    assert written_profile(told.against(), NAMES, "Median").columns.tolist() == ["", EVERYBODY, *NAMES]
