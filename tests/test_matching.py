"""Next month's file: its columns found again, and its cells read as those of then."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clustering import ClusteringError, ClusterSpec, FeatureSpec, fit, make_recipe, prepare, read_for, read_table
from clustering.errors import InvalidSetting, NoUsableColumns, TooFewRows
from clustering.features import RowFilter
from clustering.recipe import apply_recipe, match_columns
from clustering.table.options import AS_FOUND, ColumnOptions, ReadOptions

N = 60
SPEND = np.concatenate([np.linspace(1, 2, N // 2), np.linspace(8, 9, N // 2)])
DAYS = pd.date_range("2024-01-03", periods=N, freq="5D")


def customers(**columns) -> pd.DataFrame:
    """Thirty who spend little and thirty who spend much, the first of them the smaller segment's."""
    return pd.DataFrame({"spend": SPEND.round(4), "visits": np.arange(N) % 7} | columns)


def written(frame: pd.DataFrame, delimiter=",", decimal=".", encoding="utf-8") -> bytes:
    return frame.to_csv(index=False, sep=delimiter, decimal=decimal).encode(encoding)


def workbook(**sheets: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return out.getvalue()


def recipe_of(content: bytes, columns=("spend", "visits"), options=AS_FOUND, **choices):
    table = read_table(content, name="then", options=options)
    features = prepare(table, FeatureSpec(columns, **choices))
    return make_recipe(table, features, fit(features, ClusterSpec("kmeans", 2)))


@pytest.fixture(scope="module")
def recipe():
    return recipe_of(written(customers()))


def match(recipe, *names: str):
    """How the columns of a file with these names are matched."""
    frame = pd.DataFrame({name: np.arange(N) for name in names})
    return match_columns(recipe, read_table(written(frame)))


def found(recipe, *names: str) -> dict[str, tuple[str, str]]:
    return {one.column.name: (one.found, one.how) for one in match(recipe, *names).columns}


# Which column is which


def test_the_same_name_is_the_column_wherever_it_stands(recipe):
    assert found(recipe, "x", "visits", "spend") == {"spend": ("spend", "same"), "visits": ("visits", "same")}


@pytest.mark.parametrize("name", ["SPEND", " Spend ", "spend_", "Spend (€)", "s p e n d", "s\u200dpend"])
def test_case_blanks_and_signs_make_no_other_column(recipe, name):
    assert found(recipe, name, "visits")["spend"] == (name.strip(), "alike")


@pytest.mark.parametrize("now", ["Gro\u0308ße", "GRÖSSE", "ｇröße"])
def test_accents_are_the_same_however_a_system_writes_them(now):
    then = recipe_of(written(customers().rename(columns={"spend": "Größe"})), ("Größe", "visits"))
    assert found(then, now, "visits")["Größe"] == (now, "alike")


def test_of_two_that_are_alike_neither_is_taken_and_both_are_named(recipe):
    matching = match(recipe, "Spend!", "spend_", "visits")
    assert matching.columns[0].found is None
    assert matching.refusal == (
        'The column "spend" of the recipe has no match in this file. "Spend!", "spend_" are alike: only one of them '
        'can be it. Choose a match for it, or rename the right one of: "Spend!", "spend_".'
    )


def test_what_differs_by_case_alone_is_nearer_than_what_differs_by_signs(recipe):
    assert found(recipe, "spend_", "SPEND", "visits")["spend"] == ("SPEND", "alike")


def test_one_column_is_not_taken_for_two_of_the_recipe():
    frame = customers().rename(columns={"spend": "Q1.1", "visits": "Q11"})
    then = recipe_of(written(frame), ("Q1.1", "Q11"))
    assert found(then, "q-11", "x") == {"Q1.1": (None, "missing"), "Q11": (None, "missing")}
    assert found(then, "Q11", "x") == {"Q1.1": (None, "missing"), "Q11": ("Q11", "same")}
    assert found(then, "Q11", "q1.1") == {"Q1.1": ("q1.1", "alike"), "Q11": ("Q11", "same")}


def test_a_column_that_was_taken_for_case_alone_is_not_taken_again_for_signs():
    then = recipe_of(written(customers().rename(columns={"spend": "Q1.1", "visits": "Q11"})), ("Q1.1", "Q11"))
    assert found(then, "q11", "x") == {"Q1.1": (None, "missing"), "Q11": ("q11", "alike")}


def test_a_single_column_that_could_be_two_of_the_recipe_is_not_called_alike_to_others():
    then = recipe_of(written(customers().rename(columns={"spend": "Q1.1", "visits": "Q11"})), ("Q1.1", "Q11"))
    assert match(then, "q-11", "x").refusal == (
        'Columns "Q1.1", "Q11" of the recipe have no match in this file. Choose a match for each, or rename the right '
        'one of: "q-11", "x".'
    )


def test_every_column_has_the_columns_that_it_could_be(recipe):
    columns = match(recipe, "Spend!", "visits_", "spend_", "Visits!").columns
    assert [one.candidates for one in columns] == [("Spend!", "spend_"), ("visits_", "Visits!")]


def test_a_column_that_only_described_the_segments_may_be_missing():
    then = recipe_of(written(customers(told="twice a year")), describe=("told",))
    assert [one.column.name for one in match(then, "spend", "visits").columns] == ["spend", "visits", "told"]
    assert match(then, "spend", "visits").refusal == ""


def test_several_missing_columns_are_told_in_one_sentence(recipe):
    assert match(recipe, "a", "b").refusal == (
        'Columns "spend", "visits" of the recipe have no match in this file. Choose a match for each, or rename the '
        'right one of: "a", "b".'
    )
    assert match(recipe, "visits").refusal == (
        'The column "spend" of the recipe has no match in this file. Add what is missing.'
    )


def test_what_the_user_says_counts_before_names(recipe):
    table = read_table(written(customers(other=SPEND[::-1])))
    labels = apply_recipe(recipe, table, {"spend": "other"}).of_table
    assert labels.tolist() == apply_recipe(recipe, table).of_table[::-1].tolist()


@pytest.mark.parametrize("renamed", [{"spend": "none"}, {"none": "visits"}, {"spend": "visits", "visits": "visits"}])
def test_a_match_of_what_is_not_there_is_refused(recipe, renamed):
    with pytest.raises(InvalidSetting):
        match_columns(recipe, read_table(written(customers())), renamed)


def test_it_is_said_which_of_two_names_is_not_there_and_which_was_chosen_twice(recipe):
    def told(**renamed):
        with pytest.raises(InvalidSetting) as error:
            match_columns(recipe, read_table(written(customers())), renamed)
        return str(error.value).split(".")[0]

    assert told(none="visits") == 'There is no column "none" to match'
    assert told(spend="nothing") == 'There is no column "nothing" to match'
    assert told(spend="visits", visits="visits") == '"visits" cannot be two columns of the recipe'


def test_a_column_that_holds_something_else_is_not_among_those_that_can_be_used(recipe):
    table = read_table(written(customers(visits="many")))
    assert match_columns(recipe, table).found == {"spend": "spend"}


def test_columns_that_are_needed_and_missing_are_counted(recipe):
    there = ("a", "b"), ("a", "visits"), ("spend", "visits")
    assert [match(recipe, *names).n_missing for names in there] == [2, 1, 0]


# What cells hold


def labels_now(recipe, content: bytes, **how) -> list[int]:
    return apply_recipe(recipe, read_for(recipe, content, **how)).of_table.tolist()


def labels_then(recipe) -> list[int]:
    """The first half are in the second segment or in the first, whichever came out larger."""
    return labels_now(recipe, written(customers()))


def test_a_column_of_words_is_refused(recipe):
    with pytest.raises(NoUsableColumns, match='"visits" holds text in this file, and held numbers'):
        labels_now(recipe, written(customers(visits="many")))


def test_a_few_words_among_numbers_are_missing_values(recipe):
    now = customers()
    now["visits"] = now["visits"].astype(object)
    now.loc[[3, 40], "visits"] = "many"
    table = read_for(recipe, written(now))
    assert table.frame["visits"].isna().sum() == 2
    assert apply_recipe(recipe, table).of_table.tolist() == labels_then(recipe)


def test_a_column_without_any_value_is_filled(recipe):
    applied = apply_recipe(recipe, read_for(recipe, written(customers(visits=None))))
    assert applied.filled == (("visits", N),)
    assert applied.n_not_placed == 0


def test_a_column_of_the_filter_without_any_value_lets_nobody_in():
    then = recipe_of(written(customers(age=np.arange(N))), row_filter=RowFilter("age", low=0, high=99))
    applied = apply_recipe(then, read_table(written(customers(age=None))))
    assert applied.n_not_placed == N
    assert set(applied.row_notes) == {"not in the filter: age is missing"}


def test_codes_that_look_like_numbers_stay_codes():
    codes = np.array(["A1", "02", "10"])[np.arange(N) % 3]
    then = recipe_of(written(customers(kind=codes)), ("spend", "kind"))
    table = read_for(then, written(customers(kind=codes).iloc[1:3]))
    assert apply_recipe(then, table).unseen == ()


def test_a_column_is_read_as_then_although_another_that_only_describes_is_not_there():
    frame = customers(told="twice a year", code=np.array(["A1", "20", "10"])[np.arange(N) % 3])
    then = recipe_of(written(frame), describe=("told", "code"))
    table = read_for(then, b"spend,visits,code\n1,2,20\n2,3,10\n")
    assert table.frame["code"].tolist() == ["20", "10"]


def test_one_letter_is_yes_where_yes_and_no_were_letters():
    then = recipe_of(written(customers(member=np.where(SPEND > 5, "t", "f"))), ("spend", "member"))
    table = read_for(then, written(customers(member="t").iloc[:1]))
    assert table.frame["member"].tolist() == [True]


def test_words_that_meant_nothing_then_mean_nothing_under_another_spelling_of_the_name():
    options = ReadOptions(columns=(ColumnOptions("visits", missing=("999",)),))
    then = recipe_of(written(customers(visits=[999 if i % 10 == 0 else i % 7 for i in range(N)])), options=options)
    table = read_for(then, b"spend,VISITS\n1,999\n2,3\n")
    assert table.frame["VISITS"].isna().tolist() == [True, False]
    assert table.notes == ()
    with_a_word = read_for(then, b"spend,VISITS\n1,999\n2,3\n3,many\n")
    assert with_a_word.frame["VISITS"].isna().tolist() == [True, False, True]


def test_words_that_meant_nothing_then_mean_nothing_in_a_file_that_is_laid_out_otherwise():
    options = ReadOptions(delimiter=";", columns=(ColumnOptions("visits", missing=("999",)),))
    frame = customers(visits=[999 if i % 10 == 0 else i % 7 for i in range(N)])
    then = recipe_of(written(frame, ";"), options=options)
    table = read_for(then, b"spend,visits\n1,999\n2,3\n")
    assert table.frame["visits"].isna().tolist() == [True, False]


# How numbers and dates are written


def dated(how: str, **options) -> bytes:
    return written(customers(since=DAYS.strftime(how)), **options)


def first_day(recipe, content: bytes) -> str:
    return str(read_for(recipe, content).frame["since"][0].date())


@pytest.mark.parametrize("how, day", [("%d/%m/%Y", "2024-04-03"), ("%m/%d/%Y", "2024-03-04")])
def test_a_date_that_reads_in_two_ways_is_read_as_the_dates_of_then(how, day):
    then = recipe_of(dated(how), ("spend", "since"))
    new = b"spend,since\n1,03/04/2024\n"
    assert first_day(then, new) == day
    assert read_for(then, new).questions == ()
    assert read_for(then, new).notes == ()  # by itself the file is asked about
    assert any("until you say" in note for note in read_table(new, least_rows=1).notes)


def test_what_the_file_of_then_does_not_tell_is_asked_still():
    then = recipe_of(dated("%d/%m/%Y"), ("spend", "since"))
    table = read_for(then, b"spend,since,born\n1,03/04/2024,05/06/1990\n")
    assert [question.column for question in table.questions] == ["born"]
    then = recipe_of(dated("%Y-%m-%d"), ("spend", "since"))
    assert [question.column for question in read_for(then, b"spend,since\n1,03/04/2024\n").questions] == ["since"]


def test_dates_that_leave_no_doubt_are_read_as_they_are_written():
    then = recipe_of(dated("%d/%m/%Y"), ("spend", "since"))
    table = read_for(then, dated("%m/%d/%Y"))
    assert table.frame["since"].tolist() == DAYS.tolist()
    assert first_day(then, b"spend,since\n1,2024-04-03\n") == "2024-04-03"


def test_what_was_answered_then_does_not_turn_dates_that_prove_the_opposite():
    options = ReadOptions(columns=(ColumnOptions("since", day_first=True),))
    then = recipe_of(dated("%d/%m/%Y"), ("spend", "since"), options)
    assert read_for(then, dated("%m/%d/%Y")).frame["since"].tolist() == DAYS.tolist()
    assert first_day(then, b"spend,since\n1,03/04/2024\n") == "2024-04-03"


def test_two_columns_of_dates_are_each_read_as_then():
    frame = customers(begin=DAYS.strftime("%d/%m/%Y"), end=DAYS.strftime("%m/%d/%Y"))
    then = recipe_of(written(frame), ("spend", "begin", "end"))
    table = read_for(then, b"spend,begin,end\n1,03/04/2024,03/04/2024\n")
    assert [str(table.frame[name][0].date()) for name in ("begin", "end")] == ["2024-04-03", "2024-03-04"]


@pytest.mark.parametrize(
    "then, now, value",
    [
        ([f"{x:.4f}".replace(".", ",") for x in SPEND], "1,234", 1.234),
        ([f"{1000 * x:,.2f}" for x in SPEND], "1,234", 1234),
        ([f"{1000 * x:,.2f}".translate(str.maketrans(",.", ".,")) for x in SPEND], "1.234", 1234),
        ([f"{x:.4f}" for x in SPEND], "1.234", 1.234),
    ],
)
def test_a_number_that_reads_in_two_ways_is_read_as_the_numbers_of_then(then, now, value):
    recipe = recipe_of(written(customers(spend=then), "\t"))
    table = read_for(recipe, f"spend\tvisits\n{now}\t3\n{now}\t4\n".encode())
    assert table.frame["spend"].tolist() == [value, value]


def test_in_a_file_of_another_kind_the_reader_decides():
    recipe = recipe_of(written(customers(spend=[f"{1000 * x:,.2f}" for x in SPEND]), "\t"))
    table = read_for(recipe, b"spend;visits\n1,234;3\n")
    assert table.frame["spend"].tolist() == [1.234]
    assert len(table.questions) == 1
    assert any("until you say" in note for note in table.notes)


def test_the_same_file_is_read_as_it_was_however_it_was_read():
    content = dated("%d/%m/%Y")
    options = ReadOptions(columns=(ColumnOptions("since", type="date", day_first=False),))
    then = recipe_of(content, ("spend", "since"), options)
    assert read_for(then, content).digest == then.source.digest
    assert then.agreement == 1


# How the file is laid out


@pytest.mark.parametrize(
    "options, now",
    [
        (ReadOptions(encoding="cp1252"), written(customers(Größe=1), ";", ",")),
        (ReadOptions(delimiter=";"), written(customers(Größe=1))),
        (ReadOptions(header=1), b"Customers\nof May\n\n" + written(customers(Größe=1))),
    ],
    ids=["encoding", "delimiter", "header"],
)
def test_what_was_chosen_for_the_file_of_then_gives_way_where_the_columns_are_not_found_so(options, now):
    frame = customers(Größe=np.arange(N) % 5)
    then = recipe_of(written(frame, ";", ",", options.encoding or "utf-8"), ("spend", "Größe"), options)
    table = read_for(then, now)
    assert table.frame["spend"].tolist() == customers()["spend"].tolist()
    assert table.notes[0] == "This file is not laid out like the one of then: it is read as it is."


OTHER = pd.DataFrame(np.arange(9_000).reshape(900, 10) % 97, columns=[f"m{i}" for i in range(10)])


@pytest.mark.parametrize("options", [AS_FOUND, ReadOptions(sheet="Customers")], ids=["found", "chosen"])
@pytest.mark.parametrize("name", ["Customers", "Kunden"])
def test_the_sheet_with_the_columns_is_read_whatever_it_is_called(options, name):
    then = recipe_of(workbook(Customers=customers()), options=options)
    table = read_for(then, workbook(Much=OTHER, **{name: customers()}))
    assert table.reading.sheet == name
    assert not any("laid out" in note for note in table.notes)


def test_of_two_sheets_with_the_columns_the_one_called_as_then_is_read():
    then = recipe_of(workbook(May=customers()))
    much = pd.concat([customers()] * 20)
    assert read_for(then, workbook(Archive=much, May=customers())).reading.sheet == "May"
    assert read_for(then, workbook(Archive=much, June=customers())).reading.sheet == "Archive"


def test_the_sheet_called_as_then_is_found_behind_more_than_are_looked_through():
    then = recipe_of(workbook(May=customers()))
    years = {str(year): customers()[:30] for year in range(2000, 2025)}
    much = pd.concat([customers()] * 20)
    assert read_for(then, workbook(Archive=much, **years, May=customers())).reading.sheet == "May"


def test_where_no_sheet_has_the_columns_the_refusal_is_about_the_one_that_lacks_the_fewest():
    then = recipe_of(workbook(Customers=customers()))
    table = read_for(then, workbook(Much=OTHER, Customers=customers().drop(columns="spend"), More=OTHER))
    assert match_columns(then, table).refusal == (
        'The column "spend" of the recipe has no match in this file. Add what is missing.'
    )


def test_where_all_sheets_lack_as_much_the_one_is_read_that_is_read_by_itself():
    then = recipe_of(workbook(Customers=customers()))
    assert read_for(then, workbook(Much=OTHER, Less=OTHER[:40])).reading.sheet == "Much"


def test_what_cannot_be_read_in_any_way_is_refused(recipe):
    options = ReadOptions(delimiter=";", columns=(ColumnOptions("spend", decimal=","),))
    chosen = replace(recipe, source=replace(recipe.source, options=options))
    for content in (b"", b"\x00\x01\x02", b"PK\x03\x04junk"):
        with pytest.raises(ClusteringError):
            read_for(chosen, content)


def test_nobody_to_place_is_said_so(recipe):
    with pytest.raises(TooFewRows, match=r"^new\.csv holds no rows below its header line; there is nobody to place\.$"):
        read_for(recipe, b"spend,visits\n", name="new.csv")


def test_a_file_of_now_keeps_its_name(recipe):
    assert read_for(recipe, b"spend,visits\n1,2\n", name="new.csv").reading.file_name == "new.csv"


def test_a_file_object_is_read_once(recipe):
    # the word makes a second reading necessary
    content = written(customers(visits=["many", *[3] * (N - 1)]))
    assert read_for(recipe, io.BytesIO(content)).n_rows == N
