"""A table that is read part by part is the table that is read at once, however it is laid out and cut into parts."""

import datetime as dt
import gzip
import os
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import ClusteringError, read_table
from clustering.errors import UnreadableFile
from clustering.stream import Typing, draw_sample, open_source
from clustering.stream import text as text_module
from clustering.table import ColumnOptions, ReadOptions

ROWS = "id,amount,city\n" + "".join(f'K{i},{i / 4},"Graz\n{i}"\n' for i in range(20))


def together(source, n_rows=7, columns=None):
    """All cells as text, all rows set aside, from parts of so many rows."""
    parts = list(source.parts(columns, n_rows))
    aside = {part.first + row: why for part in parts for row, why in part.set_aside.items()}
    return pa.concat_tables([part.text() for part in parts]).combine_chunks(), aside


def values(source, typing, n_rows=7):
    return pd.concat([part.frame(typing) for part in source.parts(n_rows=n_rows)], ignore_index=True)


def written(tmp_path, content, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(tmp_path, name="a.parquet", row_group_size=None, **columns):
    path = tmp_path / name
    pq.write_table(pa.table(columns), path, row_group_size=row_group_size)
    return path


def refusal(path, **options):
    with pytest.raises(ClusteringError) as caught:
        source = open_source(path, **options)
        list(source.parts())
    return str(caught.value)


# --- parts ---


@pytest.mark.parametrize("block", [64, 1 << 20])
@pytest.mark.parametrize("n_rows", [1, 7, 1000])
def test_parts_hold_the_cells_as_they_stand_line_breaks_in_quotes_too(tmp_path, monkeypatch, block, n_rows):
    monkeypatch.setattr(text_module, "BLOCK_SIZE", block)
    path = written(tmp_path, ROWS)
    source = open_source(path)
    assert together(source, n_rows)[0].equals(read_table(path).text.combine_chunks())
    assert next(source.parts(n_rows=n_rows)).n_rows == min(n_rows, 20)


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_ragged_rows_keep_their_place_and_get_their_reason(tmp_path, monkeypatch, block):
    monkeypatch.setattr(text_module, "BLOCK_SIZE", block)
    lines = [f"{i},{i},{i}" for i in range(1, 31)]
    lines[0], lines[9], lines[20], lines[29] = "1,2", "   ", "1,2,3,4", "only"
    path = written(tmp_path, "a,b,c\n" + "\n".join(lines))
    text, aside = together(open_source(path))
    assert aside == {0: "2 of 3 fields", 19: "4 of 3 fields", 28: "1 of 3 fields"}  # the line of blanks is no row
    assert text.to_pylist()[19] == {"a": "1", "b": "2", "c": "3,4"}
    assert text.equals(read_table(path).text.combine_chunks())


def test_some_columns_come_with_the_same_rows_set_aside(tmp_path):
    path = written(tmp_path, "a,b,c\n1,2,3\n,,\n4,5\na,b,c\n6,7,8\n9,9,9\n")
    source = open_source(path)
    whole, aside = together(source, 2)
    assert aside == {1: "empty", 2: "2 of 3 fields", 3: "the header once more"}
    assert together(source, 2, ["c", "a"]) == (whole.select(["c", "a"]), aside)
    assert together(open_source(path), 4, ["b"]) == (whole.select(["b"]), aside)


def test_a_row_of_nulls_in_parquet_is_set_aside(tmp_path):
    path = parquet(tmp_path, a=[1, None, 3, 4], b=["x", None, "", None], c=[True, None, None, None])
    assert together(open_source(path), 3)[1] == {1: "empty"}
    assert dict(read_table(path).set_aside) == {1: "empty"}


@pytest.mark.parametrize("row_group_size", [7, 1000])
def test_parts_of_parquet_do_not_hang_on_its_row_groups(tmp_path, row_group_size):
    path = parquet(tmp_path, row_group_size=row_group_size, a=range(100), b=[f"x{i % 3}" for i in range(100)])
    source = open_source(path)
    assert source.n_rows == 100
    assert [part.n_rows for part in source.parts(n_rows=30)] == [30, 30, 30, 10]
    assert [part.first for part in source.parts(n_rows=30)] == [0, 30, 60, 90]
    assert together(source, 30)[0].equals(read_table(path).text.combine_chunks())


def test_a_long_text_that_stands_in_many_rows_of_parquet_is_not_unpacked_at_once(tmp_path):
    text = pa.array(["x" * 1_000_000]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(500, dtype=np.int32)), text.dictionary)
    path = parquet(tmp_path, a=range(500), b=column)  # half a GB of text in a file of some kB
    sizes = [part.raw.nbytes for part in open_source(path).parts()]
    assert max(sizes) < 250e6 and sum(sizes) > 500e6


