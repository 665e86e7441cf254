"""Bytes in, table out: nothing of a file is lost, and what it holds is told right."""

import csv
import io
import os
import random
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering.errors import TooFewRows, UnreadableFile
from clustering.table import ReadOptions, read_table

INTAKE_CASES = os.environ.get("INTAKE_CASES")


def rows_of(table):
    """All cells as they stood, row by row."""
    return [list(row) for row in zip(*(column.to_pylist() for column in table.text.columns), strict=True)]


def column_of(cells, *, name="value", delimiter=","):
    """Read a file of two columns and return the table, and the description of the one that holds `cells`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([name, "other"])
    writer.writerows([cell, "x"] for cell in cells)
    table = read_table(out.getvalue().encode())
    return table, table.columns[0]


def values_of(cells, **options):
    table, _ = column_of(cells, **options)
    return table.frame.iloc[:, 0].tolist()


# Delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    lines = ("name,age,city", "Ann,31,Rome", "Bob,45,Oslo", "Cid,27,Bern")
    table = read_table("\n".join(lines).replace(",", delimiter).encode())
    assert table.reading.delimiter == delimiter
    assert table.text.column_names == ["name", "age", "city"]
    assert rows_of(table) == [["Ann", "31", "Rome"], ["Bob", "45", "Oslo"], ["Cid", "27", "Bern"]]


def test_a_delimiter_between_quotation_marks_is_text():
    table = read_table(b'name,age\n"Lee, Ann",31\n"Ray, Bob",45\n"Orr, Cid",27\n')
    assert rows_of(table) == [["Lee, Ann", "31"], ["Ray, Bob", "45"], ["Orr, Cid", "27"]]


def test_decimal_commas_do_not_pass_for_the_delimiter_of_a_semicolon_file():
    table = read_table(b"a;b\n1,5;2,25\n3,5;4,75\n5,5;6,25\n")
    assert table.reading.delimiter == ";"
    assert table.text.column_names == ["a", "b"]


def test_a_file_of_one_column_is_read():
    table = read_table(b"spend\n10\n20\n40\n")
    assert table.text.column_names == ["spend"]
    assert table.frame["spend"].tolist() == [10, 20, 40]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_gives_the_same_table(encoding):
    table = read_table("Größe,Ort\n1,Köln\n2,Málaga\n5,Besançon\n".encode(encoding))
    assert table.reading.encoding == encoding
    assert table.text.column_names == ["Größe", "Ort"]
    assert rows_of(table) == [["1", "Köln"], ["2", "Málaga"], ["5", "Besançon"]]


def test_big_endian_utf_16_is_read():
    table = read_table(b"\xfe\xff" + "Größe,Ort\n1,Köln\n2,Ulm\n5,Jena\n".encode("utf-16-be"))
    assert rows_of(table) == [["1", "Köln"], ["2", "Ulm"], ["5", "Jena"]]


@pytest.mark.parametrize("times", [1, 20, 300])
@pytest.mark.parametrize(
    "cells",
    [
        ("Café", "b", "c"),
        ("12 €", "13 €", "9 €"),
        ("£12", "£13", "£9"),
        ("20 °C", "5 m²", "x"),
        ("Åsa", "Björn", "Jönköping"),
        ("città", "perché", "Nicolò"),
        ("Muñoz", "Málaga", "Cádiz"),
        ("Conceição", "João", "Évora"),
        ("Größe", "Straße", "Übermäßig"),
        ("it’s", "a – b", "“so”"),
    ],
    ids=lambda cells: cells[0],
)
def test_western_european_text_without_a_bom_is_cp1252(cells, times):
    text = "name,amount\n" + "".join(f"{cell},7\n" for cell in cells) * times
    table = read_table(text.encode("cp1252"))
    assert table.reading.encoding == "cp1252"
    assert table.text["name"].to_pylist() == list(cells) * times


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "имя,город,цена\nИванов,Москва,12\nПетров,Санкт-Петербург,13\nСидоров,Казань,14\n"),
        ("cp1253", "όνομα,πόλη,τιμή\nΓιώργος,Αθήνα,12\nΜαρία,Θεσσαλονίκη,13\nΝίκος,Πάτρα,4\n"),
        ("cp932", "名前,都市,価格\n山田太郎,東京,12\n鈴木花子,大阪,13\n佐藤,名古屋,14\n"),
        ("gb18030", "姓名,城市,价格\n张伟,北京,12\n王芳,上海,13\n李娜,广州,14\n"),
        ("big5", "姓名,城市,價格\n陳大文,台北市,12\n林小美,台中市,13\n黃志明,高雄市,14\n"),
        ("cp949", "이름,도시,가격\n김철수,서울,12\n이영희,부산,13\n박지성,대구,14\n"),
        ("cp1250", "imię,miasto,cena\nŁukasz,Łódź,12\nPaweł,Kraków,13\nMałgorzata,Gdańsk,14\n"),
        ("cp1250", "jméno,město,cena\nJiří,Plzeň,12\nZdeněk,Třebíč,13\nVěra,Děčín,14\n"),
        ("cp1250", "név,város,ár\nGergő,Győr,12\nErnő,Pécs,13\nZsófia,Kecskemét,14\n"),
        ("cp1250", "nume,oraş,preţ\nIonuţ,Iaşi,12\nMihăiţă,Constanţa,13\nRăzvan,Bucureşti,14\n"),
        ("iso8859-2", "imię,miasto,cena\nŁukasz,Łódź,12\nPaweł,Świdnica,13\nMałgorzata,Śrem,14\n"),
        ("cp1254", "isim,şehir,fiyat\nAyşe,İstanbul,12\nOğuz,Eskişehir,13\nGülşen,Diyarbakır,14\n"),
        ("mac-roman", "Name,Straße,Größe\nJörg,Köln,12\nKäthe,München,13\nJürgen,Würzburg,14\n"),
        ("cp850", "Name,Straße,Größe\nJörg,Köln,12\nKäthe,München,13\nJürgen,Würzburg,14\n"),
    ],
    ids=[
        *("Russian", "Greek", "Japanese", "Chinese", "Taiwanese", "Korean", "Polish", "Czech", "Hungarian", "Romanian"),
        *("Polish of Unix", "Turkish", "Macintosh", "DOS"),
    ],
)
def test_other_writing_is_told_from_western_european(encoding, text, times):
    header, _, body = text.partition("\n")
    table = read_table(f"{header}\n{body * times}".encode(encoding))
    assert table.text.column_names == header.split(",")
    assert rows_of(table) == [line.split(",") for line in body.splitlines()] * times


@pytest.mark.parametrize(
    "word", ["Łódź", "Świętochłowice", "Wójcik;Paweł", "Dvořák", "Győr", "Braşov", "Gdańsk", "Poznań;Toruń"]
)
def test_a_single_word_can_tell_central_european(word):
    assert read_table(f"a;b\n1;x\n2;{word}\n3;y\n".encode("cp1250")).reading.encoding == "cp1250"


@pytest.mark.parametrize("word", ["Škoda", "Þorsteinn", "Sigurðsson", "Tromsø", "m³", "nº", "cœur", "Niño", "São"])
def test_words_of_all_western_europe_stay_cp1252(word):
    cells = ("Müller", "Crème", "Ærø", "Reykjavík", word)
    table = read_table(("name,x\n" + "".join(f"{cell},1\n" for cell in cells)).encode("cp1252"))
    assert table.text["name"].to_pylist() == list(cells)


def test_the_euro_of_latin_9_is_found():
    table = read_table("name,spend\nA,12.50 €\nB,7.00 €\nC,9.99 €\n".encode("iso8859-15"))
    assert table.reading.encoding == "iso8859-15"
    assert table.frame["spend"].tolist() == [12.5, 7, 9.99]


def test_a_guessed_writing_is_told_and_can_be_overruled():
    content = "isim,x\nAyşe,1\nOğuz,2\nGülşen,4\n".encode("cp1254")
    assert read_table(content).notes[0] == (
        "The text is read as Turkish (cp1254); choose another encoding if names look wrong."
    )
    overruled = read_table(content, options=ReadOptions(encoding="cp1252"))
    assert (overruled.text["isim"][0].as_py(), overruled.reading.encoding) == ("Ayþe", "cp1252")


def test_east_asian_utf_16_without_a_mark_is_read():
    # The second letter of 十一 is U+4E00: one of its bytes is zero, and in the other place than that of a delimiter.
    text = "姓名,数\n" + "".join(f"王{'一二三'[i % 3]},{i}\n" for i in range(60))
    table = read_table(text.encode("utf-16-le"))
    assert (table.reading.encoding, table.text["姓名"][0].as_py()) == ("utf-16-le", "王一")


def test_lines_beyond_ascii_may_come_late_and_be_few():
    rows = [["Ann", "Townsville", "12"]] * 20_000
    for row in (["Γιώργος", "Αθήνα", "12"], ["Μαρία", "Θεσσαλονίκη", "13"], ["Νίκος", "Πάτρα", "4"]):
        rows += [row, *[["Bob", "Smithfield", "7"]] * 50]
    table = read_table("\n".join(",".join(row) for row in [["name", "city", "x"], *rows]).encode("cp1253"))
    assert rows_of(table) == rows


def test_unicode_names_stay_as_they_are():
    table = read_table("名前,🛒 spend\nAda 🙂,1\nBob,2\nЖан,5\n".encode())
    assert table.text.column_names == ["名前", "🛒 spend"]
    assert table.text["名前"].to_pylist() == ["Ada 🙂", "Bob", "Жан"]


def test_a_file_that_is_not_the_utf_8_it_says_is_refused_with_the_line():
    with pytest.raises(UnreadableFile) as refusal:
        read_table(b"\xef\xbb\xbfname,age\nAnn,3\nJos\xe9,4\nBob,7\n", name="c.csv")
    assert str(refusal.value) == (
        "c.csv says that it is UTF-8, but line 3 holds a character that is not. Save it again as CSV (UTF-8)."
    )


def test_half_a_character_at_the_end_of_a_utf_16_file_is_refused():
    with pytest.raises(UnreadableFile, match=r"^c\.csv looks like utf-16 text, but not all of it can"):
        read_table("a,b\n1,2\n3,4\n5,7\n".encode("utf-16") + b"x", name="c.csv")


def test_a_byte_that_cp1252_does_not_know_is_refused_wherever_it_stands():
    text = b"name,age\nJos\xe9,4\n" + b"Ann,3\n" * 10_000 + b"\x81,5\n"
    with pytest.raises(UnreadableFile, match=r"^c\.csv looks like cp1252 text, but not all of it can"):
        read_table(text, name="c.csv")


# Every cell as it stood


def test_the_text_of_a_cell_is_kept_to_the_letter():
    cells = ["0001", "12.50", "+5", " 7 ", "1e5", "1,234", "n/a", "TRUE", "", "007"]
    table, _ = column_of(cells)
    assert table.text["value"].to_pylist() == cells


def test_random_tables_come_back_as_the_csv_module_wrote_them():
    rng = random.Random(0)
    words = ["0001", "12.50", "Anna", "Ben, jr", "a;b", "tab\there", "x|y", 'say "hi"', "two\nlines", "three\r\nlines"]
    words += ["", "  pad ", "é", "日本", "-", "n/a", "+5", "1e5", "2024-01-01", "true", '"', "'q'", "a b"]
    for _ in range(60):
        width, delimiter = rng.randint(2, 6), rng.choice(",;\t|")
        line_end = rng.choice(["\n", "\r\n", "\r"])
        # csv.writer leaves a line feed unquoted where lines end in a carriage return alone
        choices = [word for word in words if line_end != "\r" or "\n" not in word]
        rows = [[rng.choice(choices) for _ in range(width)] for _ in range(rng.randint(3, 12))]
        out = io.StringIO(newline="")
        quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        writer.writerows([[f"col{position}" for position in range(width)], *rows])
        table = read_table(out.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])))
        assert rows_of(table) == rows, out.getvalue()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_every_kind_of_line_end_gives_the_same_rows(line_end, last):
    lines = ["a,b", "1,2", "3,4", "5,7"]
    table = read_table((line_end.join(lines) + line_end * last).encode())
    assert rows_of(table) == [["1", "2"], ["3", "4"], ["5", "7"]]


def test_doubled_quotation_marks_are_one_and_lines_may_break_inside_a_cell():
    table = read_table(b'a,b\n1,"say ""hi"""\n2,"two\r\nlines"\n3,5" pipe\n')
    assert table.text["b"].to_pylist() == ['say "hi"', "two\r\nlines", '5" pipe']


