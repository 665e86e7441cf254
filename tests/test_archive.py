"""One CSV file per segment in a .zip: every row once, names that every file system takes."""

import csv
import io
import zipfile

import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table, to_csv
from clustering.export import only_ids, per_segment_zip

# Three near 1, two near 50; the third record has no amount.
SHOP = read_table(b"id,amount,note\n0001,1,a a\n0002,2,=b b\n0003,,c\n0004,50,d\n0005,51,e\n0006,3,f\n")
LABELLED = label_table(
    SHOP, fit(prepare(SHOP, FeatureSpec(("amount",), missing="aside")), ClusterSpec(n_clusters=2)), ("Small", "")
)


def files(zipped):
    """The files by their names, as rows."""
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""), strict=True))
            for name in archive.namelist()
        }


def names_of(*segment_names, stem="shop"):
    """The names of the files of segments called so, with a row each."""
    labelled = pd.DataFrame({"segment": pd.array(range(1, len(segment_names) + 1), dtype="Int64")})
    return list(files(per_segment_zip(labelled, segment_names, stem=stem)))


def test_every_row_is_in_the_file_of_its_segment_in_the_tables_order():
    found = files(per_segment_zip(LABELLED, ("Small", ""), stem="shop"))
    assert {name: [row[0] for row in rows[1:]] for name, rows in found.items()} == {
        "shop_1_Small.csv": ["0001", "0002", "0006"],
        "shop_2_Segment 2.csv": ["0004", "0005"],
        "shop_without a segment.csv": ["0003"],
    }


def test_many_rows_keep_their_order():
    labelled = pd.DataFrame({"id": range(3_000), "segment": pd.array([1, 2, 3] * 1_000, dtype="Int64")})
    found = files(per_segment_zip(labelled, ("A", "B", "C"), stem="s"))
    assert [int(row[0]) for row in found["s_2_B.csv"][1:]] == list(range(1, 3_000, 3))


def test_a_file_says_what_the_whole_table_says():
    whole = list(csv.reader(io.StringIO(to_csv(LABELLED).content.decode("utf-8-sig"), newline="")))
    found = files(per_segment_zip(LABELLED, ("Small", ""), stem="shop"))
    assert found["shop_1_Small.csv"] == [whole[0], whole[1], whole[2], whole[6]]
    assert found["shop_without a segment.csv"] == [whole[0], whole[3]]
    assert found["shop_without a segment.csv"][1][-1] == "amount is missing"


def test_where_every_row_has_a_segment_there_is_no_file_of_rows_without():
    assert list(files(per_segment_zip(LABELLED.dropna(subset="segment"), ("A", "B")))) == [
        "segments_1_A.csv",
        "segments_2_B.csv",
    ]


def test_a_segment_without_customers_is_a_file_with_the_header_alone():
    found = files(per_segment_zip(LABELLED, ("A", "B", "C"), stem="new"))
    assert found["new_3_C.csv"] == [list(LABELLED.columns)]


def test_segments_beyond_the_names_are_called_by_their_number():
    assert "shop_2_Segment 2.csv" in files(per_segment_zip(LABELLED, (), stem="shop"))


def test_the_column_of_the_file_that_is_called_segment_parts_nothing():
    table = read_table(b"segment,x\n7,1\n8,2\n9,99\n")
    labelled = label_table(table, fit(prepare(table, FeatureSpec(("x",))), ClusterSpec(n_clusters=2)))
    found = files(per_segment_zip(labelled, ("A", "B"), stem="s"))
    assert [row[0] for row in found["s_1_A.csv"][1:]] == ["7", "8"]
    assert [row[0] for row in found["s_2_B.csv"][1:]] == ["9"]


def test_ids_and_segments_alone_can_be_packed():
    found = files(per_segment_zip(only_ids(LABELLED, SHOP), ("Small", ""), stem="shop"))
    assert found["shop_2_Segment 2.csv"] == [
        ["id", "segment", "segment_name", "segment_note"],
        ["0004", "2", "Segment 2", ""],
        ["0005", "2", "Segment 2", ""],
    ]


def test_fields_stand_between_the_delimiter_asked_for():
    with zipfile.ZipFile(io.BytesIO(per_segment_zip(LABELLED, ("A", "B"), delimiter=";").content)) as archive:
        assert archive.read("segments_2_B.csv").split(b"\r\n")[1] == b"0004;50;d;2;Segment 2;"


