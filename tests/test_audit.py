"""What `make audit` lets pass as a licence; the known holes it has to ask for."""

import pytest

from tests.audit import licence, runtime, verdict


@pytest.mark.parametrize(
    "expression, found",
    [
        ("MIT", "permissive"),
        ("BSD-3-Clause AND MIT AND Zlib", "permissive"),
        ("GPL-3.0-or-later OR MIT", "permissive"),
        ("MPL-2.0", "weak"),
        ("MIT AND LGPL-3.0-only", "weak"),
        ("", "names no licence"),
    ],
)
def test_a_licence_asks_for_what_its_strictest_part_asks_for(expression, found):
    assert verdict(expression) == found


@pytest.mark.parametrize("expression", ["GPL-3.0-or-later", "MIT AND GPL-2.0-only", "AGPL-3.0", "Our own licence"])
def test_what_is_copyleft_or_unheard_of_is_refused(expression):
    assert verdict(expression).startswith("is neither")


def test_everything_the_app_needs_may_be_used():
    packages = runtime()
    assert {"streamlit", "numpy", "kneed", "starlette"} <= packages.keys()
    assert {
        name for name, package in packages.items() if verdict(licence(package)) not in ("permissive", "weak")
    } == set()
    assert "pytest" not in packages
