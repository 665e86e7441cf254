"""The gate that all sessions share, and how far a sweep in the background is."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from clustering import ClusterSpec, read_table
from clustering.stability import ROUNDS
from pages._ui import jobs
from pages._ui.sentences import duration, progress
from pages._ui.session import Session

MALL = Path(__file__).resolve().parents[1] / "sample_data" / "mall_customers.csv"


@pytest.fixture
def session():
    session = Session()
    session.load(read_table(MALL), "mall")
    return session


@pytest.fixture
def full_gate():
    """Every core is taken by somebody else."""
    with ExitStack() as held:
        for _ in range(jobs._CORES):
            held.enter_context(jobs.gate())
        yield held


def prepared(session):
    from clustering import prepare

    return prepare(session.table, session.features)


def test_a_job_ends_with_the_sweep_and_how_repeatable_it_is(session):
    job = jobs.SweepJob(session, prepared(session))
    found, repeatable = job.future.result(timeout=60)
    assert found.n_clusters == repeatable.n_clusters == list(range(2, 11))
    assert job.done == pytest.approx(1.0)


def test_a_job_waits_for_a_free_core_and_says_for_how_many_others(session, full_gate):
    first, second = (jobs.SweepJob(session, prepared(session)) for _ in range(2))
    time.sleep(0.2)
    assert not first.started
    assert (first.n_ahead, second.n_ahead) == (0, 1)
    assert progress(first) == "Waiting for a free core"
    assert progress(second) == "Waiting for 1 other"
    full_gate.close()
    assert second.future.result(timeout=60)[0].steps


def test_a_job_stopped_while_it_waits_finds_nothing(session, full_gate):
    job = jobs.SweepJob(session, prepared(session))
    job.stop()
    assert progress(job) == "Stopping"
    full_gate.close()
    assert job.future.cancelled() or not job.future.result(timeout=60)[0].steps


def test_a_job_that_is_asked_for_one_more_number_computes_only_that(session):
    job = jobs.SweepJob(session, prepared(session))
    session.sweeps[job.key], session.stabilities[job.key] = job.future.result(timeout=60)
    session.k_range = (2, 11)
    more = jobs.SweepJob(session, prepared(session))
    assert more.missing == [11]
    assert more.future.result(timeout=60)[0].n_clusters == list(range(2, 12))


@pytest.mark.parametrize("seconds, told", [(2.9, ""), (12, "10 seconds"), (89, "90 seconds"), (150, "2 minutes")])
def test_a_time_to_wait_is_told_roughly(seconds, told):
    assert duration(seconds) == told


def test_progress_names_the_number_just_done_and_the_time_left():
    class Running:
        started, stopping, scored, n_ahead = True, False, False, 0
        wanted, missing, finished = tuple(range(2, 11)), list(range(2, 11)), [2, 3]
        seconds_left = 40.0

    assert progress(Running) == "Three segments done; 2 of 9 numbers tried; about 40 seconds left"


def test_the_time_left_grows_with_what_is_left_by_number_of_segments(session):
    job = jobs.SweepJob(session, prepared(session))
    job.future.result(timeout=60)
    job.finished, job._began, job._last = [2, 3], 0.0, time.monotonic()
    # five segments' worth took all the time so far; 4 to 10 are forty-nine's worth
    took = job._last - job._began
    assert job.seconds_left == pytest.approx(took / 5 * 49, rel=0.01)


@pytest.mark.parametrize("method, part", [("kmeans", 0.9), ("birch", 0.3)])
def test_the_rounds_for_repeatability_are_the_larger_part_of_the_work_of_other_methods(session, method, part):
    session.clustering = ClusterSpec(method)
    job = jobs.SweepJob(session, prepared(session))
    job.future.result(timeout=60)
    job.n_rounds = 0
    assert job.done == pytest.approx(part)
    job.n_rounds = ROUNDS
    assert job.done == pytest.approx(1)
