"""Charts: what they draw, not how it looks in pixels; and that text from a file stays text."""

import math
from dataclasses import replace
from functools import cache
from math import nan

import numpy as np
import plotly.graph_objects as go
import pytest

from clustering import Profile, Sweep
from clustering.charts import (
    CONFIG,
    correlation_chart,
    difference_chart,
    index_chart,
    scatter_3d_chart,
    scatter_chart,
    sizes_chart,
)
from clustering.charts.template import colours, plain, wrapped
from clustering.identity import mark
from clustering.points import Points
from clustering.sweep import Step


def title(fig):
    """What the title says, without its markup."""
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding.replace("<br>", " "), shown.partition(">")[2].replace("<br>", " ")


def names_for(n_clusters):
    return tuple(f"Segment {label + 1}" for label in range(n_clusters))


# --- curves ---


def swept(**figures):
    """A sweep of 2, 3, 4 and 5 segments; figures not given fall evenly."""
    falling = [0.8, 0.7, 0.6, 0.5]
    names = [name for name in Step.__dataclass_fields__ if name not in ("n_clusters", "sizes", "n_iter")]
    sample = figures.pop("silhouette_sample", None)
    steps = tuple(
        Step(n_clusters=k, sizes=(5,) * k, n_iter=1, **{name: figures.get(name, falling)[i] for name in names})
        for i, k in enumerate((2, 3, 4, 5))
    )
    return Sweep(steps, n_samples=100, silhouette_sample=sample)


INDEX_NAMES = ["inertia", "silhouette", "simplified_silhouette", "calinski_harabasz", "davies_bouldin", "contact"]


@pytest.mark.parametrize("name", INDEX_NAMES)
def test_a_curve_shows_the_index_over_the_number_of_segments(name):
    fig = index_chart(swept(**{name: [0.2, 0.4, 0.3, 0.1]}), name)
    assert list(fig.data[0].x) == [2, 3, 4, 5]
    assert list(fig.data[0].y) == [0.2, 0.4, 0.3, 0.1]
    assert fig.layout.xaxis.title.text == "Number of segments"


@pytest.mark.parametrize(
    "name, best, direction",
    [
        ("silhouette", "three", "higher is better"),
        ("simplified_silhouette", "three", "higher is better"),
        ("calinski_harabasz", "three", "higher is better"),
        ("davies_bouldin", "five", "lower is better"),
        ("contact", "five", "lower is better"),
    ],
)
def test_the_title_names_the_best_number_by_the_direction_of_the_index(name, best, direction):
    finding, shown = title(index_chart(swept(**{name: [0.2, 0.4, 0.3, 0.1]}), name))
    assert finding.endswith(f" at {best}")
    assert shown.endswith(direction)


@pytest.mark.parametrize("n_clusters", [None, 3, 5])
def test_no_best_number_is_named_for_the_spread_which_falls_by_construction(n_clusters):
    finding, _ = title(index_chart(swept(), "inertia", n_clusters=n_clusters))
    assert finding == "The spread falls without a clear bend"


def test_the_title_tells_the_chosen_number_from_the_best():
    sweep = swept(silhouette=[0.2, 0.4, 0.3, 0.1])
    assert title(index_chart(sweep, "silhouette", n_clusters=4))[0] == "Separation at four; the best is at three"
    assert title(index_chart(sweep, "silhouette", n_clusters=3))[0] == "Segments are most separate at three"


def test_the_chosen_number_is_marked_with_a_line_and_its_value():
    fig = index_chart(swept(silhouette=[0.2, 0.4, 0.3, 0.1]), "silhouette", n_clusters=4)
    assert (fig.layout.shapes[0].x0, fig.layout.shapes[0].x1) == (4, 4)
    chosen = fig.data[1]
    assert (list(chosen.x), list(chosen.y), list(chosen.text)) == ([4], [0.3], ["<b>0.30</b>"])


@pytest.mark.parametrize("n_clusters", [None, 9])
def test_nothing_is_marked_where_no_number_on_the_curve_is_chosen(n_clusters):
    fig = index_chart(swept(), "silhouette", n_clusters=n_clusters)
    assert len(fig.data) == 1
    assert fig.layout.shapes == ()


