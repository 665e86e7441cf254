"""Categories, dates, logs, weights, filters, odd customers, components: what columns and rows become, by hand."""

import itertools
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, fit, profile, read_table
from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.features import (
    ColumnSpec,
    FeatureSpec,
    Filled,
    RowFilter,
    correlation,
    encodings,
    levels_of,
    near_duplicates,
    possible_columns,
    prepare,
    suggest_features,
    suggest_logs,
)
from clustering.model import centers_in_units
from clustering.points import axis_choices, scatter_points

SAMPLES = Path(__file__).parents[1] / "sample_data"


def table_of(**columns):
    """A table of these columns; None is an empty cell."""
    rows = itertools.zip_longest(*columns.values())
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return read_table("\n".join([",".join(columns), *lines]).encode())


def prepared(table, *columns, **settings):
    """Prepare these columns of a table, raw and kept as they are unless the settings say otherwise."""
    return prepare(table, FeatureSpec(columns, **{"scale": "none", "outliers": "keep", **settings}))


def column_of(features, name):
    return features.scaled[:, features.names.index(name)]


def halves(n=100):
    """0.5, 1, 1.5, …: every value differs, none is a whole-number identifier."""
    return [(i + 1) / 2 for i in range(n)]


@pytest.fixture(scope="module")
def shop():
    return read_table(SAMPLES / "shop_customers.csv")


@pytest.fixture(scope="module")
def people():
    """Twelve people: half in Spain, a third in France, one in Italy, one nowhere; sizes, members, dates."""
    return table_of(
        country=["Spain"] * 6 + ["France"] * 4 + ["Italy", None],
        size=["S", "L", "M", "S", "L", "M", "S", "S", "M", "M", "L", "S"],
        member=["yes", "no", "yes", "no"] * 3,
        since=[f"2024-01-{day:02d}" for day in (1, 2, 2, 5, 8, 8, 8, 20, 20, 30, 30, 31)],
        spend=[1.5, 2, 4, 4, 5, 7, 7, 8, 9, 9.5, 11, 30],
    )


# Categories


def test_a_category_becomes_a_column_per_level_and_missing_is_a_level(people):
    features = prepared(people, "country")
    assert features.names == ("country: Spain", "country: France", "country: Italy", "country: missing")
    expected = np.zeros((12, 4))
    expected[[*range(6), 6, 7, 8, 9, 10, 11], [0] * 6 + [1] * 4 + [2, 3]] = 1 / np.sqrt(2)
    np.testing.assert_allclose(features.X, expected)
    assert features.filled == ()
    assert features.notes == ("country: 1 missing cell counts as a level of its own.",)


@pytest.mark.parametrize("scale", ["minmax", "none"])
def test_two_customers_of_different_levels_are_one_apart(people, scale):
    X = prepared(people, "country", scale=scale).X
    assert np.linalg.norm(X[0] - X[6]) == pytest.approx(1)


@pytest.mark.parametrize("levels", [2, 3, 7])
def test_a_standardised_category_weighs_like_one_column_of_numbers(levels):
    table = table_of(group=[f"group {i % levels}" for i in range(40)], x=halves(40))
    features = prepared(table, "group", "x", scale="standard")
    variances = features.X.var(axis=0)
    assert variances[-1] == pytest.approx(1)
    assert variances[:-1].sum() == pytest.approx(1)


def test_two_levels_are_as_far_apart_as_a_standardised_flag():
    # One in four: the flag has standard deviation sqrt(3/16), so 0 and 1 are 4/sqrt(3) apart.
    table = table_of(plan=["basic plan", "basic plan", "basic plan", "gold plan"] * 5, x=halves(20))
    X = prepared(table, "plan", scale="standard").X
    assert np.linalg.norm(X[3] - X[0]) == pytest.approx(4 / np.sqrt(3))


def test_levels_of_less_than_one_percent_are_pooled():
    # 2 of 300 are 0.7 %, 3 of 300 just 1 %.
    cells = ["a a"] * 280 + ["b b"] * 13 + ["c c"] * 3 + ["d d"] * 2 + ["e e"] * 2
    features = prepared(table_of(g=cells), "g")
    assert features.names == ("g: a a", "g: b b", "g: c c", "g: other levels")
    assert (features.X[:, 3] > 0).sum() == 4


def test_levels_beyond_the_ten_most_frequent_are_pooled():
    cells = [f"level {chr(97 + i)}" for i in range(12) for _ in range(30 - i)]
    features = prepared(table_of(g=cells), "g")
    assert features.names == (*(f"g: level {c}" for c in "abcdefghij"), "g: other levels")
    assert (features.X[:, 10] > 0).sum() == 20 + 19


def test_a_single_rare_level_keeps_its_name():
    features = prepared(table_of(g=["a a"] * 300 + ["b b"]), "g")
    assert features.names == ("g: a a", "g: b b")


def test_a_new_level_is_one_of_the_others_and_none_where_nothing_was_pooled():
    pooled = prepared(table_of(g=["a a"] * 300 + ["b b", "c c"]), "g")
    plain = prepared(table_of(g=["a a"] * 3 + ["b b"] * 3), "g")
    new = table_of(g=["z z", "a a", "z z", "a a"]).frame
    assert (pooled.pipeline.transform(new) > 0).tolist() == [[False, True], [True, False]] * 2
    assert (plain.pipeline.transform(new) > 0).tolist() == [[False, False], [True, False]] * 2


@pytest.mark.parametrize(
    ("settings", "names", "filled"),
    [
        ({"missing": "most_frequent"}, ("Spain", "France", "Italy"), "Spain"),
        ({"missing": "constant", "fill_value": "Italy"}, ("Spain", "France", "Italy"), "Italy"),
        ({"missing": "constant", "fill_value": "Mars"}, ("Spain", "France", "Italy", "Mars"), "Mars"),
    ],
)
def test_a_missing_category_can_be_filled_with_a_level(people, settings, names, filled):
    features = prepared(people, "country", settings=(ColumnSpec("country", **settings),))
    assert features.names == tuple(f"country: {name}" for name in names)
    assert column_of(features, f"country: {filled}")[11] > 0
    assert features.filled == (Filled("country", 1, filled),)


