"""What the pointer shows at a customer: put together by the browser, and the text that stood there as a whole."""

import json

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest

from clustering.charts import map_chart, right_wrong_chart, scatter_3d_chart, scatter_chart
from clustering.charts.pointer import lasting, pointed, told_by_lines
from clustering.charts.template import plain
from clustering.identity import default_looks
from clustering.points import Points

HOSTILE = (
    ("id", ["7", "007", "", "=1+1"]),
    ("%{x} of %{customdata[1]}", ["%{x}", "%{customdata[0]}", "%&#123;y}", "100 %"]),
    ("<b>bold</b> & <extra>", ["<i>a</i>", "</b><extra>", "&lt;", "\u202egnp.exe"]),
    ("note", ["two\nlines", "{}", "\\u003c", "N" * 50]),
)
SHOWN = [
    "Row 1,235<br>id: 7<br>%{x} of %{customdata[1]}: %{x}"
    "<br>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;extra&gt;: &lt;i&gt;a&lt;/i&gt;<br>note: two lines",
    "Row 1,236<br>id: 007<br>%{x} of %{customdata[1]}: %{customdata[0]}"
    "<br>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;extra&gt;: &lt;/b&gt;&lt;extra&gt;<br>note: {}",
]


def points(cells=HOSTILE, n_axes=2):
    place = np.arange(4, dtype=np.float32)
    return Points(
        axes=("across", "up", "deep")[:n_axes],
        coordinates=np.column_stack([place, 10 * place, 100 * place])[:, :n_axes],
        labels=np.array([0, 0, 1, -1]),
        rows=np.arange(4) + 1234,
        cells=cells,
        in_fit=np.ones(4, dtype=bool),
        centers=np.full((2, n_axes), 0.5),
        n_total=4,
        n_noise=1,
    )


def right_wrong(points, looks, *, finding):
    return right_wrong_chart(points, np.array([0, 0, 1, -1]), finding=finding)


@pytest.mark.parametrize(
    "chart, n_axes, name",
    [
        (scatter_chart, 2, "Segment 1"),
        (map_chart, 2, "Segment 1"),
        (scatter_3d_chart, 3, "Segment 1"),
        (right_wrong, 2, "Right"),
    ],
)
def test_customers_are_told_by_their_row_and_cells_whatever_is_in_these(chart, n_axes, name):
    fig = chart(points(n_axes=n_axes), default_looks(2), finding="")
    trace = next(trace for trace in fig.data if trace.name == name and len(trace.x) == 2)
    assert pointed(trace) == [f"<b>{name}</b><br>{line}" for line in SHOWN]


def test_what_is_put_together_is_what_was_written_as_a_whole():
    lines = [(f"{plain(title, 30)}: ", [plain(cell, 40) for cell in cells]) for title, cells in HOSTILE]
    whole = ["<b>%{y}</b>" + "".join(f"<br>{start}{ends[i]}" for start, ends in lines) for i in range(4)]
    assert pointed(go.Scatter(x=[0] * 4, y=[0] * 4, **told_by_lines("<b>%{y}</b>", lines))) == whole


def test_a_heading_alone_is_one_text_for_all_points():
    told = told_by_lines("<b>Center of %{x}</b>")
    assert told == {"hovertemplate": "<b>Center of %&#123;x}</b><extra></extra>"}
    assert pointed(go.Scatter(x=[1, 2], y=[1, 2], **told)) == ["<b>Center of %{x}</b>"]


def test_a_place_alone_is_nothing_to_tell():
    assert pointed(go.Scatter(x=[1], y=[2], hovertemplate=f"{lasting('%{x}')}: %{{x:.4~g}}<extra></extra>")) == []


def test_a_picture_says_the_names_of_the_columns_once_per_segment():
    titles = ["spend", "visits", "age"]
    i = np.arange(2_000)
    cells = tuple((title, [f"{value}.5" for value in 10 + i % 80]) for title in titles)
    many = Points(
        axes=("across", "up"),
        coordinates=np.column_stack([i, i]).astype(np.float32),
        labels=i % 2,
        rows=i,
        cells=cells,
        in_fit=np.ones(len(i), dtype=bool),
        centers=np.zeros((2, 2)),
        n_total=len(i),
    )
    spec = plotly.io.to_json(scatter_chart(many, default_looks(2), finding=""), validate=False)
    assert [spec.count(f"{title}: ") for title in titles] == [2, 2, 2]
    # of a point two float32 as base64 and its texts with quotes: "1,235","12.5","12.5","12.5"
    assert len(json.dumps(json.loads(spec)["data"])) < 2_000 * 60
