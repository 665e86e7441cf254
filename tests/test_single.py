"""One customer typed in: what is asked, which segment they get, and what that is like."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.features import Among, ColumnSpec, RowFilter
from clustering.recipe import apply_recipe, load_recipe, make_recipe, match_columns, save_recipe
from clustering.recipe.single import ANOTHER, place_one, questions
from clustering.recipe.typical import character

# Two groups of four: x about 0 and about 10; the centers are (0, 1) and (10, 1).
PAIRS = "x,y\n0,0\n0,2\n0,0\n0,2\n10,0\n10,2\n10,0\n10,2\n"
# x decides: 40 customers at 0, of whom 30 have kind a, and 40 at 9, of whom nobody has.
KINDS = (
    "x,kind\n" + "9,b\n" * 40 + "0,a\n" * 30 + "0,b\n" * 10,
    FeatureSpec(("x", "kind"), scale="none", outliers="keep", settings=(ColumnSpec("x", encode="number"),)),
)
SHOP = ("country", "newsletter", "signup_date", "orders", "total_spend")


def recipe_of(content, spec, n_clusters=2, **options):
    table = read_table(content.encode() if isinstance(content, str) else content)
    features = prepare(table, spec)
    return make_recipe(table, features, fit(features, ClusterSpec(n_clusters=n_clusters)), **options)


@pytest.fixture(scope="module")
def pairs():
    return recipe_of(PAIRS, FeatureSpec(("x", "y"), scale="none", outliers="keep"))


@pytest.fixture(scope="module")
def shop_table():
    return read_table("sample_data/shop_customers.csv")


@pytest.fixture(scope="module")
def shop(shop_table):
    features = prepare(shop_table, FeatureSpec(SHOP))
    return make_recipe(shop_table, features, fit(features, ClusterSpec(n_clusters=4)))


def asked(recipe, name):
    return next(one for one in questions(recipe) if one.name == name)


# Placing


def test_a_customer_gets_the_segment_of_the_nearest_center_with_the_margin_to_the_other(pairs):
    placed = place_one(pairs, {"x": 1, "y": 1})
    assert (placed.label, placed.second, placed.distance, placed.second_distance) == (0, 1, 1, 9)
    assert placed.margin == pytest.approx(8 / 9)
    assert (placed.note, placed.flags, placed.probability) == ("", "", None)


def test_what_is_not_known_is_filled_as_when_the_segments_were_found(pairs):
    # the median of y is 1
    known, unknown = place_one(pairs, {"x": 8, "y": 1}), place_one(pairs, {"x": 8})
    assert (unknown.label, unknown.distance) == (known.label, known.distance) == (1, 2)
    assert [figure.own for figure in unknown.figures] == ["8", "not known"]


def test_nothing_known_at_all_is_no_error(pairs):
    assert place_one(pairs).label in (0, 1)


def test_customers_of_then_typed_in_get_what_the_recipe_gives_them(shop, shop_table):
    applied = apply_recipe(shop, shop_table)
    rows = np.random.default_rng(0).choice(shop_table.n_rows, 40, replace=False)
    for row in rows:
        cells = shop_table.frame.iloc[row]
        values = {name: None if cells.isna()[name] else cells[name] for name in SHOP}
        if values["newsletter"] is not None:
            values["newsletter"] = "yes" if values["newsletter"] else "no"
        placed = place_one(shop, values)
        assert placed.label == applied.of_table[row]
        own = np.searchsorted(applied.rows, row)
        assert placed.distance == pytest.approx(applied.distance[own])


def test_what_nobody_had_is_told(pairs, shop):
    assert place_one(pairs, {"x": 11, "y": 0}).flags == "x above 10"
    assert place_one(shop, {"country": ANOTHER}).flags == "country: new level another"


def test_a_level_called_another_is_that_level():
    content = "x,kind\n" + "0,another\n0,b\n" * 10 + "9,another\n9,b\n" * 10
    recipe = recipe_of(content, FeatureSpec(("x", "kind")))
    assert place_one(recipe, {"x": 0, "kind": ANOTHER}).flags == "kind: new level another'"


def test_who_takes_no_part_has_no_segment_and_the_reason():
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep", row_filter=RowFilter("y", low=0, high=2))
    placed = place_one(recipe_of(PAIRS, spec), {"x": 1, "y": 5})
    assert placed.label is None
    assert "y" in placed.note
    assert placed.figures == ()


def test_who_is_not_known_to_be_in_the_filter_has_no_segment():
    spec = FeatureSpec(("x",), scale="none", outliers="keep", row_filter=RowFilter("y", low=0, high=2))
    placed = place_one(recipe_of(PAIRS, spec), {"x": 1})
    assert (placed.label, placed.note) == (None, "not in the filter: y is missing")


def test_the_mixture_tells_how_probable_the_segment_is(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    clustering = fit(features, ClusterSpec(method="gaussian_mixture", n_clusters=5))
    recipe = make_recipe(mall, features, clustering)
    probability = place_one(recipe, {"Annual Income (k$)": 87, "Spending Score (1-100)": 82}).probability
    assert 0.9 < probability <= 1


def test_a_single_segment_has_no_second_best(pairs):
    alone = replace(
        pairs,
        segments=pairs.segments[:1],
        cluster_centers=pairs.cluster_centers[:1],
        centers_in_units=pairs.centers_in_units[:1],
        rule=replace(pairs.rule, points=pairs.rule.points[:1], labels=np.array([0])),
    )
    placed = place_one(alone, {"x": 1, "y": 1})
    assert (placed.label, placed.second, placed.distance) == (0, None, 1)
    assert np.isnan(placed.margin) and np.isnan(placed.second_distance)


@pytest.mark.parametrize(
    "values, told",
    [
        ({"z": 1}, '"z" decides nothing about a customer. Tell "x", "y".'),
        ({"x": "many"}, "\"x\" cannot be 'many': it held numbers when the segments were found."),
        ({"x": float("inf")}, "\"x\" cannot be 'inf': it held numbers when the segments were found."),
    ],
)
def test_what_cannot_be_gets_a_sentence(pairs, values, told):
    with pytest.raises(InvalidSetting) as error:
        place_one(pairs, values)
    assert str(error.value) == told


@pytest.mark.parametrize("value", ["maybe", 1])
def test_yes_and_no_is_neither_maybe_nor_a_number(shop, value):
    with pytest.raises(InvalidSetting, match="it held yes and no"):
        place_one(shop, {"newsletter": value})


def test_a_number_is_no_date(shop):
    # counted from 1970 on, as dates are kept, it would be one
    with pytest.raises(InvalidSetting, match="it held dates"):
        place_one(shop, {"signup_date": 2023})


def test_a_code_typed_in_as_a_number_is_its_text():
    content = "x,code\n" + "0,A1\n0,20\n9,10\n" * 8
    recipe = recipe_of(content, FeatureSpec(("x", "code")))
    assert place_one(recipe, {"x": 9, "code": 10}).flags == ""
    assert place_one(recipe, {"x": 9, "code": 30}).flags == "code: new level 30"


@pytest.mark.parametrize("name", ["tariff", "day"])
def test_the_levels_of_a_number_or_date_are_what_it_held(name):
    content = "x,tariff,day\n" + "0,10.5,2024-01-03\n0,20,2024-01-03\n9,10.5,2024-02-05\n" * 8
    spec = FeatureSpec(("x", name), settings=(ColumnSpec(name, encode="onehot"),), outliers="keep")
    recipe = recipe_of(content, spec)
    levels = asked(recipe, name).levels
    assert levels == {"tariff": ("10.5", "20"), "day": ("2024-01-03", "2024-02-05")}[name]
    assert [place_one(recipe, {"x": 0, name: level}).flags for level in levels] == ["", ""]


# What is asked


def test_a_number_begins_with_the_value_in_the_middle(pairs):
    x = asked(pairs, "x")
    assert (x.kind, x.start, x.min, x.max, x.is_whole) == ("number", 10, 0, 10, True)  # the fifth of eight


def test_a_number_is_whole_only_where_all_that_is_known_of_it_is():
    recipe = recipe_of("x,y\n" + "0,0\n0.5,2\n9,4\n" * 4, FeatureSpec(("x", "y"), outliers="keep"))
    assert [asked(recipe, name).is_whole for name in "xy"] == [False, True]


def test_where_nobody_had_a_value_the_question_begins_with_none(shop):
    columns = (replace(column, min=None, max=None, edges=(), counts=(0,)) for column in shop.columns)
    columns = tuple(replace(column, levels=()) if column.type == "date" else column for column in columns)
    empty = replace(shop, columns=columns)
    for name in ("orders", "signup_date"):
        one = asked(empty, name)
        assert (one.start, one.min, one.max, one.is_whole) == (None, None, None, False)


def test_a_category_asks_for_its_levels_and_begins_with_the_most_frequent(shop, shop_table):
    country, newsletter = asked(shop, "country"), asked(shop, "newsletter")
    assert country.kind == newsletter.kind == "level"
    assert country.start == country.levels[0] == shop_table.frame["country"].value_counts().index[0]
    assert (country.is_open, newsletter.is_open) == (True, False)
    assert set(newsletter.levels) == {"yes", "no"}


def test_only_of_a_text_a_customer_may_have_another_level(shop):
    assert [one.name for one in questions(shop) if one.is_open] == ["country"]


def test_a_date_begins_with_the_day_in_the_middle(shop, shop_table):
    signup, held = asked(shop, "signup_date"), shop_table.frame["signup_date"].dropna()
    assert signup.kind == "date"
    assert signup.min == held.min().date() and signup.max == held.max().date()
    assert abs((signup.start - held.median().date()).days) <= 3


def test_a_saved_recipe_asks_and_answers_the_same(shop):
    again = load_recipe(save_recipe(shop))
    assert questions(again) == questions(shop)
    values = {"country": "Germany", "orders": 12, "signup_date": date(2023, 5, 1)}
    assert place_one(again, values) == place_one(shop, values)


# Inside a segment


@pytest.fixture(scope="module")
def inside():
    """The customers with x about 0, segmented by z alone."""
    rows = "".join(f"{x},{y},{z}\n" for x in (0, 10) for y in (0, 2) for z in (1, 1, 7, 7))
    table = read_table(f"x,y,z\n{rows}".encode())
    outer_features = prepare(table, FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    outer_segments = fit(outer_features, ClusterSpec(n_clusters=2))
    outer = make_recipe(table, outer_features, outer_segments)
    among = Among(outer_segments.rows[outer_segments.labels == 0], "elsewhere", "0")
    features = prepare(table, FeatureSpec(("z",), scale="none", outliers="keep"), among=among)
    return make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)), inside=(outer, 0))


def test_inside_a_segment_what_leads_there_is_asked_as_well(inside):
    assert [one.name for one in questions(inside)] == ["z", "x", "y"]
    low, high, elsewhere = (place_one(inside, {"z": z, "x": x, "y": 1}) for z, x in ((1, 0), (7, 0), (7, 10)))
    assert {low.label, high.label} == {0, 1}
    assert elsewhere.label is None
    assert elsewhere.note == "not in the segment that was looked into"


def test_inside_a_segment_what_only_describes_is_asked_where_it_leads_there():
    rows = "".join(f"{x},{y},{z},{z}\n" for x in (0, 10) for y in (0, 2) for z in (1, 1, 7, 7))
    table = read_table(f"x,y,z,w\n{rows}".encode())
    told = {"scale": "none", "outliers": "keep"}
    features = prepare(table, FeatureSpec(("x", "y"), describe=("w",), **told))
    segments = fit(features, ClusterSpec(n_clusters=2))
    outer = make_recipe(table, features, segments)
    among = Among(segments.members(0), "elsewhere", "0")
    features = prepare(table, FeatureSpec(("z",), describe=("x", "w"), **told), among=among)
    recipe = make_recipe(table, features, fit(features, ClusterSpec(n_clusters=2)), inside=(outer, 0))
    assert [column.name for column in recipe.all_columns] == ["z", "x", "w", "y"]
    assert [one.name for one in questions(recipe)] == ["z", "x", "y"]


def test_columns_that_lead_into_a_segment_can_be_matched_as_well(inside):
    table = read_table(b"breadth,y,depth\n0,1,7\n10,1,7\n0,1,1\n")
    assert match_columns(inside, table).refusal.startswith('Columns "z", "x" of the recipe have no match')
    renamed = {"x": "breadth", "z": "depth"}
    assert match_columns(inside, table, renamed).refusal == ""
    labels = apply_recipe(inside, table, renamed).of_table
    assert labels[1] == -1
    assert {labels[0], labels[2]} == {0, 1}


# What a segment is like


def test_a_segment_is_told_by_what_it_has_more_and_less_of_than_everybody():
    # x: 0 … 9 ten times over; whoever has 8 or 9 is the small segment, with y 0 instead of 5
    rows = "".join(f"{x},{0 if x > 7 else 5}\n" for x in range(10)) * 10
    spec = FeatureSpec(("x", "y"), outliers="keep", settings=(ColumnSpec("y", encode="number"),))
    recipe = recipe_of("x,y\n" + rows, spec)
    assert [segment.size for segment in recipe.segments] == [80, 20]
    assert character(recipe, 1) == (
        "Its customers are above the middle in x (8.5, against 5 for all customers), and below the middle in y "
        "(0, against 5)."
    )
    assert character(recipe, 0) == "Its customers are below the middle in x (3.5, against 5 for all customers)."


def test_a_segment_like_everybody_is_said_to_be(mall):
    features = prepare(mall, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    recipe = make_recipe(mall, features, fit(features, ClusterSpec(n_clusters=5)))
    assert character(recipe, 0) == "Its customers are near the middle in every column that built the segments."


def test_a_category_is_told_by_the_level_that_the_segment_has_more_of():
    recipe = recipe_of(*KINDS)
    assert character(recipe, 1) == (
        "Its customers are below the middle in x (0, against 9 for all customers). Kind is a for 75 %, against 38 % of "
        "all customers."
    )
    assert "Kind is b for all of them, against 63 % of all customers." in character(recipe, 0)


def test_what_the_segment_is_like_is_told_with_the_place():
    placed = place_one(recipe_of(*KINDS), {"x": 9, "kind": "b"})
    assert placed.character == "Kind is b for all of them, against 63 % of all customers."


def test_the_figures_stand_beside_the_customer():
    placed = place_one(recipe_of(*KINDS), {"x": 1, "kind": "a"})
    x, kind = placed.figures
    assert (x.own, x.segment, x.everybody) == ("1", "0", "9")  # the first cut is at half of the customers
    assert (kind.own, kind.segment, kind.everybody) == ("a", "75 % a", "38 % a")


def test_an_ordered_category_is_told_by_its_place():
    content = "x,size\n" + "0,small\n" * 20 + "0,medium\n" * 5 + "9,large\n" * 20
    spec = FeatureSpec(
        ("x", "size"),
        outliers="keep",
        settings=(ColumnSpec("size", encode="ordinal", order=("small", "medium", "large")),),
    )
    recipe = recipe_of(content, spec)
    large = next(label for label in (0, 1) if recipe.segments[label].size == 20)
    placed = place_one(recipe, {"x": 9, "size": "large"})
    assert placed.label == large
    assert [(one.segment, one.everybody) for one in placed.figures if one.column == "size"] == [("large", "medium")]


def test_names_from_the_file_are_told_as_they_are():
    names = ("a <script>alert(1)</script>", "=1+1")
    recipe = recipe_of(f"{names[0]},{names[1]}\n" + PAIRS.split("\n", 1)[1], FeatureSpec(names, outliers="keep"))
    assert [one.name for one in questions(recipe)] == list(names)
    assert [figure.column for figure in place_one(recipe, {names[0]: 0, names[1]: 1}).figures] == list(names)
