"""Which number of segments is recommended, in what words, and how sure that is."""

from math import nan
from pathlib import Path

import pytest

from clustering import ClusterSpec, FeatureSpec, Sweep, prepare, read_table, recommend, suggest_features, sweep
from clustering.errors import InvalidSetting
from clustering.sweep import Step

SAMPLES = Path(__file__).parents[1] / "sample_data"


def step(n_clusters, simplified, silhouette=0.6, contrast=100.0, overlap=1.0, sizes=None):
    return Step(
        n_clusters=n_clusters,
        sizes=sizes or (10,) * n_clusters,
        n_iter=5,
        inertia=1 / n_clusters,
        silhouette=silhouette,
        silhouette_error=0.0,
        simplified_silhouette=simplified,
        calinski_harabasz=contrast,
        davies_bouldin=overlap,
    )


def recommended(*steps, **settings):
    return recommend(Sweep(steps, n_samples=100, silhouette_sample=None), **settings)


# In each of these three is best by the deciding index, the simplified silhouette.
AGREED = (step(2, 0.5, 0.5, 80, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 70, 1.5))
# contrast is greatest at 4; overlap is least at 4
SPLIT = (step(2, 0.65, 0.5, 80, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 95, 0.7))


# --- the number ---


def test_the_largest_simplified_silhouette_decides():
    steps = [step(2, 0.5, 0.9, 900, 0.1), step(3, 0.51), step(4, 0.49)]
    assert recommended(*steps).n_clusters == 3


def test_every_index_votes_by_its_own_direction():
    assert recommended(*SPLIT).votes == (
        ("simplified_silhouette", 3),
        ("silhouette", 3),
        ("calinski_harabasz", 4),
        ("davies_bouldin", 4),
    )


def test_of_equally_good_numbers_the_smaller_is_taken():
    result = recommended(step(4, 0.6), step(2, 0.6), step(3, 0.6))
    assert result.n_clusters == 2
    assert {vote for _, vote in result.votes} == {2}


def test_a_score_that_is_undefined_wins_nothing():
    result = recommended(step(2, 0.5, overlap=1.0), step(3, nan, overlap=nan))
    assert result.n_clusters == 2
    assert ("davies_bouldin", 2) in result.votes


def test_an_index_that_is_undefined_throughout_does_not_vote():
    result = recommended(*(step(k, score, contrast=nan) for k, score in ((2, 0.5), (3, 0.4), (4, 0.3))))
    assert [name for name, _ in result.votes] == ["simplified_silhouette", "silhouette", "davies_bouldin"]
    assert "All three measures agree" in result.reason


# --- how sure ---


def test_indices_that_agree_are_clear():
    assert recommended(*AGREED).agreement == "clear"


def test_a_clear_reason_names_the_number_and_the_runner_up():
    assert recommended(*AGREED).reason == (
        "At three the customers are closest to their own segment and farthest from the others. "
        "All four measures agree; four is the runner-up."
    )


def test_the_runner_up_of_a_clear_case_is_the_next_best_by_the_deciding_index():
    # 0.6 for four, 0.5 for two
    assert recommended(*AGREED).alternative == 4


def test_a_single_number_has_no_runner_up():
    result = recommended(step(3, 0.7))
    assert result.alternative is None
    assert result.agreement == "open"
    assert result.reason == (
        "Only one number of segments could be compared, and three comes out best. Try a wider range before you decide."
    )


def test_the_largest_number_tried_is_never_clear():
    result = recommended(step(2, 0.4, 0.4, 80, 1.2), step(3, 0.5, 0.5, 90, 0.8), step(4, 0.7, 0.6, 95, 0.7))
    assert result.agreement == "open"
    assert result.reason.startswith("Four comes out best and is the largest number tried.")


def test_the_largest_number_that_the_customers_can_bear_can_be_clear():
    steps = (step(2, 0.4, 0.4, 80, 1.2), step(3, 0.5, 0.5, 90, 0.8), step(4, 0.7, 0.6, 95, 0.7))
    swept = Sweep(steps, n_samples=5, silhouette_sample=None, impossible=(5, 6))
    assert recommend(swept).agreement == "clear"


def test_indices_that_disagree_are_split():
    assert recommended(*SPLIT).agreement == "split"


def test_a_split_reason_names_both_numbers_and_who_is_for_which():
    assert recommended(*SPLIT).reason == (
        "Three or four: the measures do not agree (closeness to centers and separation for three; "
        "contrast and overlap for four). Look at both before you decide."
    )


def test_the_alternative_of_a_split_case_is_what_most_dissenters_prefer():
    # two is the next best by the deciding index, but contrast and overlap prefer four
    assert recommended(*SPLIT).alternative == 4


def test_among_equally_many_dissenters_the_deciding_index_finds_the_alternative():
    # contrast prefers 2 (0.65), overlap prefers 4 (0.6)
    steps = (step(2, 0.65, 0.5, 99, 1.2), step(3, 0.7, 0.6, 90, 0.8), step(4, 0.6, 0.4, 95, 0.7))
    result = recommended(*steps)
    assert result.alternative == 2
    assert result.reason.startswith("Two or three: ")


