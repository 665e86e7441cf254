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
    index_chart,
    scatter_3d_chart,
    scatter_chart,
    sizes_chart,
)
from clustering.charts.pointer import pointed
from clustering.charts.template import colours, plain, wrapped
from clustering.identity import default_looks, mark
from clustering.points import Points
from clustering.sweep import Step


def title(fig):
    """What the title says, without its markup."""
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding.replace("<br>", " "), shown.partition(">")[2].replace("<br>", " ")


def called(*names):
    """Looks of segments with these names, the largest first; "Segment 2" is no name."""
    return tuple(
        replace(look, name=name, is_named=name != look.name)
        for look, name in zip(default_looks(len(names)), names, strict=True)
    )


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
    fig = scatter_chart(drawn(3), default_looks(3), finding="Three segments")
    assert [list(trace.x) for trace in customers(fig)] == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert [list(trace.y) for trace in customers(fig)] == [[0, 30, 60], [10, 40, 70], [20, 50, 80]]


def test_the_picture_is_not_stretched_to_customers_far_outside():
    # of the points (0, 0), (1, 10), ..., (5, 50) the last is far outside: the frame is that of (0, 0)..(4, 40) and 6 %
    fig = scatter_chart(drawn(2, n_points=6, far=(5,)), default_looks(2), finding="")
    assert fig.layout.xaxis.range == pytest.approx((-0.24, 4.24))
    assert fig.layout.yaxis.range == pytest.approx((-2.4, 42.4))
    assert title(fig)[1] == "5 of 6 customers; 1 lies outside the picture"


def test_a_customer_placed_afterwards_can_lie_inside_the_picture():
    fig = scatter_chart(drawn(2, n_points=6, far=(3,)), default_looks(2), finding="")
    assert title(fig)[1] == "All 6 customers; large marks are the centers"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("n_clusters", [2, 8, 12])
def test_every_segment_has_its_own_colour_and_shape(n_clusters, mode):
    fig = scatter_chart(drawn(n_clusters), default_looks(n_clusters), finding="", mode=mode)
    looks = [(trace.marker.color, trace.marker.symbol) for trace in customers(fig)]
    assert looks == [(mark(label).colour(mode), mark(label).symbol) for label in range(n_clusters)]
    assert len(set(looks)) == n_clusters


def test_centers_are_drawn_in_the_colour_of_their_segment_and_larger():
    fig = scatter_chart(drawn(3), default_looks(3), finding="")
    for label, center in enumerate(fig.data[3:]):
        assert (list(center.x), list(center.y)) == ([label + 0.5], [label + 0.25])
        assert center.marker.color == mark(label).light
        assert center.marker.size > 2 * mark(label).size


def test_centers_are_numbered_from_one():
    fig = scatter_chart(drawn(3), default_looks(3), finding="")
    assert [(note.text, note.x) for note in fig.layout.annotations] == [
        ("<b>1</b>", 0.5),
        ("<b>2</b>", 1.5),
        ("<b>3</b>", 2.5),
    ]


def test_axes_are_titled_with_what_they_show():
    fig = scatter_chart(drawn(2), default_looks(2), finding="Two segments")
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("income", "age")


def test_the_title_says_the_finding_and_that_all_are_drawn():
    fig = scatter_chart(drawn(2), default_looks(2), finding="Two segments")
    assert title(fig) == ("Two segments", "All 6 customers; large marks are the centers")


@pytest.mark.parametrize("chart, n_axes", [(scatter_chart, 2), (scatter_3d_chart, 3)])
def test_the_title_says_of_how_many_a_sample_is(chart, n_axes):
    fig = chart(drawn(2, n_axes, n_points=400, n_total=12_345), default_looks(2), finding="Two segments")
    assert title(fig)[1].startswith("Sample of 400 of 12,345 customers")


@pytest.mark.parametrize("n_points, kind", [(3000, go.Scatter), (3002, go.Scattergl)])
def test_many_points_are_drawn_by_the_graphics_card(n_points, kind):
    fig = scatter_chart(drawn(2, n_points=n_points), default_looks(2), finding="")
    assert {type(trace) for trace in fig.data[:2]} == {kind}


def test_a_customer_is_told_by_its_row_in_the_file_and_its_cells():
    cells = (("id", [f"00{i}" for i in range(6)]), ("note", ["a", "b", "c", "d", "e", ""]))
    fig = scatter_chart(drawn(2, cells=cells), called("Loyal", "New"), finding="")
    assert pointed(fig.data[1]) == [
        "<b>New</b><br>Row 1,002<br>id: 001<br>note: b",
        "<b>New</b><br>Row 1,004<br>id: 003<br>note: d",
        "<b>New</b><br>Row 1,006<br>id: 005<br>note: ",
    ]