def test_blank_lines_are_no_records():
    table = read_table(b"\na,b\n\n1,2\n   \n3,4\n\n\n5,7\n\n")
    assert rows_of(table) == [["1", "2"], ["3", "4"], ["5", "7"]]
    assert table.set_aside == {}


def test_three_hundred_columns_are_read():
    header = [f"c{position}" for position in range(300)]
    rows = [[str(row * 300 + position) for position in range(300)] for row in (0, 1, 5)]
    table = read_table("\n".join(",".join(row) for row in [header, *rows]).encode())
    assert table.text.column_names == header
    assert rows_of(table) == rows
    assert table.frame["c299"].tolist() == [299, 599, 1799]


def test_a_very_long_cell_is_kept_also_beside_a_ragged_row():
    long = "x" * 200_000
    table = read_table(f"a,b\n1,{long}\n2\n3,{long},y\n4,z\n5,z\n".encode())
    assert table.text["b"].to_pylist() == [long, "", f"{long},y", "z", "z"]
    assert table.set_aside == {1: "1 of 2 fields", 2: "3 of 2 fields"}


# Numbers


@pytest.mark.parametrize(
    ("delimiter", "cells", "values"),
    [
        (",", ["1", "2.5", "-3"], [1, 2.5, -3]),
        (",", ["+1", "2", "+2.5"], [1, 2, 2.5]),
        (",", ["1e3", "2E-1", "5"], [1000, 0.2, 5]),
        (",", [".5", "5.", "-.25"], [0.5, 5, -0.25]),
        (",", [" 7 ", "8", "\u00a09"], [7, 8, 9]),
        (",", ["1,234", "12,345.5", "999"], [1234, 12345.5, 999]),
        (",", ["+1,234,567", "-1,000", "0.5"], [1234567, -1000, 0.5]),
        (";", ["19,82", "3", "-0,5"], [19.82, 3, -0.5]),
        (";", ["1.234,50", "12.345", "+1,5"], [1234.5, 12345, 1.5]),
        (";", ["1.5", "2.25", "+3"], [1.5, 2.25, 3]),
        ("\t", ["19,82", "3", "0,5"], [19.82, 3, 0.5]),
        ("|", ["19,82", "3", "0,5"], [19.82, 3, 0.5]),
    ],
)
def test_numbers_as_people_write_them_become_values(delimiter, cells, values):
    table, column = column_of(cells, delimiter=delimiter)
    assert table.reading.delimiter == delimiter
    assert column.type == "number"
    assert table.frame["value"].tolist() == values