def test_a_row_with_a_missing_category_can_be_set_aside(people):
    features = prepared(people, "country", settings=(ColumnSpec("country", missing="aside"),))
    assert features.row_notes[11] == "country is missing"
    assert features.names == ("country: Spain", "country: France", "country: Italy")
    assert prepared(people, "country", missing="aside").n_aside == 1


def test_a_level_called_missing_shares_its_column_with_the_empty_cells():
    features = prepared(table_of(g=["a a", "missing", "a a", None, "a a", "missing"], x=halves(6)), "g")
    assert features.names == ("g: a a", "g: missing")
    assert (features.X[:, 1] > 0).tolist() == [False, True, False, True, False, True]


def test_codes_can_be_levels():
    table = table_of(channel=[1, 2, 2, 1, 2, 2], x=[1.5, 2, 3, 4, 7, 9])
    features = prepared(table, "channel", settings=(ColumnSpec("channel", encode="onehot"),))
    assert features.names == ("channel: 2", "channel: 1")


def test_an_order_gives_places(people):
    features = prepared(people, "size", settings=(ColumnSpec("size", encode="ordinal", order=("S", "M", "L")),))
    assert features.names == ("size",)
    assert features.X[:, 0].tolist() == [0, 2, 1, 0, 2, 1, 0, 0, 1, 1, 2, 0]


def test_a_level_without_a_place_is_refused_by_name(people):
    with pytest.raises(InvalidSetting) as refusal:
        prepared(people, "size", settings=(ColumnSpec("size", encode="ordinal", order=("S", "M")),))
    assert str(refusal.value) == 'The order of "size" leaves out "L". Add what is missing.'


def test_an_ordinal_column_needs_an_order(people):
    with pytest.raises(InvalidSetting) as refusal:
        prepared(people, "size", settings=(ColumnSpec("size", encode="ordinal"),))
    assert str(refusal.value) == (
        '"size" needs an order: name its levels from low to high ("S", "M", "L"), or let every level count by itself.'
    )


def test_yes_and_no_are_one_and_zero(people):
    features = prepared(people, "member")
    assert features.names == ("member",)
    assert features.X[:, 0].tolist() == [1, 0, 1, 0] * 3


def test_how_a_column_can_become_numbers_depends_on_what_it_holds(people):
    table = table_of(
        id=["a1", "a2", "a3", "a4", "a5", "a6"],
        note=["so so", "not bad", "very good", "like it", "no idea", "why not"],
        flat=[7] * 6,
        x=[1.5, 2, 2, 7, 9, 9],
    )
    found = {column.name: encodings(column) for column in (*people.columns, *table.columns)}
    assert found["country"] == ("onehot", "ordinal")
    assert found["member"] == ("number", "onehot")
    assert found["since"] == ("date", "date_and_month", "onehot")
    assert found["x"] == ("number", "onehot")
    assert found["id"] == found["note"] == found["flat"] == ()
    assert possible_columns(table) == ("x",)


def test_an_encoding_that_does_not_fit_is_refused_with_those_that_do(people):
    with pytest.raises(InvalidSetting, match='"country" cannot be encoded as date; it can be onehot, ordinal'):
        prepared(people, "country", settings=(ColumnSpec("country", encode="date"),))


# Dates


def test_a_date_is_the_days_before_the_newest(people):
    assert prepared(people, "since").X[:, 0].tolist() == [30, 29, 29, 26, 23, 23, 23, 11, 11, 1, 1, 0]


def test_a_newer_date_in_new_rows_is_negative(people):
    features = prepared(people, "since")
    new = table_of(since=["2024-02-02", "2024-01-01", "2024-01-01", "2024-01-02"]).frame
    assert features.pipeline.transform(new)[:, 0].tolist() == [-2, 30, 30, 29]


def test_a_missing_date_is_filled_in_days():
    table = table_of(since=["2024-01-01", "2024-01-03", None, "2024-01-11", "2024-01-11"], x=halves(5))
    features = prepared(table, "since", missing="mean")
    assert features.X[:, 0].tolist() == [10, 8, 4.5, 0, 0]
    assert features.notes == ("since: 1 missing cell filled with the mean 4.5 days before the newest.",)


def test_the_month_can_be_a_category_beside_the_days():
    dates = ["2024-12-31", "2024-01-31", None, "2023-12-31", "2023-12-30"]
    features = prepared(
        table_of(since=dates, x=halves(5)), "since", settings=(ColumnSpec("since", encode="date_and_month"),)
    )
    assert features.names == ("since", "since: month January", "since: month December", "since: month missing")
    assert (features.X[:, 1:] > 0).tolist() == [
        [False, True, False],
        [True, False, False],
        [False, False, True],
        [False, True, False],
        [False, True, False],
    ]


# Amounts


def test_a_log_counts_orders_of_magnitude_and_centers_come_back_as_amounts():
    table = table_of(spend=[0, 0, 9, 9, 99, 99, 999, 999])
    features = prepared(table, "spend", settings=(ColumnSpec("spend", log=True),))
    assert features.X[:, 0] / np.log(10) == pytest.approx([0, 0, 1, 1, 2, 2, 3, 3])
    clustering = fit(features, ClusterSpec(n_clusters=2))
    # the mean of the logs of 1 and 10 is that of sqrt(10)
    assert centers_in_units(features, clustering)[:, 0] == pytest.approx([10**0.5 - 1, 10**2.5 - 1])


def test_a_missing_amount_is_filled_before_the_log():
    table = table_of(spend=[0, 0, None, 9, 999], x=halves(5))
    features = prepared(table, "spend", missing="mean", settings=(ColumnSpec("spend", log=True),))
    assert features.filled == (Filled("spend", 1, 252),)
    assert features.X[2, 0] == pytest.approx(np.log(253))


