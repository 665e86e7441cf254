"""All computing for the pages: the caches, and the sweep as a job that is drawn while it runs.

Keys of the caches are `Table.digest` and frozen specs, never data (Streamlit samples data when it hashes it and would
serve stale answers).
"""

from concurrent.futures import wait
from pathlib import Path

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

import clustering
from clustering import (
    Clustering,
    ClusteringError,
    ClusterSpec,
    Features,
    FeatureSpec,
    Profile,
    RfmSpec,
    Sweep,
    Table,
)
from clustering.blades import Blades, silhouette_blades
from clustering.errors import UnreadableFile
from clustering.export import CsvFile, count_formulas
from clustering.flow import Flow
from clustering.flow import flow as customer_flow
from clustering.indices import mean_silhouette
from clustering.knee import knee
from clustering.model import count_distinct
from clustering.points import Points, axis_choices, scatter_points
from clustering.rfm import Lines, sort_lines
from clustering.stability import Gap, Importance, Mixtures, gap_statistic, mixture_bic, segment_stability
from clustering.stability import importance as without_each
from clustering.table import ReadOptions
from pages._ui import sentences
from pages._ui.frame import DATA_PAGE, FEATURES_PAGE
from pages._ui.jobs import SweepJob, gate
from pages._ui.samples import Sample
from pages._ui.session import Session

UPLOAD_LIMIT_MB = 200
_INLINE_SECONDS = 1.0  # a sweep that is done by then shows no progress at all


def load_upload(session: Session, upload) -> None:
    """Read an uploaded file once and show it; a file that cannot be read leaves what was loaded before."""
    if upload is None:
        session.upload_id = session.upload_error = None
        return
    if upload.file_id == session.upload_id:
        if session.upload_error:
            raise session.upload_error
        return
    session.upload_id, session.upload_error = upload.file_id, None
    try:
        if upload.size > UPLOAD_LIMIT_MB * 1024 * 1024:
            raise UnreadableFile(
                f"{upload.name} is larger than {UPLOAD_LIMIT_MB} MB. Upload a part of it, or use the command line."
            )
        content = upload.getvalue()
        with gate():
            table = clustering.read_table(content, name=upload.name)
    except ClusteringError as error:
        session.upload_error = error
        raise
    session.load(table, upload.name, content)
    _free_upload(upload)
    st.rerun()


def read_again(session: Session, options: ReadOptions) -> None:
    """Read the loaded file another way; what cannot be read that way leaves the table as it is."""
    with gate():
        again = clustering.table.read_again(session.source, session.table, options)
    session.take_reading(again)
    if session.features is not None:
        try:
            prepared = features(session)
        except ClusteringError as error:
            session.forget_features(error)
        else:
            session.bound_n_clusters(count_distinct(prepared.X, session.clustering.n_clusters or 0))
    st.rerun()


def _free_upload(upload) -> None:
    """Drop the server's copy of a file that has been read; Streamlit would keep it as long as the session."""
    context = get_script_run_ctx()
    if context is not None and exists():
        get_instance().uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=upload.file_id)


def load_sample(session: Session, sample: Sample) -> None:
    """Read one of the sample files and show it on the Data page."""
    session.load(clustering.read_table(sample.path), sample.title, sample.path)
    st.switch_page(DATA_PAGE)


def use_features(session: Session, spec: FeatureSpec) -> None:
    """Take other features; what cannot be prepared leaves the choice as it was."""
    if spec == session.features:
        return
    prepared = _features(session.table.digest, spec, session.table)
    wanted = session.clustering.n_clusters or 0
    edited = session.features is not None and spec.settings != session.features.settings
    session.choose_features(spec, n_distinct=count_distinct(prepared.X, wanted))
    if edited:
        st.rerun()  # the grid starts from the new settings, so that its next edit is not lost


def features(session: Session) -> Features:
    return _features(session.table.digest, session.features, session.table)


def customers(session: Session, spec: RfmSpec) -> tuple[Table, Lines]:
    """One row per customer from a table with one line per purchase, and what became of the lines."""
    return _customers(session.table.digest, spec, session.table)


@st.cache_resource(scope="session", max_entries=2, show_spinner="Adding up the purchases …")
def _customers(digest, spec, _table: Table) -> tuple[Table, Lines]:
    with gate():
        return clustering.rfm(_table, spec), sort_lines(_table, spec)


