"""The pages of the app on a real server: a table looked into, a sample explored, all rows found, written, stopped.

The table has two groups of customers: 12,006 whose x lies evenly from 0 to 2 and 8,004 from 10 to 12, so that every
figure of two segments is worked out by hand. For these tests a sample is 2,000 rows, as it else is 100,000.
"""

import os
import signal
from concurrent.futures import wait
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clustering.spark import Address, Cluster, TableName, connect, draw_sample
from tests.driver import answer, button, errors, go, metric, press, session_of, table_with, texts, widget
from tests.spark.server import connect_server

DATA, FEATURES, CHOOSE_K, CLUSTERS, SEGMENTS, EXPORT = (
    f"pages/{name}.py" for name in ("1_Data", "2_Features", "3_Choose_k", "4_Clusters", "5_Segments", "6_Export")
)
N_DRAWN = 2_000
SAMPLED = "Sample of 2,000 of 20,010 customers"
RUN, WRITE = "Run on all 20,010 rows", "Write the segments there"
TARGET, MAY_REPLACE = "New table for the segments", "Replace the table if there is one of that name"
WRITTEN = [(1, 12_006, 0.0, 2.0), (2, 8_004, 10.0, 12.0)]  # as `labelled` tells it
_FINISHED_BY = 240  # seconds
ROOT = Path(__file__).resolve().parents[2]
# Ten customers in a row share their place in a group, of 2,001 from -1 to 1 around its middle.
PAIRS = """
    SELECT concat('C', id) AS customer, IF(id % 10 < 6, 1, 11) + ((id DIV 10) - 1000) / 1000D AS x,
        IF(id % 3 = 0, NULL, id % 50) AS age
    FROM range(20010)
"""


@pytest.fixture(scope="module", autouse=True)
def small_samples(spark_address):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_EXPLORER_SPARK", spark_address.url)
        patch.setattr("clustering.spark.draw_sample", partial(draw_sample, n_rows=N_DRAWN))
        patch.setattr("pages._ui.sentences.cluster.SAMPLE_ROWS", N_DRAWN)
        patch.setattr("pages._ui.compute.sweeping._INLINE_SECONDS", 120)  # no progress to wait for on a busy machine
        yield


@pytest.fixture(scope="module")
def pairs(cluster) -> TableName:
    name = TableName("spark_catalog", "shop", "pairs")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(f"CREATE TABLE {name.sql} AS {PAIRS}")
    return name


@pytest.fixture(scope="module")
def found(pairs) -> AppTest:
    """Export, once two segments were found in all rows."""
    app = explored(pairs)
    go(app, EXPORT)
    return settled(pressed(app, RUN))


def looked_into(name: TableName) -> AppTest:
    """A new visitor who chose a table of the cluster."""
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=_FINISHED_BY).run()
    go(app, DATA)
    settled(pressed(app, "Show the tables"))
    chosen(app, "Table", str(name))
    return settled(pressed(app, "Look into it"))


def explored(name: TableName) -> AppTest:
    """A sample of a table, of which two segments are to be built on x."""
    app = looked_into(name)
    chosen(app, "Customers are told apart by", "customer")
    settled(pressed(app, next(one.label for one in app.button if one.label.startswith("Explore "))))
    go(app, FEATURES)
    app.multiselect[0].set_value(["x"]).run()
    assert not app.exception
    return app


def pressed(app: AppTest, label: str) -> AppTest:
    button(app, label).click().run()
    assert not app.exception
    return app


def chosen(app: AppTest, label: str, option: str) -> AppTest:
    box = widget(app.selectbox, label)
    box.select_index(box.options.index(option)).run()
    assert not app.exception
    return app


def settled(app: AppTest) -> AppTest:
    """Once the cluster has done what it was asked to; a browser looks twice a second."""
    while (job := session_of(app).remote.job) is not None:
        wait([job.future], timeout=_FINISHED_BY)
        app.run()
        assert not app.exception
    return app


def begun(app: AppTest) -> AppTest:
    """Run on all rows, until the first of five fits is done."""
    job = session_of(pressed(app, RUN)).remote.job
    while "fit" not in job.told:
        assert not wait([job.future], timeout=0.05).done
    app.run()
    assert app.get("progress")[0].text.replace("\\", "").startswith("Two segments: fit ")
    return app


