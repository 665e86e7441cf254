"""The picture of a start by hand: what is placed, what can be clicked, and where it ended."""

import numpy as np
import pytest

from clustering.charts import starting_chart
from clustering.charts.template import colours
from clustering.identity import default_looks, mark
from clustering.points import Points
from clustering.starting import Path

PLACES = np.array([(0.0, 0.0), (5.0, 1.0), (10.0, 2.0)])
ENDS = np.array([(10.0, 1.0), (0.0, 1.0)])
STARTS = np.array([(9.0, 0.0), (1.0, 2.0)])
PATH = Path(labels=(1, 0), ends=ENDS, unvisited=(), n_iter=3, settled=True, inertia=1234.0)


def points(n_total=4, axes=("x", "y")):
    return Points(
        axes=axes,
        coordinates=np.array([(0, 0), (0, 2), (10, 0), (10, 2)], dtype=np.float32),
        labels=np.array([0, 0, 1, 1]),
        rows=np.arange(4),
        cells=(),
        in_fit=np.ones(4, dtype=bool),
        centers=ENDS[::-1],
        n_total=n_total,
    )


def chart(starts=STARTS, **settings):
    return starting_chart(points(), PLACES, starts, **settings)


def ended(path=PATH, **settings):
    return chart(path=path, ends=ENDS, looks=default_looks(2), **settings)


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def title(figure):
    return figure.layout.title.text.replace("<br>", " ").split("</b>")[0].removeprefix("<b>")


def told(figure):
    return figure.layout.title.text.replace("<br>", " ").split("</b>")[1]


def test_the_title_counts_the_placed_centers():
    assert title(chart(np.array([(9.0, 0.0), (np.nan, np.nan)]))) == "1 of 2 centers placed"
    assert title(chart()) == "All two centers are placed"


def test_the_title_says_how_the_start_has_fared():
    assert title(ended(usual=(1180.0, 10))) == (
        "Settled after 3 rounds; inertia 1,234, against 1,180 for the best of ten random starts"
    )
    assert title(ended(usual=(1234.04, 10))) == (
        "Settled after 3 rounds; inertia 1,234, as with the best of ten random starts"
    )
    assert (
        title(ended(usual=(1180.0, 1))) == "Settled after 3 rounds; inertia 1,234, against 1,180 for one random start"
    )


def test_a_start_that_was_ended_early_is_told():
    path = Path((1, 0), ENDS, (), n_iter=300, settled=False, inertia=5.0)
    assert title(ended(path)).startswith("Still moving after 300 rounds")


def test_a_center_that_is_not_placed_is_not_drawn():
    starts = trace(chart(np.array([(np.nan, np.nan), (1.0, 2.0)])), "Starts")
    assert (starts.x.tolist(), starts.y.tolist(), starts.text) == ([1], [2], ("<b>2</b>",))


def test_every_start_has_a_line_to_its_end():
    ways = trace(ended(), "Ways")
    assert np.array(ways.x, dtype=float) == pytest.approx([9, 10, np.nan, 1, 0, np.nan], nan_ok=True)
    assert np.array(ways.y, dtype=float) == pytest.approx([0, 1, np.nan, 2, 1, np.nan], nan_ok=True)
    assert "Ways" not in [one.name for one in chart().data]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_end_has_the_look_and_number_of_its_segment(mode):
    figure = ended(mode=mode)
    ends = trace(figure, "Ends")
    assert ends.marker.color == (mark(1).colour(mode), mark(0).colour(mode))
    assert ends.marker.symbol == (mark(1).symbol, mark(0).symbol)
    assert [(note.x, note.text) for note in figure.layout.annotations] == [(10, "<b>2</b>"), (0, "<b>1</b>")]
    assert trace(figure, "Starts").textfont.color == colours(mode).text


def test_the_chosen_center_stands_out():
    c = colours("light")
    assert trace(chart(chosen=1), "Starts").marker.color == (c.text, c.accent)


def test_only_places_can_be_clicked_and_the_nearest_is_meant():
    figure = ended()
    clickable = [one.name for one in figure.data if one.hoverinfo != "skip"]
    assert clickable == ["Places to click"]
    assert trace(figure, "Places to click").x.tolist() == [0, 5, 10]
    assert figure.layout.hoverdistance == -1


def test_a_click_pales_nothing():
    assert all(one.unselected.marker.opacity == one.marker.opacity for one in ended().data if one.mode != "lines")


def test_a_start_far_away_does_not_shrink_the_picture_and_is_told():
    figure = chart(np.array([(1e6, 0.0), (1.0, 2.0)]))
    assert figure.layout.xaxis.range == pytest.approx((-0.6, 10.6))
    assert "Center 1 starts outside the picture" in told(figure)
    assert "outside" not in told(chart())


def test_a_sample_of_the_customers_is_told():
    assert "All 4 customers in gray" in told(chart())
    figure = starting_chart(points(n_total=5_000), PLACES, STARTS)
    assert "Sample of 4 of 5,000 customers in gray" in told(figure)


def test_the_users_text_is_no_markup():
    figure = starting_chart(points(axes=("<b>x</b>", "y")), PLACES, STARTS)
    assert figure.layout.xaxis.title.text == "&lt;b&gt;x&lt;/b&gt;"
    assert "&lt;b&gt;x" in trace(figure, "Places to click").hovertemplate


def test_nothing_in_the_name_of_a_column_is_filled_in():
    figure = starting_chart(points(axes=("%{y}", "y")), PLACES, STARTS)
    shown = trace(figure, "Places to click").hovertemplate
    assert shown == "%&#123;y}: %{x:.4~g}<br>y: %{y:.4~g}<extra></extra>"
