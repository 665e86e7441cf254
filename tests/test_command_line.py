"""The command line: one JSON object out, refusals in one line, and the output whole or not at all."""

import csv
import inspect
import io
import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import clustering
from clustering import METHODS, ClusterSpec, FeatureSpec, fit, prepare, read_table
from clustering.__main__ import main
from clustering.features import ColumnSpec, RowFilter

ROOT = Path(__file__).parents[1]
MALL = str(ROOT / "sample_data" / "mall_customers.csv")
INCOME_AND_SCORE = "Annual Income (k$),Spending Score (1-100)"

SWEEP_KEYS = [
    *("rows", "features", "n_clusters", "inertia", "silhouette", "silhouette_error", "simplified_silhouette"),
    *("calinski_harabasz", "davies_bouldin", "stability", "min_cluster_size"),
    *("recommended", "alternative", "reason", "notes"),
]
FIT_KEYS = [
    *("rows", "n_clusters", "sizes", "noise", "inertia", "silhouette", "figures", "settings", "reason", "notes", "out")
]


@pytest.fixture
def run(capsys):
    """Run a command in this process; the exit status, what stood on standard output, and on standard error."""

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def answer(run):
    """Run a command that succeeds; its JSON object."""

    def answer(*arguments):
        status, out, error = run(*arguments)
        assert status == 0, error
        return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))

    return answer


@pytest.fixture
def refusal(run):
    """Run a command that is refused; its one sentence."""

    def refusal(*arguments):
        status, out, error = run(*arguments)
        assert (status, out) == (2, "")
        lines = error.splitlines()
        assert len(lines) == 1, error
        return lines[0]

    return refusal


@pytest.fixture
def small(tmp_path):
    """Six rows: an identifier, two numbers (one cell missing), and a text."""
    path = tmp_path / "small.csv"
    path.write_text("id;amount;visits;city\n01;1;5;A\n02;2;;B\n03;3;7;A\n04;50;8;B\n05;51;9;A\n06;52;9;B\n")
    return path


def records(path, delimiter=","):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=delimiter))


def run_in_a_process(*arguments, **environment):
    command = [sys.executable, "-m", "clustering", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, env={**os.environ, **environment}, timeout=120)


# --- read ---


def test_read_tells_rows_columns_and_notes(answer, small):
    told = answer("read", small)
    assert list(told) == ["rows", "columns", "notes"]
    assert told["rows"] == 6
    assert told["notes"] == []


def test_read_describes_every_column(answer, small):
    columns = {column["name"]: column for column in answer("read", small)["columns"]}
    assert columns["visits"] == {
        **{"name": "visits", "type": "number", "role": "number", "missing": 1, "distinct": 4},
        **{"mean": 7.6, "min": 5.0, "max": 9.0},  # 38 / 5
    }
    assert [columns[name]["role"] for name in ("id", "amount", "city")] == ["id", "number", "category"]


def test_what_a_column_does_not_have_is_null(answer, small):
    city = answer("read", small)["columns"][3]
    assert (city["mean"], city["min"], city["max"]) == (None, None, None)


# --- sweep ---


def test_sweep_tells_every_figure_of_every_number(answer):
    told = answer("sweep", MALL, "--features", INCOME_AND_SCORE)
    assert list(told) == SWEEP_KEYS
    assert told["n_clusters"] == list(range(2, 11))
    for key in (*SWEEP_KEYS[3:9], "min_cluster_size"):
        assert len(told[key]) == 9, key


def test_sweep_recommends_five_mall_segments(answer):
    told = answer("sweep", MALL, "--features", INCOME_AND_SCORE)
    assert told["rows"] == 200
    assert told["features"] == INCOME_AND_SCORE.split(",")
    assert (told["recommended"], told["alternative"]) == (5, 6)
    assert told["reason"].startswith("At five the customers are close to their own segment")
    assert told["min_cluster_size"][3] == 22


def test_sweep_tells_how_repeatable_every_number_is(answer):
    repeatable = answer("sweep", MALL, "--features", INCOME_AND_SCORE, "--k", "4:5")["stability"]
    assert repeatable[1] > 0.9 > repeatable[0]


