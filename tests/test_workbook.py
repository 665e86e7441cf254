"""The Excel workbook: its numbers are the pages' own, every cell stands as it stood, and nothing in it is a formula."""

import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, profile, read_table
from clustering.errors import ClusteringError, InvalidSetting
from clustering.export.findings import gather
from clustering.export.workbook import labels, to_xlsx
from clustering.export.workbook.cells import Formats, number_format
from clustering.export.workbook.labels import check_size
from clustering.export.workbook.sheet import exact_format, figure_format
from clustering.identity import Identity
from clustering.recipe.make import make_recipe

SHEETS = ["Labels", "Profile", "Index", "Sizes", "Differences", "Recipe"]
HEADER = 5  # row of the header of all sheets but Labels and Recipe, as Excel counts

# Seven records: a missing amount, one a field short, one that no number format shows.
SHOP = b"""id,amount,price,day,note
0001,1,12.50,2026-01-31,=1+1
0002,2,0.10,2026-01-30,b
0003,,3.00,2026-01-31,c
0004,50,1.00,2026-02-01,d
0005,52,7.25,2026-02-01
0006,52,9e3,2026-02-02,"two
lines"
0007,3,(8.00),2026-02-03,@SUM(A1)
"""

HOSTILE = (
    "=cmd|'/c calc'!A1",
    '<script>alert("1")</script>',
    "quotes \" ' and `",
    "[]:*?/\\",
    "emoji 😀 and \u202eright to left\u202c",
    "אבג دمج",
    "two\nlines",
    "x" * 300,
    "ABC",
    "abc",
    "_x0041_ & &amp;",
    "@SUM(A1)",
)


def found(table, columns, *, n_clusters=2, names=(), notes=(), **settings):
    """The findings of a table, and the labelled table."""
    features = prepare(table, FeatureSpec(columns, **settings))
    clustering = fit(features, ClusterSpec(n_clusters=n_clusters))
    notes = notes or ("",) * len(names)
    identities = tuple(Identity(i, name, note) for i, (name, note) in enumerate(zip(names, notes, strict=True)))
    recipe = make_recipe(table, features, clustering, title="Customers", identities=identities)
    looks = tuple(one.look(label) for label, one in enumerate(identities))
    findings = gather(table, features, clustering, recipe, looks=looks, notes=notes)
    return findings, label_table(table, clustering, names)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(sheet, header=HEADER):
    """The table of a sheet as dictionaries, up to the first empty row."""
    names = [cell.value for cell in sheet[header]]
    rows = []
    for row in sheet.iter_rows(min_row=header + 1, values_only=True):
        if not any(value is not None for value in row):
            break
        rows.append(dict(zip(names, row, strict=True)))
    return rows


def xml_of(content, part):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(part).decode()


def text_of(sheet):
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


@pytest.fixture(scope="module")
def mall_found(mall):
    names = ("Average", "Careful", "Golden", "Young", "Thrifty")
    return found(
        mall, ("Annual Income (k$)", "Spending Score (1-100)"), n_clusters=5, names=names, describe=("Age", "Gender")
    )


@pytest.fixture(scope="module")
def mall_file(mall_found):
    return to_xlsx(*mall_found)


@pytest.fixture(scope="module")
def mall_book(mall_file):
    return opened(mall_file)


@pytest.fixture(scope="module")
def shop_found():
    return found(read_table(SHOP), ("amount",), missing="aside")


@pytest.fixture(scope="module")
def shop_book(shop_found):
    return opened(to_xlsx(*shop_found))


def hostile_table():
    """Names, levels and texts that mean harm, and two pairs of numbers far apart."""
    lines = ["n"] + [str(i % 2 * 100 + i) for i in range(24)]
    frame = pd.DataFrame({"n": lines[1:]})
    for i, name in enumerate(HOSTILE):
        frame[name] = [HOSTILE[(i + row) % len(HOSTILE)] for row in range(24)]
    return read_table(frame.to_csv(index=False).encode())


@pytest.fixture(scope="module")
def hostile():
    table = hostile_table()
    described = tuple(c.name for c in table.columns if c.name != "n")
    findings, labelled = found(table, ("n",), names=HOSTILE[:2], notes=HOSTILE[2:4], describe=described)
    return findings, labelled, to_xlsx(findings, labelled)


