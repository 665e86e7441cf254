"""A table that has no room in the free memory is refused before it is unpacked and parsed, with what would fit."""

import base64
import gzip
import io
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from clustering import read_table
from clustering.__main__ import main
from clustering.errors import InvalidSetting, UnreadableFile
from clustering.table import room
from clustering.table.delimited import read_delimited
from clustering.table.options import ReadOptions
from tests.test_formats import XLS

# 100,000 rows of 4 bytes and 2 cells: 2.5 times 400,004 bytes and 35 bytes for each of 200,002 cells are 8.0 MB.
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
    free(5_050_000)  # four fifths of it are 4.04 MB, room for 50.5 % of the rows
    assert refusal(SMALL_CELLS, "customers.csv") == (
        "customers.csv has about 100,000 rows. Reading them takes about 8 MB of memory, and 4 MB can be had here now. "
        "About 50,000 rows would fit: take a sample of so many, or save the table as Parquet with only the columns "
        "you need; the command line reads CSV and Parquet of any size part by part."
    )


def test_text_that_fits_is_read(free):
    free(10_200_000)
    assert read_table(SMALL_CELLS).n_rows == 100_000


def test_where_the_machine_does_not_tell_nothing_is_refused(free):
    free(None)
    assert read_table(SMALL_CELLS).n_rows == 100_000


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_an_archive_is_unpacked_no_further_than_fits(free, not_parsed, pack):
    # 3 * 2**20 bytes need 12.6 MB, and four fifths of 10 MB and of what they took already are 10.5 MB
    free(10_000_000)
    told = refusal(pack(b"a,b\n" + b"1,2\n" * 2_000_000), "customers")
    assert told.startswith("customers unpacks to more than 3 MB, and reading more takes more memory than ")
    assert "About 780,000 rows would fit: take a sample" in told  # 3 * 2**20 / 4


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
    assert "has 10,000 rows. Reading them takes about 55.0 GB of memory" in refusal(content, "customers.parquet")


def test_the_command_line_says_the_same_in_one_line(free, not_parsed, tmp_path, capsys):
    free(5_050_000)
    path = tmp_path / "customers.csv"
    path.write_bytes(SMALL_CELLS)
    columns = ("--customer", "a", "--date", "b", "--amount", "b")  # purchases are not read part by part
    assert main(["rfm", str(path), *columns, "--out", str(tmp_path / "out.csv")]) == 2
    assert "About 50,000 rows would fit" in capsys.readouterr().err


