"""Who moved from which segment to which."""

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table, to_csv
from clustering.errors import InvalidSetting
from clustering.recipe.moved import NO_SEGMENT, labelled_before, moved, placed

NAMES = ("Loyal", "New")


def at(ids, labels, names=NAMES):
    """Customers of these ids (the last column but one is only there so that a blank id makes no blank line)."""
    table = read_table(("id,x\n" + "".join(f"{one},{i}\n" for i, one in enumerate(ids))).encode(), least_rows=1)
    return placed(table, "id", np.array(labels), names)


def test_customers_are_counted_by_their_segment_before_and_after():
    found = moved(at("abcde", [0, 0, 1, 1, -1]), at("edcba", [0, 1, 1, -1, 1]))
    # a: Loyal to New; b: Loyal to none; c stays New; d stays New; e: none to Loyal
    assert found.both.tolist() == [[0, 1, 1], [0, 2, 0], [1, 0, 0]]
    assert (found.names_before, found.names_after) == ((*NAMES, NO_SEGMENT), (*NAMES, NO_SEGMENT))
    assert (found.n_both, found.n_stayed) == (5, 2)


def test_who_moved_is_told_in_the_order_of_the_file_after():
    found = moved(at("abcde", [0, 0, 1, 1, -1]), at("edcba", [0, 1, 1, -1, 1]))
    assert found.movers.values.tolist() == [
        ["e", NO_SEGMENT, "Loyal"],
        ["b", "Loyal", NO_SEGMENT],
        ["a", "Loyal", "New"],
    ]
    assert found.movers.columns.tolist() == ["id", "before", "after"]


def test_there_may_be_more_segments_before_or_after():
    few, more = at("abcd", [0, -1, 1, -1]), at("abcd", [2, 0, -1, -1], (*NAMES, "Big"))
    found = moved(few, more)
    # a: Loyal to Big; b: none to Loyal; c: New to none; d: none before and after
    assert found.both.tolist() == [[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 1]]
    assert found.movers["before"].tolist() == ["Loyal", NO_SEGMENT, "New"]
    assert found.movers["after"].tolist() == ["Big", "Loyal", NO_SEGMENT]
    assert found.names_before == (*NAMES, NO_SEGMENT)
    assert found.names_after == (*NAMES, "Big", NO_SEGMENT)
    assert moved(more, few).both.tolist() == found.both.T.tolist()


def test_what_was_counted_is_kept_from_being_written_over():
    with pytest.raises(ValueError, match="read-only"):
        moved(at("ab", [0, 1]), at("ab", [0, 1])).both[0, 0] = 7


@pytest.mark.filterwarnings("error")
def test_shares_are_of_the_customers_of_the_segment_before():
    found = moved(at("abcd", [0, 0, 0, 0]), at("abcd", [0, 0, 0, 1]))
    assert found.shares[0].tolist() == [0.75, 0.25, 0]
    assert np.isnan(found.shares[1]).all()


def test_customers_of_one_file_only_are_counted():
    found = moved(at("abc", [0, 0, 0]), at("cdefg", [0] * 5))
    assert (found.n_both, found.n_only_before, found.n_only_after) == (1, 2, 4)


def test_ids_that_stand_twice_are_not_compared_and_counted():
    found = moved(at("abbc", [0, 0, 1, 0]), at("abccc", [0, 0, 0, 0, 0]))
    # b stands twice before, c three times after: only a is compared, and nobody is in one file only
    assert (found.n_both, found.n_doubled_before, found.n_doubled_after) == (1, 2, 3)
    assert (found.n_only_before, found.n_only_after) == (0, 0)
    assert found.notes == (
        "2 rows of the file before share an id with another row and are left out.",
        "3 rows of the file after share an id with another row and are left out.",
    )


def test_rows_without_an_id_are_counted():
    found = moved(at(["a", "", "  "], [0, 0, 0]), at(["a", "", "b"], [0, 0, 0]))
    assert (found.n_both, found.n_missing_before, found.n_missing_after) == (1, 2, 1)
    assert found.notes == ("2 rows of the file before have no id.", "1 row of the file after has no id.")


def test_where_no_row_has_an_id_another_column_is_to_be_chosen():
    found = moved(at(["", ""], [0, 0]), at(["", " "], [0, 1]))
    assert (found.n_both, found.n_missing_before, found.n_missing_after) == (0, 2, 2)
    assert found.notes[-1] == "No id stands in both files. Choose the column of the same id in both."


def test_blanks_around_an_id_are_no_part_of_it():
    assert moved(at([" a ", "b"], [0, 0]), at(["a", "b  "], [0, 0])).n_both == 2


def test_ids_are_the_same_only_if_they_are_written_the_same():
    found = moved(at(["7", "8", "x"], [0, 0, 0]), at(["007", "8.0", "x"], [0, 0, 0]))
    assert found.n_both == 1


def test_where_only_the_way_of_writing_numbers_differs_that_is_said():
    found = moved(at(["7", "8", "9"], [0, 0, 0]), at(["007", "008", "011"], [0, 0, 0]))
    assert found.n_both == 0
    assert found.notes == (
        'No id stands in both files as it is written, but as numbers 2 ids would ("7", "007"). '
        "Write them the same way in both files.",
    )


