"""Exports as the wild holds them, bytes in and table out."""

import re

import pytest

from clustering.errors import InvalidColumns, InvalidSetting, UnreadableFile
from clustering.table import ColumnOptions, ReadOptions, read_again, read_table


def table_of(*lines, encoding="utf-8", **options):
    return read_table("".join(f"{line}\n" for line in lines).encode(encoding), options=ReadOptions(**options))


def column(table, name):
    return next(column for column in table.columns if column.name == name)


def figures(table, name):
    found = column(table, name)
    return found.type, found.missing, found.mean


# Rows that are no customers


def test_a_total_below_the_table_takes_no_part():
    table = table_of("name;city;spend", *(f"C{i};Rome;{i},5" for i in range(6)), "Summe;;18,0")
    assert dict(table.set_aside) == {6: "a total"}
    assert figures(table, "spend") == ("number", 0, 3.0)
    assert table.notes == ("Row 7 of the table is a total, no customer: kept, but takes no part.",)


def test_a_total_without_a_gap_is_known_by_its_sum():
    rows = [f"C{i},{i}.5" for i in range(6)]
    assert dict(table_of("name,spend", *rows, "Total,18").set_aside) == {6: "a total"}
    assert dict(table_of("name,spend", *rows, "Total,12").set_aside) == {}


def test_a_remark_below_the_table_takes_no_part():
    table = table_of("a;b;c", *(f"{i};x{i};{i}" for i in range(6)), "exported by the shop;;", "Total;;15")
    assert dict(table.set_aside) == {6: "a remark below the table", 7: "a total"}


def test_a_customer_called_total_further_up_is_one():
    table = table_of("name,city,spend", "Total,,5", *(f"C{i},Rome,{i}" for i in range(9)))
    assert dict(table.set_aside) == {}


def test_a_header_in_the_middle_takes_no_part():
    table = table_of("name,spend", "A,1", "B,2", "name,spend", "C,4", "D,5")
    assert dict(table.set_aside) == {2: "the header once more"}
    assert figures(table, "spend") == ("number", 0, 3.0)


# Above the table


def test_comments_above_the_header_are_no_part_of_the_table():
    table = table_of("# exported by a tool", "# 2024-01-01, a, b", "a,b,c", *(f"{i},x{i},{i}.5" for i in range(9)))
    assert table.text.column_names == ["a", "b", "c"]
    assert table.n_rows == 9


def test_a_header_that_begins_with_a_hash_stays_one():
    assert table_of("#order,spend", "#1,5", "#2,7", "#3,9").text.column_names == ["#order", "spend"]


def test_units_over_most_numbers_take_no_part():
    table = table_of("id,weight,price", "-,kg,EUR", *(f"{i},{i}.5,{i}.25" for i in range(9)))
    assert figures(table, "weight") == ("number", 0, 4.5)


# Cells


@pytest.mark.parametrize("gap", ["--", "–", "—", ".", "n.a.", "k.A.", "(blank)", "<NA>", "#DIV/0!", "#REF!"])
def test_a_sign_for_nothing_is_a_missing_value(gap):
    assert figures(table_of("id,v", "a,1.5", f"b,{gap}", "c,2.5"), "v") == ("number", 1, 2.0)


@pytest.mark.parametrize("gap", ["None", "missing", "(not set)", "Not available"])
def test_a_word_for_nothing_is_missing_among_numbers_and_an_answer_in_text(gap):
    table = table_of("id,v,t", "a,1.5,x", f"b,{gap},{gap}", "c,2.5,x")
    assert figures(table, "v") == ("number", 1, 2.0)
    assert table.notes == (f'"v": 1 cell says "{gap}"; counted as missing.',)
    assert column(table, "t").missing == 0


def test_a_date_of_zeros_is_a_missing_value():
    table = table_of("id,d", "a,2024-01-02", "b,0000-00-00", "c,2024-01-04")
    assert (column(table, "d").type, column(table, "d").missing) == ("date", 1)


def test_a_few_bounds_are_read_as_the_bound_and_told():
    table = table_of("id,share", *(f"{i},{10 + i}.00%" for i in range(9)), "9, < 10%")
    assert figures(table, "share") == ("number", 0, pytest.approx((9 * 14 + 10) / 10))
    assert "holds bounds such as < 10" in table.notes[0]


