"""Where the header stands and what its names become; which rows are none of the customers."""

import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, to_csv
from clustering.errors import InvalidSetting, UnreadableFile
from clustering.table import ReadOptions, read_table


def rows_of(table):
    return [list(row) for row in zip(*(column.to_pylist() for column in table.text.columns), strict=True)]


def names_of(content, **options):
    return read_table(content, options=ReadOptions(**options)).text.column_names


BODY = b"1,2,x\n3,4,y\n5,7,z\n"
ROWS = [["1", "2", "x"], ["3", "4", "y"], ["5", "7", "z"]]


# Names


def test_blanks_around_a_name_are_dropped_and_the_header_is_kept():
    table = read_table(b" a ,\tb,c\xc2\xa0d\n" + BODY)
    assert table.text.column_names == ["a", "b", "c\u00a0d"]
    assert table.headers == (" a ", "\tb", "c\u00a0d")
    assert table.notes == ()


def test_a_line_break_in_a_name_becomes_a_blank():
    table = read_table(b'"yearly \r\n income",b,c\n' + BODY)
    assert table.text.column_names == ["yearly income", "b", "c"]
    assert table.headers[0] == "yearly \r\n income"


def test_names_that_differ_by_blanks_alone_are_numbered():
    table = read_table(b"a , a,a\n" + BODY)
    assert table.text.column_names == ["a", "a_2", "a_3"]
    assert table.headers == ("a ", "a_2", "a_3")


def test_many_renamed_columns_are_told_in_six_notes():
    header = ",".join(["a"] * 20)
    table = read_table("\n".join([header, *(",".join([str(n)] * 20) for n in (1, 2, 5))]).encode())
    assert table.text.column_names[-1] == "a_20"
    assert table.notes[5] == "14 more columns got a new name so."
    assert len(table.notes) == 6


def test_an_export_has_the_headers_as_they_stood():
    table = read_table(b" x ,y\n0,0\n0,2\n10,0\n10,2\n")
    features = prepare(table, FeatureSpec(("x", "y")))
    written = to_csv(label_table(table, fit(features, ClusterSpec(n_clusters=2)))).content
    assert written.startswith("\ufeff x ,y,segment".encode())


def test_columns_without_name_and_value_are_told_and_kept():
    table = read_table(b"a,b,,\n1,2,,\n3,4,,\n5,7,,\n")
    assert [column.role for column in table.columns[2:]] == ["empty", "empty"]
    assert table.notes == ('"column 3", "column 4" hold no value and build no segments.',)
    assert rows_of(table)[0] == ["1", "2", "", ""]


def test_a_delimiter_at_the_end_of_every_row_but_the_header_makes_an_empty_column():
    table = read_table(b"a,b\n1,2,\n3,4,\n5,7,\n")
    assert rows_of(table) == [["1", "2", ""], ["3", "4", ""], ["5", "7", ""]]
    assert table.set_aside == {}


def test_row_numbers_without_a_name_are_a_column_of_their_own():
    table = read_table(b'"a","b"\n"1",5,x\n"2",6,y\n"3",9,z\n')
    assert table.text.column_names == ["column 1", "a", "b"]
    assert table.frame["a"].tolist() == [5, 6, 9]


def test_decimal_commas_between_commas_never_shift_a_column():
    with pytest.raises(UnreadableFile, match="3 of its lines do not have the 2 fields"):
        read_table(b"name,price\nAnn,1,5\nBob,2,5\nCid,3,5\n")


# No header


@pytest.mark.parametrize(
    "first",
    ["1,5.2,3", '"1","5,2","3"', "1,,3", "7,$5,-3"],
)
def test_a_first_record_of_numbers_over_numbers_is_a_row(first):
    table = read_table(f"{first}\n2,6.1,4\n9,5.5,8\n7,7.7,7\n".encode())
    assert table.text.column_names == ["column 1", "column 2", "column 3"]
    assert table.n_rows == 4
    assert table.notes[0] == (
        "Line 1 holds values, not names: it is read as the first row, and the columns are called "
        '"column 1", "column 2" and so on.'
    )