@pytest.mark.parametrize(
    ("delimiter", "cells"),
    [
        (",", ["1,23", "4", "5"]),  # neither thousands nor, between commas, a decimal comma
        (",", ["1234,567", "4", "5"]),
        (";", ["1.23,5", "4", "5"]),
        (";", ["1,5", "2.5", "3"]),  # two decimal marks in one column
        (",", ["12 %", "4", "5"]),
        (",", ["0x1F", "4", "5"]),
    ],
)
def test_what_is_no_number_in_every_cell_stays_text(delimiter, cells):
    table, column = column_of(cells, delimiter=delimiter)
    assert column.type == "text"
    assert table.frame["value"].tolist() == cells


@pytest.mark.parametrize("cells", [["0001", "2", "3"], ["12", "-05", "7"], ["00", "1", "2"]])
def test_a_leading_zero_makes_the_column_text(cells):
    assert column_of(cells)[1].type == "text"


def test_zero_itself_and_decimals_below_one_are_no_leading_zeros():
    assert values_of(["0", "0.5", "-0.25", "10"]) == [0, 0.5, -0.25, 10]


def test_numbers_of_many_digits_are_codes_and_stay_apart():
    # A float64 has 53 bits: above 2^56 only every 16th whole number exists, and these three would be one.
    cells = ["100000000000000001", "100000000000000002", "100000000000000003", "100000000000000002"]
    _, column = column_of(cells, name="account")
    assert (column.type, column.distinct) == ("text", 3)
    assert column.refusal is not None


def test_infinite_cells_count_as_missing():
    table, column = column_of(["1", "inf", "-Infinity", "1e400", "4"])
    assert (column.type, column.missing, column.max) == ("number", 3, 4)
    assert np.isnan(table.frame["value"][1:4]).all()


@pytest.mark.filterwarnings("error")
def test_numbers_near_the_largest_have_no_distribution():
    # The span from the smallest to the largest, 3.4e308, is beyond the largest float, 1.8e308.
    _, column = column_of(["1e308", "1.7e308", "-1.7e308", "1.1e308"])
    assert column.type == "number"
    assert (column.min, column.max) == (-1.7e308, 1.7e308)
    assert column.distribution == ()