def test_ranges_are_no_bounds():
    rows = (f"{i},{['<20k', '20-40k', '>40k'][i % 3]},{['<18', '>65'][i % 2]}" for i in range(30))
    table = table_of("id,income,age", *rows)
    assert [column(table, name).type for name in ("income", "age")] == ["text", "text"]


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "{} TL"),
        ("utf-8", "R$ {}"),
        ("cp1250", "{} Kč"),
        ("cp1250", "{} zł"),
        ("cp1251", "{} руб."),
        ("cp932", "￥{}"),
        ("cp932", "{}円"),
        ("gb18030", "{}元"),
    ],
)
def test_amounts_with_the_signs_of_many_countries_are_numbers(encoding, written):
    header = {"cp1251": "Покупатель", "cp932": "名前", "gb18030": "姓名"}.get(encoding, "name")
    rows = [f"{header}{i};{written.format(f'{i}.234,5')}" for i in range(1, 6)]
    assert figures(table_of(f"{header};v", *rows, encoding=encoding), "v") == ("number", 0, 3234.5)


def test_lakhs_are_numbers():
    table = table_of("id,v", 'a,"1,23,456.50"', 'b,"12,34,567.50"', 'c,"12,345.50"')
    assert table.frame["v"].tolist() == [123456.5, 1234567.5, 12345.5]


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("Mon Jan 01 2024", "2024-01-01"),
        ("Monday, January 1, 2024", "2024-01-01"),
        ("1. Januar 2024", "2024-01-01"),
        ("1er janv. 2024", "2024-01-01"),
        ("1 de enero de 2024", "2024-01-01"),
        ("1 gen 2024", "2024-01-01"),
        ("2024-01", "2024-01-01"),
        ("01JAN2024", "2024-01-01"),
        ("2024年1月1日", "2024-01-01"),
        ("2024-01-01 10:00:00 UTC", "2024-01-01T10:00:00"),
    ],
)
def test_dates_with_words_are_recognised(cell, first):
    table = table_of("id;d", f"a;{cell}", f"b;{cell.replace('2024', '2025')}", f"c;{cell.replace('2024', '2026')}")
    assert (column(table, "d").type, column(table, "d").min) == ("date", first)


def test_years_and_months_that_are_none_stay_text():
    assert column(table_of("id,d", "a,2024-01", "b,2024-13", "c,2024-02"), "d").type == "text"


# Quotation marks and delimiters


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['"id,name,x"', '"1,""a, b"",1.5"', '"2,c,2.5"', '"3,d,3.5"'], "Every line stands between quotation marks"),
        (["id,name,x", '"1,""a, b"",1.5"', '"2,c,2.5"', '"3,d,3.5"'], "Every line stands between quotation marks"),
        (["id, name, x", '1, "a, b", 1.5', '2, "c", 2.5', '3, "d", 3.5'], "Blanks in front of quotation marks"),
        (["id,name,x", r'1,"a \"the\", b",1.5', '2,"c",2.5', '3,"d",3.5'], "a backslash in front"),
        (["'id','name','x'", "'1','a, b','1.5'", "'2','c','2.5'", "'3','d','3.5'"], "single quotation marks"),
    ],
)
def test_quotation_marks_in_a_way_of_their_own_are_understood(lines, told):
    table = table_of(*lines)
    assert table.text.column_names == ["id", "name", "x"]
    assert figures(table, "x") == ("number", 0, 2.5)
    assert told in table.notes[0]


def test_a_quoted_column_of_sentences_is_one_column():
    table = table_of("comment", '"good, cheap"', '"bad, dear"', '"fine, so so"', '"ok, well"')
    assert table.text.column_names == ["comment"]
    assert table.notes == ()


def test_a_single_column_of_decimal_commas_is_one_column():
    table = table_of("umsatz", "1,5", "2,5", "12,5")
    assert figures(table, "umsatz") == ("number", 0, 5.5)


@pytest.mark.parametrize("end", [b"\x1a", bytes(512)])
def test_what_fills_up_the_last_block_is_no_row(end):
    table = read_table(b"a,b\n1,x\n2,y\n4,z\n" + end)
    assert (table.n_rows, dict(table.set_aside)) == (3, {})