def test_a_page_says_so_and_keeps_what_was_there(app, free):
    app.switch_page("pages/1_Data.py").run()
    app.file_uploader[0].upload("small.csv", b"a,b\n1,2\n2,3\n9,9\n", "text/csv").run()
    free(5_050_000)
    app.file_uploader[0].upload("customers.csv", SMALL_CELLS, "text/csv").run()
    assert not app.exception
    assert any("50,000 rows would fit" in error.value for error in app.error)
    assert app.session_state["session"].table.n_rows == 3


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A folder for what the machine tells of itself: 50 kB are free, and there are no containers."""
    (tmp_path / "meminfo").write_text("MemTotal: 100 kB\nMemAvailable:   50 kB\n")
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(room, "_CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(room, "_CGROUPS", tmp_path / "fs")
    return tmp_path


def write_container(folder, limit: str, used: str, stat: str = "anon 1\n", *, old: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("memory.limit_in_bytes" if old else "memory.max")).write_text(f"{limit}\n")
    (folder / ("memory.usage_in_bytes" if old else "memory.current")).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(stat)


def test_the_free_memory_is_the_least_of_machine_and_containers_up_to_the_root(machine):
    assert room.free_memory() == 51_200
    (machine / "cgroup").write_text("0::/system.slice/cluster-explorer@8501.service\n")
    unit = machine / "fs/system.slice/cluster-explorer@8501.service"
    write_container(unit, "30000", "10000")
    write_container(unit.parent, "max", "40000")
    assert room.free_memory() == 20_000
    write_container(unit.parent, "45000", "40000")
    assert room.free_memory() == 5_000
    write_container(machine / "fs", "41000", "40000")  # as from inside a container
    assert room.free_memory() == 1_000


def test_containers_of_the_old_kind_are_seen_too(machine):
    (machine / "cgroup").write_text("5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n0::/\n")
    write_container(
        machine / "fs/memory/docker/1", "30000", "10000", "inactive_file 1\ntotal_inactive_file 7\n", old=True
    )
    assert room.free_memory() == 20_007


def test_files_that_were_read_do_not_make_a_container_full(machine):
    (machine / "cgroup").write_text("0::/\n")
    write_container(machine / "fs", "30000", "30000", "anon 2000\ninactive_file 28000\nactive_file 5\n")
    assert room.free_memory() == 28_000


def test_a_machine_that_tells_nothing_leaves_it_open(machine):
    (machine / "meminfo").unlink()
    assert room.free_memory() is None


@pytest.mark.parametrize(
    ("cell", "needed"),
    [
        (lambda i: b"K%07d" % i, 36_500_000),  # 2.5 * 9 of text, 35 and 5 * 9 for a text that comes once: 102.5 bytes
        (lambda i: b"north", 17_800_000),  # 2.5 * 6 and 35
        (lambda i: b"2024-01-02", 38_300_000),  # 2.5 * 11 and 80
        (lambda i: b"%06.2f" % (i % 999), 18_700_000),  # 2.5 * 7 and 35
    ],
)
def test_what_reading_takes_is_told_by_the_kind_of_cells(free, not_parsed, cell, needed):
    content = b"a,b\n" + b"".join(cell(2 * i) + b"," + cell(2 * i + 1) + b"\n" for i in range(178_500))
    free(needed / 0.8 * 0.97)
    assert "can be had here now" in refusal(content, "customers.csv")
    free(needed / 0.8 * 1.03)
    with pytest.raises(AssertionError, match="parsed"):
        read_table(content)


def test_the_largest_upload_of_prices_has_room_on_an_ordinary_machine(free):
    largest = memoryview(b"a,b,c,d\n" + b"512.25,9.99,0.5,7\n" * 11_100_000)
    assert room.needed_by_text(largest)[0] < 0.8 * 4_000_000_000
    free(16_000_000_000)
    room.check_text(largest, "prices.csv")


def test_a_reading_under_way_keeps_its_memory_from_others_until_it_is_over(free, monkeypatch):
    free(15_000_000)  # four fifths are 12 MB, and each reading takes 8
    told = []

    def meet(*arguments):
        if not told:
            told.append("")
            with ThreadPoolExecutor(1) as other:
                told[0] = other.submit(refusal, SMALL_CELLS, "second.csv").result()
        return read_delimited(*arguments)

    monkeypatch.setattr("clustering.table.reader.read_delimited", meet)
    assert read_table(SMALL_CELLS).n_rows == 100_000
    assert "4 MB can be had here now" in told[0]
    assert read_table(SMALL_CELLS).n_rows == 100_000


def test_a_reading_that_fails_gives_its_memory_back(free):
    free(15_000_000)
    with pytest.raises(InvalidSetting):
        read_table(SMALL_CELLS, options=ReadOptions(delimiter="?"))
    assert room.usable() == 12_000_000


def test_a_workbook_under_way_keeps_what_its_cells_take(free, monkeypatch):
    free(100_000_000)
    left = []

    def meet(content):
        with ThreadPoolExecutor(1) as other:
            left.append(other.submit(room.usable).result())
        return CalamineWorkbook.from_object(content)

    monkeypatch.setattr("clustering.table.workbook.CalamineWorkbook.from_filelike", meet)
    read_table(workbook(5_000))
    assert 80_000_000 - 3 * 250 * 10_002 < left[0] <= 80_000_000 - 250 * 10_002


@pytest.mark.parametrize("ending, needed, share", [("ods", 2, 40), ("xlsb", 8, 10)])
def test_a_workbook_whose_rows_are_not_counted_tells_the_share_that_fits(free, not_parsed, ending, needed, share):
    free(1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if ending == "ods":
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr({"ods": "content.xml", "xlsb": "xl/workbook.bin"}[ending], b"x" * 1_000_000)
    told = refusal(packed.getvalue(), f"customers.{ending}")
    assert f"unpacks to 1 MB. Reading that takes about {needed} MB of memory, and 1 MB can be had here now. " in told
    assert f"About {share} % of its rows would fit" in told


def test_a_packed_workbook_tells_the_megabytes_that_fit(free, not_parsed):
    free(10_000_000)
    told = refusal(gzip.compress(b"PK\x03\x04" + b"\0" * 10_000_000), "customers.xlsx.gz")
    assert "About 3 MB unpacked would fit. Take a sample of its rows" in told


def test_an_old_workbook_is_refused_before_it_is_read(free, not_parsed):
    content = zlib.decompress(base64.b85decode(XLS))
    free(len(content))
    assert refusal(content, "old.xls").startswith("old.xls is 0 MB. Reading that takes about 0 MB of memory")


def test_a_file_larger_than_the_memory_is_refused_before_it_is_loaded(free, tmp_path):
    path = tmp_path / "customers.xlsx"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    free(5_000_000)
    with pytest.raises(UnreadableFile, match=r"customers\.xlsx is 50 MB, and 4 MB of memory can be had here now\."):
        read_table(path)


def test_a_column_of_more_than_two_gigabytes_of_text_is_refused_with_that_reason(free, not_parsed):
    text = pa.array(["x" * 1_000_000]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 2_200, pa.int32()), text.dictionary)
    free(100_000_000_000)
    assert 'holds a column with more than 2 GB of text, "notes"' in refusal(
        parquet(pa.table({"a": range(2_200), "notes": column})), "customers.parquet"
    )