def test_a_mean_and_a_median_that_overflow_are_undefined():
    # The median of four is (1.6e308 + 1.7e308) / 2, and already that sum is infinite.
    _, column = column_of(["1.5e308", "1.6e308", "1.7e308", "1.75e308"])
    assert (column.mean, column.typical) == (None, None)


def test_one_word_among_numbers_is_told_with_its_row():
    table, column = column_of(["10", "11", "12", "13", "many", "15", "16", "17", "18", "19"])
    told = "numbers, but 1 cell is not (the first: 'many' in row 5)"
    assert (column.type, column.refusal) == ("text", told)
    assert table.notes == (f'"value" holds {told}.',)


def test_several_words_among_numbers_are_counted():
    cells = ["10", "few", *(str(n) for n in range(20, 40)), "many"]
    assert column_of(cells)[1].refusal == "numbers, but 2 cells are not (the first: 'few' in row 2)"


def test_a_column_that_is_one_ninth_words_is_just_text():
    # 8 numbers to 1 word is below the nine to one from which the words look like slips.
    table, column = column_of(["word", "11", "12", "13", "14", "15", "16", "17", "18"])
    assert column.type == "text"
    assert table.notes == ()


# Missing values


@pytest.mark.parametrize("word", ["", " ", "?", "-", "na", "NA", "n/a", "N/A", "#N/A", "nan", "NaN", "null", "NULL"])
def test_a_word_for_nothing_is_a_missing_value(word):
    table, column = column_of([word, "1", "2", "5"])
    assert (column.type, column.missing, column.mean) == ("number", 1, pytest.approx(8 / 3))
    assert table.frame["value"].isna().tolist() == [True, False, False, False]


def test_a_word_for_nothing_is_missing_in_text_too():
    _, column = column_of(["red", "n/a", "blue", "red", "", "red", "blue", "red"])
    assert (column.missing, column.distinct) == (2, 2)


def test_none_is_an_answer_and_no_gap():
    _, column = column_of(["None", "Monthly", "None", "Monthly"])
    assert (column.missing, column.distinct) == (0, 2)


def test_missing_cells_are_counted_over_all_columns():
    assert read_table(b"a,b\n1,\n,2\n3,n/a\n4,8\n").n_missing == 3


# Booleans and dates


@pytest.mark.parametrize("yes", ["true", "Yes", "Y"])
def test_a_column_of_yes_and_no_is_boolean(yes):
    no = {"true": "FALSE", "Yes": "no", "Y": "n"}[yes]
    table, column = column_of([yes, no, "", no])
    assert (column.type, column.role, column.missing) == ("boolean", "category", 1)
    assert table.frame["value"].tolist() == [True, False, pd.NA, False]


@pytest.mark.parametrize("cells", [["yes", "true", "no"], ["yes", "no", "maybe"], ["y", "no", "n"]])
def test_words_of_two_pairs_are_text(cells):
    assert column_of(cells)[1].type == "text"


def test_a_third_word_far_down_makes_a_column_text():
    table, column = column_of(["yes", "no"] * 600 + ["maybe"])
    assert column.type == "text"
    assert table.frame["value"].iloc[-1] == "maybe"


def test_iso_dates_are_dates():
    table, column = column_of(["2024-02-29", "2023-12-31", "", "2024-01-05"])
    assert (column.type, column.role, column.missing) == ("date", "date", 1)
    assert (column.min, column.max) == ("2023-12-31", "2024-02-29")
    assert column.refusal == "a date, not a number"
    assert table.frame["value"][0] == pd.Timestamp(2024, 2, 29)


def test_a_time_of_day_is_part_of_a_date():
    _, column = column_of(["2024-02-29 13:05:30", "2024-02-29", "2024-02-28T23:59"])
    assert (column.type, column.min, column.max) == ("date", "2024-02-28T23:59:00", "2024-02-29T13:05:30")


def test_a_day_that_does_not_exist_makes_the_column_text():
    table, column = column_of(["2023-02-29", "2024-02-29", "2024-02-29"])
    assert column.type == "text"
    assert table.frame["value"][0] == "2023-02-29"


# Roles and figures


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("count", ["7", "5", "6", "8"]),  # whole numbers without a gap, in any order
        ("code", ["A-1", "B-7", "C-2", "A-3"]),  # differ on every row, no blanks inside
        ("code", ["0001", "0002", "0003", "0007"]),
        ("customer_id", ["10", "99", "10", "57"]),  # named like one: 3 of 4 differ
        ("CustomerID", ["10", "99", "10", "57"]),
        ("order no", ["10", "99", "10", "57"]),
        ("ID", ["10", "99", "10", "57"]),
        ("customer key", ["b", "a", "a", "c"]),
    ],
)
def test_an_identifier_is_refused(name, cells):
    _, column = column_of(cells, name=name)
    assert column.role == "id"
    assert column.refusal == "an identifier: it tells customers apart, not groups"


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("spend", ["10.5", "11.5", "12.5", "13.5"], "number"),
        ("spend", ["5", "6", "7", "9"], "number"),
        ("visits", ["1", "4", "1", "2"], "number"),  # from 1 to 4 on four rows, but 1 stands twice
        ("customer_id", ["10", "99", "10", "99"], "number"),  # 2 of 4 differ: half is not enough
        ("paid", ["10", "99", "10", "57"], "number"),  # "id" ends the word but is no word
        ("CASINO", ["10", "99", "10", "57"], "number"),
        ("review", ["very good", "quite bad", "so so", "no idea"], "text"),
    ],
)
def test_what_only_resembles_an_identifier_is_none(name, cells, role):
    assert column_of(cells, name=name)[1].role == role