# --- the labelled table ---


def test_the_sheets_stand_in_their_order(mall_book):
    assert mall_book.sheetnames == SHEETS


def test_every_record_is_a_row_in_the_files_order(shop_book, shop_found):
    table = rows_of(shop_book["Labels"], 1)
    assert [row["id"] for row in table] == ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
    assert list(table[0]) == list(shop_found[1])


def test_a_number_is_a_number_and_shown_as_it_stood(shop_book):
    cell = shop_book["Labels"]["C2"]
    assert (cell.value, cell.number_format) == (12.5, "0.00")


def test_identifiers_dates_and_texts_stay_text(shop_book):
    cells = [shop_book["Labels"][f"{letter}2"] for letter in "ADE"]
    assert [(cell.value, cell.data_type) for cell in cells] == [("0001", "s"), ("2026-01-31", "s"), ("=1+1", "s")]


def test_an_identifier_that_could_be_a_number_is_text(mall_book):
    assert (mall_book["Labels"]["A2"].value, mall_book["Labels"]["A2"].data_type) == ("1", "s")


def test_text_cells_stay_text_when_they_are_edited(shop_book):
    assert shop_book["Labels"]["A2"].number_format == "@"


def test_an_empty_cell_stays_empty(shop_book):
    assert shop_book["Labels"]["B4"].value is None
    assert shop_book["Labels"]["E6"].value is None


def test_a_number_in_a_ragged_row_stays_the_text_that_it_was(shop_book):
    # 52 stands in a row of 4 fields, too: nobody knows whether it stands under its own header
    assert (shop_book["Labels"]["B6"].value, shop_book["Labels"]["B7"].value) == ("52", 52)


def test_a_number_that_no_format_shows_stays_text_and_the_recipe_says_so(shop_book):
    assert (shop_book["Labels"]["C7"].value, shop_book["Labels"]["C7"].number_format) == (9000, "0E+00")
    assert shop_book["Labels"]["C8"].value == "(8.00)"
    assert '1 cell of "price" stands as text, as in the file' in text_of(shop_book["Recipe"])


def test_segments_stand_behind_the_files_columns(shop_book):
    told = [(row["segment"], row["segment_name"], row["segment_note"]) for row in rows_of(shop_book["Labels"], 1)]
    assert told[0] == (1, "Segment 1", None)
    assert told[2] == (None, None, "amount is missing")


def test_the_app_reads_the_sheet_as_the_file_it_came_from(shop_found):
    findings, labelled = shop_found
    again = read_table(to_xlsx(findings, labelled))
    ids, amounts = again.text["id"].to_pylist(), again.frame["amount"].tolist()
    assert ids == labelled["id"].tolist()
    assert np.array_equal(amounts, [1, 2, np.nan, 50, 52, 52, 3], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("$1,234.50", 1234.5, '"$"#,##0.00'),
        ("-$5", -5, '"$"0'),
        ("1.234,50 €", 1234.5, '#,##0.00" €"'),
        ("1'234", 1234, "#,##0"),
        ("12,5", 12.5, "0.0"),
        ("5 %", 5, '0" %"'),
        ("< 10", 10, '"< "0'),
        ("2.5e-05", 2.5e-05, "0.0E+00"),
        ("007", 7, None),
        ("(12)", -12, None),
        ("12-", -12, None),
        ("١٢", 12, None),
        ("5K", 5000, None),
        ("1234567890123456", 1234567890123456, None),
        ('5 "', 5, None),
    ],
)
def test_a_number_format_shows_a_number_as_it_stood_or_there_is_none(text, value, form):
    assert number_format(text, value) == form


@pytest.mark.parametrize(
    ("cells", "forms"),
    [
        (["1.5", "-2.25", "0"], ["0.0", "0.00", "0"]),
        ([" 7 ", "8", "n/a"], ["0", "0", "@"]),
        (["0,5", "1,25", "3"], ["0.0", "0.00", "0"]),
    ],
)
def test_the_number_formats_of_a_column_are_those_of_its_cells(cells, forms):
    content = "x;y\n" + "\n".join(f"{cell};{i}" for i, cell in enumerate(cells * 3))
    book = opened(to_xlsx(*found(read_table(content.encode()), ("y",))))
    assert [book["Labels"][f"A{row}"].number_format for row in (2, 3, 4)] == forms