def test_times_of_day_are_told_of_all_moments_or_of_none(tmp_path):
    days = [dt.datetime(2024, 1, day) for day in (1, 2, 3)]
    path = parquet(tmp_path, a=[1, 2, 3, 4], whole=[*days, None], timed=[*days, dt.datetime(2024, 1, 4, 12)])
    text, _ = together(open_source(path), 2)
    assert text["whole"].to_pylist() == ["2024-01-01", "2024-01-02", "2024-01-03", ""]
    assert text["timed"].to_pylist()[0] == "2024-01-01 00:00:00"
    assert text.equals(read_table(path).text.combine_chunks())


# --- files and folders ---


def test_a_folder_is_read_in_the_order_of_its_names_without_what_is_hidden(tmp_path):
    written(tmp_path, "a,b\n3,z\n", "part-2.csv")
    written(tmp_path, "a,b\n1,x\n2,y\n", "part-1.csv")
    written(tmp_path, b"", "part-3.csv")
    for name in ("_SUCCESS", ".part-1.csv.crc", "_metadata"):
        written(tmp_path, b"no table", name)
    source = open_source(tmp_path)
    assert [path.name for path in source.paths] == ["part-1.csv", "part-2.csv"]
    assert together(source)[0]["b"].to_pylist() == ["x", "y", "z"]


def test_files_with_other_columns_are_refused_with_both_names(tmp_path):
    written(tmp_path, "a,b\n1,2\n", "one.csv")
    written(tmp_path, "a,c\n1,2\n", "two.csv")
    told = refusal(tmp_path)
    assert f"{tmp_path.name}/one.csv and {tmp_path.name}/two.csv do not have the same columns" in told
    assert 'column 2 is "b" in the one and "c" in the other' in told


def test_files_of_two_kinds_are_refused_with_both_names(tmp_path):
    written(tmp_path, "a,b\n1,2\n", "one.csv")
    parquet(tmp_path, "two.parquet", a=[1], b=[2])
    assert "one.csv is text and" in refusal(tmp_path) and "two.parquet is Parquet" in refusal(tmp_path)


def test_whole_numbers_beside_fractions_in_another_file_are_read_as_fractions(tmp_path):
    parquet(tmp_path, "1.parquet", a=[1, 2], b=["x", "y"])
    parquet(tmp_path, "2.parquet", a=[2.5, 3.0], b=pa.array(["z", None]).dictionary_encode())
    source = open_source(tmp_path)
    assert source.types == (pa.float64(), pa.string())
    assert together(source, 3)[0]["a"].to_pylist() == ["1", "2", "2.5", "3"]


def test_types_that_do_not_go_together_are_refused_with_both_names(tmp_path):
    parquet(tmp_path, "1.parquet", a=[1, 2])
    parquet(tmp_path, "2.parquet", a=["x", "y"])
    assert '"a" is int64 in' in refusal(tmp_path)


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda folder: None, "holds no files"),
        (lambda folder: (folder / "_SUCCESS").touch(), "holds no files"),
        (lambda folder: (folder / "a.csv").touch(), "is empty"),
        (lambda folder: (folder / "year=2024").mkdir(), 'holds folders ("year=2024")'),
        (lambda folder: (folder / "_delta_log").mkdir(), "a log of its changes"),
        (lambda folder: os.mkfifo(folder / "pipe"), "which is no file"),
        (lambda folder: (folder / "a.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 99), "cannot be read part by part"),
    ],
)
def test_a_folder_without_a_table_is_refused(tmp_path, make, told):
    make(tmp_path)
    assert told in refusal(tmp_path)


def test_what_is_no_file_or_not_there_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no file that can be read more than once" in refusal(tmp_path / "pipe")
    assert "cannot be opened: No such file" in refusal(tmp_path / "nowhere.csv")
    assert "cannot be opened" in refusal("a\0b")


# --- text as it comes ---


def test_gzip_is_unpacked_on_the_way(tmp_path):
    path = written(tmp_path, gzip.compress(ROWS.encode()), "a.csv.gz")
    assert together(open_source(path))[0].equals(read_table(path).text.combine_chunks())