def test_a_number_is_described_by_its_figures():
    # 0, 0, 6, 12: mean 18/4, median (0 + 6)/2; twelve bins of width 1, the largest value in the last one.
    _, column = column_of(["0", "12", "0", "6"])
    assert (column.role, column.refusal) == ("number", None)
    assert (column.mean, column.min, column.max, column.typical) == (4.5, 0, 12, 3)
    assert (column.missing, column.distinct) == (0, 3)
    assert column.distribution == (2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)


def test_a_column_that_differs_by_rounding_errors_is_described():
    _, column = column_of(["0.3", "0.30000000000000004", "0.3"])
    assert (column.distinct, sum(column.distribution)) == (2, 3)


def test_a_category_is_described_by_its_levels():
    _, column = column_of(["red", "blue", "red", "green", "red", "blue", "red", "blue", "red"])
    assert (column.role, column.refusal) == ("category", "a category, not a number")
    assert (column.distinct, column.typical, column.distribution) == (3, "red", (5, 3, 1))


def test_text_with_more_levels_than_a_third_of_the_rows_is_no_category():
    # 3 levels on 8 rows: 3 > 8 / 3
    _, column = column_of(["red", "blue", "red", "green", "red", "blue", "red", "blue"])
    assert (column.role, column.refusal) == ("text", "text, not a number")


def test_text_of_more_than_fifty_levels_is_no_category():
    levels = [f"city {number}" for number in range(51)]
    assert column_of(levels * 3)[1].role == "text"
    assert column_of(levels[:50] * 3)[1].role == "category"


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["5", "5.0", "5"], "5"),
        (["1234567", "", "1234567"], "1,234,567"),
        (["yes", "yes", "yes"], "True"),
        (["2024-02-29", "2024-02-29", "2024-02-29"], "2024-02-29"),
        (["same", "same", "same"], "same"),
        (["x" * 50] * 3, "x" * 39 + "…"),
    ],
)
def test_a_column_of_one_value_is_constant_and_the_value_is_told(cells, shown):
    _, column = column_of(cells)
    assert (column.role, column.distinct) == ("constant", 1)
    assert column.refusal == f"constant: every value is {shown}"


def test_a_column_without_a_value_is_empty():
    _, column = column_of(["", "n/a", "?", " "])
    assert (column.type, column.role) == ("text", "empty")
    assert (column.missing, column.distinct, column.refusal) == (4, 0, "empty: no row has a value")


def test_columns_that_can_build_segments_are_the_numbers_that_differ():
    table = read_table(b"id,spend,flat,void,word,since\n1,2.5,7,,a b,2024-01-01\n2,3,7,,b c,2024-01-02\n3,9,7,,c d,\n")
    assert table.usable_columns == ("id", "spend")


# Headers


def test_a_header_that_stands_twice_is_numbered_and_told():
    table = read_table(b"length,width,length\n1,2,3\n4,5,7\n8,9,9\n")
    assert table.text.column_names == ["length", "width", "length_2"]
    assert table.notes == ('"length" stands twice in the header; it is called "length_2" here.',)
    assert table.frame["length_2"].tolist() == [3, 7, 9]


def test_a_number_that_is_taken_is_passed_over():
    assert read_table(b"a,a,a_2,a\n1,2,3,4\n1,2,3,5\n1,2,3,6\n").text.column_names == ["a", "a_3", "a_2", "a_4"]


def test_a_column_without_a_name_is_called_by_its_place():
    table = read_table(b"a,,b\n1,2,3\n1,2,4\n1,2,9\n")
    assert table.text.column_names == ["a", "column 2", "b"]
    assert table.notes == ('column 2 has no name; it is called "column 2" here.',)


def test_a_column_without_a_name_takes_no_other_columns_name():
    table = read_table(b" ,column 1,\n1,2,3\n1,2,4\n1,2,9\n")
    assert table.text.column_names == ["column 1_2", "column 1", "column 3"]


# Ragged rows


def test_a_short_row_keeps_its_place_and_takes_no_part():
    table = read_table(b"a,b,c\n1,2,3\n4,5\n7,8,9\n10,11,13\n")
    assert table.set_aside == {1: "2 of 3 fields"}
    assert rows_of(table) == [["1", "2", "3"], ["4", "5", ""], ["7", "8", "9"], ["10", "11", "13"]]
    assert table.notes == ("1 row with too many or too few fields is kept but takes no part (line 3).",)


def test_a_long_row_keeps_what_is_too_much_in_its_last_cell():
    table = read_table(b"a;b\n1;2\n4;5;6;7\n7;8\n10;11\n")
    assert table.set_aside == {1: "4 of 2 fields"}
    assert rows_of(table) == [["1", "2"], ["4", "5;6;7"], ["7", "8"], ["10", "11"]]


def test_lines_of_ragged_rows_are_counted_as_an_editor_counts_them():
    # Lines: 1 header, 2 blank, 3-4 the first record, 5 of blanks, 6 and 7 the second and third, 8-9 the fourth.
    table = read_table(b'a,b\n\n1,"two\nlines"\n  \n3\n4,5\n"six\nseven"\n8,9\n10,11\n')
    assert table.set_aside == {1: "1 of 2 fields", 3: "1 of 2 fields"}
    assert table.notes == ("2 rows with too many or too few fields are kept but take no part (lines 6, 8).",)
    assert table.text["a"].to_pylist() == ["1", "3", "4", "six\nseven", "8", "10"]


def test_only_the_first_five_lines_of_ragged_rows_are_named():
    table = read_table(b"a,b\n" + b"1,2\n" * 8 + b"3\n" * 7)
    assert table.notes[0] == (
        "7 rows with too many or too few fields are kept but take no part (lines 10, 11, 12, 13, 14, …)."
    )