def test_an_undefined_value_is_left_out_and_not_marked():
    fig = index_chart(swept(davies_bouldin=[1.2, nan, 0.8, 1.0]), "davies_bouldin", n_clusters=3)
    assert math.isnan(fig.data[0].y[1])
    assert fig.data[0].customdata[1] == "–"
    assert len(fig.data) == 1
    assert title(fig)[0].endswith("the least is at four")


def test_an_index_that_is_undefined_throughout_says_so():
    fig = index_chart(swept(calinski_harabasz=[nan] * 4), "calinski_harabasz", n_clusters=3)
    assert title(fig)[0] == "Not defined for these numbers of segments"


def test_a_sampled_silhouette_has_error_bars_and_says_of_how_many():
    fig = index_chart(
        swept(silhouette=[0.2, 0.4, 0.3, 0.1], silhouette_error=[0.01, 0.02, 0.03, 0.04], silhouette_sample=10_000),
        "silhouette",
    )
    assert list(fig.data[0].error_y.array) == [0.01, 0.02, 0.03, 0.04]
    assert "sample of 10,000" in title(fig)[1]


def test_an_exact_silhouette_has_no_error_bars():
    fig = index_chart(swept(), "silhouette")
    assert fig.data[0].error_y.array is None
    assert "sample" not in title(fig)[1]


def test_other_indices_of_a_sampled_sweep_are_exact():
    fig = index_chart(swept(silhouette_sample=10_000), "davies_bouldin")
    assert fig.data[0].error_y.array is None
    assert "sample" not in title(fig)[1]


def test_values_are_written_as_people_write_them():
    fig = index_chart(swept(calinski_harabasz=[1234.56, 87.25, 0.30000000000000004, 2]), "calinski_harabasz")
    assert list(fig.data[0].customdata) == ["1,235", "87.2", "0.3", "2"]


def test_a_curve_below_zero_is_not_cut_at_zero():
    assert index_chart(swept(silhouette=[0.2, -0.1, 0, 0]), "silhouette").layout.yaxis.rangemode == "normal"
    assert index_chart(swept(), "silhouette").layout.yaxis.rangemode == "tozero"


# --- scatter ---


def drawn(n_clusters, n_axes=2, n_points=None, n_total=None, axes=None, cells=(), far=()):
    """Points in turn of every segment: the i-th at (i, 10 i, 100 i)."""
    n_points = n_points or 3 * n_clusters
    i = np.arange(n_points, dtype=np.float32)
    return Points(
        axes=axes or ("income", "age", "visits")[:n_axes],
        coordinates=np.column_stack([i, 10 * i, 100 * i])[:, :n_axes],
        labels=np.arange(n_points) % n_clusters,
        rows=np.arange(n_points) + 1000,
        cells=cells,
        in_fit=~np.isin(i, far),
        centers=np.arange(n_clusters)[:, None] + np.array([0.5, 0.25, 0.125])[None, :n_axes],
        n_total=n_total or n_points,
    )


def customers(fig):
    """The traces that draw customers, one per segment."""
    return [trace for trace in fig.data if not trace.name.startswith("Center of ") and len(trace.x) > 1]


def test_every_customer_is_drawn_once_in_the_segment_it_belongs_to():
    fig = scatter_chart(drawn(3), names_for(3), finding="Three segments")
    assert [list(trace.x) for trace in customers(fig)] == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert [list(trace.y) for trace in customers(fig)] == [[0, 30, 60], [10, 40, 70], [20, 50, 80]]


def test_the_picture_is_not_stretched_to_customers_far_outside():
    # of the points (0, 0), (1, 10), ..., (5, 50) the last is far outside: the frame is that of (0, 0)..(4, 40) and 6 %
    fig = scatter_chart(drawn(2, n_points=6, far=(5,)), names_for(2), finding="")
    assert fig.layout.xaxis.range == pytest.approx((-0.24, 4.24))
    assert fig.layout.yaxis.range == pytest.approx((-2.4, 42.4))
    assert title(fig)[1] == "5 of 6 customers; 1 lies outside the picture"


