"""A sample is the same rows however the table is ordered, written and cut into parts, and stands for all of them."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import ClusteringError
from clustering.stream import columnar, draw_sample, drawing, open_source
from clustering.stream.drawing import _Occurrences
from clustering.stream.hashing import hash_rows

N_ROWS = 1_500


def customers(with_id=True):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "customer_id": [f"K{i:05}" for i in range(N_ROWS)],
            "income": rng.normal(50, 10, N_ROWS).round(2),
            "visits": rng.integers(0, 30, N_ROWS),
            "city": rng.choice(["Graz", "Wien", 'said "hi"\nand left'], N_ROWS),
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1000, N_ROWS), unit="D"),
            "vip": rng.random(N_ROWS) < 0.3,
        }
    )
    frame.loc[::17, "income"] = np.nan
    return frame if with_id else frame.drop(columns="customer_id")


LAYOUTS = {
    "csv, shuffled": lambda frame, path: frame.sample(frac=1, random_state=1).to_csv(path, index=False, sep=";"),
    "gzip": lambda frame, path: path.write_bytes(gzip.compress(frame.to_csv(index=False).encode())),
    "parquet, row groups of 7": lambda frame, path: frame.to_parquet(path, index=False, row_group_size=7),
    "parquet, shuffled": lambda frame, path: frame.sample(frac=1, random_state=2).to_parquet(path, index=False),
    "three csv files": lambda frame, path: in_three(frame, path, lambda part, at: part.to_csv(at, index=False)),
    "three parquet files": lambda frame, path: in_three(frame, path, lambda part, at: part.to_parquet(at, index=False)),
}


def in_three(frame, folder, write):
    folder.mkdir()
    for i, part in enumerate((frame[:100], frame[100:1_400], frame[1_400:])):
        write(part, folder / f"part-{i}")


@pytest.mark.parametrize("with_id", [True, False], ids=["by id", "by all cells"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_sample_is_the_same_whatever_the_layout_and_the_parts(tmp_path, layout, with_id):
    customers(with_id).to_csv(tmp_path / "all", index=False)
    LAYOUTS[layout](customers(with_id), tmp_path / "other")
    first = draw_sample(open_source(tmp_path / "all"), 300, part_rows=1_000)
    other = draw_sample(open_source(tmp_path / "other"), 300, part_rows=777)
    pd.testing.assert_frame_equal(first.table.frame, other.table.frame)
    assert first.by == other.by == (("customer_id",) if with_id else tuple(customers(False).columns))
    assert (other.n_rows, other.table.n_rows, other.table.reading.n_in_all) == (N_ROWS, 300, N_ROWS)
    assert [(c.name, c.role) for c in first.table.columns] == [(c.name, c.role) for c in other.table.columns]


def test_a_sample_by_id_stays_when_something_else_changes(tmp_path):
    customers().to_csv(tmp_path / "then.csv", index=False)
    customers().assign(income=lambda f: f["income"] * 2).to_csv(tmp_path / "now.csv", index=False)
    then, now = (draw_sample(open_source(tmp_path / name), 300).table for name in ("then.csv", "now.csv"))
    assert then.frame["customer_id"].equals(now.frame["customer_id"])


def test_all_rows_are_the_sample_of_a_small_table_but_those_set_aside(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2\n3,y\n,\n5,z\n")
    sample = draw_sample(open_source(tmp_path / "a.csv"))
    assert sorted(sample.table.frame["a"]) == [1, 3, 5]
    assert sample.set_aside == {"1 of 2 fields": 1, "empty": 1}
    assert sample.n_rows == 5
    assert "1 row set aside (1 of 2 fields): kept, but takes no part." in sample.table.notes


def test_rows_that_are_equal_are_drawn_as_often_as_they_stand(tmp_path):
    # Six kinds of rows; a hash of the cells alone would draw one kind, and no other.
    shares = {"a": 0.4, "b": 0.3, "c": 0.15, "d": 0.1, "e": 0.04, "f": 0.01}
    kinds = np.random.default_rng(0).permutation(np.repeat(list(shares), [int(20_000 * s) for s in shares.values()]))
    for name, order in (("one", kinds), ("other", kinds[::-1])):
        pq.write_table(pa.table({"kind": order, "plan": [f"{kind}!" for kind in order]}), tmp_path / name)
    one, other = (draw_sample(open_source(tmp_path / name), 2_000, part_rows=3_000) for name in ("one", "other"))
    assert one.table.text.equals(other.table.text)
    found = one.table.frame["kind"].value_counts(normalize=True)
    for kind, share in shares.items():  # four standard errors of a share in 2,000
        assert abs(found[kind] - share) < 4 * np.sqrt(share * (1 - share) / 2_000)


def test_what_is_named_like_an_id_but_shared_by_many_decides_nothing(tmp_path):
    rng = np.random.default_rng(0)
    ids = np.concatenate([np.arange(3_000), np.full(17_000, 7)])  # the first rows show nothing of it
    pq.write_table(pa.table({"customer_id": ids, "amount": rng.random(20_000)}), tmp_path / "a.parquet")
    sample = draw_sample(open_source(tmp_path / "a.parquet"), 1_000)
    assert sample.by == ("customer_id", "amount")
    assert abs((sample.table.frame["customer_id"] == 7).mean() - 0.85) < 4 * np.sqrt(0.85 * 0.15 / 1_000)


def test_rows_without_an_id_are_drawn_by_all_their_cells(tmp_path):
    ids = [f"K{i}" if i < 3_000 or i % 2 else "" for i in range(10_000)]
    pq.write_table(pa.table({"customer_id": ids, "amount": np.arange(10_000) / 4}), tmp_path / "a.parquet")
    sample = draw_sample(open_source(tmp_path / "a.parquet"), 1_000)
    assert sample.by == ("customer_id",)
    assert abs(sample.table.frame["customer_id"].isna().mean() - 0.35) < 4 * np.sqrt(0.35 * 0.65 / 1_000)


def test_the_sample_is_no_smaller_part_of_the_rows_at_the_beginning(tmp_path):
    pq.write_table(pa.table({"id": np.arange(50_000), "x": np.zeros(50_000)}), tmp_path / "a.parquet")
    drawn = draw_sample(open_source(tmp_path / "a.parquet"), 5_000, part_rows=3_000).table.frame["id"]
    counts = np.histogram(drawn, bins=10, range=(0, 50_000))[0]
    # chi-square with 9 degrees of freedom: above 27.9 once in 1,000 times
    assert ((counts - 500) ** 2 / 500).sum() < 27.9


def test_of_rows_with_very_long_texts_there_are_fewer(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "_MOST_BYTES", 100_000)
    pq.write_table(pa.table({"a": range(400), "b": [f"{i:01000}" for i in range(400)]}), tmp_path / "a.parquet")
    sample = draw_sample(open_source(tmp_path / "a.parquet"), part_rows=50)
    assert (sample.n_rows, sample.table.n_rows) == (400, 98)  # of 1,000 letters and 8 bytes for each of two cells
    whole = draw_sample(open_source(tmp_path / "a.parquet"), 98, part_rows=7)
    assert whole.table.text.equals(sample.table.text)


def test_too_few_rows_are_refused_as_at_once(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n")
    with pytest.raises(ClusteringError, match="holds only two rows below its header line"):
        draw_sample(open_source(tmp_path / "a.csv"))
    assert draw_sample(open_source(tmp_path / "a.csv"), least_rows=1).table.n_rows == 2


# --- hashes ---


def hashes(tmp_path, cells, name="a"):
    pq.write_table(pa.table({"a": cells, "b": ["-"] * len(cells)}), tmp_path / name)
    source = open_source(tmp_path / name)
    return np.concatenate([hash_rows(part, ["a"]) for part in source.parts(n_rows=3)]).tolist()


@pytest.mark.parametrize(
    "typed, text, n_different",
    [
        (pa.array([1.5, 2.0, -0.0, None, 1e300, float("inf")]), ["1.50", "2", "0", "", "1e+300", "inf"], 6),
        (pa.array([7, None, 2**62, -3]), ["7.0", "", str(2**62), "-3"], 4),
        (pa.array([True, False, None]), ["True", "FALSE", ""], 3),
        (pa.array([0, 86_400_000_000], pa.timestamp("us")), ["1970-01-01", "1970-01-02 00:00:00"], 2),
        (pa.array(["12", "x", "0012"]), ["12.0", "x", "12"], 2),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"], 2),
    ],
)
def test_a_cell_has_one_hash_however_it_is_written(tmp_path, typed, text, n_different):
    found = hashes(tmp_path, typed)
    assert found == hashes(tmp_path, pa.array(text), "b")
    assert len(set(found)) == n_different


def test_long_cells_and_those_that_differ_in_one_letter_have_other_hashes(tmp_path):
    cells = ["", "a", "b", "ab", "ba", "aa", "a" * 70_000, "a" * 70_001, "b" + "a" * 69_999, "a" * 69_999 + "b", "\0"]
    found = hashes(tmp_path, pa.array(cells))
    assert len(set(found)) == len(cells)
    assert found == hashes(tmp_path, pa.array([*cells]), "b")


def test_hashes_fill_all_bits_evenly(tmp_path):
    found = np.array(hashes(tmp_path, pa.array([f"K{i:06}" for i in range(3_000)])), dtype=np.uint64)
    bits = (found[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / np.sqrt(3_000)


def test_equal_rows_are_counted_in_whatever_parts_they_come():
    seen = np.array([5, 9, 5, 5, 2, 9, 5], dtype=np.uint64)
    for size in (1, 3, 7):
        counting = _Occurrences()
        told = [counting.before(seen[i : i + size]) for i in range(0, 7, size)]
        assert np.concatenate(told).tolist() == [0, 0, 1, 2, 0, 1, 3]


def test_one_pass_over_all_columns_draws_the_sample(tmp_path, monkeypatch):
    moments = pd.Timestamp("2024-01-01 12:00") + pd.to_timedelta(np.arange(500), unit="h")
    pd.DataFrame({"id": [f"K{i}" for i in range(500)], "at": moments}).to_parquet(tmp_path / "a.parquet")
    read, stretches = [], columnar.ColumnarFile.stretches

    def counted(file, columns=None):
        for stretch in stretches(file, columns):
            read.append(stretch[0].num_rows)
            yield stretch

    monkeypatch.setattr(columnar.ColumnarFile, "stretches", counted)
    draw_sample(open_source(tmp_path / "a.parquet"), 100)
    assert read == [500, 500]  # the first for the head, of which no more is taken than a part of it


def test_a_running_number_is_known_by_a_sample_of_it(tmp_path):
    rng = np.random.default_rng(0)
    numbers = 10_000 + rng.permutation(5_000)
    frame = pd.DataFrame(
        {"customer": numbers, "amount": rng.integers(0, 5_000, 5_000), "spend": rng.normal(size=5_000)}
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    table = draw_sample(open_source(tmp_path / "a.csv"), 1_000).table
    assert [column.role for column in table.columns] == ["id", "number", "number"]
