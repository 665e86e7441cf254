"""What the pointer shows at a customer, as the browser puts it together, is the very text that Python tells."""

import html
import re

import plotly.graph_objects as go
import plotly.io
import pytest
from playwright.sync_api import expect

from clustering.charts import scatter_chart
from clustering.charts.pointer import pointed
from clustering.charts.script import drawing_script
from clustering.identity import default_looks
from tests.test_pointer import points

AT_POINT = "([x, y]) => Plotly.Fx.hover('chart', {xval: x, yval: y}, 'xy')"


@pytest.mark.parametrize("kind", [go.Scatter, go.Scattergl])
def test_the_pointer_shows_what_the_file_says_and_takes_none_of_it_for_a_place(new_page, kind):
    fig = scatter_chart(points(), default_looks(2), finding="")
    traces = [{**trace.to_plotly_json(), "type": kind().type} for trace in fig.data]
    page = new_page()
    page.set_content("<div id='chart' style='width: 700px'></div>")
    page.add_script_tag(content=drawing_script())
    spec = plotly.io.to_json(go.Figure(traces, fig.layout), validate=False)
    page.evaluate(f"async () => {{ await Plotly.newPlot('chart', {spec}); }}")
    label = page.locator(".hoverlayer .hovertext text.nums")
    for trace in fig.data[:3]:  # the noise and the customers of two segments
        for x, y, text in zip(trace.x, trace.y, pointed(trace), strict=True):
            page.wait_for_timeout(100)  # plotly moves its label no more often
            page.evaluate(AT_POINT, [float(x), float(y)])
            lines = [html.unescape(re.sub("</?b>", "", line)).strip() for line in text.split("<br>")]
            expect(label.locator(".line")).to_have_text(lines)
