"""Whether the parts of a recipe go together: what cannot be is told by itself, and what is just possible is not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.features import Among
from clustering.recipe import make_recipe
from clustering.recipe.soundness import problems

N = 40
LONG = "n" * 100_000


def content() -> bytes:
    """Customers in two groups, with a column of every kind, one that only describes, and ids."""
    rows = [
        f"{i % 4 + 20 * (i % 2)},{'ab'[i % 3 == 0]},2024-01-{1 + i % 28:02},{'yes' if i % 5 else 'no'},{i**2 % 7},K-{i}"
        for i in range(N)
    ]
    return ("x,city,day,member,spend,id\n" + "\n".join(rows)).encode()


@cache
def sound(method: str = "kmeans", n_clusters: int | None = 2, pca: float | None = None, settings=()):
    table = read_table(content())
    spec = FeatureSpec(("x", "city", "day"), describe=("member", "spend", "id"), pca=pca)
    features = prepare(table, spec)
    return make_recipe(table, features, fit(features, ClusterSpec(method, n_clusters, settings=settings)))


@cache
def inside():
    table = read_table(content())
    features = prepare(table, FeatureSpec(("x",)))
    found = fit(features, ClusterSpec("kmeans", 2))
    outer = make_recipe(table, features, found)
    features = prepare(table, FeatureSpec(("spend",)), among=Among(found.members(0), "elsewhere", "0"))
    return make_recipe(table, features, fit(features, ClusterSpec("kmeans", 2)), inside=(outer, 0))


def changed(value, path, new):
    """The value with something else in one place of it: "columns.0.min" is the `min` of the first of its `columns`."""
    name, _, rest = path.partition(".")
    if name.isdigit():
        place = int(name)
        return (*value[:place], changed(value[place], rest, new) if rest else new, *value[place + 1 :])
    return replace(value, **{name: changed(getattr(value, name), rest, new) if rest else new})


def put(array, place, value):
    array = np.array(array)
    array[place] = value
    return array


def column(name):
    """Where the column stands among those of `sound`."""
    return f"columns.{('x', 'city', 'day', 'member', 'spend', 'id').index(name)}"


HALVES = ("bisecting", 4)
CROWDS = ("gaussian_mixture", 2)
OTHERS = ("agglomerative", 2)  # placed by a rule that stands in
NOISY = ("dbscan", None, None, (("eps", 0.9), ("min_samples", 4)))


@pytest.mark.parametrize("made", [(), (*CROWDS, 0.6), HALVES, CROWDS, OTHERS, NOISY, ("minibatch", 3)], ids=str)
def test_a_recipe_that_was_made_is_sound(made):
    assert list(problems(sound(*made))) == []


def test_a_recipe_of_customers_within_a_segment_is_sound():
    assert list(problems(inside())) == []


def test_the_recipes_that_are_broken_here_hold_what_is_broken():
    assert sound().outside.columns == ("x", "day")
    assert len(sound().outside.limits) == 2
    assert [encoded.encoded.name for encoded in sound().preparation.columns] == ["x", "city: a", "city: b", "day"]
    assert sound(*CROWDS, 0.6).rule.means.shape[1] < 4
    assert len(sound(*HALVES).rule.left_next) == 3
    assert sound(*NOISY).found.n_noise > 0
    assert sound(*NOISY).rule.reach is not None
    assert [segment.size for segment in sound().segments] == [26, 14]
    assert (sound().columns[5].n, sound().columns[5].counts) == (N, (N,))


ONE_BY_ONE = [
    # what the segments are
    ("clustering.n_clusters", 3, "It tells of 2 segments, and its settings of 3."),
    ("stand_in", "magic", 'Its stand-in is "magic"; it can be nearest_center, nearest_neighbour.'),
    ("agreement", -0.01, "Its agreement is -0.01; it is a share from 0 to 1."),
    ("agreement", 1.01, "Its agreement is 1.01; it is a share from 0 to 1."),
    ("agreement", float("nan"), "Its agreement is nan"),
    ("segments.0.hue", -1, "A segment has 26 customers and hue -1; neither can be below 0."),
    ("segments.1.hue", 10_000, "and hue 10,000"),
    ("segments.1.name", LONG + "n", "A segment's name or note is longer than 100,000 characters."),
    ("segments.0.note", LONG + "n", "A segment's name or note is longer than 100,000 characters."),
    ("outer_label", 0, "It is about a part of the customers and does not say which."),
    # what was counted
    ("found.n_filled_rows", -1, "It counts fewer than no customers."),
    ("found.n_noise", -1, "It counts fewer than no customers."),
    ("found.n_noise", 1, "Its segments hold 40 customers, and it tells of 40 with a segment, of 40."),
    ("found.n_rows", 39, "Its segments hold 40 customers, and it tells of 40 with a segment, of 39."),
    ("segments.0.size", 27, "Its segments hold 41 customers, and it tells of 40 with a segment, of 40."),
    ("segments.0.size", 25, "Its segments hold 39 customers, and it tells of 40 with a segment, of 40."),
    (f"{column('id')}.n", 39, '"id" counts other customers than the segments hold.'),
    (f"{column('city')}.missing", 1, '"city" counts other customers than the segments hold.'),
    (f"{column('id')}.missing", -1, '"id" misses -1 of 40 values.'),
    ("found.inertia", -0.5, "Its inertia is -0.5; it cannot be below 0."),
    ("found.separation", 1.1, "Its separation or repeatability is beyond 1"),
    ("found.separation", -1.1, "Its separation or repeatability is beyond 1"),
    ("found.repeatability", 1.1, "Its separation or repeatability is beyond 1"),
    ("source.digest", "a" * 63, "Its digest is none"),
    ("source.digest", "a" * 64 + "\n", "Its digest is none"),
    ("source.digest", "g" * 64, "Its digest is none"),
    ("features.weight_column", "none", 'It does not tell what "none", the weight, held.'),
    # what a column held
    (f"{column('member')}.type", "colour", '"member" is of type "colour"; it can be number, text, date, boolean.'),
    (f"{column('spend')}.decimal", ";", 'The decimals of "spend" are separated by ";"'),
    (f"{column('spend')}.min", None, 'The smallest and largest value of "spend" are none.'),
    (f"{column('spend')}.max", None, 'The smallest and largest value of "spend" are none.'),
    (f"{column('spend')}.min", "0", 'The smallest and largest value of "spend" are none.'),
    (f"{column('spend')}.max", "6", 'The smallest and largest value of "spend" are none.'),
    (f"{column('day')}.min", "now", 'The smallest and largest value of "day" are none.'),
    (f"{column('day')}.max", "2024-13-01", 'The smallest and largest value of "day" are none.'),
    (f"{column('day')}.max", "2024-01-28T00:00+01:00", 'The smallest and largest value of "day" are none.'),
    (f"{column('spend')}.min", 6.5, 'The smallest value of "spend" is larger than the largest.'),
    (f"{column('member')}.levels", ("yes",), 'The parts of "member" do not go with their counts.'),
    (f"{column('member')}.edges", (1.0, 2.0), 'The parts of "member" do not go with their counts.'),
    (f"{column('member')}.counts", (), 'The parts of "member" are not counted.'),
    (f"{column('spend')}.counts", (), 'The parts of "spend" are not counted.'),
    (f"{column('member')}.counts", (32, 9, -1), 'The parts of "member" are in no order, or have fewer than no'),
    # how it becomes numbers
    ("features.columns", ("city", "x", "day"), "The columns that it prepares are not those that it chose."),
    ("preparation.specs.0.encode", "date", 'It does not tell how "x" becomes numbers.'),
    ("preparation.specs.2.encode", "number", 'It does not tell how "day" becomes numbers.'),
    ("preparation.newest", (), 'It does not tell from which day on "day" is counted.'),
    ("preparation.newest", (("day", "today"),), 'It does not tell from which day on "day" is counted.'),
    ("preparation.columns.0.spread", 0.0, 'It brings "x" to one measure by numbers that are impossible'),
    ("preparation.columns.1.spread", 9e-51, 'It brings "city: a" to one measure by numbers that are impossible'),
    ("preparation.columns.0.spread", 1.1e100, 'It brings "x" to one measure by numbers that are impossible'),
    ("preparation.columns.0.spread", float("nan"), "numbers that are impossible: a spread of nan"),
    ("preparation.columns.0.center", 1.1e100, "numbers that are impossible"),
    ("preparation.columns.0.fill", -1.1e100, "numbers that are impossible"),
    ("preparation.columns.0.low", -1.1e100, "numbers that are impossible"),
    ("preparation.columns.0.high", 1.1e100, "numbers that are impossible"),
    # who is far outside
    ("outside.limits.0.column", -1, "A limit for customers far outside belongs to no column."),
    ("outside.limits.1.column", 2, "A limit for customers far outside belongs to no column."),
    ("outside.limits.0.unit", 9e-51, 'From where on "x" is far outside is impossible.'),
    ("outside.limits.0.unit", float("nan"), 'From where on "x" is far outside is impossible.'),
    ("outside.columns", ("x", "spend"), 'It measures "spend", which is none of its columns.'),
    ("outside.newest", (("day", "now"),), "It does not tell from which day on its dates are counted."),
]


@pytest.mark.parametrize("path, new, sentence", ONE_BY_ONE)
def test_what_does_not_go_with_the_rest_is_told_and_nothing_else(path, new, sentence):
    (told,) = problems(changed(sound(), path, new))
    assert sentence in told


RULES = [
    ((), "cluster_centers", lambda a: a[:, 1:], "cluster_centers holds 2 x 3 numbers where 2 x 4 belong."),
    ((), "centers_in_units", lambda a: a[:1], "centers_in_units holds 1 x 4 numbers where 2 x 4 belong."),
    (OTHERS, "cluster_centers", lambda a: put(a, (1, 2), 1.1e100), "cluster_centers holds a number beyond 1e+100"),
    (OTHERS, "cluster_centers", lambda a: put(a, (1, 2), -1.1e100), "cluster_centers holds a number beyond 1e+100"),
    ((), "centers_in_units", lambda a: put(a, (0, 0), np.nan), "centers_in_units holds a number beyond 1e+100"),
    ((*CROWDS, 0.6), "preparation.middle", lambda a: None, "Of its principal components only a part is told."),
    ((*CROWDS, 0.6), "preparation.middle", lambda a: a[1:], "middle holds 3 numbers where 4 belong."),
    ((*CROWDS, 0.6), "cluster_centers", lambda a: a[1:], "cluster_centers holds 1 x "),
    ((*CROWDS, 0.6), "preparation.components", lambda a: a[:, 1:], "components holds"),
    (OTHERS, "rule.points", lambda a: a[:, 1:], " x 3 numbers where "),
    (OTHERS, "rule.labels", lambda a: a[:, None], " x 1 numbers where "),
    (OTHERS, "rule.labels", lambda a: put(a, 0, 2), "A point of its rule belongs to no segment of its."),
    (OTHERS, "rule.labels", lambda a: put(a, 0, -1), "A point of its rule belongs to no segment of its."),
    (OTHERS, "rule.labels", lambda a: a.astype(float), "A point of its rule belongs to no segment of its."),
    (OTHERS, "rule.metric", lambda a: "cosine", 'The distance is "cosine"; it can be euclidean, cityblock.'),
    (OTHERS, "rule.stretch", lambda a: np.ones(3), "stretch holds 3 numbers where 4 belong."),
    (NOISY, "rule.reach", lambda a: np.append(a, 1.0), "reach holds "),
    ((), "rule.points", lambda a: a + 1e-9, "Its centers stand in it twice, and differently."),
    (("minibatch", 3), "rule.points", lambda a: a + 1e-9, "Its centers stand in it twice, and differently."),
    (HALVES, "cluster_centers", lambda a: a[1:], "cluster_centers holds 3 x 4 numbers where 4 x 4 belong."),
    (HALVES, "rule.left", lambda a: a[:, 1:], "left holds 3 x 3 numbers where 3 x 4 belong."),
    (HALVES, "rule.right", lambda a: a[1:], "right holds 2 x 4 numbers where 3 x 4 belong."),
    (HALVES, "rule.right_next", lambda a: a[1:], "right_next holds 2 numbers where 3 belong."),
    (HALVES, "rule.left_next", lambda a: put(a, 2, -5), "A fork of its tree leads nowhere."),
    (HALVES, "rule.left_next", lambda a: put(a, 2, 3), "A fork of its tree leads nowhere."),
    (HALVES, "rule.right_next", lambda a: put(a, 2, 2), "A fork of its tree leads nowhere."),
    (HALVES, "rule.right_next", lambda a: put(a, 0, 0), "A fork of its tree leads nowhere."),
    (HALVES, "rule.left_next", lambda a: put(a, 0, 1).astype(float), "A fork of its tree leads nowhere."),
    (CROWDS, "rule.shares", lambda a: put(a, 1, 0.0), "A crowd of its rule has no size or no width."),
    (CROWDS, "rule.whitening", lambda a: put(a, (1, 3, 3), 0.0), "A crowd of its rule has no size or no width."),
    (CROWDS, "rule.shares", lambda a: a[:, None], "shares holds 2 x 1 numbers where 2 belong."),
    (CROWDS, "rule.means", lambda a: a[:, 1:], "means holds 2 x 3 numbers where 2 x 4 belong."),
    (CROWDS, "rule.whitening", lambda a: a[:, 1:], "whitening holds 2 x 3 x 4 numbers where 2 x 4 x 4 belong."),
]


@pytest.mark.parametrize("made, path, change, sentence", RULES)
def test_a_rule_that_cannot_be_followed_is_told(made, path, change, sentence):
    recipe, value = sound(*made), sound(*made)
    for name in path.split("."):
        value = getattr(value, name)
    assert sentence in next(problems(changed(recipe, path, change(value))))


def test_a_rule_without_a_point_or_a_fork_is_told():
    recipe = sound(*OTHERS)
    empty = replace(recipe.rule, points=np.empty((0, 4)), labels=np.empty(0, dtype=int))
    assert list(problems(replace(recipe, rule=empty))) == ["It holds no point that a customer could be near to."]
    recipe, none = sound(*HALVES), np.empty((0, 4))
    empty = replace(recipe.rule, left=none, right=none, left_next=np.empty(0, int), right_next=np.empty(0, int))
    assert list(problems(replace(recipe, rule=empty))) == ["A fork of its tree leads nowhere."] * 2


@pytest.mark.parametrize(
    "path, new",
    [
        ("agreement", 0.0),
        ("clustering.n_clusters", None),
        ("segments.0.hue", 9_999),
        ("segments.0.hue", 0),
        ("segments.0.name", LONG),
        ("segments.0.note", LONG),
        ("found.inertia", 0.0),
        ("found.separation", 1.0),
        ("found.repeatability", -1.0),
        ("features.weight_column", "spend"),
        (f"{column('spend')}.min", 4.0),
        (f"{column('spend')}.decimal", ","),
        (f"{column('spend')}.decimal", "."),
        (f"{column('member')}.counts", (31, 8, 0)),
        ("preparation.columns.0.spread", 1e-50),
        ("preparation.columns.0.spread", 1e100),
        ("preparation.columns.0.center", -1e100),
        ("outside.limits.0.unit", 1e-50),
        ("centers_in_units", np.full((2, 4), -1e100)),
    ],
)
def test_what_is_just_possible_is_sound(path, new):
    assert list(problems(changed(sound(), path, new))) == []


def test_a_column_of_one_value_alone_can_be_clipped_and_to_nothing_it_cannot():
    clipped = changed(changed(sound(), "preparation.columns.0.low", 3.0), "preparation.columns.0.high", 3.0)
    assert list(problems(clipped)) == []
    assert list(problems(changed(clipped, "preparation.columns.0.low", 3.5))) == ['It clips "x" to nothing.']
    assert list(problems(changed(clipped, "preparation.columns.0.high", None))) == []


def test_edges_ascend_and_none_stands_twice():
    edges = sound().columns[4].edges
    for wrong in (edges[::-1], (edges[0], *edges[:-1])):
        (told,) = problems(changed(sound(), f"{column('spend')}.edges", wrong))
        assert told.startswith('The parts of "spend" are in no order')


def test_one_column_with_edges_and_levels_does_not_hold_together():
    both = changed(sound(), f"{column('spend')}.levels", ("a",))
    assert list(problems(both)) == ['The parts of "spend" do not go with their counts.']


def test_all_values_of_a_column_can_be_missing_and_no_more_than_all():
    nothing = changed(changed(sound(), f"{column('id')}.counts", (0,)), f"{column('id')}.missing", 40)
    assert list(problems(nothing)) == []
    told = list(problems(changed(nothing, f"{column('id')}.missing", 41)))
    assert '"id" misses 41 of 40 values.' in told


def test_words_have_no_smallest_and_largest_value():
    words = changed(changed(sound(), f"{column('id')}.min", 1.0), f"{column('id')}.max", 2.0)
    assert list(problems(words)) == ['The smallest and largest value of "id" are none.']


def test_steps_by_hand_may_leave_another_number_of_segments_than_was_asked_for():
    other = changed(sound(), "clustering.n_clusters", 3)
    assert list(problems(changed(other, "segments.1.edited", True))) == []
    assert list(problems(changed(other, "found.edits", ("A step.",)))) == []


def test_customers_cannot_be_fewer_than_none():
    recipe = changed(changed(sound(), "segments.0.size", 41), "segments.1.size", -1)
    assert list(problems(recipe)) == ["A segment has -1 customers and hue 1; neither can be below 0."]


def test_a_segment_can_be_left_with_nobody():
    assert list(problems(changed(changed(sound(), "segments.0.size", 40), "segments.1.size", 0))) == []


def test_from_one_to_ten_thousand_segments_can_be():
    one = sound().segments[0]
    for n, is_told in ((0, True), (1, False), (10_000, False), (10_001, True)):
        told = next(problems(replace(sound(), segments=(one,) * n)))
        assert told.startswith(f"It holds {n:,} segments; there must be from 1 to 10,000.") is is_told


def test_a_stand_in_need_not_stand_at_the_centers():
    moved = changed(sound(), "rule.points", sound().rule.points + 1)
    assert list(problems(replace(moved, stand_in="nearest_neighbour"))) == []
    by_examples = ClusterSpec("affinity_propagation")
    assert list(problems(replace(moved, clustering=by_examples))) == []


def test_a_column_that_is_not_told_of_is_named():
    without = replace(sound(), columns=sound().columns[1:])
    assert list(problems(without)) == [
        'It does not tell what "x" held.',
        'It does not tell how "x" becomes numbers.',
    ]


def test_what_is_encoded_follows_from_what_was_chosen():
    first, *others = sound().preparation.columns
    recipe = changed(sound(), "preparation.columns", (*others, first))
    assert "The columns that it encodes do not follow from those that it chose." in list(problems(recipe))
    assert "It prepares no column." in list(problems(changed(sound(), "preparation.columns", ())))


@pytest.mark.parametrize("label, sentence", [(2, "It is about segment 3 of 2."), (-1, "It is about segment 0 of 2.")])
def test_the_segment_that_was_looked_into_is_one_of_those_around(label, sentence):
    assert list(problems(replace(inside(), outer_label=label))) == [sentence]
    assert list(problems(replace(inside(), outer_label=1))) == []


def test_a_segment_is_looked_into_once_and_what_is_around_it_is_sound_too():
    assert next(problems(replace(inside(), outer_label=None))).endswith("does not say which.")
    twice = replace(inside(), outer=inside())
    assert list(problems(twice)) == ["It is about a part of a part of the customers."]
    unsound = changed(inside(), "outer.agreement", 2.0)
    assert list(problems(unsound)) == ["Its agreement is 2; it is a share from 0 to 1."]