def test_a_single_dissenter_makes_a_case_split():
    steps = (step(2, 0.5, 0.5, 99, 1.2), *AGREED[1:])
    assert recommended(*steps).agreement == "split"


@pytest.mark.parametrize("silhouette, agreement", [(0.25, "weak"), (0.2501, "clear"), (-0.1, "weak")])
def test_a_silhouette_up_to_a_quarter_is_weak_although_all_agree(silhouette, agreement):
    assert recommended(step(2, 0.5, silhouette), *(step(k, 0.4, -0.2, 90, 2.0) for k in (3, 4))).agreement == agreement


def test_weak_outranks_split():
    steps = (step(2, 0.65, 0.1, 80, 1.2), step(3, 0.7, 0.2, 90, 0.8), step(4, 0.6, 0.1, 95, 0.7))
    assert recommended(*steps).agreement == "weak"


def test_it_is_the_recommended_number_whose_silhouette_is_judged():
    # four has 0.9, but three is recommended
    assert recommended(step(3, 0.5, 0.2), step(4, 0.4, 0.9)).agreement == "weak"


def test_a_weak_reason_says_that_segments_shade_into_one_another():
    assert recommended(step(2, 0.5, 0.21), step(3, 0.4, 0.1)).reason == (
        "Two is the best split tried, but separation is weak (0.21): the segments shade into one another. "
        "Treat them as a convenient cut rather than as groups that are there."
    )


# --- segments that are too small ---


def test_a_number_that_leaves_too_small_a_segment_is_passed_over():
    result = recommended(step(2, 0.5, sizes=(60, 40)), step(3, 0.7, sizes=(60, 39, 1)), min_share=0.02)
    assert (result.n_clusters, result.too_small) == (2, (3,))


def test_a_number_passed_over_gets_no_vote_and_is_no_runner_up():
    result = recommended(step(2, 0.5, sizes=(60, 40)), step(3, 0.7, 0.9, 900, 0.1, (60, 39, 1)), min_share=0.02)
    assert {vote for _, vote in result.votes} == {2}
    assert result.alternative is None


def test_the_default_least_share_is_one_percent():
    keeps = recommended(step(2, 0.5, sizes=(600, 400)), step(3, 0.7, sizes=(600, 390, 10)))
    drops = recommended(step(2, 0.5, sizes=(600, 400)), step(3, 0.7, sizes=(600, 391, 9)))
    assert (keeps.n_clusters, drops.n_clusters) == (3, 2)


@pytest.mark.parametrize("percent", [1, 7, 14, 28, 29])
def test_a_segment_of_exactly_the_least_share_is_large_enough(percent):
    # 0.07 * 100 is 7.000000000000001 in floating point, and 0.28 * 100 is 28.000000000000004
    result = recommended(step(2, 0.5, sizes=(100 - percent, percent)), min_share=percent / 100)
    assert result.too_small == ()


def test_where_every_number_leaves_too_small_a_segment_the_best_is_named_with_that_doubt():
    result = recommended(step(2, 0.5, sizes=(95, 5)), step(3, 0.7, sizes=(60, 39, 1)), min_share=0.1)
    assert result.n_clusters == 3
    assert result.too_small == (2, 3)
    assert result.reason.endswith(" Every number tried leaves a segment with less than 10.0 % of the customers.")


# --- refusals ---


def test_nothing_swept_is_refused():
    with pytest.raises(InvalidSetting, match="No number of segments was tried yet"):
        recommended()


@pytest.mark.parametrize("min_share", [-0.01, 0.51, nan])
def test_a_least_share_that_is_not_possible_is_refused_with_what_is(min_share):
    with pytest.raises(InvalidSetting, match=f"The smallest share is {min_share}; it must be between 0 and 0.5"):
        recommended(*AGREED, min_share=min_share)


@pytest.mark.parametrize("min_share", [0, 0.5])
def test_the_bounds_of_the_least_share_are_possible(min_share):
    assert recommended(step(2, 0.5, sizes=(5, 5)), min_share=min_share).n_clusters == 2


# --- the samples ---


def recommended_for(sample, columns=None, **settings):
    table = read_table(SAMPLES / sample)
    features = prepare(table, FeatureSpec(columns or suggest_features(table).columns, **settings))
    return recommend(sweep(features, ClusterSpec(), range(2, 11)))


def test_mall_customers_are_five_clear_segments_by_income_and_spending():
    result = recommended_for("mall_customers.csv", ("Annual Income (k$)", "Spending Score (1-100)"))
    assert (result.n_clusters, result.agreement) == (5, "clear")


def test_blobs_are_five_clear_segments():
    result = recommended_for("blobs.csv")
    assert (result.n_clusters, result.agreement) == (5, "clear")


def test_iris_is_two_or_three():
    # its silhouette prefers two, its species are three
    result = recommended_for("iris.csv", scale="none")
    assert (result.n_clusters, result.alternative, result.agreement) == (2, 3, "split")
    assert result.reason.startswith("Two or three: ")


def test_independent_columns_are_told_to_be_weakly_separated():
    result = recommended_for("no_structure.csv")
    assert result.agreement == "weak"
    assert "separation is weak" in result.reason


def test_evenly_spread_noise_is_not_called_clear():
    assert recommended_for("uniform_noise.csv").agreement != "clear"
