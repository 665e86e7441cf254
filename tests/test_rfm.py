"""Purchases into customers: what is recognised, what is counted, every figure derived by hand."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clustering import RfmSpec, read_table, rfm, suggest_features, suggest_rfm
from clustering.__main__ import main
from clustering.errors import InvalidSetting, TooFewRows
from clustering.rfm import NAMES, RULES, fifths, rule_groups, rule_segments, suggest_order

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"

# 0001 has two orders (8.00 on two lines, 3.00) and gave 1.50 back; 0002 has one of 10; 0003 one of 4.25, one for free.
PURCHASES = b"""order,day,customer,amount
1,2024-01-01,0001,6.00
1,2024-01-01,0001,2.00
2,2024-01-03,0002,10.00
3,2024-01-05,,99.00
4,2024-01-08,0001,3.00
5,2024-01-09,0001,-1.50
6,2024-01-10,0003,4.25
7,2024-01-10,0003,0.00
"""
SPEC = RfmSpec("customer", "day", "amount", order="order")


def read(content, name="purchases.csv", **options):
    return read_table(content, name=name, **options)


def cells(table, column):
    """Cells of a column as they are written, by customer."""
    return dict(zip(table.text[0].to_pylist(), table.text[column].to_pylist(), strict=True))


def made(spec=SPEC, content=PURCHASES):
    return rfm(read(content), spec)


def lines(*rows, header="customer,day,amount"):
    return "\n".join([header, *rows, ""]).encode()


# One row per customer


def test_one_row_per_customer_in_order_of_appearance_with_the_id_as_it_stood():
    assert made().text["customer"].to_pylist() == ["0001", "0002", "0003"]


def test_a_return_counts_as_an_appearance():
    table = read(lines("c,2024-01-01,-1", "b,2024-01-02,2", "a,2024-01-03,3", "c,2024-01-04,5"))
    assert rfm(table, RfmSpec("customer", "day", "amount")).text["customer"].to_pylist() == ["c", "b", "a"]


def test_the_columns_have_their_names_and_roles():
    assert [(column.name, column.role) for column in made(content=many(60)).columns] == [
        ("customer", "id"),
        ("recency_days", "number"),
        ("frequency", "number"),
        ("monetary", "number"),
        ("mean_basket", "number"),
        ("first_purchase", "date"),
        ("last_purchase", "date"),
        ("recency_score", "ordered"),
        ("frequency_score", "ordered"),
        ("monetary_score", "ordered"),
        ("rfm_segment", "label"),
    ]


def many(n):
    """Customer i buys i % 7 + 1 times, on days of its own."""
    rows = [
        f"{order * 1000 + i},{date(2024, 1 + order, 1 + i % 28)},C{i:03d},{i + 1}.50"
        for i in range(n)
        for order in range(i % 7 + 1)
    ]
    return lines(*rows, header="order,day,customer,amount")


def test_recency_counts_whole_days_to_the_day_after_the_newest_purchase():
    # The newest purchase is of 2024-01-10, so days are counted to 2024-01-11.
    assert cells(made(), "recency_days") == {"0001": "3", "0002": "8", "0003": "1"}


def test_the_time_of_day_does_not_count():
    table = read(lines("a,2024-01-01 23:59,1", "b,2024-01-02 00:01,1", "c,2024-01-02 12:00,1"))
    assert cells(rfm(table, RfmSpec("customer", "day", "amount")), "recency_days") == {"a": "2", "b": "1", "c": "1"}


def test_a_purchase_of_nobody_known_still_says_until_when_the_file_goes():
    table = read(lines("a,2024-01-01,1", "b,2024-01-01,1", "c,2024-01-01,1", ",2024-01-09,1"))
    assert cells(rfm(table, RfmSpec("customer", "day", "amount")), "recency_days") == {"a": "9", "b": "9", "c": "9"}


def test_purchases_of_long_ago_are_counted_to_the_day_after_the_newest():
    table = read(lines("a,1965-03-01,1", "b,1965-03-02,1", "c,1965-03-04,1"))
    assert cells(rfm(table, RfmSpec("customer", "day", "amount")), "recency_days") == {"a": "4", "b": "3", "c": "1"}


def test_lines_later_than_the_day_of_reference_take_no_part():
    content = PURCHASES + b"8,2024-01-01,0003,1.00\n"
    customers = made(RfmSpec("customer", "day", "amount", order="order", reference=date(2024, 1, 8)), content)
    assert cells(customers, "recency_days") == {"0001": "0", "0002": "5", "0003": "7"}
    assert cells(customers, "monetary") == {"0001": "11.00", "0002": "10.00", "0003": "1.00"}
    assert "3 lines later than 2024-01-08 take no part." in customers.notes


def test_frequency_counts_distinct_order_numbers():
    assert cells(made(), "frequency") == {"0001": "2", "0002": "1", "0003": "2"}


def test_frequency_counts_days_where_there_is_no_order_number():
    assert cells(made(RfmSpec("customer", "day", "amount")), "frequency") == {"0001": "2", "0002": "1", "0003": "1"}


def test_lines_without_an_order_number_belong_to_the_order_of_their_day():
    rows = (
        "1,2024-01-01,a,1",
        ",2024-01-01,a,1",
        ",2024-01-01,a,1",
        ",2024-01-02,a,1",
        "1,2024-01-01,b,1",
        "2,2024-01-01,c,1",
    )
    table = read(lines(*rows, header="order,day,customer,amount"))
    assert cells(rfm(table, SPEC), "frequency") == {"a": "3", "b": "1", "c": "1"}


def test_the_same_order_number_of_two_customers_is_two_orders():
    table = read(lines("1,2024-01-01,a,1", "1,2024-01-02,b,1", "1,2024-01-03,c,1", header="order,day,customer,amount"))
    assert cells(rfm(table, SPEC), "frequency") == {"a": "1", "b": "1", "c": "1"}


def test_monetary_is_the_sum_and_the_mean_basket_its_share_per_order():
    customers = made()
    assert cells(customers, "monetary") == {"0001": "9.50", "0002": "10.00", "0003": "4.25"}  # 6 + 2 + 3 - 1.5
    assert customers.frame["mean_basket"].tolist() == pytest.approx([4.75, 10, 2.125], abs=0.0051)


def test_quantity_times_price_is_the_amount():
    table = read(
        lines(
            *(
                "a,2024-01-01,3,1.10",
                "b,2024-01-02,2,0.05",
                "a,2024-01-03,-1,1.10",
                "c,2024-01-03,-2,0",
                "c,2024-01-03,1,7",
            ),
            header="customer,day,qty,price",
        )
    )
    customers = rfm(table, RfmSpec("customer", "day", quantity="qty", price="price"))
    assert cells(customers, "monetary") == {"a": "2.20", "b": "0.10", "c": "7.00"}
    # A return of something worth nothing is a return all the same.
    assert "2 lines with a negative quantity or amount (returns, no orders) lower the value of their customers." in (
        customers.notes
    )


def test_first_and_last_purchase_are_dates_and_returns_are_no_purchases():
    customers = made()
    assert cells(customers, "first_purchase") == {"0001": "2024-01-01", "0002": "2024-01-03", "0003": "2024-01-10"}
    assert cells(customers, "last_purchase") == {"0001": "2024-01-08", "0002": "2024-01-03", "0003": "2024-01-10"}
    assert [column.type for column in customers.columns[5:7]] == ["date", "date"]


@pytest.mark.parametrize(
    "amounts, sums",
    [
        (("1", "2", "3"), {"a": "1", "b": "2", "c": "3"}),
        (("1.00", "2.00", "3.00"), {"a": "1.00", "b": "2.00", "c": "3.00"}),
        (("1.5", "2", "3"), {"a": "1.50", "b": "2.00", "c": "3.00"}),
        (("0.0425", "2", "3"), {"a": "0.0425", "b": "2.0000", "c": "3.0000"}),
        (("0", "1000000", "123456789"), {"a": "0", "b": "1000000", "c": "123456789"}),
    ],
)
def test_money_has_the_decimals_of_the_file_and_at_least_two_if_any(amounts, sums):
    table = read(lines(*(f"{who},2024-01-0{i + 1},{amounts[i]}" for i, who in enumerate("abc"))))
    assert cells(rfm(table, RfmSpec("customer", "day", "amount")), "monetary") == sums


def test_money_is_written_with_the_decimal_comma_of_the_file():
    table = read(
        b"Kunde;Tag;Betrag\n01;2024-01-01;1.234,50\n02;2024-01-02;2,25\n03;2024-01-03;3,00\n01;2024-01-04;1,00\n"
    )
    customers = rfm(table, RfmSpec("Kunde", "Tag", "Betrag"))
    assert cells(customers, "monetary") == {"01": "1235,50", "02": "2,25", "03": "3,00"}
    assert customers.frame["monetary"].tolist() == [1235.5, 2.25, 3]
    assert customers.reading.delimiter == ";"


def test_cents_add_up_without_a_trace_of_binary_fractions():
    table = read(lines(*["a,2024-01-01,0.10"] * 3, "b,2024-01-02,0.30", "c,2024-01-03,0.30"))
    customers = rfm(table, RfmSpec("customer", "day", "amount"))
    assert cells(customers, "monetary") == {"a": "0.30", "b": "0.30", "c": "0.30"}
    assert len(set(cells(customers, "monetary_score").values())) == 1


# What is treated as chosen


def test_every_line_that_is_no_plain_purchase_is_counted():
    content = PURCHASES + b"8,,0001,1.00\n9,2024-01-02,0002,\n10,2024-01-02\n"
    notes = made(content=content).notes
    assert (
        '3 customers from 11 lines; orders are distinct values of "order", and days are counted to 2024-01-11.' in notes
    )
    for note in (
        "1 line with too many or too few fields takes no part.",
        "1 line without a customer takes no part.",
        "1 line without a date takes no part.",
        "1 line without an amount takes no part.",
        "1 line with a negative quantity or amount (returns, no orders) lowers the value of its customer.",
        "1 line with an amount of zero counts as a purchase.",
    ):
        assert note in notes


def test_returns_can_be_left_out():
    customers = made(RfmSpec("customer", "day", "amount", order="order", returns="leave out"))
    assert cells(customers, "monetary")["0001"] == "11.00"
    assert "1 line with a negative quantity or amount (returns, no orders) is left out." in customers.notes


def test_amounts_of_zero_can_be_left_out():
    customers = made(RfmSpec("customer", "day", "amount", order="order", zero_amounts="leave out"))
    assert cells(customers, "frequency")["0003"] == "1"
    assert "1 line with an amount of zero is left out." in customers.notes


def test_a_customer_with_returns_alone_keeps_a_row_with_a_value():
    customers = made(content=PURCHASES + b"8,2024-01-10,0004,-5.00\n")
    assert customers.text.to_pylist()[3] == {
        "customer": "0004",
        "recency_days": "",
        "frequency": "0",
        "monetary": "-5.00",
        **dict.fromkeys(("mean_basket", "first_purchase", "last_purchase", "recency_score", "frequency_score"), ""),
        **dict.fromkeys(("monetary_score", "rfm_segment"), ""),
    }
    assert any(note.startswith("1 customer with returns alone has a value but no purchase") for note in customers.notes)


def test_a_customer_without_any_line_that_counts_is_left_out_and_counted():
    spec = RfmSpec("customer", "day", "amount", order="order", returns="leave out")
    customers = made(spec, PURCHASES + b"8,2024-01-10,0004,-5.00\n")
    assert customers.n_rows == 3
    assert "1 customer without any line that counts is left out." in customers.notes


def test_blanks_around_an_id_make_no_other_customer():
    table = read(lines("a ,2024-01-01,1", "a,2024-01-02,1", "b,2024-01-03,1", "c,2024-01-04,1"))
    assert rfm(table, RfmSpec("customer", "day", "amount")).text["customer"].to_pylist() == ["a", "b", "c"]


# Scores


@pytest.mark.parametrize("n", [5, 7, 10, 11, 23, 100])
def test_different_values_fall_into_the_fifths_of_qcut(n):
    values = np.random.default_rng(n).permutation(n) * 1.0
    assert fifths(values).tolist() == (pd.qcut(values, 5, labels=False) + 1).tolist()


@pytest.mark.parametrize(
    "values, scores",
    [
        ([], []),
        ([7.0], [3]),
        ([7.0, 7.0, 7.0], [3, 3, 3]),
        ([1.0, 1.0, 2.0, 2.0], [1, 1, 5, 5]),  # middles 0.5 and 2.5 of 0..3: 0.83 and 4.17 fifths
        ([1] * 10 + [2] * 10, [2] * 10 + [4] * 10),  # middles 4.5 and 14.5 of 0..19: 1.18 and 3.82 fifths
        ([1, 1, 1, 1, 1, 1, 2, 2, 3, 4], [2, 2, 2, 2, 2, 2, 4, 4, 5, 5]),  # middles 2.5, 6.5, 8, 9 of 0..9
    ],
)
def test_equal_values_share_the_fifth_of_their_middle(values, scores):
    assert fifths(np.array(values)).tolist() == scores


def test_the_newest_gets_the_best_recency_score():
    rows = [f"c{i},2024-01-{i + 1:02d},{10 - i}" for i in range(10)]
    customers = rfm(read(lines(*rows)), RfmSpec("customer", "day", "amount"))
    assert list(cells(customers, "recency_score").values()) == list("1122334455")
    assert list(cells(customers, "monetary_score").values()) == list("5544332211")
    assert list(cells(customers, "frequency_score").values()) == ["3"] * 10


def test_every_pair_of_scores_has_exactly_one_name_and_every_name_is_used():
    recency, frequency = np.divmod(np.arange(25), 5)
    names = rule_segments(recency + 1, frequency + 1)
    assert names.tolist() == [RULES[r + 1][f] for r, f in zip(recency, frequency, strict=True)]
    assert set(names) == set(NAMES)


@pytest.mark.parametrize(
    "recency, frequency, name",
    [
        (5, 5, "Champions"),
        (5, 1, "New customers"),
        (4, 1, "Promising"),
        (3, 4, "Loyal"),
        (4, 2, "Potential loyalists"),
        (3, 3, "Needs attention"),
        (3, 1, "About to sleep"),
        (1, 3, "At risk"),
        (1, 5, "Cannot lose them"),
        (2, 1, "Hibernating"),
        (1, 1, "Lost"),
    ],
)
def test_the_rule_names_stand_where_marketing_has_them(recency, frequency, name):
    assert rule_segments(np.array([recency]), np.array([frequency])).tolist() == [name]


def test_the_rule_segments_are_counted_with_their_share_of_the_value():
    groups = rule_groups(made(content=many(60)))
    assert sum(group.size for group in groups) == 60
    assert sum(group.share for group in groups) == pytest.approx(1)
    assert sum(group.value_share for group in groups) == pytest.approx(1)
    assert [group.name for group in groups] == [name for name in NAMES if name in {g.name for g in groups}]


# A table like any other


def test_scores_and_rule_names_build_no_segments():
    assert suggest_features(made(content=many(60))).columns == ("recency_days", "frequency", "monetary", "mean_basket")


def test_the_result_is_named_after_the_file_and_is_no_list_of_purchases():
    customers = made()
    assert customers.reading.file_name == "purchases.csv (per customer)"
    assert suggest_rfm(customers) is None


def test_the_digest_depends_on_the_purchases_and_on_the_spec_alone():
    assert made().digest == made().digest
    assert made().digest != made(RfmSpec("customer", "day", "amount")).digest
    assert made().digest != made(content=PURCHASES.replace(b"99.00", b"98.00")).digest


def test_a_customer_column_named_like_a_result_keeps_its_place():
    table = read(lines("a,2024-01-01,1", "b,2024-01-02,2", "c,2024-01-03,3", header="monetary,day,amount"))
    customers = rfm(table, RfmSpec("monetary", "day", "amount"))
    assert customers.text["monetary"].to_pylist() == ["a", "b", "c"]
    assert customers.text["monetary_2"].to_pylist() == ["1", "2", "3"]


# Refusals


@pytest.mark.parametrize(
    "spec, sentence",
    [
        (
            RfmSpec("Kunde", "day", "amount"),
            'There is no column "Kunde". The columns are "order", "day", "customer", "amount".',
        ),
        (RfmSpec("customer", "order", "amount"), '"order" is not read as dates: it holds, for instance, "1".'),
        (RfmSpec("customer", "day", "day2"), 'There is no column "day2".'),
        (RfmSpec("order", "day", "customer"), '"customer" is not read as numbers: it holds, for instance, "0001".'),
        (
            RfmSpec("customer", "day", "amount", reference=date(2020, 1, 1)),
            "No line is a purchase with a customer, a date and an amount: 1 line without a customer takes no part; "
            "7 lines later than 2020-01-01 take no part.",
        ),
    ],
)
def test_columns_that_do_not_fit_get_a_sentence(spec, sentence):
    with pytest.raises(InvalidSetting) as refusal:
        made(spec)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({}, "The value of a line is either one column"),
        ({"amount": "a", "quantity": "b", "price": "c"}, "The value of a line is either one column"),
        ({"quantity": "b"}, "The value of a line is either one column"),
        ({"amount": "day"}, '"day" is chosen for two things.'),
        ({"amount": "a", "returns": "ignore"}, "returns is 'ignore'; it can be subtract, leave out."),
        ({"amount": "a", "zero_amounts": "drop"}, "zero_amounts is 'drop'; it can be keep, leave out."),
    ],
)
def test_a_spec_that_says_no_way_or_two_ways_is_refused(settings, sentence):
    with pytest.raises(InvalidSetting) as refusal:
        RfmSpec("customer", "day", **settings)
    assert str(refusal.value).startswith(sentence)


def test_fewer_than_three_customers_are_refused_with_their_number():
    table = read(lines("a,2024-01-01,1", "b,2024-01-02,2", "a,2024-01-03,3"))
    with pytest.raises(TooFewRows, match='"customer" holds 2 customers with purchases; segments need at least 3'):
        rfm(table, RfmSpec("customer", "day", "amount"))


def test_amounts_too_large_to_be_counted_are_refused():
    table = read(lines("a,2024-01-01,1e300", "b,2024-01-02,2", "c,2024-01-03,3"))
    with pytest.raises(InvalidSetting, match="too much to be counted exactly"):
        rfm(table, RfmSpec("customer", "day", "amount"))


# Recognising purchases


@pytest.mark.parametrize(
    "header, row, expected",
    [
        (
            "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            "{i},A{k},{k},2024-01-{d:02d},1.5{k},17{c},UK",
            RfmSpec("CustomerID", "InvoiceDate", quantity="Quantity", price="UnitPrice", order="InvoiceNo"),
        ),
        (
            "customer_id,trans_date,tran_amount",
            "CS{c},2024-01-{d:02d},{k}5",
            RfmSpec("customer_id", "trans_date", "tran_amount"),
        ),
        (
            "Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Segment,Sales,Quantity,Profit",
            "{i},CA-{h},2024-01-{d:02d},2024-02-{d:02d},CG-{c},Ann {c},Consumer,{k}.9{k},{k},{k}.1{k}",
            RfmSpec("Customer ID", "Order Date", "Sales", order="Order ID"),
        ),
        (
            "Bestellnr;Datum;Kundennr;Menge;Einzelpreis",
            "B{h};2024-01-{d:02d};0{c};{k};{k},50",
            RfmSpec("Kundennr", "Datum", quantity="Menge", price="Einzelpreis", order="Bestellnr"),
        ),
        ("id,date,cds,dollars", "{c},2024-01-{d:02d},{k},{k}.77", RfmSpec("id", "date", "dollars")),
        ("client,date,x", "K{c},2024-01-{d:02d},{k}.25", RfmSpec("client", "date", "x")),
    ],
    ids=lambda value: value.replace(";", ",").split(",")[0] if isinstance(value, str) and "{" not in value else "",
)
def test_purchases_are_recognised_by_types_repetition_and_names(header, row, expected):
    rows = [row.format(i=1000 + i, h=500 + i // 2, d=1 + i % 28, k=1 + i % 9, c=100 + i * 7 % 20) for i in range(60)]
    assert suggest_rfm(read(lines(*rows, header=header))) == expected


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.csv") if path.name != "purchases.csv"))
def test_no_other_sample_looks_like_purchases(sample):
    assert suggest_rfm(read_table(SAMPLES / sample)) is None


def test_a_few_customers_that_stand_twice_are_no_purchases():
    rows = [f"{i if i > 1 else 2},2024-01-{1 + i % 28:02d},{i * 3 % 11}" for i in range(60)]
    assert suggest_rfm(read(lines(*rows, header="customer_id,last_order_date,total_spend"))) is None


def test_without_dates_or_without_money_nothing_is_recognised():
    rows = [(f"C{i % 20}", f"2024-01-{1 + i % 28:02d}", f"{i % 7}.5", "abc"[i % 3]) for i in range(60)]
    assert suggest_rfm(read(lines(*(f"{c},{a}" for c, _, a, _ in rows), header="customer,amount"))) is None
    assert suggest_rfm(read(lines(*(f"{c},{d},{w}" for c, d, _, w in rows), header="customer,date,word"))) is None


def test_the_order_number_is_found_whatever_the_other_columns_are_called():
    rows = [f"A{i // 2},2024-01-{1 + i % 28:02d},k{i % 20},{i}" for i in range(60)]
    table = read(lines(*rows, header="order_no,t,who,worth"))
    assert suggest_rfm(table) is None
    assert suggest_order(table, ("who", "t", "worth")) == "order_no"


# The command line


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on a file with this content; status, answer, error, and what was written."""

    def run(content, *options, out=tmp_path / "customers.csv"):
        source = tmp_path / "purchases.csv"
        source.write_bytes(content)
        columns = options or ("--customer", "customer", "--date", "day", "--amount", "amount")
        status = main(["rfm", str(source), *columns, "--out", str(out)])
        told, error = capsys.readouterr()
        return status, json.loads(told) if told else None, error, out.read_bytes() if out.is_file() else None

    return run


