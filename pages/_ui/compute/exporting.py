"""What is taken away."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

import clustering
from clustering import Clustering, ClusteringError
from clustering.export import Campaign, CampaignSpec, CsvFile, OnStep, campaign, campaign_table, count_formulas
from clustering.export.findings import Findings
from clustering.profile import Comparison
from clustering.profile.sheet import profile_sheet
from pages._ui.compute.loading import features
from pages._ui.compute.recipes import recipe, recipe_key
from pages._ui.compute.segments import checks, profile, repeatable, separation, sets_apart, typical
from pages._ui.jobs import gate
from pages._ui.session import BuiltFile, Session, Template

_PREPARING = 0.4  # of the work, where there is something to find out first


def labelled(session: Session, segments: Clustering):
    """The labelled table; cheap, because it shares the cells with the uploaded one."""
    return _labelled(_key(session), session.table, segments, session.segment_names, _outer(session), session.groups)


# Bounded by its number: it shares its cells with the table, which is there anyhow.
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


def findings(session: Session, segments: Clustering, on_step: OnStep) -> Findings:
    """What the documents tell, each figure as the pages show it."""
    has_advice = session.takes_k and not session.clustering.start
    n_steps = 6

    def step(n: int, what: str) -> None:
        on_step(n / n_steps, what)

    step(0, "Describing every segment")
    comparison = profile(session, segments).against("all")
    step(1, "Ranking what sets the segments apart")
    ranked = sets_apart(session, segments)
    step(2, "Measuring how separate they are")
    separate, nearest = separation(session, segments), typical(session, segments)
    step(3, "Checking how far each can be relied on")
    checked = checks(session, segments)
    step(4, "Measuring how repeatable they are")
    repeated = float("nan") if session.edited.steps else repeatable(session, segments)
    step(5, "Writing down how to place new customers")
    frozen = recipe(session, segments)
    return Findings(
        title=session.title,
        table=session.table,
        features=features(session),
        clustering=segments,
        looks=session.looks,
        notes=session.segment_notes,
        comparison=comparison,
        effects=ranked,
        checks=checked,
        separation=separate,
        repeatability=repeated,
        advice=session.advice if has_advice else None,
        edits=session.edited.told(session.names_before_edits),
        typical=nearest,
        recipe=frozen,
    )


def draw_campaign(session: Session, segments: Clustering, spec: CampaignSpec) -> Campaign:
    return campaign(session.table, segments, spec, session.segment_names)


def campaign_csv(session: Session, segments: Clustering, drawn: Campaign) -> Callable[[], bytes]:
    """Make the file of a campaign once it is asked for, which is outside the page's run."""
    rows, table = labelled(session, segments)[0], session.table
    return lambda: csv_file(campaign_table(rows, table, drawn), table.reading.delimiter).content


def file_key(session: Session, segments: Clustering, what: tuple) -> tuple:
    """What a file depends on: all that documents tell, and what is told of it (`what`)."""
    return what, _key(session), recipe_key(session, segments), session.looks


def build(
    session: Session,
    key: tuple,
    prepare: Callable[[OnStep], Any],
    write: Callable[[Any, OnStep], BuiltFile],
    on_step: OnStep,
) -> None:
    """Build a file and keep it, or the reason why it cannot be built; draws the page again.

    `write` makes the file of what `prepare` gives; its progress goes on from where that has ended.
    """
    reached = 0.0

    def preparing(done: float, told: str) -> None:
        nonlocal reached
        reached = _PREPARING * done
        on_step(reached, told)

    def writing(done: float, told: str) -> None:
        on_step(reached + (1 - reached) * done, told)

    try:
        subject = prepare(preparing)
        with gate():
            file = write(subject, writing)
        session.built.keep(key, file)
    except ClusteringError as error:
        session.built.refuse(key, str(error))
    except Exception:  # else every run of the page would begin it again; a click that ends a build is no Exception
        session.built.cancel(key)
        raise
    st.rerun()


def take_template(session: Session, template: Template | None) -> None:
    """Take the look of a presentation for the slides, or leave it out again; draws the page again."""
    session.built.template = template
    st.rerun()
