"""The formula rule for any text and any header: what a spreadsheet is told, and that the text is still there."""

import csv
import io
import re
import unicodedata

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.export import count_formulas, to_csv
from clustering.export.delimited import starts_formula
from clustering.recipe.python.snippets import harmless

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
# What a number or a telephone number is written with: no letter but that of the exponent, so nothing can be called.
PLAIN = re.compile(r"[-+\uff0d\uff0b\d.,'()/ %$€£eE\s\u00a0\u202f]*")

# Unicode has these among the signs that do not show; in Arabic and Syriac they stand above what follows.
SHOWN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"

# mostly what the rule is about, and then any character that a file can hold
pieces = st.one_of(
    st.sampled_from(
        [*SIGNS, *",;|\t\r\n '\"", "\u200b", "\ufeff", "\u00a0", "\x00", "-5", "1.5", "x", "€", "A1(", "!"]
    ),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.lists(pieces, max_size=12).map("".join)
columns = st.lists(texts, min_size=1, max_size=8)


def is_blank(sign):
    """A blank, or a sign that does not show: by what Unicode says of it."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def first_seen(text):
    return next((sign for sign in text if not is_blank(sign)), "")


def rows_of(content, delimiter):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


@settings(max_examples=150, deadline=None)
@given(header=texts, cells=columns, delimiter=st.sampled_from(",;\t|"))
def test_no_cell_or_header_starts_a_formula_and_every_text_is_still_there(header, cells, delimiter):
    frame = pd.DataFrame({header: cells, f"{header} 2": "b"}, dtype=object)
    written = to_csv(frame, delimiter=delimiter)
    told = [row[0] for row in rows_of(written.content, delimiter)]
    for cell, original in zip(told, [header, *cells], strict=True):
        assert cell.replace("'", "") == original.replace("'", "")
        assert first_seen(cell) not in SIGNS or PLAIN.fullmatch(cell) or not first_seen(cell)
        assert cell[:1] not in ("\t", "\r")
    assert written.n_escaped == count_formulas(frame)
    other = [row[1] for row in rows_of(written.content, delimiter)]
    changed = sum(cell != original for cell, original in zip(told, [header, *cells], strict=True))
    assert written.n_escaped == changed + (other[0] != f"{header} 2")


@settings(max_examples=150, deadline=None)
@given(cells=columns, delimiter=st.sampled_from(",;\t|"))
def test_no_piece_of_the_file_calls_anything_however_it_is_cut(cells, delimiter):
    content = to_csv(pd.DataFrame({"a": "x", "b": cells}, dtype=object), delimiter=delimiter).content
    for separators in (",", ";", "\t", "|", ",;\t|"):
        for piece in re.split(f"[{separators}\r\n]", content.decode("utf-8-sig")):
            seen = first_seen(piece.replace('"', ""))
            assert seen not in "=@\uff1d\uff20" or not seen, piece
            assert seen not in "+-\uff0b\uff0d" or "(" not in piece or PLAIN.fullmatch(piece), piece


@settings(max_examples=300, deadline=None)
@given(texts)
def test_the_script_of_a_recipe_has_the_same_rule(cell):
    frame = pd.DataFrame({"a": [cell], "b": ["1"]}, dtype=object)
    assert rows_of(to_csv(frame).content, ",")[1][0] == harmless(cell)
    assert starts_formula(cell) == (harmless(cell)[:1] == "'" and cell[:1] != "'")


def test_a_number_before_a_line_break_is_told_as_in_the_file():
    cells = ["-5\v", "-\n", "-5\n", "-5", "-"]
    told = [row[0] for row in rows_of(to_csv(pd.DataFrame({"a": cells, "b": "1"}, dtype=object)).content, ",")[1:]]
    assert told == ["'-5\v", "'-\n", "-5\n", "-5", "-"]
    assert [starts_formula(cell) for cell in cells] == [True, True, False, False, False]


def test_a_sign_behind_quotation_marks_is_one_to_a_program_that_drops_them():
    assert starts_formula('"=1+1') and starts_formula(' ""@a')
    assert not starts_formula('"quoted" = so')


def test_every_sign_that_does_not_show_is_passed_over():
    signs = [chr(code) for code in range(0x3100) if is_blank(chr(code)) and chr(code) not in SHOWN]
    assert len(signs) > 100
    assert [ascii(sign) for sign in signs if not starts_formula(f"{sign}=1")] == []