def test_a_customer_placed_afterwards_can_lie_inside_the_picture():
    fig = scatter_chart(drawn(2, n_points=6, far=(3,)), names_for(2), finding="")
    assert title(fig)[1] == "All 6 customers; large marks are the centers"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("n_clusters", [2, 8, 12])
def test_every_segment_has_its_own_colour_and_shape(n_clusters, mode):
    fig = scatter_chart(drawn(n_clusters), names_for(n_clusters), finding="", mode=mode)
    looks = [(trace.marker.color, trace.marker.symbol) for trace in customers(fig)]
    assert looks == [(mark(label).colour(mode), mark(label).symbol) for label in range(n_clusters)]
    assert len(set(looks)) == n_clusters


def test_centers_are_drawn_in_the_colour_of_their_segment_and_larger():
    fig = scatter_chart(drawn(3), names_for(3), finding="")
    for label, center in enumerate(fig.data[3:]):
        assert (list(center.x), list(center.y)) == ([label + 0.5], [label + 0.25])
        assert center.marker.color == mark(label).light
        assert center.marker.size > 2 * mark(label).size


def test_centers_are_numbered_from_one():
    fig = scatter_chart(drawn(3), names_for(3), finding="")
    assert [(note.text, note.x) for note in fig.layout.annotations] == [
        ("<b>1</b>", 0.5),
        ("<b>2</b>", 1.5),
        ("<b>3</b>", 2.5),
    ]


def test_axes_are_titled_with_what_they_show():
    fig = scatter_chart(drawn(2), names_for(2), finding="Two segments")
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("income", "age")


def test_the_title_says_the_finding_and_that_all_are_drawn():
    fig = scatter_chart(drawn(2), names_for(2), finding="Two segments")
    assert title(fig) == ("Two segments", "All 6 customers; large marks are the centers")


@pytest.mark.parametrize("chart, n_axes", [(scatter_chart, 2), (scatter_3d_chart, 3)])
def test_the_title_says_of_how_many_a_sample_is(chart, n_axes):
    fig = chart(drawn(2, n_axes, n_points=400, n_total=12_345), names_for(2), finding="Two segments")
    assert title(fig)[1].startswith("Sample of 400 of 12,345 customers")


@pytest.mark.parametrize("n_points, kind", [(3000, go.Scatter), (3002, go.Scattergl)])
def test_many_points_are_drawn_by_the_graphics_card(n_points, kind):
    fig = scatter_chart(drawn(2, n_points=n_points), names_for(2), finding="")
    assert {type(trace) for trace in fig.data[:2]} == {kind}


def test_a_customer_is_told_by_its_row_in_the_file_and_its_cells():
    cells = (("id", [f"00{i}" for i in range(6)]), ("note", ["a", "b", "c", "d", "e", ""]))
    fig = scatter_chart(drawn(2, cells=cells), ("Loyal", "New"), finding="")
    assert list(fig.data[1].hovertext) == [
        "<b>New</b><br>Row 1,002<br>id: 001<br>note: b",
        "<b>New</b><br>Row 1,004<br>id: 003<br>note: d",
        "<b>New</b><br>Row 1,006<br>id: 005<br>note: ",
    ]


def test_a_segment_without_a_drawn_customer_keeps_its_mark_and_center():
    points = replace(drawn(3), labels=np.array([0, 2] * 4 + [2]))
    fig = scatter_chart(points, names_for(3), finding="")
    assert [len(trace.x) for trace in fig.data] == [4, 0, 5, 1, 1, 1]
    assert fig.data[2].marker.color == fig.data[5].marker.color == mark(2).light


def test_three_axes_draw_customers_and_centers():
    fig = scatter_3d_chart(drawn(2, 3), names_for(2), finding="Two segments")
    assert list(fig.data[0].z) == [0, 200, 400]
    assert (list(fig.data[3].x), list(fig.data[3].y), list(fig.data[3].z)) == ([1.5], [1.25], [1.125])
    scene = fig.layout.scene
    assert [scene[f"{letter}axis"].title.text for letter in "xyz"] == ["income", "age", "visits"]


