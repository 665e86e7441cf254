"""How the segments were found and what speaks against them, as every document tells it."""

from dataclasses import replace

import pytest

from clustering import ClusterSpec, read_table, recommend, stability, sweep
from clustering.export.honesty import doubts, method_facts
from clustering.profile.checklist import Check
from clustering.wording import score
from tests.conftest import SAMPLE_DATA
from tests.found import findings_of, named

COLUMNS = ("Annual Income (k$)", "Spending Score (1-100)")
GOOD = Check("Distinct", "green", "0.70", "0.70", "Fine.")
BLURRED = Check("Distinct", "amber", "0.40", "0.40", "Its border is blurred.")
NO_RULE = Check("Reachable", "red", "–", "–", "No short rule tells who belongs to it.")


@pytest.fixture(scope="module")
def found(mall):
    """Five segments of the mall's customers, with the recommendation of the sweep."""
    findings = findings_of(mall, COLUMNS, title="Mall", describe=("Age",))
    tried = sweep(findings.features, ClusterSpec(), range(2, 11))
    advice = recommend(tried, stability(findings.features, ClusterSpec(), range(2, 11)))
    return replace(findings, advice=advice)


@pytest.fixture(scope="module")
def sound(found):
    """The same without anything to doubt."""
    return replace(found, checks=((GOOD,),) * 5, separation=0.6, repeatability=0.9)


def fact(findings, label):
    return dict(method_facts(findings))[label]


# --- how it was found ---


def test_all_customers_have_a_segment_and_so_it_says(found):
    assert fact(found, "Customers") == "All 200 customers of the file have a segment."


def test_customers_without_a_segment_are_counted_with_noise_apart():
    # 1 to 3 and 101 to 103 are crowds, 50 is near neither, and one cell is missing
    table = read_table(b'x\n1\n2\n3\n50\n101\n102\n103\n""\n')
    spec = ClusterSpec("dbscan", settings={"eps": 1.5, "min_samples": 2})
    noisy = findings_of(table, ("x",), spec, scale="none", outliers="keep", missing="aside")
    assert fact(noisy, "Customers") == (
        "6 of the 8 rows of the file (75 %) have a segment. 1 (14 %) is noise: near no segment. 1 was set aside."
    )


def test_customers_placed_afterwards_are_counted():
    lines = ["a", *(str(i % 3) for i in range(31)), *(str(10 + i % 3) for i in range(29)), "1000"]
    placed = findings_of(read_table("\n".join(lines).encode()), ("a",), ClusterSpec(n_clusters=2))
    assert fact(placed, "Customers").endswith(
        "1 took no part in finding the segments and was placed with the nearest one."
    )


def test_columns_that_build_and_that_describe_are_told_apart(found):
    assert fact(found, "Columns") == (
        '"Annual Income (k$)" and "Spending Score (1-100)" built the segments. "Age" only describes them.'
    )


def test_preparation_is_told_with_its_own_notes(found):
    noted = replace(found, features=replace(found.features, notes=("Age: 3 missing cells filled with the median 36.",)))
    told = fact(noted, "Preparation")
    assert told.startswith("Every column was scaled to average 0 and spread 1")
    assert told.endswith("Age: 3 missing cells filled with the median 36.")


def test_the_method_is_told_with_its_settings(found):
    n_iter = found.clustering.n_iter
    assert fact(found, "Method") == (
        "k-means, told to find five segments: random starts 10, at most 300 rounds, tolerance 0.0001, start k-means++, "
        f"seed 0. It came to rest after {n_iter} rounds."
    )


def test_a_method_that_finds_the_number_itself_says_so(mall):
    spec = ClusterSpec("dbscan", settings={"eps": 0.3, "min_samples": 6})
    dense = findings_of(mall, COLUMNS, spec)
    assert fact(dense, "Method") == (
        "DBSCAN, which finds the number of segments itself: neighbours that make a crowd 6, reach 0.3."
    )
    assert "Nobody chose the number" in fact(dense, "Why five segments")