def test_text_that_starts_a_formula_is_counted_over_all_files():
    assert per_segment_zip(LABELLED, ("A", "B")).n_escaped == 1
    header = LABELLED.rename(columns={"note": "@note"})
    assert per_segment_zip(header, ("A", "B")).n_escaped == 1 + 3  # the header of three files


def test_the_same_table_gives_the_same_bytes():
    assert per_segment_zip(LABELLED, ("A", "B")).content == per_segment_zip(LABELLED.copy(), ("A", "B")).content


def test_no_date_and_no_system_of_the_writer_is_in_it():
    with zipfile.ZipFile(io.BytesIO(per_segment_zip(LABELLED, ("A", "B")).content)) as archive:
        assert {(info.date_time, info.create_system) for info in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), 3)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def test_how_far_it_is_is_told_to_the_end():
    steps = []
    per_segment_zip(LABELLED, ("A", "B"), on_step=lambda *step: steps.append(step))
    assert steps == [(3 / 6, "3 of 6 rows packed"), (5 / 6, "5 of 6 rows packed"), (1.0, "6 of 6 rows packed")]


# --- names of files ---

LONG = "Große Familien 漢字 🙂 " * 30


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Young savers", "shop_1_Young savers.csv"),
        ("Größe 漢字 🙂", "shop_1_Größe 漢字 🙂.csv"),
        ("خريطة", "shop_1_خريطة.csv"),
        ("می\u200cخواهم", "shop_1_می\u200cخواهم.csv"),  # Persian is not spelled so without the joiner
        ("../../etc/passwd", "shop_1__.._etc_passwd.csv"),
        ("C:\\Windows\\x", "shop_1_C__Windows_x.csv"),
        ('a<b>c:d"e/f\\g|h?i*j', "shop_1_a_b_c_d_e_f_g_h_i_j.csv"),
        ("two\r\nlines\tand\x00zero\x1b[31m", "shop_1_two lines and zero [31m.csv"),
        ("pay\u202efdp.exe\u2066\u200f", "shop_1_pay fdp.exe.csv"),
        ("=cmd|'/c calc'!A1", "shop_1_=cmd_'_c calc'!A1.csv"),
        ("<script>alert(1)</script>", "shop_1__script_alert(1)__script_.csv"),
        ("CON", "shop_1_CON.csv"),
        ("  . dots . ", "shop_1_dots.csv"),
        ("\u202e \u200d\n", "shop_1_Segment 1.csv"),
    ],
)
def test_a_name_is_kept_as_far_as_file_systems_take_it(name, expected):
    assert names_of(name) == [expected]


@pytest.mark.parametrize("name", [LONG, "x" * 300, "🙂" * 300, "漢" * 300, "é" * 79, "👩\u200d🌾" * 60])
def test_a_long_name_is_cut_where_a_file_system_would_refuse_it(name):
    (found,) = names_of(name)
    assert len(found) <= 80
    assert len(found.encode()) <= 240
    assert found.startswith(f"shop_1_{name[0]}")
    assert found.endswith(".csv")
    assert not found.endswith((" .csv", "\u200d.csv"))


def test_equal_names_are_told_apart_by_their_numbers():
    found = names_of("Same", "same", "SAME", "x" * 300, "x" * 301)
    assert len({name.casefold() for name in found}) == 5


def test_numbers_have_one_width_so_that_files_stand_in_order():
    found = names_of(*["x"] * 10)
    assert found == sorted(found)
    assert found[0] == "shop_01_x.csv"


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("CON", "CON_1_A.csv"),
        ("nul.2024", "nul_2024_1_A.csv"),  # NUL.anything is a device to Windows
        ("../up", "up_1_A.csv"),
        ("/root", "root_1_A.csv"),
        ("-rf", "rf_1_A.csv"),
        (".hidden", "hidden_1_A.csv"),
        ("\u202e", "segments_1_A.csv"),
        ("", "segments_1_A.csv"),
        ("s" * 100, "s" * 30 + "_1_A.csv"),
    ],
)
def test_what_the_names_begin_with_is_safe_too(stem, expected):
    assert names_of("A", stem=stem) == [expected]