def test_a_segment_without_a_drawn_customer_keeps_its_mark_and_center():
    points = replace(drawn(3), labels=np.array([0, 2] * 4 + [2]))
    fig = scatter_chart(points, default_looks(3), finding="")
    assert [len(trace.x) for trace in fig.data] == [4, 0, 5, 1, 1, 1]
    assert fig.data[2].marker.color == fig.data[5].marker.color == mark(2).light


def test_three_axes_draw_customers_and_centers():
    fig = scatter_3d_chart(drawn(2, 3), default_looks(2), finding="Two segments")
    assert list(fig.data[0].z) == [0, 200, 400]
    assert (list(fig.data[3].x), list(fig.data[3].y), list(fig.data[3].z)) == ([1.5], [1.25], [1.125])
    scene = fig.layout.scene
    assert [scene[f"{letter}axis"].title.text for letter in "xyz"] == ["income", "age", "visits"]


def test_up_to_fifteen_segments_have_their_own_pair_of_colour_and_shape_in_three_dimensions_too():
    fig = scatter_3d_chart(drawn(15, 3), default_looks(15), finding="")
    assert len({trace.marker.color for trace in customers(fig)}) == 8
    assert len({(trace.marker.color, trace.marker.symbol) for trace in customers(fig)}) == 15


def test_centers_are_numbered_in_three_dimensions_too():
    fig = scatter_3d_chart(drawn(50, 3), default_looks(50), finding="")
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
    fig = sizes_chart(sized(1234, 500, 266), default_looks(3))
    assert list(fig.data[0].x) == [1234, 500, 266]
    assert list(fig.data[0].text) == ["1,234 · 62 %", "500 · 25 %", "266 · 13 %"]


def test_the_title_says_what_the_largest_holds():
    assert title(sizes_chart(sized(3, 1), default_looks(2)))[0] == "The largest holds 75 %"


def test_bars_have_the_colours_and_shapes_of_the_scatter():
    fig = sizes_chart(sized(5, 3, 2), default_looks(3), mode="dark")
    assert list(fig.data[0].marker.color) == [mark(label).dark for label in range(3)]
    assert list(fig.data[1].marker.symbol) == [mark(label).symbol for label in range(3)]


def test_a_named_segment_keeps_its_number_beside_its_name():
    fig = sizes_chart(sized(5, 3, 2), called("Loyal", "Segment 2", "Segment 1"))
    assert [note.text for note in fig.layout.annotations] == [
        "<b>1</b>  Loyal",
        "<b>Segment 2</b>",
        "<b>3</b>  Segment 1",
    ]


def test_twelve_segments_have_twelve_bars_and_room_for_them():
    few, many = sizes_chart(sized(5, 4), default_looks(2)), sizes_chart(sized(*range(12, 0, -1)), default_looks(12))
    assert len(many.data[0].x) == len(many.layout.annotations) == 12
    assert many.layout.height > few.layout.height


def test_where_customers_are_weighed_a_second_bar_shows_the_share_of_the_weight():
    # 40 of 100 customers hold a twentieth of the revenue: bars of 40 and of 5 hundredths
    fig = sizes_chart(sized(40, 35, 25, weights=(0.05, 0.05, 0.9), by="Revenue"), default_looks(3))
    customers, _, weights = fig.data
    assert list(customers.text) == ["40 · 40 %", "35 · 35 %", "25 · 25 %"]
    assert list(weights.x) == pytest.approx([5, 5, 90])
    assert list(weights.text) == ["5 % of Revenue", "5 % of Revenue", "90 % of Revenue"]
    assert fig.layout.xaxis.range[1] > 90
    assert title(fig) == (
        "The largest holds 40 % of customers",
        "Filled: 100 customers, their shares; hollow: share of Revenue",
    )


def test_without_weights_there_is_one_bar_per_segment():
    assert [trace.type for trace in sizes_chart(sized(3, 2), default_looks(2)).data] == ["bar", "scatter"]


@pytest.mark.parametrize("n_clusters", [8, 12])
def test_the_bars_have_the_shapes_of_the_scatter_in_three_dimensions(n_clusters):
    space = scatter_3d_chart(drawn(n_clusters, 3), default_looks(n_clusters), finding="")
    bars = sizes_chart(sized(*[1] * n_clusters), default_looks(n_clusters), in_space=True)
    assert list(bars.data[1].marker.symbol) == [trace.marker.symbol for trace in customers(space)]


# --- heat maps ---


