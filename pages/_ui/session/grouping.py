"""The user's own groups of customers."""

import numpy as np

from clustering.errors import InvalidSetting
from clustering.groups import Group
from clustering.wording import count
from pages._ui.session.session import Session


def keep_group(session: Session, name: str, rows: np.ndarray) -> None:
    """Keep customers as a group of the user's own; no two have one name."""
    group = Group(name, rows)
    if same := next((one for one in session.groups if one.name.casefold() == group.name.casefold()), None):
        raise InvalidSetting(
            f'There is a group "{same.name}" already, of {count(len(same.rows), "customer")}. '
            "Take another name, or remove that group first."
        )
    session.groups = (*session.groups, group)


def drop_group(session: Session, group: Group) -> None:
    """Forget a group of the user's own."""
    session.groups = tuple(one for one in session.groups if one.digest != group.digest)