def test_repeatability_that_cannot_be_measured_is_null(answer, tmp_path, four_points):
    path = tmp_path / "four.csv"
    path.write_bytes(four_points)
    assert answer("sweep", path, "--k", "2:3")["stability"][1] is None


def test_a_range_that_ends_before_it_begins_is_refused(refusal):
    assert "ends before it begins" in refusal("sweep", MALL, "--k", "3:2")


def test_customers_without_structure_get_no_number(answer):
    told = answer("sweep", ROOT / "sample_data" / "no_structure.csv")
    assert told["recommended"] is None
    assert told["alternative"] in told["n_clusters"]


def test_what_is_undefined_is_null(answer, small, tmp_path):
    # every row a segment by itself: there is no silhouette
    told = answer("fit", small, "--n-clusters", 6, "--out", tmp_path / "out.csv")
    assert told["silhouette"] is None
    assert told["sizes"] == [1] * 6


def test_sweep_without_features_takes_those_that_are_suggested(answer, small):
    assert answer("sweep", small, "--k", "2")["features"] == ["amount", "visits"]


@pytest.mark.parametrize("text, expected", [("2:4", [2, 3, 4]), ("3", [3]), ("4:4", [4])])
def test_the_range_of_numbers_can_be_given(answer, text, expected):
    assert answer("sweep", MALL, "--k", text)["n_clusters"] == expected


def test_numbers_that_cannot_be_tried_are_noted(answer, small):
    told = answer("sweep", small)
    assert told["n_clusters"] == [2, 3, 4, 5]
    assert "More than 5 segments were not tried: only 6 different customers take part." in told["notes"]


def test_what_preparation_did_is_noted(answer, small):
    assert "visits: 1 missing cell filled with the median 8." in answer("sweep", small, "--k", "2")["notes"]


def test_the_smallest_share_is_used(answer):
    columns = ["--features", INCOME_AND_SCORE]
    assert answer("sweep", MALL, *columns, "--min-share", "0.3")["recommended"] == 2
    assert answer("sweep", MALL, *columns, "--min-share", "0.05")["recommended"] == 5


def test_the_seed_is_used_and_gives_the_same_answer_each_time(answer):
    one, two, other = (answer("sweep", MALL, "--k", "7:9", "--random-state", seed) for seed in (1, 1, 2))
    assert one == two
    assert one["inertia"] != other["inertia"]


def test_a_sampled_silhouette_is_noted(answer, tmp_path):
    path = tmp_path / "many.csv"
    values = np.random.default_rng(0).normal(size=(30_001, 2)).round(3)
    path.write_text("x,y\n" + "\n".join(f"{x},{y}" for x, y in values))
    told = answer("sweep", path, "--k", "2", "--outliers", "keep")
    assert told["notes"][-1] == "The silhouette is estimated from a sample of about 10,000 rows."
    assert 0 < told["silhouette_error"][0] < 0.01
    told = answer("fit", path, "--n-clusters", "2", "--outliers", "keep", "--out", tmp_path / "out.csv")
    assert told["notes"][-1].startswith(
        "The silhouette is estimated from a sample of about 10,000 rows; its standard error is 0.00"
    )


# --- fit ---


def test_fit_tells_the_segmentation_and_where_it_went(answer, tmp_path):
    out = tmp_path / "out.csv"
    told = answer("fit", MALL, "--features", INCOME_AND_SCORE, "--n-clusters", 5, "--out", out)
    assert list(told) == FIT_KEYS
    assert (told["rows"], told["n_clusters"], sum(told["sizes"])) == (200, 5, 200)
    assert told["sizes"] == sorted(told["sizes"], reverse=True)
    assert told["silhouette"] == pytest.approx(0.6037, abs=0.0001)
    assert told["reason"] is None
    assert told["out"] == str(out)


def test_fit_writes_every_record_with_its_segment(answer, small, tmp_path):
    out = tmp_path / "out.csv"
    told = answer("fit", small, "--features", "amount", "--n-clusters", 2, "--out", out)
    assert told["sizes"] == [3, 3]
    rows = records(out, ";")
    assert rows[0] == ["id", "amount", "visits", "city", "segment", "segment_name", "segment_note"]
    assert [row[0] for row in rows[1:]] == ["01", "02", "03", "04", "05", "06"]
    assert [row[4] for row in rows[1:]] == ["1", "1", "1", "2", "2", "2"]