def test_a_log_of_negative_amounts_is_refused():
    with pytest.raises(InvalidSetting, match=r'^"x": a log needs values of 0 and more\. Take them as they are\.$'):
        prepared(table_of(x=[-1, 2, 2, 7]), "x", settings=(ColumnSpec("x", log=True),))


def test_an_amount_below_zero_in_a_new_row_counts_as_zero():
    features = prepared(table_of(x=[0, 2, 2, 7]), "x", settings=(ColumnSpec("x", log=True),))
    new = table_of(x=[-5, 0, 2, 2]).frame
    assert features.pipeline.transform(new)[:, 0] == pytest.approx(np.log([1, 1, 3, 3]))


def test_only_numbers_can_be_logged(people):
    for name in ("country", "member", "since"):
        with pytest.raises(InvalidSetting, match="holds no amounts"):
            prepared(people, name, settings=(ColumnSpec(name, log=True),))


def test_a_log_tames_a_tail_before_rows_are_called_far():
    # powers of 1.2 up to 1.2^99 = 69 million: nearly evenly spread as logs
    table = table_of(spend=[1.2**i for i in range(100)])
    plain = prepared(table, "spend", outliers="aside")
    logged = prepared(table, "spend", outliers="aside", settings=(ColumnSpec("spend", log=True),))
    assert plain.n_aside > 0
    assert logged.n_aside == 0


def test_a_log_is_offered_where_a_tail_was_clipped():
    told = '"x": with a log instead of clipping, large and huge amounts would still be told apart.'
    table = table_of(x=[*halves(), 1000, 2000, 3000], y=[-value for value in [*halves(), 1000, 2000, 3000]])
    assert prepared(table, "x", "y", outliers="auto").advice[0] == told
    assert told not in prepared(table, "x", "y", outliers="clip").advice
    logged = prepared(table, "x", "y", outliers="auto", settings=(ColumnSpec("x", log=True),))
    assert told not in logged.advice


def test_logs_are_suggested_for_skewed_amounts_only():
    rng = np.random.default_rng(0)
    columns = {
        "amount": rng.lognormal(3, 1, 500).round(2),
        "evenly": rng.uniform(0, 9, 500).round(3),
        "below": (rng.lognormal(3, 1, 500) - 30).round(2),
        "one_huge": [*rng.normal(50, 5, 499).round(2), 1e6],
        "flag": [1.0] * 20 + [0.0] * 480,
    }
    table = table_of(**columns)
    assert suggest_logs(table, tuple(columns)) == ("amount",)
    assert suggest_logs(table, ("evenly",)) == ()


def test_the_shop_is_offered_a_log_of_what_customers_spend(shop):
    offered = suggest_logs(shop, suggest_features(shop).columns)
    assert "total_spend" in offered
    assert "age" not in offered


# Weights of columns


def test_a_weight_stretches_a_column_after_scaling():
    table = table_of(x=[0, 0, 10, 10], y=[5, 7, 5, 7])
    features = prepared(table, "x", "y", scale="standard", settings=(ColumnSpec("y", weight=3),))
    assert features.X.tolist() == [[-1, -3], [-1, 3], [1, -3], [1, 3]]


def test_a_weight_holds_for_every_level_of_a_category(people):
    settings = (ColumnSpec("country", weight=2),)
    plain, weighed = prepared(people, "country"), prepared(people, "country", settings=settings)
    np.testing.assert_allclose(weighed.X, 2 * plain.X)


# Missing cells, column by column


def test_every_column_is_filled_its_own_way():
    gap = [1, 1, None, 4, 10]
    table = table_of(a=gap, b=gap, c=gap, d=gap, other=[1, 2, 3, 4, 5])
    settings = (
        ColumnSpec("b", missing="mean"),
        ColumnSpec("c", missing="most_frequent"),
        ColumnSpec("d", missing="constant", fill_value=-7.0),
    )
    features = prepared(table, *"abcd", settings=settings)
    assert features.X[2].tolist() == [2.5, 4, 1, -7]
    assert (features.n_filled, features.n_filled_rows) == (4, 1)
    assert features.notes[3] == "d: 1 missing cell filled with the given value -7."


def test_filled_rows_are_counted_once_each():
    table = table_of(a=[1, None, None, 4, 10], b=[1, None, 5, None, 10], other=[1, 2, 3, 4, 5])
    features = prepared(table, "a", "b")
    assert (features.n_filled, features.n_filled_rows) == (4, 3)


def test_a_row_is_set_aside_for_one_column_and_filled_in_another():
    table = table_of(a=[1, None, 3, 4, 10], b=[1, 2, None, 5, 10])
    features = prepared(table, "a", "b", settings=(ColumnSpec("a", missing="aside"),))
    assert features.row_notes[1] == "a is missing"
    assert features.rows.tolist() == [0, 2, 3, 4]
    assert features.filled == (Filled("b", 1, 5),)


def test_a_cell_can_be_filled_from_the_customers_most_like_it():
    # Five customers around x = 0 with y = 10, 11, 12, 13, 14, five around 100 with y = 50.
    x = [0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 2.5]
    y = [10, 11, 12, 13, 14, 50, 50, 50, 50, 50, None]
    features = prepared(table_of(x=x, y=y), "x", "y", settings=(ColumnSpec("y", missing="neighbours"),))
    assert features.X[10, 1] == pytest.approx(12)
    assert features.filled == (Filled("y", 1, None),)
    assert features.notes == ("y: 1 missing cell filled with the mean of the 5 most similar customers.",)
    new = table_of(x=[101.5, 1, 1, 2], y=[None, 1, 1, 2]).frame
    assert features.pipeline.transform(new)[0].tolist() == pytest.approx([101.5, 50])