def test_a_few_strays_do_not_spoil_the_names_of_a_utf_8_file():
    rows = "".join(f"Müller,{i}\n" for i in range(9)).encode() + "Jörg,9\n".encode("cp1252")
    table = read_table(b"name,x\n" + rows)
    assert table.text["name"].to_pylist() == ["Müller"] * 9 + ["Jörg"]
    assert table.reading.encoding == "utf-8"
    assert table.notes == ("Some characters are not UTF-8 like the rest of the file; they are read as cp1252.",)


# Roles


SCORED = [
    f"c{i},{i * 3 % 97},{i * 7 % 31},{i * 11 % 501}.5,{i % 5 + 1},{i * 3 % 5 + 1},{i // 3 % 5 + 1}" for i in range(99)
]


@pytest.mark.parametrize(
    "names",
    ["recency_score,frequency_score,monetary_score", "R,F,M", "R_Score,F Score,mscore", "r_quintile,F_rank,m_tile"],
)
def test_scores_of_customers_are_not_suggested_beside_what_they_are_made_of(names):
    table = table_of(f"customer,last,orders,spend,{names}", *SCORED)
    assert [c.role for c in table.columns] == ["id", "number", "number", "number", "ordered", "ordered", "ordered"]
    assert table.columns[4].refusal == "a score that is cut from other columns: as a number it would count them twice"


def test_scores_alone_and_satisfaction_stay_numbers():
    rows = [",".join(row.split(",")[4:]) for row in SCORED]
    assert [c.role for c in table_of("recency_score,f_score,m_score", *rows).columns] == ["number"] * 3
    assert column(table_of("id,last,x,spend,credit_score,score,m", *SCORED), "score").role == "number"


def test_the_user_can_make_a_number_of_a_score():
    options = (ColumnOptions("R_score", role="number"),)
    table = table_of("customer,last,orders,spend,R_score,F_score,M_score", *SCORED, columns=options)
    assert column(table, "R_score").refusal is None


def test_postal_codes_and_telephone_numbers_are_no_amounts():
    rows = [f"{10001 + i * 7919 % 80000},{5550100000 + i * 7919 % 80000},{i * 1.5}" for i in range(99)]
    assert [c.role for c in table_of("Shipping Zip,phone,spend", *rows).columns] == ["category", "id", "number"]


# Numbers with a point that may stand between thousands


def test_dollars_do_not_tell_how_the_other_columns_are_written():
    rows = [f'{i};5.{258 + i};"${i + 3},434.50"' for i in range(6)]
    table = table_of("k;umsatz;usd", *rows)
    assert figures(table, "umsatz")[2] == pytest.approx(5260.5)
    assert figures(table, "usd")[2] == pytest.approx(5934.5)
    assert "Read as 5258 until you say" in table.notes[0]


@pytest.mark.parametrize("other", ["1,5", "1.234.567", "1.234,5"])
def test_other_columns_of_german_writing_make_thousands_likelier(other):
    rows = [f"x{i};5.{258 + i};{other};0.5" for i in range(6)]
    assert figures(table_of("k;umsatz;other;half", *rows), "umsatz")[2] == pytest.approx(5260.5)


# Reading again


CONTENT = b"a;b;c\n1;2;3\n4;5;6\n7;8;9\n2;2;1\n"


def test_what_was_set_for_a_column_that_is_gone_is_dropped_and_told():
    table = read_table(CONTENT, options=ReadOptions(columns=(ColumnOptions("b", role="category"),)))
    again = read_again(CONTENT, table, ReadOptions(delimiter=",", columns=table.options.columns))
    assert again.text.column_names == ["a;b;c"]
    assert again.options == ReadOptions(delimiter=",")
    assert again.notes[0] == 'What was set for "b" does not fit the file as it is read now: it is dropped.'


def test_what_was_set_for_a_column_that_holds_something_else_now_is_dropped():
    content = b"x;y\nd;e\n1;2\n4;5\n7;8\n"
    table = read_table(content, options=ReadOptions(header=2, columns=(ColumnOptions("e", decimal="."),)))
    assert read_again(content, table, ReadOptions(columns=table.options.columns)).options == ReadOptions()


