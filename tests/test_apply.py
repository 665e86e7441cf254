"""A recipe applied: everybody of then as then, whatever the columns hold, and what is said of those of now."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from clustering import (
    METHODS,
    ClusterSpec,
    FeatureSpec,
    fit,
    load_recipe,
    make_recipe,
    prepare,
    read_table,
    save_recipe,
)
from clustering.errors import InvalidSetting
from clustering.features import Among, ColumnSpec, RowFilter
from clustering.recipe import apply_recipe, drift, read_for
from clustering.recipe.unusual import Flags

N = 120
TOLD_A_NUMBER = [name for name, method in METHODS.items() if method.can_predict and method.takes_k]


def csv(**columns) -> bytes:
    return pd.DataFrame(columns).to_csv(index=False).encode()


def of_all_kinds() -> bytes:
    """Customers with a column of every kind, most with gaps."""
    rng = np.random.default_rng(4)
    i = np.arange(N)
    columns = {
        "customer": 1_000 + i,
        "spend": rng.lognormal(2 + 2 * (i % 2), 0.4).round(2),
        "visits": rng.integers(0, 4, N),
        "stars": rng.integers(1, 6, N),
        "rarely": np.where(i % 17 == 3, rng.integers(1, 50, N), 0),
        "tariff": np.array([10.5, 20.0, 1e6])[rng.integers(0, 3, N)],
        "city": np.array(["Köln", "a,b", "missing", "other levels"])[rng.integers(0, 4, N)],
        "tier": np.array(["low", "mid", "high"])[rng.integers(0, 3, N)],
        "member": np.where(rng.random(N) < 0.5, "yes", "no"),
        "since": [f"20{10 + y}-{m:02}-{d:02}" for y, m, d in rng.integers(1, 13, (N, 3))],
        "until": ["9999-12-31" if k % 9 else f"1{k % 10}00-02-03" for k in i],
        "seen": [f"2025-03-0{1 + k % 9}T{k % 24:02}:{k % 60:02}:07.{k:03}+0{k % 9}:30" for k in i],
        "weight": rng.integers(0, 3, N),
    }
    frame = pd.DataFrame(columns).astype(object)
    for name in ("spend", "visits", "tariff", "city", "tier", "member", "since", "seen"):
        frame.loc[rng.random(N) < 0.1, name] = None
    return frame.to_csv(index=False).encode()


CONTENT = of_all_kinds()
TIER = ColumnSpec("tier", "ordinal", order=("low", "mid", "high"))
CHOICES = {
    "a running number": {"columns": ("customer", "spend")},
    "amounts, some rarely": {"columns": ("spend", "visits", "rarely"), "settings": (ColumnSpec("spend", log=True),)},
    "categories": {"columns": ("city", "member", "stars")},
    "numbers as categories": {"columns": ("tariff", "spend"), "settings": (ColumnSpec("tariff", "onehot"),)},
    "an order": {"columns": ("tier", "spend", "member"), "settings": (TIER,)},
    "dates": {"columns": ("since", "until", "spend")},
    "moments of many zones": {"columns": ("seen", "visits"), "settings": (ColumnSpec("seen", "date_and_month"),)},
    "dates as categories": {"columns": ("seen", "stars"), "settings": (ColumnSpec("seen", "onehot"),)},
    "all components": {"columns": ("spend", "city", "since", "stars"), "pca": 1.0},
    "few components": {"columns": ("spend", "city", "since", "stars"), "pca": 0.6, "scale": "robust"},
    "weights of 0": {"columns": ("spend", "visits"), "weight_column": "weight"},
    "days chosen": {
        "columns": ("spend", "stars"),
        "row_filter": RowFilter("since", low="2013-02-01", high="2021-06-30"),
    },
    "moments chosen": {"columns": ("spend", "seen"), "row_filter": RowFilter("seen", high="2025-03-05")},
    "others placed": {
        "columns": ("spend", "visits"),
        "row_filter": RowFilter("city", levels=("Köln", "missing")),
        "filtered": "place",
        "missing": "aside",
    },
    "far ones aside": {"columns": ("spend", "rarely", "visits"), "outliers": "aside", "missing": "mean"},
    "clipped and weighed": {
        "columns": ("spend", "visits"),
        "outliers": "clip",
        "scale": "minmax",
        "settings": (ColumnSpec("spend", weight=0.001),),
    },
}


def frozen(content: bytes, spec: FeatureSpec, clustering: ClusterSpec):
    """A recipe that was saved and loaded, the clustering that it is of, and its label for every row."""
    table = read_table(content)
    features = prepare(table, spec)
    found = fit(features, clustering)
    labels = np.full(table.n_rows, -1)
    labels[found.rows] = found.labels
    return load_recipe(save_recipe(make_recipe(table, features, found))), found, labels


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", "bisecting"])
@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
def test_whatever_the_columns_hold_everybody_of_then_is_as_then(choices, method):
    recipe, found, labels = frozen(CONTENT, FeatureSpec(**choices), ClusterSpec(method, 3))
    applied = apply_recipe(recipe, read_for(recipe, CONTENT))
    assert applied.of_table.tolist() == labels.tolist()
    assert [str(note) for note in applied.row_notes] == [str(note) for note in found.row_notes]
    assert (applied.unseen, applied.beyond, set(applied.flags.dropna())) == ((), (), set())


@pytest.mark.parametrize("pca", [None, 1.0])
@pytest.mark.parametrize("method", TOLD_A_NUMBER)
def test_half_way_between_two_segments_a_customer_is_placed_alike_alone_and_among_all(method, pca):
    grid = np.array(list(product(range(4), repeat=3)))  # all as far from their neighbours: there are many ties
    if method == "gower_medoids" and pca:
        pytest.skip("compares columns, not components")
    content = csv(**{name: np.tile(values, 2) for name, values in zip("abc", grid.T, strict=True)})
    spec = FeatureSpec(("a", "b", "c"), outliers="keep", pca=pca)
    recipe, _, labels = frozen(content, spec, ClusterSpec(method, 4))
    assert labels[: len(grid)].tolist() == labels[len(grid) :].tolist()
    for i in range(0, len(grid), 5):
        alone = csv(**{name: [value] for name, value in zip("abc", grid[i], strict=True)})
        assert apply_recipe(recipe, read_for(recipe, alone)).of_table.tolist() == [labels[i]]


def test_customers_who_are_alike_are_in_one_segment_of_affinity_propagation():
    # left to itself it lets each of two customers on one spot speak for a segment of its own
    stars = np.array([4, 5, 2, 2, 4, 5, 3, 1, 5, 3, 1, 1])
    spec = FeatureSpec(("stars", "odd"), outliers="keep")
    recipe, _, labels = frozen(csv(stars=stars, odd=stars % 2), spec, ClusterSpec("affinity_propagation"))
    assert all(len(set(labels[stars == star])) == 1 for star in range(1, 6))
    assert len(np.unique(recipe.rule.points, axis=0)) == recipe.n_clusters
    assert recipe.agreement == 1


# What cannot be as then is said


def test_rows_that_only_those_of_then_could_fill_are_told():
    lines = csv(a=np.arange(60), b=["" if i % 4 == 0 else i + 1 for i in range(60)], c=np.arange(60)[::-1])
    spec = FeatureSpec(("a", "b", "c"), settings=(ColumnSpec("b", missing="neighbours", weight=5.0),))
    recipe, _, labels = frozen(lines, spec, ClusterSpec("kmeans", 3))
    applied = apply_recipe(recipe, read_table(lines))
    share = (applied.of_table == labels).mean()
    assert share < 1
    assert applied.notes[0] == (
        'Without the customers of then, missing values of "b", which were filled from similar customers, get the '
        f"median: {100 * share:.0f} % of the customers of then get the segment that they had."
    )


def test_that_no_forest_looks_for_far_customers_is_told():
    rng = np.random.default_rng(0)
    content = csv(x=[*rng.normal(size=98).round(3), 90, -80], y=[*rng.normal(size=98).round(3), -70, 60])
    recipe, found, _ = frozen(content, FeatureSpec(("x", "y"), outliers="forest"), ClusterSpec("kmeans", 2))
    assert found.n_without == 2
    assert apply_recipe(recipe, read_table(content)).notes[0] == (
        "Without the customers of then, nobody is looked for who is far outside, as the isolation forest did: 98 % of "
        "the customers of then get the segment that they had."
    )


def test_how_often_the_recipe_is_right_is_told_also_where_nobody_knows_why(in_cities):
    now = read_for(in_cities, csv(tariff=[10], city=["a"], spend=[5]))
    assert apply_recipe(replace(in_cities, agreement=0.98), now).notes == (
        "98 % of the customers of then get the segment that they had.",
    )
    stands_in = replace(in_cities, stand_in="nearest_center", agreement=0.98)
    assert apply_recipe(stands_in, now).notes == (
        "The segments were made in a way that places no new customers, so the nearest center decides: 98 % of the "
        "customers of then get the segment that they had.",
    )


def test_which_cells_are_filled_and_which_column_is_taken_for_another_is_told():
    content = csv(spend=[*range(20), *range(100, 120)], visits=[1, 2] * 20)
    spec = FeatureSpec(("spend", "visits"), missing="median", outliers="keep")
    recipe = frozen(content, spec, ClusterSpec("kmeans", 2))[0]
    applied = apply_recipe(recipe, read_for(recipe, b"Spend,visits\n,1\n,2\n7,1\n"))
    assert applied.filled == (("spend", 2),)
    assert applied.notes == (
        '"Spend" is taken for "spend".',
        "spend: 2 missing cells filled as when the segments were found.",
    )


def test_where_all_is_as_then_nothing_is_told_of_it():
    recipe, _, _ = frozen(CONTENT, FeatureSpec(("spend", "stars")), ClusterSpec("kmeans", 2))
    assert not any("that they had" in note for note in apply_recipe(recipe, read_table(CONTENT)).notes)


def test_values_too_large_to_calculate_with_are_counted_and_told():
    recipe, _, _ = frozen(csv(x=np.arange(60), y=np.arange(60) % 7), FeatureSpec(("x", "y")), ClusterSpec("kmeans", 2))
    applied = apply_recipe(recipe, read_for(recipe, b"x,y\n1e200,1\n-1e101,1\n1e308,2e300\n3,4\n"))
    assert applied.n_not_placed == 3
    assert "3 rows without a segment because a value is too large to calculate with." in applied.notes
    assert list(applied.row_notes[:2]) == ["x is beyond 1e+100, too large to calculate with"] * 2


def test_rows_beyond_the_values_of_then_are_counted_on_either_side():
    recipe, _, _ = frozen(csv(x=np.arange(60), y=np.arange(60) % 7), FeatureSpec(("x", "y")), ClusterSpec("kmeans", 2))
    applied = apply_recipe(recipe, read_for(recipe, b"x,y\n-1,1\n61,1\n62,1\n"))
    assert "x: 1 row below and 2 rows above all values of then." in applied.notes


def test_all_that_is_unusual_about_a_row_is_told():
    flags = Flags(4)
    flags.add(np.array([0, 1]), "a")
    flags.add(np.array([1, 2]), "b")
    flags.add(np.array([1]), "c")
    told = flags.told()
    assert (list(told[:3]), told.codes[3]) == (["a", "a; b; c", "b"], -1)


def test_where_nothing_is_unusual_the_flags_are_a_column_of_texts_still():
    assert Flags(2).told().categories.dtype == pd.Index(["a"]).dtype


@pytest.fixture(scope="module")
def in_cities():
    """Customers with a tariff of two numbers taken for two kinds, a city and what they spent, 1 to 20."""
    content = csv(tariff=[10, 20] * 10, city=["a", "b"] * 10, spend=range(1, 21))
    columns = FeatureSpec(("tariff", "city", "spend"), settings=(ColumnSpec("tariff", "onehot"),), outliers="keep")
    return frozen(content, columns, ClusterSpec("kmeans", 2))[0]


def test_a_number_taken_for_a_kind_is_a_new_level_and_beyond_nothing(in_cities):
    now = csv(tariff=[10, 30, 20], city=["a", "b", "b"], spend=[1, 20, 21])
    applied = apply_recipe(in_cities, read_for(in_cities, now))
    assert (applied.unseen, applied.beyond) == ((("tariff", "30", 1),), (("spend", 0, 1),))
    assert list(applied.flags[1:]) == ["tariff: new level 30", "spend above 20"]
    assert applied.notes[1] == "spend: 1 row above all values of then."


def test_fifty_new_levels_are_named_the_most_frequent_first(in_cities):
    cities = [*(f"c{i:02}" for i in range(51)), "z", "z"]
    now = csv(tariff=[10] * 53, city=cities, spend=[5] * 53)
    applied = apply_recipe(in_cities, read_for(in_cities, now))
    assert applied.unseen == (("city", "z", 2), *(("city", f"c{i:02}", 1) for i in range(49)))
    assert list(applied.flags[48:]) == ["city: new level c48", *["city: a new level"] * 2, *["city: new level z"] * 2]


def test_new_levels_of_as_many_customers_are_told_by_the_alphabet(in_cities):
    now = csv(tariff=[10] * 3, city=["e", "d", "c"], spend=[5] * 3)
    assert [level for _, level, _ in apply_recipe(in_cities, read_for(in_cities, now)).unseen] == ["c", "d", "e"]


def test_of_a_part_of_a_file_the_new_levels_asked_for_are_named_and_no_others(in_cities):
    now = read_for(in_cities, csv(tariff=[10, 30, 10], city=["c", "c", "z"], spend=[5] * 3))
    applied = apply_recipe(in_cities, now, named_levels={"city": ("z",)})
    assert applied.unseen == (("city", "z", 1),)
    assert list(applied.flags) == [
        "city: a new level",
        "tariff: a new level; city: a new level",
        "city: new level z",
    ]


def test_new_levels_are_told_with_their_column(in_cities):
    now = csv(tariff=[10, 30, 10, 10], city=["a", "c", "c", "d"], spend=[5] * 4)
    assert apply_recipe(in_cities, read_for(in_cities, now)).notes == (
        'tariff: 1 row with a level that nobody had then: "30".',
        'city: 3 rows with a level that nobody had then: "c", "d".',
    )


def test_a_number_taken_for_a_kind_is_never_too_large(in_cities):
    now = csv(tariff=[1e200, 10.5], city=["a", "b"], spend=[5, 5])
    assert apply_recipe(in_cities, read_for(in_cities, now)).rows.tolist() == [0, 1]


def test_rows_without_a_segment_are_counted_by_why():
    content = csv(
        spend=[*range(1, 21), None, None, 5],
        tier=[*["low", "high"] * 11, None],
        keep=[*["yes"] * 20, "no", "yes", "yes"],
        city=[*["a", "b"] * 11, "a"],
    )
    spec = FeatureSpec(
        ("spend", "tier", "city"),
        settings=(ColumnSpec("tier", "ordinal", order=("low", "high")),),
        row_filter=RowFilter("keep", levels=("yes",)),
        missing="aside",
        outliers="keep",
    )
    recipe = frozen(content, spec, ClusterSpec("kmeans", 2))[0]
    tiers = ["low", "low", "high", "mid", "mid", "low", "low"]
    now = csv(spend=[1, None, None, 2, 2, 3, 4], tier=tiers, keep=[*["yes"] * 5, "no", "no"], city=["a"] * 7)
    assert apply_recipe(recipe, read_for(recipe, now)).notes == (
        "2 rows outside the filter of the recipe, without a segment.",
        "4 rows without a segment because a value is missing.",
    )
    now = csv(spend=[1], tier=["low"], keep=["yes"], city=["a"])
    assert apply_recipe(recipe, read_for(recipe, now)).notes == ()


def test_who_is_outside_the_filter_gets_the_nearest_segment_where_that_was_chosen():
    content = csv(x=[*range(20), *range(100, 120)], keep=[*["yes"] * 19, "no"] * 2)
    choices = {"filtered": "place", "missing": "aside", "outliers": "keep"}
    row_filter = RowFilter("keep", levels=("yes",))
    recipe, _, labels = frozen(content, FeatureSpec(("x",), row_filter=row_filter, **choices), ClusterSpec("kmeans", 2))
    applied = apply_recipe(recipe, read_for(recipe, b"x,keep\n3,no\n,no\n110,yes\n"))
    assert applied.of_table.tolist() == [labels[0], -1, labels[20]]
    assert list(applied.row_notes[:2]) == [
        "not in the filter: keep is no, placed with the nearest segment",
        "x is missing",
    ]
    without, _, labels = frozen(content, FeatureSpec(("x",), **choices), ClusterSpec("kmeans", 2))
    assert apply_recipe(without, read_for(without, b"x\n3\n110\n")).of_table.tolist() == [labels[0], labels[20]]


def test_who_has_no_weight_has_no_segment_and_who_has_0_has_one():
    content = csv(x=[*range(20), *range(100, 120)], weight=[1, 2] * 20)
    spec = FeatureSpec(("x",), weight_column="weight", outliers="keep")
    recipe, _, labels = frozen(content, spec, ClusterSpec("kmeans", 2))
    applied = apply_recipe(recipe, read_for(recipe, b"x,weight\n1,\n1,0\n101,2\n"))
    assert applied.of_table.tolist() == [-1, labels[1], labels[21]]
    assert applied.row_notes[0] == "weight, the weight, is missing"
    assert applied.row_notes[1] == "weight, the weight, is 0, placed with the nearest segment"


def test_who_is_far_outside_those_of_then_gets_the_nearest_segment_or_none_as_chosen_and_is_told():
    content = csv(x=[*range(50), *range(1000, 1050)])
    recipe = frozen(content, FeatureSpec(("x",), outliers="auto"), ClusterSpec("kmeans", 2))[0]
    applied = apply_recipe(recipe, read_for(recipe, csv(x=[10, 1_000_000])))
    assert applied.labels.tolist() == [applied.labels[0], 1 - applied.labels[0]]
    assert applied.notes[0] == "1 row far outside the customers of then got the nearest segment."
    recipe = frozen(content, FeatureSpec(("x",), outliers="aside"), ClusterSpec("kmeans", 2))[0]
    applied = apply_recipe(recipe, read_for(recipe, csv(x=[10, 1_000_000])))
    assert applied.rows.tolist() == [0]
    assert applied.notes[0] == "1 row far outside the customers of then got none."


def test_of_a_file_in_which_nobody_gets_a_segment_nothing_is_measured():
    spec = FeatureSpec(("x",), missing="aside", outliers="keep")
    recipe = frozen(csv(x=[*range(20), *range(100, 120)], y=[1, 2] * 20), spec, ClusterSpec("kmeans", 2))[0]
    applied = apply_recipe(recipe, read_for(recipe, b"x,y\n,1\n,2\n"))
    of_rows = (applied.rows, applied.labels, applied.distance, applied.second, applied.second_distance, applied.margin)
    assert [len(one) for one in of_rows] == [0] * 6
    assert (applied.n_not_placed, applied.sizes, applied.probability) == (2, (0, 0), None)


def test_many_customers_are_placed_part_by_part_as_all_at_once(monkeypatch):
    recipe = frozen(CONTENT, FeatureSpec(("spend", "visits")), ClusterSpec("gaussian_mixture", 3))[0]
    table = read_for(recipe, CONTENT)
    at_once = apply_recipe(recipe, table)
    monkeypatch.setitem(apply_recipe.__globals__, "_CHUNK", 50)
    in_parts = apply_recipe(recipe, table)
    for name in ("labels", "distance", "second", "second_distance", "margin", "probability"):
        assert getattr(in_parts, name) == pytest.approx(getattr(at_once, name))


def test_the_probability_is_that_of_the_own_segment():
    recipe, found, _ = frozen(CONTENT, FeatureSpec(("spend", "visits")), ClusterSpec("gaussian_mixture", 3))
    applied = apply_recipe(recipe, read_for(recipe, CONTENT))
    assert applied.probability == pytest.approx(found.memberships.max(axis=1))


def test_noise_and_what_stands_in_for_the_method_are_told():
    content = csv(x=[*range(50), *range(1000, 1050), 500])
    method = ClusterSpec("dbscan", settings=(("eps", 0.1), ("min_samples", 3)))
    recipe = frozen(content, FeatureSpec(("x",), outliers="keep"), method)[0]
    notes = apply_recipe(recipe, read_for(recipe, content)).notes
    assert notes[0].endswith(" decides: all customers of then get the segment that they had.")
    assert notes[-1] == "1 row near no segment: noise."


def test_where_nobody_had_a_value_then_none_is_beyond(in_cities):
    columns = tuple(replace(one, min=None, max=None) if one.name == "spend" else one for one in in_cities.columns)
    now = csv(tariff=[10], city=["a"], spend=[99])
    assert apply_recipe(replace(in_cities, columns=columns), read_for(in_cities, now)).beyond == ()


def test_where_not_all_levels_of_then_are_known_none_is_new(in_cities):
    columns = tuple(replace(one, counts=(10, 9, 1)) if one.name == "tariff" else one for one in in_cities.columns)
    now = csv(tariff=[30], city=["c"], spend=[5])
    assert apply_recipe(replace(in_cities, columns=columns), read_for(in_cities, now)).unseen == (("city", "c", 1),)


def test_one_customer_with_nothing_but_gaps_is_placed_by_what_is_filled_in():
    recipe, _, _ = frozen(csv(x=np.arange(60), y=np.arange(60) % 7), FeatureSpec(("x", "y")), ClusterSpec("kmeans", 2))
    applied = apply_recipe(recipe, read_for(recipe, b"x,y\n,\n29.5,3\n"))
    assert applied.of_table[0] == applied.of_table[1]  # 29.5 and 3 are the medians
    assert applied.distance[0] == applied.distance[1]
    assert drift(recipe, applied).kind == "too few"


# Inside a segment that was looked into


@pytest.fixture(scope="module")
def looked_into():
    """The customers with x about 0, segmented again by z alone; the recipe without is about x and y."""
    table = read_table(csv(x=[0] * 8 + [10] * 8, y=[0, 2] * 8, z=[1, 1, 7, 7] * 4))
    settings = {"scale": "none", "outliers": "keep"}
    features = prepare(table, FeatureSpec(("x", "y"), **settings))
    found = fit(features, ClusterSpec("kmeans", 2))
    outer = make_recipe(table, features, found)
    among = Among(found.members(0), "elsewhere", "0")
    features = prepare(table, FeatureSpec(("z",), **settings), among=among)
    return make_recipe(table, features, fit(features, ClusterSpec("kmeans", 2)), inside=(outer, 0))


def test_only_who_is_in_the_segment_that_was_looked_into_is_placed_and_the_others_are_told(looked_into):
    applied = apply_recipe(looked_into, read_for(looked_into, csv(x=[0, 10, 4], y=[0, 0, 2], z=[1, 1, 7])))
    assert applied.of_table.tolist() == [0, -1, 1]  # 4 is nearer to 0 than to 10
    assert applied.row_notes[1] == "not in the segment that was looked into"
    assert pd.isna(applied.row_notes[[0, 2]]).all()
    assert looked_into.agreement == 1


def test_a_column_is_matched_for_the_segment_and_for_what_leads_into_it(looked_into):
    table = read_table(csv(breadth=[0, 10, 0], y=[1, 1, 1], depth=[7, 7, 1]))
    applied = apply_recipe(looked_into, table, {"x": "breadth", "z": "depth"})
    assert applied.of_table.tolist() == [1, -1, 0]


def test_a_row_that_could_not_be_read_keeps_its_own_reason_inside_a_segment(looked_into):
    table = read_for(looked_into, b"x,y,z\n0,0,1\n0,0,1,9,9\n10,0,1\n")
    applied = apply_recipe(looked_into, table)
    assert applied.of_table.tolist() == [0, -1, -1]
    assert list(applied.row_notes[1:]) == [table.set_aside[1], "not in the segment that was looked into"]


# What no recipe can hold


def test_a_column_of_dates_without_a_date_makes_no_recipe():
    content = csv(
        x=np.arange(60),
        group=["a", "b"] * 30,
        day=["" if i % 2 == 0 else f"2024-01-{1 + i % 28:02}" for i in range(60)],
    )
    spec = FeatureSpec(("x", "day"), row_filter=RowFilter("group", levels=("a",)))
    with pytest.raises(InvalidSetting, match='"day" holds no date in the rows that build the segments'):
        frozen(content, spec, ClusterSpec("kmeans", 2))


def test_what_could_never_be_loaded_is_not_saved():
    content = csv(x=np.arange(60) * 1e-80, y=np.arange(60) % 7)
    with pytest.raises(InvalidSetting, match="These segments cannot be kept as a recipe"):
        frozen(content, FeatureSpec(("x", "y")), ClusterSpec("kmeans", 2))
