"""What a method does once for every number of segments: the tree that is cut, distances between customers."""

from collections.abc import Callable

from clustering.methods import METHODS
from clustering.model import Groundwork, lay_groundwork
from pages._ui.compute.caching import session_cache
from pages._ui.compute.loading import features
from pages._ui.jobs import gate
from pages._ui.session import Session


def groundwork(session: Session) -> Groundwork | None:
    """What fits with other numbers of segments share; None where that is too little to be kept."""
    if METHODS[session.clustering.method].share is None:
        return None
    prepared, spec = features(session), session.clustering
    return _groundwork(session.sweep_key, lambda: lay_groundwork(prepared, spec))


@session_cache(max_entries=2, show_spinner="Comparing the customers …")
def _groundwork(key, _work: Callable) -> Groundwork:
    with gate():
        return _work()
