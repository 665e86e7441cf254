"""A real PostgreSQL, which `make test-postgres` starts; without it nothing here is run."""

import os

import pytest


@pytest.fixture(scope="session")
def postgres():
    if (server := os.environ.get("CLUSTER_EXPLORER_POSTGRES")) is None:
        pytest.skip("no PostgreSQL: make test-postgres starts one")
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        yield connection