def test_the_file_keeps_the_delimiter_of_the_one_that_came_in(answer, small, tmp_path):
    out = tmp_path / "out.csv"
    answer("fit", small, "--n-clusters", 2, "--out", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid;amount;visits;city;segment;")


def test_the_fit_is_that_of_the_library(answer, tmp_path):
    told = answer("fit", MALL, "--features", INCOME_AND_SCORE, "--n-clusters", 4, "--out", tmp_path / "out.csv")
    features = prepare(read_table(MALL), FeatureSpec(tuple(INCOME_AND_SCORE.split(","))))
    assert told["inertia"] == fit(features, ClusterSpec(n_clusters=4)).inertia


def test_fit_and_sweep_find_the_same(answer, tmp_path):
    swept = answer("sweep", MALL, "--k", "2:5")
    fitted = answer("fit", MALL, "--n-clusters", 5, "--out", tmp_path / "out.csv")
    assert fitted["inertia"] == swept["inertia"][3]
    assert fitted["silhouette"] == pytest.approx(swept["silhouette"][3], rel=1e-9)


def test_auto_takes_the_recommended_number_with_its_reason(answer, tmp_path):
    columns = ["--features", INCOME_AND_SCORE]
    told = answer("fit", MALL, *columns, "--n-clusters", "auto", "--out", tmp_path / "out.csv")
    assert told["n_clusters"] == 5
    assert told["reason"] == answer("sweep", MALL, *columns)["reason"]


def test_auto_where_nothing_is_clear_takes_the_best_split_and_says_so(answer, tmp_path):
    path = ROOT / "sample_data" / "no_structure.csv"
    told = answer("fit", path, "--n-clusters", "auto", "--out", tmp_path / "out.csv")
    assert "the best one found has" in told["reason"]
    assert len(told["sizes"]) == told["n_clusters"]


def test_auto_looks_at_the_range_that_was_given(answer, tmp_path):
    told = answer("fit", MALL, "--n-clusters", "auto", "--k", "2:3", "--out", tmp_path / "out.csv")
    assert told["n_clusters"] in (2, 3)


def test_escaped_formulas_are_noted(answer, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("x,note\n1,=1+1\n2,fine\n9,@here\n")
    told = answer("fit", path, "--n-clusters", 2, "--out", tmp_path / "out.csv")
    assert "2 cells that would start a formula got a leading apostrophe." in told["notes"]
    path.write_text("x,note\n1,=1+1\n2,fine\n9,here\n")
    told = answer("fit", path, "--n-clusters", 2, "--out", tmp_path / "out.csv")
    assert "1 cell that would start a formula got a leading apostrophe." in told["notes"]


# --- methods ---


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_had(answer, tmp_path, method):
    number = ["--n-clusters", 3] if METHODS[method].takes_k else []
    out = tmp_path / "out.csv"
    told = answer("fit", MALL, "--features", INCOME_AND_SCORE, "--method", method, *number, "--out", out)
    assert sum(told["sizes"]) + told["noise"] == told["rows"] == 200
    assert set(told["settings"]) == {setting.name for setting in METHODS[method].settings}
    numbered = [row[5] for row in records(out)[1:]]
    assert [numbered.count(str(number + 1)) for number in range(told["n_clusters"])] == told["sizes"]
    assert numbered.count("") == told["noise"]


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if not method.takes_k])
def test_a_sweep_of_a_method_that_finds_the_number_is_refused(refusal, method):
    label = METHODS[method].label
    assert refusal("sweep", MALL, "--method", method).startswith(f"{label} finds the number of segments itself, so ")


@pytest.mark.parametrize("given", ["5", "auto"])
def test_a_method_that_finds_the_number_passes_over_one_that_is_given(answer, tmp_path, given):
    told = answer("fit", MALL, "--method", "dbscan", "--n-clusters", given, "--out", tmp_path / "out.csv")
    assert f"DBSCAN finds the number of segments itself: --n-clusters {given} plays no part." in told["notes"]
    assert told["n_clusters"] == len(told["sizes"])
    assert told["reason"] is None


