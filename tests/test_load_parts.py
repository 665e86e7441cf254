"""The parts of `make load`: every one is run and named, also after one that fails."""

import sys
from types import ModuleType

import pytest

from tests.load import __main__ as load


def part(monkeypatch, name, run):
    module = ModuleType(name)
    module.run = run
    monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("error", [AssertionError("held too much"), ConnectionError("the server has gone")])
def test_a_part_that_fails_in_any_way_is_told_with_its_kind_and_the_next_one_is_run(monkeypatch, capsys, error):
    def fails():
        raise error

    def runs():
        print("the next one ran")

    part(monkeypatch, "first_part", fails)
    part(monkeypatch, "second_part", runs)
    monkeypatch.setattr(load, "PARTS", {"first": "first_part", "second": "second_part"})
    assert load.main([]) == 1
    told = capsys.readouterr().out
    assert f"FAILED: {type(error).__name__}: {error}" in told
    assert "the next one ran" in told
    assert told.endswith("failed: first\n")