def test_first_and_last_rows_may_be_ragged():
    table = read_table(b"a,b\n1\n2,3\n4,5\n6,7,8\n")
    assert table.set_aside == {0: "1 of 2 fields", 3: "3 of 2 fields"}
    assert table.text["a"].to_pylist() == ["1", "2", "4", "6"]


def test_cells_of_ragged_rows_decide_nothing():
    # The second row is short of its first field: its word stands among the numbers and its 900 among the words.
    table = read_table(b"spend,word,visits\n1.5,a b,3\nc d,900\n2.5,a b,5\n8,c d,9\n")
    spend, _, visits = table.columns
    assert (spend.type, spend.missing, spend.distinct) == ("number", 0, 3)
    assert (spend.mean, spend.max) == (4, 8)  # (1.5 + 2.5 + 8) / 3
    assert (visits.type, visits.max) == ("number", 9)
    assert table.frame["spend"].isna().tolist() == [False, True, False, False]
    assert table.n_missing == 0


def test_a_column_with_values_in_ragged_rows_only_is_empty():
    table = read_table(b"a,b,c\n1,,2\n3,8\n4,,5\n6,,9\n")
    assert table.columns[1].role == "empty"


def test_random_ragged_tables_have_every_row_in_its_place():
    rng = random.Random(0)
    for _ in range(60):
        width, delimiter = rng.randint(2, 5), rng.choice(",;\t|")
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator=rng.choice(["\n", "\r\n"]))
        writer.writerow([f"c{position}" for position in range(width)])
        rows, reasons, lines = [], {}, []
        for _ in range(rng.randint(9, 25)):
            out.write(rng.choice(["", "", "", "\n", "   \n"]))
            cells = [rng.choice(["7", "12", "two\nlines", 'q"q', "a b"]) for _ in range(width + 3)]
            n_fields = width
            if rng.random() < 0.2:
                n_fields = rng.choice([n for n in range(1, width + 4) if n != width])
                reasons[len(rows)] = f"{n_fields} of {width} fields"
                lines.append(out.getvalue().count("\n") + 1)
            writer.writerow(cells[:n_fields])
            too_much = delimiter.join(cells[width - 1 : n_fields])
            rows.append(
                [*cells[: width - 1], too_much] if n_fields >= width else cells[:n_fields] + [""] * (width - n_fields)
            )
        if 2 * len(reasons) > len(rows):
            continue
        table = read_table(out.getvalue().encode())
        assert rows_of(table) == rows, out.getvalue()
        assert table.set_aside == reasons
        if lines:
            assert ", ".join(str(line) for line in lines[:5]) in table.notes[0]


def test_a_large_file_is_read_over_the_borders_of_its_blocks():
    # A block is 16 MiB; 17,000 rows of 20 times 50 characters in a quoted cell are 17.3 MB. 21 lines a row, and 1 for
    # "7": it begins in line 2 + 10 * 21, the other in line 2 + 16,989 * 21 + 1.
    cell = ("x" * 50 + "\n") * 20
    rows = [[str(number % 977), cell] for number in range(17_000)]
    lines = [f'{number},"{cell}"' for number, _ in rows]
    lines[10], lines[16_990] = "7", "1,2,3"
    rows[10], rows[16_990] = ["7", ""], ["1", "2,3"]
    table = read_table(("a,b\n" + "\n".join(lines)).encode())
    assert table.set_aside == {10: "1 of 2 fields", 16_990: "3 of 2 fields"}
    assert table.notes[0].endswith("(lines 212, 356,772).")
    assert rows_of(table) == rows


def test_a_file_where_most_lines_are_ragged_is_refused():
    with pytest.raises(UnreadableFile) as refusal:
        read_table(b"a\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", name="report.csv", options=ReadOptions(header=1))
    assert str(refusal.value) == (
        "report.csv is not a table: 4 of its lines do not have the 1 field of the first line. "
        "Save it as CSV with one header line and one row per customer."
    )


def test_a_file_where_half_the_lines_are_ragged_is_still_a_table():
    table = read_table(b"a,b\n1,2\n3\n4,5\n6\n7,9\n8\n")
    assert (table.n_rows, len(table.set_aside)) == (6, 3)
    with pytest.raises(UnreadableFile, match="4 of its lines do not have the 2 fields"):
        read_table(b"a,b\n1,2\n3\n4,5\n6\n7,9\n8\n10\n")


# Quotation marks that are not closed


@pytest.mark.parametrize("field", ['"3,4', '3,"4'], ids=["first", "last"])
def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_line(field):
    # In the last field it would make one cell of all that follows, and no row would be ragged.
    lines = ["a,b", "1,2", "2,3", "3,4", field, "5,6", "7,9"]
    with pytest.raises(UnreadableFile) as refusal:
        read_table("\n".join(lines).encode(), name="c.csv")
    assert str(refusal.value) == (
        "c.csv cannot be read as a table: a quotation mark opened in line 5 is not closed. "
        "Correct that line and upload the file again."
    )


def test_a_quotation_mark_that_is_not_closed_is_found_in_utf_16_and_behind_others():
    # The sign ∂ is U+2202: in UTF-16 one of its bytes is that of a quotation mark, and makes their number even.
    text = 'a,b\n1,"x"\n2,"two\nlines"\n3,∂\n5,"6\n7,9\n'
    with pytest.raises(UnreadableFile, match=r"opened in line 6 is not closed"):
        read_table(text.encode("utf-16"))


def test_a_single_quotation_mark_inside_a_cell_is_text():
    table = read_table(b'size,price\n5" pipe,2\n7 inch,4\n"a ""b""",7\n')
    assert table.text["size"].to_pylist() == ['5" pipe', "7 inch", 'a "b"']


