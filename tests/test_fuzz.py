"""A few of the damaged and hostile inputs of `make fuzz`: a result or a sentence, whatever they hold."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from clustering.__main__ import main
from tests.fuzz.bombs import BOMBS, is_defused
from tests.fuzz.targets import OPTIONS, TARGETS

ROOT = Path(__file__).parents[1]
CASES = {
    "text": 40,
    "workbook": 20,
    "other workbook": 2,
    "Parquet": 30,
    "archive": 10,
    "options of reading": 15,
    "recipe": 30,
    "settings": 15,
    "purchases": 5,
    "command": 8,
    "command in a process": 1,
}


def test_every_target_is_tried_here():
    assert set(CASES) == set(TARGETS)


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_of_the_command_line_is_tried(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    told = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert told == set(OPTIONS[command])


@pytest.mark.parametrize("name", CASES)
def test_what_is_damaged_or_hostile_ends_in_a_result_or_a_sentence(name):
    target = TARGETS[name]

    @settings(
        max_examples=CASES[name],
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def holds(case):
        assert target.run(case) in ("done", "refused")

    holds()


@pytest.fixture(scope="module")
def outcome():
    """What becomes of a bomb: each is read within bounds of memory and time, in a process of its own."""
    env, found = {**os.environ, "OMP_NUM_THREADS": "1"}, {}
    called = [sys.executable, "-m", "tests.fuzz.bombs", "small"]
    with subprocess.Popen(called, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:

        def outcome(name):
            while name not in found:
                told = json.loads(reader.stdout.readline())
                found[told["name"]] = told
            return found[name]

        yield outcome
        reader.kill()


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_wants_everything_gets_a_sentence_or_is_read(outcome, name):
    assert is_defused(outcome(name)), outcome(name)["end"]