def load_customers(session: Session, table: Table, spec: RfmSpec) -> None:
    """Go on with one row per customer instead of the purchases."""
    session.load_customers(table, spec)
    st.switch_page(FEATURES_PAGE)


def load_purchases(session: Session) -> None:
    """Go back to the purchases that the customers were made from."""
    session.load_purchases()
    st.rerun()


@st.cache_resource(scope="session", max_entries=4, show_spinner="Preparing the columns …")
def _features(digest, spec, _table: Table) -> Features:
    with gate():
        return clustering.prepare(_table, spec)


def sweep(session: Session) -> Sweep | None:
    """The sweep over the session's range with its repeatability, as far as it is finished.

    What is missing is computed in the background: if that takes longer than a moment, progress and a Stop button
    are drawn where this is called, and the page is run again at the end.
    """
    _collect(session)
    if session.sweep_is_complete or _stop_key(session) in session.stopped:
        if not session.sweep_is_complete:
            _draw_stopped(session)
        return session.known_sweep
    wanted = session.wanted
    if session.job is None or (session.job.key, session.job.wanted, session.job.exact) != (
        session.sweep_key,
        wanted,
        session.wants_exact,
    ):
        if session.job:
            session.job.stop()
        session.job = SweepJob(session, features(session))
        wait([session.job.future], timeout=_INLINE_SECONDS)
        if session.job.future.done():
            _collect(session)
            return session.known_sweep
    _draw_progress(session)
    return session.known_sweep


def _stop_key(session: Session) -> tuple:
    return (*session.sweep_key, session.k_range)


def _collect(session: Session) -> None:
    """Take over what a finished job found; what it found before it was stopped counts too."""
    job = session.job
    if job is None or not job.future.done():
        return
    session.job = None
    if job.future.cancelled():
        return
    found, repeatable = job.future.result()
    if found.steps:
        session.sweeps[job.key] = found
    if repeatable is not None:
        session.stabilities[job.key] = repeatable


def _draw_stopped(session: Session) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("Stopped. What was finished by then is shown below.")
        if st.button("Go on", icon=":material/play_arrow:", key=session.key("go-on")):
            session.stopped.discard(_stop_key(session))
            st.rerun()


@st.fragment(run_every=0.5)
def _draw_progress(session: Session) -> None:
    job = session.job
    if job is None or job.future.done():
        st.rerun()
    with st.container(border=True, gap="small"):
        st.progress(job.done, text=sentences.progress(job))
        if st.button("Stop", icon=":material/stop_circle:", disabled=job.stopping, key=session.key("stop")):
            if session.wants_exact:
                session.exact.discard(session.sweep_key)  # the figures of the sample stay
            else:
                session.stopped.add(_stop_key(session))
            job.stop()
            st.rerun(scope="fragment")


def measure_all(session: Session) -> None:
    """Have the silhouette of all rows instead of that of a sample."""
    session.exact.add(session.sweep_key)
    st.rerun()


def segmentation(session: Session) -> Clustering | None:
    """The segmentation on show; None while the number of segments is still being found."""
    if session.clustering.n_clusters is None and sweep(session) is None:
        return None
    return shown(session)


def shown(session: Session) -> Clustering:
    """The segmentation on show where a number of segments is known; neither starts nor draws a sweep."""
    return _clustering(session.table.digest, session.features, session.spec, features(session))


def use(session: Session, changed: ClusterSpec) -> None:
    """Segment with other settings and draw the page again; settings that cannot be had leave what is shown."""
    before, session.clustering = session.clustering, changed
    try:
        segmentation(session)
    except ClusteringError:
        session.clustering = before
        raise
    st.rerun()


@st.cache_resource(scope="session", max_entries=12, show_spinner="Grouping the customers …")
def _clustering(digest, feature_spec, spec, _features: Features) -> Clustering:
    with gate():
        return clustering.fit(_features, spec)


def separation(session: Session, segments: Clustering) -> float:
    """Mean silhouette of the segmentation on show."""
    finished = session.known_sweep
    if finished and segments.n_clusters in finished.n_clusters:
        return finished.step(segments.n_clusters).silhouette
    return _separation(session.table.digest, session.features, session.spec, features(session), segments)


@st.cache_data(scope="session", max_entries=32, show_spinner="Measuring how separate the segments are …")
def _separation(digest, feature_spec, spec, _features: Features, _segments: Clustering) -> float:
    with gate():
        return mean_silhouette(_features.X, _segments.fit_labels, spec.random_state)[0]


