"""The labelled table of a source, written part by part: byte for byte what is written of all rows at once."""

import datetime
import decimal
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, make_recipe, prepare, read_table
from clustering.errors import InvalidSetting, Stopped, UnreadableFile
from clustering.export import label_table, to_csv, to_parquet
from clustering.export.applied import applied_table
from clustering.recipe import apply_recipe
from clustering.stream import Sample, Source, draw_sample, open_source
from clustering.stream.label import label, label_applied
from clustering.table import Table
from tests.test_apply import CHOICES, CONTENT

PARTS = (29, 100_000)
THREE = ClusterSpec(n_clusters=3)


@pytest.fixture
def in_parts_of(monkeypatch):
    """Read every source in parts of so many rows."""
    return lambda n_rows: monkeypatch.setattr(Source.parts, "__defaults__", (None, n_rows))


@dataclass(frozen=True)
class Opened:
    """A file, read at once and as a source."""

    path: Path
    table: Table
    source: Source
    sample: Sample

    @classmethod
    def at(cls, path: Path) -> "Opened":
        source = open_source(path)
        return cls(path, read_table(path), source, draw_sample(source))

    def case(self, spec: FeatureSpec, clustering: ClusterSpec = THREE) -> "Case":
        return Case(self, spec, clustering)


class Case:
    """The segments of a file, as they were found of all rows at once."""

    def __init__(self, opened: Opened, spec: FeatureSpec, clustering: ClusterSpec):
        self.path, self.table = opened.path, opened.table
        features = prepare(self.table, spec)
        self.clustering = fit(features, clustering)
        self.recipe = make_recipe(self.table, features, self.clustering)
        self.labelled = label_table(self.table, self.clustering)
        self.stream = opened.source, opened.sample, self.recipe

    @property
    def csv(self):
        return to_csv(self.labelled, delimiter=self.table.reading.delimiter)

    @property
    def parquet(self) -> pa.Table:
        return pq.read_table(io.BytesIO(to_parquet(self.labelled, self.table)))


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    path = tmp_path_factory.mktemp("stream") / "customers.csv"
    path.write_bytes(CONTENT)
    return Opened.at(path)


@pytest.fixture(scope="module")
def customers(opened):
    return opened.case(FeatureSpec(("spend", "visits")))


@pytest.mark.parametrize(
    "choice", ["amounts, some rarely", "moments chosen", "others placed", "far ones aside", "weights of 0"]
)
def test_csv_is_byte_for_byte_that_of_all_rows_at_once(opened, tmp_path, in_parts_of, choice):
    case = opened.case(FeatureSpec(**CHOICES[choice]))
    for n_rows in PARTS:
        in_parts_of(n_rows)
        told = label(*case.stream, tmp_path / "out.csv")
        assert (tmp_path / "out.csv").read_bytes() == case.csv.content
        assert told.sizes == case.clustering.sizes
        assert told.n_not_placed == case.clustering.n_without


MESSY = "\r\n".join(
    [
        "Kunde;Ort;Umsatz;Umsatz;segment",
        '0001;München;1,5;=1+1;"a;b"',
        '0002;"Bad\r\nHomburg";12,50;-;gut',
        "0003;Köln;7,25;30",
        '0004;"Ulm; Mitte";13,1;"+1 -2";"sagt ""gut"""',
        "0005;Jena;+3,00;@x;gut",
        "0006;Jena;2,00;;gut",
        "0007;Gera;14,00;n/a;gut",
        "",
    ]
).encode("utf-8-sig")


def test_ragged_rows_quoted_cells_double_headers_and_formulas_come_back(tmp_path, in_parts_of):
    path = tmp_path / "messy.csv"
    path.write_bytes(MESSY)
    case = Opened.at(path).case(FeatureSpec(("Umsatz",)), ClusterSpec(n_clusters=2))
    for n_rows in PARTS:
        in_parts_of(n_rows)
        told = label(*case.stream, tmp_path / "out.csv")
        assert (tmp_path / "out.csv").read_bytes() == case.csv.content
        assert told.n_escaped == case.csv.n_escaped == 3  # =1+1, "+1 -2" and @x
        assert told.row_notes == (("4 of 5 fields", 1),)
        assert told.n_not_placed == 1


