"""The same file, settings and seed: the same bytes in every process, however many threads the machine has."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALONE = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
CROWDED = {"PYTHONHASHSEED": "4711", "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"}


def _digests(environment: dict[str, str]) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.journey"]
    environment = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def digests() -> tuple[dict[str, str], dict[str, str]]:
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(_digests, (ALONE, CROWDED))
    return one, other


def test_every_station_gives_the_same_bytes_with_one_thread_and_with_four_and_with_other_hashes(digests):
    one, other = digests
    assert [station for station in one if other[station] != one[station]] == []


def test_no_two_stations_give_the_same_bytes(digests):
    # A digest of nothing would be the same everywhere, too.
    assert len(digests[0]) == len(set(digests[0].values())) == 30
