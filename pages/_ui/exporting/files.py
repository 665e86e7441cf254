"""Files and documents, each built when its button is pressed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from clustering import Clustering
from clustering.export import only_ids, per_segment_zip, to_csv, to_parquet
from clustering.export.report import to_html
from clustering.export.slides import to_pptx
from clustering.export.workbook import to_xlsx
from clustering.recipe import save_recipe
from pages._ui import compute
from pages._ui.exporting.building import offer
from pages._ui.sentences import download_name, escaped_cells, ids_told
from pages._ui.session import BuiltFile, Session
from pages._ui.text import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_PARQUET = "application/vnd.apache.parquet"
_MOST_TEMPLATE = 50  # megabytes


def files(session: Session, segments: Clustering) -> None:
    """A card for each."""
    with st.grid(3, min_column_width=240, gap="small"):
        _documents(session, segments)
        _lists(session, segments)
        with _card("Recipe", "Every step and center, but no customer: places the next ones and brings your work back."):
            frozen = partial(compute.recipe, session, segments)
            write = _whole(lambda recipe, on_step: save_recipe(recipe))
            _offer(session, "recipe", frozen, write, "Build the recipe", "json", "application/json", "receipt_long")


def _documents(session: Session, segments: Clustering) -> None:
    labelled, _ = compute.labelled(session, segments)
    found = partial(compute.findings, session, segments)
    with _card("Excel workbook", "The list, the profile, the index and what sets the segments apart, with charts."):
        write = _whole(lambda findings, on_step: to_xlsx(findings, labelled, on_step=on_step))
        _offer(session, "workbook", found, write, "Build the workbook", "xlsx", _XLSX, "table_view")
    with _card("Slides", "A page per segment, their sizes, and how sure it all is; every chart can be edited."):
        place = st.container()
        with st.popover("Your own template", icon=":material/palette:", type="tertiary"):
            given = st.file_uploader(
                "A .pptx whose look the slides take",
                type=["pptx", "potx"],
                max_upload_size=_MOST_TEMPLATE,
                key=session.key("template"),
                help="Its masters, layouts, fonts and colours are used; its own slides are left out.",
            )
        template = given.getvalue() if given else None
        write = _whole(lambda findings, on_step: to_pptx(findings, template=template, on_step=on_step))
        what = ("slides", given.file_id if given else "")
        with place:
            _offer(session, what, found, write, "Build the slides", "pptx", _PPTX, "slideshow")
    with _card("Report", "One web page to send round: opens without internet, charts to point at, prints well."):
        write = _whole(lambda findings, on_step: to_html(findings, on_step=on_step))
        _offer(session, "report", found, write, "Build the report", "html", "text/html", "description")


def _lists(session: Session, segments: Clustering) -> None:
    table, delimiter = session.table, session.table.reading.delimiter
    stem, names = download_name(table.reading.file_name, "segments", ""), session.segment_names

    def rows():
        return compute.labelled(session, segments)[0]

    with _card("Ids and segments", ids_told(table)):

        def short(labelled, on_step) -> BuiltFile:
            file = to_csv(only_ids(labelled, table), delimiter=delimiter, on_step=on_step)
            return BuiltFile(file.content, escaped_cells(file.n_escaped))

        _offer(session, "ids", rows, short, "Build the short list", "csv", "text/csv", "badge")
    with _card("One file per segment", "A list for each segment, all in one .zip, for tools that want them apart."):

        def apart(labelled, on_step) -> BuiltFile:
            stem_only = stem.rstrip(".")
            file = per_segment_zip(labelled, names, delimiter=delimiter, stem=stem_only, on_step=on_step)
            return BuiltFile(file.content, escaped_cells(file.n_escaped))

        _offer(session, "lists", rows, apart, "Build the lists", "zip", "application/zip", "folder_zip")
    with _card("Parquet", "The whole list with types, for a warehouse; no cell says anything else than in your file."):
        write = _whole(lambda labelled, on_step: to_parquet(labelled, table, on_step=on_step))
        _offer(session, "table", rows, write, "Build the Parquet file", "parquet", _PARQUET, "database")


def _whole(write: Callable) -> Callable:
    """A file of which there is nothing to be said."""
    return lambda subject, on_step: BuiltFile(write(subject, on_step))


def _card(title: str, purpose: str):
    card = st.container(border=True, height="stretch", gap="small")
    with card.container(gap="xxsmall"):
        st.markdown(f"### {title}", anchors=False)
        st.markdown(f":gray[{plain(purpose, most=200)}]")
    return card


def _offer(session: Session, what, prepare, write, build: str, ending: str, mime: str, icon: str) -> None:
    key = what if isinstance(what, tuple) else (what,)
    word = {"ids": "ids", "lists": "lists", "recipe": "recipe"}.get(key[0], "segments")
    name = download_name(session.table.reading.file_name, word, ending)
    offer(session, key, prepare, write, build=build, file_name=name, mime=mime, icon=f":material/{icon}:")
