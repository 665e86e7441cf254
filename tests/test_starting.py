"""Start centers placed by hand: where they stand along any axis, and where they end."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec
from clustering.points import scatter_points
from clustering.starting import Board, follow, places_to_click, reach, spread_centers

SAMPLES = Path(__file__).parents[1] / "sample_data"
INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"
LEFT, RIGHT = (0.0, 1.0), (10.0, 1.0)


def prepared(content, *columns, **settings):
    """The columns as they stand in the file, unless a setting says otherwise."""
    return prepare(read_table(content), FeatureSpec(columns, **{"scale": "none", "outliers": "keep"} | settings))


def started(features, *start):
    return fit(features, ClusterSpec(n_clusters=len(start), start=start))


@pytest.fixture
def square(four_points):
    return prepared(four_points, "x", "y")


@pytest.fixture(scope="module")
def mall_features():
    return prepared((SAMPLES / "mall_customers.csv").read_bytes(), "Age", INCOME, SPENDING, scale="standard")


# --- placing along columns ---


def test_a_center_stands_where_it_was_placed(square):
    assert Board(square).place(None, ("x", "y"), (3, 2)) == pytest.approx((3, 2))


def test_in_what_it_was_not_told_a_new_center_stands_at_the_mean(square):
    # the mean of x and y is 5 and 1
    assert Board(square).place(None, ("y",), (2,)) == pytest.approx((5, 2))


def test_a_center_that_is_moved_keeps_what_it_was_told_before(square):
    board = Board(square)
    assert board.place(board.place(None, ("x",), (3,)), ("y",), (2,)) == pytest.approx((3, 2))


def test_scaling_is_undone(four_points):
    # x is 0, 0, 10, 10: mean 5 and standard deviation 5, so 20 is 3 of them above
    board = Board(prepared(four_points, "x", "y", scale="standard"))
    assert board.place(None, ("x",), (20,)) == pytest.approx((3, 0))


def test_a_weight_is_undone(four_points):
    board = Board(prepared(four_points, "x", "y", settings=(ColumnSpec("x", weight=2.0),)))
    assert board.place(None, ("x", "y"), (20, 1)) == pytest.approx((40, 1))


def test_a_log_is_undone():
    features = prepared(b"x,y\n0,0\n9,2\n99,0\n999,2\n", "x", "y", settings=(ColumnSpec("x", log=True),))
    center = Board(features).place(None, ("x", "y"), (99, 1))
    assert center == pytest.approx((np.log(100), 1))
    assert Board(features).stand([center], ("x", "y"))[0] == pytest.approx((99, 1))


def test_in_a_column_on_a_log_a_new_center_stands_at_the_mean_of_the_logs():
    # log(1 + x) is 0, 1, 2 and 3 times log(10): the mean is at 10 ** 1.5 - 1
    features = prepared(b"x,y\n0,0\n9,2\n99,0\n999,2\n", "x", "y", settings=(ColumnSpec("x", log=True),))
    board = Board(features)
    assert board.stand([board.place(None, ("y",), (0,))], ("x",))[0, 0] == pytest.approx(10**1.5 - 1)


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
@pytest.mark.parametrize("pca", [None, 1.0, 0.4])
def test_a_center_stands_where_it_was_placed_however_the_columns_were_prepared(scale, pca):
    content = (SAMPLES / "mall_customers.csv").read_bytes()
    logged = (ColumnSpec(INCOME, log=True, weight=3.0),)
    board = Board(prepared(content, "Age", INCOME, SPENDING, scale=scale, pca=pca, settings=logged))
    center = board.place(None, (INCOME,), (60,))
    assert board.stand([center], (INCOME,))[0] == pytest.approx((60,))


def test_all_components_leave_the_other_columns_at_their_mean():
    content = (SAMPLES / "mall_customers.csv").read_bytes()
    columns = ("Age", INCOME, SPENDING)
    board = Board(prepared(content, *columns, scale="standard", pca=1.0))
    means = read_table(content).frame[list(columns)].mean()
    center = board.place(None, (INCOME,), (100,))
    assert board.stand([center], columns)[0] == pytest.approx((means["Age"], 100, means[SPENDING]))


def test_a_category_stays_at_the_shares_of_all():
    features = prepared(b"x,city\n1,A\n2,A\n3,A\n4,B\n", "x", "city")
    board = Board(features)
    assert board.columns == ("x",)
    center = board.place(None, ("x",), (9,))
    assert center == pytest.approx((9, *features.X.mean(axis=0)[1:]))


# --- placing along components ---


def test_a_center_is_placed_along_components_by_its_scores(square):
    # x varies most: along the first component a score of 3 is 3 to one side of the mean, (5, 1)
    x, y = Board(square).place(None, ("Component 1", "Component 2"), (3, 0))
    assert abs(x - 5) == pytest.approx(3)
    assert y == pytest.approx(1)


def test_along_other_components_a_new_center_scores_nothing(mall_features):
    board = Board(mall_features)
    center = board.place(None, ("Component 1", "Component 3"), (1.5, -2))
    assert board.stand([center], ("Component 1", "Component 2", "Component 3"))[0] == pytest.approx((1.5, 0, -2))


def test_a_column_goes_with_a_component(mall_features):
    board = Board(mall_features)
    center = board.place(None, ("Age", "Component 1"), (30, 0.5))
    assert board.stand([center], ("Age", "Component 1"))[0] == pytest.approx((30, 0.5))


def test_centers_stand_where_the_scatter_draws_them(mall, mall_features):
    clustering, axes = fit(mall_features, ClusterSpec(n_clusters=5)), ("Component 2", SPENDING)
    drawn = scatter_points(mall, mall_features, clustering, axes).centers
    assert Board(mall_features).stand(clustering.cluster_centers, axes) == pytest.approx(drawn)


# --- what cannot be ---


def test_the_row_is_no_axis_to_place_a_center_on():
    board = Board(prepared(b"x\n1\n2\n9\n", "x"))
    assert board.axes == ("x",)
    with pytest.raises(InvalidSetting, match='cannot be placed along "Row in the file"'):
        board.place(None, ("x", "Row in the file"), (3, 1))


def test_one_axis_both_ways_is_refused(square):
    with pytest.raises(InvalidSetting, match="two different axes"):
        Board(square).place(None, ("x", "x"), (1, 2))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_a_place_that_cannot_be_calculated_with_is_refused(square, value):
    with pytest.raises(InvalidSetting, match="Type another value"):
        Board(square).place(None, ("x", "y"), (value, 1))


def test_a_center_that_is_not_placed_stands_nowhere(square):
    assert np.isnan(Board(square).stand([None], ("x", "y"))).all()


# --- typing and sliding ---


def test_what_is_typed_moves_its_center_and_no_other(square):
    typed = np.array([[0.0, 1.0], [7.0, 1.0]])
    assert Board(square).type_in((LEFT, RIGHT), typed) == (LEFT, pytest.approx((7, 1)))


def test_one_cell_places_a_center_and_the_others_stand_at_the_mean(square):
    typed = np.array([[np.nan, 0.0], [np.nan, np.nan]])
    assert Board(square).type_in((None, None), typed) == (pytest.approx((5, 0)), None)


def test_an_emptied_cell_goes_to_the_mean_and_an_emptied_row_is_not_placed(square):
    typed = np.array([[np.nan, 2.0], [np.nan, np.nan]])
    assert Board(square).type_in(((3.0, 2.0), RIGHT), typed) == (pytest.approx((5, 2)), None)


def test_cells_that_were_not_touched_leave_their_centers_to_the_last_digit():
    content = (SAMPLES / "mall_customers.csv").read_bytes()
    features = prepared(content, "Age", INCOME, SPENDING, scale="standard", pca=0.6)
    board, centers = Board(features), spread_centers(features, 5, 0)
    assert board.type_in(centers, board.stand(centers, board.columns)) == centers


def test_sliders_that_were_not_touched_place_nothing(square):
    board = Board(square)
    assert board.slide(None, ("x", "y"), (5, 1)) is None
    assert board.slide(LEFT, ("x", "y"), (0, 1)) is None
    assert board.slide(None, ("x", "y"), (6, 1)) == pytest.approx((6, 1))


# --- where to click and how far to slide ---


def points_of(content, *axes):
    table = read_table(content if isinstance(content, bytes) else content.encode())
    features = prepare(table, FeatureSpec(("x", "y"), scale="none", outliers="keep"))
    return scatter_points(table, features, fit(features, ClusterSpec(n_clusters=2)), axes)


def test_the_grid_lies_over_the_middle_of_the_customers():
    # of 0, 1, ... 200 the 1st and 99th percentiles are 2 and 198
    points = points_of("x,y\n" + "\n".join(f"{i},{2 * i}" for i in range(201)), "x", "y")
    places = places_to_click(points)
    assert places.shape == (15 * 12, 2)
    assert np.unique(places[:, 0]) == pytest.approx(np.linspace(2, 198, 15))
    assert np.unique(places[:, 1]) == pytest.approx(np.linspace(4, 396, 12))


def test_where_hardly_anybody_has_another_value_the_grid_lies_over_all():
    points = points_of("x,y\n" + "\n".join(f"{i},{2.5 * (i == 7)}" for i in range(201)), "x", "y")
    assert np.unique(places_to_click(points)[:, 1])[[0, -1]].tolist() == [0, 2.5]


def test_a_slider_reaches_over_all_that_is_drawn_in_round_steps():
    points = points_of(b"x,y\n0.13,0\n24.4,200\n61.58,4000\n3,9000\n", "x", "y")
    ends = reach(points, 0, 7)
    assert (ends.low, ends.high, ends.step, ends.decimals) == pytest.approx((0.1, 61.6, 0.1, 1))
    assert (reach(points, 1, 7).step, reach(points, 1, 7).decimals) == (10, 0)


def test_a_slider_reaches_to_where_its_center_stands(four_points):
    points = points_of(four_points, "x", "y")
    assert reach(points, 0, 25.55).high == 25.6
    assert reach(points, 0, -3.25).low <= -3.25


def test_spread_centers_are_customers_and_the_same_for_a_seed(mall_features):
    centers = spread_centers(mall_features, 5, 3)
    assert centers == spread_centers(mall_features, 5, 3)
    assert centers != spread_centers(mall_features, 5, 4)
    assert set(centers) <= set(map(tuple, mall_features.X.tolist()))


# --- where it ends ---


def test_a_good_start_ends_at_the_lowest_inertia(square):
    # every point is 1 from its center
    assert started(square, LEFT, RIGHT).inertia == pytest.approx(4)


def test_a_bad_start_stays_at_a_higher_inertia(square):
    # the lower and the upper pair, whose centers lie between them: every point is 5 away
    found = started(square, (5.0, 0.0), (5.0, 2.0))
    assert found.inertia == pytest.approx(100)
    assert follow(square, found).ends.tolist() == [[5, 0], [5, 2]]


def test_every_center_is_followed_to_the_segment_it_became(four_points):
    # three on the right and two on the left: the center placed first becomes the second largest segment
    features = prepared(four_points + b"10,1\n", "x", "y")
    path = follow(features, started(features, (1.0, 1.0), (9.0, 0.0)))
    assert path.labels == (1, 0)
    assert path.ends.tolist() == [[0, 1], [10, 1]]
    assert path.unvisited == ()


def test_of_two_equal_centers_one_begins_again_elsewhere(square):
    found = started(square, LEFT, LEFT)
    path = follow(square, found)
    assert path.unvisited == (1,)
    expected = KMeans(2, init=np.array([LEFT, LEFT]), n_init=1).fit(square.X)
    assert path.ends == pytest.approx(expected.cluster_centers_)
    assert found.inertia == pytest.approx(expected.inertia_)


def test_a_center_far_from_everybody_begins_again_elsewhere(square):
    path = follow(square, started(square, LEFT, (1e6, 1e6)))
    assert path.unvisited == (1,)
    assert sorted(path.labels) == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_it_ends_as_scikit_learn_does_center_by_center(mall_features, seed):
    rng = np.random.default_rng(seed)
    start = rng.uniform(-2, 2, (6, 3))
    found = started(mall_features, *map(tuple, start.tolist()))
    path = follow(mall_features, found)
    expected = KMeans(6, init=start, n_init=1).fit(mall_features.X)
    assert path.ends == pytest.approx(expected.cluster_centers_, abs=1e-9)
    assert found.fit_labels.tolist() == np.array(path.labels)[expected.labels_].tolist()
    assert (path.n_iter, path.inertia) == (expected.n_iter_, pytest.approx(expected.inertia_))


def test_weighed_customers_pull_a_center_to_themselves():
    # the left pair counts 1 and 3, the right one 1 and 1
    features = prepared(b"x,y,w\n0,0,1\n0,2,3\n10,0,1\n10,2,1\n", "x", "y", weight_column="w")
    path = follow(features, started(features, RIGHT, LEFT))
    assert path.ends == pytest.approx(np.array([(10, 1), (0, 1.5)]))


def test_rows_placed_afterwards_do_not_change_who_became_what():
    rows = [*((0, i % 3) for i in range(40)), *((10, i % 3) for i in range(30)), (1e6, 1)]
    content = "x,y\n" + "\n".join(f"{x},{y}" for x, y in rows)
    features = prepared(content.encode(), "x", "y", outliers="auto")
    assert len(features.far_rows) == 1
    path = follow(features, started(features, RIGHT, LEFT))
    assert path.labels == (1, 0)
    assert path.ends[:, 0] == pytest.approx((10, 0))


def test_random_starts_have_no_path(square):
    with pytest.raises(InvalidSetting, match="come from random starts"):
        follow(square, fit(square, ClusterSpec(n_clusters=2)))


def test_a_start_that_was_ended_early_has_not_settled(mall_features):
    spec = ClusterSpec(n_clusters=4, start=spread_centers(mall_features, 4, 0))
    assert follow(mall_features, fit(mall_features, spec)).settled
    path = follow(mall_features, fit(mall_features, replace(spec, max_iter=1)))
    assert (path.n_iter, path.settled) == (1, False)
