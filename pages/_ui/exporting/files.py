"""Files and documents, each built when its button is pressed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from clustering import Clustering
from clustering.export import only_ids, per_segment_zip, to_csv, to_parquet
from clustering.export.report import to_html
from clustering.export.slides import to_pptx
from clustering.export.workbook import check_size, to_xlsx
from clustering.recipe import save_recipe
from pages._ui import compute
from pages._ui.exporting.building import Workshop
from pages._ui.sentences import download_name, escaped_cells, ids_told
from pages._ui.session import BuiltFile, Session, Template
from pages._ui.text import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_PARQUET = "application/vnd.apache.parquet"
_MOST_TEMPLATE = 50  # megabytes


def files(session: Session, segments: Clustering, workshop: Workshop) -> None:
    """A card for each."""
    with st.grid(3, min_column_width=240, gap="small"):
        _documents(session, segments, workshop)
        _lists(session, segments, workshop)
    with _card(
        "Recipe",
        "The segments written down without your list: to place the next customers, and to go on with your work.",
    ):
        write = _whole(lambda recipe, on_step: save_recipe(recipe))
        prepare = _at_once(compute.recipe, session, segments)
        _offer(session, workshop, "recipe", prepare, write, "the recipe", "json", "application/json", "receipt_long")


def _documents(session: Session, segments: Clustering, workshop: Workshop) -> None:
    labelled, _ = compute.labelled(session, segments)
    found = partial(compute.findings, session, segments)
    with _card("Excel workbook", "The list, the profile, the index and what sets the segments apart, with charts."):

        def found_where_it_fits(on_step):
            check_size(*labelled.shape)  # before anybody waits for what the sheets tell
            return found(on_step)

        write = _whole(lambda findings, on_step: to_xlsx(findings, labelled, on_step=on_step))
        _offer(session, workshop, "workbook", found_where_it_fits, write, "the workbook", "xlsx", _XLSX, "table_view")
    with _card("Slides", "A page per segment, their sizes, and how sure it all is; every chart can be edited."):
        template = session.built.template
        content = template and template.content
        write = _whole(lambda findings, on_step: to_pptx(findings, template=content, on_step=on_step))
        what = ("slides", template.digest if template else "")
        _offer(session, workshop, what, found, write, "the slides", "pptx", _PPTX, "slideshow")
        _template(session)
    with _card("Report", "One web page to send round: opens without internet, charts to point at, prints well."):
        write = _whole(lambda findings, on_step: to_html(findings, on_step=on_step))
        _offer(session, workshop, "report", found, write, "the report", "html", "text/html", "description")


def _template(session: Session) -> None:
    """Choose a presentation whose look the slides take; it stays chosen when the page is left."""
    taken = session.built.template
    label = f"Template: {plain(taken.name, most=24)}" if taken else "Your own template"
    with st.popover(label, icon=":material/palette:"):
        if taken is not None:
            st.markdown(f"The slides take the look of {plain(taken.name, most=60)}.")
            if st.button("Leave it out", icon=":material/close:", key=session.key("no-template")):
                compute.take_template(session, None)
            return
        given = st.file_uploader(
            "A .pptx whose look the slides take",
            type=["pptx", "potx"],
            max_upload_size=_MOST_TEMPLATE,
            key=session.key("template"),
            help="Its masters, layouts, fonts and colours are used; its own slides are left out.",
        )
        if given is not None:
            compute.take_template(session, Template(given.name, given.getvalue(), given.file_id))


def _lists(session: Session, segments: Clustering, workshop: Workshop) -> None:
    table, delimiter = session.table, session.table.reading.delimiter
    stem, names = download_name(table.reading.file_name, "segments", ""), session.segment_names

    def rows(on_step):
        return compute.labelled(session, segments)[0]

    with _card("Ids and segments", ids_told(table)):

        def short(labelled, on_step) -> BuiltFile:
            file = to_csv(only_ids(labelled, table), delimiter=delimiter, on_step=on_step)
            return BuiltFile(file.content, escaped_cells(file.n_escaped))

        _offer(session, workshop, "ids", rows, short, "the short list", "csv", "text/csv", "badge")
    with _card("One file per segment", "A list for each segment, all in one .zip, for tools that want them apart."):

        def apart(labelled, on_step) -> BuiltFile:
            stem_only = stem.rstrip(".")
            file = per_segment_zip(labelled, names, delimiter=delimiter, stem=stem_only, on_step=on_step)
            return BuiltFile(file.content, escaped_cells(file.n_escaped))

        _offer(session, workshop, "lists", rows, apart, "the lists", "zip", "application/zip", "folder_zip")
    with _card("Parquet", "The whole list with types, for a warehouse; no cell says anything else than in your file."):
        write = _whole(lambda labelled, on_step: to_parquet(labelled, table, on_step=on_step))
        _offer(session, workshop, "table", rows, write, "the Parquet file", "parquet", _PARQUET, "database")


def _at_once(find: Callable, *of) -> Callable:
    """What is found out in one go."""
    return lambda on_step: find(*of)


def _whole(write: Callable) -> Callable:
    """A file of which there is nothing to be said."""
    return lambda subject, on_step: BuiltFile(write(subject, on_step))


def _card(title: str, purpose: str):
    card = st.container(border=True, height="stretch", gap="small")
    with card.container(gap="xxsmall"):
        st.markdown(f"### {title}", anchors=False)
        st.markdown(f":gray[{plain(purpose, most=200)}]")
    return card


def _offer(
    session: Session, workshop: Workshop, what, prepare, write, noun: str, ending: str, mime: str, icon: str
) -> None:
    key = what if isinstance(what, tuple) else (what,)
    word = {"ids": "ids", "lists": "lists", "recipe": "recipe"}.get(key[0], "segments")
    name = download_name(session.table.reading.file_name, word, ending)
    workshop.offer(key, prepare, write, noun=noun, file_name=name, mime=mime, icon=f":material/{icon}:")
