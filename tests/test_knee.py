"""Where the curve of inertia has an elbow, and where none is made up."""

from pathlib import Path

import pytest

from clustering import ClusterSpec, FeatureSpec, prepare, read_table, suggest_features, sweep
from clustering.knee import knee

SAMPLES = Path(__file__).parents[1] / "sample_data"
NUMBERS = list(range(2, 11))

pytestmark = pytest.mark.filterwarnings("error")


def falling(before: float, after: float, elbow: int = 5) -> list[float]:
    """Inertia that falls with these powers of the number of clusters, up to the elbow and from there on."""
    return [
        1000 * k**-before if k <= elbow else 1000 * elbow**-before * (k / elbow) ** -after  # a line each in logarithms
        for k in NUMBERS
    ]


@pytest.mark.parametrize("elbow", [3, 4, 5, 6])
def test_the_elbow_is_where_the_fast_fall_ends(elbow):
    assert knee(NUMBERS, falling(3, 1, elbow)) == elbow


def test_an_elbow_needs_a_fall_one_and_three_quarters_as_fast_before_it_as_after():
    assert knee(NUMBERS, falling(1.76, 1)) == 5
    assert knee(NUMBERS, falling(1.74, 1)) is None


@pytest.mark.parametrize("power", [0.2, 1, 2])
def test_an_even_fall_has_no_elbow_although_it_looks_bent_on_plain_axes(power):
    # 1/k is what uniform customers in two columns give
    assert knee(NUMBERS, falling(power, power)) is None


def test_a_fall_that_grows_faster_has_no_elbow():
    assert knee(NUMBERS, falling(1, 3)) is None


def test_an_elbow_after_which_nothing_falls_any_more_counts():
    assert knee(NUMBERS, falling(2, 0)) == 5


def test_an_inertia_that_never_falls_has_no_elbow():
    assert knee(NUMBERS, [7.0] * 9) is None


def test_the_elbow_does_not_depend_on_the_units():
    assert knee(NUMBERS, [1e12 * value for value in falling(3, 1)]) == 5


def test_three_numbers_are_too_few_for_an_elbow():
    assert knee([2, 3, 4], [1000, 10, 9]) is None
    assert knee([2, 3, 4, 5], [1000, 10, 9.9, 9.8]) == 3


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_where_an_inertia_is_undefined_or_nothing_there_is_no_elbow(value):
    assert knee(NUMBERS, [*falling(3, 1)[:-1], value]) is None


def test_numbers_that_were_left_out_do_not_move_the_elbow():
    values = dict(zip(NUMBERS, falling(3, 1), strict=True))
    kept = [2, 4, 5, 7, 8, 10]
    assert knee(kept, [values[k] for k in kept]) == 5


def test_an_elbow_at_either_end_of_the_range_is_not_seen():
    assert knee(NUMBERS, falling(3, 1, elbow=2)) is None
    assert knee(NUMBERS, falling(3, 1, elbow=9)) is None


@pytest.mark.parametrize(
    "sample, columns, settings, expected",
    [
        ("blobs.csv", None, {}, 5),
        ("mall_customers.csv", ("Annual Income (k$)", "Spending Score (1-100)"), {}, 5),
        ("no_structure.csv", None, {}, None),
        ("uniform_noise.csv", None, {}, None),
        ("moons.csv", None, {}, None),
        ("iris.csv", None, {"scale": "none"}, None),
    ],
)
def test_samples_with_clear_segments_have_an_elbow_and_those_without_have_none(sample, columns, settings, expected):
    table = read_table(SAMPLES / sample)
    features = prepare(table, FeatureSpec(columns or suggest_features(table).columns, **settings))
    swept = sweep(features, ClusterSpec(), NUMBERS)
    assert knee(swept.n_clusters, swept.inertia) == expected
