"""Rules that give a row its segment, by numbers worked out by hand."""

import numpy as np
import pytest

from clustering.placing import NOISE, Halving, MostProbable, NearestPoint, nearest

POINTS = np.array([[0.0, 0.0], [10.0, 0.0]])


def test_a_row_gets_the_segment_of_the_nearest_point():
    assert nearest(POINTS)(np.array([[4.0, 9.0], [6.0, -9.0]])).tolist() == [0, 1]


def test_no_rows_get_no_segments():
    assert nearest(POINTS)(np.empty((0, 2))).tolist() == []


def test_between_two_points_that_are_equally_near_the_lower_number_wins_wherever_it_stands():
    middle = np.array([[5.0, 3.0]])
    assert nearest(POINTS)(middle).tolist() == [0]
    assert nearest(POINTS, np.array([1, 0]))(middle).tolist() == [0]
    assert nearest(POINTS, np.array([7, 3]))(middle).tolist() == [3]


def test_several_points_can_be_one_segment():
    rule = nearest(np.array([[0.0], [10.0], [4.0]]), np.array([0, 0, 1]))
    assert rule(np.array([[1.0], [9.0], [5.0]])).tolist() == [0, 0, 1]


def test_the_distance_told_is_the_euclidean_one():
    assert nearest(POINTS).nearest(np.array([[3.0, 4.0]]))[1].tolist() == [5.0]


def test_by_city_blocks_another_point_can_be_nearest():
    points, row = np.array([[3.0, 3.0], [5.0, 0.0]]), np.array([[0.0, 0.0]])
    assert nearest(points)(row).tolist() == [0]  # 4.24 against 5
    assert nearest(points, metric="cityblock")(row).tolist() == [1]  # 6 against 5
    assert nearest(points, metric="cityblock").nearest(row)[1].tolist() == [5.0]


def test_a_stretched_column_counts_more():
    points, row = np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[0.0, 0.0]])
    assert nearest(points)(row).tolist() == [1]
    assert NearestPoint(points, np.array([0, 1]), stretch=np.array([1.0, 2.0]))(row).tolist() == [0]  # 3 against 4


def test_a_stretched_rule_gives_rows_that_are_not_stretched_what_it_gave_those_that_are():
    stretch, rows = np.array([0.5, 3.0]), np.array([[1.0, 1.0], [9.0, -2.0], [5.0, 0.5]])
    rule = nearest(POINTS, metric="cityblock")
    assert rule.stretched(stretch)(rows).tolist() == rule(rows * stretch).tolist() == [0, 0, 0]
    assert rule.stretched(stretch).nearest(rows)[1] == pytest.approx([3.5, 10.5, 4.0])


def test_a_column_stretched_by_nothing_plays_no_part():
    rule = nearest(np.array([[0.0, 1.0], [0.0, 3.0]]), metric="cityblock").stretched(np.array([0.0, 1.0]))
    assert rule(np.array([[1e9, 2.5]])).tolist() == [1]


def test_who_is_beyond_the_reach_of_the_nearest_points_segment_is_noise():
    rule = nearest(POINTS, reach=np.array([2.0, 5.0]))
    assert rule(np.array([[2.0, 0.0], [2.1, 0.0], [5.1, 0.0]])).tolist() == [0, NOISE, 1]


def test_renumbering_takes_reaches_along():
    rule = nearest(POINTS, reach=np.array([2.0, 5.0])).renumbered(np.array([1, 0, NOISE]))
    assert rule(np.array([[2.0, 0.0], [2.1, 0.0], [5.1, 0.0]])).tolist() == [1, NOISE, 0]


def test_a_moved_rule_is_the_rule_of_moved_rows():
    rows, by = np.array([[4.0, 9.0], [6.0, -9.0]]), np.array([100.0, -50.0])
    assert nearest(POINTS).moved(by)(rows + by).tolist() == [0, 1]


@pytest.mark.parametrize("n_rows", [1, 3, 16_384, 16_385])
def test_a_row_gets_the_same_segment_whoever_stands_beside_it(n_rows):
    rng = np.random.default_rng(0)
    rows, points = rng.integers(0, 3, size=(n_rows, 4)) / 3, rng.integers(0, 3, size=(5, 4)) / 3
    alone = [int(nearest(points)(row[None])[0]) for row in rows[-3:]]
    assert nearest(points)(rows)[-3:].tolist() == alone


HALVES = Halving(
    left=np.array([[0.0], [8.0]]),
    right=np.array([[10.0], [12.0]]),
    left_next=np.array([-1, -2]),
    right_next=np.array([1, -3]),
)


def test_at_every_fork_the_nearer_center_decides():
    # 5.5 is nearer to 10 than to 0 and then nearer to 8 than to 12, although no leaf is nearer than the one at 8
    assert HALVES(np.array([[4.9], [5.5], [9.0], [11.0]])).tolist() == [0, 1, 1, 2]


def test_half_way_at_a_fork_the_first_half_wins():
    assert HALVES(np.array([[5.0], [10.0]])).tolist() == [0, 1]


def test_a_tree_can_be_renumbered_and_moved():
    assert HALVES.renumbered(np.array([2, 0, 1, NOISE]))(np.array([[4.9], [5.5], [11.0]])).tolist() == [2, 0, 1]
    assert HALVES.moved(np.array([100.0]))(np.array([[104.9], [111.0]])).tolist() == [0, 2]


def crowds(shares=(0.5, 0.5)):
    """Two crowds of unit spread around 0 and 4."""
    return MostProbable(np.array(shares), np.array([[0.0], [4.0]]), np.ones((2, 1, 1)))


def test_half_way_between_two_equal_crowds_both_are_as_probable():
    assert crowds().memberships(np.array([[2.0]]))[0] == pytest.approx([0.5, 0.5])
    assert crowds()(np.array([[1.9], [2.1]])).tolist() == [0, 1]


def test_a_larger_crowd_reaches_farther():
    # at 2 both densities are equal, so the shares decide
    assert crowds((0.2, 0.8)).memberships(np.array([[2.0]]))[0] == pytest.approx([0.2, 0.8])


def test_a_wider_crowd_is_the_likelier_far_out():
    rule = MostProbable(np.array([0.5, 0.5]), np.zeros((2, 1)), np.array([[[1.0]], [[0.1]]]))  # spreads 1 and 10
    assert rule(np.array([[0.5], [5.0]])).tolist() == [0, 1]


def test_crowds_can_be_renumbered_and_moved():
    swapped = crowds((0.2, 0.8)).renumbered(np.array([1, 0, NOISE]))
    assert swapped.memberships(np.array([[2.0]]))[0] == pytest.approx([0.8, 0.2])
    assert swapped.moved(np.array([10.0]))(np.array([[10.0], [14.0]])).tolist() == [1, 0]
