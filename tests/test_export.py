"""The labelled table and its CSV file: every row as it stood, with its segment, and no formula in it."""

import csv
import io
import random
from pathlib import Path

import pandas as pd
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table, suggest_features, to_csv
from clustering.edits import Edits, Merge, Move, apply_edits
from clustering.errors import InvalidSetting
from clustering.export import count_formulas, only_ids
from clustering.features import Among
from clustering.groups import Group

SAMPLES = Path(__file__).parents[1] / "sample_data"
ADDED = ["segment", "segment_name", "segment_note"]

# Seven records: one with a missing amount, one a field short, one far outside none.
SHOP = b"""id,amount,price,note
0001,1,12.50,a
0002,2,0.10,b
0003,,3.00,c
0004,50,1.00,d
0005,51,7.25
0006,52,9.90,"said ""no"", twice"
0007,3,8.00,e
"""


def labelled(content, columns=("amount",), n_clusters=2, names=(), **settings):
    table = read_table(content)
    clustering = fit(prepare(table, FeatureSpec(columns, **settings)), ClusterSpec(n_clusters=n_clusters))
    return label_table(table, clustering, names)


def rows_of(content, delimiter=","):
    """The records of a CSV file, by Python's own reader."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def frame_of(*cells, header="text"):
    """A labelled table of one column, as `to_csv` takes it."""
    return pd.DataFrame({header: list(cells)}, dtype=object)


@pytest.fixture(scope="module")
def shop():
    return labelled(SHOP, missing="aside")


# --- the labelled table ---


def test_every_record_of_the_file_is_a_row_in_its_order(shop):
    assert shop["id"].tolist() == ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]


def test_cells_stand_as_they_stood_in_the_file(shop):
    assert shop["price"].tolist() == ["12.50", "0.10", "3.00", "1.00", "7.25", "9.90", "8.00"]
    assert shop["note"].tolist()[5] == 'said "no", twice'


def test_the_segment_is_added_behind_the_files_own_columns(shop):
    assert list(shop) == ["id", "amount", "price", "note", *ADDED]


def test_segments_are_numbered_from_one_the_largest(shop):
    # 1, 2 and 3 are three; 50 and 52 are two, for 51 stands in a ragged row
    assert shop["segment"].fillna(0).tolist() == [1, 1, 0, 2, 0, 2, 1]


def test_a_row_set_aside_has_no_segment_but_the_reason(shop):
    aside = shop.iloc[[2, 4]]
    assert aside["segment"].isna().all()
    assert aside["segment_name"].isna().all()
    assert aside["segment_note"].tolist() == ["amount is missing", "3 of 4 fields"]


def test_a_row_with_nothing_to_say_has_no_note(shop):
    assert shop["segment_note"].notna().tolist() == [False, False, True, False, True, False, False]


def test_a_filled_row_has_a_segment_and_its_empty_cell_stays_empty():
    filled = labelled(SHOP)
    assert filled["segment"].notna().tolist() == [True, True, True, True, False, True, True]
    assert filled["amount"].tolist()[2] == ""


def test_a_row_placed_afterwards_has_a_segment_and_a_note():
    lines = ["a", *(str(i % 3) for i in range(31)), *(str(10 + i % 3) for i in range(29)), "1000"]
    placed = labelled("\n".join(lines).encode(), ("a",))
    assert placed["segment"].tolist() == [1] * 31 + [2] * 30
    assert placed["segment_note"].tolist()[-1] == "far outside in a, placed with the nearest segment"


def test_segments_are_called_by_their_number_until_they_are_named(shop):
    assert set(shop["segment_name"].dropna()) == {"Segment 1", "Segment 2"}


def test_segments_are_called_as_named():
    named = labelled(SHOP, names=("Small", "  "), missing="aside")
    assert named["segment_name"].fillna("").tolist() == ["Small", "Small", "", "Segment 2", "", "Segment 2", "Small"]


def test_two_segments_of_one_name_keep_their_numbers():
    named = labelled(SHOP, names=("Same", "Same"), missing="aside")
    assert named["segment"].fillna(0).tolist() == [1, 1, 0, 2, 0, 2, 1]


def test_columns_of_the_file_are_not_overwritten():
    content = b"cluster,segment,segment_name,segment_name_2,x\na,b,c,d,1\ne,f,g,h,2\ni,j,k,l,9\n"
    mixed = labelled(content, ("x",))
    assert list(mixed) == [
        *("cluster", "segment", "segment_name", "segment_name_2", "x"),
        *("segment_2", "segment_name_3", "segment_note"),
    ]
    assert mixed["segment"].tolist() == ["b", "f", "j"]
    assert mixed["segment_name"].tolist() == ["c", "g", "k"]
    assert mixed["segment_2"].tolist() == [1, 1, 2]


def test_headers_that_stand_twice_are_kept_apart():
    twice = labelled(b"x,x,x_2\n1,a,b\n2,c,d\n9,e,f\n", ("x",))
    assert len(set(twice)) == 6
    assert twice.iloc[:, 1].tolist() == ["a", "c", "e"]
    assert twice.iloc[:, 2].tolist() == ["b", "d", "f"]


def test_noise_is_a_row_without_a_segment_and_with_a_note():
    table = read_table(b"x\n1\n2\n3\n50\n101\n102\n103\n")
    spec = ClusterSpec("dbscan", settings={"eps": 1.5, "min_samples": 2})
    with_noise = label_table(table, fit(prepare(table, FeatureSpec(("x",), scale="none", outliers="keep")), spec))
    assert with_noise["segment"].fillna(0).tolist() == [1, 1, 1, 0, 2, 2, 2]
    assert with_noise["segment_name"].isna().tolist() == [False, False, False, True, False, False, False]
    assert with_noise["segment_note"].fillna("").tolist() == ["", "", "", "noise: near no segment", "", "", ""]


@pytest.fixture(scope="module")
def mixture():
    """Two crowds, a row just between them, and one with a missing cell; a mixture says how probable its segment is."""
    lines = ["x,segment_probability", *(f"{x},?" for x in (0, 0.5, 1, 1.5, 2, 4.4, 7, 7.5, 8, 8.5)), ",?"]
    table = read_table("\n".join(lines).encode())
    features = prepare(table, FeatureSpec(("x",), scale="none", missing="aside"))
    return fit(features, ClusterSpec("gaussian_mixture", 2)), table


def test_a_mixture_tells_how_probable_the_segment_of_every_row_is(mixture):
    clustering, table = mixture
    told = label_table(table, clustering)
    assert list(told) == ["x", "segment_probability", *ADDED, "segment_probability_2"]
    expected = clustering.memberships.max(axis=1)
    assert told["segment_probability_2"][:10].tolist() == pytest.approx(expected, abs=0.00005)
    assert told["segment_probability_2"].isna().tolist() == [False] * 10 + [True]


def test_a_probability_is_written_with_at_most_four_decimals(mixture):
    clustering, table = mixture
    written = [row[-1] for row in rows_of(to_csv(label_table(table, clustering)).content)[1:]]
    assert written[-1] == ""
    assert all(0.5 <= float(cell) <= 1 and len(cell) <= 6 for cell in written[:-1])


def test_other_methods_tell_no_probability(shop):
    assert "segment_probability" not in shop


def test_segments_of_another_table_are_refused():
    table, other = read_table(b"x\n1\n2\n9\n10\n"), read_table(b"x\n1\n2\n9\n")
    clustering, another = (fit(prepare(one, FeatureSpec(("x",))), ClusterSpec(n_clusters=2)) for one in (table, other))
    with pytest.raises(InvalidSetting, match="These segments belong to another table"):
        label_table(other, clustering)
    with pytest.raises(InvalidSetting, match="These segments belong to another table"):
        label_table(table, clustering, outer=(another, ()))
    with pytest.raises(InvalidSetting, match='The group "A" belongs to another table'):
        label_table(other, another, groups=(Group("A", [0, 3]),))


# --- one segment looked into, edits and groups ---


NINE = read_table(b"x\n0\n1\n2\n10\n11\n12\n20\n22\n?\n")
OUTER = fit(prepare(NINE, FeatureSpec(("x",), outliers="keep", missing="aside")), ClusterSpec(n_clusters=3))


def test_a_segment_looked_into_stands_beside_its_parts():
    others = Among(OUTER.members(0), "not in Low", "digest")
    inner = fit(prepare(NINE, FeatureSpec(("x",), outliers="keep", missing="aside"), others), ClusterSpec(n_clusters=2))
    both = label_table(NINE, inner, ("Lower", ""), outer=(OUTER, ("Low", "Middle")))
    assert list(both) == ["x", *ADDED, "outer_segment", "outer_segment_name"]
    assert both["segment"].fillna(0).tolist()[3:] == [0] * 6
    assert set(both["segment_name"].tolist()[:3]) == {"Lower", "Segment 2"}
    # the last row had no segment before either, for a reason of its own
    assert both["segment_note"].tolist()[3:] == [*["not in Low"] * 5, "x is missing"]
    assert both["outer_segment"].fillna(0).tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 0]
    assert both["outer_segment_name"].fillna("").tolist() == ["Low"] * 3 + ["Middle"] * 3 + ["Segment 3"] * 2 + [""]


def test_noise_from_before_one_segment_was_looked_into_has_a_note_of_its_own():
    table = read_table(b"x\n1\n2\n3\n50\n101\n102\n103\n110\n111\n112\n107\n9999\n")
    spec = FeatureSpec(("x",), scale="none", outliers="auto")
    outer = fit(prepare(table, spec), ClusterSpec("dbscan", settings={"eps": 8, "min_samples": 2}))
    assert (outer.noise.tolist(), outer.members(0).tolist()) == ([3, 11], [4, 5, 6, 7, 8, 9, 10])
    inner_features = prepare(table, spec, Among(outer.members(0), "not in High", "digest"))
    inner = fit(inner_features, ClusterSpec("dbscan", settings={"eps": 1.5, "min_samples": 2}))
    assert inner.noise.tolist() == [10]
    notes = label_table(table, inner, outer=(outer, ()))["segment_note"].fillna("").tolist()
    before = "noise before one segment was looked into"
    assert notes[:4] == ["not in High"] * 3 + [before]
    assert notes[4:] == [""] * 6 + ["noise: near no segment", f"far outside in x; {before}"]


def test_segments_made_by_hand_are_what_is_exported():
    features = prepare(NINE, FeatureSpec(("x",), outliers="keep", missing="aside"))
    edited = apply_edits(features, OUTER, Edits((Merge((1, 2)), Move((3,), 1))))
    labelled = label_table(NINE, edited)
    assert labelled["segment"].fillna(0).tolist() == [1, 1, 1, 1, 2, 2, 2, 2, 0]  # four and four, the first in the file
    notes = [""] * 3 + ["moved by hand from segment 2"] + [""] * 4 + ["x is missing"]
    assert labelled["segment_note"].fillna("").tolist() == notes


def test_a_row_names_all_groups_it_is_in():
    groups = (Group("A", [0, 1, 8]), Group("B", [1, 2]), Group("A", [1, 5]), Group("C", [2]))
    labelled = label_table(NINE, OUTER, groups=groups)
    assert list(labelled) == ["x", *ADDED, "group"]
    assert labelled["group"].fillna("").tolist() == ["A", "A; B; A", "B; C", "", "", "A", "", "", "A"]


def test_the_name_of_a_group_starts_no_formula():
    content = to_csv(label_table(NINE, OUTER, groups=(Group("=1+1", [0]),))).content
    assert rows_of(content)[1][-1] == "'=1+1"


def test_added_columns_give_way_to_those_of_the_file():
    table = read_table(b"group,outer_segment,x\na,b,1\na,b,2\na,c,9\n")
    found = fit(prepare(table, FeatureSpec(("x",))), ClusterSpec(n_clusters=2))
    labelled = label_table(table, found, outer=(found, ()), groups=(Group("A", [2]),))
    assert list(labelled)[3:] == [*ADDED, "outer_segment_2", "outer_segment_name", "group_2"]
    assert labelled["group"].tolist() == ["a", "a", "a"]


# --- ids and segments alone ---


def alone(content, column="x", rows=slice(None)):
    table = read_table(content)
    found = label_table(table, fit(prepare(table, FeatureSpec((column,))), ClusterSpec(n_clusters=2)))
    return only_ids(found.iloc[rows], table)


def test_of_the_files_own_columns_only_ids_are_left():
    content = b"id,x,city,account_no\n0001,1,a b,70001\n0002,2,a c,70002\n0003,9,a d,70003\n"
    left = alone(content)
    assert list(left) == ["id", "account_no", *ADDED]
    assert left["id"].tolist() == ["0001", "0002", "0003"]
    assert left["segment"].tolist() == [1, 1, 2]


def test_where_there_is_no_id_rows_are_counted_from_one():
    left = alone(b"x\n1\n2\n9\n")
    assert list(left) == ["row", *ADDED]
    assert left["row"].tolist() == [1, 2, 3]


def test_some_rows_keep_their_numbers_in_the_file():
    assert alone(b"x\n1\n2\n9\n", rows=[0, 2])["row"].tolist() == [1, 3]


def test_a_column_of_the_file_called_segment_goes_and_the_added_one_stays():
    left = alone(b"customer_id,segment,x\nA1,b,1\nA2,c,2\nA3,b,9\n")
    assert list(left) == ["customer_id", "segment_2", "segment_name", "segment_note"]
    assert left["segment_2"].tolist() == [1, 1, 2]


# --- the file ---


def test_the_file_says_what_the_table_says(shop):
    rows = rows_of(to_csv(shop).content)
    assert rows[0] == ["id", "amount", "price", "note", *ADDED]
    assert rows[1] == ["0001", "1", "12.50", "a", "1", "Segment 1", ""]
    assert rows[3] == ["0003", "", "3.00", "c", "", "", "amount is missing"]
    assert rows[6] == ["0006", "52", "9.90", 'said "no", twice', "2", "Segment 2", ""]
    assert len(rows) == 1 + 7


def test_the_file_begins_with_one_byte_order_mark():
    content = to_csv(frame_of("é")).content
    assert content == b"\xef\xbb\xbftext\r\n\xc3\xa9\r\n"


def test_records_end_as_the_standard_for_csv_has_it(shop):
    content = to_csv(shop).content
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 8


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_fields_stand_between_the_delimiter_asked_for(delimiter):
    frame = pd.DataFrame({"a": ["1", "x;y"], "b": ["2,5", "p|q\tr"]})
    content = to_csv(frame, delimiter=delimiter).content
    assert content.split(b"\r\n")[0] == b"\xef\xbb\xbfa" + delimiter.encode() + b"b"
    assert rows_of(content, delimiter) == [["a", "b"], ["1", "2,5"], ["x;y", "p|q\tr"]]


@pytest.mark.parametrize(
    "cell",
    [
        'say "hi"',
        '"',
        "a,b",
        "two\nlines",
        "two\r\nlines",
        "old\rMac",
        " spaces ",
        "",
        "'quoted'",
        "Ünïcödé 漢字 🙂",
        "\ufeffmark",
        "0001",
        "1e5",
        "#N/A",
    ],
)
def test_a_cell_survives_the_way_through_the_file(cell):
    # beside another column, as a lone empty field would be a blank line
    frame = pd.DataFrame({"a": [cell, "next"], "b": ["1", "2"]}, dtype=object)
    assert rows_of(to_csv(frame).content) == [["a", "b"], [cell, "1"], ["next", "2"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_stand_between_quotation_marks_where_pythons_own_writer_puts_them(delimiter):
    draw, signs = random.Random(1), [*"\",;\t|\r\n\0 aé漢🙂\ufeff'\u2028\x85\v", ""]
    for n_columns in (1, 2, 3):
        headers = [f"h{place}" for place in range(n_columns)]
        rows = [["x" * draw.randint(0, 1) for _ in headers] for _ in range(300)]
        rows = [[cell and cell + "".join(draw.choices(signs, k=draw.randint(0, 4))) for cell in row] for row in rows]
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([headers, *rows])
        written = to_csv(pd.DataFrame(rows, columns=headers, dtype=object), delimiter=delimiter)
        assert written.content.decode("utf-8-sig") == out.getvalue()


def test_how_far_it_is_is_told_to_the_end():
    steps = []
    to_csv(frame_of(*["a"] * 50_001), on_step=lambda *step: steps.append(step))
    assert steps == [(50_000 / 50_001, "50,000 of 50,001 rows written"), (1.0, "50,001 of 50,001 rows written")]


def test_more_rows_than_are_written_at_a_time_keep_their_order():
    cells = [str(i) for i in range(50_003)]
    assert [row[0] for row in rows_of(to_csv(frame_of(*cells)).content)] == ["text", *cells]


def test_an_empty_table_is_a_file_with_its_header():
    frame = pd.DataFrame({"a": [], "b": []}, dtype=object)
    assert to_csv(frame).content == b"\xef\xbb\xbfa,b\r\n"


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.csv")))
def test_every_sample_comes_back_as_it_was_with_a_segment_on_every_row(sample):
    content = (SAMPLES / sample).read_bytes()
    original = rows_of(content)
    table = read_table(content)
    clustering = fit(prepare(table, suggest_features(table)), ClusterSpec(n_clusters=3))
    back = rows_of(to_csv(label_table(table, clustering)).content)
    assert [row[: len(original[0])] for row in back] == original
    assert back[0][-3:] == ADDED
    assert {row[-3] for row in back[1:]} == {"1", "2", "3"}


# --- formulas ---

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.com","here")',
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "+A1",
    "-x",
    "- total",
    "@x",
    "@SUM(1+9)",
    "\tcell",
    "\rcell",
    "\t5",
    "=",
    "+",
    "@",
    "--5",
    "-5-",
    "+49 170 1234567 / 89 x",
    "-5\nfive",
    " =1+1",
    "\u200b=1+1",
    "\ufeff+x",
    "\u00a0@x",
    "\x00=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
]
HARMLESS = [
    "-5",
    "+5",
    "-0",
    "-.5",
    "-,5",
    "-1.234,5",
    "-1,234.50",
    "-1 234,5",
    "-1\u00a0234",
    "-1'234",
    "-1e5",
    "-1.5E-10",
    "-12 %",
    "-12%",
    "- 5",
    "-€5",
    "-$ 1,000",
    "-5 €",
    "+£3",
    "-",
    "+49 170 1234567",
    "+49 (0)170/123-45.67",
    "+4917012345678",
    "1+1",
    "a=1",
    "'=1+1",
    " -5",
    " - ",
    "x@y.org",
    "",
    "5-3",
    "\u2013",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_could_start_a_formula_gets_an_apostrophe(cell):
    written = to_csv(frame_of("a", cell, "b"))
    assert [row[0] for row in rows_of(written.content)] == ["text", "a", "'" + cell, "b"]
    assert written.n_escaped == 1


# What stands inside a cell, and what a program would run that is told another separator; ‸ is where an apostrophe goes.
INSIDE = [
    "x,‸=1+1,y",
    "x;‸=1+1;y",
    "x\t‸=1+1",
    "x|‸=1+1",
    "x\n‸=1+1,y",
    "x\r\n \u200b‸=1+1",
    'x,"‸=1+1"',
    "x,;,‸@x",
    "x,‸+1+1",
    "x,‸-x",
    "x;‸- cmd|'/c calc'!A0",
    "x\n‸- SUM(1)",
    "x,‸\uff1d1",
    "a,‸=1,b\n‸=2",
]
NOTHING_INSIDE = [
    "x,-5,y",
    "x;-1.234,50 €;y",
    "10,-",
    "10,- €",
    "a, - ",
    "x\n- ordered late\n- paid",
    "x\n-----\ny",
    "x; +49 30 1234567; y",
    "x,'=1+1",
    "a=1,b=2",
    "x,y@z.org",
]


@pytest.mark.parametrize("cell", INSIDE)
def test_what_another_separator_would_uncover_gets_an_apostrophe_too(cell):
    written = to_csv(frame_of("a", cell.replace("‸", "")))
    assert rows_of(written.content)[2] == [cell.replace("‸", "'")]
    assert written.n_escaped == 1


@pytest.mark.parametrize("cell", NOTHING_INSIDE)
def test_lists_prices_and_dashes_inside_a_cell_are_left_alone(cell):
    written = to_csv(frame_of("a", cell))
    assert (rows_of(written.content)[2], written.n_escaped) == ([cell], 0)


@pytest.mark.parametrize(("cell", "told"), [("=1\n=2", "'=1\n'=2"), ("\n=1", "'\n'=1"), ("\t=1", "'\t'=1")])
def test_a_formula_at_the_head_and_one_inside_make_one_cell(cell, told):
    written = to_csv(frame_of(cell))
    assert (rows_of(written.content)[1], written.n_escaped) == ([told], 1)


@pytest.mark.parametrize("cell", HARMLESS)
def test_numbers_telephone_numbers_and_plain_text_are_left_alone(cell):
    frame = pd.DataFrame({"a": [cell, "=1"], "b": ["1", "2"]}, dtype=object)
    written = to_csv(frame)
    assert rows_of(written.content)[1][0] == cell
    assert written.n_escaped == 1  # the "=1" below it


def test_headers_are_held_to_the_same_rule():
    written = to_csv(frame_of("x", header="=cmd|' /C calc'!A0"))
    assert rows_of(written.content) == [["'=cmd|' /C calc'!A0"], ["x"]]
    assert written.n_escaped == 1


def test_names_of_segments_are_held_to_the_same_rule():
    written = to_csv(labelled(b"x\n1\n2\n9\n", ("x",), names=("=A1", "-5")))
    assert [row[2] for row in rows_of(written.content)] == ["segment_name", "'=A1", "'=A1", "-5"]
    assert written.n_escaped == 2


def test_cells_of_all_columns_are_counted_together():
    frame = pd.DataFrame({"@a": ["=1", "2"], "b": ["-x", "@y"]}, dtype=object)
    assert to_csv(frame).n_escaped == 4


def test_a_missing_cell_is_written_empty():
    frame = pd.DataFrame({"a": [None, "=1"], "b": ["1", "2"]}, dtype=object)
    assert rows_of(to_csv(frame).content)[1] == ["", "1"]


@pytest.mark.parametrize(
    "frame",
    [
        frame_of(*FORMULAS, *HARMLESS),
        frame_of("x", header="=1"),
        frame_of("a", None),
        pd.DataFrame({"a": [], "b": []}, dtype=object),
        labelled(b"x,=y\n1,=1\n2,-1\n9,@\n", ("x",), names=("=A1",)),
    ],
    ids=["both kinds", "header", "missing", "empty", "labelled"],
)
def test_the_count_told_beforehand_is_that_of_the_file(frame):
    assert count_formulas(frame) == to_csv(frame).n_escaped


def test_the_count_told_beforehand_finds_something():
    assert count_formulas(frame_of(*FORMULAS, *HARMLESS)) == len(FORMULAS)