def bend(swept: Sweep) -> int | None:
    """Where the elbow bends, if it does."""
    return knee(swept.n_clusters, swept.inertia)


def blades(session: Session, segments: Clustering) -> Blades:
    return _blades(session.table.digest, session.features, session.spec, features(session), segments)


@st.cache_resource(scope="session", max_entries=8, show_spinner="Looking at every customer …")
def _blades(digest, feature_spec, spec, _features: Features, _segments: Clustering) -> Blades:
    with gate():
        return silhouette_blades(_features, _segments)


def flow(session: Session) -> Flow:
    """How the segments of one number become those of the next."""
    return customer_flow(features(session), session.known_sweep, session.n_clusters)


def found_again(session: Session, segments: Clustering) -> tuple[float, ...]:
    """How surely each segment would be found again."""
    return _found_again(session.table.digest, session.features, session.spec, features(session), segments)


@st.cache_data(scope="session", max_entries=32, show_spinner="Measuring how repeatable each segment is …")
def _found_again(digest, feature_spec, spec, _features: Features, _segments: Clustering) -> tuple[float, ...]:
    with gate():
        return segment_stability(_features, _segments)


def importance(session: Session, segments: Clustering) -> tuple[Importance, ...]:
    return _importance(session.table.digest, session.features, session.spec, session.table, segments)


@st.cache_data(scope="session", max_entries=8, show_spinner="Leaving out each column in turn …")
def _importance(digest, feature_spec, spec, _table: Table, _segments: Clustering) -> tuple[Importance, ...]:
    with gate():
        return without_each(_table, feature_spec, _segments)


def gap(session: Session) -> Gap:
    return _gap(session.table.digest, session.features, session.clustering, session.wanted, features(session))


@st.cache_resource(scope="session", max_entries=8, show_spinner="Comparing with customers spread evenly …")
def _gap(digest, feature_spec, spec, wanted, _features: Features) -> Gap:
    with gate():
        return gap_statistic(_features, spec, wanted)


def mixtures(session: Session) -> Mixtures:
    return _mixtures(
        session.table.digest, session.features, session.wanted, session.clustering.random_state, features(session)
    )


@st.cache_resource(scope="session", max_entries=8, show_spinner="Fitting bell-shaped crowds …")
def _mixtures(digest, feature_spec, wanted, random_state, _features: Features) -> Mixtures:
    with gate():
        return mixture_bic(_features, wanted, random_state)


def profile(session: Session, segments: Clustering) -> Profile:
    return _profile(session.table.digest, session.features, session.spec, session.table, segments)


@st.cache_resource(scope="session", max_entries=12, show_spinner="Describing the segments …")
def _profile(digest, feature_spec, spec, _table: Table, _segments: Clustering) -> Profile:
    with gate():
        return clustering.profile(_table, _segments, feature_spec)


def points(session: Session, segments: Clustering, axes: tuple[str, ...]) -> Points:
    return _points(
        session.table.digest, session.features, session.spec, axes, session.table, features(session), segments
    )


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def _points(digest, feature_spec, spec, axes, _table, _features, _segments) -> Points:
    return scatter_points(_table, _features, _segments, axes)


def axes(session: Session) -> tuple[str, ...]:
    """What can be an axis of the scatter."""
    prepared = features(session)
    return axis_choices(prepared.number_columns, prepared.X.shape[1])


def labelled(session: Session, segments: Clustering):
    """The labelled table; cheap, because it shares the cells with the uploaded one."""
    return _labelled(
        session.table.digest, session.features, session.spec, session.segment_names, session.table, segments
    )


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _labelled(digest, feature_spec, spec, names, _table, _segments):
    table = clustering.label_table(_table, _segments, names)
    return table, count_formulas(table)


def csv_file(table, delimiter: str) -> CsvFile:
    return clustering.to_csv(table, delimiter=delimiter)


@st.cache_resource(show_spinner=False)
def hero(path: Path, columns: tuple[str, ...], n_clusters: int):
    """The picture on the start page: points and names of a real result on sample data (nobody's own data)."""
    table = clustering.read_table(path)
    prepared = clustering.prepare(table, clustering.FeatureSpec(columns))
    segments = clustering.fit(prepared, clustering.ClusterSpec(n_clusters=n_clusters))
    return scatter_points(table, prepared, segments, columns)
