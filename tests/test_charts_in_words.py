"""What charts say to those who do not see them: the finding, what is drawn, and the figures."""

import ast
import re
from types import SimpleNamespace

import numpy as np
import pytest
from driver import ROOT, SAMPLES, open_tab, upload, widget
from driver import go as go_to

from clustering import ClusterSpec, FeatureSpec, prepare, read_table, sweep
from clustering.charts import correlation_chart, in_words, index_chart, lloyd_chart, steps_in_words
from clustering.charts.template import figure
from clustering.scenes import Choices, own_panel


def titled(finding="Most are young", shown="200 customers"):
    return figure("light", finding=finding, shown=shown, height=320)


# --- the words of a figure ---


def test_a_chart_says_its_finding_and_what_is_drawn():
    assert in_words(titled()) == "Most are young. 200 customers"


def test_a_title_over_two_lines_is_one_sentence_and_markup_of_the_user_is_text():
    long = "Customers of <b>Köln</b> & Bonn are much younger than all of the others together"
    assert in_words(titled(long)) == f"{long}. 200 customers"


def test_better_words_take_the_place_of_the_figures():
    fig = titled().add_bar(x=[1], y=[1], hovertext=["<b>Age</b><br>0.62"], hoverinfo="text")
    assert in_words(fig, "Age leads.") == "Most are young. 200 customers. Age leads"


def test_what_the_pointer_shows_is_told_once_those_of_one_segment_together():
    fig = titled()
    for told in ("Age 33", "Income 87", "Age 33"):
        fig.add_bar(x=[1, 2], y=[1, 1], hovertext=[f"<b>Savers</b><br>{told}", "<b>A &amp; B</b><br>none<br>of it"])
        fig.update_traces(hoverinfo="text")
    assert in_words(fig) == "Most are young. 200 customers. Savers: Age 33, Income 87; A & B: none, of it"


def test_a_curve_is_told_point_by_point():
    # four corners of a rectangle of 10 x 2: with two segments the silhouette is 1 - 4 / (10 + sqrt(104)) = 0.80
    table = read_table(b"x,y\n0,0\n0,2\n10,0\n10,2\n")
    found = sweep(prepare(table, FeatureSpec(("x", "y"), scale="none")), ClusterSpec(), range(2, 4))
    assert in_words(index_chart(found, "silhouette")) == (
        "Segments are most separate at two. Separation (silhouette); 4 customers; higher is better. "
        "2 segments: 0.80; 3 segments: 0.40"
    )


def test_a_table_of_cells_is_told_row_by_row():
    fig = correlation_chart(np.array([[1, 0.5], [0.5, 1]]), ("age", "income"), n_customers=4)
    assert in_words(fig).endswith("4 customers. age: age 1.00, income 0.50; income: age 0.50, income 1.00")


def test_signs_that_are_read_aloud_as_shapes_become_words():
    fig = titled()
    fig.add_heatmap(z=[[1, -1]], text=[["40 ▲", "8 ▼"]])
    fig.update_layout(xaxis_ticktext=["men", "women"], yaxis_ticktext=["Savers"])
    assert in_words(fig).endswith("Savers: men 40 (more), women 8 (fewer)")


def test_bands_are_told_with_where_they_lead():
    fig = titled()
    fig.add_sankey(
        node={"label": ["1", "2"]}, link={"source": [0], "target": [1], "value": [3], "customdata": ["A → B: 3"]}
    )
    assert in_words(fig).endswith("A to B: 3")


def test_many_bands_are_told_too():
    fig = titled()
    ends = {"source": [0] * 50, "target": [1] * 50, "value": [1] * 50}
    fig.add_sankey(node={"label": ["1", "2"]}, link=ends | {"customdata": [f"A → {i}" for i in range(50)]})
    assert in_words(fig).count("A to ") == 50


@pytest.mark.parametrize("n, told", [(40, 40), (41, 0)])
def test_many_marks_are_the_customers_themselves_and_not_told(n, told):
    fig = titled()
    fig.add_scatter(x=[0] * n, y=[0] * n, mode="markers", hovertext=[f"Row {i}" for i in range(n)], hoverinfo="text")
    assert in_words(fig).count("Row") == told


def test_of_a_long_line_five_points_are_told():
    fig = titled()
    fig.add_scatter(x=[0] * 101, y=[0] * 101, mode="lines", hovertext=[f"top {i} %" for i in range(101)])
    fig.update_traces(hoverinfo="text")
    assert in_words(fig).endswith("200 customers. top 0 %; top 25 %; top 50 %; top 75 %; top 100 %")


def test_nobody_has_to_listen_for_ever():
    assert len(in_words(titled(), "word " * 1_000)) == 1_500


def test_every_step_that_is_played_is_told():
    # centers at 0 and 1 of the points 0, 1 and 10: the second moves to 5.5, and 1 is then nearer to the first
    panel = own_panel(read_table(b"x,y\n0,0\n1,0\n10,0\n"), ("x", "y"), Choices(2, ((0, 0), (1, 0))))
    told = steps_in_words(lloyd_chart(panel))
    assert len(told) == len(panel.steps)
    assert told[0] == "Start: 2 centers placed. 3 points, no group yet"
    assert told[1].startswith("Round 1: all points are assigned. Assignment: each to its nearest center · inertia ")
    assert told[-1].startswith("Settled: no point changes")


# --- the charts of the pages ---


def test_every_chart_is_drawn_where_its_words_are_given():
    calls = []
    for path in (ROOT / "app.py", *(ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "plotly_chart":
                alt = next(word.value for word in node.keywords if word.arg == "alt")
                calls.append((path.name, alt.func.id))
    assert set(calls) == {("widgets.py", "in_words")}


def alts(app):
    assert not app.exception
    return [SimpleNamespace(alt=chart.proto.alt, spec=chart.proto.spec) for chart in app.get("plotly_chart")]


def say_what_they_show(charts):
    for chart in charts:
        finding = re.search(r'"title":\{.*?"text":"\\u003cb\\u003e(.*?)\\u003c', chart.spec)[1]
        assert chart.alt.startswith(finding.encode().decode("unicode_escape")[:20])
        assert re.search(r"\d", chart.alt), chart.alt
    assert len({chart.alt for chart in charts}) == len(charts)


def walk(app):
    """All charts of the Features, Choose k, Clusters and Segments pages, a list for each page or tab."""
    found = [alts(go_to(app, f"pages/{page}.py")) for page in ("2_Features", "3_Choose_k", "4_Clusters", "5_Segments")]
    for tab in ("Pictures", "Value"):
        found.append(alts(open_tab(app, tab)))
        if tab == "Pictures":
            for name in ("Profile lines", "Radar", "Every customer", "Pairs"):
                widget(app.segmented_control, "Picture").set_value(name).run()
                found.append(alts(app))
    return found


def test_the_charts_of_two_files_say_different_things(app):
    said = []
    for sample in ("mall_customers", "iris"):
        upload(app, f"{sample}.csv", (SAMPLES / f"{sample}.csv").read_bytes())
        pages = walk(app)
        assert all(pages)
        for charts in pages:
            say_what_they_show(charts)
        said.append({chart.alt for charts in pages for chart in charts})
    assert not said[0] & said[1]
