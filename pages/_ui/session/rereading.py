"""The same file read another way: what was chosen and kept stays as far as the columns and rows have survived."""

from dataclasses import replace

from clustering import Table
from clustering.features import keep_features
from clustering.identity import Identities
from clustering.wording import count
from pages._ui.session.holding import holds, same_rows
from pages._ui.session.looking import look_back
from pages._ui.session.session import Session, suggestion


def take_reading(session: Session, table: Table) -> None:
    """Take the same file read another way; what was chosen stays as far as the columns have survived."""
    if session.job:
        session.job.stop()
    left = ()
    if session.outer:
        left = (f"You were inside {session.outer.name}; all customers are looked at again.",)
        look_back(session)
    before, chosen = session.table, session.features
    session.table, session.n_loaded, session.job = table, session.n_loaded + 1, None
    session.told, session.inner = left, {}
    _keep_what_holds(session, before)
    if session.mapping and not set(session.mapping.columns) <= set(table.frame.columns):
        session.mapping = None
    if not same_rows(before, table):
        if session.identities.is_named or session.groups:
            session.told = (
                "There are other rows now, so names, notes and groups of customers were not kept.",
                *session.told,
            )
        session.identities, session.groups = Identities(), ()
    if chosen is None:
        session.features = suggestion(table)
        return
    session.features, told = keep_features(before, table, chosen)
    session.told = (told, *session.told) if told else session.told
    if session.clustering.start and not (session.features == chosen and holds(before, table, chosen)):
        session.clustering = replace(session.clustering, start=())
        session.told += ("The start centers placed by hand belong to other values, so they were not kept.",)


def _keep_what_holds(session: Session, before: Table) -> None:
    """After another reading: what comes from other values by now is not kept."""
    holding = tuple(
        replace(one, key=(session.data_key, *one.key[1:]))
        for one in session.kept
        if one.outer is None and holds(before, session.table, one.features)
    )
    if gone := len(session.kept) - len(holding):
        session.told += (f"{count(gone, 'kept segmentation')} came from other values and went.",)
    session.kept = holding
    edits, session.edits = session.edits, {}
    for key, one in edits.items():
        if key[0] == before.digest and holds(before, session.table, key[1]):
            session.edits[(session.table.digest, *key[1:])] = one
    if sum(len(one.steps) for one in edits.values()) > sum(len(one.steps) for one in session.edits.values()):
        session.told += ("The segments have changed with the data, so the steps by hand were not kept.",)