def test_up_to_fifteen_segments_have_their_own_pair_of_colour_and_shape_in_three_dimensions_too():
    fig = scatter_3d_chart(drawn(15, 3), names_for(15), finding="")
    assert len({trace.marker.color for trace in customers(fig)}) == 8
    assert len({(trace.marker.color, trace.marker.symbol) for trace in customers(fig)}) == 15


def test_centers_are_numbered_in_three_dimensions_too():
    fig = scatter_3d_chart(drawn(50, 3), names_for(50), finding="")
    numbers = fig.layout.scene.annotations
    assert [note.text for note in numbers] == [f"<b>{label + 1}</b>" for label in range(50)]
    assert (numbers[7].x, numbers[7].y, numbers[7].z) == (7.5, 7.25, 7.125)


# --- sizes ---


def sized(*sizes, weights=(), by=None):
    """A profile of segments of these sizes, and of these shares of the weight."""
    return replace(
        profile_of([[0.0]] * len(sizes), [0.5]),
        sizes=sizes,
        shares=tuple(size / sum(sizes) for size in sizes),
        weight_shares=weights,
        weight_column=by,
    )


def test_bars_show_customers_and_share_of_every_segment():
    fig = sizes_chart(sized(1234, 500, 266), names_for(3))
    assert list(fig.data[0].x) == [1234, 500, 266]
    assert list(fig.data[0].text) == ["1,234 · 62 %", "500 · 25 %", "266 · 13 %"]


def test_the_title_says_what_the_largest_holds():
    assert title(sizes_chart(sized(3, 1), names_for(2)))[0] == "The largest holds 75 %"


def test_bars_have_the_colours_and_shapes_of_the_scatter():
    fig = sizes_chart(sized(5, 3, 2), names_for(3), mode="dark")
    assert list(fig.data[0].marker.color) == [mark(label).dark for label in range(3)]
    assert list(fig.data[1].marker.symbol) == [mark(label).symbol for label in range(3)]


def test_a_named_segment_keeps_its_number_beside_its_name():
    fig = sizes_chart(sized(5, 3, 2), ("Loyal", "Segment 2", "Segment 1"))
    assert [note.text for note in fig.layout.annotations] == [
        "<b>1</b>  Loyal",
        "<b>Segment 2</b>",
        "<b>3</b>  Segment 1",
    ]


def test_twelve_segments_have_twelve_bars_and_room_for_them():
    few, many = sizes_chart(sized(5, 4), names_for(2)), sizes_chart(sized(*range(12, 0, -1)), names_for(12))
    assert len(many.data[0].x) == len(many.layout.annotations) == 12
    assert many.layout.height > few.layout.height


def test_where_customers_are_weighed_a_second_bar_shows_the_share_of_the_weight():
    # 40 of 100 customers hold a twentieth of the revenue: bars of 40 and of 5 hundredths
    fig = sizes_chart(sized(40, 35, 25, weights=(0.05, 0.05, 0.9), by="Revenue"), names_for(3))
    customers, _, weights = fig.data
    assert list(customers.text) == ["40 · 40 %", "35 · 35 %", "25 · 25 %"]
    assert list(weights.x) == pytest.approx([5, 5, 90])
    assert list(weights.text) == ["5 % of Revenue", "5 % of Revenue", "90 % of Revenue"]
    assert fig.layout.xaxis.range[1] > 90
    assert title(fig) == (
        "The largest holds 40 % of customers",
        "Filled: customers and their share; hollow: share of Revenue",
    )


def test_without_weights_there_is_one_bar_per_segment():
    assert [trace.type for trace in sizes_chart(sized(3, 2), names_for(2)).data] == ["bar", "scatter"]


@pytest.mark.parametrize("n_clusters", [8, 12])
def test_the_bars_have_the_shapes_of_the_scatter_in_three_dimensions(n_clusters):
    space = scatter_3d_chart(drawn(n_clusters, 3), names_for(n_clusters), finding="")
    bars = sizes_chart(sized(*[1] * n_clusters), names_for(n_clusters), in_space=True)
    assert list(bars.data[1].marker.symbol) == [trace.marker.symbol for trace in customers(space)]


