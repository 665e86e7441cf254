"""What the command line writes: Parquet with types where it is asked for, and the profile; whole or not at all."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.__main__ import main

# two crowds of three; 0001 is an identifier, and the last amount is missing
CONTENT = (
    b"id,amount,city,note\n0001,1,A,=1+1\n0002,2,B,\n0003,3,A,x\n"
    b'0004,50,B,"y, z"\n0005,51,B,@here\n0006,52,B,x\n0007,,A,x\n'
)
ADDED = ["segment", "segment_name", "segment_note"]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def answer(capsys):
    """Run a command that succeeds; its JSON object."""

    def answer(*arguments):
        status = main([str(argument) for argument in arguments])
        out, error = capsys.readouterr()
        assert status == 0, error
        return json.loads(out)

    return answer


@pytest.fixture
def refusal(capsys):
    """Run a command that is refused; its one sentence."""

    def refusal(*arguments):
        status = main([str(argument) for argument in arguments])
        out, error = capsys.readouterr()
        assert (status, out, error.count("\n")) == (2, "", 1)
        return error.strip()

    return refusal


FIT = ["--features", "amount", "--missing", "aside", "--n-clusters", 2]


# --- Parquet ---


@pytest.mark.parametrize("name", ["out.parquet", "OUT.PARQUET"])
def test_a_name_that_ends_in_parquet_gets_parquet(answer, source, tmp_path, name):
    told = answer("fit", source, *FIT, "--out", tmp_path / name)
    found = pq.read_table(tmp_path / name)
    assert found.column_names == ["id", "amount", "city", "note", *ADDED]
    assert found["id"].to_pylist() == ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
    assert found.schema.field("amount").type == pa.int64()
    assert found["amount"].to_pylist() == [1, 2, 3, 50, 51, 52, None]
    assert found["segment"].to_pylist() == [1, 1, 1, 2, 2, 2, None]
    assert found["segment_note"].to_pylist()[-1] == "amount is missing"
    assert told["sizes"] == [3, 3]


def test_in_parquet_no_cell_gets_an_apostrophe(answer, source, tmp_path):
    told = answer("fit", source, *FIT, "--out", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["note"].to_pylist()[:5] == ["=1+1", None, "x", "y, z", "@here"]
    assert not [note for note in told["notes"] if "apostrophe" in note]


@pytest.mark.parametrize("name", ["out.csv", "out.txt", "out", "out.parquet.csv"])
def test_any_other_name_gets_csv(answer, source, tmp_path, name):
    told = answer("fit", source, *FIT, "--out", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbfid,amount,city,note,segment,")
    assert "2 cells that would start a formula got a leading apostrophe." in told["notes"]


def test_columns_of_a_parquet_file_come_back_with_the_types_they_had(answer, tmp_path):
    columns = {
        "who": pa.array(["0001", "7", None, "=x"]),
        "amount": pa.array([1, 2, 50, 51], pa.int16()),
        "share": pa.array([0.5, None, 0.25, 1], pa.float32()),
        "day": pa.array([19_000, 19_001, None, 19_002], pa.int32()).cast(pa.date32()),
        "flag": pa.array([True, None, False, True]),
    }
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    answer("fit", tmp_path / "in.parquet", *FIT, "--out", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(list(columns)).equals(pa.table(columns))
    assert found["segment"].to_pylist() == [1, 1, 2, 2]


def test_a_recipe_is_applied_to_parquet_too(answer, source, tmp_path):
    answer("fit", source, *FIT, "--out", tmp_path / "out.csv", "--recipe", tmp_path / "recipe.json")
    told = answer("apply", tmp_path / "recipe.json", source, "--out", tmp_path / "placed.parquet")
    found = pq.read_table(tmp_path / "placed.parquet")
    assert found["id"].to_pylist() == ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
    assert found["segment"].to_pylist() == [1, 1, 1, 2, 2, 2, None]
    assert found.schema.field("segment_distance").type == pa.float64()
    assert (told["sizes"], told["not_placed"]) == ([3, 3], 1)


def test_customers_made_of_purchases_can_be_had_as_parquet(answer, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("who,when,paid\n01,2024-01-01,5.50\n02,2024-01-03,7.00\n01,2024-01-02,2.50\n03,2024-01-03,1.25\n")
    options = ["--customer", "who", "--date", "when", "--amount", "paid"]
    answer("rfm", path, *options, "--out", tmp_path / "customers.parquet")
    answer("rfm", path, *options, "--out", tmp_path / "customers.csv")
    found = pq.read_table(tmp_path / "customers.parquet")
    assert found["who"].to_pylist() == ["01", "02", "03"]
    assert [float(paid) for paid in found["monetary"].to_pylist()] == [8.0, 7.0, 1.25]
    assert found.schema.field("last_purchase").type == pa.date32()
    again = pd.read_csv(tmp_path / "customers.csv", dtype=str, encoding="utf-8-sig")
    assert found.column_names == list(again.columns)


# --- the profile ---


def test_the_profile_holds_the_numbers_of_the_library(answer, source, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"features": {"describe": ["city"]}}')
    out = ["--out", tmp_path / "out.parquet", "--profile", tmp_path / "profile.json"]
    answer("fit", source, *FIT, "--settings", settings, *out)
    told = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    table, spec = read_table(CONTENT), FeatureSpec(("amount",), missing="aside", describe=("city",))
    found = profile(table, fit(prepare(table, spec), ClusterSpec(n_clusters=2)), spec)
    assert [(segment["segment"], segment["size"], segment["share"]) for segment in told["segments"]] == [
        (1, 3, 0.5),
        (2, 3, 0.5),
    ]
    (amount,) = told["columns"]
    assert (amount["column"], amount["kind"], amount["built"]) == ("amount", "number", True)
    assert (amount["explained"], amount["lowest"]) == (found.explained[0], 1.0)
    assert amount["overall"] == {"mean": 26.5, "median": 26.5, "lower_quartile": 2.0, "upper_quartile": 51.0}
    for label, mean in enumerate((2.0, 51.0)):
        part = amount["segments"][label]
        assert (part["segment"], part["mean"], part["median"], part["value_weight"]) == (label + 1, mean, mean, 3.0)
        assert part["lower_quartile"] == found.lower_quartiles[label, 0] == mean - 1
        assert part["upper_quartile"] == found.upper_quartiles[label, 0] == mean + 1
        assert part["difference"] == found.differences[label, 0]
    (city,) = told["categories"]
    assert (city["column"], city["built"], city["levels"]) == ("city", False, ["B", "A"])
    assert city["association"] == found.categories[0].association
    assert city["overall"] == pytest.approx([4 / 6, 2 / 6])
    np.testing.assert_allclose([part["shares"] for part in city["segments"]], [[1 / 3, 2 / 3], [1, 0]])


def test_weights_are_told_in_the_profile(answer, source, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"features": {"columns": ["x"], "weight_column": "w"}}')
    source.write_text("x,w\n1,3\n2,1\n50,2\n51,2\n")
    out = ["--out", tmp_path / "out.csv", "--profile", tmp_path / "profile.json"]
    answer("fit", source, "--settings", settings, "--n-clusters", 2, *out)
    told = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    assert told["weight_column"] == "w"
    assert [segment["weight_share"] for segment in told["segments"]] == [0.5, 0.5]
    assert told["columns"][0]["segments"][0]["mean"] == 1.25  # (3 * 1 + 1 * 2) / 4


def test_what_is_undefined_in_the_profile_is_null(answer, source, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"features": {"describe": ["y"]}}')
    source.write_text("x,y\n1,7\n2,8\n50,\n51,\n")
    out = ["--out", tmp_path / "out.csv", "--profile", tmp_path / "profile.json"]
    answer("fit", source, "--features", "x", "--settings", settings, "--n-clusters", 2, *out)
    told = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    parts = {column["column"]: column["segments"] for column in told["columns"]}
    assert [part["mean"] for part in parts["y"]] == [7.5, None]


def test_names_of_the_file_stand_in_the_profile_as_they_are(answer, source, tmp_path):
    name = '=cmd|"<b>\u202e'
    frame = pd.DataFrame({name: [1, 2, 50, 51]})
    frame.to_csv(source, index=False)
    answer("fit", source, "--n-clusters", 2, "--out", tmp_path / "out.csv", "--profile", tmp_path / "profile.json")
    assert json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))["columns"][0]["column"] == name


# --- whole or not at all ---


@pytest.mark.parametrize("given", ["nowhere/profile.json", "."])
def test_where_the_profile_cannot_be_written_nothing_is(refusal, source, tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    sentence = refusal("fit", source, *FIT, "--out", "out.parquet", "--profile", given)
    assert sentence.startswith(f"{given} cannot be written: ")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_profile_is_not_written_over_what_was_read_or_over_the_rows(refusal, source, tmp_path):
    sentence = refusal("fit", source, *FIT, "--out", tmp_path / "out.parquet", "--profile", source)
    assert "in.csv is the file that was read." in sentence
    sentence = refusal("fit", source, *FIT, "--out", tmp_path / "out", "--profile", tmp_path / "out")
    assert "is named for two files." in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
    assert source.read_bytes() == CONTENT


def test_the_help_tells_of_both(capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "--out labelled.csv|labelled.parquet" in told
    assert "Parquet, with types, where the name ends in .parquet; CSV under any other name" in told
    assert "--profile profile.json" in told
