"""A Parquet file that says it is a sample: of how many rows stands in its footer, and comes back with the table."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering.table import ReadOptions, read_again, read_table
from clustering.table.parquet import ROWS_IN_ALL


def sample_of(told: bytes | None) -> bytes:
    file = io.BytesIO()
    rows = pa.table({"x": [1.0, 2.0, 4.0], "y": [3, 1, 2]})
    pq.write_table(rows.replace_schema_metadata(told and {ROWS_IN_ALL: told}), file)
    return file.getvalue()


def test_a_sample_tells_of_how_many_rows():
    assert read_table(sample_of(b"2000000000")).reading.n_in_all == 2_000_000_000


def test_a_sample_that_is_read_again_still_tells():
    content = sample_of(b"20000")
    again = read_again(content, read_table(content), ReadOptions())
    assert again.reading.n_in_all == 20_000


@pytest.mark.parametrize("told", [None, b"3", b"-5", b"many", b"9" * 30], ids=str)
def test_what_is_no_larger_table_makes_no_sample(told):
    assert read_table(sample_of(told)).reading.n_in_all is None


def test_samples_of_different_tables_are_different_though_their_rows_are_equal():
    assert read_table(sample_of(b"2000")).digest != read_table(sample_of(b"4000")).digest
