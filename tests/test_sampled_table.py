"""A table that is a sample of a larger one says so on every chart of it, above the columns and in documents."""

import io

import pyarrow.parquet as pq
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.charts import in_words, of_sample
from clustering.charts.template import figure
from clustering.export.findings import gather
from clustering.export.honesty import method_facts
from clustering.export.report import to_html
from clustering.recipe import make_recipe
from clustering.table.parquet import ROWS_IN_ALL
from tests.driver import go, texts, upload

PAGE = {
    "Number of segments": "pages/3_Choose_k.py",
    "Clusters": "pages/4_Clusters.py",
    "Segments": "pages/5_Segments.py",
    "How k-means works": "pages/9_How_k_means_works.py",
}
SAID = "Sample of 200 of 5,000,000 customers"


@pytest.fixture(scope="module")
def content(mall) -> bytes:
    """The mall customers as if they were drawn from five million."""
    file = io.BytesIO()
    pq.write_table(mall.text.replace_schema_metadata({ROWS_IN_ALL: "5000000"}), file)
    return file.getvalue()


def charts(app) -> list[str]:
    """What those who do not see them are told of the charts on a page."""
    return [chart.proto.alt for chart in app.get("plotly_chart")]


def test_a_chart_of_a_sample_says_so_below_its_title_and_in_words():
    chart = of_sample(figure("light", finding="Five segments", shown="200 customers drawn", height=320), 200, 5_000_000)
    assert in_words(chart).endswith(SAID)
    assert chart.layout.title.text.endswith(f"{SAID}</span>")


def test_the_line_takes_no_room_from_what_is_drawn():
    plain = figure("light", finding="Five segments", shown="200 customers drawn", height=320)
    chart = of_sample(plain, 200, 5_000_000)
    assert chart.layout.height - chart.layout.margin.t == plain.layout.height - plain.layout.margin.t


def test_every_chart_of_every_page_about_the_table_says_so(app, content):
    upload(app, "customers.parquet", content)
    assert SAID in texts(app)
    for page in ("Number of segments", "Clusters", "Segments"):
        go(app, PAGE[page])
        assert charts(app) and all(SAID in told for told in charts(app)), page


def test_above_the_menu_and_beside_the_list_it_is_said_too(app, content):
    upload(app, "customers.parquet", content)
    go(app, "pages/6_Export.py")
    assert f"{SAID} · 5 columns" in texts(app)
    assert "A CSV file of the sample, which Excel opens right." in texts(app)
    assert app.metric[0].help == "Those of the sample, which is drawn from 5,000,000."


def test_a_chart_about_k_means_itself_does_not_speak_of_the_table(app, content):
    upload(app, "customers.parquet", content)
    go(app, PAGE["How k-means works"])
    assert charts(app) and not any("Sample of" in told for told in charts(app))


def test_the_report_says_so_on_every_chart_and_among_how_it_was_made(content):
    table = read_table(content, name="customers.parquet")
    features = prepare(table, FeatureSpec(("Annual Income (k$)", "Spending Score (1-100)")))
    clustering = fit(features, ClusterSpec(n_clusters=5))
    findings = gather(table, features, clustering, make_recipe(table, features, clustering))
    assert dict(method_facts(findings))["Customers"].startswith(f"{SAID}.")
    report = to_html(findings).decode()
    assert report.count(SAID + "\\u003c/span") == report.count("data-figure=") >= 4


def test_a_whole_table_says_nothing_of_a_sample(app, mall):
    assert mall.reading.n_in_all is None
    file = io.BytesIO()
    pq.write_table(mall.text, file)
    upload(app, "customers.parquet", file.getvalue())
    go(app, PAGE["Clusters"])
    assert charts(app) and not any("Sample of" in told for told in charts(app))
