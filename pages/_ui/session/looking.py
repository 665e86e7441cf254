"""Looking into one segment alone, and the way back to everybody."""

import hashlib

from clustering import Clustering
from clustering.features import Among
from clustering.identity import Identities
from clustering.recipe import NOT_INSIDE
from pages._ui.session.left import Outer
from pages._ui.session.session import Session


def look_into(session: Session, segments: Clustering, label: int) -> None:
    """Go on with the customers of one segment alone; the others come back with `look_back`."""
    if session.job:
        session.job.stop()
    names = session.segment_names
    rows = segments.rows[segments.labels == label]
    among = Among(rows, NOT_INSIDE, hashlib.sha256(rows.tobytes()).hexdigest())
    choices = (session.segments_key, session.features, session.clustering, session.identities)
    session.outer = Outer(segments, names, names[label], among, *choices)
    session.clustering = session.with_n_clusters(None)
    session.identities, session.job = session.inner.get(session.data_key, Identities()), None
    session.n_loaded += 1  # widgets of the pages start from the choices in here


def look_back(session: Session) -> None:
    """Go back to all customers and the segments that were left."""
    if session.job:
        session.job.stop()
    session.inner[session.data_key] = session.identities
    outer, session.outer, session.job = session.outer, None, None
    session.n_loaded += 1
    session.features, session.clustering, session.identities = outer.features, outer.clustering, outer.identities