def test_the_reason_for_the_number_is_that_of_the_recommendation(found):
    assert fact(found, "Why five segments") == found.advice.reason


def test_another_number_than_the_recommended_one_is_told(found):
    advice = replace(found.advice, n_clusters=4, best_split=4)
    assert fact(replace(found, advice=advice), "Why five segments").startswith(
        "The number was chosen; recommended were four. "
    )


def test_separation_and_repeatability_are_those_that_were_measured(found):
    assert fact(found, "How separate").startswith(f"{score(found.separation)} (mean silhouette")
    assert fact(found, "How repeatable").startswith(f"{score(found.repeatability)} (random halves")


def test_steps_by_hand_are_numbered(found):
    assert fact(found, "Steps by hand") == "None."
    edited = replace(found, edits=("Segment 1 split in two.", "Segment 2 and segment 3 made one."))
    assert fact(edited, "Steps by hand") == "1. Segment 1 split in two. 2. Segment 2 and segment 3 made one."


def test_a_stand_in_for_new_customers_is_told_with_how_often_it_is_right(found):
    recipe = replace(found.recipe, stand_in="nearest_center", agreement=0.97)
    told = fact(replace(found, recipe=recipe), "New customers")
    assert "nearest center" in told
    assert "97 % of these customers" in told


def test_where_nothing_was_measured_a_dash_and_the_reason_stand(found):
    unknown = replace(found, repeatability=float("nan"), edits=("Segment 1 split in two.",))
    assert fact(unknown, "How repeatable").startswith("– Steps by hand changed")


# --- what speaks against it ---


def test_nothing_to_doubt_is_no_sentence(sound):
    assert sound.advice.agreement == "clear"
    assert doubts(sound) == ()


def test_no_clear_segments_is_the_first_doubt(sound):
    told = doubts(replace(sound, advice=replace(sound.advice, n_clusters=None, agreement="none"), separation=0.2))
    assert told[0].startswith("No clear segments were found in these customers")


def test_measures_that_do_not_agree_are_counted(sound):
    votes = (("silhouette", 5), ("davies_bouldin", 6), ("stability", 5), ("calinski_harabasz", 7))
    told = doubts(replace(sound, advice=replace(sound.advice, agreement="split", votes=votes)))
    assert told == ("The measures do not agree on the number: 2 of 4 prefer five, the others six or seven.",)


def test_a_tie_names_the_number_that_is_as_good(sound):
    advice = replace(sound.advice, agreement="split", votes=(("silhouette", 5),), alternative=6)
    assert doubts(replace(sound, advice=advice)) == (
        "Another number of segments is about as good: six instead of five.",
    )


def test_an_open_number_is_a_doubt(sound):
    told = doubts(replace(sound, advice=replace(sound.advice, agreement="open")))
    assert told[0].startswith("How many segments there are is open: five is the best")


def test_a_number_that_was_compared_with_no_other_is_a_doubt(sound):
    assert doubts(replace(sound, advice=None)) == ("No other number of segments was compared with five.",)


def test_another_number_than_the_recommended_one_is_a_doubt(sound):
    told = doubts(replace(sound, advice=replace(sound.advice, n_clusters=4, best_split=4)))
    assert told == ("Recommended were four segments, not five.",)


@pytest.mark.parametrize(
    "repeatability, told",
    [
        (0.795, ()),  # shown as 0.80 (half to even), so held against the bound as that
        (0.79, ("Random halves of the customers agree only in part on who belongs together (repeatability 0.79).",)),
        (0.39, ("Random halves of the customers hardly agree on who belongs together (repeatability 0.39).",)),
    ],
)
def test_low_repeatability_is_a_doubt(sound, repeatability, told):
    assert doubts(replace(sound, repeatability=repeatability)) == told


