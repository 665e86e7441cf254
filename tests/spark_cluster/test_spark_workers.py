"""What a cluster is for: machines that are lost do not cost the work."""

import threading

import pytest

from clustering import ClusterSpec, fit, prepare, suggest_features
from clustering.spark import draw_sample, run_on_all_rows


def test_a_worker_killed_in_the_middle_of_a_fit_changes_no_figure(machines, customer_table):
    remote = draw_sample(machines.cluster, customer_table, "customer_id", n_rows=2_000)
    features = prepare(remote.table, suggest_features(remote.table))
    spec = ClusterSpec(n_clusters=4)
    clustering = fit(features, spec)

    def run(on_step=None):
        return run_on_all_rows(
            machines.cluster, remote, remote.table, features, clustering, spec=spec, n_seeds=3, on_step=on_step
        )

    undisturbed = run()
    killed_during = []

    def kill(progress):
        """A moment after the first fit, so that the second is under way."""
        if progress.doing == "fit" and not killed_during:
            killed_during.append(progress)
            threading.Timer(0.5, machines.kill, [1]).start()

    disturbed = run(kill)
    assert machines.workers[1].poll() is not None
    assert killed_during[0].done < killed_during[0].of
    assert disturbed.costs == pytest.approx(undisturbed.costs, rel=1e-9)
    assert disturbed.sizes == undisturbed.sizes
    assert disturbed.scores.inertia == pytest.approx(undisturbed.scores.inertia, rel=1e-9)
    assert disturbed.scores.simplified_silhouette == pytest.approx(undisturbed.scores.simplified_silhouette, rel=1e-9)
