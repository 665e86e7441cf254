"""What a scatter shows: how many customers, where they stand, and what the axes mean."""

from pathlib import Path

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.errors import InvalidSetting
from clustering.points import ROW, axis_choices, scatter_points

SAMPLES = Path(__file__).parents[1] / "sample_data"
MALL_AXES = ("Annual Income (k$)", "Spending Score (1-100)")


class Case:
    """A table with its features and segments, ready to be drawn."""

    def __init__(self, content, columns, n_clusters, **settings):
        self.table = read_table(content)
        self.features = prepare(self.table, FeatureSpec(columns, **settings))
        self.clustering = fit(self.features, ClusterSpec(n_clusters=n_clusters))

    def points(self, *axes, **settings):
        return scatter_points(self.table, self.features, self.clustering, axes, **settings)


@pytest.fixture(scope="module")
def mall():
    return Case((SAMPLES / "mall_customers.csv").read_bytes(), ("Age", *MALL_AXES), 5)


@pytest.fixture(scope="module")
def shop():
    """5,000 customers, some far outside, some cells missing."""
    columns = ("age", "orders", "total_spend")
    return Case((SAMPLES / "shop_customers.csv").read_bytes(), columns, 4, outliers="auto")


@pytest.fixture(scope="module")
def uneven():
    """1,000 rows around 0, 30 around 100 and 5 around 200, in mixed order."""
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, 1000), rng.normal(100, 1, 30), rng.normal(200, 1, 5)])
    values = rng.permutation(values).round(3)
    lines = ["a,b", *(f"{value},{i % 7}" for i, value in enumerate(values))]
    return Case("\n".join(lines).encode(), ("a", "b"), 3, outliers="keep", scale="none")


# --- how many ---


def test_all_customers_are_drawn_where_they_are_few(mall):
    points = mall.points(*MALL_AXES)
    assert points.rows.tolist() == list(range(200))
    assert points.n_total == 200


def test_a_sample_is_bounded_up_to_the_least_of_each_segment(shop):
    points = shop.points("age", "orders", most=500)
    assert len(points.rows) <= 500 + 20 * 4
    assert points.n_total == 5000