def test_a_gzip_archive_that_was_cut_off_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    content = "a,b\n" + "".join(f"{x},{y}\n" for x, y in rng.random((100_000, 2)))
    path = written(tmp_path, gzip.compress(content.encode())[:-1_000], "a.csv.gz")
    assert refusal(path) == (
        "a.csv.gz is a gzip archive that is damaged or was cut off on its way. Save or download it again."
    )


def test_other_encodings_are_found_where_their_first_letter_stands(tmp_path):
    lines = "name,b\n" + "Graz,1\n" * 700_000 + "Köln,2\n"  # 5 MB of ASCII before it
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        source = open_source(written(tmp_path, lines.encode(encoding)))
        cells = together(source, 100_000, ["name"])[0]["name"]
        assert (source.encoding, cells[-1].as_py(), len(cells)) == (encoding, "Köln", 700_001)


def test_text_in_two_encodings_is_refused_with_the_line(tmp_path):
    content = "name,b\n" + "Köln,1\n" * 1_000_000
    path = written(tmp_path, content.encode() + "Köln,2\n".encode("cp1252"))
    assert "is not in one encoding: it begins as utf-8, and about line 1,000,002 holds a character" in refusal(path)


def test_a_mark_that_is_not_closed_is_refused(tmp_path, monkeypatch):
    lines = [f"{i},x{i}" for i in range(300)]
    last = [*lines[:290], '290,"open', *lines[291:]]
    assert "near its end is opened and not closed" in refusal(written(tmp_path, "a,b\n" + "\n".join(last) + "\n"))
    monkeypatch.setattr(text_module, "BLOCK_SIZE", 64)
    lines[5] = '5,"open'
    path = written(tmp_path, "a,b\n" + "\n".join(lines))
    assert "a quotation mark is not closed, or a line is far too long" in refusal(path)


def test_marks_inside_cells_that_do_not_open_them_are_letters(tmp_path):
    path = written(tmp_path, 'a,b\n1,5" pipe\n2,6 pipe\n3,x\n')
    assert together(open_source(path))[0]["b"].to_pylist() == ['5" pipe', "6 pipe", "x"]


def test_lines_of_another_width_than_the_header_are_no_table(tmp_path):
    told = refusal(written(tmp_path, "a,b,c\n1,2,3\n" + "x\n" * 200_000))
    assert "is not a table" in told and "do not have the 3 fields of the first line" in told


def test_a_way_of_writing_that_has_to_be_rewritten_is_refused(tmp_path):
    path = written(tmp_path, "a b c\n" + "".join(f"{i} {i}.5 x\n" for i in range(9)))
    assert "blanks separate the columns. It is too large" in refusal(path)


def test_empty_lines_of_a_single_column_are_missing_cells_but_at_the_end_none(tmp_path):
    path = written(tmp_path, "amount\n1\n\n3\n4\n\n\n")
    assert together(open_source(path))[0]["amount"].to_pylist() == ["1", "", "3", "4"]


def test_the_header_is_found_below_a_title_and_units_are_set_aside(tmp_path):
    rows = "".join(f"K{i},{i},{i}.5\n" for i in range(30))
    path = written(tmp_path, "Report 2024\n\nid,income,score\n,(EUR),(1-5)\n" + rows)
    source = open_source(path)
    assert source.names == ("id", "income", "score")
    assert together(source)[1] == {0: "a second header line"}
    assert "The header was taken from line 3" in source.notes[0]


def test_a_layout_that_the_user_gives_is_kept(tmp_path):
    path = written(tmp_path, "x|y\na;b\n1;2\n")
    assert open_source(path, ReadOptions(delimiter=";", header=2)).names == ("a", "b")
    assert "There is no encoding" in refusal(path, options=ReadOptions(encoding="klingon"))


# --- values ---


