"""The tree of agglomerative clustering, against hand-derived joins, scipy and scikit-learn."""

import math

import numpy as np
import pytest
from scipy.cluster import hierarchy
from sklearn.cluster import AgglomerativeClustering

from clustering.errors import InvalidSetting, TooFewRows
from clustering.methods.tree import LINKAGES, grow

# on a line: 0 and 1 are 1 apart, 4 and 6 are 2 apart, the two pairs 3 to 6 apart, 20 is far from all
LINE = np.array([[0.0], [1.0], [4.0], [6.0], [20.0]])
SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # every side is as long as every other


@pytest.fixture(scope="module")
def crowds():
    rng = np.random.default_rng(3)
    return rng.normal(size=(150, 3)) + 4 * rng.integers(0, 4, (150, 1)) + 50


def partition(labels):
    """The groups, whatever they are called."""
    return {tuple(np.flatnonzero(labels == label)) for label in set(np.asarray(labels).tolist())}


@pytest.mark.parametrize(
    "linkage, heights",
    [
        # pairs {0, 1} and {4, 6}: smallest distance 4 - 1, largest 6 - 0, mean (4 + 6 + 3 + 5) / 4
        ("single", [1, 2, 3, 14]),
        ("complete", [1, 2, 6, 20]),
        ("average", [1, 2, 4.5, 17.25]),  # 20 to 0, 1, 4, 6: (20 + 19 + 16 + 14) / 4
        # sqrt(2 a b / (a + b)) times the distance of the centers: 0.5 and 5, a = b = 2; 2.75 and 20, a = 4, b = 1
        ("ward", [1, 2, math.sqrt(2) * 4.5, math.sqrt(1.6) * 17.25]),
    ],
)
def test_heights_are_the_distances_between_the_groups_as_the_linkage_measures_them(linkage, heights):
    tree = grow(LINE, linkage)
    np.testing.assert_allclose(tree.heights, heights)
    assert partition(tree.cut(3)) == {(0, 1), (2, 3), (4,)}
    assert partition(tree.cut(2)) == {(0, 1, 2, 3), (4,)}


@pytest.mark.parametrize("linkage", LINKAGES)
def test_the_tree_is_scipys(linkage, crowds):
    np.testing.assert_array_equal(grow(crowds, linkage).merges, hierarchy.linkage(crowds, linkage))


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("n_clusters", [1, 2, 3, 7, 149, 150])
def test_a_cut_is_what_scikit_learn_finds(linkage, n_clusters, crowds):
    labels = grow(crowds, linkage).cut(n_clusters)
    expected = AgglomerativeClustering(n_clusters, linkage=linkage).fit_predict(crowds)
    assert partition(labels) == partition(expected)
    assert sorted(set(labels.tolist())) == list(range(n_clusters))


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("n_clusters", [2, 3, 10, 30])
def test_with_tied_heights_a_cut_still_has_the_number_asked_for_and_is_scikit_learns(linkage, n_clusters):
    grid = np.array([[x, y] for x in range(6) for y in range(6)], dtype=float)
    labels = grow(grid, linkage).cut(n_clusters)
    assert len(set(labels.tolist())) == n_clusters
    assert partition(labels) == partition(AgglomerativeClustering(n_clusters, linkage=linkage).fit_predict(grid))


def test_a_height_gives_the_groups_that_are_joined_up_to_it():
    tree = grow(LINE, "single")  # joins at 1, 2, 3, 14
    assert [tree.heights_of(n) for n in (5, 4, 3, 2)] == [(0, 1), (1, 2), (2, 3), (3, 14)]
    assert tree.heights_of(1) == (14, math.inf)


def test_no_height_gives_a_number_between_tied_joins():
    tree = grow(SQUARE, "single")  # three sides of the square, each 1 long
    assert tree.heights_of(2) == (1, 1)
    assert tree.heights.tolist() == [1, 1, 1]


def test_equal_rows_are_joined_at_height_zero():
    tree = grow(np.full((4, 2), 7.0), "ward")
    assert tree.heights.tolist() == [0, 0, 0]
    assert len(set(tree.cut(3).tolist())) == 3


@pytest.mark.filterwarnings("error")
def test_a_table_that_looks_like_distances_is_one_of_rows():
    rows = np.array([[0.0, 1, 2], [1, 0, 5], [2, 5, 0]])  # as many columns as rows, symmetric, zeros in the middle
    # squared distances of the rows: 1 + 1 + 9, 4 + 16 + 4, 1 + 25 + 25
    np.testing.assert_allclose(grow(rows, "single").heights, [math.sqrt(11), math.sqrt(24)])


def test_one_row_is_a_tree_without_joins():
    tree = grow(np.array([[3.0, 4.0]]), "average")
    assert tree.merges.shape == (0, 4)
    assert tree.cut(1).tolist() == [0]
    assert tree.heights_of(1) == (0, math.inf)


def test_a_chain_of_many_rows_is_cut_like_any_other():
    places = np.cumsum(np.arange(1.0, 2_001))[:, np.newaxis]  # every gap is wider than the last one
    assert partition(grow(places, "single").cut(2)) == {tuple(range(1_999)), (1_999,)}


@pytest.mark.parametrize("n_clusters", [0, 6])
def test_more_groups_than_rows_are_refused_with_both_numbers(n_clusters):
    with pytest.raises(TooFewRows, match=f"{n_clusters} segments were asked for; 5 customers can make 1 to 5"):
        grow(LINE, "ward").cut(n_clusters)


def test_an_unknown_linkage_is_refused_with_those_there_are():
    with pytest.raises(InvalidSetting, match="linkage is 'median'; it can be ward, average, complete, single"):
        grow(LINE, "median")


def test_nothing_can_write_to_a_tree():
    with pytest.raises(ValueError, match="read-only"):
        grow(LINE, "ward").merges[0, 2] = 5