def test_neighbours_are_measured_in_standard_deviations():
    # By raw distance the income alone would decide; the age says who is alike.
    age = [20, 21, 22, 23, 24, 60, 61, 62, 63, 64, 62]
    income = [50_000, 50_900, 50_100, 50_800, 50_200, 50_450, 50_050, 50_950, 50_150, 50_850, 50_480]
    y = [1, 1, 1, 1, 1, 9, 9, 9, 9, 9, None]
    table = table_of(age=age, income=income, y=y)
    features = prepared(table, "age", "income", "y", settings=(ColumnSpec("y", missing="neighbours"),))
    assert features.X[10, 2] > 7


def test_a_category_has_no_average(people):
    with pytest.raises(InvalidSetting, match='"country" is a category; its missing cells can be filled'):
        prepared(people, "country", settings=(ColumnSpec("country", missing="median"),))


# Rows far outside


def test_six_huge_customers_neither_become_the_segmentation_nor_vanish(shop):
    spec = FeatureSpec(suggest_features(shop).columns)
    features = prepare(shop, spec)
    resellers = np.argsort(-shop.frame["total_spend"].to_numpy())[:6]
    assert set(resellers) <= set(features.far_rows)
    clustering = fit(features, ClusterSpec(n_clusters=4))
    assert len(clustering.rows) == shop.n_rows
    assert min(clustering.sizes) > 0.01 * shop.n_rows
    # left in the fit they take a segment for themselves
    kept = fit(prepare(shop, replace(spec, outliers="keep")), ClusterSpec(n_clusters=4))
    assert kept.sizes[-1] == 6


def test_the_customers_farthest_outside_are_listed_with_column_and_distance(shop):
    features = prepare(shop, suggest_features(shop))
    row, column, deviations = features.outlying[0]
    assert (row, column) == (int(shop.frame["total_spend"].argmax()), "total_spend")
    assert deviations > 100
    assert [d for *_, d in features.outlying] == sorted((d for *_, d in features.outlying), reverse=True)
    assert {row for row, *_ in features.outlying} == set(features.far_rows)
    assert features.n_outlying == len(features.far_rows) == 64


def test_of_many_rows_far_outside_the_farthest_200_are_listed():
    table = table_of(x=[*halves(8_000), *(100_000 + i / 2 for i in range(250))])
    features = prepared(table, "x", outliers="aside")
    assert (len(features.outlying), features.n_outlying) == (200, 250)
    assert features.outlying[0][0] == 8_249


def test_rows_whose_column_is_clipped_are_listed_all_the_same():
    features = prepared(table_of(x=[*halves(), 1000, 2000, 3000]), "x", outliers="auto")
    assert [row for row, *_ in features.outlying] == [102, 101, 100]
    assert (len(features.far_rows), features.n_outlying) == (0, 0)


def test_a_forest_sets_the_huge_customers_aside(shop):
    features = prepare(shop, FeatureSpec(suggest_features(shop).columns, outliers="forest"))
    resellers = np.argsort(-shop.frame["total_spend"].to_numpy())[:6]
    assert features.row_notes[resellers].isna().sum() == 0
    assert 6 <= features.n_aside < 0.01 * shop.n_rows
    assert len(features.far_rows) == 0


def test_a_forest_finds_who_is_odd_in_no_column_by_itself():
    # On the diagonal but for one row, whose values are both ordinary.
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(-10, 0.2, 100), rng.normal(10, 0.2, 100), [10]])
    y = np.concatenate([rng.normal(-10, 0.2, 100), rng.normal(10, 0.2, 100), [-10]])
    table = table_of(x=x.round(4), y=y.round(4))
    assert prepared(table, "x", "y", outliers="aside").n_aside == 0
    forest = prepared(table, "x", "y", outliers="forest")
    assert forest.row_notes[200] is not np.nan
    assert forest.n_aside <= 2


def test_a_forest_does_not_depend_on_the_order_of_the_file():
    # more rows than a tree draws, so that another order would draw others
    rng = np.random.default_rng(1)
    rows = rng.lognormal(0, 1, (600, 2)).round(3)
    order = rng.permutation(600)
    one, two = (
        prepared(table_of(x=values[:, 0], y=values[:, 1]), "x", "y", outliers="forest")
        for values in (rows, rows[order])
    )
    assert one.n_outlying > 0
    assert sorted(order[two.rows].tolist()) == one.rows.tolist()


def test_where_nine_in_ten_rows_are_alike_a_forest_finds_nobody():
    table = table_of(x=[1.5] * 97 + [2.5, 2.5, 3.5], y=[7.5] * 97 + [8.5, 8.5, 7.5])
    assert prepared(table, "x", "y", outliers="forest").n_outlying == 0


def test_a_single_huge_value_among_zeros_is_far_and_a_rare_flag_is_not():
    zeros = [0] * 999
    y = halves(1_000)
    assert prepared(table_of(x=[*zeros, 10**6], y=y), "x", "y", outliers="auto").far_rows.tolist() == [999]
    assert prepared(table_of(x=[*zeros, 1], y=y), "x", "y", outliers="auto").far_rows.tolist() == []
    three = [*[0] * 997, 5, 5, 5]
    assert prepared(table_of(x=three, y=y), "x", "y", outliers="auto").far_rows.tolist() == []


def test_a_handful_of_amounts_among_zeros_is_far_and_a_few_small_counts_are_not():
    y = halves(1_000)
    amounts = [*[0] * 994, 900, 800, 950, 1000, 1100, 970]
    assert prepared(table_of(x=amounts, y=y), "x", "y", outliers="auto").far_rows.tolist() == list(range(994, 1_000))
    counts = [*[0] * 994, 1, 1, 2, 1, 2, 1]
    assert prepared(table_of(x=counts, y=y), "x", "y", outliers="auto").far_rows.tolist() == []
    mistyped = [*[0] * 994, 1, 1, 2, 1, 2, 100]
    assert prepared(table_of(x=mistyped, y=y), "x", "y", outliers="auto").far_rows.tolist() == [999]