def test_where_nothing_matches_the_column_is_to_be_chosen_anew():
    found = moved(at(["a", "b"], [0, 0]), at(["c", "4"], [0, 0]))
    assert found.notes == ("No id stands in both files. Choose the column of the same id in both.",)
    assert (found.both.sum(), len(found.movers), found.n_stayed) == (0, 0, 0)


def test_the_apostrophe_that_keeps_a_cell_from_being_a_formula_is_no_part_of_the_id():
    before, now = ["'@anna", "'=b", "'\uff1dc"], ["@anna", "=b", "\uff1dc"]
    assert moved(at(before, [0, 0, 0]), at(now, [0, 0, 0])).n_both == 3


def test_segments_are_the_same_by_their_name_wherever_they_stand():
    found = moved(at("ab", [0, 1]), at("ab", [1, 0], ("New", "Loyal")))
    assert (found.same, found.n_stayed) == ((1, 0), 2)


def test_a_segment_of_another_name_is_another():
    found = moved(at("ab", [0, 1]), at("ab", [0, 1], ("Loyal", "Bargain hunters")))
    assert (found.same, found.n_stayed, len(found.movers)) == ((0, -1), 1, 1)


def test_two_segments_of_one_name_stay_two():
    found = moved(at("ab", [0, 1], ("Same", "Same")), at("ab", [0, 1], ("Same", "Same")))
    assert (found.same, found.n_stayed) == ((0, 1), 2)


def test_without_a_segment_before_and_after_nobody_moved():
    assert len(moved(at("a", [-1]), at("a", [-1])).movers) == 0


def test_an_id_column_that_is_not_there_is_refused():
    table = read_table(b"id,x\na,1\nb,2\nc,3\n")
    with pytest.raises(InvalidSetting, match='There is no column "customer" in this file'):
        placed(table, "customer", np.zeros(3), NAMES)
    with pytest.raises(InvalidSetting, match="belong to another table"):
        placed(table, "id", np.zeros(4), NAMES)


# --- a labelled file that was saved before ---


def labelled(content, names=("=Big | spenders", ""), columns=("x",)):
    """A file as the app labels and saves it, read again."""
    table = read_table(content)
    clustering = fit(prepare(table, FeatureSpec(columns, missing="aside", outliers="keep")), ClusterSpec(n_clusters=2))
    return read_table(to_csv(label_table(table, clustering, names)).content)


def test_the_segments_of_a_labelled_file_come_back():
    labels, names = labelled_before(labelled(b"id,x\na,1\nb,2\nc,\nd,1\ne,90\n"))
    assert labels.tolist() == [0, 0, -1, 0, 1]
    assert names == ("=Big | spenders", "Segment 2")


def test_a_column_called_segment_in_the_file_itself_is_not_taken():
    table = labelled(b"id,segment,segment_name,x\na,9,Z,1\nb,9,Z,2\nc,8,Z,1\nd,8,Z,90\n")
    labels, names = labelled_before(table)
    assert (labels.tolist(), names[1]) == ([0, 0, 0, 1], "Segment 2")


def test_without_names_the_segments_have_their_numbers():
    labels, names = labelled_before(read_table(b"id,segment\na,3\nb,1\nc,\n"))
    assert (labels.tolist(), names) == ([2, 0, -1], ("Segment 1", "Segment 2", "Segment 3"))


def test_a_segment_is_called_what_most_of_its_rows_say():
    content = b"id,segment,segment_name\na,1,New\nb,1,New\nc,1,Old\nd,2,\ne,,Old\n"
    assert labelled_before(read_table(content))[1] == ("New", "Segment 2")


def test_of_two_names_that_as_many_rows_of_a_segment_say_the_one_that_appears_later_counts():
    lines = "".join(f"{i},{i},First {i}\n{i},{i},Second {i}\n" * (i % 3 + 1) for i in range(1, 41))
    names = labelled_before(read_table(f"id,segment,segment_name\n{lines}".encode()))[1]
    assert names == tuple(f"Second {i}" for i in range(1, 41))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"id,x\na,1\nb,2\nc,3\n", 'no column "segment"'),
        (b"id,segment\na,A\nb,B\nc,C\n", "holds no numbers of segments"),
        (b"id,segment\na,yes\nb,yes\nc,\n", "holds no numbers of segments"),
        (b"id,segment\na,0\nb,1\nc,2\n", "holds no numbers of segments"),
        (b"id,segment\na,1.5\nb,1\nc,2\n", "holds no numbers of segments"),
        (b"id,segment\na,1\nb,1\nc,1000000000\n", "holds no numbers of segments"),
        (b"id,segment\na,\nb,\nc,\n", "holds no numbers of segments"),
    ],
)
def test_a_file_that_is_not_labelled_is_refused(content, message):
    with pytest.raises(InvalidSetting, match=message):
        labelled_before(read_table(content))


def test_who_moved_since_a_labelled_file_was_saved():
    table = labelled(b"id,x\n@a,1\n@b,2\n@c,1\n@d,90\n", ("Few", "Many"))
    before = placed(table, "id", *labelled_before(table))
    found = moved(before, at(["@a", "@b", "@c", "@d"], [0, 1, 0, 1], ("Few", "Many")))
    assert found.movers.values.tolist() == [["@b", "Few", "Many"]]


def test_a_file_of_one_row_is_compared():
    found = moved(at([str(i) for i in range(100)], [0] * 100), at(["99"], [1]))
    assert found.movers.values.tolist() == [["99", "Loyal", "New"]]
    assert found.n_only_before == 99