def test_a_sample_holds_every_segment_in_proportion(shop):
    points = shop.points("age", "orders", most=1000)
    for label, size in enumerate(shop.clustering.sizes):
        assert (points.labels == label).sum() == max(20, size * 1000 // 5000)


def test_a_small_segment_is_drawn_with_at_least_twenty_or_all_it_has(uneven):
    # in proportion it would be 96, 2 and 0 of 100
    counts = np.bincount(uneven.points("a", "b", most=100).labels)
    assert counts.tolist() == [1000 * 100 // 1035, 20, 5]


def test_a_sample_is_the_same_each_time(shop):
    one, two = (shop.points("age", "orders", most=300) for _ in range(2))
    assert one.rows.tolist() == two.rows.tolist()


def test_sampled_rows_stand_in_the_files_order_with_their_own_labels(shop):
    points = shop.points("age", "orders", most=300)
    assert (np.diff(points.rows) > 0).all()
    labels = dict(zip(shop.clustering.rows, shop.clustering.labels, strict=True))
    assert points.labels.tolist() == [labels[row] for row in points.rows]


def test_rows_far_outside_can_be_drawn(shop):
    points = shop.points("age", "total_spend")
    far = shop.features.far_rows
    assert len(far) > 0
    drawn = points.coordinates[np.isin(points.rows, far), 1]
    assert drawn == pytest.approx(shop.table.frame["total_spend"].to_numpy()[far].astype(np.float32))


def test_rows_set_aside_are_not_drawn():
    case = Case(b"a,b\n1,1\n2,1\n3,\n11,2\n12,2\n13,2\n", ("a", "b"), 2, missing="aside")
    points = case.points("a", "b")
    assert points.rows.tolist() == [0, 1, 3, 4, 5]
    assert points.n_total == 5


# --- where ---


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
def test_features_stand_in_their_own_units_however_they_were_scaled(scale):
    case = Case((SAMPLES / "mall_customers.csv").read_bytes(), MALL_AXES, 5, scale=scale)
    points = case.points(*MALL_AXES)
    assert points.coordinates.tolist() == case.table.frame[list(MALL_AXES)].to_numpy().tolist()
    assert points.axes == MALL_AXES


def test_centers_stand_in_the_same_units(mall):
    points = mall.points(*MALL_AXES)
    for label in range(5):
        expected = points.coordinates[points.labels == label].mean(axis=0)
        assert points.centers[label] == pytest.approx(expected, rel=1e-5)


def test_axes_can_be_in_any_order(mall):
    one, two = mall.points(*MALL_AXES), mall.points(*MALL_AXES[::-1])
    assert two.coordinates.tolist() == one.coordinates[:, ::-1].tolist()
    assert two.centers.tolist() == one.centers[:, ::-1].tolist()


def test_a_missing_cell_stands_at_the_value_it_was_filled_with():
    # the median of 1, 2, 10 and 11
    case = Case(b"a,b\n1,1\n2,1\n,1\n10,2\n11,2\n", ("a", "b"), 2)
    assert case.points("a", "b").coordinates[2].tolist() == [6, 1]


def test_coordinates_are_of_single_precision(mall):
    assert mall.points(*MALL_AXES).coordinates.dtype == np.float32


# --- components ---


def test_components_keep_the_distances_between_prepared_rows(mall):
    # three features, three components: a rotation
    drawn = mall.points("Component 1", "Component 2", "Component 3").coordinates
    X = mall.features.X
    assert np.linalg.norm(drawn[0] - drawn[1:], axis=1) == pytest.approx(np.linalg.norm(X[0] - X[1:], axis=1), rel=1e-4)


def test_centers_are_turned_like_their_rows(mall):
    points = mall.points("Component 1", "Component 2")
    for label in range(5):
        expected = points.coordinates[points.labels == label].mean(axis=0)
        assert points.centers[label] == pytest.approx(expected, abs=1e-4)


def test_a_component_says_its_share_of_the_variation():
    # x and y = 2x vary together: one component holds all
    case = Case(b"x,y\n1,2\n2,4\n3,6\n11,22\n12,24\n", ("x", "y"), 2)
    assert case.points("Component 1", "Component 2").axes == (
        "Component 1 (100 % of the variation)",
        "Component 2 (0 % of the variation)",
    )


def test_loadings_are_the_weights_that_turn_prepared_values_into_components(mall):
    points = mall.points("Component 1", "Component 3")
    assert [axis for axis, _ in points.loadings] == ["Component 1", "Component 3"]
    centered = mall.features.X - mall.features.X.mean(axis=0)
    for i, (_, weights) in enumerate(points.loadings):
        assert [column for column, _ in weights] == ["Age", *MALL_AXES]
        assert centered @ [weight for _, weight in weights] == pytest.approx(points.coordinates[:, i], abs=1e-5)


def test_features_have_no_loadings(mall):
    assert mall.points(*MALL_AXES).loadings == ()


def test_a_component_and_a_feature_can_be_mixed(mall):
    points = mall.points("Age", "Component 1")
    assert points.axes[0] == "Age"
    assert points.coordinates[:, 0].tolist() == mall.table.frame["Age"].tolist()
    assert [axis for axis, _ in points.loadings] == ["Component 1"]


def test_rows_far_outside_have_components_too(shop):
    points = shop.points("Component 1", "Component 2", most=20_000)
    assert len(points.rows) == 5000
    assert np.isfinite(points.coordinates).all()
    far = np.isin(points.rows, shop.features.far_rows)
    assert np.abs(points.coordinates[far]).max() > np.abs(points.coordinates[~far]).max()


# --- which axes ---


@pytest.mark.parametrize(
    "columns, expected",
    [
        (("a",), ("a", ROW)),
        (("a", "b"), ("a", "b", "Component 1", "Component 2")),
        (("a", "b", "c", "d"), ("a", "b", "c", "d", "Component 1", "Component 2", "Component 3")),
    ],
)
def test_there_are_at_most_three_components_and_never_more_than_features(columns, expected):
    assert axis_choices(columns) == expected


def test_a_single_feature_is_drawn_against_the_row_in_the_file():
    case = Case(b"a,note\n1,x\n2,y\n\n10,z\n11,w\n", ("a",), 2)
    points = case.points("a", ROW)
    assert points.coordinates.tolist() == [[1, 1], [2, 2], [10, 3], [11, 4]]
    assert points.axes == ("a", "Row in the file")
    assert points.centers[:, 1].tolist() == [2, 2]


@pytest.mark.parametrize("axis", ["Gender", "Component 4", "", ROW])
def test_what_cannot_be_an_axis_is_refused(mall, axis):
    with pytest.raises(InvalidSetting, match=f'"{axis}" cannot be an axis; choose one of the features'):
        mall.points("Age", axis)


# --- what is told about a customer ---


def test_identifiers_are_told_first_then_features_then_the_rest(mall):
    names = [name for name, _ in mall.points(*MALL_AXES).cells]
    assert names == ["CustomerID", "Age", *MALL_AXES, "Gender"]


def test_cells_are_told_as_they_stand_in_the_file(shop):
    points = shop.points("age", "orders", most=100)
    cells = dict(points.cells)
    assert cells["customer_id"] == shop.table.text["customer_id"].take(points.rows).to_pylist()
    assert all(identifier.startswith("0") for identifier in cells["customer_id"])


def test_no_more_is_told_than_a_label_can_hold(shop):
    assert len(shop.points("age", "orders", most=100).cells) == 8


def test_columns_called_like_a_component_or_the_row_are_drawn_as_themselves():
    lines = ["Component 1,Row in the file", *(f"{i % 3 * 50 + i / 10},{i % 2 + i / 7}" for i in range(60))]
    case = Case("\n".join(lines).encode(), ("Component 1", "Row in the file"), 3, outliers="keep", scale="none")
    choices = axis_choices(case.features.number_columns)
    assert choices == ("Component 1", "Row in the file", "Component 1 (not the column)", "Component 2")
    points = case.points("Component 1", "Component 1 (not the column)")
    assert points.axes[0] == "Component 1"
    assert points.axes[1].startswith("Component 1 (not the column) (")
    assert points.coordinates[:, 0] == pytest.approx(case.table.frame["Component 1"].to_numpy(), rel=1e-6)
    assert [axis for axis, _ in points.loadings] == ["Component 1 (not the column)"]


def test_a_single_column_called_like_the_row_is_drawn_against_the_row():
    lines = [ROW, *(str(i % 3 * 50 + i / 10) for i in range(60))]
    case = Case("\n".join(lines).encode(), (ROW,), 3, outliers="keep", scale="none")
    points = case.points(*axis_choices((ROW,)))
    assert points.axes == (ROW, f"{ROW} (not the column)")
    assert points.coordinates[:3, 1].tolist() == [1, 2, 3]
    assert points.coordinates[1, 0] == pytest.approx(50.1)
