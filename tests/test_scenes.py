"""The scenes show what their two sentences say."""

import re

import numpy as np
import pytest
from sklearn.datasets import make_moons

from clustering import read_table
from clustering.charts import lloyd_chart, unlabelled_chart
from clustering.errors import InvalidSetting, NoUsableColumns
from clustering.scenes import (
    OWN,
    PHOTOGRAPH,
    SCENES,
    Choices,
    own_columns,
    own_panel,
    own_points,
    panels,
    photograph,
    points,
    scene,
    start_ends,
)

FIXED = [one for one in SCENES if one.name not in (OWN, PHOTOGRAPH)]


def run(name, **choices):
    one = scene(name)
    return panels(name, Choices(**{"n_clusters": one.n_clusters, "random_state": one.random_state} | choices))


def sizes(panel):
    return sorted(np.bincount(panel.steps[-1].labels).tolist(), reverse=True)


def frame(figure, name):
    return next(one for one in figure.frames if one.name == name)


# What is shown


@pytest.mark.parametrize("one", SCENES, ids=lambda one: one.name)
def test_a_scene_has_an_address_and_two_sentences(one):
    assert re.fullmatch(r"[a-z-]+", one.name)
    assert len(re.findall(r"[.?!](?= [A-Z]|$)", one.says)) == 2


def test_an_address_nobody_gave_leads_to_the_first_scene():
    assert scene("nowhere") == scene(None) == SCENES[0]


@pytest.mark.parametrize("one", FIXED, ids=lambda one: one.name)
def test_a_scene_settles(one):
    for panel in run(one.name):
        assert len(panel.steps[-1].changed) == 0


def test_the_scenes_of_the_tutorials_have_their_points():
    uniform = points("uniform")
    assert uniform.shape == (100, 2) and uniform.min() >= 0 and uniform.max() <= 1
    assert scene("uniform").n_clusters == 3
    assert points("blobs").shape == (300, 2)
    groups = points("groups").reshape(3, 100, 2)
    assert groups.mean(axis=1) == pytest.approx(np.array([[2, 2], [-2, -2], [2, -2]]), abs=0.3)


def test_the_bad_start_shares_one_group_and_merges_two():
    bad, good = run("bad-start")
    assert sizes(good) == [75, 75, 75, 75]
    assert sizes(bad)[0] > 140 and sizes(bad)[-1] < 50
    assert bad.steps[-1].inertia > 2 * good.steps[-1].inertia


def test_some_random_starts_end_badly_and_k_means_plus_plus_hardly_any():
    found = start_ends("bad-start", Choices(4))
    best = found["random"][0]
    assert best == pytest.approx(212.006, abs=1e-3)
    assert found["random"][-1] > 2 * best
    assert sum(end < 1.01 * best for end in found["k-means++"]) >= 9


def test_k_too_small_merges_and_k_too_large_cuts():
    small, large = run("k")
    assert len(sizes(small)) == 2 and sizes(small)[0] > 200
    assert len(sizes(large)) == 6


def test_the_moons_are_not_found():
    (panel,) = run("moons", start="random")
    truth = make_moons(300, noise=0.06, random_state=0)[1]
    agree = (panel.steps[-1].labels == truth).mean()
    assert min(agree, 1 - agree) > 0.1


def test_scaling_finds_the_groups_that_income_hides():
    truth = np.repeat([0, 1], 100)
    for panel, found in zip(run("scales"), (False, True), strict=True):
        agree = (panel.steps[-1].labels == truth).mean()
        assert (max(agree, 1 - agree) > 0.95) == found


def test_a_scaled_panel_is_drawn_in_its_own_units():
    scaled = run("scales")[1]
    assert scaled.drawn(scaled.X) == pytest.approx(points("scales"))


def test_the_outlier_takes_a_center_for_itself_once_it_is_far_enough():
    assert sizes(run("outlier", outlier=6)[0]) == [21, 20]
    assert sizes(run("outlier", outlier=30)[0]) == [40, 1]


def test_the_empty_group_is_put_on_a_point():
    (panel,) = run("empty")
    update = panel.steps[2]
    assert update.relocated == (2,)
    assert np.abs(panel.X - update.cluster_centers[2]).sum(axis=1).min() < 1e-12
    assert sizes(panel)[-1] > 50


def test_points_nobody_gave_are_refused():
    with pytest.raises(InvalidSetting):
        points(PHOTOGRAPH)


# The loaded table


def test_columns_of_numbers_can_be_drawn(mall):
    assert own_columns(mall) == ("Age", "Annual Income (k$)", "Spending Score (1-100)")


def test_two_columns_are_scaled_and_drawn_in_their_units(mall):
    panel = own_panel(mall, ("Annual Income (k$)", "Spending Score (1-100)"), Choices(5, random_state=1))
    assert panel.X.std(axis=0) == pytest.approx([1, 1])
    assert panel.drawn(panel.X)[0] == pytest.approx([15, 78])
    assert sizes(panel) == [81, 39, 35, 23, 22]


def test_centers_placed_by_hand_are_in_the_units_of_the_axes(mall):
    panel = own_panel(mall, ("Age", "Annual Income (k$)"), Choices(2, start=((20.0, 30.0), (60.0, 90.0))))
    assert panel.drawn(panel.steps[0].cluster_centers) == pytest.approx(np.array([[20, 30], [60, 90]]))