def test_a_date_over_dates_and_a_number_over_numbers_make_a_row():
    assert read_table(b"Ann,2024-01-01,3\nBob,2024-01-02,4\nCid,2024-03-01,9\n").n_rows == 3


def test_words_that_all_come_again_below_are_no_header():
    assert read_table(b"F,yes\nM,no\nF,no\nM,yes\nM,yes\n").n_rows == 5
    assert read_table(b"sex,paid\nF,yes\nM,no\nF,no\nsex,paid\nM,yes\n").n_rows == 5


@pytest.mark.parametrize(
    "header",
    ["name,2019,2020", "0,1,2", "city,sales,", "a,b,c", "age,18-25,26-35"],
)
def test_a_header_that_only_resembles_values_stays_one(header):
    table = read_table(f"{header}\nAnn,12,35\nBob,17,81\nCid,90,36\n".encode())
    assert table.n_rows == 3


def test_years_over_numbers_are_a_header():
    assert names_of(b"2019,2020,2021\n1,2,3\n3,4,5\n5,7,9\n") == ["2019", "2020", "2021"]


# Titles above


def test_a_title_above_the_header_is_told():
    table = read_table(b"Sales report 2024\na,b,c\n" + BODY)
    assert rows_of(table) == ROWS
    assert table.notes == ("The header was taken from line 2: line 1 stands over the table and is no part of it.",)


def test_several_lines_above_the_header_are_told():
    table = read_table(b'"Sales, all regions",,\nmade by,Ann\n\na,b,c\n' + BODY)
    assert rows_of(table) == ROWS
    assert table.notes == (
        "The header was taken from line 4: the 2 lines above stand over the table and are no part of it.",
    )


def test_lines_of_ragged_rows_below_a_title_are_those_of_the_file():
    table = read_table(b"Sales report 2024\n\na,b,c\n1,2,x\n3,4\n5,7,z\n6,7,z\n")
    assert table.set_aside == {1: "2 of 3 fields"}
    assert table.notes[-1].endswith("(line 5).")


def test_a_header_that_lacks_names_is_no_title():
    assert names_of(b"a,,\n1,2,3\n4,5,6\n7,8,10\n") == ["a", "column 2", "column 3"]
    assert names_of(b"name,,city\nAnn,b,Rome\nBob,c,Oslo\nCid,d,Bern\n") == ["name", "column 2", "city"]


def test_a_header_that_only_counts_the_columns_gives_way_to_the_names_below():
    body = "".join(f"{i},{i}0000,{i}.5\n" for i in range(1, 5))
    table = read_table(f",X1,Y2\nID,LIMIT_BAL,default payment next month\n{body}".encode())
    assert table.text.column_names == ["ID", "LIMIT_BAL", "default payment next month"]
    assert (table.n_rows, table.set_aside) == (4, {})
    assert table.notes[0] == (
        "The header was taken from line 2: line 1 only counts the columns and is no part of the table."
    )


def test_names_of_one_letter_over_units_and_numbered_questions_stay_the_header():
    body = "1,2,3\n4,5,6\n7,8,10\n"
    assert names_of(f"a,b,c\nkg,EUR,cm\n{body}".encode()) == ["a", "b", "c"]
    asked = "How many of them do you own,How much do you pay for them,How often do you go there"
    assert names_of(f"Q1,Q2,Q3\n{asked}\n{body}".encode()) == ["Q1", "Q2", "Q3"]


def test_a_line_about_the_file_with_a_width_of_its_own_is_no_header():
    body = "".join(f'{i},50;"S";"EUR";"Müller"\n' for i in range(1, 5))
    table = read_table(f'"EXTF";700;21;"Stapel";13;2021;;\nUmsatz;Soll/Haben;WKZ;Text\n{body}'.encode())
    assert table.text.column_names == ["Umsatz", "Soll/Haben", "WKZ", "Text"]
    assert table.frame["Umsatz"].tolist() == [1.5, 2.5, 3.5, 4.5]