def test_of_very_many_number_formats_the_last_are_not_had():
    formats = Formats("0")
    codes = [formats.code(f'0" {unit}"') for unit in range(101)]
    assert codes[97:] == [98, 99, -1, -1]
    assert formats.code("0") == 0


# --- the figures are those of the pages ---


def test_the_profile_is_that_of_the_pages(mall_book, mall_found):
    findings, _ = mall_found
    told = profile(findings.table, findings.clustering, findings.features.spec)
    rows = rows_of(mall_book["Profile"])
    means = {row["Column"]: row for row in rows if row["Figure"] == "Mean"}
    medians = {row["Column"]: row for row in rows if row["Figure"] == "Median"}
    for i, column in enumerate(told.columns):
        assert means[column]["All customers"] == pytest.approx(told.overall_means[i], rel=1e-15)
        for label, name in enumerate(findings.names):
            assert means[column][name] == pytest.approx(told.means[label, i], rel=1e-15)
            assert medians[column][name] == pytest.approx(told.medians[label, i], rel=1e-15)


def test_the_profile_begins_with_the_sizes(mall_book):
    count, part = rows_of(mall_book["Profile"])[:2]
    assert [count[name] for name in ("All customers", "Average", "Thrifty")] == [200, 82, 22]
    assert part["Average"] == pytest.approx(82 / 200)


def test_levels_of_a_category_are_shares(mall_book, mall_found):
    gender = next(one for one in mall_found[0].comparison.profile.categories if one.column == "Gender")
    rows = {row["Level or unit"]: row for row in rows_of(mall_book["Profile"]) if row["Column"] == "Gender"}
    assert {level: row["Golden"] for level, row in rows.items()} == pytest.approx(
        dict(zip(gender.levels, gender.shares[2], strict=True))
    )


def test_it_is_told_which_columns_built_the_segments(mall_book):
    parts = {row["Column"]: row["Part"] for row in rows_of(mall_book["Profile"])[2:]}
    assert {column for column, part in parts.items() if part == "builds"} == {
        "Annual Income (k$)",
        "Spending Score (1-100)",
    }


def test_the_index_is_that_of_the_comparison(mall_book, mall_found):
    comparison = mall_found[0].comparison
    rows = {row["Column"]: row for row in rows_of(mall_book["Index"]) if row["Level or unit"] is None}
    for i, column in enumerate(comparison.profile.columns):
        told = [rows[column][name] for name in mall_found[0].names]
        assert told == pytest.approx(list(comparison.figures[:, i]), rel=1e-15)


