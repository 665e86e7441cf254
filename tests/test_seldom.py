"""What hardly anybody comes to: refusals and edges that no walk through the app reaches."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, apply_recipe, fit, label_table, make_recipe, prepare, read_table
from clustering.charts.comparing import pair_chart
from clustering.charts.distributions import spread_chart
from clustering.compare.known import compare_known
from clustering.compare.pair import compare_pair
from clustering.errors import InvalidSetting, UnreadableFile
from clustering.export.applied import applied_table
from clustering.export.archive import per_segment_zip
from clustering.export.parquet import to_parquet
from clustering.features import ColumnSpec
from clustering.identity import Look, mark
from clustering.profile import profile
from clustering.profile.conditions import round_number
from clustering.profile.distributions import spread
from clustering.profile.rules import rules
from clustering.table import ColumnOptions, ReadOptions

LOOKS = tuple(Look(name, mark(i), True) for i, name in enumerate(("few", "many", "none")))


@pytest.fixture(scope="module")
def halves():
    """Three customers near 0, four near 100."""
    table = read_table("\n".join(["x", *map(str, (0, 1, 2, 100, 101, 102, 103))]).encode())
    features = prepare(table, FeatureSpec(("x",), outliers="keep"))
    return table, features, fit(features, ClusterSpec(n_clusters=2))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>", "MHTML"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "SYLK"),
        (b"-- customers\nCREATE TABLE customers (id int);\nINSERT INTO customers VALUES (1);\n", "SQL"),
    ],
)
def test_what_looks_like_text_and_is_no_table_is_called_by_its_name(content, kind):
    with pytest.raises(UnreadableFile, match=kind):
        read_table(content)


def test_labels_of_another_table_are_refused(halves):
    _, _, clustering = halves
    longer = read_table(
        b"x,told\n" + b"1,a\n2,b\n" * 5, options=ReadOptions(columns=(ColumnOptions("told", role="label"),))
    )
    with pytest.raises(InvalidSetting, match="another table"):
        compare_known(longer, clustering, "told")


def test_two_segmentations_without_a_common_customer_are_refused(halves):
    _, _, clustering = halves
    few = replace(clustering, rows=clustering.rows[:3], labels=np.array([0, 0, 1]), sizes=(2, 1))
    others = replace(clustering, rows=clustering.rows[3:], labels=np.array([0, 0, 0, 1]), sizes=(3, 1))
    with pytest.raises(InvalidSetting, match="No customer has a segment in both"):
        compare_pair(few, others)


def test_a_segmentation_beside_itself_is_called_the_same(halves):
    _, _, clustering = halves
    looks = LOOKS[:2]
    fig = pair_chart(compare_pair(clustering, clustering), (looks, looks), ("then", "now"))
    assert "<b>The two are the same segments</b>" in fig.layout.title.text


def test_a_recipe_applied_to_one_table_labels_no_other(halves):
    table, features, clustering = halves
    applied = apply_recipe(make_recipe(table, features, clustering), table)
    longer = read_table(b"x\n" + b"1\n2\n" * 5)
    with pytest.raises(InvalidSetting, match="another table"):
        applied_table(longer, applied)


def test_files_tell_how_far_they_are(halves):
    table, _, clustering = halves
    labelled, told = label_table(table, clustering), []
    per_segment_zip(labelled, ("many", "few"), on_step=lambda share, what: told.append((share, what)))
    assert told == [(4 / 7, "4 of 7 rows packed"), (1.0, "7 of 7 rows packed")]
    told.clear()
    to_parquet(labelled, table, on_step=lambda share, what: told.append((share, what)))
    assert (told[0], told[-1]) == ((1 / 4, "1 of 4 columns written"), (1.0, "4 of 4 columns written"))


def test_equal_medians_are_told_in_one_number():
    # 2 and 4 on either side of 3, so that the medians are equal and the values are not.
    rows = [f"{x},{y}" for x, y in ((0, 2), (1, 3), (2, 4), (100, 2), (101, 3), (102, 3), (103, 4))]
    table = read_table("\n".join(["x,visits", *rows]).encode())
    spec = FeatureSpec(("x",), describe=("visits",), outliers="keep")
    clustering = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    told = spread(table, clustering, spec, profile(table, clustering, spec), "visits")
    title = spread_chart(told, LOOKS[:2]).layout.title.text
    assert "<b>visits: the same median, 3, in every segment</b>" in title


@pytest.mark.parametrize(
    ("early", "late"),
    [(("06:00:00", "08:00:00"), ("18:00:00", "20:00:00")), (("08:00:10", "08:00:12"), ("08:03:50", "08:03:52"))],
    ids=["hours", "minutes"],
)
def test_a_rule_parts_two_crowds_of_one_day_by_the_clock(early, late):
    moments = [*early * 6, *late * 5]
    table = read_table("\n".join(["seen", *(f"2026-01-31 {moment}" for moment in moments)]).encode())
    spec = FeatureSpec(("seen",), settings=(ColumnSpec("seen", "date"),), outliers="keep")
    features = prepare(table, spec)
    found = rules(table, features, fit(features, ClusterSpec(n_clusters=2)))
    assert found.fidelity == 1
    ((many,), (few,)) = found.per_segment
    assert many.mask(table.frame).tolist() == [True] * 12 + [False] * 10
    assert few.mask(table.frame).tolist() == [False] * 12 + [True] * 10


def test_between_two_neighbouring_numbers_there_is_no_rounder_one():
    low = 0.1 + 0.2  # 0.30000000000000004
    assert round_number(low, float(np.nextafter(low, 1))) == low
    assert round_number(0.29, low) == 0.3
