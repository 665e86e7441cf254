"""What is done on a Spark cluster: always in the background, because all of it takes seconds and may take hours."""

import os
from collections.abc import Callable
from concurrent.futures import wait
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from clustering import Clustering, ClusteringError
from clustering.errors import Stopped
from clustering.recipe import Recipe
from clustering.spark.failures import SessionOver
from pages._ui import sentences
from pages._ui.compute.loading import features
from pages._ui.jobs import ClusterJob
from pages._ui.places import DATA_PAGE
from pages._ui.session import Session
from pages._ui.text import plain

if TYPE_CHECKING:
    from clustering.spark import Address, AllRows, AppliedThere, TableName

_HEARD_SECONDS = 5.0
_MOST_FOUND = 4


def cluster_address() -> "Address | None":
    """Where the cluster is, as whoever set up the app has said in the environment or in the secrets; None without one.

    Raises
    ------
    InvalidSetting
        If it is no address.
    """
    url, token = os.environ.get("CLUSTER_EXPLORER_SPARK"), os.environ.get("CLUSTER_EXPLORER_SPARK_TOKEN")
    if not url:
        try:
            told = st.secrets.get("spark", {})
        except StreamlitSecretNotFoundError:
            return None
        url, token = told.get("url"), told.get("token")
    if not url:
        return None
    from clustering.spark import Address

    return Address(url, token or None)


def list_remote_tables(session: Session) -> None:
    """Open a door to the cluster, unless there is one, and look what stands there."""
    from clustering.spark import connect, list_tables

    address, cluster = cluster_address(), session.remote.cluster

    def work(tell, stop):
        door = cluster or connect(address)
        return door, list_tables(door, stop)

    _begin(session, "Asking the cluster for its tables", work, lambda found: session.remote.take_catalogue(*found))


def describe_remote(session: Session, name: "TableName") -> None:
    """Have the cluster count rows and missing cells of a table."""
    from clustering.spark import describe

    cluster = session.remote.cluster

    def take(found) -> None:
        session.remote.described = found

    _begin(session, f"Looking at {name}", lambda tell, stop: describe(cluster, name, stop), take)


def explore_remote(session: Session, name: "TableName", id_column: str | None) -> None:
    """Draw a sample of a table and go on with it as with an uploaded file."""
    from clustering.spark import draw_sample

    cluster = session.remote.cluster

    def take(sample) -> None:
        session.load(sample.table, str(name), sample.content)
        session.remote.sample = sample
        st.switch_page(DATA_PAGE)

    _begin(
        session,
        f"Drawing a sample of {name}",
        lambda tell, stop: draw_sample(cluster, name, id_column, stop=stop),
        take,
    )


def run_on_all_rows(session: Session, segments: Clustering) -> None:
    """Find as many segments among all rows of the table that the sample was drawn from."""
    from clustering.spark import run_on_all_rows as run

    remote, key, spec = session.remote, session.segments_key, session.spec
    cluster, sample, table, prepared = remote.cluster, remote.sample, session.table, features(session)
    identities, title = session.identities.of(key), session.title

    def work(tell, stop):
        return run(
            cluster,
            sample,
            table,
            prepared,
            segments,
            spec=spec,
            identities=identities,
            title=title,
            on_step=lambda step: tell(step.done / step.of, sentences.step_told(step)),
            stop=stop,
        )

    def take(found: "AllRows") -> None:
        remote.found[key] = found
        while len(remote.found) > _MOST_FOUND:
            del remote.found[next(iter(remote.found))]
        remote.written = ""

    _begin(session, "Running on all rows", work, take)


def write_remote(session: Session, found: "AllRows", target: "TableName", *, replace: bool) -> None:
    """Write the segments of all rows to a table on the cluster."""
    from clustering.spark import write_labels

    cluster = session.remote.cluster

    def take(n_rows: int) -> None:
        session.remote.written = sentences.written_there(target, n_rows, found.n_without)

    _begin(
        session,
        f"Writing {target}",
        lambda tell, stop: write_labels(cluster, found, target, replace=replace, stop=stop),
        take,
    )


def apply_remote(session: Session, recipe: Recipe, name: "TableName", target: "TableName", *, replace: bool) -> None:
    """Give the customers of another table there the segments of a recipe."""
    from clustering.spark import apply_there

    cluster = session.remote.cluster

    def take(applied: "AppliedThere") -> None:
        session.remote.written = sentences.written_there(target, applied.n_rows, applied.n_not_placed)

    _begin(
        session,
        f"Placing the customers of {name}",
        lambda tell, stop: apply_there(cluster, recipe, name, target, replace=replace, stop=stop),
        take,
    )


def take_from_cluster(session: Session) -> None:
    """Take over what has been finished on the cluster; to be called before anything of it is drawn."""
    if session.remote.job is not None and session.remote.job.future.done():
        _collect(session)


def work_on_cluster(session: Session) -> bool:
    """Draw what is being done on the cluster, with a way to stop it, and what went wrong; False if nothing is done."""
    remote = session.remote
    if remote.refused:
        st.error(plain(remote.refused, 900), icon=":material/error:")
    if remote.job is None:
        return False
    _draw(session)
    return True


def _begin(session: Session, what: str, work: Callable, take: Callable[[Any], None]) -> None:
    remote = session.remote
    if remote.job is None:  # pressed twice
        remote.refused, remote.take, remote.job = "", take, ClusterJob(what, work)
    st.rerun()


def _collect(session: Session) -> None:
    remote = session.remote
    job, take = remote.job, remote.take
    remote.job = remote.take = None
    if job.future.cancelled():
        return
    try:
        take(job.future.result())
    except Stopped:
        pass  # nothing is left of it, here or there
    except ClusteringError as error:
        remote.refused = str(error)
        if isinstance(error, SessionOver):
            remote.cluster = remote.catalogue = None  # the next look opens another door


@st.fragment(run_every=0.5)
def _draw(session: Session) -> None:
    job = session.remote.job
    if job is None or job.future.done():
        st.rerun()
    with st.container(border=True, gap="small"):
        st.progress(job.done, text=plain(sentences.on_cluster(job)))
        if st.button("Stop", icon=":material/stop_circle:", disabled=job.stopping, key="stop-on-cluster"):
            job.stop()
            wait([job.future], timeout=_HEARD_SECONDS)
            st.rerun()
