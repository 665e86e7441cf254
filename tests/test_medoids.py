"""k-medoids by swapping, on rows of which every distance can be reckoned by hand."""

import kmedoids
import numpy as np
import pytest

from clustering.methods.medoids import fasterpam


def on_a_line(*places):
    places = np.array(places, dtype=np.float32)
    return np.abs(places[:, None] - places)


def test_two_groups_on_a_line_get_the_row_in_the_middle_of_each():
    medoids, labels, loss, _ = fasterpam(on_a_line(0, 1, 2, 10, 11, 14), 2, 100)
    # 1 + 0 + 1 to the row at 1, and 1 + 0 + 3 to the row at 11.
    assert sorted(medoids) == [1, 4]
    assert loss == 6
    assert len(set(labels[:3])) == len(set(labels[3:])) == 1
    assert labels[0] != labels[5]


def test_one_medoid_is_the_row_nearest_to_all_others():
    medoids, labels, loss, _ = fasterpam(on_a_line(0, 1, 5), 1, 100)
    assert (medoids.tolist(), labels.tolist(), loss) == ([1], [0, 0, 0], 5)


def test_as_many_medoids_as_rows_leave_no_distance():
    medoids, labels, loss, _ = fasterpam(on_a_line(0, 1, 5), 3, 100)
    assert sorted(medoids) == [0, 1, 2]
    assert medoids[labels].tolist() == [0, 1, 2]
    assert loss == 0


def test_what_began_badly_is_mended_by_a_swap():
    # Nearest to all is the row at 5 (29), and with it the one at 0 makes 15. The first to be tried in its place
    # that helps is the one at 9.5: 0.5 + 4.5 + 0.5 + 0.5. Those at 10 make no less.
    places = np.array([0, 0, 0.5, 5, 9.5, 10, 10])
    medoids, _, loss, n_iter = fasterpam(on_a_line(*places), 2, 100)
    assert sorted(places[medoids]) == [0, 9.5]
    assert loss == 6
    assert n_iter == 2


def test_where_no_swap_saves_anything_one_round_is_enough():
    assert fasterpam(on_a_line(0, 10), 2, 100)[3] == 1


def test_it_stops_after_the_rounds_it_was_given():
    distances = on_a_line(0, 0, 0.5, 5, 9.5, 10, 10)
    assert fasterpam(distances, 2, 1)[3] == 1


@pytest.mark.parametrize("n_clusters", [2, 3, 7])
def test_it_finds_what_the_authors_own_library_finds(n_clusters):
    X = np.random.default_rng(0).normal(size=(400, 3))
    distances = np.abs(X[:, None] - X).sum(axis=2).astype(np.float32)
    theirs = kmedoids.fasterpam(distances, n_clusters, max_iter=300, init="build", n_cpu=1)
    medoids, _, loss, _ = fasterpam(distances, n_clusters, 300)
    assert sorted(medoids) == sorted(theirs.medoids)
    assert loss == pytest.approx(theirs.loss)
