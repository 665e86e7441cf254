"""What is taken away."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

import clustering
from clustering import Clustering
from clustering.export import Campaign, CampaignSpec, CsvFile, OnStep, campaign, campaign_table, count_formulas
from clustering.export.findings import Findings
from clustering.profile import Comparison
from clustering.profile.sheet import profile_sheet
from pages._ui.compute.loading import features
from pages._ui.compute.recipes import recipe
from pages._ui.compute.segments import checks, profile, repeatable, separation, sets_apart, typical
from pages._ui.jobs import gate
from pages._ui.session import BuiltFile, Session


def labelled(session: Session, segments: Clustering):
    """The labelled table; cheap, because it shares the cells with the uploaded one."""
    return _labelled(_key(session), session.table, segments, session.segment_names, _outer(session), session.groups)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _labelled(key, _table, _segments, _names, _outer, _groups):
    table = clustering.label_table(_table, _segments, _names, outer=_outer, groups=_groups)
    return table, count_formulas(table)


def _key(session: Session) -> tuple:
    """What the labelled table depends on."""
    left = session.outer and (session.outer.key, session.outer.names)
    groups = tuple((group.name, group.digest) for group in session.groups)
    return session.segments_key, session.segment_names, left, groups


def labelled_rows(session: Session, segments: Clustering, rows: np.ndarray) -> Callable[[], CsvFile]:
    """Make the labelled file of these customers alone, once it is asked for (which is outside the page's run)."""
    table, names, groups, outer = session.table, session.segment_names, session.groups, _outer(session)

    def make() -> CsvFile:
        labelled = clustering.label_table(table, segments, names, outer=outer, groups=groups)
        return csv_file(labelled.iloc[rows], table.reading.delimiter)

    return make


def _outer(session: Session):
    """The segmentation that was looked into, as it stands in the file."""
    return session.outer and (session.outer.segments, session.outer.names)


def csv_file(table, delimiter: str) -> CsvFile:
    return clustering.to_csv(table, delimiter=delimiter)


def profile_csv(comparison: Comparison, names: tuple[str, ...], delimiter: str) -> CsvFile:
    """All figures of the profile."""
    return clustering.to_csv(profile_sheet(comparison, names), delimiter=delimiter)


def findings(session: Session, segments: Clustering) -> Findings:
    """What the documents tell, each figure as the pages show it."""
    has_advice = session.takes_k and not session.clustering.start
    return Findings(
        title=session.title,
        table=session.table,
        features=features(session),
        clustering=segments,
        looks=session.looks,
        notes=session.segment_notes,
        comparison=profile(session, segments).against("all"),
        effects=sets_apart(session, segments),
        checks=checks(session, segments),
        separation=separation(session, segments),
        repeatability=float("nan") if session.edited.steps else repeatable(session, segments),
        advice=session.advice if has_advice else None,
        edits=session.edited.told(session.names_before_edits),
        typical=typical(session, segments),
        recipe=recipe(session, segments),
    )


def draw_campaign(session: Session, segments: Clustering, spec: CampaignSpec) -> Campaign:
    return campaign(session.table, segments, spec, session.segment_names)


def campaign_csv(session: Session, segments: Clustering, drawn: Campaign) -> CsvFile:
    table = campaign_table(labelled(session, segments)[0], session.table, drawn)
    return csv_file(table, session.table.reading.delimiter)


def built(session: Session, what: tuple) -> BuiltFile | None:
    """A file that was built of the segments on show; None where it was not, or something has changed since."""
    return session.built.get(_built_key(session, what))


def build(
    session: Session,
    what: tuple,
    prepare: Callable[[], Any],
    write: Callable[[Any, OnStep], BuiltFile],
    on_step: OnStep,
) -> None:
    """Build a file and keep it; draws the page again. What `prepare` gives, `write` writes."""
    subject = prepare()
    with gate():
        file = write(subject, on_step)
    session.built.keep(_built_key(session, what), file)
    st.rerun()


def _built_key(session: Session, what: tuple) -> tuple:
    return what, _key(session), session.segment_notes, session.title