def test_the_command_writes_the_customers_and_prints_what_it_did(run, tmp_path):
    status, answer, _, written = run(PURCHASES)
    assert status == 0
    assert list(answer) == ["rows", "customers", "notes", "out"]
    assert (answer["rows"], answer["customers"]) == (8, 3)
    assert answer["out"] == str(tmp_path / "customers.csv")
    assert "1 line without a customer takes no part." in answer["notes"]
    assert written.startswith(b"\xef\xbb\xbfcustomer,recency_days,frequency,monetary,mean_basket,first_purchase,")
    assert written.decode("utf-8-sig").splitlines()[1].startswith("0001,3,2,9.50,4.75,2024-01-01,2024-01-08,")
    assert len(written.splitlines()) == 4


def test_the_command_keeps_the_delimiter_of_the_file(run):
    _, _, _, written = run(PURCHASES.replace(b",", b";"))
    assert written.decode("utf-8-sig").splitlines()[0].startswith("customer;recency_days;frequency;")


def test_the_command_makes_formulas_harmless_and_says_how_many(run):
    _, answer, _, written = run(PURCHASES.replace(b"0002", b"=1+1"))
    assert b"\r\n'=1+1," in written
    assert "1 cell that would start a formula got a leading apostrophe." in answer["notes"]


def test_the_command_refuses_in_one_sentence_and_writes_nothing(run):
    status, answer, error, written = run(PURCHASES, "--customer", "Kunde", "--date", "day", "--amount", "amount")
    assert (status, answer, written) == (2, None, None)
    assert error == 'There is no column "Kunde". The columns are "order", "day", "customer", "amount".\n'


def test_the_command_needs_all_three_columns(run):
    status, _, error, written = run(PURCHASES, "--customer", "customer", "--date", "day")
    assert (status, written) == (2, None)
    assert "--amount" in error