# --- heat maps ---


def profile_of(means, explained, differences=None, columns=None):
    means = np.array(means, dtype=float)
    differences = means / 10 if differences is None else np.array(differences, dtype=float)
    n_clusters, n_columns = means.shape
    return Profile(
        columns=columns or tuple(f"column {i}" for i in range(n_columns)),
        kinds=("number",) * n_columns,
        sizes=(1,) * n_clusters,
        shares=(1 / n_clusters,) * n_clusters,
        means=means,
        medians=means,
        overall_means=np.full(n_columns, 7.0),
        overall_medians=np.full(n_columns, 7.0),
        differences=differences,
        explained=np.array(explained, dtype=float),
    )


TWO_BY_TWO = profile_of([[51381.4, 0.65], [12.0, nan]], [0.2, 0.9], [[0.75, -3], [-1.5, nan]], ("income", "returns"))


def test_a_heat_map_shows_the_means_as_people_write_them():
    fig = difference_chart(TWO_BY_TWO, names_for(2))
    assert fig.data[0].text.tolist() == [["51,381", "0.65"], ["12", "–"]]


def test_a_cell_is_coloured_by_its_difference_up_to_one_and_a_half_deviations():
    # 0.75 is half way, -3 and -1.5 are the deepest colour
    z = difference_chart(TWO_BY_TWO, names_for(2)).data[0].z
    assert z[:, 0].tolist() == [0.5, -1]
    assert z[0, 1] == -1
    assert math.isnan(z[1, 1])


def test_rows_are_segments_and_columns_are_features():
    fig = difference_chart(TWO_BY_TWO, ("Loyal", "New"))
    assert list(fig.layout.yaxis.ticktext) == ["Loyal", "New"]
    assert list(fig.layout.xaxis.ticktext) == ["income", "returns"]
    assert fig.layout.yaxis.autorange == "reversed"  # the first segment on top


def test_the_title_names_the_column_that_explains_most():
    assert title(difference_chart(TWO_BY_TWO, names_for(2)))[0] == "returns sets the segments apart most"


def test_a_cell_tells_its_mean_and_that_of_all_customers():
    fig = difference_chart(TWO_BY_TWO, ("Loyal", "New"))
    assert fig.data[0].customdata[0][1] == "Loyal<br>returns: 0.65<br>all customers: 7"
    assert fig.data[0].customdata[1][1] == "New<br>returns: –<br>all customers: 7"


def test_a_heat_map_of_weighed_customers_says_by_what():
    assert title(difference_chart(replace(TWO_BY_TWO, weight_column="Revenue"), names_for(2)))[1] == (
        "Averages by Revenue; blue is above, orange below all customers"
    )


def test_a_heat_map_writes_a_boolean_as_a_share_and_says_what_a_date_counts():
    profile = profile_of([[0.25, 30], [0.5, 60]], [0.2, 0.9], columns=("member", "joined"))
    fig = difference_chart(replace(profile, kinds=("boolean", "date")), names_for(2))
    assert fig.data[0].text.tolist() == [["25.0 %", "30"], ["50.0 %", "60"]]
    assert fig.data[0].customdata[0][1].startswith("Segment 1<br>joined (days before the newest): 30<br>")


def test_one_column_makes_a_heat_map_of_one_column():
    fig = difference_chart(profile_of([[1], [2], [3]], [0.9], columns=("income",)), names_for(3))
    assert np.shape(fig.data[0].z) == (3, 1)
    assert list(fig.layout.xaxis.ticktext) == ["income"]


def test_two_segments_of_one_name_stay_two_rows():
    fig = difference_chart(TWO_BY_TWO, ("Same", "Same"))
    assert list(fig.data[0].y) == [0, 1]
    assert list(fig.layout.yaxis.ticktext) == ["Same", "Same"]


