"""The decision tree behind the rules: whom it stands for, what it asks first and how far it is cut back, by hand."""

import numpy as np
import pytest

from clustering.features import ColumnSpec
from clustering.profile.conditions import Measure
from clustering.profile.tree import Tree

X, Y = (Measure(ColumnSpec(name), "number") for name in "xy")


def grown(*groups, sizes=None):
    """A tree of groups of rows: (label, x, y, how many)."""
    rows = np.array([group[:3] for group in groups for _ in range(group[3])], dtype=np.float64)
    labels = rows[:, 0].astype(np.int32)
    return Tree({X: rows[:, 1], Y: rows[:, 2]}, labels, sizes or tuple(np.bincount(labels).tolist()))


def leaves(tree):
    """Of every leaf the segment, how many of its customers, and what is asked."""
    return sorted(
        (tree.label(leaf), tree.covered(leaf), " and ".join(one.text for one in tree.conditions(leaf)))
        for leaf in tree.best_leaves()
    )


# --- a sample stands for all ---

THREE = ((0, 9, 1, 10), (1, 1, 1, 10), (2, 1, 9, 10))


def test_a_leaf_covers_the_customers_that_its_rows_stand_for():
    assert [found[:2] for found in leaves(grown(*THREE, sizes=(1000, 100, 200)))] == [(0, 1000), (1, 100), (2, 200)]


def test_everybody_is_of_the_largest_segment():
    tree = grown(*THREE, sizes=(1000, 100, 200))
    assert (tree.label(0), tree.covered(0)) == (0, 1000)


def test_asked_first_is_what_tells_the_most_customers_apart_and_not_the_most_rows():
    # the first segment holds 1,000 of 1,200 customers: x tells it from all others
    assert [found[2] for found in leaves(grown(*THREE, sizes=(1000, 100, 100)))] == [
        "x above 5",
        "x at most 5 and y at most 5",
        "x at most 5 and y above 5",
    ]
    # now the third does, and y tells it from them
    assert [found[2] for found in leaves(grown(*THREE, sizes=(100, 100, 1000)))] == [
        "x above 5 and y at most 5",
        "x at most 5 and y at most 5",
        "y above 5",
    ]


# --- how far it is cut back ---


@pytest.mark.parametrize("large, small", [(0, 1), (1, 0)])
def test_a_second_rule_that_finds_a_tenth_of_the_segment_is_kept(large, small):
    # ten of 300 customers count half of what there is to get right, and ten of 100 in one of two segments the other
    # half: 4 % in all
    tree = grown((large, 0, 1, 120), (small, 10, 1, 10), (large, 20, 1, 80), (small, 0, 9, 90))
    assert sorted(found[:2] for found in leaves(tree)) == sorted([(large, 80), (large, 120), (small, 10), (small, 90)])


def test_a_second_rule_that_finds_less_is_none():
    tree = grown((0, 0, 1, 60), (1, 10, 1, 9), (0, 20, 1, 40), (1, 0, 9, 91))
    assert leaves(tree) == [(0, 100, "y at most 5"), (1, 91, "y above 5")]


def test_a_segment_keeps_its_only_rule_though_that_finds_next_to_nobody():
    # 96 of the third are among the first; the four apart are 4 % of a third
    tree = grown((0, 0, 0, 100), (2, 0, 0, 96), (1, 10, 0, 100), (2, 20, 0, 4))
    assert [found[:2] for found in leaves(tree)] == [(0, 100), (1, 100), (2, 4)]


def test_twenty_segments_have_a_rule_each():
    tree = grown(*((i, 10 * (i % 5), 10 * (i // 5), 10) for i in range(20)))
    assert [found[0] for found in leaves(tree)] == list(range(20))


def test_twenty_segments_along_one_column_have_a_rule_each():
    # none of them is told before the others: asked is for halves, not for one after the other
    tree = grown(*((i, 10 * i, 0, 10) for i in range(20)))
    assert [found[:2] for found in leaves(tree)] == [(i, 10) for i in range(20)]


def test_of_two_columns_that_tell_the_same_always_the_same_is_asked():
    told = {tuple(leaves(grown((0, 1, 1, 10), (1, 9, 9, 10), (2, 20, 20, 10)))) for _ in range(12)}
    assert len(told) == 1


# --- thresholds ---


def between(left, right):
    """The threshold of a tree that asks one question."""
    (found, _) = leaves(grown(*((0, x, 0, n) for x, n in left), *((1, x, 0, n) for x, n in right)))
    return found[2]


def test_a_round_threshold_may_change_the_side_of_one_in_200():
    # of 400 two may: from 40.3 on and below 41.3
    left, right = [(39.9, 197), (40.3, 1), (41.1, 1), (41.13, 1)], [(41.17, 1), (41.2, 1), (41.3, 1), (60, 197)]
    assert between(left, right) == "x at most 41"


def test_a_round_threshold_may_change_the_side_of_a_tenth_of_the_smaller_side():
    # one of the ten: from 40.3 on
    left, right = [(39.9, 8), (40.3, 1), (41.13, 1)], [(41.17, 1), (41.3, 1), (60, 388)]
    assert between(left, right) == "x at most 41"
    left, right = [(20.0, 388), (40.3, 1), (41.13, 1)], [(41.17, 1), (41.3, 1), (60, 8)]
    assert between(left, right) == "x at most 41"


def test_a_threshold_of_two_digits_stays_where_nobody_changes_sides():
    left, right = [(39.9, 197), (40.3, 1), (41.8, 1), (41.9, 1)], [(42.1, 1), (42.2, 1), (52, 1), (60, 197)]
    assert between(left, right) == "x at most 42"


def test_a_threshold_of_two_digits_lies_between_the_last_customer_and_the_next():
    assert between([(10, 5), (39, 1), (41.6, 1)], [(42.4, 1), (60, 5)]) == "x at most 42"


def test_numbers_that_single_precision_would_take_for_equal_are_told_apart():
    assert between([(20_260_100, 5)], [(20_260_101, 5)]) == "x at most 20,260,100"