def test_high_and_low_figures_are_bold_with_an_arrow(mall_book, mall_found):
    comparison = mall_found[0].comparison
    sheet = mall_book["Index"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Annual Income (k$)")
    i = comparison.profile.columns.index("Annual Income (k$)")
    arrows = {1: ["▲"], 0: [], -1: ["▼"]}
    for label, mark in enumerate(comparison.marks[:, i]):
        cell = sheet.cell(row, 5 + label)
        assert cell.font.bold == bool(mark)
        assert [sign for sign in "▲▼" if sign in cell.number_format] == arrows[int(mark)]


def test_the_index_is_coloured_from_40_over_100_to_160(mall_book):
    (scale,) = [rule for rules in mall_book["Index"].conditional_formatting for rule in rules.rules]
    assert [float(end.val) for end in scale.colorScale.cfvo] == [40, 100, 160]
    assert [colour.rgb[2:] for colour in scale.colorScale.color] == ["E3AE72", "F7F8FA", "84B4E2"]


def test_where_no_index_says_anything_standard_deviations_stand_below():
    content = "x,y\n" + "\n".join(f"{i % 2 * 10 - 5},{i}" for i in range(80))
    findings, labelled = found(read_table(content.encode()), ("x", "y"))
    sheet = opened(to_xlsx(findings, labelled))["Index"]
    at = next(cell.row for cell in sheet["A"] if cell.value == "x")
    told = [sheet.cell(at, 5 + label).value for label in range(2)]
    assert told == pytest.approx(list(findings.comparison.figures[:, 0]))
    assert sheet.cell(at, 5).number_format.startswith("+0.0")
    ends = [rule.colorScale.cfvo[0].val for rules in sheet.conditional_formatting for rule in rules.rules]
    assert sorted(map(float, ends)) == [-1.5, 40]


def test_small_segments_are_grey_and_in_parentheses(mall_book):
    # Young and Thrifty have 22 customers, of the index of Golden (39) nothing is faded
    sheet = mall_book["Index"]
    names = [cell.value for cell in sheet[HEADER]]
    small, large = (sheet.cell(HEADER + 1, names.index(name) + 1) for name in ("Thrifty", "Golden"))
    assert small.number_format.startswith('"("')
    assert not large.number_format.startswith('"("')
    assert small.font.color.rgb != large.font.color.rgb
    assert "Thrifty" in sheet["A3"].value


def test_sizes_shares_and_checks_stand_per_segment(mall_book, mall_found):
    findings = mall_found[0]
    rows = rows_of(mall_book["Sizes"])
    assert [row["Customers"] for row in rows] == list(findings.clustering.sizes)
    assert [row["Share"] for row in rows] == pytest.approx(list(findings.comparison.profile.shares))
    assert [row["Segment"] for row in rows] == list(findings.names)
    assert all(check.figure in rows[0][check.name] for check in findings.checks[0])


def test_who_has_no_segment_is_counted(shop_book):
    told = dict(shop_book["Sizes"].iter_rows(min_row=HEADER + 3, min_col=2, max_col=3, values_only=True))
    assert (told["With a segment"], told["Set aside"], told["Rows of the file"]) == (5, 2, 7)


def test_customers_that_are_weighed_have_a_share_of_the_weight():
    content = "x,w\n" + "\n".join(f"{i % 2 * 10 + i / 100},{1 + 2 * (i % 2)}" for i in range(12))
    findings, labelled = found(read_table(content.encode()), ("x",), weight_column="w")
    rows = rows_of(opened(to_xlsx(findings, labelled))["Sizes"])
    assert sorted(row["Share of w"] for row in rows) == pytest.approx([0.25, 0.75])


def test_differences_are_the_effects_in_their_order(mall_book, mall_found):
    rows = rows_of(mall_book["Differences"])
    effects = mall_found[0].effects
    assert [row["Column"] for row in rows] == [effect.column for effect in effects]
    assert [row["Explained"] for row in rows] == pytest.approx([effect.strength for effect in effects])
    tested = {row["Column"]: row["p-value"] for row in rows if row["p-value"] is not None}
    assert tested == pytest.approx(
        {effect.column: effect.p_adjusted for effect in effects if effect.test}, rel=1e-9, abs=0
    )


def test_the_recipe_tells_centers_and_every_step_in_numbers(mall_book, mall_found):
    recipe = mall_found[0].recipe
    rows = list(mall_book["Recipe"].iter_rows(values_only=True))
    at = [row[0] for row in rows].index("Centers, in the columns' own units")
    assert [row[1:6] for row in rows[at + 2 : at + 4]] == [pytest.approx(tuple(c)) for c in recipe.centers_in_units.T]
    at = [row[0] for row in rows].index("Preparation, in this order")
    steps = [(column.center, column.spread) for column in recipe.preparation.columns]
    assert [row[6:8] for row in rows[at + 2 : at + 4]] == [pytest.approx(step) for step in steps]


def test_the_recipe_tells_the_scores_the_method_and_the_doubts(mall_book, mall_found):
    told = {row[0]: row[1] for row in mall_book["Recipe"].iter_rows(values_only=True) if row[0]}
    assert told["Separation"] == pytest.approx(mall_found[0].separation)
    assert told["Repeatability"] == pytest.approx(mall_found[0].repeatability)
    assert told["Method"].startswith("k-means, told to find five segments")
    assert "compared" in told["Doubts"]


def test_the_recipe_says_of_which_segment_the_customers_are(mall_found):
    findings, labelled = mall_found
    inside = replace(findings, recipe=replace(findings.recipe, outer=findings.recipe, outer_label=2))
    told = text_of(opened(to_xlsx(inside, labelled))["Recipe"])
    assert 'Only customers of "Golden", one of five segments found before.' in told


def test_components_have_their_numbers_in_the_recipe(mall):
    findings, labelled = found(mall, ("Annual Income (k$)", "Spending Score (1-100)", "Age"), pca=0.6)
    frozen = findings.recipe.preparation
    rows = list(opened(to_xlsx(findings, labelled))["Recipe"].iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if str(row[0]).startswith("Combined columns"))
    assert rows[at + 2][2 : 2 + len(frozen.components)] == pytest.approx(tuple(frozen.components[:, 0]))


@pytest.mark.parametrize(
    ("values", "kind", "form"),
    [
        ([1234.5, 20.1], "number", "#,##0"),
        ([0.012, 0.3], "number", "#,##0.000"),
        ([4.5, np.nan], "number", "#,##0.00"),
        ([0.0], "number", "0"),
        ([1e-14], "number", "0.00E+00"),
        ([0.2], "boolean", "0.0 %"),
    ],
)
def test_figures_of_a_column_are_shown_with_three_digits(values, kind, form):
    assert figure_format(values, kind) == form


@pytest.mark.parametrize(("value", "form"), [(40.0, "#,##0"), (40.44692, "#,##0.0###"), (0.07, "#,##0.0######")])
def test_a_number_by_itself_has_no_zeros_behind_it(value, form):
    assert exact_format(value) == form


def test_a_score_that_is_not_known_is_a_dash():
    findings, labelled = found(read_table(SHOP), ("amount",))
    book = opened(to_xlsx(replace(findings, repeatability=float("nan")), labelled))  # as after steps by hand
    scores = {row[0].value: row[1].value for row in book["Recipe"].iter_rows() if row[0].value}
    assert scores["Repeatability"] == "–"


# --- the look ---


@pytest.mark.parametrize("name", ["Index", "Sizes", "Differences"])
def test_a_sheet_of_figures_has_a_native_chart(mall_book, name):
    assert len(mall_book[name]._charts) == 1


def test_segments_have_their_hues_in_the_charts(mall_file, mall_found):
    for chart in ("xl/charts/chart1.xml", "xl/charts/chart2.xml"):
        hues = re.findall(r'<a:srgbClr val="(\w{6})"/>', xml_of(mall_file, chart))
        assert {look.mark.light[1:] for look in mall_found[0].looks} <= set(hues)


def test_bars_of_the_index_begin_at_100(mall_file):
    names = re.search("<c:catAx>.*</c:catAx>", xml_of(mall_file, "xl/charts/chart1.xml")).group()
    assert '<c:crossesAt val="100"/>' in names


def test_charts_hold_their_figures_for_programs_that_do_not_calculate(mall_file, mall_found):
    sizes = xml_of(mall_file, "xl/charts/chart2.xml")
    cached = re.search("<c:val>.*?</c:val>", sizes).group()
    assert re.findall("<c:v>([^<]*)</c:v>", cached) == [str(n) for n in mall_found[0].clustering.sizes]


def test_headers_stay_in_sight_and_can_be_filtered(mall_book):
    assert {name: mall_book[name].freeze_panes for name in SHEETS[:5]} == {
        "Labels": "A2",
        "Profile": "B6",
        "Index": "B6",
        "Sizes": "C6",
        "Differences": "B6",
    }
    assert mall_book["Labels"].auto_filter.ref == "A1:H201"
    assert all(mall_book[name].auto_filter.ref for name in SHEETS[:5])


def test_the_number_above_a_segment_has_its_hue(mall_book, mall_found):
    cells = mall_book["Profile"][HEADER - 1][5:]
    hues = [look.mark.light[1:] for look in mall_found[0].looks]
    assert [(cell.value, cell.border.bottom.color.rgb[2:]) for cell in cells] == list(
        zip(range(1, 6), hues, strict=True)
    )


# --- nobody is harmed ---


def test_no_cell_of_the_workbook_is_a_formula(hostile):
    book = opened(hostile[2])
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert all("<f>" not in xml_of(hostile[2], f"xl/worksheets/sheet{i}.xml") for i in range(1, 7))


def test_hostile_headers_and_cells_come_out_as_they_stood(hostile):
    _, labelled, content = hostile
    sheet = pd.read_excel(io.BytesIO(content), sheet_name="Labels", engine="calamine", dtype=str, keep_default_na=False)
    text = [name for name in labelled if name != "n" and not name.startswith("segment")]
    assert [name for name in sheet.columns if name in text] == text
    for name in text:
        assert sheet[name].tolist() == labelled[name].tolist()


def test_hostile_names_and_notes_come_out_as_they_are(hostile):
    rows = rows_of(opened(hostile[2])["Sizes"])
    assert [row["Segment"] for row in rows] == list(HOSTILE[:2])
    assert [row["Your note"] for row in rows] == list(HOSTILE[2:4])


def test_hostile_names_are_only_named_by_the_charts(hostile):
    chart = xml_of(hostile[2], "xl/charts/chart1.xml")
    references = re.findall("<c:f>([^<]*)</c:f>", chart)
    assert all(re.fullmatch(r"Index!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", one) for one in references)


def test_control_characters_come_out_whole_and_harm_no_reader():
    table = read_table(b"n,t\n" + b"".join(b'%d,"a\x01b\x1f\tc%d"\n' % (i % 2 * 100 + i, i) for i in range(6)))
    findings, labelled = found(table, ("n",), names=("bell \x07", "two"))
    content = to_xlsx(findings, labelled)
    opened(content)
    read = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine", dtype=str)
    assert read["Labels"]["t"].tolist() == labelled["t"].tolist()
    assert "bell \x07" in set(read["Labels"]["segment_name"])


def test_the_title_stands_in_the_properties_and_no_time(mall_book):
    assert mall_book.properties.title == "Customers"
    assert mall_book.properties.created.year == 2000


def test_the_same_findings_give_the_same_bytes(mall_found, mall_file):
    assert to_xlsx(*mall_found) == mall_file


def test_progress_rises_to_the_whole(mall_found):
    told = []
    to_xlsx(*mall_found, on_step=lambda part, what: told.append((part, what)))
    parts = [part for part, _ in told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert all(what for _, what in told)


# --- what Excel cannot hold ---


def test_a_table_may_fill_a_sheet_of_excel():
    assert check_size(1_048_575, 16_384) is None


def test_more_rows_than_a_sheet_holds_are_refused_with_both_numbers():
    with pytest.raises(ClusteringError, match=r"1,048,576 rows; a sheet of Excel holds 1,048,575 .* CSV or Parquet"):
        check_size(1_048_576, 3)


def test_more_columns_than_a_sheet_holds_are_refused_with_both_numbers():
    with pytest.raises(ClusteringError, match=r"16,385 columns; a sheet of Excel holds 16,384. .* CSV or Parquet"):
        check_size(10, 16_385)


def test_the_size_is_looked_at_before_anything_is_written(mall_found, monkeypatch):
    monkeypatch.setattr(labels, "MOST_ROWS", 200)
    with pytest.raises(ClusteringError, match="200 rows"):
        to_xlsx(*mall_found)


@pytest.mark.parametrize(("text", "n"), [("x" * 32_768, "32,768"), ("😀" * 16_384, "32,768")])
def test_text_too_long_for_a_cell_is_refused_by_row_and_column(text, n):
    rows = "\n".join(f"{i % 2 * 100 + i},{text if i == 3 else 'short'}" for i in range(6))
    findings, labelled = found(read_table(f"n,comment\n{rows}\n".encode()), ("n",))
    with pytest.raises(ClusteringError, match=f'row 4 of "comment" is {n} characters long; .* 32,767'):
        to_xlsx(findings, labelled)


def test_text_that_just_fits_a_cell_is_written_whole():
    rows = "\n".join(f"{i % 2 * 100 + i},{'x' * 32_767 if i == 3 else 'short'}" for i in range(6))
    sheet = opened(to_xlsx(*found(read_table(f"n,comment\n{rows}\n".encode()), ("n",))))["Labels"]
    assert len(sheet["B5"].value) == 32_767


def test_a_note_too_long_for_a_cell_is_refused(mall):
    findings, labelled = found(mall, ("Age",), names=("a", "b"), notes=("x" * 32_768, ""))
    with pytest.raises(ClusteringError, match="does not fit the sheet Sizes"):
        to_xlsx(findings, labelled)


def test_rows_of_another_table_are_refused(mall_found, shop_found):
    with pytest.raises(InvalidSetting, match="another table"):
        to_xlsx(mall_found[0], shop_found[1])