def test_noise_is_told_and_takes_no_part_in_the_silhouette(answer, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["x,y", "0,0", "0,2", "10,0", "10,2", "5,50"]))
    settings = tmp_path / "settings.json"
    settings.write_text('{"clustering": {"settings": {"eps": 2.5, "min_samples": 2}}}')
    options = ["--scale", "none", "--outliers", "keep", "--method", "dbscan", "--settings", settings]
    told = answer("fit", path, *options, "--out", tmp_path / "out.csv")
    assert (told["sizes"], told["noise"], told["inertia"]) == ([2, 2], 1, 4)
    assert told["silhouette"] == pytest.approx(0.80196, abs=0.00001)


def test_the_criteria_of_a_mixture_are_told(answer, tmp_path):
    options = ["--method", "gaussian_mixture", "--n-clusters", 3, "--out", tmp_path / "out.csv"]
    told = answer("fit", MALL, *options)
    features = prepare(read_table(MALL), FeatureSpec(tuple(answer("sweep", MALL, "--k", "2")["features"])))
    figures = fit(features, ClusterSpec("gaussian_mixture", 3)).figures
    assert told["figures"] == dict(figures)
    assert list(told["figures"]) == ["BIC", "AIC"]


def test_what_is_to_be_known_about_a_sample_is_noted_once(answer, tmp_path):
    path = tmp_path / "many.csv"
    values = np.random.default_rng(0).normal(size=(1_600, 2)).round(3)
    path.write_text("x,y\n" + "\n".join(f"{x},{y}" for x, y in values))
    told = answer("fit", path, "--method", "affinity_propagation", "--out", tmp_path / "out.csv")
    assert len([note for note in told["notes"] if "a random sample of 1,500 customers of 1,600" in note]) == 1


# --- settings from a file ---


@pytest.fixture
def settings(tmp_path):
    """Write settings to a file; its path."""

    def write(told):
        path = tmp_path / "settings.json"
        path.write_text(told if isinstance(told, str) else json.dumps(told))
        return path

    return write


def test_settings_are_those_of_the_specs(answer, settings, tmp_path):
    told = {
        "features": {
            "columns": INCOME_AND_SCORE.split(","),
            "scale": "robust",
            "settings": [{"name": "Annual Income (k$)", "log": True, "weight": 2}],
            "row_filter": {"column": "Age", "low": 20},
            "filtered": "place",
        },
        "clustering": {"method": "agglomerative", "n_clusters": 4, "settings": {"linkage": "average"}},
    }
    found = answer("fit", MALL, "--settings", settings(told), "--out", tmp_path / "out.csv")
    log = ColumnSpec("Annual Income (k$)", log=True, weight=2)
    spec = FeatureSpec(
        tuple(INCOME_AND_SCORE.split(",")),
        scale="robust",
        settings=(log,),
        row_filter=RowFilter("Age", low=20),
        filtered="place",
    )
    clustering = fit(prepare(read_table(MALL), spec), ClusterSpec("agglomerative", 4, settings={"linkage": "average"}))
    assert found["sizes"] == list(clustering.sizes)
    assert found["inertia"] == clustering.inertia
    assert found["settings"] == {"linkage": "average"}


def test_an_option_counts_before_the_settings(answer, settings, tmp_path):
    told = {"features": {"scale": "none"}, "clustering": {"method": "birch", "n_clusters": 9, "random_state": 1}}
    options = ["--settings", settings(told), "--scale", "minmax", "--method", "kmeans", "--n-clusters", 3]
    found = answer("fit", MALL, *options, "--random-state", 0, "--out", tmp_path / "out.csv")
    expected = answer("fit", MALL, "--scale", "minmax", "--n-clusters", 3, "--out", tmp_path / "out.csv")
    assert found == expected


def test_a_number_of_segments_in_the_settings_is_passed_over_by_a_method_that_finds_it(answer, settings, tmp_path):
    options = ["--settings", settings({"clustering": {"n_clusters": 9}}), "--method", "hdbscan"]
    told = answer("fit", MALL, *options, "--out", tmp_path / "out.csv")
    assert told["n_clusters"] == len(told["sizes"])


