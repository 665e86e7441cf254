"""What is worth a word: the borders of what is clear and what is average, and by which level a segment is told."""

import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.profile.compare import Trait
from clustering.profile.words import Words, agrees, is_average, is_clear, joined


def trait(difference, mark=0, own=2.0, baseline=1.0):
    return Trait("c", None, "number", "c", own, baseline, 100.0, True, mark, difference, True)


@pytest.mark.parametrize(
    "difference, mark, expected",
    [(0.5, 0, True), (0.49, 0, False), (0.49, 1, True), (0.1, 1, True), (0.09, 1, False), (2.0, 1, True)],
)
def test_clear_is_half_a_standard_deviation_and_with_a_mark_a_tenth(difference, mark, expected):
    assert is_clear(trait(difference, mark)) is expected
    assert is_clear(trait(-difference, -mark, own=0.5)) is expected


@pytest.mark.parametrize("difference, mark, expected", [(0.49, 0, True), (0.5, 0, False), (0.2, 1, False)])
def test_average_is_less_than_half_a_standard_deviation_without_a_mark(difference, mark, expected):
    assert is_average(trait(difference, mark)) is expected
    assert is_average(trait(-difference, -mark)) is expected


def test_a_difference_is_told_only_where_the_figures_beside_it_say_the_same():
    assert agrees(trait(1.0, own=2.0, baseline=1.0))
    assert agrees(trait(-1.0, own=1.0, baseline=2.0))
    assert not agrees(trait(1.0, own=1.0, baseline=2.0))
    assert not agrees(trait(1.0, own=2.0001, baseline=2.0))  # both are written 2
    assert not is_clear(trait(1.0, own=1.0, baseline=2.0))


def test_texts_in_a_row_end_with_and():
    assert [joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


# --- levels ---


def told_of(first, everybody):
    """By what the first of two segments is told in its region: how many there have which, and how many in all.

    Those in the west have no weight.
    """
    second = {level: everybody[level] - first.get(level, 0) for level in everybody}
    cells = [f"{x},{level}" for x, of in ((0, first), (100, second)) for level, n in of.items() for _ in range(n)]
    lines = [f"{cell},{'abc'[i % 3]},{int('west' not in cell)}" for i, cell in enumerate(cells)]
    table = read_table("\n".join(["x,region,kind,w", *lines]).encode())
    spec = FeatureSpec(("x",), scale="none", outliers="keep", describe=("kind", "region"), weight_column="w")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    comparison = profile(table, clustering, spec).against("all")
    (found,) = (one for one in Words(comparison).traits(int(clustering.labels[0])) if one.column == "region")
    return found


def test_a_segment_is_told_by_the_level_it_has_more_of_where_that_differs_nearly_as_much():
    # south 5 of 50 where a fifth is expected: -0.1 / 0.4 = -0.25. North 31 of 50 beside half: 0.12 / 0.5 = 0.24
    found = told_of({"north": 31, "south": 5, "east": 14}, {"north": 50, "south": 20, "east": 30})
    assert (found.level, found.own, found.baseline, found.mark) == ("north", 0.62, 0.5, 1)
    assert (found.figure, found.difference) == pytest.approx((124, 0.24))


def test_a_segment_is_told_by_the_level_it_has_less_of_where_no_other_differs_nearly_as_much():
    # north 30 of 50: 0.1 / 0.5 = 0.2, less than nine tenths of 0.25
    found = told_of({"north": 30, "south": 5, "east": 15}, {"north": 50, "south": 20, "east": 30})
    assert (found.level, found.own, found.baseline) == ("south", 0.1, 0.2)
    assert found.difference == pytest.approx(-0.25)


def test_half_a_standard_deviation_more_is_enough():
    # south -0.375 / sqrt(0.375 * 0.625) = -0.77; north 0.25 / 0.5 = 0.5, less than nine tenths of that
    first, everybody = {"north": 36, "east": 12}, {"north": 48, "south": 36, "east": 12}
    found = told_of(first, everybody)
    assert (found.level, found.own, found.difference) == ("north", 0.75, 0.5)


def test_no_segment_is_told_by_how_many_have_no_value():
    # of the first half 25 of 50 have none, beside 30 of 100: 0.2 / 0.458; south 2 of 50 beside 20: -0.16 / 0.4
    found = told_of({"north": 23, "south": 2, "": 25}, {"north": 50, "south": 20, "": 30})
    assert (found.level, found.own) == ("south", 0.04)
    assert found.difference == pytest.approx(-0.4)


def test_no_segment_is_told_by_a_level_that_only_customers_of_no_weight_have():
    found = told_of({"north": 30, "south": 5, "east": 15, "west": 9}, {"north": 50, "south": 20, "east": 30, "west": 9})
    assert (found.level, found.own, found.baseline) == ("south", 0.1, 0.2)
