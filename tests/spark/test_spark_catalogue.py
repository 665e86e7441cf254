import pytest

from clustering.errors import Stopped
from clustering.spark import RemoteColumn, TableName, connect, describe, draw_sample, list_tables
from clustering.spark.failures import NotThere


@pytest.fixture(scope="module")
def odd_table(cluster):
    """Five rows with one of each kind of column, and a name that needs quotation marks."""
    name = TableName("spark_catalog", "odd", "things")
    rows = """
        (1, DOUBLE(0.5), 1.25, 'x', TIMESTAMP'2024-01-31 12:30:00', DATE'2024-02-29', true, NULL, X'CAFE', array(1, 2)),
        (2, DOUBLE('NaN'), 2.5, '  ', NULL, DATE'2023-01-01', NULL, NULL, NULL, NULL),
        (3, DOUBLE('Infinity'), NULL, NULL, TIMESTAMP'2020-01-01 00:00:00', NULL, false, NULL, NULL, NULL),
        (4, DOUBLE(-3), -1, 'y', NULL, NULL, false, NULL, NULL, NULL),
        (5, NULL, 0, 'y', NULL, NULL, false, NULL, NULL, NULL)
        AS t(id, size, `the price`, word, seen, `since``then`, likes, nothing, raw, list)
    """
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS odd")
        told = "* EXCEPT (nothing), CAST(nothing AS STRING) AS nothing"
        cluster.session.sql(f"CREATE TABLE {name.sql} AS SELECT {told} FROM VALUES {rows}")
    return name


def test_every_table_is_listed_with_catalog_and_schema(cluster, customer_table, odd_table):
    listed = list_tables(cluster)
    assert {customer_table, odd_table} <= set(listed.tables)
    assert list(listed.tables) == sorted(listed.tables)
    assert str(customer_table) == "spark_catalog.shop.customers"
    assert not listed.is_cut


def test_temporary_views_are_not_listed(cluster, customer_table):
    with cluster.failing():
        cluster.session.table(customer_table.sql).createOrReplaceTempView("passing")
    assert "passing" not in {table.name for table in list_tables(cluster).tables}


def test_a_catalog_that_nobody_used_yet_is_listed(cluster, spark_address):
    customers = TableName("side", "APP", "CUSTOMERS")
    with cluster.failing():
        cluster.session.sql(f"CREATE TABLE IF NOT EXISTS {customers.sql} (ID INT, SPEND DOUBLE)")
    own = connect(spark_address)
    assert "side" not in own.answer("SHOW CATALOGS")["catalog"].to_pylist()
    assert customers in list_tables(own).tables
    assert describe(own, customers).n_rows == 0
    own.close()


def test_a_table_that_somebody_else_wrote_anew_is_read_as_it_is_now(cluster, spark_address):
    name = TableName("spark_catalog", "odd", "nightly")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS odd")
        cluster.session.sql(f"CREATE TABLE {name.sql} USING parquet AS SELECT id FROM range(5)")
    own = connect(spark_address)
    assert describe(own, name).n_rows == 5
    with cluster.failing():
        cluster.session.sql(f"INSERT OVERWRITE {name.sql} SELECT id FROM range(7)")
    assert draw_sample(own, name).n_rows == describe(own, name).n_rows == 7
    own.close()


def test_a_view_is_described_and_drawn_from_like_a_table(cluster, customer_table):
    name = TableName("spark_catalog", "shop", "spenders")
    with cluster.failing():
        cluster.session.sql(f"CREATE VIEW {name.sql} AS SELECT customer_id, spend FROM {customer_table.sql} LIMIT 40")
    assert describe(cluster, name).n_rows == draw_sample(cluster, name).n_rows == 40


def test_columns_are_described_over_all_rows(cluster, odd_table):
    found = describe(cluster, odd_table)
    assert found.n_rows == 5
    assert found.columns == (
        RemoteColumn("id", "number", "int", 0, 1.0, 5.0),
        RemoteColumn("size", "number", "double", 3, -3.0, 0.5),
        RemoteColumn("the price", "number", "decimal(12,2)", 1, -1.0, 2.5),
        RemoteColumn("word", "text", "string", 2),
        RemoteColumn("seen", "date", "timestamp", 3, "2020-01-01", "2024-01-31T12:30:00"),
        RemoteColumn("since`then", "date", "date", 3, "2023-01-01", "2024-02-29"),
        RemoteColumn("likes", "boolean", "boolean", 1),
        RemoteColumn("raw", "text", "binary", 4),
        RemoteColumn("list", "text", "array<int>", 4),
        RemoteColumn("nothing", "text", "string", 5),
    )


def test_a_column_without_any_value_is_told_as_such(cluster, odd_table):
    column = next(column for column in describe(cluster, odd_table).columns if column.name == "nothing")
    assert (column.missing, column.min, column.max) == (5, None, None)


def test_a_table_that_is_gone_is_told_by_its_name(cluster):
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql("CREATE TABLE shop.short_lived AS SELECT 1 AS x")
        cluster.session.sql("DROP TABLE shop.short_lived")
    gone = TableName("spark_catalog", "shop", "short_lived")
    with pytest.raises(NotThere, match=r'^The table "spark_catalog\.shop\.short_lived" is no longer there'):
        describe(cluster, gone)


def test_a_description_can_be_stopped(cluster, customer_table):
    with pytest.raises(Stopped):
        describe(cluster, customer_table, stop=lambda: True)