def test_start_centers_can_be_told(answer, settings, tmp_path):
    start = [[-1, -1], [1, 1]]
    told = {"clustering": {"start": start}}
    options = ["--features", INCOME_AND_SCORE, "--settings", settings(told), "--n-clusters", 2]
    found = answer("fit", MALL, *options, "--out", tmp_path / "out.csv")
    features = prepare(read_table(MALL), FeatureSpec(tuple(INCOME_AND_SCORE.split(","))))
    assert found["inertia"] == fit(features, ClusterSpec(n_clusters=2, start=start)).inertia


@pytest.mark.parametrize(
    "told, sentence",
    [
        ("{", "holds no settings: it is no JSON ("),
        ("[1]", 'The settings: [1] is no object with "features", "clustering".'),
        ({"cluster": {}}, 'The settings: "cluster" is no setting. Known: "features", "clustering".'),
        ({"clustering": []}, 'clustering: [] is no object with "method", "n_clusters", '),
        ({"clustering": {"eps": 1}}, 'clustering: "eps" is no setting. Known: "method", "n_clusters", "n_init", '),
        ({"clustering": {"n_init": "ten"}}, 'clustering: n_init is "ten"; it must be a whole number.'),
        ({"clustering": {"n_init": True}}, "clustering: n_init is true; it must be a whole number."),
        ({"clustering": {"n_clusters": 2.5}}, "clustering: n_clusters is 2.5; it must be a whole number or null."),
        ({"clustering": {"tol": None}}, "clustering: tol is null; it must be a number."),
        ('{"clustering": {"tol": 1' + "0" * 400 + "}}", "it must be a number."),
        ({"clustering": {"settings": ["eps"]}}, 'clustering: settings is ["eps"]; it must be an object.'),
        ({"clustering": {"settings": {"eps": 1}}}, "k-means has no setting 'eps'. Its settings: none of its own."),
        (
            '{"clustering": {"method": "dbscan", "settings": {"eps": ' + "9" * 400 + "}}}",
            "…; it must be a number above 0",
        ),
        ({"clustering": {"method": "birch", "settings": {"threshold": 1e200}}}, "threshold is 1e+200; it must be a"),
        ({"clustering": {"n_init": 10**9}}, "n_init is 1000000000; it must be from 1 to 1,000."),
        ({"clustering": {"max_iter": 10**6}}, "max_iter is 1000000; it must be from 1 to 100,000."),
        (
            {"clustering": {"start": [[1e200], [0]]}},
            "A start center lies beyond 1e+100, too far out to calculate with.",
        ),
        ({"clustering": {"start": [1, 2]}}, "clustering: start is 1; it must be a list."),
        ({"features": {"settings": [{"log": True}]}}, 'features: settings: "name" is not told.'),
        ({"features": {"row_filter": {"low": 1}}}, 'features: row_filter: "column" is not told.'),
        ({"features": {"row_filter": 1}}, "features: row_filter is 1; it must be an object or null."),
        ({"features": {"settings": [{"name": "Age", "log": 1}]}}, "log is 1; it must be true or false."),
        ({"features": {"columns": "Age"}}, 'features: columns is "Age"; it must be a list.'),
        ({"features": {"scale": "log"}}, "scale is 'log'; it can be standard, minmax, robust, none."),
    ],
    ids=str,
)
def test_settings_that_cannot_be_had_are_refused_in_a_sentence(refusal, settings, told, sentence):
    assert sentence in refusal("sweep", MALL, "--settings", settings(told))