def test_a_huge_value_among_zeros_stays_out_where_another_column_is_clipped():
    x = [*[0] * 102, 10**6]
    y = [*halves(100), 1000, 2000, 3000]
    features = prepared(table_of(x=x, y=y), "x", "y", outliers="auto")
    assert features.far_rows.tolist() == [102]
    assert np.ptp(column_of(features, "y")) < 2500
    assert features.notes[1].startswith('"y": 4 cells beyond the 1st and 99th percentile')


def test_yes_and_no_are_never_far():
    table = table_of(member=["yes", *["no"] * 199], x=halves(200))
    assert prepared(table, "member", "x", outliers="auto").notes == ()


# A filter before the fit


ACTIVE = RowFilter("country", levels=("Spain", "France"))


def test_rows_outside_the_filter_stay_with_the_reason(people):
    features = prepared(people, "spend", row_filter=ACTIVE)
    assert features.rows.tolist() == list(range(10))
    assert features.row_notes[10] == "not in the filter: country is Italy"
    assert features.row_notes[11] == "not in the filter: country is missing"
    assert features.n_aside == 2
    assert features.notes == ("2 rows outside the filter on country take no part and get no segment.",)


def test_rows_outside_the_filter_can_be_placed_afterwards(people):
    features = prepared(people, "spend", row_filter=ACTIVE, filtered="place", scale="standard")
    assert (features.rows.tolist(), features.far_rows.tolist()) == (list(range(10)), [10, 11])
    assert features.row_notes[10] == "not in the filter: country is Italy, placed with the nearest segment"
    assert features.notes == (
        "2 rows outside the filter on country take no part and get the nearest segment afterwards.",
    )
    assert features.X.mean() == pytest.approx(0)
    clustering = fit(features, ClusterSpec(n_clusters=2))
    assert clustering.n_without == 0
    assert clustering.in_fit.tolist() == [True] * 10 + [False] * 2


@pytest.mark.parametrize(
    ("chosen", "out"),
    [
        (RowFilter("spend", low=4), {0: "spend is below 4", 1: "spend is below 4"}),
        (RowFilter("spend", high=9.5), {10: "spend is above 9.5", 11: "spend is above 9.5"}),
        (RowFilter("spend", low=2, high=11), {0: "spend is below 2", 11: "spend is above 11"}),
        (RowFilter("since", low="2024-01-02"), {0: "since is below 2024-01-02"}),
        (RowFilter("member", levels=("yes",)), {row: "member is no" for row in range(1, 12, 2)}),
    ],
)
def test_a_filter_lies_between_values_or_names_levels(people, chosen, out):
    features = prepared(people, "spend", row_filter=chosen)
    reasons = {row: f"not in the filter: {reason}" for row, reason in out.items()}
    assert {row: note for row, note in enumerate(features.row_notes) if isinstance(note, str)} == reasons


def test_a_missing_number_is_not_between_two_values():
    table = table_of(x=[1, None, 3, 4, 5.5], y=halves(5))
    features = prepared(table, "y", row_filter=RowFilter("x", low=0))
    assert features.row_notes[1] == "not in the filter: x is missing"


def test_a_row_outside_the_filter_that_is_incomplete_gets_no_segment():
    table = table_of(x=[1, 2, 4, 5, None], g=["a a", "a a", "a a", "a a", "b b"])
    chosen = RowFilter("g", levels=("a a",))
    placed = prepared(table, "x", row_filter=chosen, filtered="place", missing="aside")
    assert (placed.row_notes[4], len(placed.far_rows)) == ("x is missing", 0)
    aside = prepared(table, "x", row_filter=chosen, missing="aside")
    assert aside.row_notes[4] == "not in the filter: g is b b"


@pytest.mark.parametrize("filtered", ["aside", "place"])
@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (RowFilter("country", levels=("Mars",)), '"country" "Mars"'),
        (RowFilter("country", levels=("Mars", "Moon")), '"country" as one of "Mars", "Moon"'),
        (RowFilter("spend", low=1e9), '"spend" from 1,000,000,000 on'),
        (RowFilter("spend", high=-0.25), '"spend" up to -0.25'),
        (RowFilter("since", low="1990-01-01", high="1990-12-31"), '"since" from 1990-01-01 to 1990-12-31'),
    ],
)
def test_a_filter_that_leaves_nobody_is_refused(people, filtered, chosen, told):
    with pytest.raises(TooFewRows) as refusal:
        prepared(people, "spend", row_filter=chosen, filtered=filtered)
    assert str(refusal.value) == f"No customer has {told}; change the filter."


def test_a_filter_that_leaves_two_is_refused_with_their_number():
    table = table_of(x=halves(9), g=["a"] * 7 + ["b"] * 2)
    with pytest.raises(TooFewRows, match=r"^Only 2 rows can take part; .* Widen the filter, or fill missing values"):
        prepared(table, "x", row_filter=RowFilter("g", levels=("b",)))