def test_values_of_parquet_are_those_of_the_way_over_text(tmp_path):
    rng = np.random.default_rng(0)
    numbers = np.concatenate(
        [rng.normal(0, 10.0 ** rng.integers(-300, 300, 2_000)), [0.1, -0.0, np.inf, np.nan, 5e-324]]
    )
    n = len(numbers)
    whole = rng.integers(-(2**63), 2**63 - 1, n)
    moments = rng.integers(-(10**17), 2 * 10**17, n).astype("datetime64[us]")
    columns = {
        "double": pa.array(numbers, from_pandas=False),
        "single": pa.array(rng.normal(0, 1, n).astype(np.float32)),
        "long": pa.array(whole // 10_000, mask=rng.random(n) < 0.1),
        "small": pa.array(rng.integers(0, 9, n), pa.uint8()),
        "decimal": pa.array([Decimal(int(cents)).scaleb(-2) for cents in rng.integers(-(10**9), 10**9, n)]),
        "day": pa.array(moments).cast(pa.timestamp("s"), safe=False).cast(pa.date32(), safe=False),
        "moment": pa.array(moments),
        "nano": pa.array(moments[:n].astype("datetime64[ns]")),
        "zone": pa.array(moments, pa.timestamp("us", tz="Europe/Vienna")),
        "yes": pa.array(rng.random(n) < 0.5, mask=rng.random(n) < 0.1),
        "word": pa.array(rng.choice(["a", " b", "n/a", "unknown", ""], n)),
        "category": pa.array(rng.choice(["x", "y"], n)).dictionary_encode(),
    }
    path = parquet(tmp_path, **columns)
    table = read_table(path)
    found = values(open_source(path), Typing.of(table), 500)
    pd.testing.assert_frame_equal(found, table.frame, check_exact=True)


CELLS = {
    "plain": ["1", "2.5", "-3e2", "n/a", "", "+4", " 5"],
    "euro": ["1.234,50 €", "12,00 €", "-3,5 €", "", "7 €"],
    "share": ["5 %", "12.5%", "n/a", "100 %"],
    "thousands": ["1,234,567", "12", "1,000"],
    "suffix": ["5K", "1.5M", "300"],
    "bounds": ["< 10", *map(str, range(11, 40))],
    "date": ["31.12.2023", "01.02.2024", "", "13.1.99"],
    "american": ["12/31/2023", "02/01/2024 10:30 PM"],
    "named": ["3 Jan 2024", "4. März 2023"],
    "days": [f"202401{day:02}" for day in range(1, 29)],
    "yes": ["yes", "NO", "", "Yes"],
    "text": ["a", " b ", "null", "unknown"],
}


@pytest.mark.parametrize("kind", CELLS)
def test_values_of_text_are_those_of_reading_at_once_whatever_the_parts(tmp_path, kind):
    cells = CELLS[kind] * 12
    lines = "".join(f'{i},"{cell}"\n' for i, cell in enumerate(cells))
    path = written(tmp_path, f"id,{kind}\n" + lines)
    table, source = read_table(path), open_source(path)
    for n_rows in (1, 5, 1000):
        found = values(source, Typing.of(table), n_rows)
        pd.testing.assert_frame_equal(found, table.frame, check_exact=True)


def test_a_cell_that_is_none_of_the_samples_type_is_missing_wherever_it_stands(tmp_path):
    known = read_table(
        written(tmp_path, "a,share,d,yes\n" + "1,5 %,31.12.2023,yes\n2,7 %,13.01.2024,no\n" * 9, "k.csv")
    )
    path = written(tmp_path, "a,share,d,yes\n3,8 %,01.02.2024,no\nx,9,2024-02-03,maybe\n$4,10 %,04.02.2024,YES\n")
    for n_rows in (1, 3):
        found = values(open_source(path), Typing.of(known), n_rows)
        assert found["a"].tolist()[0] == 3 and found["a"].isna().tolist() == [False, True, True]
        assert found["share"].fillna(-1).tolist() == [8, -1, 10]  # 9 beside shares may be one, or 900 of them
        assert found["d"].tolist() == [pd.Timestamp(2024, 2, 1), pd.NaT, pd.Timestamp(2024, 2, 4)]
        assert found["yes"].fillna(False).tolist() == [False, False, True]


def test_words_for_missing_that_the_user_gives_hold_for_all_parts(tmp_path):
    path = parquet(tmp_path, a=[1, 999, 3, 4], b=["x", "none", "y", "z"])
    options = ReadOptions(columns=(ColumnOptions("a", missing=("999",)), ColumnOptions("b", missing=("none",))))
    found = values(open_source(path), draw_sample(open_source(path), options=options).typing, 1)
    assert found.isna().to_numpy().tolist() == [[False, False], [True, True], [False, False], [False, False]]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    source = open_source(parquet(tmp_path, a=[1, 2, 3]))
    parquet(tmp_path, a=[1, 2, 3, 4])
    with pytest.raises(UnreadableFile, match="was changed while it was read"):
        list(source.parts())
