"""How repeatable segments are that were not tried number by number, where two segmentations are compared."""

import pytest

from clustering import ClusterSpec, fit, prepare
from clustering.stability import repeatability
from clustering.wording import score
from tests.driver import SAMPLES, button, session_of, table_with, upload


def compared(app):
    """The Compare page with its second tab open, which the driver cannot click."""
    app.switch_page("pages/8_Compare.py")
    app.session_state["compare"] = ":gray[Two segmentations]"
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    "found",
    [
        ClusterSpec(method="dbscan", settings={"eps": 0.3}),
        ClusterSpec(n_clusters=2, start=((-1.0, 0.0), (1.0, 0.0))),
    ],
    ids=["finds the number itself", "starts by hand"],
)
def test_what_was_not_tried_number_by_number_is_measured_as_it_was_found(app, found):
    upload(app, "moons.csv", (SAMPLES / "moons.csv").read_bytes())
    button(compared(app), "Keep these segments").click().run()
    session = session_of(app)
    session.clustering = found
    features = prepare(session.table, session.features)
    told = table_with(compared(app), "Repeatable")["Repeatable"].tolist()
    assert told[1] == score(repeatability(features, fit(features, found)).stability)