def test_the_last_day_of_a_filter_counts_to_its_end():
    table = table_of(x=[1, 2, 4, 8], at=[f"2026-01-{day}" for day in ("01 08:00", "02 09:30", "03 23:59", "04 00:00")])
    features = prepared(table, "x", row_filter=RowFilter("at", high="2026-01-03"))
    assert features.rows.tolist() == [0, 1, 2]
    assert features.row_notes[3] == "not in the filter: at is above 2026-01-03"


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (RowFilter("nowhere", levels=("a",)), 'There is no column "nowhere" to choose rows by.'),
        (RowFilter("spend", low="much"), '"much" is nothing to compare spend with. Give a number or a date.'),
        (RowFilter("country", low=3), "country holds neither numbers nor dates; choose the levels that take part."),
        (
            RowFilter("spend", low=1e9, high=0.3),
            "The filter on spend begins at 1,000,000,000 and ends at 0.3. Exchange them.",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused(people, chosen, told):
    with pytest.raises((InvalidSetting, NoUsableColumns)) as refusal:
        prepared(people, "spend", row_filter=chosen)
    assert str(refusal.value) == told


def test_levels_are_named_the_most_frequent_first(people):
    assert levels_of(people, "country") == ("Spain", "France", "Italy")
    assert levels_of(people, "member") == ("no", "yes")


# A weight per row


@pytest.fixture(scope="module")
def weighed():
    """Two pairs far apart and rows that cannot count: without a weight, and of weight 0."""
    return table_of(
        x=[0, 4, 100, 104, 50, 96],
        w=[3, 1, 1, 1, None, 0],
        other=[1.5, 2, 2, 7, 8, 9],
    )


def test_a_weight_moves_the_centers(weighed):
    features = prepared(weighed, "x", weight_column="w")
    assert features.weights.tolist() == [2, 2 / 3, 2 / 3, 2 / 3]  # 3, 1, 1, 1: 1 on average
    clustering = fit(features, ClusterSpec(n_clusters=2))
    # (3 * 0 + 1 * 4) / 4 and (100 + 104) / 2
    assert sorted(clustering.cluster_centers[:, 0].tolist()) == pytest.approx([1, 102])
    # distances 1, 3, 2, 2 squared, times the weights
    assert clustering.inertia == pytest.approx(1 * 2 + (9 + 4 + 4) * 2 / 3)


def test_rows_without_a_weight_are_set_aside_and_those_of_weight_zero_placed(weighed):
    features = prepared(weighed, "x", weight_column="w")
    assert features.row_notes[4] == "w, the weight, is missing"
    assert features.row_notes[5] == "w, the weight, is 0, placed with the nearest segment"
    assert (features.rows.tolist(), features.far_rows.tolist()) == ([0, 1, 2, 3], [5])
    assert features.notes[1:] == (
        "1 row set aside for a missing weight.",
        "1 row of weight 0 placed afterwards.",
    )


def test_weights_count_in_the_profile_and_sizes_stay_customers(weighed):
    features = prepared(weighed, "x", weight_column="w")
    clustering = fit(features, ClusterSpec(n_clusters=2))
    found = profile(weighed, clustering, features.spec)
    assert found.sizes == (3, 2)  # 100, 104 and the placed 96; 0 and 4
    assert found.weight_shares == pytest.approx((2 / 6, 4 / 6))
    assert found.means[:, 0] == pytest.approx([102, 1])
    assert found.overall_means == pytest.approx([(0 * 3 + 4 + 100 + 104) / 6])
    # 96 has no weight; 0 alone holds three quarters of its segment's
    assert found.medians[:, 0] == pytest.approx([102, 0])
    mean = 208 / 6
    spread = np.sqrt((3 * mean**2 + (mean - 4) ** 2 + (100 - mean) ** 2 + (104 - mean) ** 2) / 6)
    assert found.differences[:, 0] == pytest.approx([(102 - mean) / spread, (1 - mean) / spread])


def test_equal_weights_change_nothing(shop):
    spec = FeatureSpec(("age", "total_spend"))
    table = table_of(x=halves(60), y=[(7 * i) % 60 + 0.5 for i in range(60)], w=[2.5] * 30 + [2.5] * 30)
    plain = fit(prepared(table, "x", "y"), ClusterSpec(n_clusters=3))
    same = fit(prepared(table, "x", "y", weight_column="w"), ClusterSpec(n_clusters=3))
    assert same.labels.tolist() == plain.labels.tolist()
    assert same.inertia == pytest.approx(plain.inertia)
    assert profile(shop, fit(prepare(shop, spec), ClusterSpec(n_clusters=2)), spec).weight_shares == ()


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("country", '"country" cannot weigh customers: it is no column of numbers.'),
        ("gone", '"gone" cannot weigh customers: it is no column of numbers.'),
    ],
)
def test_a_weight_that_is_no_number_is_refused(people, column, told):
    with pytest.raises(NoUsableColumns) as refusal:
        prepared(people, "spend", weight_column=column)
    assert str(refusal.value) == told


def test_a_negative_weight_is_refused_with_its_row():
    with pytest.raises(InvalidSetting, match=r"below 0 in 1 row \(the first: row 3\)"):
        prepared(table_of(x=halves(4), w=[1, 2, -1, 4]), "x", weight_column="w")


# Many columns, components


def test_few_rows_for_the_columns_are_told_with_a_way_out():
    features = prepared(table_of(x=halves(139), y=[(7 * i) % 139 + 0.5 for i in range(139)]), "x", "y")
    assert features.advice == (
        "139 customers for 2 prepared columns: with fewer than about 70 per column, chance has a large part in the "
        "segments. Choose fewer columns, or let principal components (PCA) replace them.",
    )
    enough = prepared(table_of(x=halves(140), y=[(7 * i) % 140 + 0.5 for i in range(140)]), "x", "y")
    assert enough.advice == ()


def test_more_than_thirty_columns_are_told():
    rng = np.random.default_rng(0)
    columns = {f"x{i}": rng.normal(size=40).round(3) for i in range(31)}
    features = prepared(table_of(**columns), *columns)
    assert features.advice[0].startswith("31 columns are many")
    assert prepared(table_of(**columns), *columns, pca=0.5).advice == ()


def test_components_keep_the_share_of_the_variance_that_was_asked_for():
    # b = 2a: one direction holds all but the little that c adds
    a = np.arange(40) / 2
    table = table_of(a=a, b=2 * a, c=[0.5, 0.1] * 20)
    features = prepared(table, "a", "b", "c", pca=0.9)
    assert features.X.shape == (40, 1)
    assert features.components.names == ("Component 1",)
    assert features.components.explained[0] > 0.99
    assert np.abs(features.components.loadings[0]) == pytest.approx([1 / 5**0.5, 2 / 5**0.5, 0], abs=1e-3)
    assert prepared(table, "a", "b", "c", pca=1.0).X.shape == (40, 3)


def test_all_components_leave_the_segments_as_they_are(mall):
    spec = suggest_features(mall)
    plain = prepare(mall, spec)
    turned = prepare(mall, replace(spec, pca=1.0))
    one, two = fit(plain, ClusterSpec(n_clusters=4)), fit(turned, ClusterSpec(n_clusters=4))
    assert two.inertia == pytest.approx(one.inertia, rel=1e-3)
    own = mall.frame[list(spec.columns)].to_numpy()
    expected = [own[two.labels == label].mean(axis=0) for label in range(4)]
    assert centers_in_units(turned, two) == pytest.approx(np.array(expected))


