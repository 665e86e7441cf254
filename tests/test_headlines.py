"""Headings and captions about segments, from small tables whose sizes and means are known."""

import pytest

from clustering import ClusterSpec, FeatureSpec, fit, prepare, profile, read_table
from clustering.profile.headlines import (
    cells_told,
    default_axes,
    looked_at,
    scatter_alt,
    scatter_finding,
    segment_size,
    sizes_alt,
    sizes_finding,
    weighing,
)

# Two segments, of three and of one: "member" is yes for the one alone.
FOUR = b"""x,y,member,city,revenue
1,10,no,Rome,1
2,11,no,Rome,1
9,12,no,Rome,
8,90,yes,Oslo,5
"""
FIVE = ("x", "y", "member", "city", "revenue")


def found(columns, describe=(), content=FOUR, **settings):
    """The file, its two segments and their profile."""
    table = read_table(content)
    spec = FeatureSpec(columns, describe=describe, **{"outliers": "keep", "scale": "none", **settings})
    segments = fit(prepare(table, spec), ClusterSpec(n_clusters=2))
    return table, segments, profile(table, segments, spec)


@pytest.fixture(scope="module")
def four():
    return found(("x", "y"), describe=("member",))


@pytest.fixture(scope="module")
def told(four):
    return four[2]


@pytest.fixture(scope="module")
def weighed():
    # the first of the segments, of two customers, holds 2 of the 7 of revenue
    content = b"x,revenue\n1,1\n2,1\n9,5\n"
    return found(("x",), content=content, weight_column="revenue")[2]


# --- which two columns a picture shows ---


def test_the_axes_are_the_two_columns_that_set_the_segments_apart_most_in_the_order_of_the_file():
    content = b"z,x,y\n0,1,10\n9,2,11\n1,3,12\n8,8,90\n"
    told = found(("z", "x", "y"), content=content)[2]
    assert [told.columns[i] for i in told.ranked] == ["y", "x", "z"]
    assert default_axes(told, ("z", "x", "y")) == ("x", "y")
    assert default_axes(told, ("y", "x", "z")) == ("y", "x")


def test_yes_and_no_is_an_axis_only_where_nothing_else_is(told):
    # everything of "member" lies between the segments, of x a quarter: 3 * 1 + 9 of 16 + 9 + 16 + 9
    assert [told.columns[i] for i in told.ranked] == ["member", "y", "x"]
    assert default_axes(told, ("x", "y", "member")) == ("x", "y")
    assert default_axes(told, ("x", "member")) == ("x", "member")


def test_an_axis_that_is_no_column_follows_the_columns(told):
    assert default_axes(told, ("component 1", "component 2", "x")) == ("component 1", "x")
    assert default_axes(told, ("x", "component 1")) == ("x", "component 1")
    assert default_axes(told, ("component 1", "component 2")) == ("component 1", "component 2")


# --- how many ---


def test_the_size_of_a_segment_is_told_with_its_share(told):
    assert segment_size(told, 0) == "3 customers · 75.0 %"
    assert segment_size(told, 1) == "1 customer · 25.0 %"


def test_where_customers_are_weighed_both_shares_are_told(weighed):
    assert segment_size(weighed, 0) == "2 customers · 66.7 % of customers, 28.6 % of revenue"
    assert sizes_finding(weighed) == "Two segments; the largest holds 66.7 % of customers, 28.6 % of revenue"


def test_the_finding_is_what_the_largest_holds_and_how_much_is_noise(told):
    assert sizes_finding(told) == "Two segments; the largest holds 75.0 %"
    assert sizes_finding(told, 0.1) == "Two segments; the largest holds 75.0 %; 10 % of customers are noise"


def test_sizes_are_told_to_who_does_not_see_them(told):
    sizes = "A: 3 customers, 75.0 %; B: 1 customer, 25.0 %"
    assert sizes_alt(told, ("A", "B")) == sizes
    assert sizes_alt(told, ("A", "B"), 0.1) == f"{sizes}; 10 % of customers are noise"
    assert scatter_alt(1234, ("x", "y"), sizes) == f"Scatter of 1,234 customers along x and y. {sizes}"


def test_what_is_weighed_is_said_only_where_something_is(told, weighed):
    assert weighing(told) == ""
    assert weighing(weighed) == (
        "Every customer counts by revenue in the averages, the medians and the shares of categories; "
        "numbers of customers count everybody once."
    )


def test_inside_a_segment_all_customers_are_those_looked_at(four):
    assert looked_at(True, four[1]) == "all 4 customers looked at"
    assert looked_at(False, four[1]) == "all customers"


# --- what a scatter shows ---


def test_the_finding_of_a_scatter_is_the_column_that_sets_the_segments_apart_most():
    told = found(("x", "y"))[2]
    assert scatter_finding(told, ("x", "y")) == "Apart most in y"


def test_of_a_column_that_cannot_be_seen_nothing_is_found():
    told = found(("x", "y"))[2]
    assert scatter_finding(told, ("x", "component 1")) == "Two segments; the largest holds 75.0 %"


def test_where_there_is_noise_the_finding_is_how_much():
    assert scatter_finding(found(("x", "y"))[2], ("x", "y"), 0.1) == "Two segments; 10 % of customers are noise"


def test_segments_of_categories_alone_are_apart_in_the_first():
    told = found(("city",))[2]
    assert scatter_finding(told, ("city",)) == "Apart most in city"
    assert scatter_finding(told, ("component 1", "component 2")) == "Two segments; the largest holds 75.0 %"


# --- a customer ---


def test_of_a_customer_the_first_four_columns_are_told(four):
    assert cells_told(four[0], FIVE, 0) == "x 1 · y 10 · member no · city Rome"


def test_an_empty_cell_is_told_as_missing(four):
    assert cells_told(four[0], ("revenue", "x"), 2) == "revenue missing · x 9"