def test_the_probability_of_a_mixture_is_written_as_the_fit_writes_it(opened, tmp_path, in_parts_of):
    case = opened.case(FeatureSpec(("spend", "visits")), ClusterSpec("gaussian_mixture", n_clusters=2))
    in_parts_of(50)
    label(*case.stream, tmp_path / "out.csv")
    assert b"segment_probability" in case.csv.content
    assert (tmp_path / "out.csv").read_bytes() == case.csv.content


def test_what_apply_adds_is_byte_for_byte_what_it_writes_of_all_rows_at_once(opened, tmp_path, in_parts_of):
    later = tmp_path / "later.csv"
    later.write_bytes(CONTENT.replace(b"K\xc3\xb6ln", b"Berlin").replace(b"2026", b"2030"))
    recipe = opened.case(FeatureSpec(("spend", "city", "since"))).recipe
    now = Opened.at(later)
    applied = apply_recipe(recipe, now.table)
    expected = to_csv(applied_table(now.table, applied)).content
    assert b"city: new level Berlin" in expected
    for n_rows in PARTS:
        in_parts_of(n_rows)
        told = label_applied(now.source, now.sample, recipe, tmp_path / "out.csv")
        assert (tmp_path / "out.csv").read_bytes() == expected
        assert (told.sizes, told.n_not_placed) == (applied.sizes, applied.n_not_placed)


