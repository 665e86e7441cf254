"""A table that has no room in the free memory is refused before it is unpacked and parsed, with what would fit."""

import gzip
import io
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import read_table
from clustering.__main__ import main
from clustering.errors import UnreadableFile
from clustering.table import room

# 100,000 rows of 4 bytes and 2 cells: 2.5 times 400,004 bytes and 25 bytes for each of 200,002 cells are 6.0 MB.
SMALL_CELLS = b"a,b\n" + b"1,2\n" * 100_000


@pytest.fixture
def free(monkeypatch):
    """A way to say how many bytes are free."""
    return lambda n_bytes: monkeypatch.setattr(room, "free_memory", lambda: n_bytes)


@pytest.fixture
def not_parsed(monkeypatch):
    """Whoever parses fails."""

    def fail(*_, **__):
        raise AssertionError("parsed all the same")

    monkeypatch.setattr("clustering.table.reader.read_delimited", fail)
    monkeypatch.setattr("clustering.table.workbook.CalamineWorkbook.from_filelike", fail)
    monkeypatch.setattr(pq.ParquetFile, "read", fail)


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_table(content, name=name)
    return str(caught.value)


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("customers.csv", content)
    return packed.getvalue()


def workbook(n_rows: int) -> bytes:
    content = io.BytesIO()
    pd.DataFrame({"a": range(n_rows), "b": range(n_rows)}).to_excel(content, index=False, engine="xlsxwriter")
    return content.getvalue()


def parquet(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def test_text_is_refused_with_the_rows_that_fit_and_the_way_on(free, not_parsed):
    free(3_800_000)  # four fifths of it are 3.04 MB, room for 50.7 % of the rows
    assert refusal(SMALL_CELLS, "customers.csv") == (
        "customers.csv has about 100,000 rows. Reading them takes about 6 MB of memory, and 3 MB can be had here now. "
        "About 50,000 rows would fit: take a sample of so many, or save the table as Parquet with only the columns "
        "you need."
    )


def test_text_that_fits_is_read(free):
    free(7_600_000)
    assert read_table(SMALL_CELLS).n_rows == 100_000


def test_where_the_machine_does_not_tell_nothing_is_refused(free):
    free(None)
    assert read_table(SMALL_CELLS).n_rows == 100_000


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_an_archive_is_unpacked_no_further_than_fits(free, not_parsed, pack):
    # a quarter of four fifths of 10 MB are 2 MB; a megabyte at a time, that is reached after 3 * 2**20 bytes
    free(10_000_000)
    told = refusal(pack(b"a,b\n" + b"1,2\n" * 2_000_000), "customers")
    assert told.startswith("customers unpacks to more than 2 MB, and reading more takes more memory than ")
    assert "About 520,000 rows would fit: take a sample" in told  # 2**21 / 4


def test_a_workbook_is_refused_by_its_rows(free, not_parsed):
    free(1_000_000)  # 5,001 rows of two cells at 250 bytes are 2.5 MB
    told = refusal(workbook(5_000), "customers.xlsx")
    assert told.startswith("customers.xlsx has 5,001 rows. Reading them takes about 3 MB of memory, and 1 MB can ")
    assert "About 1,600 rows would fit" in told


def test_parquet_is_refused_by_what_it_tells_of_itself(free, not_parsed):
    free(1_000_000)
    told = refusal(parquet(pa.table({"a": range(20_000), "b": range(20_000)})), "customers.parquet")
    assert told.startswith("customers.parquet has 20,000 rows. Reading them takes about 3 MB of memory")
    assert "About 6,100 rows would fit" in told  # 20,000 times 0.8 over 2.6 MB


def test_one_long_text_in_many_rows_of_parquet_counts_as_often_as_it_stands_there(free, not_parsed):
    free(2_000_000_000)
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), pa.array(["x" * 1_000_000]))
    content = parquet(pa.table({"a": range(10_000), "note": long}))
    assert len(content) < 2_000_000
    assert "has 10,000 rows. Reading them takes about 25.0 GB of memory" in refusal(content, "customers.parquet")


def test_the_command_line_says_the_same_in_one_line(free, not_parsed, tmp_path, capsys):
    free(3_800_000)
    path = tmp_path / "customers.csv"
    path.write_bytes(SMALL_CELLS)
    assert main(["read", str(path)]) == 2
    assert "About 50,000 rows would fit" in capsys.readouterr().err


def test_a_page_says_so_and_keeps_what_was_there(app, free):
    app.switch_page("pages/1_Data.py").run()
    app.file_uploader[0].upload("small.csv", b"a,b\n1,2\n2,3\n9,9\n", "text/csv").run()
    free(3_800_000)
    app.file_uploader[0].upload("customers.csv", SMALL_CELLS, "text/csv").run()
    assert not app.exception
    assert any("50,000 rows would fit" in error.value for error in app.error)
    assert app.session_state["session"].table.n_rows == 3


def test_the_free_memory_is_the_least_of_machine_and_container(monkeypatch, tmp_path):
    meminfo, limit, used = tmp_path / "meminfo", tmp_path / "max", tmp_path / "current"
    meminfo.write_text("MemTotal: 100 kB\nMemAvailable:   50 kB\n")
    monkeypatch.setattr(room, "_MEMINFO", meminfo)
    monkeypatch.setattr(room, "_CONTAINERS", ((limit, used),))
    assert room.free_memory() == 51_200
    limit.write_text("30000\n")
    used.write_text("10000\n")
    assert room.free_memory() == 20_000
    limit.write_text("max\n")  # a container without a limit
    assert room.free_memory() == 51_200


def test_a_machine_that_tells_nothing_leaves_it_open(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "none")
    monkeypatch.setattr(room, "_CONTAINERS", ())
    assert room.free_memory() is None
