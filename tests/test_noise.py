"""Customers that are near no segment: where they are drawn, how they look, what a lasso around them finds."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.charts import (
    groups_chart,
    map_chart,
    pairs_chart,
    parallel_chart,
    scatter_3d_chart,
    scatter_chart,
    sizes_chart,
)
from clustering.charts.pointer import pointed
from clustering.charts.template import colours
from clustering.groups import apart, inside, without_noise
from clustering.identity import default_looks, mark
from clustering.islands import tsne_map
from clustering.points import map_points, scatter_points
from clustering.profile.distributions import sample_rows
from pages._ui.sentences import chosen_from, noise_among, scatter_alt, scatter_finding, sizes_alt, sizes_finding

AXES = ("x", "y")
DBSCAN = ClusterSpec(method="dbscan").with_settings(eps=1.5, min_samples=3)
# Two crowds of six and four, and two stragglers of the fit (rows 5 and 10). Of weight 0, so placed afterwards: one
# near the larger crowd (row 11) and one near nobody (row 12).
SEVEN, FOUR, NOISE = [0, 1, 2, 3, 4, 13, 11], [6, 7, 8, 9], [5, 10, 12]
ROWS = (
    "x,y,z,weight,name\n"
    "0,0,1,1,a\n0,1,2,1,b\n1,0,3,1,c\n1,1,1,1,d\n2,0,2,1,e\n"
    "50,40,3,1,f\n"
    "20,0,1,1,g\n20,1,2,1,h\n21,0,3,1,i\n21,1,1,1,j\n"
    "0,30,2,1,k\n"
    "1,2,3,0,l\n-9,70,1,0,m\n"
    "2,1,2,1,n\n"
)


class Case:
    def __init__(self, content, columns, spec, **settings):
        self.table = read_table(content)
        self.features = prepare(self.table, FeatureSpec(columns, scale="none", outliers="keep", **settings))
        self.clustering = fit(self.features, spec)

    @property
    def parts(self):
        return self.table, self.features, self.clustering

    @property
    def profile(self):
        return profile(self.table, self.clustering, self.features.spec)


@pytest.fixture(scope="module")
def crowds():
    return Case(ROWS.encode(), AXES, DBSCAN, weight_column="weight")


@pytest.fixture(scope="module")
def many():
    """900 customers in two crowds and 100 spread thinly, in mixed order."""
    rng = np.random.default_rng(0)
    crowd = [*rng.normal([0, 0, 0], 0.5, (600, 3)), *rng.normal([20, 0, 0], 0.5, (300, 3))]
    lines = ["x,y,z", *(f"{x:.3f},{y:.3f},{z:.3f}" for x, y, z in rng.permutation([*crowd, *_thin()]))]
    spec = ClusterSpec(method="dbscan").with_settings(eps=1.0, min_samples=5)
    return Case("\n".join(lines).encode(), ("x", "y", "z"), spec)


def _thin():
    return [(5 * i, 30 + 5 * j, 0) for i in range(10) for j in range(10)]


def looks(case):
    return default_looks(case.clustering.n_clusters)


def title(fig):
    text = fig.layout.title.text
    for tag in ("<b>", "</b>", "</span>"):
        text = text.replace(tag, "")
    finding, _, shown = text.partition("<br><span style='")
    return finding, shown.partition(">")[2]


# --- where they stand ---


def test_noise_is_drawn_where_it_stands_with_its_cells_whether_it_took_part_or_not(crowds):
    points = scatter_points(*crowds.parts, AXES)
    assert points.rows[points.is_noise].tolist() == NOISE
    assert points.coordinates[points.is_noise].tolist() == [[50, 40], [0, 30], [-9, 70]]
    assert points.in_fit[points.is_noise].tolist() == [True, True, False]
    assert [dict(points.cells)["name"][i] for i in np.flatnonzero(points.is_noise)] == ["f", "k", "m"]


def test_customers_of_the_segments_stand_where_they_do_without_noise(crowds):
    points = scatter_points(*crowds.parts, AXES)
    drawn = dict(zip(points.rows.tolist(), points.coordinates.tolist(), strict=True))
    assert [drawn[row] for row in (4, 11, 13, 9)] == [[2, 0], [1, 2], [2, 1], [21, 1]]
    assert sorted(points.rows[points.labels == 0].tolist()) == sorted(SEVEN)
    assert (points.n_total, points.n_noise) == (14, 3)


def test_components_of_noise_are_those_of_its_own_prepared_values(crowds):
    # two features, two components: a rotation keeps the distance from row 0 to the others
    points = scatter_points(*crowds.parts, ("Component 1", "Component 2"))
    own = points.coordinates[points.rows == 0]
    expected = [np.hypot(50, 40), 30, np.hypot(9, 70)]
    assert np.linalg.norm(points.coordinates[points.is_noise] - own, axis=1) == pytest.approx(expected, rel=1e-5)


def test_a_sample_holds_noise_in_proportion(many):
    assert len(many.clustering.noise) == 100
    points = scatter_points(*many.parts, ("x", "y"), most=500)
    assert np.bincount(points.labels + 1).tolist() == [50, 300, 150]
    assert points.n_total == 1000


def test_of_little_noise_twenty_are_drawn(many):
    # in proportion it would be 10 of 100
    assert scatter_points(*many.parts, ("x", "y"), most=100).is_noise.sum() == 20


def test_the_sample_of_noise_is_the_same_each_time_and_in_the_files_order(many):
    one, two = (scatter_points(*many.parts, ("x", "y"), most=300) for _ in range(2))
    assert one.rows.tolist() == two.rows.tolist()
    assert (np.diff(one.rows[one.is_noise]) > 0).all()


def test_without_noise_nobody_is_noise():
    case = Case(ROWS.encode(), AXES, ClusterSpec(n_clusters=2))
    points = scatter_points(*case.parts, AXES)
    assert (points.n_noise, points.n_total, points.is_noise.any()) == (0, 14, False)


# --- how they look ---


def test_noise_is_small_gray_and_beneath_the_segments(crowds):
    fig = scatter_chart(scatter_points(*crowds.parts, AXES), looks(crowds), finding="")
    noise = fig.data[0]
    assert (noise.name, list(noise.x), list(noise.y)) == ("Noise", [50, 0, -9], [40, 30, 70])
    assert noise.marker.color == colours("light").marks
    assert noise.marker.size < min(mark(label).size for label in range(8))
    assert pointed(noise)[0].startswith("<b>Noise: near no segment</b><br>Row 6<br>name: f<br>x: 50")


def test_noise_has_no_number_and_no_center(crowds):
    fig = scatter_chart(scatter_points(*crowds.parts, AXES), looks(crowds), finding="")
    assert [note.text for note in fig.layout.annotations] == ["<b>1</b>", "<b>2</b>"]
    assert [trace.name for trace in fig.data if trace.name.startswith("Center")] == [
        "Center of Segment 1",
        "Center of Segment 2",
    ]


def test_noise_is_no_segment_in_three_dimensions_either(crowds):
    case = Case(ROWS.encode(), ("x", "y", "z"), DBSCAN.with_settings(eps=2.3, min_samples=3), weight_column="weight")
    fig = scatter_3d_chart(scatter_points(*case.parts, ("x", "y", "z")), looks(case), finding="")
    noise = fig.data[0]
    assert (noise.name, list(noise.z), noise.marker.color) == ("Noise", [3, 2, 1], colours("light").marks)
    assert [note.text for note in fig.layout.scene.annotations] == ["<b>1</b>", "<b>2</b>"]


def test_the_picture_is_framed_by_noise_that_took_part(crowds):
    # of x from 0 to 50 and y from 0 to 40, with 6 %; row 13 at (-9, 70) took no part
    fig = scatter_chart(scatter_points(*crowds.parts, AXES), looks(crowds), finding="")
    assert fig.layout.xaxis.range == pytest.approx((-3, 53))
    assert fig.layout.yaxis.range == pytest.approx((-2.4, 42.4))


def test_the_title_says_what_the_gray_marks_are(many):
    fig = scatter_chart(scatter_points(*many.parts, ("x", "y")), looks(many), finding="")
    assert title(fig)[1] == "All 1,000 customers; large: centers; gray: noise"


def test_noise_has_a_bar_of_its_own_below_the_segments(many):
    fig = sizes_chart(many.profile, looks(many), n_noise=100)
    assert list(fig.data[0].text) == ["600 · 67 %", "300 · 33 %"]
    bar = next(trace for trace in fig.data if trace.name == "Noise" and trace.type == "bar")
    assert (list(bar.x), list(bar.text), bar.marker.color) == ([100], ["100 · 10 %"], colours("light").marks)
    assert bar.y[0] > 2  # apart: the next segment would be at 2
    assert fig.layout.yaxis.range[0] == bar.y[0] + 0.5
    assert title(fig)[1] == "Shares of the 900 in segments; of noise: of all 1,000"


def test_more_noise_than_any_segment_fits_into_the_bars(many):
    fig = sizes_chart(many.profile, looks(many), n_noise=5000)
    assert fig.layout.xaxis.range[1] > 5000


def test_without_noise_there_is_no_bar_for_it(many):
    assert "Noise" not in [trace.name for trace in sizes_chart(many.profile, looks(many)).data]


def test_pairs_of_columns_show_noise_and_parallel_lines_say_that_they_leave_it_out(many):
    sample = sample_rows(many.table, many.clustering, many.features.spec, many.profile)
    fig = pairs_chart(sample, looks(many))
    noise = [trace for trace in fig.data if trace.name == "Noise"]
    assert [len(trace.x) for trace in noise] == [sample.noise.shape[0]] * 3
    assert sorted(sample.noise[:, sample.columns.index("y")])[-1] == 75
    assert "gray: noise" in title(fig)[1]
    assert "noise left out" in title(parallel_chart(sample, looks(many)))[1].replace("<br>", " ")


def test_by_segment_noise_is_a_gray_group_beside_the_labels(crowds):
    points = scatter_points(*crowds.parts, AXES)
    fig = groups_chart(points, points.labels, looks(crowds), finding="By segment")
    assert (fig.data[0].name, len(fig.data[0].x)) == ("Noise", 3)
    assert title(fig)[1] == "All 14 customers"


# --- in words ---


def test_the_finding_says_how_much_is_noise(many):
    assert scatter_finding(many.profile, (), 0.1) == "Two segments; 10 % of customers are noise"
    assert sizes_finding(many.profile, 0.004) == (
        "Two segments; the largest holds 66.7 %; 0.4 % of customers are noise"
    )


def test_the_alternative_texts_say_how_much_is_noise(many):
    points = scatter_points(*many.parts, ("x", "y"))
    assert scatter_alt(points, many.profile, ("A", "B")) == (
        "Scatter of 1,000 customers along x and y. A: 600 customers, 66.7 %; B: 300 customers, 33.3 %; "
        "10 % of customers are noise"
    )
    assert "noise" not in sizes_alt(many.profile, ("A", "B"))


# --- in a lasso ---


def test_a_box_around_noise_holds_it_with_the_others(crowds):
    rows = inside(*crowds.parts, AXES, boxes=[((-10, 2), (1, 80))])
    assert rows.tolist() == [1, 3, 10, 11, 12, 13]
    assert without_noise(crowds.clustering, rows).tolist() == [1, 3, 11, 13]


def test_a_group_with_noise_is_compared_without_it(crowds):
    one = apart(crowds.features, crowds.clustering, np.array([6, 7, 8, 9, 10, 12]))
    assert one.sizes == (4, 7)
    assert one.cluster_centers[0].tolist() == [20.5, 0.5]


def test_where_the_chosen_come_from_names_noise_last(crowds):
    told = chosen_from(crowds.clustering, np.array([0, 1, 6, 10, 12]), ("A", "B"))
    assert told == "From A (2 of 7), B (1 of 4), noise (2 of 3)"


def test_what_can_be_done_with_noise_is_said_only_where_there_is_some():
    assert noise_among(0, 5) == ""
    assert noise_among(1, 5).startswith("1 of them is noise, near no segment: kept and downloaded like the others")
    assert noise_among(5, 5).startswith("All of them are noise")


def page(content, draw, view):
    """The picture of these segments with something drawn, as a page shows it."""
    from clustering import ClusterSpec, FeatureSpec, read_table
    from pages._ui import compute
    from pages._ui.clusters import show_map
    from pages._ui.picking import picked, scatter
    from pages._ui.session import current

    session = current()
    if session.table is None:
        session.load(read_table(content), "Crowds")
        session.features = FeatureSpec(("x", "y"), scale="none", outliers="keep")
        session.clustering = ClusterSpec(method="dbscan").with_settings(eps=1.5, min_samples=3)
    segments = compute.as_found(session)
    profile = compute.profile(session, segments)
    if view == "map":
        show_map(session, segments, profile)
    else:
        scatter(session, segments, profile, ("x", "y"))
        if draw is not None:
            picked(session, segments, compute.chosen(session, segments, ("x", "y"), (draw,), ()))


def shown(draw=None, view="flat"):
    return AppTest.from_function(page, default_timeout=60, args=(ROWS.encode(), draw, view)).run()


def told(app):
    assert not app.exception
    return " ".join(element.value for element in [*app.markdown, *app.caption]).replace("\\", "")


def test_chosen_noise_is_listed_apart_and_only_the_others_can_be_moved():
    # rows 1, 3 and 11 of the crowd, 13 beside them; 10 and 12 are noise
    app = shown(((-10, 2), (1, 80)))
    assert "## 6 customers chosen" in told(app)
    assert "2 of them are noise, near no segment" in told(app)
    assert "From Segment 1 (4 of 7), noise (2 of 3)" in told(app)
    assert "Move 4 customers" in [button.label for button in app.button]
    assert app.dataframe[-1].value["name"].tolist() == ["b", "d", "l", "n"]
    assert "The table shows the first 4; the download holds all 6." in told(app)


def test_a_lasso_around_nothing_but_noise_can_be_kept_as_a_group():
    app = shown(((40, 60), (30, 50)))
    assert "All of them are noise" in told(app)
    assert not [button for button in app.button if button.label.startswith("Move")]
    app.text_input[0].set_value("Stragglers").run()
    next(button for button in app.button if button.label == "Keep it").click().run()
    (group,) = app.session_state["session"].groups
    assert (group.name, group.rows.tolist()) == ("Stragglers", [5])


def test_the_map_colours_noise_gray(crowds):
    found = tsne_map(crowds.features)
    points = map_points(*crowds.parts, found)
    assert points.rows[points.is_noise].tolist() == [5, 10]
    fig = map_chart(points, looks(crowds), finding="")
    assert (fig.data[0].name, len(fig.data[0].x)) == ("Noise", 2)
    assert title(fig)[1] == "All 12 customers that took part; gray: noise"
