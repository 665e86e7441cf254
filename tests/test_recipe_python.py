import ast
import csv
import gzip
import io
import runpy
import subprocess
import sys
import tokenize
from dataclasses import replace
from datetime import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from clustering import ClusterSpec, FeatureSpec, Table, read_table
from clustering.errors import InvalidSetting
from clustering.features import ColumnSpec, RowFilter
from clustering.features.outliers import Limits, Outside
from clustering.methods import METHODS
from clustering.placing import nearest
from clustering.recipe import apply_recipe
from clustering.recipe.python import to_python
from clustering.recipe.python.cells import Reader, find_reader
from clustering.table.options import ColumnOptions, ReadOptions
from tests.recipe_cases import (
    PREPARED,
    SAMPLES,
    Case,
    between_two_centers,
    by_method,
    by_rule,
    frozen,
    hostile,
    sample,
    special,
    with_gaps,
    with_points,
    written,
)
from tests.recipe_files import AMOUNTS, CITIES, DAYS, FILES, VISITS, N

READING = {"parquet": ("pyarrow", "pyarrow.parquet"), "xlsx": ("python_calamine",)}  # what else a file takes


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The segment that the script of a case gives every row, of its file or of another; 0 for none."""

    def run(case: Case, content: bytes | None = None) -> np.ndarray:
        script = to_python(case.recipe, case.table)
        assert imported(script) - sys.stdlib_module_names <= {
            "numpy",
            "pandas",
            *READING.get(case.table.reading.format, ()),
        }
        (tmp_path / "segments.py").write_text(script, encoding="utf-8")
        (tmp_path / "customers").write_bytes(case.content if content is None else content)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["segments.py", "customers", "labelled.csv"])
        runpy.run_path("segments.py", run_name="__main__")
        column = "segment_2" if "segment" in case.table.headers else "segment"
        delimiter = case.table.reading.delimiter
        labelled = pd.read_csv("labelled.csv", sep=delimiter, usecols=[column], encoding="utf-8-sig")
        return labelled[column].fillna(0).to_numpy()

    return run


def imported(script: str) -> set[str]:
    statements = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in statements}


CASES = {
    **{f"sample {name}": (sample, name) for name in SAMPLES},
    **{name: (special, name) for name in PREPARED},
    **{f"by {name}": (by_method, name) for name in METHODS},
    **{f"file {name}": (written, name) for name in FILES},
    "hostile names": (hostile, None),
    "between two centers": (between_two_centers, None),
}


def case_of(name: str) -> Case:
    make, which = CASES[name]
    return make() if which is None else make(which)


@pytest.mark.parametrize("name", CASES)
def test_the_script_gives_every_row_its_segment(run, name):
    case = case_of(name)
    assert np.array_equal(run(case), case.segments)


def script_run(case: Case, folder, content: bytes | None = None) -> subprocess.CompletedProcess:
    (folder / "segments.py").write_text(to_python(case.recipe, case.table), encoding="utf-8")
    (folder / "customers.csv").write_bytes(case.content if content is None else content)
    command = [sys.executable, "-I", "segments.py", "customers.csv", "labelled.csv"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("name", ["Parquet", "pasted lines", "workbook"])
def test_the_script_runs_by_itself(tmp_path, name):
    case = written(name)
    done = script_run(case, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    labelled = pd.read_csv(tmp_path / "labelled.csv", encoding="utf-8-sig")
    assert labelled["segment"].fillna(0).tolist() == case.segments.tolist()


def test_the_script_gives_all_cells_back_as_they_stood(tmp_path):
    case = written("ragged rows")
    assert script_run(case, tmp_path).returncode == 0
    with open(tmp_path / "labelled.csv", encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["id", "amount", "visits", "segment", "segment_name"]
    assert rows[4][:3] == ["c004", "x", f"{AMOUNTS[4]:.2f},{VISITS[4]}"]  # what is too much stays in the last cell
    assert rows[4][3:] == ["", ""]
    assert [row[:3] for row in rows] == [list(row) for row in zip(*case.table.text.to_pydict().values(), strict=True)]
    assert [row[3] or "0" for row in rows] == case.segments.astype(str).tolist()


def test_columns_may_stand_in_another_order_next_month(tmp_path):
    case = written("gaps")
    rows = [line.split(b",")[::-1] for line in case.content.splitlines()]
    assert script_run(case, tmp_path, b"\n".join(b",".join(row) for row in rows[:20])).returncode == 0
    labelled = pd.read_csv(tmp_path / "labelled.csv")
    assert labelled["segment"].tolist() == case.segments[:19].tolist()


def test_a_file_without_the_columns_is_refused_in_a_sentence(tmp_path):
    done = script_run(written("gaps"), tmp_path, b"a,b\n1,2\n")
    assert done.returncode == 1
    assert done.stderr == "No line of the file is a header with these columns: ['amount', 'visits']\n"


def test_what_a_user_wrote_stands_in_strings_alone():
    case = hostile()
    script = to_python(case.recipe, case.table)
    texts = {node.value for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Constant)}
    assert {column.name for column in case.table.columns} <= texts
    rest = "".join(
        token.string + " "
        for token in tokenize.generate_tokens(io.StringIO(script).readline)
        if token.type != tokenize.STRING
    )
    assert not any(word in rest for word in ("DROP", "script", "calc", "slash", "long", "gnp"))


def test_a_plain_file_needs_a_short_script():
    case = sample("mall_customers")
    script = to_python(case.recipe, case.table)
    assert len(script.splitlines()) < 130
    assert "clustering" not in script
    assert "import pandas" not in script  # numpy alone does
    assert not any(needless in script for needless in ("missing=[]", "log=None", "a column more"))


def test_cells_that_say_that_there_is_no_value_are_named():
    case = written("bounds")
    assert "'1500'" in to_python(case.recipe, case.table)  # the user says that it means nothing


def test_a_column_that_a_short_script_cannot_read_is_refused_by_a_cell_that_is_not_like_the_others():
    case, odd = written("days first"), "00 days before the Ides of March, as the consuls count"
    cells = pa.array([*case.table.text["since"].to_pylist()[:2], odd, *["another"] * (N - 3)])
    table = replace(case.table, text=case.table.text.set_column(0, "since", cells))
    with pytest.raises(
        InvalidSetting, match=f"\"since\" is written in a way that a short script cannot read, such as '{odd[:39]}…'"
    ):
        to_python(case.recipe, table)


def column(cells: list[str], values: list | None = None) -> Table:
    """A table of a column x; with other values than the reader found, to which the script has to keep."""
    table = read_table("\n".join(["x;y", *(f"{cell};{i}" for i, cell in enumerate(cells))]).encode())
    return table if values is None else replace(table, frame=table.frame.assign(x=values))


def test_a_column_with_many_cells_that_hold_nothing_is_refused_by_the_first_of_them():
    cells = [f"{i}.5" for i in range(60)]
    assert len(find_reader(column(cells, [np.nan] * 50 + [i + 0.5 for i in range(50, 60)]), "x").missing) == 50
    with pytest.raises(InvalidSetting, match=r"cannot read, such as '0\.5'"):
        find_reader(column(cells, [np.nan] * 51 + [i + 0.5 for i in range(51, 60)]), "x")


def test_cells_that_hold_no_value_by_themselves_are_not_named():
    words = "\n".join(["x", "1", "2", "n/a", "none", "5"])
    assert find_reader(read_table(words.encode()), "x") == Reader("number_of")
    assert find_reader(column(["red", "n/a", "green", "red"]), "x") == Reader("text_of")


def test_rows_that_are_set_aside_tell_nothing_of_the_cells():
    for name in ("units below", "a total below"):
        assert find_reader(written(name).table, "amount") == Reader("number_of")
    table = read_table(b"id,x,y\na,5\n" + b"".join(b"%d,%d,1\n" % (i, i) for i in range(9)))
    assert list(table.set_aside) == [0]
    assert find_reader(table, "x") == Reader("number_of")


def test_the_plainest_of_the_functions_that_read_all_cells_is_taken():
    assert find_reader(column(["1", "2.5", "7"], [1, 2.5, np.nan]), "x") == Reader("number_of", {}, ("7",))
    assert find_reader(column(["5 m", "7 m", "8 m"], [5.0, 7, 8]), "x") == Reader("amount_of", {"decimal": "."})
    assert find_reader(column(["1.5K", "2K", "700"], [1500.0, 2000, 700]), "x") == Reader(
        "amount_of", {"decimal": ".", "short": True}
    )


def test_the_function_that_reads_the_fewest_cells_without_a_value_is_taken():
    table = column(["5 €", "7 €", "6 €"], [5, np.nan, 6])
    table = replace(table, text=table.text.set_column(0, "x", pa.array(["5 €", "1,2,3", "6 €"])))
    assert find_reader(table, "x") == Reader("amount_of", {"decimal": ","})


def test_every_cell_is_tried_those_behind_a_gap_too():
    assert find_reader(column(["n/a", "1,5", "2,5"], [np.nan, 1.5, 2.5]), "x") == Reader("amount_of", {"decimal": ","})


def test_a_user_may_name_many_cells_that_hold_nothing():
    named = tuple(str(i) for i in range(60))
    options = ReadOptions(columns=(ColumnOptions("x", missing=named),))
    table = read_table("\n".join(["x", *map(str, range(100))]).encode(), options=options)
    assert find_reader(table, "x") == Reader("number_of", {}, tuple(sorted(named)))


def test_columns_that_count_more_in_a_distance_do_so_in_the_script():
    rule = replace(nearest(np.array([[0.0, 0.0], [5.0, 5.0]])), stretch=np.array([3.0, 1.0]))
    case = by_rule(b"x,y\n0,0\n1,1\n8,8\n9,9\n", rule)
    assert "nearest_point(X, POINTS, LABELS, stretch=[3.0, 1.0])" in to_python(case.recipe, case.table)


def test_a_column_is_found_by_its_name_unless_the_reader_gave_it_its_number():
    spec = FeatureSpec(("x_2", "y"), scale="none", outliers="keep")
    rows = b"\n0,0,1\n1,1,2\n8,8,3\n9,9,4\n"
    scripts = []
    for header in (b"x_2,y,id", b"x,x,y"):
        case = frozen(header + rows, spec, ClusterSpec("kmeans", 2))
        scripts.append(to_python(case.recipe, case.table))
    assert ["header.index('x_2')" in script for script in scripts] == [True, False]


def test_a_small_archive_is_known_by_its_name():
    spec = FeatureSpec(("x", "y"), scale="none", outliers="keep")
    content = gzip.compress(b"x,y\n0,0\n1,1\n8,8\n9,9\n")  # larger than what is in it
    case = frozen(content, spec, ClusterSpec("kmeans", 2), name="customers.csv.gz")
    assert "rows = unpacked(source, read_text," in to_python(case.recipe, case.table)


def test_the_columns_that_are_added_have_names_of_their_own():
    spec = FeatureSpec(("x",), scale="none", outliers="keep")
    content = b"x,segment,segment_2\n0,a,b\n1,a,b\n8,a,b\n9,a,b\n"
    case = frozen(content, spec, ClusterSpec("kmeans", 2))
    assert "[*map(harmless, header), 'segment_3', 'segment_name']" in to_python(case.recipe, case.table)


def test_a_segmentation_inside_a_segment_is_refused():
    case = sample("blobs")
    with pytest.raises(InvalidSetting, match="parts of one segment of another segmentation"):
        to_python(replace(case.recipe, outer=case.recipe, outer_label=0), case.table)


def test_a_table_without_a_column_of_the_recipe_is_refused():
    with pytest.raises(InvalidSetting, match=r'"Age", "Annual Income \(k\$\)".* is not in this file'):
        to_python(sample("mall_customers").recipe, sample("blobs").table)


def on_a_sheet(frame: pd.DataFrame, header: list[str], row: int, column: int) -> bytes:
    """A workbook with a title in its first cell, and the table further down and to the right."""
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as writer:
        frame.to_excel(writer, sheet_name="May", index=False, header=False, startrow=row + 1, startcol=column)
        writer.sheets["May"].write(0, 0, "All customers of the year")
        writer.sheets["May"].write_row(row, column, header)
    return out.getvalue()


@pytest.mark.parametrize("header", [["amount", "visits", "visits"], ["", "visits", "units"], ["amount", "visits", ""]])
def test_a_column_without_a_name_of_its_own_is_counted_from_where_the_table_begins(run, header):
    frame = pd.DataFrame({"amount": AMOUNTS, "visits": VISITS, "units": np.arange(N) % 7 * 100})
    content = on_a_sheet(frame, header, row=2, column=2)
    names = tuple(column.name for column in read_table(content).columns)
    case = frozen(content, FeatureSpec(names), ClusterSpec("kmeans", 3))
    assert np.array_equal(run(case), case.segments)
    assert pd.read_csv("labelled.csv").shape == (N, 5)


def test_a_sheet_with_a_column_of_blanks_and_no_header_is_read(run):
    frame = pd.DataFrame({"blank": " ", "amount": AMOUNTS, "visits": VISITS})
    out = io.BytesIO()
    frame.to_excel(out, index=False, header=False)
    case = frozen(out.getvalue(), FeatureSpec(("column 1", "column 2")), ClusterSpec("kmeans", 3))
    assert np.array_equal(run(case), case.segments)


def test_times_on_a_sheet_are_the_levels_that_they_were(run):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as writer:
        pd.DataFrame({"lasts": "", "visits": VISITS}).to_excel(writer, sheet_name="May", index=False)
        hours = writer.book.add_format({"num_format": "[h]:mm:ss"})
        for i in range(N):
            writer.sheets["May"].write(i + 1, 0, (65 if i % 3 else 1505) / 1440, hours)
    case = frozen(out.getvalue(), FeatureSpec(("lasts", "visits")), ClusterSpec("kmeans", 4))
    assert case.table.frame["lasts"].unique().tolist() == ["25:05:00", "1:05:00"]
    assert np.array_equal(run(case), case.segments)


def test_every_type_of_a_parquet_file_is_read_as_it_was(run):
    frame = pd.DataFrame({"day": DAYS.date, "visits": VISITS, "share": (np.arange(N) % 3 / 3).astype(np.float32)})
    frame["lasts"] = pd.to_timedelta(np.where(np.arange(N) % 4 == 0, 5, 65), unit="min")
    frame["at"] = [time(9 + i % 2, 30) for i in range(N)]
    frame["city"] = pd.Categorical(CITIES)
    frame.index = [f"c{i:03}" for i in range(N)]
    out = io.BytesIO()
    frame.to_parquet(out)
    settings = (ColumnSpec("share", encode="onehot"),)
    case = frozen(out.getvalue(), FeatureSpec(tuple(frame.columns), settings=settings), ClusterSpec("kmeans", 5))
    assert np.array_equal(run(case), case.segments)
    assert pd.read_csv("labelled.csv")["__index_level_0__"].tolist() == frame.index.tolist()


def test_a_segment_may_reach_as_far_as_it_likes(run):
    rule = nearest(np.array([[0.0, 0.0], [9.0, 0.0]]), reach=np.array([2.0, np.inf]))
    case = by_rule(b"x,y\n1,0\n0,3\n9,50\n9,9\n", rule)
    assert case.segments.tolist() == [1, 0, 2, 2]
    assert np.array_equal(run(case), case.segments)


def test_a_rule_of_a_hundred_thousand_numbers_is_written_and_a_larger_one_is_refused():
    case = with_points(20_000, 4)  # and a label for each
    assert "POINTS = [" in to_python(case.recipe, case.table)
    case = with_points(9_091, 10)
    with pytest.raises(InvalidSetting, match="The script would hold 100,001 numbers, and 100,000 are the most"):
        to_python(case.recipe, case.table)


def test_numbers_of_components_count_with_those_of_the_rule():
    points = np.random.default_rng(2).normal(size=(33_333, 2))
    case = by_rule(b"x,y,z\n0,0,1\n1,1,0\n8,8,4\n9,9,2\n", nearest(points, np.arange(33_333) % 3), pca=0.995)
    assert case.recipe.preparation.components.shape == (2, 3)
    with pytest.raises(InvalidSetting, match="would hold 100,005 numbers"):  # three to a point, and two times three
        to_python(case.recipe, case.table)


@pytest.mark.parametrize(
    ("case", "needed"),
    [
        (lambda: written("gaps"), "numpy"),
        (lambda: special("yes chosen"), "pandas"),
        (lambda: written("Parquet"), "numpy and pyarrow"),
        (lambda: written("workbook"), "numpy and python-calamine"),
    ],
)
def test_the_script_says_what_has_to_be_installed(case, needed):
    script = to_python(case().recipe, case().table)
    assert f"\nIt needs {needed}. The numbers" in script
    assert ("import pandas" in script) == (needed == "pandas")


def test_the_script_says_that_no_customer_stands_in_it_where_that_is_so():
    scripts = [to_python(by_method(name).recipe, by_method(name).table) for name in ("kmeans", "gower_medoids")]
    assert ["; no customer stands in it." in script for script in scripts] == [True, False]


# Files of another month


def plain(content: bytes, *names: str, **settings) -> Case:
    return frozen(content, FeatureSpec(names, scale="none", **settings), ClusterSpec("kmeans", 2))


def placed(case: Case, content: bytes) -> np.ndarray:
    return apply_recipe(case.recipe, read_table(content)).of_table + 1


@pytest.mark.parametrize("name", ["gaps a level", "order aside", "category filled with a level", "months"])
def test_a_level_that_nobody_had_is_what_it_is_to_the_recipe(run, name):
    case = special(name)
    content = case.content.replace(b"Germany", b"Utopia")
    assert np.array_equal(run(case, content), placed(case, content))


def test_a_gap_in_a_column_that_had_none_is_at_no_level(run):
    content = b"city,x\n" + b"".join(b"%s,%d\n" % ((b"Graz", b"Linz")[i % 2], i % 3) for i in range(9))
    case = plain(content, "city")
    other = b"city,x\nLinz,1\n,2\nGraz,1\n"
    assert placed(case, other).tolist() == [2, 1, 1]  # as near to one as to the other
    assert run(case, other).tolist() == [2, 1, 1]


def test_a_mark_in_front_of_a_file_is_no_part_of_its_first_header(run):
    for encoding in (None, "UTF_8"):
        options = ReadOptions(encoding=encoding)
        case = frozen(b"x,y\n0,0\n1,1\n8,8\n9,9\n", FeatureSpec(("x", "y")), ClusterSpec("kmeans", 2), options=options)
        assert np.array_equal(run(case, b"\xef\xbb\xbf" + case.content), case.segments)


def test_rows_that_the_script_sees_by_itself_are_not_told_by_their_place(run):
    for name in ("ragged rows", "the header again", "blank lines and rows"):
        case = written(name)
        assert (run(case, FILES["Windows lines"]) > 0).all()


def test_totals_are_counted_from_the_end_and_units_from_the_top(run):
    more = b"c060,4200.00,30\nc061,1500.00,3\n"
    case = written("a total below")
    *rows, total = case.content.splitlines(keepends=True)
    assert (run(case, b"".join(rows) + more + total) == 0).tolist() == [False] * (N + 2) + [True]
    case = written("units below")
    assert (run(case, case.content + more) == 0).tolist() == [True] + [False] * (N + 2)


def test_a_file_of_nobody_gives_its_header_alone(run):
    for name in ("gaps aside", "far aside", "moments chosen", "components"):
        case = special(name)
        assert run(case, case.content.splitlines(keepends=True)[0]).tolist() == []


# Files that are odd in a way of their own


def test_separators_at_the_end_of_all_lines_but_the_header_are_no_column_in_front(run):
    case = plain(b"a;b\n" + b"".join(b"%d;%d;\n" % (i % 2 * 50, i) for i in range(9)), "a")
    assert np.array_equal(run(case), case.segments)


def test_a_title_may_be_called_like_the_only_column_that_counts(run):
    case = plain(b"amount\n\n" + FILES["Windows lines"], "amount")
    assert np.array_equal(run(case), case.segments)


def test_doubled_quotation_marks_beside_backslashes_are_as_the_reader_takes_them(run):
    case = plain(FILES["backslashes"].replace(b"c024", b'"c""024"'), "amount")
    assert np.array_equal(run(case), case.segments)
    assert pd.read_csv("labelled.csv")["id"].tolist() == case.table.text["id"].to_pylist()


# Rows that take no part


def test_a_filter_sets_more_rows_aside_than_gaps_do(run):
    row_filter = RowFilter("country", levels=("Germany", "Spain"))
    spec = FeatureSpec(("age", "total_spend"), missing="aside", row_filter=row_filter)
    case = frozen(with_gaps(), spec, ClusterSpec("kmeans", 3))
    assert np.array_equal(run(case), case.segments)


def test_a_filter_may_have_one_end(run):
    content = b"x\n" + b"".join(b"%d.5\n" % i for i in range(9))
    case = plain(content, "x", row_filter=RowFilter("x", low=3.5))
    assert (case.segments == 0).tolist() == [True] * 3 + [False] * 6
    assert np.array_equal(run(case), case.segments)
    case = plain(content, "x", row_filter=RowFilter("x", high=3.5))
    assert (case.segments == 0).tolist() == [False] * 4 + [True] * 5
    assert np.array_equal(run(case), case.segments)


@pytest.mark.parametrize(
    ("high", "taken"),
    [("2025-06-15", [True] * 4 + [False] * 2), ("2025-06-15 12:00:00", [True] * 3 + [False] * 3)],
)
def test_the_last_day_counts_to_its_end_and_the_last_moment_counts(run, high, taken):
    times = "14 09:00:00", "15 00:00:00", "15 12:00:00", "15 23:59:59", "16 00:00:00", "17 08:00:00"
    lines = [f"2025-06-{time},{50 * (i % 2) + i}" for i, time in enumerate(times)]
    content = "\n".join(["last,x", *lines]).encode()
    case = plain(content, "x", row_filter=RowFilter("last", high=high))
    assert (case.segments > 0).tolist() == taken
    assert np.array_equal(run(case), case.segments)


def test_a_column_is_far_outside_alone_or_together_only_where_it_is_so_told(run):
    rows = [(0, 0, 0), (9, 0, 0), (0, 6, 0), (0, 4.5, 0), (0, 3, 3), (9, 2, 2), (0, 0, 6)]
    content = "\n".join(["x,y,z", *(",".join(map(str, row)) for row in rows)]).encode()
    case = plain(content, "x", "y", "z")
    limits = (Limits(0, 0.0, 1.0, False, False), Limits(1, 0.0, 1.0, True, True), Limits(2, 0.0, 1.0, False, True))
    outside = Outside(("x", "y", "z"), limits, apart=4.0)
    features = replace(case.recipe.features, outliers="aside")
    recipe = replace(case.recipe, features=features, outside=outside)
    case = Case(content, case.table, recipe, apply_recipe(recipe, case.table).of_table + 1)
    # alone: y at 6; together, y and z: 6, 4.5, 4.2 and 6, but 2.8 beside the 9 of x
    assert (case.segments == 0).tolist() == [False, False, True, True, True, False, True]
    assert np.array_equal(run(case), case.segments)


def test_rows_far_outside_are_set_aside_where_filtered_ones_would_be_placed(run):
    content = b"x,y\n" + b"".join(b"%d,%d\n" % (i % 10, i % 7) for i in range(99)) + b"900,3\n"
    case = frozen(content, FeatureSpec(("x", "y"), outliers="aside", filtered="place"), ClusterSpec("kmeans", 2))
    assert np.flatnonzero(case.segments == 0).tolist() == [99]
    assert np.array_equal(run(case), case.segments)
