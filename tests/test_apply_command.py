"""`fit --recipe` and `apply` on the command line: the same labels again, for next month's file too."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clustering import METHODS
from clustering.__main__ import main

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_data"
HEADER = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"
PLACING = [name for name, method in METHODS.items() if method.can_predict and name != "dbscan"]


def records(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def segments(path):
    rows = records(path)
    return [row[rows[0].index("segment")] for row in rows[1:]]


@pytest.fixture
def run(capsys):
    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        out, error = capsys.readouterr()
        return json.loads(out) if status == 0 else error

    return run


@pytest.fixture
def fitted(run, tmp_path):
    """A recipe of the mall customers in five segments, and the labelled file of the fit."""
    recipe, out = tmp_path / "recipe.json", tmp_path / "then.csv"
    told = run("fit", SAMPLES / "mall_customers.csv", "--n-clusters", "5", "--out", out, "--recipe", recipe)
    assert told["n_clusters"] == 5
    return recipe, out


@pytest.mark.parametrize("method", PLACING)
@pytest.mark.parametrize("sample", ["mall_customers", "shop_customers", "iris", "wine"])
def test_applied_to_the_same_file_a_recipe_gives_the_labels_of_the_fit(run, tmp_path, sample, method):
    file, recipe, then, now = (
        SAMPLES / f"{sample}.csv",
        *(tmp_path / name for name in ("r.json", "then.csv", "now.csv")),
    )
    number = ["--n-clusters", "4"] if METHODS[method].takes_k else []
    fit = run("fit", file, "--method", method, *number, "--out", then, "--recipe", recipe)
    told = run("apply", recipe, file, "--out", now)
    assert segments(now) == segments(then)
    assert told["sizes"] == fit["sizes"]


@pytest.mark.parametrize("method", [name for name in METHODS if name not in PLACING])
def test_a_stand_in_is_said_with_how_often_it_is_right(run, tmp_path, method):
    file, recipe, then, now = SAMPLES / "blobs.csv", *(tmp_path / name for name in ("r.json", "then.csv", "now.csv"))
    number = ["--n-clusters", "4"] if METHODS[method].takes_k else []
    fit = run("fit", file, "--method", method, *number, "--out", then, "--recipe", recipe)
    told = run("apply", recipe, file, "--out", now)
    for notes in (fit["notes"], told["notes"]):
        assert any("places no new customers" in note and "get the segment that they had" in note for note in notes)
    right = sum(one == other for one, other in zip(segments(then), segments(now), strict=True))
    assert right / len(segments(then)) > 0.95


def test_in_another_process_the_labels_are_the_same(fitted, tmp_path):
    recipe, then = fitted
    command = [sys.executable, "-m", "clustering", "apply", recipe, SAMPLES / "mall_customers.csv", "--out", "now.csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert segments(tmp_path / "now.csv") == segments(then)


def test_apply_tells_rows_sizes_who_was_not_placed_and_drift(run, fitted, tmp_path):
    told = run("apply", fitted[0], SAMPLES / "mall_customers.csv", "--out", tmp_path / "now.csv")
    assert list(told) == ["rows", "sizes", "not_placed", "drift", "notes", "out"]
    assert (told["rows"], sum(told["sizes"]), told["not_placed"]) == (200, 200, 0)
    assert told["drift"]["verdict"] == "fits"


def test_every_column_stays_as_it_stood_and_the_segment_comes_after(run, fitted, tmp_path):
    rows = records(SAMPLES / "mall_customers.csv")
    run("apply", fitted[0], SAMPLES / "mall_customers.csv", "--out", tmp_path / "now.csv")
    labelled = records(tmp_path / "now.csv")
    assert [row[:5] for row in labelled] == rows
    assert labelled[0][5:] == [
        *("segment", "segment_name", "segment_note", "segment_distance", "second_segment", "segment_margin"),
        "segment_flags",
    ]


def test_one_customer_in_another_order_of_columns_with_more_columns_is_placed(run, fitted, tmp_path):
    like = records(fitted[1])[150]
    number, gender, age, income, score = like[:5]
    header = "Spending Score (1-100);extra;Annual Income (k$);AGE;Gender;CustomerID"
    (tmp_path / "new.csv").write_text(f"{header}\n{score};x;{income};{age};{gender};{number}\n")
    told = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    assert told["rows"] == 1 and sum(told["sizes"]) == 1
    assert '"AGE" is taken for "Age".' in told["notes"]
    assert told["sizes"][int(like[5]) - 1] == 1


def test_what_nobody_held_is_flagged_and_counted(run, fitted, tmp_path):
    (tmp_path / "new.csv").write_text(f"{HEADER}\n1,Male,19,999,39\n2,Male,,50,\n3,Male,5,50,50\n")
    told = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    rows = records(tmp_path / "now.csv")
    flags = [row[-1] for row in rows[1:]]
    assert flags == ["Annual Income (k$) above 127", "", "Age below 18"]
    assert "Annual Income (k$): 1 row above all values of then." in told["notes"]
    assert "Age: 1 missing cell filled as when the segments were found." in told["notes"]


def test_a_missing_column_is_refused_and_nothing_is_written(run, fitted, tmp_path):
    (tmp_path / "new.csv").write_text("CustomerID,Age\n1,30\n2,40\n3,50\n")
    error = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    assert error.count("\n") == 1
    assert '"Annual Income (k$)", "Spending Score (1-100)"' in error
    assert not (tmp_path / "now.csv").exists()


def test_a_column_of_words_where_numbers_were_is_refused(run, fitted, tmp_path):
    (tmp_path / "new.csv").write_text(f"{HEADER}\n1,M,19,low,39\n2,F,20,high,40\n3,F,21,low,41\n")
    error = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    assert '"Annual Income (k$)" holds text in this file, and held numbers' in error


def test_a_single_word_among_numbers_is_a_missing_value(run, fitted, tmp_path):
    rows = [f"{i},M,{20 + i},{30 + i},{40 + i}" for i in range(30)]
    rows[3] = "3,M,23,unknown?,43"
    (tmp_path / "new.csv").write_text("\n".join([HEADER, *rows]))
    told = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    assert sum(told["sizes"]) == 30


def test_what_is_no_recipe_is_refused(run, tmp_path):
    error = run("apply", SAMPLES / "iris.csv", SAMPLES / "iris.csv", "--out", tmp_path / "now.csv")
    assert error.startswith("iris.csv is no recipe")
    assert not (tmp_path / "now.csv").exists()


def test_labels_and_recipe_are_written_both_or_neither(run, tmp_path):
    out, recipe = tmp_path / "out.csv", tmp_path / "none" / "recipe.json"
    error = run("fit", SAMPLES / "iris.csv", "--n-clusters", "3", "--out", out, "--recipe", recipe)
    assert "recipe.json cannot be written: No such file or directory" in error
    assert list(tmp_path.iterdir()) == []


def test_labels_and_recipe_cannot_be_one_file(run, tmp_path):
    out = tmp_path / "out.csv"
    error = run("fit", SAMPLES / "iris.csv", "--n-clusters", "3", "--out", out, "--recipe", out)
    assert "is named for two files" in error
    assert list(tmp_path.iterdir()) == []


def test_neither_the_recipe_nor_the_file_is_overwritten_by_the_result(run, fitted, tmp_path):
    recipe, file = fitted[0], tmp_path / "customers.csv"
    file.write_bytes((SAMPLES / "mall_customers.csv").read_bytes())
    before = recipe.read_bytes(), file.read_bytes()
    for out in (recipe, file):
        told = f"{out} is the file that was read. Give the result another name.\n"
        assert run("apply", recipe, file, "--out", out) == told
    assert run("fit", file, "--n-clusters", "2", "--out", tmp_path / "a", "--recipe", file).startswith(str(file))
    assert run("fit", file, "--n-clusters", "2", "--out", file).startswith(str(file))
    assert (recipe.read_bytes(), file.read_bytes()) == before
    assert not (tmp_path / "a").exists()


def test_the_recipe_that_the_settings_come_from_may_be_renewed(run, fitted, tmp_path):
    settings = ("--settings", fitted[0], "--recipe", fitted[0])
    told = run("fit", SAMPLES / "mall_customers.csv", *settings, "--out", tmp_path / "out.csv")
    assert told["n_clusters"] == 5


def test_the_result_of_last_month_can_be_applied_to_again(run, fitted, tmp_path):
    run("apply", fitted[0], fitted[1], "--out", tmp_path / "now.csv")
    header, *rows = records(tmp_path / "now.csv")
    assert header[5:11] == [name + n for n in ("", "_2") for name in ("segment", "segment_name", "segment_note")]
    assert [row[header.index("segment_2")] for row in rows] == segments(fitted[1])


def test_how_often_a_fit_is_repeated_is_told_where_that_is_not_always(run, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"features": {"outliers": "forest"}}')
    file, recipe = SAMPLES / "shop_customers.csv", tmp_path / "r.json"
    out = ("--out", tmp_path / "o.csv")
    fit = run("fit", file, "--settings", settings, "--n-clusters", "4", *out, "--recipe", recipe)
    told = run("apply", recipe, file, *out)
    for notes in (fit["notes"], told["notes"]):
        assert any("as the isolation forest did" in note and "that they had" in note for note in notes)


def test_auto_writes_why_and_how_repeatable_into_the_recipe(run, tmp_path):
    recipe = tmp_path / "recipe.json"
    options = ("--features", "Annual Income (k$),Spending Score (1-100)", "--n-clusters", "auto")
    told = run("fit", SAMPLES / "mall_customers.csv", *options, "--out", tmp_path / "out.csv", "--recipe", recipe)
    found = json.loads(recipe.read_text())["found"]
    assert found["reason"] == told["reason"]
    assert found["separation"] == told["silhouette"]
    assert found["repeatability"] > 0.9


def test_a_column_that_is_called_otherwise_can_be_named(run, fitted, tmp_path):
    text = (SAMPLES / "mall_customers.csv").read_text().replace("Annual Income (k$)", "earnings", 1)
    (tmp_path / "new.csv").write_text(text)
    error = run("apply", fitted[0], tmp_path / "new.csv", "--out", tmp_path / "now.csv")
    assert '"Annual Income (k$)" of the recipe has no match in this file' in error
    assert 'by --rename "column of the recipe=column of the file"' in error
    run(
        "apply",
        fitted[0],
        tmp_path / "new.csv",
        "--out",
        tmp_path / "now.csv",
        "--rename",
        "Annual Income (k$)=earnings",
    )
    assert segments(tmp_path / "now.csv") == segments(fitted[1])


def test_columns_that_the_recipe_does_not_know_are_said(run, fitted, tmp_path):
    told = run("apply", fitted[0], SAMPLES / "mall_customers.csv", "--out", tmp_path / "now.csv")
    assert 'The recipe does not know "CustomerID", "Gender": kept, without a part in it.' in told["notes"]


def test_a_renaming_that_is_none_is_refused(run, fitted, tmp_path):
    error = run("apply", fitted[0], SAMPLES / "mall_customers.csv", "--out", tmp_path / "now.csv", "--rename", "Age")
    assert "'Age' names no two columns such as Income=income_2026" in error