def test_settings_that_are_not_there_are_refused(refusal, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    expected = "settings.json cannot be opened: No such file or directory. Check the path."
    assert refusal("sweep", MALL, "--settings", "settings.json") == expected


# --- options of both ---


@pytest.mark.parametrize(
    "option, value, n_segments",
    [("missing", "aside", 5), ("missing", "mean", 6), ("missing", "median", 6), ("missing", "most_frequent", 6)],
)
def test_missing_cells_are_treated_as_asked(answer, small, tmp_path, option, value, n_segments):
    out = tmp_path / "out.csv"
    told = answer("fit", small, f"--{option}", value, "--n-clusters", 2, "--out", out)
    assert sum(told["sizes"]) == n_segments


@pytest.mark.parametrize("value, n_placed", [("auto", 201), ("keep", 201), ("clip", 201), ("aside", 200)])
def test_outliers_are_treated_as_asked(answer, tmp_path, value, n_placed):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("\n".join(["x,y", *(f"{i % 3 + 10 * (i % 2)},1.{i % 5}" for i in range(200)), "1000,1"]))
    told = answer("fit", path, "--features", "x", "--outliers", value, "--n-clusters", 2, "--out", out)
    assert sum(told["sizes"]) == n_placed
    # only where it is kept does the far row become a segment of its own
    assert (told["sizes"][1] == 1) == (value == "keep")


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
def test_columns_are_scaled_as_asked(answer, scale):
    told = answer("sweep", MALL, "--features", INCOME_AND_SCORE, "--k", "5", "--scale", scale)
    features = prepare(read_table(MALL), FeatureSpec(tuple(INCOME_AND_SCORE.split(",")), scale=scale))
    assert told["inertia"] == [fit(features, ClusterSpec(n_clusters=5)).inertia]


@pytest.mark.parametrize(
    "text, expected",
    [
        ('"spend, gross",age', ["spend, gross", "age"]),
        ('age, "spend, gross"', ["age", "spend, gross"]),
        ("age,", ["age"]),
        ('say "hi"', ['say "hi"']),
    ],
)
def test_names_that_hold_commas_stand_in_quotation_marks(answer, tmp_path, text, expected):
    path = tmp_path / "in.csv"
    header = ["spend, gross", "age", 'say "hi"']
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *([i, i * i % 7, i % 3] for i in range(1, 9))])
    assert answer("sweep", path, "--features", text, "--k", "2")["features"] == expected


def test_options_cannot_be_cut_short(refusal):
    assert refusal("sweep", MALL, "--feat", "Age").startswith("Unrecognized arguments: --feat Age.")


# --- refusals ---


@pytest.mark.parametrize(
    "command, option, value",
    [("sweep", "--recipe", "recipe.json"), ("sweep", "--memory", "4G"), ("fit", "--memory", "4G")],
)
def test_an_option_that_is_not_there_yet_is_refused(refusal, tmp_path, command, option, value):
    out = tmp_path / "out.csv"
    needed = ["--n-clusters", "3", "--out", out] if command == "fit" else []
    assert refusal(command, MALL, *needed, option, value).startswith(f"Unrecognized arguments: {option} {value}.")
    assert not out.exists()


@pytest.mark.parametrize("command", ["explore", "predict"])
def test_a_command_that_is_not_there_is_refused_with_those_that_are(refusal, command):
    sentence = refusal(command, MALL)
    assert f"invalid choice: '{command}'" in sentence
    assert all(known in sentence for known in ("read", "sweep", "fit"))


def test_no_command_is_refused(refusal):
    assert "required" in refusal()


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--k", "1:5"], "The numbers of segments to try start at 2 or above"),
        (["--k", "5:2"], "ends before it begins"),
        (["--k", "two"], "'two' is no range such as 2:10"),
        (["--k", "2:1000000000"], "asks for more than the 1,000 numbers of segments that can be tried at once"),
        (["--k", f"2:{10**30}"], "asks for more than the 1,000 numbers of segments that can be tried at once"),
        (["--k", ":5"], "':5' is no range such as 2:10"),
        (["--k", "200:210"], "Only 200 different customers take part; 200 segments need at least 201"),
        (["--features", "Age,Height"], 'There is no column "Height". The columns are "CustomerID", "Gender", "Age"'),
        (["--features", "Age\nHeight"], 'There is no column "Height"'),
        (["--features", "Age,Age"], "A column is chosen twice"),
        (["--features", ""], "No column is chosen. Choose at least one column of numbers"),
        (["--features", " , "], "No column is chosen"),
        (["--scale", "log"], "invalid choice: 'log'"),
        (["--outliers", "drop"], "invalid choice: 'drop'"),
        (["--missing", "zero"], "invalid choice: 'zero'"),
        (["--method", "magic"], "invalid choice: 'magic'"),
        (["--min-share", "0.6"], "The smallest share is 0.6; it must be between 0 and 0.5"),
        (["--min-share", "much"], "invalid float value: 'much'"),
        (["--random-state", "-1"], "random_state is -1; it must be between 0 and 4294967295"),
        (["--random-state", "1.5"], "invalid int value: '1.5'"),
        (["surplus"], "Unrecognized arguments: surplus"),
    ],
    ids=" ".join,
)
def test_a_sweep_that_is_not_possible_is_refused_in_a_sentence(run, arguments, sentence):
    status, out, error = run("sweep", MALL, *arguments)
    assert (status, out) == (2, "")
    assert sentence in error.splitlines()[-1]
    assert error.count("\n") == 1 + sum(" segments fitted" in line for line in error.splitlines())