def test_of_many_new_levels_those_are_named_that_are_the_most_frequent_of_all_rows(opened, tmp_path, in_parts_of):
    # 60 cities that nobody came from then, two customers each; the first ten have a third one in the last rows
    cities = [*(f"c{i % 60:02}" for i in range(120)), *(f"c{i:02}" for i in range(10))]
    later = tmp_path / "later.csv"
    later.write_text("spend,city\n" + "".join(f"{i},{city}\n" for i, city in enumerate(cities)))
    recipe = opened.case(FeatureSpec(("spend", "city"))).recipe
    now = Opened.at(later)
    expected = to_csv(applied_table(now.table, apply_recipe(recipe, now.table))).content
    assert expected.count(b"city: a new level") == 20
    in_parts_of(29)
    label_applied(now.source, now.sample, recipe, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == expected


def of_many_types() -> pa.Table:
    n, rng = 60, np.random.default_rng(0)
    days = rng.integers(18_000, 20_000, n).astype("int32")

    def gaps(cells: pa.Array) -> pa.Array:
        return pa.array([None if i % 9 == 4 else cell for i, cell in enumerate(cells.to_pylist())], cells.type)

    return pa.table(
        {
            "id": pa.array([f"{i:05d}" for i in range(n)]),
            "visits": gaps(pa.array(rng.integers(0, 50, n), pa.int32())),
            "large": pa.array([2**64 - 1 - i for i in range(n)], pa.uint64()),
            "share": gaps(pa.array(rng.normal(0, 1, n).astype("float32"))),
            "spend": pa.array(np.where(rng.random(n) < 0.1, np.nan, rng.lognormal(3, 1, n))),
            "price": gaps(pa.array([decimal.Decimal(int(c)).scaleb(-2) for c in rng.integers(-999, 999, n)])),
            "day": gaps(pa.array(days).cast(pa.date32())),
            "moment": gaps(pa.array(days * np.int64(86_400_000_000) + 5, pa.timestamp("us"))),
            "once_at_ten": pa.array([0] * (n - 1) + [36_000_000_000], pa.timestamp("us")),
            "zoned": pa.array(rng.integers(10**15, 2 * 10**15, n), pa.timestamp("us", "Europe/Berlin")),
            "city": gaps(pa.array(rng.choice(["a", "b", "c,d", "=x"], n)).dictionary_encode()),
            "member": gaps(pa.array(rng.random(n) < 0.5)),
            "remark": pa.array(rng.choice(["", "x", "-1+2"], n)),
            "long": pa.array(rng.choice(["q", "r"], n), pa.large_string()),
            "items": pa.array([[1, 2]] * n),
            "time": pa.array([datetime.time(10, i) for i in range(n)]),
            "raw": pa.array([b"ab"] * n),
            "beyond_all_years": pa.array([*range(n - 1), 10**7], pa.int32()).cast(pa.date32()),
        }
    )


@pytest.fixture(scope="module")
def of_types(tmp_path_factory):
    path = tmp_path_factory.mktemp("stream") / "customers.parquet"
    pq.write_table(of_many_types(), path, row_group_size=10)
    return Opened.at(path).case(FeatureSpec(("visits", "spend", "city", "day")))


def test_csv_of_every_type_of_parquet_is_that_of_all_rows_at_once(of_types, tmp_path, in_parts_of):
    in_parts_of(29)
    label(*of_types.stream, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == of_types.csv.content


def test_every_type_of_parquet_comes_back_as_of_all_rows_at_once(of_types, tmp_path, in_parts_of):
    for n_rows in PARTS:
        in_parts_of(n_rows)
        label(*of_types.stream, tmp_path / "out.parquet")
        assert pq.read_table(tmp_path / "out.parquet").equals(of_types.parquet)


def test_text_becomes_parquet_of_text_with_nothing_where_a_cell_is_empty(customers, tmp_path, in_parts_of):
    in_parts_of(50)
    label(*customers.stream, tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.schema.field("spend").type == pa.string()
    text = [cell or None for cell in customers.table.text["spend"].to_pylist()]
    assert found["spend"].to_pylist() == text
    assert found["segment"].equals(customers.parquet["segment"])


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_damaged_part_leaves_the_file_of_yesterday(of_types, tmp_path, in_parts_of, name):
    path, out = tmp_path / "customers.parquet", tmp_path / name
    content = bytearray(of_types.path.read_bytes())
    path.write_bytes(content)
    source, (_, sample, recipe) = open_source(path), of_types.stream
    begin = pq.ParquetFile(path).metadata.row_group(4).column(1).data_page_offset
    content[begin : begin + 20] = b"\xff" * 20
    path.write_bytes(content)
    out.write_bytes(b"from yesterday")
    in_parts_of(10)
    with pytest.raises(UnreadableFile):
        label(source, sample, recipe, out)
    assert out.read_bytes() == b"from yesterday"
    assert {file.name for file in tmp_path.iterdir()} == {path.name, name}


def no_room(n_bytes: int, run) -> int:
    """Run in a process that may write files of so many bytes; its exit status."""
    import resource
    import signal

    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))
    try:
        run()
    except InvalidSetting as error:
        os._exit(7 if "cannot be written: File too large" in str(error) else 8)
    except BaseException:
        os._exit(9)
    os._exit(0)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_disk_that_becomes_full_leaves_no_file(customers, tmp_path, in_parts_of, name):
    in_parts_of(10)
    recipe = tmp_path / "recipe.json"
    assert no_room(2_000, lambda: label(*customers.stream, tmp_path / name, beside=((recipe, b"{}"),))) == 7
    assert not list(tmp_path.iterdir())
    assert no_room(10**7, lambda: label(*customers.stream, tmp_path / name, beside=((recipe, b"{}"),))) == 0
    assert recipe.read_bytes() == b"{}"


def test_what_was_read_is_not_overwritten(customers, tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_bytes(b"{}")
    for out in (customers.path, recipe):
        with pytest.raises(InvalidSetting, match="is the file that was read"):
            label(*customers.stream, out, read=[recipe])
    assert customers.path.read_bytes() == CONTENT


def test_who_stops_it_gets_no_file(customers, tmp_path, in_parts_of):
    in_parts_of(10)
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(Stopped):
        label(*customers.stream, tmp_path / "out.csv", stop=stop)
    assert not list(tmp_path.iterdir())