def profile_of(means, explained, differences=None, columns=None):
    means = np.array(means, dtype=float)
    differences = means / 10 if differences is None else np.array(differences, dtype=float)
    n_clusters, n_columns = means.shape
    return Profile(
        columns=columns or tuple(f"column {i}" for i in range(n_columns)),
        kinds=("number",) * n_columns,
        built=(True,) * n_columns,
        sizes=(1,) * n_clusters,
        shares=(1 / n_clusters,) * n_clusters,
        **dict.fromkeys(("means", "medians", "lower_quartiles", "upper_quartiles", "fit_means"), means),
        **dict.fromkeys(
            ("overall_means", "overall_medians", "overall_lower_quartiles", "overall_upper_quartiles"),
            np.full(n_columns, 7.0),
        ),
        differences=differences,
        explained=np.array(explained, dtype=float),
        value_weights=np.ones_like(means),
        fit_weights=np.ones_like(means),
        lowest=np.zeros(n_columns),
        spreads=np.full(n_columns, 10.0),
    )


def test_correlations_are_shown_for_every_pair():
    fig = correlation_chart(np.array([[1, 0.456], [0.456, 1]]), ("a", "b"), n_customers=200)
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
    assert title(correlation_chart(np.array(r), ("a", "b", "c"), n_customers=9))[0] == f"{pair} go together most"


@pytest.mark.parametrize(
    "r", [[[1.0]], [[nan]], [[nan, nan], [nan, 1]]], ids=["one", "one constant", "two, one constant"]
)
def test_without_two_columns_that_differ_no_pair_is_named(r):
    fig = correlation_chart(np.array(r), ("a", "b")[: len(r)], n_customers=9)
    assert title(fig)[0] == "There are no two columns to compare"


def test_an_undefined_correlation_is_an_empty_cell():
    fig = correlation_chart(np.array([[1, nan], [nan, nan]]), ("a", "b"), n_customers=9)
    assert fig.data[0].text.tolist() == [["1.00", ""], ["", ""]]
    assert fig.data[0].hoverongaps is False


def test_of_many_columns_those_that_go_together_most_are_shown():
    # columns 3 and 17 go together, all others hardly
    r = np.full((20, 20), 0.01) + np.diag(np.full(20, 0.99))
    r[3, 17] = r[17, 3] = 0.8
    fig = correlation_chart(r, tuple(f"c{i}" for i in range(20)), n_customers=200)
    assert np.shape(fig.data[0].z) == (8, 8)
    assert {"c3", "c17"} <= set(fig.layout.yaxis.ticktext)
    assert title(fig) == (
        "c3 and c17 go together most",
        "Correlation; near 1 or -1 two columns tell the same; 200 customers; the 8 of 20 columns that go together most",
    )


# --- text from the file ---


@cache
def charts_with(text):
    """Every chart, with the text wherever something of the user's can stand: all strings in it."""
    points = drawn(2, axes=(text, "age"), cells=((text, [text] * 6),))
    in_space = drawn(2, 3, axes=(text, text, text), cells=((text, [text] * 6),))
    figures = {
        "scatter": scatter_chart(points, called(text, "New"), finding=text),
        "scatter in space": scatter_3d_chart(in_space, called(text, "New"), finding=text),
        "sizes": sizes_chart(sized(3, 2), called(text, "New")),
        "weighed sizes": sizes_chart(sized(3, 2, weights=(0.3, 0.7), by=text), called(text, "New")),
        "correlations": correlation_chart(np.array([[1, 0.5], [0.5, 1]]), (text, "age"), n_customers=9),
    }
    return {chart: list(strings(figure.to_dict())) for chart, figure in figures.items()}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple, np.ndarray)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


CHARTS = ["scatter", "scatter in space", "sizes", "weighed sizes", "correlations"]


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
        scatter_chart(drawn(2), default_looks(2), finding="", mode=mode),
        scatter_3d_chart(drawn(2, 3), default_looks(2), finding="", mode=mode),
        sizes_chart(sized(3, 2), default_looks(2), mode=mode),
        correlation_chart(np.eye(2), ("a", "b"), n_customers=9, mode=mode),
    ]
    assert {fig.layout.font.color for fig in figures} == {colours(mode).text}
    assert colours("light").text != colours("dark").text


def test_a_long_finding_is_wrapped_and_has_room():
    short = scatter_chart(drawn(2), default_looks(2), finding="Two segments")
    long = scatter_chart(drawn(2), default_looks(2), finding="Two segments; " + "the largest holds 50 %; " * 4)
    assert long.layout.title.text.count("<br>") > short.layout.title.text.count("<br>")
    assert long.layout.margin.t > short.layout.margin.t


def test_charts_do_not_change_the_template_of_others():
    import plotly.io

    before = plotly.io.templates.default
    scatter_chart(drawn(2), default_looks(2), finding="")
    assert plotly.io.templates.default == before


def test_the_tool_bar_saves_and_zooms_and_shows_no_logo():
    assert CONFIG["displaylogo"] is False
    assert CONFIG["modeBarButtons"] == [["toImage", "zoom2d", "pan2d", "resetScale2d"]]
