"""What fuzzing has found, each with the smallest file that shows it."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from clustering import FeatureSpec, read_table
from clustering.__main__ import main
from clustering.errors import ClusteringError, InvalidSetting, NoUsableColumns, UnreadableFile
from clustering.features import ColumnSpec
from clustering.features.encode import resolve
from clustering.table import ColumnOptions, ReadOptions
from tests.test_formats import CUSTOMERS, parquet, with_sheet, xlsx

ROOT = Path(__file__).parents[1]
ROWS = b"1,2\n3,4\n5,7\n"


def test_a_duration_of_ages_in_parquet_is_refused():
    ages = pa.array([1, 2, 2**62], pa.duration("s"))
    with pytest.raises(UnreadableFile, match=r"a column of the type duration\[s\]"):
        read_table(parquet(a=[1, 2, 3], ages=ages))


@pytest.mark.parametrize("content", [b"a,b\n1,2\x00\n3,4\n5,6\n", b"a\x00,b\n" + ROWS, b"a,b\n\x00\n" + ROWS])
def test_a_zero_byte_in_a_few_others_is_no_sign_of_utf_16(content):
    with pytest.raises(UnreadableFile, match="is not a text file"):
        read_table(content)


def test_a_table_in_utf_16_is_still_known_by_its_lines():
    assert read_table("a;b\n1;2\n3;4\n5;6\n".encode("utf-16-le")).text["b"].to_pylist() == ["2", "4", "6"]


def test_a_blank_line_below_the_header_of_one_column_is_a_missing_cell_too():
    assert read_table(b"a\n\n1\n2\n5\n").text["a"].to_pylist() == ["", "1", "2", "5"]


def test_a_ragged_line_below_a_blank_one_is_told_where_it_stands():
    table = read_table(b"a\n\n1\n2;3,4\n5\n6\n7\n")
    assert table.text["a"].to_pylist() == ["", "1", "2;3,4", "5", "6", "7"]
    assert "(line 4)" in " ".join(table.notes)


@pytest.mark.parametrize("head", [b"<!---->" * 40 + b"</x,b\n", b"/**/" * 40 + b"a,b\n", b"<!--" * 40 + b"</x,b\n"])
def test_comments_in_the_header_are_read_in_no_time(head):
    """Forty of them could be read in 2^40 ways."""
    assert read_table(head + ROWS).n_rows == 3


def test_a_web_page_behind_comments_is_still_known():
    with pytest.raises(UnreadableFile, match="a web page"):
        read_table(b"<!-- a --><!-- b -->\n<html><body><table></table></body></html>")


def test_sql_behind_comments_is_still_known():
    with pytest.raises(UnreadableFile, match="SQL commands"):
        read_table(b"/* dump */\n-- of today\n/* a */ CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\n")


def test_a_line_of_dashes_with_a_letter_is_no_rule_and_a_rule_is_none_of_the_rows():
    lines = "".join(f"| {i} | {i * i} |\n" for i in range(9))
    table = read_table(f"+---+---+\n| a | b |\n|---|:-:|\n{lines}+===+===+\n".encode())
    assert table.n_rows == 9
    assert read_table(b"a|b\n" + b"-" * 20_000 + b"x|1\n2|3\n4|5\n").n_rows == 3


def test_a_name_over_two_lines_becomes_one_line_and_blanks_inside_stay():
    assert read_table(b'"a \r\n  b","c  d"\n' + ROWS).text.column_names == ["a b", "c  d"]


@pytest.mark.parametrize(
    "reference", [b"r='XFD1048576'", b'r = "XFD1048576"', b'r="ZZZZZ1048576"', b'r="XFD4294967295"']
)
def test_a_cell_far_out_is_refused_however_it_is_written(reference):
    """The library would ask for the whole rectangle, and the process would end."""
    far = b"<row><c %s><v>3</v></c></row></sheetData>" % reference
    with pytest.raises(UnreadableFile, match="takes far more memory than a table of its size"):
        read_table(with_sheet(xlsx(A=CUSTOMERS), lambda xml: xml.replace(b"</sheetData>", far)))


def test_a_file_without_a_name_in_a_zip_is_read():
    content = b"a,b\n" + ROWS
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x", content)
    nameless = out.getvalue().replace(b"\x01\x00\x00\x00x", b"\x01\x00\x00\x00\x00").replace(b"x", b"\x00", 2)
    assert read_table(nameless).n_rows == 3


def test_a_refusal_holds_nothing_that_a_terminal_obeys(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["read", "\x1b[31m\u202eno.csv"]) == 2
    assert capsys.readouterr().err == "[31m no.csv cannot be opened: No such file or directory. Check the path.\n"


@pytest.mark.parametrize("header", [10, 2**31, 2**64])
def test_a_header_below_the_last_line_is_refused_at_once(header):
    with pytest.raises(InvalidSetting, match="has no line"):
        read_table(b"a,b\n" + ROWS, options=ReadOptions(header=header))


@pytest.mark.parametrize(("path", "out"), [("a\0b.csv", "out.csv"), ("a.csv", "a\0b.csv")])
def test_a_path_with_a_nul_is_none(tmp_path, monkeypatch, capsys, path, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_bytes(b"a,b\n" + ROWS * 9)
    assert main(["fit", path, "--n-clusters", "2", "--out", out]) == 2
    assert "this is no path of a file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="a path of any bytes")
def test_a_path_that_is_no_text_is_written_to_and_told_as_json(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\n" + ROWS * 9)
    called = [sys.executable, "-m", "clustering", "fit", "a.csv", "--n-clusters=2", b"--out=\x80.csv"]
    done = subprocess.run(called, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["out"] == "\udc80.csv"


def test_one_setting_twice_among_many_columns_is_found_at_once():
    columns = [ColumnOptions(f"c{i}") for i in range(100_000)]
    ReadOptions(columns=tuple(columns))
    with pytest.raises(InvalidSetting, match='"c7" is overruled twice'):
        ReadOptions(columns=(*columns, columns[7]))


def test_settings_of_many_columns_are_checked_at_once():
    names = tuple(f"c{i}" for i in range(50_000))
    spec = FeatureSpec(names, settings=tuple(ColumnSpec(name, weight=2.0) for name in names))
    assert len(spec.settings) == 50_000


def test_a_setting_of_thousands_of_letters_is_told_in_a_few():
    with pytest.raises(ClusteringError) as refused:
        FeatureSpec(("a",), scale="standard" * 1_000)
    assert len(str(refused.value)) < 200


def test_a_name_like_a_path_into_a_nested_column_is_a_name():
    table = read_table(b"../../x,a.b\n1,2\n1,2\n5,7\n")
    assert any("1 row is an exact copy" in note for note in table.notes)


def test_a_path_of_thousands_of_letters_leaves_the_refusal_its_end(capsys):
    assert main(["read", "n" * 4_000]) == 2
    assert capsys.readouterr().err.endswith("Check the path.\n")


def test_a_name_of_thousands_of_letters_does_not_drown_the_refusal():
    with pytest.raises(NoUsableColumns) as refused:
        resolve(read_table(b"a,b\n1,2\n3,4\n5,7\n"), FeatureSpec(("spend" * 1_000,)))
    assert len(str(refused.value)) < 500