@pytest.mark.parametrize(
    "n_clusters, sentence",
    [
        ("1", "1 segments were asked for; at least 2 are possible"),
        ("-2", "-2 segments were asked for"),
        ("201", "201 segments were asked for, but only 200 different customers take part"),
        ("five", "'five' is neither a whole number nor auto"),
        ("2.5", "'2.5' is neither a whole number nor auto"),
        ("AUTO", "'AUTO' is neither a whole number nor auto"),
    ],
)
def test_a_wrong_number_of_segments_is_refused_and_nothing_is_written(refusal, tmp_path, n_clusters, sentence):
    assert sentence in refusal("fit", MALL, f"--n-clusters={n_clusters}", "--out", tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_fit_needs_a_place_to_write(refusal):
    sentence = refusal("fit", MALL, "--n-clusters", "2")
    assert sentence.startswith("The following arguments are required: --out.")


def test_fit_needs_a_number_of_segments_for_a_method_that_is_told(refusal, tmp_path):
    sentence = refusal("fit", MALL, "--method", "spectral", "--out", tmp_path / "out.csv")
    assert sentence == "Spectral is told the number of segments: give --n-clusters 5, or auto."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["read"], ["sweep"], ["fit", "--n-clusters", "2", "--out", "out.csv"]])
def test_a_file_that_is_not_there_is_refused(refusal, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert (
        refusal(*command, "missing.csv") == "missing.csv cannot be opened: No such file or directory. Check the path."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_table_is_refused(refusal, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7 ...")
    assert refusal("read", path).startswith("report.pdf is a PDF document, not a CSV file.")


def test_a_refusal_stays_one_line_where_a_name_has_two(refusal):
    assert refusal("sweep", MALL, "--features", '"two\nlines"').startswith(
        'There is no column "two lines". The columns'
    )


def test_a_column_of_text_is_refused_with_the_reason(refusal, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("x,note\n" + "".join(f"{i},as said {i % 9} {i}\n" for i in range(60)))
    assert refusal("sweep", path, "--features", "note").startswith('"note" cannot build segments: ')


# --- the output file ---


def test_a_refused_fit_leaves_an_earlier_output_as_it_was(refusal, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("from yesterday")
    refusal("fit", MALL, "--n-clusters", "500", "--out", out)
    assert out.read_text() == "from yesterday"
    assert list(tmp_path.iterdir()) == [out]


def test_an_earlier_output_is_replaced_whole(answer, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("from yesterday\n" * 10_000)
    answer("fit", MALL, "--n-clusters", 2, "--out", out)
    assert len(records(out)) == 201
    assert list(tmp_path.iterdir()) == [out]


def test_the_output_can_be_read_by_whom_the_system_allows(answer, tmp_path):
    out, plain = tmp_path / "out.csv", tmp_path / "plain"
    plain.touch()
    answer("fit", MALL, "--n-clusters", 2, "--out", out)
    assert out.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(
    "place, reason", [("nowhere/out.csv", "No such file or directory"), (".", "Is a directory"), ("", "Is a directory")]
)
def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(refusal, tmp_path, monkeypatch, place, reason):
    monkeypatch.chdir(tmp_path)
    sentence = refusal("fit", MALL, "--n-clusters", 2, "--out", place)
    assert sentence == f"{Path(place)} cannot be written: {reason}. Choose another place."
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_an_earlier_output_as_it_was(refusal, tmp_path):
    # no file may grow beyond 1,000 bytes here
    out = tmp_path / "out.csv"
    out.write_text("from yesterday")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        sentence = refusal("fit", MALL, "--n-clusters", 2, "--out", out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sentence == f"{out} cannot be written: File too large. Choose another place."
    assert out.read_text() == "from yesterday"
    assert list(tmp_path.iterdir()) == [out]


def test_a_link_keeps_leading_to_the_output(answer, tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.touch()
    link.symlink_to(target)
    answer("fit", MALL, "--n-clusters", 2, "--out", link)
    assert link.is_symlink()
    assert len(records(target)) == 201


def test_a_pipe_is_written_to_and_not_replaced_by_a_file(answer, tmp_path):
    # the same holds for /dev/null, where this matters more and cannot be tried
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # held open for both, so that a test that goes wrong does not wait for a reader for ever
    handle = os.open(pipe, os.O_RDWR)
    received = []
    reader = threading.Thread(target=lambda: received.append(os.read(handle, 65_536)), daemon=True)
    reader.start()
    answer("fit", MALL, "--n-clusters", 2, "--out", pipe)
    assert pipe.is_fifo()
    reader.join(timeout=10)
    os.close(handle)
    assert received[0].startswith(b"\xef\xbb\xbfCustomerID,Gender,")


# --- the process ---


def test_progress_goes_to_standard_error_and_the_answer_to_standard_output(run):
    status, out, error = run("sweep", MALL, "--k", "2:4")
    assert status == 0
    assert error.splitlines() == ["2 segments fitted", "3 segments fitted", "4 segments fitted"]
    assert out.count("\n") == 1
    assert list(json.loads(out)) == SWEEP_KEYS


def test_a_sweep_in_a_process_of_its_own():
    done = run_in_a_process("sweep", MALL, "--features", INCOME_AND_SCORE)
    assert done.returncode == 0
    assert json.loads(done.stdout)["recommended"] == 5


def test_a_refusal_in_a_process_of_its_own_is_one_line_and_status_two():
    done = run_in_a_process("fit", MALL, "--n-clusters", "5", "--out", "out.csv", "--max-memory", "much")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"--max-memory" in done.stderr
    assert not (ROOT / "out.csv").exists()


def test_the_answer_is_utf_8_whatever_the_terminal_speaks(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("Umsatz €,漢字\n1,2\n3,4\n9,9\n", encoding="utf-8")
    done = run_in_a_process("read", str(path), PYTHONIOENCODING="latin-1")
    assert done.returncode == 0, done.stderr
    assert [column["name"] for column in json.loads(done.stdout)["columns"]] == ["Umsatz €", "漢字"]


def test_help_lists_the_commands_and_succeeds(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--help"])
    assert leaving.value.code == 0
    told = capsys.readouterr().out
    assert all(f"\n    {command} " in told for command in ("read", "sweep", "fit"))


# --- the library behind it ---


@pytest.mark.parametrize("name", [n for n in clustering.__all__ if callable(getattr(clustering, n))])
def test_every_public_function_and_class_says_what_it_is_for(name):
    doc = vars(clustering)[name].__doc__
    assert doc
    # a dataclass without a docstring is given its signature
    assert not doc.startswith(f"{name}(")
    assert inspect.cleandoc(doc).splitlines()[0].endswith((".", ";", ":", ")"))


def test_public_names_are_listed_once_and_are_there():
    assert len(set(clustering.__all__)) == len(clustering.__all__)
    assert all(hasattr(clustering, name) for name in clustering.__all__)


def test_the_value_of_a_line_can_be_quantity_times_price(answer, tmp_path):
    path = ROOT / "sample_data" / "purchases.csv"
    columns = ["--customer", "customer_id", "--date", "date"]
    told = answer("rfm", path, *columns, "--amount", "quantity*unit_price", "--out", tmp_path / "customers.csv")
    assert told["customers"] > 100
    assert "monetary" in (tmp_path / "customers.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_reader_that_has_seen_enough_gets_no_traceback():
    command = f"{sys.executable} -m clustering read {MALL} | true"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert "BrokenPipe" not in done.stderr
