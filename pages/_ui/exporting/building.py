"""Files that are built when their buttons are pressed, one after the other and with progress, and then offered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from clustering import Clustering
from clustering.export import OnStep
from pages._ui import compute
from pages._ui.downloads import save_button
from pages._ui.sentences import GAVE_WAY, file_told
from pages._ui.session import BuiltFile, Session
from pages._ui.text import plain

_FIRST = "Looking at the segments"


@dataclass(frozen=True, eq=False)
class _Order:
    """A file that was asked for: where its progress is shown, and how it is made."""

    place: DeltaGenerator
    prepare: Callable[[OnStep], Any]
    write: Callable[[Any, OnStep], BuiltFile]


class Workshop:
    """The files of the page: offered where they are asked for, built when all else has been drawn.

    So a page is never half drawn while a file is built, and what is pressed meanwhile waits its turn instead of
    ending the build unsaid.
    """

    def __init__(self, session: Session, segments: Clustering):
        self._session, self._segments = session, segments
        self._orders: dict[tuple, _Order] = {}

    def offer(
        self,
        what: tuple,
        prepare: Callable[[OnStep], Any],
        write: Callable[[Any, OnStep], BuiltFile],
        *,
        noun: str,
        file_name: str,
        mime: str,
        icon: str,
        verb: str = "Build",
    ) -> BuiltFile | None:
        """A button that has a file built; once it is there, one that saves it. Returns the file, None before.

        Parameters
        ----------
        what : tuple
            What the file is, beside the segments on show: another one is built anew.
        prepare, write : callable
            `write` makes the file of what `prepare` finds out; both tell how far they are.
        """
        session, place = self._session, st.container(gap="xsmall")
        key = compute.file_key(session, self._segments, what)
        file = session.built.get(key)
        if file is not None:
            self._save(place, what, file, noun, file_name, mime)
        elif session.built.is_ordered(key):
            self._orders[key] = _Order(place, prepare, write)
        else:
            place.button(
                f"{verb} {noun}",
                icon=icon,
                key=session.key(f"build-{what}"),
                on_click=session.built.order,  # before the page is drawn, which the next press may end
                args=(key,),
            )
            if why := session.built.refusal(key):
                place.error(plain(why, most=400), icon=":material/error:")
            elif session.built.is_gone(key):
                place.caption(GAVE_WAY)
        return file

    def _save(self, place: DeltaGenerator, what: tuple, file: BuiltFile, noun: str, file_name: str, mime: str) -> None:
        with place:
            save_button(
                f"Save {noun}",
                data=lambda: file.content,  # as bytes it would be taken up anew by every run of the page
                file_name=file_name,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=self._session.key(f"save-{what}"),
            )
        place.caption(plain(file_told(len(file.content), file.remark), most=300))

    def work(self) -> None:
        """Build the file that was ordered first; draws the page again when it is there. Last on the page."""
        session = self._session
        key = session.built.next_of(self._orders)
        if key is None:
            return
        for other, order in self._orders.items():
            if other != key:
                order.place.progress(0.0, text="Waits for the file before it …")
        order = self._orders[key]
        with order.place:
            bar = st.progress(0.0, text=f"{_FIRST} …")
            st.button(
                "Stop",
                icon=":material/stop_circle:",
                key=session.key(f"stop-{key[0]}"),
                on_click=session.built.cancel,
                args=(key,),
            )

            def on_step(done: float, told: str) -> None:
                bar.progress(min(done, 1.0), text=f"{plain(told)} …")

            compute.build(session, key, order.prepare, order.write, on_step)