def test_centers_come_back_through_components_weights_scale_and_levels(people):
    settings = (ColumnSpec("country", weight=2), ColumnSpec("spend", weight=3))
    features = prepared(people, "country", "spend", scale="standard", settings=settings, pca=1.0)
    clustering = fit(features, ClusterSpec(n_clusters=2))
    centers = centers_in_units(features, clustering)
    in_first = clustering.labels == 0
    spain = (people.frame["country"] == "Spain").fillna(False).to_numpy(dtype=float)
    assert centers[0, features.names.index("country: Spain")] == pytest.approx(spain[in_first].mean())
    assert centers[0, features.names.index("spend")] == pytest.approx(people.frame["spend"][in_first].mean())


def test_correlation_is_that_of_the_columns_and_not_of_the_components():
    a = np.arange(40) / 2
    table = table_of(a=a, b=2 * a, g=["u u", "v v"] * 20)
    features = prepared(table, "g", "a", "b", pca=0.9)
    assert features.number_columns == ("a", "b")
    assert correlation(features) == pytest.approx(np.ones((2, 2)))
    assert near_duplicates(features)[0][:2] == ("a", "b")
    assert correlation(prepared(table, "g")).shape == (0, 0)


# The one pipeline


EVERYTHING = FeatureSpec(
    ("country", "size", "member", "since", "spend"),
    settings=(
        ColumnSpec("size", encode="ordinal", order=("S", "M", "L"), weight=2),
        ColumnSpec("spend", log=True),
        ColumnSpec("since", encode="date_and_month"),
    ),
    pca=0.9,
)


def test_new_rows_go_through_all_steps_whatever_the_order_of_their_columns(people):
    features = prepare(people, EVERYTHING)
    assert list(features.pipeline.named_steps) == ["encode", "fill", "log", "scale", "pca"]
    frame = people.frame.iloc[features.rows]
    assert features.pipeline.transform(frame[frame.columns[::-1]]) == pytest.approx(features.X)


def test_new_rows_without_a_column_are_refused_by_name(people):
    features = prepare(people, EVERYTHING)
    with pytest.raises(NoUsableColumns, match=r'^"size": a column that built the segments is not in these rows\.$'):
        features.pipeline.transform(people.frame.drop(columns="size"))


def test_prepared_values_are_finite_in_every_way_of_preparing(shop):
    columns = ("country", "newsletter", "age", "total_spend", "signup_date", "returns_share")
    settings = (ColumnSpec("age", missing="neighbours"), ColumnSpec("total_spend", log=True, weight=2))
    for scale, outliers in itertools.product(("standard", "minmax", "robust", "none"), ("auto", "clip")):
        features = prepare(shop, FeatureSpec(columns, scale=scale, outliers=outliers, settings=settings))
        assert np.isfinite(features.X).all()
        assert np.isfinite(features.X_far).all()
        assert features.X.shape[1] == len(features.names) == 6 + 1 + 5


# Description columns


def test_columns_that_describe_never_touch_the_fit(people):
    plain = prepared(people, "spend")
    described = prepared(people, "spend", describe=("member", "country", "since"))
    assert described.X.tobytes() == plain.X.tobytes()
    clustering = fit(described, ClusterSpec(n_clusters=2))
    found = profile(people, clustering, described.spec)
    assert found.columns == ("spend", "member", "since")
    assert found.overall_means[1] == pytest.approx(0.5)
    (country,) = found.categories
    assert (country.column, country.levels) == ("country", ("Spain", "France", "Italy", "missing"))
    assert country.overall == pytest.approx([6 / 12, 4 / 12, 1 / 12, 1 / 12])
    assert country.shares.sum(axis=1) == pytest.approx([1, 1])


def test_a_column_cannot_build_and_describe():
    with pytest.raises(InvalidSetting, match='"a": a column builds the segments or describes them, not both'):
        FeatureSpec(("a", "b"), describe=("a",))


def test_a_description_that_is_not_there_is_refused(people):
    with pytest.raises(NoUsableColumns, match='There is no column "mood"'):
        prepared(people, "spend", describe=("mood",))


# The scatter


def test_axes_are_numbers_in_their_units_and_days(people):
    spec = replace(EVERYTHING, outliers="keep", pca=None)
    features = prepare(people, spec)
    clustering = fit(features, ClusterSpec(n_clusters=2))
    choices = axis_choices(features.number_columns, features.X.shape[1])
    assert choices == ("size", "member", "since", "spend", "Component 1", "Component 2", "Component 3")
    points = scatter_points(people, features, clustering, ("since", "spend", "Component 1"))
    assert points.axes[0] == "since (days before the newest)"
    assert points.coordinates[:, 0].tolist() == [30, 29, 29, 26, 23, 23, 23, 11, 11, 1, 1, 0]
    assert points.coordinates[:, 1] == pytest.approx(people.frame["spend"].to_numpy())
    assert [name for name, _ in points.loadings[0][1]] == list(features.names)


def test_the_loadings_of_an_axis_are_those_of_the_columns_whether_components_were_taken_or_not(mall):
    spec = suggest_features(mall)
    found = []
    for pca in (None, 1.0):
        features = prepare(mall, replace(spec, pca=pca))
        points = scatter_points(mall, features, fit(features, ClusterSpec(n_clusters=3)), ("Component 1",))
        found.append(dict(points.loadings[0][1]))
    assert {name: abs(weight) for name, weight in found[1].items()} == pytest.approx(
        {name: abs(weight) for name, weight in found[0].items()}
    )


def test_a_category_alone_is_drawn_along_components(people):
    features = prepared(people, "country")
    clustering = fit(features, ClusterSpec(n_clusters=2))
    points = scatter_points(people, features, clustering, axis_choices((), features.X.shape[1])[:2])
    assert points.coordinates.shape == (12, 2)