def all_rows_tab(app: AppTest):
    return next(tab for tab in app.tabs if "All rows" in tab.label)


def rows(frame) -> list[list]:
    return frame.to_numpy().tolist()


def labelled(cluster: Cluster, name: str) -> list[tuple]:
    """Of each segment in a table of the cluster: its number, how many customers, and from where to where x goes."""
    with cluster.failing():  # what it knows of a table that another session replaced
        cluster.session.catalog.refreshTable(f"shop.{name}")
    told = cluster.answer(
        f"SELECT segment, count(DISTINCT customer) AS n, min(x) AS low, max(x) AS high FROM shop.{name} "
        "GROUP BY segment ORDER BY segment"
    )
    return [tuple(row.values()) for row in told.to_pylist()]


def names_in_schema(cluster: Cluster) -> set[str]:
    return set(cluster.answer("SHOW TABLES IN spark_catalog.shop")["tableName"].to_pylist())


def test_a_table_of_the_cluster_is_looked_into(pairs):
    """Of 20,010 ids every third has no age; the others are those from 0 to 49 again and again."""
    app = looked_into(pairs)
    assert [metric(app, label) for label in ("Rows", "Columns", "Missing cells")] == ["20,010", "3", "6,670"]
    assert rows(table_with(app, "On the cluster")) == [
        ["customer", "Text", 0, "–", "–", "string"],
        ["x", "Number", 0, "0", "12", "double"],
        ["age", "Number", 6_670, "0", "49", "bigint"],
    ]


def test_a_sample_goes_through_all_pages_which_say_of_how_many_customers_it_is(pairs):
    app = explored(pairs)
    assert answer(app) == "## One column builds the segments"
    go(app, DATA)
    assert SAMPLED in texts(app)
    assert metric(app, "Customers") == "2,000"
    go(app, CHOOSE_K)
    chosen(app, "Segments to go on with", "3")
    press(app, "See the three segments", CLUSTERS)
    assert session_of(app).n_clusters == 3
    for page in (CHOOSE_K, CLUSTERS, SEGMENTS):
        told = [chart.proto.alt for chart in go(app, page).get("plotly_chart")]
        assert told and all(SAMPLED in one for one in told), page
    assert "come from a sample of 2,000 rows" in texts(go(app, EXPORT))


def test_figures_of_all_rows_stand_beside_those_of_the_sample(found):
    """Within the groups x has the variance (2001² - 1) / 12 / 1000² = 0.33367, between them 0.6 · 0.4 · 10² = 24.

    Per row: spread 0.33367 / 24.33367, contrast 24 / 0.33367. Overlap: twice the mean distance from the middle
    (0.50025) over 10. Closeness: 1 - 5 ln(100 / 99), as for x without steps.
    """
    beside = table_with(found, "All rows")
    assert beside["All rows"].tolist() == ["0.01371", "0.9497", "71.93", "0.1"]
    x = session_of(found).table.frame["x"].to_numpy(float)
    groups = [x[x < 6], x[x > 6]]
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / N_DRAWN
    spread, contrast = within / x.var(), (x.var() - within) / within
    assert [float(told) for told in beside["Sample"].iloc[[0, 2]]] == pytest.approx([spread, contrast], rel=1e-3)
    apart = [1 - 0.01371214 / spread, 71.92807 / contrast - 1]  # 0.01150 and 0.01180
    assert beside["Apart"].iloc[[0, 2]].tolist() == [f"{one:.1%}".replace("%", " %") for one in apart]
    assert "All 20,010 rows differ from the sample by more than 1 % in spread within segments, " in texts(found)


def test_segments_of_all_rows_are_told_with_their_sizes_and_means(found):
    _, sizes, means = (table.value for table in all_rows_tab(found).dataframe)
    assert rows(sizes) == [
        ["Segment 1", "12,006", "60.0 %"],
        ["Segment 2", "8,004", "40.0 %"],
        ["All customers", "20,010", "100.0 %"],
    ]
    assert rows(means[means[""] == "x"]) == [["x", "5", "1", "11"]]  # of all, then of each