def test_what_is_set_anew_is_refused_where_it_cannot_be_had():
    table = read_table(b"a,t\n1,x\n2,y\n3,z\n")
    options = ReadOptions(columns=(ColumnOptions("t", type="number"),))
    with pytest.raises(InvalidSetting, match='"t" does not hold numbers'):
        read_again(b"a,t\n1,x\n2,y\n3,z\n", table, options)
    with pytest.raises(InvalidColumns, match='no column "q"'):
        read_again(b"a,t\n1,x\n2,y\n3,z\n", table, ReadOptions(columns=(ColumnOptions("q"),)))


# As public data sets have them


def test_rows_of_separators_alone_take_no_part():
    table = table_of("a;b;c", *(f"{i};{i},5;x{i}" for i in range(6)), ";;", ";;", ";;")
    assert dict(table.set_aside) == dict.fromkeys((6, 7, 8), "empty")
    assert figures(table, "b") == ("number", 0, 3.0)
    assert table.notes == ("Rows 7, 8, 9 of the table are empty, no customers: kept, but take no part.",)


def test_two_totals_with_dashes_for_nothing_take_no_part():
    rows = (f"Enabled,Campaign {i},{i}.50,{i}" for i in range(6))
    totals = ("Total: Campaigns,--,99.00,7", "Total: Account,--,99.00,7")
    assert dict(table_of("status,campaign,cost,clicks", *rows, *totals).set_aside) == {6: "a total", 7: "a total"}


@pytest.mark.parametrize(("total", "place"), [(',"$6,015.00",', 6), (',"$6,015.00",', 0), (',"$6,016.00",', None)])
def test_a_sum_without_a_label_is_a_total_at_either_end(total, place):
    rows = [f'Direct {i},"$1,00{i}.00",a' for i in range(6)]
    rows.insert(place or 0, total)
    assert dict(table_of("channel,revenue,kind", *rows).set_aside) == ({} if place is None else {place: "a total"})


def test_a_customer_with_a_gap_and_all_the_spend_of_two_others_stays_one():
    rows = (f"C{i},{i if i > 3 else 0},x" for i in range(6))
    assert dict(table_of("name,spend,kind", *rows, "C7,9,").set_aside) == {}


@pytest.mark.parametrize("gap", ["..", "...", ":"])
def test_signs_of_statistical_offices_are_missing_values(gap):
    assert figures(table_of("id,v", "a,1.5", f"b,{gap}", "c,2.5"), "v") == ("number", 1, 2.0)


def test_stars_are_gaps_among_numbers_and_an_answer_in_text():
    assert figures(table_of("id,v", "a,1.5", "b,***", "c,2.5"), "v") == ("number", 1, 2.0)
    assert column(table_of("id,v", "a,***", "b,****", "c,***"), "v").distinct == 2


def test_flags_behind_numbers_are_left_out_and_told():
    rows = ("AT\t12.3 b", "BE\t: u", "BG\t4.5 ep", *(f"C{i}\t{i}.5 " for i in range(5)))
    table = table_of("geo\t2019 ", *rows)
    assert figures(table, "2019")[:2] == ("number", 1)
    assert table.frame["2019"].tolist()[:3:2] == [12.3, 4.5]
    assert table.notes == ('"2019" has flags such as e or p behind numbers: they are left out.',)


def test_a_suffix_alone_is_no_flag():
    assert table_of("id,v", "a,2 b", "b,3", "c,4", "d,5").frame["v"][0] == 2e9


@pytest.mark.parametrize(
    ("cells", "first"),
    [(["10,000+", "500+", "5,000,000+"], 10_000), (["0", "1", "2", "3", "4+"], 0)],
)
def test_numbers_with_a_plus_behind_are_bounds(cells, first):
    table = table_of("id,v", *(f'{i},"{cell}"' for i, cell in enumerate(cells)))
    assert table.frame["v"][0] == first
    assert table.notes == ('"v" holds bounds such as < 10 or 1000+: these are read as the bound itself.',)


def test_true_and_false_of_a_database_are_booleans_and_a_lone_letter_is_none():
    assert column(table_of("id,v", "a,t", "b,f", "c,t"), "v").type == "boolean"
    assert column(table_of("id,v", "a,f", "b,f", "c,f"), "v").type == "text"


