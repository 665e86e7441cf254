"""The commands over tables larger than memory: the same keys, the figures of all rows, and refusals in a sentence."""

import gzip
import json
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering.__main__ import main
from clustering.commandline import read_options
from clustering.errors import InvalidSetting
from clustering.stream import sample as sample_module
from clustering.stream.deciding import needs_streaming
from clustering.table import room

N_ROWS = 900
CENTERS = np.array([[20, 2], [50, 10], [90, 30]])


@pytest.fixture
def customers(tmp_path):
    """Three groups far apart: 400, 350 and 150 customers."""
    rng = np.random.default_rng(0)
    group = rng.permutation(np.repeat([0, 1, 2], [400, 350, 150]))
    values = CENTERS[group] + rng.normal(0, 1, (N_ROWS, 2))
    frame = pd.DataFrame(
        {
            "customer_id": [f"K{i:04}" for i in range(N_ROWS)],
            "income": values[:, 0].round(2),
            "visits": values[:, 1].round(2),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, N_ROWS), unit="D"),
        }
    )
    frame.loc[np.flatnonzero(group == 1)[9], "income"] = np.nan  # filled with the median, which is of this group, too
    path = tmp_path / "customers.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def sampled(monkeypatch):
    """The sample is of 300 rows."""
    monkeypatch.setattr(sample_module.draw_rows, "__defaults__", (300,))
    monkeypatch.setattr(sample_module.draw_sample, "__defaults__", (300,))


def answer(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    assert status == 0, told.err
    return json.loads(told.out)


def refused(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    return told.err


def test_read_tells_figures_of_all_rows(customers, capsys, sampled):
    at_once, streamed = answer(capsys, "read", customers), answer(capsys, "read", customers, "--max-memory", "1K")
    assert streamed.keys() == at_once.keys()
    assert streamed["rows"] == N_ROWS
    for ours, theirs in zip(streamed["columns"], at_once["columns"], strict=True):
        assert ours.keys() == theirs.keys()
        assert [ours[field] for field in ("name", "type", "role", "missing", "min", "max")] == [
            theirs[field] for field in ("name", "type", "role", "missing", "min", "max")
        ]
        assert ours["mean"] == (theirs["mean"] and pytest.approx(theirs["mean"], rel=1e-12))
    assert streamed["columns"][0]["distinct"] == 300
    assert "Streamed: sample of 300 of 900 rows explored; all rows read part by part." in streamed["notes"]


def test_sweep_fit_and_apply_find_the_groups_of_all_rows(customers, capsys, sampled, tmp_path):
    k = ("--k", "2:4")
    at_once = answer(capsys, "sweep", customers, *k)
    streamed = answer(capsys, "sweep", customers, *k, "--max-memory", "1K")
    assert streamed.keys() == at_once.keys()
    assert (streamed["recommended"], at_once["recommended"]) == (3, 3)
    assert streamed["inertia"][1] == pytest.approx(at_once["inertia"][1], rel=1e-3)  # but for the median that fills
    assert streamed["min_cluster_size"][1] == 150

    out, recipe, profile = tmp_path / "out.csv", tmp_path / "recipe.json", tmp_path / "profile.json"
    fitted = answer(
        capsys,
        *("fit", customers, "--n-clusters", "auto", *k, "--max-memory", "1K"),
        *("--out", out, "--recipe", recipe, "--profile", profile),
    )
    assert (fitted["rows"], fitted["n_clusters"], sorted(fitted["sizes"])) == (900, 3, [150, 350, 400])
    labelled = pd.read_csv(out, dtype=str)
    assert labelled["customer_id"].tolist() == [f"K{i:04}" for i in range(N_ROWS)]  # in the file's order
    assert labelled["segment"].value_counts().sort_index().tolist() == fitted["sizes"]
    assert [segment["size"] for segment in json.loads(profile.read_text())["segments"]] == fitted["sizes"]

    applied = {}
    for way in ((), ("--max-memory", "1K")):
        target = tmp_path / f"applied{len(way)}.csv"
        applied[way] = answer(capsys, "apply", recipe, customers, "--out", target, *way)
    one, other = applied.values()
    assert other.keys() == one.keys()
    assert (other["sizes"], other["not_placed"], other["rows"]) == (one["sizes"], one["not_placed"], one["rows"])
    assert (tmp_path / "applied0.csv").read_bytes() == (tmp_path / "applied2.csv").read_bytes()
    assert "How far the customers differ from those of then is measured on the sample." in other["notes"]


def test_the_result_is_not_written_into_the_folder_that_is_read(customers, capsys, tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "a.csv").write_bytes(customers.read_bytes())
    told = refused(capsys, "fit", folder, "--n-clusters", 3, "--out", folder / "labelled.csv")
    assert "lies in the folder that was read" in told
    assert [path.name for path in folder.iterdir()] == ["a.csv"]


def test_a_folder_is_streamed_and_parquet_comes_back_as_parquet(customers, capsys, tmp_path):
    folder = tmp_path / "table"
    folder.mkdir()
    frame = pd.read_csv(customers, parse_dates=["since"])
    for i in range(3):
        frame[300 * i : 300 * (i + 1)].to_parquet(folder / f"part-{i}.parquet", index=False)
    out = tmp_path / "out.parquet"
    fitted = answer(capsys, "fit", folder, "--n-clusters", "3", "--out", out)
    told = pq.read_table(out)
    assert told.num_rows == N_ROWS and sorted(fitted["sizes"]) == [150, 350, 400]
    assert pa.types.is_timestamp(told.schema.field("since").type)
    assert told.column("income").null_count == 1
    assert told.column("income").drop_null().to_pylist() == frame["income"].dropna().tolist()


def test_a_recipe_of_then_is_applied_under_other_names(customers, capsys, tmp_path):
    recipe, other = tmp_path / "recipe.json", tmp_path / "other.csv"
    answer(capsys, "fit", customers, "--n-clusters", 3, "--out", tmp_path / "a.csv", "--recipe", recipe)
    pd.read_csv(customers).rename(columns={"income": "pay", "visits": "Visits"}).to_csv(other, index=False, sep=";")
    told = refused(capsys, "apply", recipe, other, "--out", tmp_path / "b.csv", "--max-memory", "1K")
    assert "income" in told and "--rename" in told
    done = answer(
        capsys, "apply", recipe, other, "--out", tmp_path / "b.csv", "--max-memory", "1K", "--rename", "income=pay"
    )
    assert sorted(done["sizes"]) == [150, 350, 400]
    assert not (tmp_path / "b.csv.part").exists()


def test_nothing_is_written_where_the_file_is_damaged_at_its_end(customers, capsys, tmp_path):
    rng = np.random.default_rng(0)
    lines = "".join(f"{a:.9f},{b:.9f}\n" for a, b in rng.random((60_000, 2)))
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(("a,b\n" + lines).encode())[:-500])
    told = refused(capsys, "fit", path, "--n-clusters", 2, "--out", tmp_path / "out.csv", "--max-memory", "1K")
    assert "was cut off on its way" in told
    assert sorted(file.name for file in tmp_path.iterdir()) == ["customers.csv", "cut.csv.gz"]


def test_the_file_that_is_read_is_not_overwritten(customers, capsys):
    before = customers.read_bytes()
    told = refused(capsys, "fit", customers, "--n-clusters", 2, "--out", customers, "--max-memory", "1K")
    assert "is the file that was read" in told
    assert customers.read_bytes() == before


def test_what_needs_all_rows_at_once_is_refused(customers, capsys, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"features": {"outliers": "forest"}}))
    told = refused(capsys, "sweep", customers, "--settings", settings, "--max-memory", "1K")
    assert "needs all rows in memory at once" in told


