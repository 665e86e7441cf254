"""How dense it is between neighbouring segments, from counts that can be made by hand."""

import numpy as np
import pytest

from clustering.indices.contact import CONTACT_ROWS, contact


def crowds(*positions, each=100):
    """Rows on a line: `each` at every position; the label is the number of the position."""
    X = np.repeat(np.array(positions, dtype=float), each)[:, None]
    return X, np.repeat(np.arange(len(positions)), each), np.array(positions, dtype=float)[:, None]


def test_an_empty_gap_is_no_contact_but_for_the_row_that_is_added():
    # none between, 100 at each end: (0 + 0 + 1) / (100 + 1)
    assert contact(*crowds(0, 10)) == pytest.approx(1 / 101)


def test_centers_one_unit_apart_are_measured_like_any_others():
    assert contact(*crowds(0, 1)) == pytest.approx(1 / 101)


def test_a_crowd_cut_in_two_is_full_contact():
    X = np.linspace(0, 1, 1001)[:, None]
    labels = (X[:, 0] >= 0.5).astype(int)
    assert contact(X, labels, np.array([[0.25], [0.75]])) == 1.0


def test_the_thinnest_place_counts_with_its_standard_error():
    # centers at 0 and 10, 100 rows on each, 4 at every half unit from 2.1 to 8.1
    between = np.repeat(np.arange(2.1, 8.2, 0.5), 4)
    X = np.concatenate([np.zeros(100), between, np.full(100, 10.0)])[:, None]
    labels = (X[:, 0] > 5).astype(int)
    found = contact(X, labels, np.array([[0.0], [10.0]]))
    # a place is two units of the line, so that 4 x 4 rows lie in each: (16 + 4 + 1) / (100 + 1)
    assert found == pytest.approx(21 / 101)


def test_a_segment_counts_with_its_worst_neighbour_and_by_its_size():
    # a crowd of 300 cut in two (150 each) and 100 far away: the pair has 1, the far one (0 + 0 + 1) / (thin end + 1)
    X = np.concatenate([np.linspace(0, 1, 300), np.full(100, 50.0)])[:, None]
    labels = np.repeat([0, 1, 2], [150, 150, 100])
    found = contact(X, labels, np.array([[0.25], [0.75], [50.0]]))
    assert found == pytest.approx(0.75 * 1.0 + 0.25 / 101)


def test_one_segment_has_no_contact_to_measure():
    assert np.isnan(contact(np.zeros((3, 1)), np.zeros(3, dtype=int), np.zeros((1, 1))))


def test_a_segment_is_compared_with_its_three_nearest_neighbours_only():
    # Along the x axis a crowd is cut at 5: 100 rows from 0 to 5 around 2.5, 200 rows from 5 to 15 around 10. Three
    # crowds of 100 are nearer to the first than the second is: 3, 4 and 3 above and below it, with nothing between.
    line = np.concatenate([np.linspace(0, 5, 100, endpoint=False), np.linspace(5, 15, 200)])
    rows = [(x, 0) for x in line] + [(2.5, y) for y in np.repeat([3, 4, -3], 100)]
    labels = np.repeat([0, 1, 2, 3, 4], [100, 200, 100, 100, 100])
    centers = np.array([[2.5, 0], [10, 0], [2.5, 3], [2.5, 4], [2.5, -3]])
    # The second has the cut among its neighbours and full contact, the others an empty gap: (0 + 0 + 1) / (100 + 1).
    assert contact(np.array(rows), labels, centers) == pytest.approx((200 + 400 / 101) / 600)


def test_centers_that_coincide_are_full_contact():
    with np.errstate(all="raise"):
        assert contact(np.ones((4, 2)), np.array([0, 0, 1, 1]), np.ones((2, 2))) == 1.0


@pytest.mark.parametrize("change", ["order", "names", "shift"])
def test_order_of_rows_names_of_labels_and_shift_do_not_matter(change):
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(m, 1, (200, 3)) for m in (0, 3, 8)])
    labels = np.repeat([0, 1, 2], 200)
    centers = np.array([X[labels == label].mean(axis=0) for label in range(3)])
    before = contact(X, labels, centers)
    if change == "order":
        order = rng.permutation(600)
        X, labels = X[order], labels[order]
    elif change == "names":
        labels, centers = np.array([2, 0, 1])[labels], centers[[1, 2, 0]]
    else:
        X, centers = X + 1e6, centers + 1e6
    assert contact(X, labels, centers) == pytest.approx(before, abs=1e-9)


def test_a_large_table_is_measured_on_a_sample_to_within_a_hundredth():
    rng = np.random.default_rng(1)
    n = 4 * CONTACT_ROWS
    X = np.concatenate([rng.normal(0, 1, n), rng.normal(3, 1, n)])[:, None]
    labels = (X[:, 0] > 1.5).astype(int)
    centers = np.array([[X[labels == 0].mean()], [X[labels == 1].mean()]])
    part = slice(None, None, 8)  # as many rows as are drawn, another sample of the same crowd
    assert contact(X, labels, centers) == pytest.approx(contact(X[part], labels[part], centers), abs=0.02)


def test_above_thirty_thousand_rows_thirty_thousand_are_drawn_each_once():
    # Two crowds of 15,001 with nothing between: two rows are not drawn, of one crowd or of both.
    found = contact(*crowds(0, 10, each=15_001))
    assert round(1 / found) - 1 in (14_999, 15_000)


def test_a_segment_of_which_no_row_is_drawn_is_nobodys_neighbour():
    # The first of 120,001 rows, by itself, is not among the 30,000 drawn.
    X, labels, centers = crowds(0, 10, 20, each=60_000)
    order = np.r_[120_000, 0:120_000]
    found = contact(X[order], labels[order], centers)
    assert 1 / 15_500 < found < 1 / 14_500  # an empty gap between the two crowds: 1 in as many as were drawn of either