def test_rows_without_a_number_take_no_part():
    table = read_table(b"x,y\n1,2\n3,\n5,6\n,8\n9,1\n")
    assert own_points(table, ("x", "y")).tolist() == [[1, 2], [5, 6], [9, 1]]


def test_a_column_that_is_constant_where_both_have_numbers_is_left_as_it_is():
    panel = own_panel(read_table(b"x,y\n1,2\n3,2\n5,2\n,9\n"), ("x", "y"), Choices(2))
    assert panel.drawn(panel.steps[-1].cluster_centers)[:, 1].tolist() == [2, 2]


def test_a_large_table_is_sampled():
    rows = "".join(f"{i},{i * 7 % 101}\n" for i in range(2_000))
    values = own_points(read_table(f"x,y\n{rows}".encode()), ("x", "y"))
    assert len(values) == len(np.unique(values, axis=0)) == 500


def test_columns_without_two_full_rows_are_refused():
    table = read_table(b"x,y\n1,\n3,\n5,6\n,8\n,1\n")
    with pytest.raises(NoUsableColumns, match="Fewer than two rows"):
        own_points(table, ("x", "y"))


# The photograph


def test_a_photograph_is_reduced_to_so_many_colours():
    picture = photograph("china.jpg", 4)
    assert picture.original.shape == picture.reduced.shape == (214, 320, 3)
    assert len(np.unique(picture.reduced.reshape(-1, 3), axis=0)) == 4
    assert picture.palette.shape == (16, 320, 3)


def test_more_colours_come_closer_to_the_photograph():
    def error(n):
        picture = photograph("flower.jpg", n)
        return np.abs(picture.original.astype(float) - picture.reduced).mean()

    assert error(16) < error(4) < error(1)


# The figure


def test_every_step_is_a_frame_and_a_stop_of_the_slider():
    (panel,) = run("groups", start="random")
    figure = lloyd_chart(panel)
    stops = [step.label for step in figure.layout.sliders[0].steps]
    assert stops == [str(i) for i in range(len(panel.steps))]
    assert set(stops) <= {one.name for one in figure.frames}


def test_a_frame_shows_its_step():
    (panel,) = run("empty")
    figure = lloyd_chart(panel)
    last = len(panel.steps) - 1
    colours = frame(figure, str(last)).data[3].marker.color
    by_label = {colour: set(panel.steps[-1].labels[np.array(colours) == colour]) for colour in set(colours)}
    assert sorted(map(len, by_label.values())) == [1, 1, 1]
    centers = frame(figure, str(last)).data[6]
    assert np.column_stack([centers.x, centers.y]) == pytest.approx(panel.steps[-1].cluster_centers, abs=1e-5)
    assert frame(figure, str(last)).data[7].y == pytest.approx([step.inertia for step in panel.steps[1:]])
    assert "Settled: no point changes in round 5" in frame(figure, str(last)).layout.title.text


def test_a_step_that_moves_the_centers_alone_leaves_the_points_to_the_step_before():
    (panel,) = run("groups", start="random")
    figure = lloyd_chart(panel)
    moved, assigned = frame(figure, "2"), frame(figure, "1")
    assert (panel.steps[2].kind, moved.baseframe, assigned.baseframe) == ("update", "1", None)
    assert set(assigned.traces) - set(moved.traces) == {3}  # the points, behind the grounds of three groups
    assert len(assigned.data[3].marker.color) == len(panel.X)
    assert [len(one.data) for one in (assigned, moved)] == [len(assigned.traces), len(moved.traces)]


def test_points_have_no_group_at_the_start_and_changed_ones_a_ring():
    (panel,) = run("groups", start="random")
    figure = lloyd_chart(panel)
    assert len(set(figure.data[3].marker.color)) == 1
    assert len(frame(figure, "1").data[4].x) == 0
    assert len(frame(figure, "3").data[4].x) == len(panel.steps[3].changed) > 0


def test_back_and_step_lead_to_the_neighbours_and_the_end_can_be_played_again():
    (panel,) = run("groups", start="random")
    figure = lloyd_chart(panel)
    last = len(panel.steps) - 1

    def targets(layout):
        back, play, _, step = layout.updatemenus[0].buttons
        return back.args[0][-1], play.label, step.args[0][-1]

    assert targets(figure.layout) == ("0", "Play", "1")
    assert targets(frame(figure, "3").layout) == ("2", "Play", "4")
    assert targets(frame(figure, str(last)).layout) == (str(last - 1), "Play again", str(last))


def test_an_empty_group_is_told():
    (panel,) = run("empty")
    assert "an empty group gets a new center" in frame(lloyd_chart(panel), "2").layout.title.text


def test_a_result_can_be_shown_at_once():
    (panel,) = run("outlier", outlier=30)
    figure = lloyd_chart(panel, step=-1)
    assert figure.layout.sliders[0].active == len(panel.steps) - 1
    assert "sizes 40 · 1" in figure.layout.title.text


def test_titles_of_columns_are_plain_text():
    table = read_table(b"y,<b>x</b>\n1,2\n3,4\n5,1\n")
    figure = lloyd_chart(own_panel(table, ("<b>x</b>", "y"), Choices(2)))
    assert figure.layout.xaxis.title.text == "&lt;b&gt;x&lt;/b&gt;"


def test_the_points_alone_have_one_colour():
    (panel,) = run("unlabelled")
    assert len(set(unlabelled_chart(panel).data[0].marker.color)) == 1
