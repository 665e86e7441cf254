"""The rule that stands in for a method that places nobody: what is chosen for new customers is in every file too."""

import pytest
from driver import SAMPLES, go, upload

from clustering import ClusterSpec
from clustering.recipe import load_recipe
from pages._ui import compute


@pytest.fixture
def tree(app):
    """The blobs in a tree of four segments, which places no new customers."""
    upload(app, "blobs.csv", (SAMPLES / "blobs.csv").read_bytes())
    app.session_state["session"].clustering = ClusterSpec("agglomerative", 4)
    return go(app, "pages/5_Segments.py")


@pytest.mark.parametrize("chosen", ["nearest_center", "nearest_neighbour"])
def test_saved_work_holds_the_rule_that_was_chosen_for_new_customers(tree, chosen):
    session = tree.session_state["session"]
    session.applying.stand_in = chosen
    assert load_recipe(compute.work_file(session)()).stand_in == chosen


def test_a_method_that_places_customers_keeps_its_own_rule(app):
    upload(app, "blobs.csv", (SAMPLES / "blobs.csv").read_bytes())
    go(app, "pages/5_Segments.py")
    session = app.session_state["session"]
    session.applying.stand_in = "nearest_neighbour"
    assert load_recipe(compute.work_file(session)()).stand_in == ""
