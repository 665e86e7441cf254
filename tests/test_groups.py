"""Customers inside a box or a lasso, all of them and those exactly; and what a group is like against the rest."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.groups import Group, apart, group_profile, inside
from clustering.points import axis_choices, scatter_points

SAMPLES = Path(__file__).parents[1] / "sample_data"


class Case:
    def __init__(self, content, columns, n_clusters, **settings):
        self.table = read_table(content)
        self.features = prepare(self.table, FeatureSpec(columns, **settings))
        self.clustering = fit(self.features, ClusterSpec(n_clusters=n_clusters))

    @property
    def parts(self):
        return self.table, self.features, self.clustering

    def inside(self, *axes, boxes=(), lassos=()):
        return inside(*self.parts, axes, boxes=boxes, lassos=lassos)


def grid(size, **settings):
    """A customer on every point with whole coordinates from 0 to size - 1, row after row."""
    lines = [f"{x},{y}" for y in range(size) for x in range(size)]
    settings = {"scale": "none", "outliers": "keep", **settings}
    return Case("\n".join(["x,y", *lines]).encode(), ("x", "y"), 2, **settings)


def told(rows, size):
    """Grid points as (x, y)."""
    return [(int(row) % size, int(row) // size) for row in rows]


@pytest.fixture(scope="module")
def five():
    return grid(5)


@pytest.fixture(scope="module")
def shop():
    """5,000 customers, some far outside, some cells missing, more than are drawn."""
    columns = ("age", "orders", "total_spend")
    return Case((SAMPLES / "shop_customers.csv").read_bytes(), columns, 4, outliers="auto")


# --- boxes ---


def test_a_box_holds_its_edges_and_corners(five):
    rows = five.inside("x", "y", boxes=[((1, 2), (0, 1))])
    assert told(rows, 5) == [(1, 0), (2, 0), (1, 1), (2, 1)]


def test_a_box_can_be_drawn_from_any_corner(five):
    rows = five.inside("x", "y", boxes=[((2, 1), (1, 0))])
    assert told(rows, 5) == [(1, 0), (2, 0), (1, 1), (2, 1)]


def test_axes_can_be_exchanged(five):
    rows = five.inside("y", "x", boxes=[((0, 1), (1, 2))])
    assert told(rows, 5) == [(1, 0), (2, 0), (1, 1), (2, 1)]


def test_of_several_shapes_everybody_in_any_of_them_is_found_once(five):
    rows = five.inside("x", "y", boxes=[((0, 1), (0, 0)), ((1, 2), (0, 0))], lassos=[([3.9, 4.1, 4], [4, 4, 4.1])])
    assert told(rows, 5) == [(0, 0), (1, 0), (2, 0), (4, 4)]


def test_a_box_beside_everybody_holds_nobody(five):
    assert five.inside("x", "y", boxes=[((0.1, 0.9), (0, 4))]).tolist() == []
    assert five.inside("x", "y").tolist() == []


# --- lassos ---


def test_a_lasso_holds_whoever_is_in_it_or_on_its_edge(five):
    # a triangle with the corners (0, 0), (4, 0), (0, 4); its long edge is x + y = 4
    rows = five.inside("x", "y", lassos=[([0, 4, 0], [0, 0, 4])])
    assert told(rows, 5) == [(x, y) for y in range(5) for x in range(5) if x + y <= 4]


@pytest.mark.parametrize("turned", [1, -1])
def test_a_lasso_can_be_drawn_either_way_round_and_with_a_dent(five, turned):
    # an L: 0..4 x 0..1 and 0..1 x 0..4, edges between the points
    xs, ys = [-0.5, 4.5, 4.5, 1.5, 1.5, -0.5], [-0.5, -0.5, 1.5, 1.5, 4.5, 4.5]
    rows = five.inside("x", "y", lassos=[(xs[::turned], ys[::turned])])
    assert told(rows, 5) == [(x, y) for y in range(5) for x in range(5) if x <= 1 or y <= 1]


def test_whoever_is_in_line_with_an_edge_but_not_on_it_is_outside(five):
    # a U: its arms end at the height of (2, 4), which lies between them
    rows = five.inside("x", "y", lassos=[([0, 4, 4, 3, 3, 1, 1, 0], [0, 0, 4, 4, 1, 1, 4, 4])])
    assert told(rows, 5) == [(x, y) for y in range(5) for x in range(5) if x != 2 or y <= 1]


def test_what_a_lasso_surrounds_twice_is_outside():
    # two rounds: the outer one around 0..6, the inner one around 2..4
    seven = grid(7)
    outer, inner = (
        [(-0.5, -0.5), (6.5, -0.5), (6.5, 6.5), (-0.5, 6.5)],
        [(1.5, 1.5), (4.5, 1.5), (4.5, 4.5), (1.5, 4.5)],
    )
    xs, ys = zip(*outer, outer[0], *inner, inner[0], strict=True)
    rows = seven.inside("x", "y", lassos=[(xs, ys)])
    within = [(x, y) for y in range(2, 5) for x in range(2, 5)]
    assert set(told(rows, 7)) == {(x, y) for y in range(7) for x in range(7)} - set(within)


def crossings(x, y, xs, ys):
    """Edges straight above a point: odd inside. One point at a time, upwards, as a child would count them."""
    corners = list(zip([*xs, xs[0]], [*ys, ys[0]], strict=True))
    above = 0
    for (x0, y0), (x1, y1) in pairwise(corners):
        if min(x0, x1) < x <= max(x0, x1) and y < y0 + (x - x0) * (y1 - y0) / (x1 - x0):
            above += 1
    return above


@pytest.mark.parametrize("seed", range(8))
def test_any_lasso_holds_those_with_an_odd_number_of_edges_above(shop, seed):
    rng = np.random.default_rng(seed)
    points = scatter_points(*shop.parts, ("age", "orders"), most=10_000)
    low, high = points.coordinates.min(axis=0), points.coordinates.max(axis=0)
    xs, ys = (low + (high - low) * rng.random((3 + 5 * seed, 2))).T
    found = shop.inside("age", "orders", lassos=[(xs, ys)])
    expected = [
        row for row, (x, y) in zip(points.rows, points.coordinates.tolist(), strict=True) if crossings(x, y, xs, ys) % 2
    ]
    assert found.tolist() == expected


@pytest.mark.parametrize("corners", [0, 1, 2])
def test_fewer_than_three_corners_surround_nobody_but_those_on_them(five, corners):
    found = five.inside("x", "y", lassos=[([0, 2][:corners], [0, 2][:corners])])
    assert told(found, 5) == [(0, 0), (1, 1), (2, 2)][: {0: 0, 1: 1, 2: 3}[corners]]


# --- the same coordinates as are drawn ---


@pytest.mark.parametrize("axes", [("age", "total_spend"), ("Component 1", "orders"), ("Component 2", "Component 3")])
def test_every_drawn_point_has_the_coordinates_it_has_among_all(shop, axes):
    drawn = scatter_points(*shop.parts, axes, most=500)
    everybody = scatter_points(*shop.parts, axes, most=10_000)
    assert len(drawn.rows) < len(everybody.rows)
    assert (drawn.coordinates == everybody.coordinates[np.isin(everybody.rows, drawn.rows)]).all()


@pytest.mark.parametrize("axes", [("age", "total_spend"), ("Component 1", "Component 2")])
def test_a_drawn_point_is_in_the_box_that_has_it_for_two_of_its_corners(shop, axes):
    # single precision: 0.1 is drawn at 0.10000000149, and the box comes back from there
    drawn = scatter_points(*shop.parts, axes, most=300)
    for row, (x, y) in zip(drawn.rows, drawn.coordinates.astype(float).tolist(), strict=True):
        assert row in shop.inside(*axes, boxes=[((x, x), (y, y))])


def test_customers_who_are_not_drawn_are_found_too(shop):
    everybody = shop.inside("age", "orders", boxes=[((-1e9, 1e9), (-1e9, 1e9))])
    assert everybody.tolist() == shop.clustering.rows.tolist()
    assert len(scatter_points(*shop.parts, ("age", "orders"), most=500).rows) < len(everybody)


def test_rows_without_a_segment_are_in_no_box():
    case = Case(b"a,b\n1,1\n2,?\n10,3\n11,4\n12,5\n", ("a", "b"), 2, missing="aside")
    assert case.inside("a", "b", boxes=[((0, 99), (0, 99))]).tolist() == [0, 2, 3, 4]


def test_a_filled_cell_is_found_where_it_is_drawn():
    case = Case(b"a,b\n1,1\n2,?\n10,3\n11,4\n", ("a", "b"), 2)  # the median of b is 3
    assert case.inside("a", "b", boxes=[((2, 2), (3, 3))]).tolist() == [1]


def test_the_row_in_the_file_is_an_axis_too():
    case = Case(b"a,note\n1,x\n2,y\n3,u\n10,z\n11,w\n", ("a",), 2)
    assert case.inside(*axis_choices(("a",)), boxes=[((0, 99), (2, 4))]).tolist() == [1, 2, 3]


@pytest.mark.parametrize("axes", [("x",), ("x", "y", "Component 1")])
def test_a_box_needs_two_axes(five, axes):
    with pytest.raises(InvalidSetting, match="needs two axes"):
        five.inside(*axes, boxes=[((0, 1), (0, 1))])


def test_what_cannot_be_an_axis_is_refused(five):
    with pytest.raises(InvalidSetting, match='"z" cannot be an axis'):
        five.inside("x", "z")


# --- groups ---


def test_a_group_keeps_its_rows_in_the_files_order_each_once():
    group = Group(" Big \n spenders ", np.array([7, 3, 7]))
    assert group.name == "Big spenders"
    assert group.rows.tolist() == [3, 7]
    assert not group.rows.flags.writeable


def test_a_group_has_a_name_and_somebody_in_it():
    with pytest.raises(InvalidSetting, match="has no name"):
        Group("  ", np.array([1]))
    with pytest.raises(InvalidSetting, match='"Nobody" holds nobody'):
        Group("Nobody", np.array([], dtype=int))


def test_the_digest_of_a_group_tells_name_and_rows():
    one = Group("a", [1, 2])
    assert one.digest == Group("a", (2, 1)).digest
    assert len({one.digest, Group("b", [1, 2]).digest, Group("a", [1, 3]).digest}) == 3


@pytest.fixture(scope="module")
def weighed():
    """Seven customers with a weight, one more without a value."""
    content = b"x,w,kind\n0,1,a\n1,1,b\n2,2,b\n10,1,a\n11,3,a\n12,4,a\n13,0,b\n?,1,a\n"
    settings = {"scale": "none", "outliers": "keep", "missing": "aside", "weight_column": "w", "describe": ("kind",)}
    return Case(content, ("x",), 2, **settings)


def test_a_group_is_described_against_all_others(weighed):
    described = group_profile(*weighed.parts, np.array([2, 5]))
    assert described.sizes == (2, 5)
    assert described.shares == pytest.approx((2 / 7, 5 / 7))
    # weighed: (2 * 2 + 4 * 12) / 6 and (0 + 1 + 10 + 33) / 6
    assert described.means.ravel() == pytest.approx([52 / 6, 44 / 6])


def test_a_group_stays_first_where_it_is_the_larger_one(weighed):
    two = apart(weighed.features, weighed.clustering, np.array([0, 1, 2, 3, 4]))
    assert two.labels.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert two.sizes == (5, 2)
    assert two.cluster_centers.ravel() == pytest.approx([(0 + 1 + 4 + 10 + 33) / 8, 12])  # the weight of 13 is 0


def test_the_inertia_of_a_group_and_the_rest_is_weighted(weighed):
    two = apart(weighed.features, weighed.clustering, np.array([5, 4]))
    # the weights stay as they are divided by their mean of 2; 13 weighs nothing
    group = 3 * (11 - 81 / 7) ** 2 + 4 * (12 - 81 / 7) ** 2
    rest_mean = (0 + 1 + 4 + 10) / 5
    rest = rest_mean**2 + (1 - rest_mean) ** 2 + 2 * (2 - rest_mean) ** 2 + (10 - rest_mean) ** 2
    assert two.inertia == pytest.approx((group + rest) / 2)


def test_a_group_of_those_alone_who_were_placed_afterwards_has_no_center(weighed):
    two = apart(weighed.features, weighed.clustering, np.array([6]))
    assert np.isnan(two.cluster_centers[0]).all()
    assert np.isfinite(two.inertia)
    assert group_profile(*weighed.parts, np.array([6])).sizes == (1, 6)


def test_whoever_has_no_segment_is_in_neither_part(weighed):
    assert apart(weighed.features, weighed.clustering, np.array([0, 7])).sizes == (1, 6)


def test_there_must_be_a_group_and_a_rest(weighed):
    with pytest.raises(InvalidSetting, match="Nobody of this group has a segment"):
        apart(weighed.features, weighed.clustering, np.array([7]))
    with pytest.raises(InvalidSetting, match="there is no rest to compare it with"):
        apart(weighed.features, weighed.clustering, np.arange(8))
