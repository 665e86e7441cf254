"""Keeping a segmentation under a name, and going back to it."""

from dataclasses import replace

from clustering import Clustering
from clustering.errors import InvalidSetting
from clustering.identity import Identities
from clustering.wording import one_line
from pages._ui.session.kept import MOST_KEPT, Figures, Kept
from pages._ui.session.looking import look_back
from pages._ui.session.session import Session


def kept_now(session: Session) -> Kept | None:
    """The segmentation on show as it is kept; None where it is not."""
    return next((one for one in session.kept if one.key == session.segments_key), None)


def keep(session: Session, name: str, segments: Clustering, figures: Figures) -> None:
    """Keep the segmentation on show under a name; no two have one name."""
    name = one_line(name, 60)
    if not name:
        raise InvalidSetting("There is no name to keep these segments under. Type one.")
    if any(one.name.casefold() == name.casefold() for one in session.kept):
        raise InvalidSetting(f'Segments are kept as "{name}" already. Take another name, or remove those first.')
    if len(session.kept) >= MOST_KEPT:
        raise InvalidSetting(f"{MOST_KEPT} segmentations are kept, and no more can be. Remove one of them first.")
    session.kept = (*session.kept, as_kept(session, name, segments, figures))


def as_kept(session: Session, name: str, segments: Clustering, figures: Figures) -> Kept:
    """The segmentation on show as it would be kept."""
    return Kept(name, session.segments_key, segments, session.looks, figures, session.edited, session.outer)


def kept_as_known(session: Session) -> tuple[Kept, ...]:
    """The kept segmentations, their segments called and coloured as they are by now."""
    shown = session.identities.shown
    return tuple(
        replace(one, looks=session.identities.looks(one.key)) if one.key in shown else one for one in session.kept
    )


def drop(session: Session, kept: Kept) -> None:
    """Forget a kept segmentation."""
    session.kept = tuple(one for one in session.kept if one.name != kept.name)


def take(session: Session, kept: Kept) -> None:
    """Show a kept segmentation again: its columns and settings, its steps by hand, the segment it is inside."""
    if session.job:
        session.job.stop()
        session.job = None
    inside = session.outer and session.outer.among.digest
    if inside != (kept.outer and kept.outer.among.digest):
        if session.outer:
            look_back(session)
        if kept.outer:
            # what is left now is what there is to come back to, not what was left then
            choices = {"features": session.features, "clustering": session.clustering, "identities": session.identities}
            session.outer = replace(kept.outer, **choices)
            session.identities = session.inner.get(session.data_key, Identities())
    session.n_loaded += 1  # widgets of the pages start from these choices
    session.features, session.clustering, session.told = kept.features, kept.spec, ()
    session.edits[kept.found_key] = kept.edits