# Too little, and what is no table


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n\t\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(content):
    with pytest.raises(UnreadableFile) as refusal:
        read_table(content, name="c.csv")
    assert str(refusal.value) == "c.csv is empty. Choose a file with a header line and one row per customer."


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (b"a,b", "no rows"),
        (b"a,b\n", "no rows"),
        (b"a,b\n\n \n", "no rows"),
        (b"a,b\n1,2", "only one row"),
        (b"a,b\n1,2\n", "only one row"),
        (b"a,b\n1,2\n3,4\n", "only two rows"),
    ],
)
def test_fewer_than_three_rows_are_refused(content, held):
    with pytest.raises(TooFewRows) as refusal:
        read_table(content, name="c.csv")
    assert str(refusal.value) == (
        f"c.csv holds {held} below its header line; segments need at least 3 customers. "
        "Choose a table with one row per customer."
    )


def test_three_rows_are_enough():
    assert read_table(b"a,b\n1,2\n3,4\n5,7").n_rows == 3


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"GIF89a\x01\x00\x01\x00", "a picture"),
        (b'{"customers": []}', "a JSON file"),
        (b'{\n  "a": 1,\n  "b": 2\n}\n', "a JSON file"),
        (b'[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n]\n', "a JSON file"),
        (b'\xef\xbb\xbf[{"a": 1}]', "a JSON file"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        (b"\n <HTML>\n<body></body></HTML>", "a web page"),
        (b"<table><tr><td>1</td></tr></table>", "a web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><rows/>', "an XML file"),
        (b"<rows>\n<row><a>1</a></row>\n</rows>", "an XML file"),
        ("<html><body><table></table></body></html>".encode("utf-16"), "a web page"),
        (b'<!-- made by X -->\n<meta charset="utf-8">\n<table><tr><td>1</td></tr></table>', "a web page"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html><html><body></body></html>', "a web page"),
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook></Workbook>',
            "a workbook in the XML format of Excel 2003",
        ),
        (b'[["id", "x"], [1, 2], [3, 4], [5, 6]]', "a JSON file"),
        (b'{"id": 1}\n{"id": 2}\n{"id": 3}\n{"id": 4}\n', "a JSON file"),
        (b"RIFF\x00\x10\x00\x00WEBPVP8 ", "a picture"),
        (b"$FL2@(#) SPSS DATA FILE", "a file of SPSS"),
    ],
)
def test_another_format_named_csv_is_refused_by_its_name(content, kind):
    with pytest.raises(UnreadableFile) as refusal:
        read_table(content, name="c.csv")
    remedy = {
        "a web page": "Many systems call it a table all the same: open it in Excel and save it as .xlsx or CSV.",
        "a JSON file": "Export the customers as CSV, or as a workbook, where they come from.",
        "a workbook in the XML format of Excel 2003": "Open it in Excel and save it as .xlsx or CSV.",
    }.get(kind, "Open it where it was made and save it as CSV.")
    assert str(refusal.value) == f"c.csv is {kind}, not a CSV file. {remedy}"


@pytest.mark.parametrize(
    "header", ["PAR1,PAR2", "<18,18-25", "{a},{b}", "[x],[y]", "%P,%D", "<id>,<name>", "orc,x", "form,x"]
)
def test_a_header_that_only_begins_like_another_format_is_read(header):
    table = read_table(f"{header}\n1,2\n3,4\n5,7\n".encode())
    assert table.text.column_names == header.split(",")


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,\x004\n5,7\n",
        "a,b\n1,2\n3,4\n5,7\n".encode("utf-32"),
        bytes(range(1, 256)) * 40,
        random.Random(0).randbytes(3000).replace(b"\x00", b"\x01"),
        b"name,age\n\x07\xe9\x01,2\n\x03,4\nx,7\n",
    ],
    ids=["nul", "utf-32", "all bytes", "random bytes", "control characters"],
)
def test_bytes_that_are_no_text_are_refused(content):
    with pytest.raises(UnreadableFile) as refusal:
        read_table(content, name="c.csv")
    assert str(refusal.value) == "c.csv is not a text file. Save the table as CSV (UTF-8) and upload that."


# Where the bytes come from, and what is told of the reading


def test_path_bytes_and_file_give_the_same_table(tmp_path, four_points):
    path = tmp_path / "points.csv"
    path.write_bytes(four_points)
    with path.open("rb") as file:
        sources = [path, str(path), four_points, bytearray(four_points), memoryview(four_points), file]
        tables = [read_table(source) for source in sources]
    assert {table.digest for table in tables} == {tables[0].digest}
    assert all(rows_of(table) == rows_of(tables[0]) for table in tables)


def test_a_path_gives_the_name_and_a_given_name_wins(tmp_path, four_points):
    path = tmp_path / "points.csv"
    path.write_bytes(four_points)
    assert read_table(path).reading.file_name == "points.csv"
    assert read_table(path, name="mine.csv").reading.file_name == "mine.csv"
    assert read_table(four_points).reading.file_name == "The file"


def test_the_reading_is_told(messy_bytes):
    reading = read_table(messy_bytes, name="kunden.csv").reading
    assert (reading.file_name, reading.delimiter, reading.encoding) == ("kunden.csv", ";", "utf-8-sig")
    assert reading.n_bytes == len(messy_bytes)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "gone.csv"
    with pytest.raises(UnreadableFile) as refusal:
        read_table(path)
    assert str(refusal.value) == f"{path} cannot be opened: No such file or directory. Check the path."


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"cannot be opened: Is a directory\. Check the path\."):
        read_table(tmp_path)


def test_the_digest_is_of_the_content_and_not_of_the_name(four_points):
    digest = read_table(four_points, name="a.csv").digest
    assert read_table(four_points, name="b.csv").digest == digest
    assert read_table(four_points.replace(b"10,2", b"10,3")).digest != digest
    assert read_table(four_points + b"\n").digest != digest