def test_twelve_segments_have_twelve_rows():
    fig = difference_chart(profile_of(np.ones((12, 3)), [0.1, 0.3, 0.2]), names_for(12))
    assert np.shape(fig.data[0].z) == (12, 3)
    assert list(fig.layout.yaxis.ticktext) == list(names_for(12))


def test_many_columns_become_rows_with_the_most_telling_first():
    # 10 columns that explain 0.0, 0.1, ... 0.9
    profile = profile_of([np.arange(10), np.arange(10) + 100], np.arange(10) / 10)
    fig = difference_chart(profile, ("Loyal", "New"))
    assert list(fig.layout.yaxis.ticktext) == [f"column {i}" for i in range(9, -1, -1)]
    assert list(fig.layout.xaxis.ticktext) == ["Loyal", "New"]
    assert fig.data[0].text[0].tolist() == ["9", "109"]
    assert fig.data[0].customdata[0][1].startswith("New<br>column 9: 109")


def test_more_segments_than_can_stand_side_by_side_are_rows():
    fig = difference_chart(profile_of(np.ones((12, 5)), [0.1] * 5), names_for(12))
    assert np.shape(fig.data[0].z) == (12, 5)


def test_a_map_that_leaves_columns_out_says_how_many():
    profile = profile_of(np.ones((2, 40)), np.arange(40) / 40)
    fig = difference_chart(profile, names_for(2))
    assert np.shape(fig.data[0].z) == (25, 2)
    assert title(fig)[1].endswith("the 25 of 40 columns that differ most")


def test_correlations_are_shown_for_every_pair():
    fig = correlation_chart(np.array([[1, 0.456], [0.456, 1]]), ("a", "b"))
    assert fig.data[0].z.tolist() == [[1, 0.456], [0.456, 1]]
    assert fig.data[0].text.tolist() == [["1.00", "0.46"], ["0.46", "1.00"]]
    assert (fig.data[0].zmin, fig.data[0].zmax) == (-1, 1)


@pytest.mark.parametrize(
    "r, pair",
    [
        ([[1, 0.2, -0.9], [0.2, 1, 0.3], [-0.9, 0.3, 1]], "a and c"),
        ([[1, nan, 0.1], [nan, nan, nan], [0.1, nan, 1]], "a and c"),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], "a and b"),
    ],
    ids=["the strongest may be negative", "undefined is not strong", "none at all"],
)
def test_the_title_names_the_pair_that_goes_together_most(r, pair):
    assert title(correlation_chart(np.array(r), ("a", "b", "c")))[0] == f"{pair} go together most"


@pytest.mark.parametrize(
    "r", [[[1.0]], [[nan]], [[nan, nan], [nan, 1]]], ids=["one", "one constant", "two, one constant"]
)
def test_without_two_columns_that_differ_no_pair_is_named(r):
    fig = correlation_chart(np.array(r), ("a", "b")[: len(r)])
    assert title(fig)[0] == "There are no two columns to compare"


def test_an_undefined_correlation_is_an_empty_cell():
    fig = correlation_chart(np.array([[1, nan], [nan, nan]]), ("a", "b"))
    assert fig.data[0].text.tolist() == [["1.00", ""], ["", ""]]
    assert fig.data[0].hoverongaps is False


def test_of_many_columns_those_that_go_together_most_are_shown():
    # columns 3 and 17 go together, all others hardly
    r = np.full((20, 20), 0.01) + np.diag(np.full(20, 0.99))
    r[3, 17] = r[17, 3] = 0.8
    fig = correlation_chart(r, tuple(f"c{i}" for i in range(20)))
    assert np.shape(fig.data[0].z) == (8, 8)
    assert {"c3", "c17"} <= set(fig.layout.yaxis.ticktext)
    assert title(fig) == (
        "c3 and c17 go together most",
        "Correlation; near 1 or -1 two columns tell the same; the 8 of 20 columns that go together most",
    )


# --- text from the file ---