# Choices


def test_equal_choices_are_equal_whatever_their_order():
    one = FeatureSpec(("a", "b"), settings=(ColumnSpec("b", log=True), ColumnSpec("a", weight=2)))
    two = FeatureSpec(("a", "b"), settings=(ColumnSpec("a", weight=2), ColumnSpec("b", log=True)))
    assert {one: 1}[two] == 1


def test_a_setting_that_changes_nothing_is_no_setting():
    assert FeatureSpec(("a",), settings=(ColumnSpec("a"),)) == FeatureSpec(("a",))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: ColumnSpec("a", encode="magic"), "a: encode is 'magic'; it can be number, onehot"),
        (lambda: ColumnSpec("a", missing="guess"), "a: missing is 'guess'; it can be median, mean"),
        (lambda: ColumnSpec("a", weight=0), "a: the weight is 0; it must be more than 0"),
        (lambda: ColumnSpec("a", weight=float("inf")), "a: the weight is inf"),
        (lambda: ColumnSpec("a", missing="constant"), "a: a value to fill with and missing='constant' go together"),
        (lambda: ColumnSpec("a", fill_value=3.0), "go together"),
        (lambda: ColumnSpec("a", missing="constant", fill_value=float("nan")), "nan cannot fill"),
        (lambda: ColumnSpec("a", order=("x", "x")), "a: a level stands twice in the order"),
        (lambda: RowFilter("a"), "The filter on a needs either levels or a lowest or highest value"),
        (lambda: RowFilter("a", levels=("x",), low=1), "needs either levels or"),
        (lambda: FeatureSpec(("a",), settings=(ColumnSpec("b", log=True),)), '"b": settings, but not among'),
        (lambda: FeatureSpec(("a",), settings=(ColumnSpec("a", log=True),) * 2), "A column has settings twice"),
        (lambda: FeatureSpec(("a",), filtered="drop"), "filtered is 'drop'; it can be aside, place"),
        (lambda: FeatureSpec(("a",), pca=0), "pca is 0; it is the share of the variance to keep"),
        (lambda: FeatureSpec(("a",), pca=1.5), "pca is 1.5"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_can(make, told):
    with pytest.raises(InvalidSetting) as refusal:
        make()
    assert told in str(refusal.value)


# --- rows that stand apart in no single column ---


def rows_in_fit(X):
    table = build_rows(X)
    return prepare(table, FeatureSpec(tuple(c.name for c in table.columns))).rows


def build_rows(X):
    lines = [",".join(f"x{i}" for i in range(X.shape[1])), *(",".join(f"{v:.6f}" for v in row) for row in X)]
    return read_table("\n".join(lines).encode())


def test_a_row_that_stands_apart_in_no_single_column_takes_no_part():
    # 4.2 deviations in each of two columns are 5.9 together; the others reach about 2.5 together
    rng = np.random.default_rng(0)
    X = np.vstack([rng.uniform(-1.7, 1.7, (300, 2)), [[4.2, 4.2]]])
    assert 300 not in rows_in_fit(X)
    assert len(rows_in_fit(X)) == 300


def test_a_row_that_leads_up_to_the_far_ones_takes_part():
    # the same row, but with others on the way out to it: no gap of two deviations
    rng = np.random.default_rng(0)
    X = np.vstack([rng.uniform(-1.7, 1.7, (300, 2)), [[4.2, 4.2]], [[3.2, 3.2]], [[2.4, 2.4]]])
    assert len(rows_in_fit(X)) == 303


def test_a_small_crowd_that_stands_apart_takes_part():
    # six of 306 are more than one in a hundred: a segment, not odd customers
    rng = np.random.default_rng(0)
    X = np.vstack([rng.uniform(-1.7, 1.7, (300, 2)), 4.2 + rng.uniform(-0.1, 0.1, (6, 2))])
    assert len(rows_in_fit(X)) == 306


# --- memory ---


@pytest.fixture(scope="module")
def large():
    """Rows enough for an array to outweigh everything else; a tail, a gap, a common value and far rows among them."""
    X = np.random.default_rng(0).normal(size=(40_000, 8)).round(4)
    X[:, 1] = np.exp(2 * X[:, 1]).round(4)
    X[:, 2] = np.where(X[:, 2] > 1.9, X[:, 2], 0)
    X[:5, 3] = 1000
    lines = [",".join(map(str, row)) for row in X.tolist()]
    lines[7] = lines[7][lines[7].index(",") :]
    return read_table("\n".join([",".join("abcdefgh"), *lines]).encode())


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"outliers": "aside", "missing": "aside"},
        {"outliers": "clip", "scale": "robust"},
        {"settings": (ColumnSpec("b", log=True),)},
        {"settings": (ColumnSpec("a", missing="neighbours"),)},
        {"row_filter": RowFilter("e", low=0.0), "filtered": "place"},
    ],
    ids=["usual", "aside", "clip", "log", "neighbours", "filter"],
)
def test_preparing_takes_no_more_than_twice_the_memory_of_the_table(large, settings):
    size = large.frame.to_numpy().nbytes
    spec = FeatureSpec(tuple("abcdefgh"), **settings)
    prepare(large, spec)  # what is imported only now is no part of it
    tracemalloc.start()
    features = prepare(large, spec)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * size
    assert len(features.X) + len(features.X_far) + features.n_aside == large.n_rows


def test_neither_preparing_nor_new_rows_change_what_they_are_given(large):
    before = large.frame.copy()
    settings = (ColumnSpec("b", log=True), ColumnSpec("a", missing="mean"))
    features = prepare(large, FeatureSpec(tuple("abcdefgh"), outliers="clip", settings=settings))
    once = features.pipeline.transform(large.frame)
    assert large.frame.equals(before)
    np.testing.assert_array_equal(features.pipeline.transform(large.frame), once)
    np.testing.assert_array_equal(features.X, once)