def test_reading_twice_gives_equal_values(messy_bytes):
    first, second = read_table(messy_bytes), read_table(messy_bytes)
    assert first.text.equals(second.text)
    assert first.columns == second.columns
    pd.testing.assert_frame_equal(first.frame, second.frame)


def test_a_table_cannot_be_changed_by_accident(messy_bytes):
    table = read_table(messy_bytes)
    with pytest.raises(FrozenInstanceError):
        table.digest = ""
    with pytest.raises(TypeError):
        table.set_aside[0] = "no reason"


def test_a_messy_file_is_read_as_a_person_would(messy_bytes):
    table = read_table(messy_bytes)
    assert rows_of(table) == [
        ["0001", "München", "1.234,50", "10", "gut"],
        ["0002", "Bad\r\nHomburg", "12,50", "n/a", ""],
        ["0003", "Köln", "7,25", "30", ""],
        ["0004", "Ulm; Mitte", "-", "40", 'sagt "gut"'],
        ["0005", "Jena", "+3,00", "40", "gut"],
    ]
    assert [(column.name, column.type, column.role, column.missing) for column in table.columns] == [
        ("Kunde", "text", "id", 0),
        ("Ort", "text", "text", 0),
        ("Umsatz", "number", "number", 1),
        ("Umsatz_2", "number", "number", 1),
        ("column 5", "text", "category", 1),
    ]
    assert table.set_aside == {2: "4 of 5 fields"}
    assert table.notes == (
        '"Umsatz" stands twice in the header; it is called "Umsatz_2" here.',
        'column 5 has no name; it is called "column 5" here.',
        "1 row with too many or too few fields is kept but takes no part (line 6).",
    )
    assert table.frame["Umsatz"].tolist() == pytest.approx([1234.5, 12.5, np.nan, np.nan, 3], nan_ok=True)


# Real files with the faults of real files: figures from the README beside them


@pytest.mark.skipif(not INTAKE_CASES, reason="INTAKE_CASES does not name the folder of real files")
class TestRealFiles:
    @staticmethod
    def read(name):
        table = read_table(Path(INTAKE_CASES) / name)
        return table, {column.name: column for column in table.columns}

    @pytest.mark.parametrize(
        ("name", "n_rows", "n_columns"),
        [
            ("wholesale_bom.csv", 440, 8),
            ("campaign_tab.csv", 2240, 29),
            ("telco.csv", 7043, 21),
            ("fom_decimal.csv", 300, 7),
            ("dup_headers.csv", 210, 7),
            ("ragged.csv", 183, 8),
            ("mixed_types.csv", 19, 5),
            ("cdnow.csv", 2357, 4),
        ],
    )
    def test_rows_and_columns_are_complete(self, name, n_rows, n_columns):
        table, columns = self.read(name)
        assert (table.n_rows, len(columns)) == (n_rows, n_columns)

    def test_every_cell_is_what_the_csv_module_reads(self):
        for path in sorted(Path(INTAKE_CASES).glob("*.csv")):
            table = read_table(path)
            with path.open(encoding=table.reading.encoding, newline="") as file:
                header, *rows = csv.reader(file, delimiter=table.reading.delimiter)
            found = rows_of(table)
            assert len(found) == len(rows)
            for position, row in enumerate(rows):
                assert found[position] == row + [""] * (len(header) - len(row)), (path.name, position)

    def test_a_bom_is_no_part_of_the_first_header(self):
        table, _ = self.read("wholesale_bom.csv")
        assert table.text.column_names[0] == "Channel"
        assert table.frame["Fresh"].sum() == 5_280_131

    def test_tabs_in_a_file_named_csv_are_found(self):
        table, columns = self.read("campaign_tab.csv")
        income = columns["Income"]
        assert (income.missing, round(income.mean, 2), income.max) == (24, 52_247.25, 666_666)
        assert columns["ID"].role == "id"
        assert [column.name for column in table.columns if column.role == "constant"] == ["Z_CostContact", "Z_Revenue"]

    def test_blank_cells_among_numbers_are_missing(self):
        _, columns = self.read("telco.csv")
        assert (columns["TotalCharges"].missing, round(columns["TotalCharges"].mean, 2)) == (11, 2283.30)
        assert (columns["customerID"].type, columns["customerID"].role) == ("text", "id")

    def test_decimal_commas_are_read(self):
        _, columns = self.read("fom_decimal.csv")
        assert round(columns["streaming_cost"].mean, 4) == 16.0492
        assert round(columns["income"].mean, 1) == 50_975.2

    def test_both_columns_of_one_header_are_kept(self):
        table, columns = self.read("dup_headers.csv")
        assert (round(columns["length"].mean, 5), round(columns["length_2"].mean, 5)) == (5.56392, 5.40739)
        assert table.n_missing == 4

    def test_four_ragged_rows_are_named_by_their_lines(self):
        table, _ = self.read("ragged.csv")
        lines = Path(INTAKE_CASES, "ragged.csv").read_text(encoding="utf-8").splitlines()
        assert set(table.set_aside.values()) == {"7 of 8 fields"}
        assert table.notes[0].endswith("(lines 121, 172, 175, 179).")
        assert [lines[line - 1].count(",") for line in (121, 172, 175, 179)] == [6] * 4

    def test_blank_amounts_beside_text_stay_numbers(self):
        _, columns = self.read("mixed_types.csv")
        assert (columns["Salary"].type, columns["Bonus"].type) == ("number", "number")

    def test_a_clean_file_adds_up(self):
        table, _ = self.read("cdnow.csv")
        assert table.frame["frequency"].sum() == 2457
        assert table.notes == ()