def test_days_written_as_numbers_are_dates_where_the_name_says_so():
    table = table_of("name,order_date", *(f"x{i},2024013{i}" for i in (0, 1)), "x3,20240229")
    assert (column(table, "order_date").min, column(table, "order_date").max) == ("2024-01-30", "2024-02-29")
    assert table.notes == ('"order_date" holds days such as 20240131: it is read as dates.',)
    assert column(table_of("name,order_date", "a,20240131", "b,20240230", "c,20240101"), "order_date").type == "number"


def test_many_different_days_written_as_numbers_are_dates_whatever_the_name():
    assert column(table_of("v,w", *(f"202401{day:02},{day}" for day in range(1, 21))), "v").type == "date"
    assert column(table_of("v,w", *(f"202401{day:02},{day}" for day in range(1, 20))), "v").type == "number"


@pytest.mark.parametrize(("cell", "unit"), [("1433221332", "seconds"), ("1433221332117", "milliseconds")])
def test_seconds_since_1970_are_moments_where_the_name_says_so(cell, unit):
    lines = (f"{i},{int(cell) + i}" for i in range(3))
    table = table_of("id,event_time", *lines)
    assert str(table.frame["event_time"][0])[:19] == "2015-06-02 05:02:12"
    assert table.notes == (f'"event_time" counts the {unit} since 1970: it is read as dates.',)


@pytest.mark.parametrize("name", ["candidate_id", "spend", "updated_by"])
def test_large_numbers_of_another_name_stay_numbers(name):
    assert column(table_of(f"k,{name}", "a,1433221332", "b,1433221399", "c,1433228332"), name).type == "number"


@pytest.mark.parametrize(
    "name", ["CLIENTNUM", "ORDERNUMBER", "visitorid", "household_key", "InvoiceNo", "CUSTOMERID", "product key"]
)
def test_numbers_of_customers_and_orders_are_identifiers_also_where_they_repeat(name):
    table = table_of(f"{name},spend", *(f"{5000 + i * 7 % 90},{i}" for i in range(200)))
    assert column(table, name).role == "id"


@pytest.mark.parametrize("name", ["order_number", "citric acid", "paid", "items", "grid", "PAID"])
def test_counts_and_words_that_end_alike_are_no_identifiers(name):
    table = table_of(f"{name},spend", *(f"{i * 7 % 90},{i}" for i in range(200)))
    assert column(table, name).role == "number"


def test_an_id_of_few_values_is_a_code():
    assert (
        column(table_of("YEAR_ID,spend", *(f"{2003 + i % 3},{i}.5" for i in range(60))), "YEAR_ID").role == "category"
    )


def test_whole_numbers_in_front_without_a_name_are_an_identifier():
    rows = [f"{1000 + i * i},B,{i}.5" for i in range(40)]
    assert column(table_of(*rows), "column 1").role == "id"
    assert column(table_of(",kind,v", *rows), "column 1").role == "id"
    assert column(table_of("spend,kind,v", *rows), "spend").role == "number"


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"% 1. Title: Iris\n%\n@RELATION iris\n\n@ATTRIBUTE width REAL\n\n@DATA\n", "a file of Weka (ARFF)"),
        (b"MATLAB 5.0 MAT-file, Platform: PCWIN64", "a file of MATLAB"),
        (b"RDX3\nX\n", "a file of R"),
    ],
)
def test_a_file_of_another_program_is_named(beginning, kind):
    with pytest.raises(UnreadableFile, match=re.escape(f"is {kind}, not a CSV file. Open it where it was made")):
        read_table(beginning + b"1,2\n3,4\n5,6\n7,8\n")


def test_prose_in_which_no_delimiter_is_found_ends_in_a_table_or_a_refusal():
    prose = (
        "1. Title: Iris Plants Database\n\tUpdated Sept 21 by C.Blake - Added discrepency information\n\n2. Sources:\n"
        "     (a) Creator: R.A. Fisher\n     (b) Donor: Michael Marshall (MARSHALL%PLU@io.arc.nasa.gov)\n"
        "     (c) Date: July, 1988\n\n3. Past Usage:\n   - Publications: too many to mention!!!  Here are a few.\n"
    )
    assert read_table((prose * 3).encode()).usable_columns == ()