def test_unknown_repeatability_is_a_doubt_with_its_reason(sound):
    (few,) = doubts(replace(sound, repeatability=float("nan")))
    assert few == "How repeatable the segments are is not known. There are too few customers for two halves."


@pytest.mark.parametrize(
    "separation, told",
    [
        (0.5, ()),
        (0.49, ("The segments are not far apart (separation 0.49): their borders are blurred.",)),
        (0.24, ("The segments are not far apart (separation 0.24): they run into each other.",)),
    ],
)
def test_weak_separation_is_a_doubt(sound, separation, told):
    assert doubts(replace(sound, separation=separation)) == told


def test_a_fit_that_did_not_settle_is_a_doubt(sound):
    (told,) = doubts(replace(sound, clustering=replace(sound.clustering, settled=False)))
    assert told.startswith("The method had not come to rest")


def test_much_noise_and_few_customers_are_doubts():
    table = read_table(b"x\n1\n2\n3\n50\n101\n102\n103\n")
    spec = ClusterSpec("dbscan", settings={"eps": 1.5, "min_samples": 2})
    told = doubts(findings_of(table, ("x",), spec, scale="none", outliers="keep"))
    # one of seven is 14 %
    assert "14 % of the customers are noise, near no segment: nothing here is said about them." in told
    assert "7 customers for 1 prepared column are few: chance has a large part in the segments." in told


def test_many_rows_set_aside_and_many_filled_are_doubts():
    lines = [f"{i},{'' if i % 4 == 0 else i}" for i in range(40)]
    content = "\n".join(["a,b", *lines]).encode()
    aside = doubts(findings_of(read_table(content), ("a", "b"), ClusterSpec(n_clusters=2), missing="aside"))
    filled = doubts(findings_of(read_table(content), ("a", "b"), ClusterSpec(n_clusters=2)))
    assert "25 % of the rows of the file were set aside: nothing here is said about them." in aside
    assert "25 % of the customers had a missing value, which was filled in by a guess." in filled


def test_segments_of_which_the_same_is_to_be_said_stand_in_one_sentence(sound):
    checks = ((BLURRED,), (GOOD,), (replace(BLURRED, figure="0.30"), NO_RULE), (GOOD,), (GOOD,))
    assert doubts(replace(sound, checks=checks)) == (
        '"Segment 1" (0.40) and "Segment 3" (0.30) are each not quite distinct. Its border is blurred.',
        '"Segment 3" is not reachable. No short rule tells who belongs to it.',
    )


def test_a_check_that_could_not_be_made_is_no_doubt_of_a_segment(sound):
    unknown = Check("Repeatable", "unknown", "–", "–", "Not known.")
    assert doubts(replace(sound, checks=((unknown,),) * 5)) == ()


def test_names_stand_in_full_and_those_from_the_right_do_not_turn_the_sentence(sound):
    names = ("N" * 300, "عملاء", "a\u202eb", "plain", "<b>")
    told = doubts(named(replace(sound, checks=((NO_RULE,),) * 5), names))
    assert told[0].startswith(
        f'"{"N" * 300}", "\u2068عملاء\u2069", "\u2068a\u202eb\u2069", "plain" and "<b>" are each not reachable.'
    )


def test_after_a_look_into_a_segment_the_others_are_not_called_set_aside(sound):
    outer = replace(sound.recipe, segments=sound.recipe.segments)
    inside = replace(sound, recipe=replace(sound.recipe, outer=outer, outer_label=2))
    assert fact(inside, "Customers").endswith('Only the customers of "Segment 3" were looked at.')


@pytest.mark.parametrize("path", sorted(SAMPLE_DATA.glob("*.csv")), ids=lambda path: path.stem)
def test_every_sample_can_be_told(path):
    table = read_table(path)
    columns = tuple(one.name for one in table.columns if one.role == "number")[:3]
    sample = findings_of(table, columns, ClusterSpec(n_clusters=3))
    assert all(text for pair in method_facts(sample) for text in pair)
    assert all(told.endswith(".") for told in doubts(sample))
