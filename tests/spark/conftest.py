"""One Spark Connect server for all tests in here, with 20,000 customers in it."""

import pytest

from clustering.spark import Address, Cluster, TableName, connect
from tests.spark.customers import customers
from tests.spark.server import connect_server


@pytest.fixture(scope="session")
def spark_address(tmp_path_factory) -> Address:
    with connect_server(tmp_path_factory.mktemp("spark")) as (url, _):
        yield Address(url)


@pytest.fixture(scope="session")
def cluster(spark_address) -> Cluster:
    cluster = connect(spark_address)
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def customer_table(cluster) -> TableName:
    """The customers as a table of eight files, in no order."""
    name = TableName("spark_catalog", "shop", "customers")
    with cluster.failing():
        cluster.session.sql("CREATE SCHEMA IF NOT EXISTS shop")
        cluster.session.createDataFrame(customers()).repartition(8).write.saveAsTable(name.sql)
    return name
