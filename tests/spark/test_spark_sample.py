import numpy as np
import pytest

from clustering import prepare, suggest_features
from clustering.errors import InvalidSetting, TooFewRows
from clustering.spark import TableName, draw_sample
from clustering.table import ReadOptions, read_again
from tests.spark.customers import N_CUSTOMERS, customers


def ids(sample) -> list[str]:
    return sample.table.text["customer_id"].to_pylist()


def test_the_rows_with_the_smallest_hashes_are_drawn(cluster, customer_table):
    """Against all hashes, sorted here."""
    hashes = cluster.answer(f"SELECT customer_id, xxhash64(customer_id) AS hash FROM {customer_table.sql}")
    smallest = np.argsort(hashes["hash"].to_numpy())[:1_000]
    expected = hashes["customer_id"].take(smallest).to_pylist()
    sample = draw_sample(cluster, customer_table, "customer_id", n_rows=1_000)
    assert ids(sample) == expected
    assert sample.by == ("customer_id",)


@pytest.mark.parametrize("id_column", ["customer_id", None])
def test_the_same_rows_are_drawn_however_the_table_is_laid_out(cluster, customer_table, id_column):
    again = TableName("spark_catalog", "shop", "customers_laid_out_anew")
    with cluster.failing():
        cluster.session.sql(
            f"CREATE TABLE IF NOT EXISTS {again.sql} AS SELECT * FROM {customer_table.sql} ORDER BY spend"
        )
    first, second = (draw_sample(cluster, name, id_column, n_rows=500) for name in (customer_table, again))
    assert first.content == second.content


def test_the_same_customers_are_drawn_when_all_else_of_them_has_changed(cluster, customer_table):
    later = TableName("spark_catalog", "shop", "customers_richer")
    with cluster.failing():
        query = f"SELECT customer_id, spend + 7 AS spend, visits FROM {customer_table.sql}"
        cluster.session.sql(f"CREATE TABLE {later.sql} AS {query}")
    first, second = (draw_sample(cluster, name, "customer_id", n_rows=500) for name in (customer_table, later))
    assert ids(first) == ids(second)


def test_a_customer_in_many_rows_does_not_leave_the_sample_short(cluster):
    name = TableName("spark_catalog", "shop", "visits")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(f"CREATE TABLE {name.sql} AS SELECT id % 20 AS customer, id AS visit FROM range(20000)")
    sample = draw_sample(cluster, name, "customer", n_rows=1_500)
    smallest = cluster.answer("SELECT id FROM range(20) ORDER BY xxhash64(id) LIMIT 2")["id"].to_pylist()
    drawn = sample.table.text["customer"].to_pylist()
    assert [drawn.count(str(customer)) for customer in smallest] == [1_000, 500]


def test_a_sample_is_a_table_that_knows_of_how_many_rows(cluster, customer_table):
    sample = draw_sample(cluster, customer_table, n_rows=300)
    assert sample.table.n_rows == 300
    assert sample.n_rows == sample.table.reading.n_in_all == N_CUSTOMERS
    assert sample.table.reading.file_name == "spark_catalog.shop.customers"
    assert {column.name: column.type for column in sample.table.columns} == {
        "customer_id": "text",
        "spend": "number",
        "visits": "number",
        "basket": "number",
        "region": "text",
        "newsletter": "boolean",
        "since": "date",
    }
    prepare(sample.table, suggest_features(sample.table))


def test_a_sample_is_read_again_from_its_bytes(cluster, customer_table):
    sample = draw_sample(cluster, customer_table, n_rows=300)
    again = read_again(sample.content, sample.table, ReadOptions())
    assert again.text.equals(sample.table.text)
    assert again.reading.n_in_all == N_CUSTOMERS


def test_cells_come_as_they_stand(cluster, customer_table):
    """Against the rows as they were before the cluster had them."""
    sample = draw_sample(cluster, customer_table, n_rows=2_000).table.frame.set_index("customer_id").sort_index()
    known = customers().to_pandas().set_index("customer_id").loc[sample.index]
    for name in ("spend", "visits", "basket"):
        np.testing.assert_array_equal(sample[name].to_numpy(float), known[name].to_numpy(float))
    assert (sample["since"].to_numpy("datetime64[D]") == known["since"].to_numpy("datetime64[D]")).all()
    assert (sample["newsletter"].to_numpy(bool) == known["newsletter"].to_numpy(bool)).all()
    assert sample["region"].fillna("").tolist() == known["region"].fillna("").tolist()


def test_a_small_table_is_taken_whole(cluster):
    name = TableName("spark_catalog", "shop", "few")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(f"CREATE TABLE {name.sql} AS SELECT id, id * 2.5D AS spend FROM range(40)")
    sample = draw_sample(cluster, name)
    assert sample.table.n_rows == sample.n_rows == 40
    assert sample.table.reading.n_in_all is None


def test_lists_come_as_text_and_bytes_are_left_out(cluster):
    name = TableName("spark_catalog", "shop", "nested")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(
            f"CREATE TABLE {name.sql} AS SELECT id, array(id, 7) AS list, map('k', id) AS pairs, X'0AFF' AS raw, "
            "named_struct('a', id) AS record, timestamp'2024-05-06 07:08:09' AS seen, "
            "cast(id AS DECIMAL(30, 2)) AS amount FROM range(3)"
        )
    sample = draw_sample(cluster, name)
    text = sample.table.text.sort_by("id")
    assert {column: text[column][2].as_py() for column in text.column_names} == {
        "id": "2",
        "list": "[2, 7]",
        "pairs": '[["k", 2]]',
        "record": '{"a": 2}',
        "seen": "2024-05-06 07:08:09",
        "amount": "2.00",
    }
    assert sample.left_out == ("raw",)


def test_an_id_that_is_no_column_is_refused(cluster, customer_table):
    with pytest.raises(InvalidSetting, match=r'^The table has no column "nobody"'):
        draw_sample(cluster, customer_table, "nobody")


def test_a_table_without_rows_is_refused(cluster):
    name = TableName("spark_catalog", "shop", "empty")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.sql(f"CREATE TABLE {name.sql} (x INT, y DOUBLE)")
    with pytest.raises(TooFewRows):
        draw_sample(cluster, name)