def test_dates_over_numbers_are_a_header():
    body = "".join(f"0{i};Kreis {i};{i}00;{i}50\n" for i in range(1, 6))
    table = read_table(f";Kreis;31.12.2018;31.12.2019\n{body}".encode())
    assert table.text.column_names[2:] == ["31.12.2018", "31.12.2019"]
    assert table.frame["31.12.2018"].sum() == 1500


# Lines that explain


@pytest.mark.parametrize(
    "second",
    ["(years);(EUR);", "[y];[EUR];[-]", "age in years at the end;income of the last full year;name as given by them"],
)
def test_a_line_of_units_or_prose_takes_no_part(second):
    table = read_table(f"age;income;name\n{second}\n31;1,5;Ann\n45;2,5;Bob\n27;3;Cid\n".encode())
    assert table.set_aside == {0: "a second header line"}
    assert table.frame["age"].tolist()[1:] == [31, 45, 27]
    assert table.n_rows == 4
    assert "Line 2 explains the header" in table.notes[0]


def test_two_lines_of_a_questionnaire_take_no_part():
    table = read_table(b'Q1,Q2\nHow old?,How much?\n{"id": 1},{"id": 2}\n31,5\n45,6\n27,7\n')
    assert table.set_aside == {0: "a second header line", 1: "a second header line"}


@pytest.mark.parametrize("second", [",,,Response,Phone,Web", ",,,,Phone,Web"])
def test_a_line_of_answers_to_choose_from_takes_no_part(second):
    body = "".join(f"{i},2021-01-0{i},2021-02-0{i},{20 + i},Phone,\n" for i in range(1, 6))
    header = "Respondent,Start,End,How old are you?,Which of these do you use?,"
    table = read_table(f"{header}\n{second}\n{body}".encode())
    assert table.set_aside == {0: "a second header line"}
    assert [column.type for column in table.columns[:4]] == ["number", "date", "date", "number"]


@pytest.mark.parametrize("row", ["Ann,none,?", "Ann,many,4", "unknown,n/a,-"])
def test_a_row_with_a_slip_is_a_row(row):
    assert read_table(f"name,age,n\n{row}\nBob,45,1\nCid,27,2\nDi,31,3\n".encode()).set_aside == {}


# The user decides


def test_the_header_line_can_be_given():
    content = b"x,y\na,b\n1,2\n3,4\n5,7\n"
    assert names_of(content, header=2) == ["a", "b"]
    assert read_table(content, options=ReadOptions(header=2)).n_rows == 3
    assert names_of(b"1,2\n3,4\n5,7\n8,9\n", header=1) == ["1", "2"]


def test_no_header_can_be_given():
    table = read_table(b"a,b\nc,d\ne,f\n", options=ReadOptions(header=0))
    assert rows_of(table) == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert table.text.column_names == ["column 1", "column 2"]


def test_a_header_line_that_is_not_there_is_refused():
    with pytest.raises(InvalidSetting, match="has no line 9 that could be the header"):
        read_table(b"a,b\n1,2\n3,4\n5,7\n", options=ReadOptions(header=9))


# Rows that stand twice


def test_rows_that_stand_twice_are_counted_and_kept():
    table = read_table(b"a,b\n1,x\n2,x\n1,x\n1,x\n1,y\n")
    assert table.n_rows == 5
    assert table.notes == ("2 rows are exact copies of another row; kept, and every one counts.",)


def test_equal_numbers_written_differently_are_no_copies():
    assert read_table(b"a,b\n1,x\n1.0,x\n2,y\n").notes == ()


def test_copies_are_found_in_text_alone():
    assert "1 row is an exact copy" in read_table(b"a,b\nq,x y\nr,x\nq,x y\ns,z\n").notes[-1]


def test_an_empty_line_in_a_single_column_is_a_row_with_a_missing_cell():
    table = read_table(b"income\n1.5\n\n3.5\n5.5\n\n\n")
    assert table.text["income"].to_pylist() == ["1.5", "", "3.5", "5.5"]
    assert table.columns[0].missing == 1