def test_segments_are_written_to_a_new_table(found, cluster):
    go(found, EXPORT)
    widget(found.text_input, TARGET).set_value("pairs_segments").run()
    settled(pressed(found, WRITE))
    assert errors(found) == []
    assert found.success[0].value.replace("\\", "") == (
        "20,010 rows with their segments stand in spark_catalog.shop.pairs_segments now."
    )
    assert labelled(cluster, "pairs_segments") == WRITTEN


def test_a_table_is_written_over_only_where_that_is_said(found, cluster):
    with cluster.failing():
        cluster.session.sql("CREATE TABLE shop.occupied AS SELECT 1 AS precious")
    go(found, EXPORT)
    widget(found.text_input, TARGET).set_value("occupied").run()
    settled(pressed(found, WRITE))
    assert errors(found)[0].startswith('There is a table "spark_catalog.shop.occupied" already.')
    assert cluster.answer("SELECT * FROM shop.occupied").to_pylist() == [{"precious": 1}]
    assert widget(found.text_input, TARGET).value == "occupied"
    widget(found.checkbox, MAY_REPLACE).check().run()
    widget(found.text_input, TARGET).set_value("another").run()
    assert not widget(found.checkbox, MAY_REPLACE).value  # what may go was said of one table
    widget(found.text_input, TARGET).set_value("occupied").run()
    widget(found.checkbox, MAY_REPLACE).check().run()
    settled(pressed(found, WRITE))
    assert errors(found) == []
    assert labelled(cluster, "occupied") == WRITTEN


def test_customers_of_another_table_are_placed_there(found, cluster):
    with cluster.failing():
        cluster.session.sql(
            "CREATE TABLE shop.newcomers AS "
            "SELECT * FROM VALUES ('N1', 0.5D, 1L), ('N2', 11.5D, 2L), ('N3', 2D, 3L) AS new (customer, x, age)"
        )
    go(found, DATA)
    settled(pressed(found, "Look again"))
    go(found, EXPORT)
    chosen(found, "Table", "spark_catalog.shop.newcomers")
    settled(pressed(found, "Place them there"))
    assert errors(found) == []
    assert labelled(cluster, "newcomers_segments") == [(1, 2, 0.5, 2.0), (2, 1, 11.5, 11.5)]


def test_a_run_is_stopped_in_the_middle_and_can_be_begun_again(pairs, cluster):
    before = names_in_schema(cluster)
    app = explored(pairs)
    go(app, EXPORT)
    begun(app)
    settled(pressed(app, "Stop"))
    assert errors(app) == []
    assert not session_of(app).remote.found
    assert names_in_schema(cluster) == before
    pressed(app, RUN)
    assert app.get("progress")
    settled(pressed(app, "Stop"))


def test_a_session_that_the_cluster_ended_is_told_and_another_is_opened(found):
    """As after an hour without a question, or when the server was started anew."""
    go(found, EXPORT)
    widget(found.text_input, TARGET).set_value("after_all").run()
    session_of(found).remote.cluster.session.client.release_session()
    settled(pressed(found, WRITE))
    assert errors(found)[0].startswith("The session on the cluster is over")
    assert table_with(found, "All rows")["All rows"].tolist()[0] == "0.01371"
    settled(pressed(found, "Connect again"))
    settled(pressed(found, WRITE))
    assert "stand in spark_catalog.shop.after_all now" in found.success[0].value.replace("\\", "")


def test_a_server_that_is_gone_in_the_middle_of_a_run_is_told_and_the_sample_stays(tmp_path, monkeypatch):
    with connect_server(tmp_path) as (url, process):
        own = connect(Address(url))
        with own.failing():
            own.session.sql("CREATE SCHEMA shop")
            own.session.sql(f"CREATE TABLE shop.pairs AS {PAIRS}")
        own.close()
        monkeypatch.setenv("CLUSTER_EXPLORER_SPARK", url)
        app = explored(TableName("spark_catalog", "shop", "pairs"))
        go(app, EXPORT)
        begun(app)
        os.kill(process, signal.SIGKILL)
        settled(app)
    assert errors(app)[0].startswith("The Spark server does not answer")
    assert "127.0.0.1" not in errors(app)[0]
    assert not button(app, RUN).disabled
    go(app, CLUSTERS)
    assert app.get("plotly_chart")