# --- which way a table is read ---


@pytest.mark.parametrize(
    "text, n_bytes",
    [("4G", 4 << 30), ("500M", 500 << 20), ("1.5g", 3 << 29), ("2 GB", 2 << 30), ("7GiB", 7 << 30), ("4096", 4096)],
)
def test_memory_is_told_as_people_write_it(text, n_bytes):
    options = read_options(["read", "a.csv", "--max-memory", text], {name: None for name in _COMMANDS})
    assert options.max_memory == n_bytes


@pytest.mark.parametrize("text", ["much", "", "-4G", "0", "4X", "1e9", "٤G", "4G!", "nan", "9" * 99, "4G\n5G"])
def test_what_is_no_memory_is_refused(text):
    with pytest.raises(InvalidSetting, match=r"no amount of memory|no memory at all|expected one argument"):
        read_options(["read", "a.csv", "--max-memory", text], {name: None for name in _COMMANDS})


_COMMANDS = ("read", "sweep", "fit", "apply", "rfm")


def test_a_table_that_fits_is_read_at_once(customers, capsys, monkeypatch):
    monkeypatch.setattr("clustering.__main__.read_all", None)
    assert not any("Streamed" in note for note in answer(capsys, "read", customers, "--max-memory", "4G")["notes"])
    assert not any("Streamed" in note for note in answer(capsys, "read", customers)["notes"])


def test_a_table_for_which_there_is_no_room_is_streamed(customers, capsys, monkeypatch):
    monkeypatch.setattr(room, "free_memory", lambda: 50_000)
    assert any("Streamed" in note for note in answer(capsys, "read", customers)["notes"])


def test_the_estimate_is_about_what_reading_at_once_is_refused_by(tmp_path, monkeypatch):
    # 4 bytes and 2 cells a row: 2.5 * 4 + 2 * 35 bytes, and the file itself: 84 bytes a row.
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
    assert not needs_streaming(path, 8.5e6) and needs_streaming(path, 8.3e6)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))  # and what is unpacked once more
    assert not needs_streaming(packed, 8.6e6) and needs_streaming(packed, 8.3e6)
    parquet = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": np.zeros(100_000), "b": ["xy"] * 100_000}), parquet)
    # 65 bytes a cell and 5.5 a letter: 14.1 MB
    assert not needs_streaming(parquet, 14.2e6) and needs_streaming(parquet, 14.0e6)


def test_more_cells_than_are_read_at_once_are_streamed_however_few_bytes_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr("clustering.stream.deciding.MAX_CELLS", 1_999)
    pq.write_table(pa.table({"a": range(1_000), "b": range(1_000)}), tmp_path / "a.parquet")
    assert needs_streaming(tmp_path / "a.parquet", 1e15)


def test_what_cannot_be_read_part_by_part_is_read_as_before(customers, capsys, tmp_path):
    pd.read_csv(customers).to_excel(tmp_path / "a.xlsx", index=False)
    assert answer(capsys, "read", tmp_path / "a.xlsx", "--max-memory", "1K")["rows"] == N_ROWS
    assert "cannot be opened" in refused(capsys, "read", tmp_path / "nowhere.csv", "--max-memory", "1K")


def test_a_pipe_is_read_up_to_a_bound(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("clustering.table.reader.MAX_UNPACKED", 3 << 20)
    assert "is no file but a stream, and goes on beyond" in refused(capsys, "read", "/dev/zero")
    read, write = os.pipe()
    os.write(write, b"a,b\n1,x\n2,y\n3,z\n")
    os.close(write)
    assert answer(capsys, "read", f"/dev/fd/{read}")["rows"] == 3
    os.close(read)