@cache
def charts_with(text):
    """Every chart, with the text wherever something of the user's can stand: all strings in it."""
    points = drawn(2, axes=(text, "age"), cells=((text, [text] * 6),))
    in_space = drawn(2, 3, axes=(text, text, text), cells=((text, [text] * 6),))
    profile = profile_of([[1, 2], [3, 4]], [0.9, 0.1], columns=(text, "age"))
    wide = profile_of(np.ones((2, 9)), np.arange(9) / 9, columns=tuple(f"{text} {i}" for i in range(9)))
    figures = {
        "scatter": scatter_chart(points, (text, "New"), finding=text),
        "scatter in space": scatter_3d_chart(in_space, (text, "New"), finding=text),
        "sizes": sizes_chart(sized(3, 2), (text, "New")),
        "weighed sizes": sizes_chart(sized(3, 2, weights=(0.3, 0.7), by=text), (text, "New")),
        "differences": difference_chart(profile, (text, "New")),
        "many differences": difference_chart(wide, (text, "New")),
        "correlations": correlation_chart(np.array([[1, 0.5], [0.5, 1]]), (text, "age")),
    }
    return {chart: list(strings(figure.to_dict())) for chart, figure in figures.items()}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple, np.ndarray)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


CHARTS = ["scatter", "scatter in space", "sizes", "weighed sizes", "differences", "many differences", "correlations"]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("text", ["<b>x</b>", "<script>alert(1)</script>", "a<br>b & c"])
def test_markup_in_names_and_cells_is_shown_and_not_obeyed(chart, text):
    # the same chart with signs that mean nothing, which are then written as plotly wants to have < > &
    harmless = charts_with(text.translate(str.maketrans("<>&", "‹›¤")))[chart]
    escaped = [one.replace("‹", "&lt;").replace("›", "&gt;").replace("¤", "&amp;") for one in harmless]
    assert charts_with(text)[chart] == escaped
    assert escaped != harmless


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Loyal", "Loyal"),
        ("<b>", "&lt;b&gt;"),
        ("a & b", "a &amp; b"),
        ("two\nlines", "two lines"),
        ("nul\x00\u202eright to left", "nul right to left"),
        ("x" * 80, "x" * 59 + "…"),
        (12, "12"),
        ('say "hi"', 'say "hi"'),
    ],
)
def test_text_for_a_chart_is_one_escaped_line(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Annual Income (k$)", "Annual<br>Income (k$)"),
        ("a" * 20, "aaaaaaaaaaaa<br>aaaaaaaa"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("", " "),
        ("one two three four five six seven", "one two<br>three four…"),
    ],
)
def test_wrapped_text_is_escaped_and_has_at_most_two_lines(text, expected):
    assert wrapped(text, 12) == expected


# --- what all share ---


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_chart_takes_the_colours_of_its_mode(mode):
    figures = [
        index_chart(swept(), "silhouette", mode=mode),
        scatter_chart(drawn(2), names_for(2), finding="", mode=mode),
        scatter_3d_chart(drawn(2, 3), names_for(2), finding="", mode=mode),
        sizes_chart(sized(3, 2), names_for(2), mode=mode),
        difference_chart(TWO_BY_TWO, names_for(2), mode=mode),
        correlation_chart(np.eye(2), ("a", "b"), mode=mode),
    ]
    assert {fig.layout.font.color for fig in figures} == {colours(mode).text}
    assert colours("light").text != colours("dark").text


def test_a_long_finding_is_wrapped_and_has_room():
    short = scatter_chart(drawn(2), names_for(2), finding="Two segments")
    long = scatter_chart(drawn(2), names_for(2), finding="Two segments; " + "the largest holds 50 %; " * 4)
    assert long.layout.title.text.count("<br>") > short.layout.title.text.count("<br>")
    assert long.layout.margin.t > short.layout.margin.t


def test_charts_do_not_change_the_template_of_others():
    import plotly.io

    before = plotly.io.templates.default
    scatter_chart(drawn(2), names_for(2), finding="")
    assert plotly.io.templates.default == before


def test_the_tool_bar_saves_and_zooms_and_shows_no_logo():
    assert CONFIG["displaylogo"] is False
    assert CONFIG["modeBarButtons"] == [["toImage", "zoom2d", "pan2d", "resetScale2d"]]
