"""Every kind of click there is on the pages, in the order of somebody who goes through them once."""

import re

from tests.benchmarks.pages.acts import (
    Click,
    apply_saved,
    back_to_kmeans,
    button,
    change_axis,
    choose_by_value,
    click,
    compare_two,
    enter,
    fill,
    heading,
    look_into,
    merge,
    open_list,
    open_method,
    open_naming,
    pick,
    push,
    radio,
    save,
    shut_tab,
    tab,
    tick_again,
)
from tests.browser.steps import settle

CLICKS: dict[str, tuple[Click, ...]] = {
    "Data": (
        shut_tab("First rows", of="Data"),
        shut_tab("Read it another way", of="Data"),
        shut_tab("Use another file", of="Data"),
    ),
    "Features": (
        click(
            "Features: untick a column",
            lambda page: page.keyboard.press("Backspace"),
            before=lambda page: page.get_by_role("combobox", name="Columns that build the segments").focus(),
            draws=True,
            computes=True,
        ),
        click(
            "Features: tick a column",
            tick_again,
            before=lambda page: open_list(page, "Columns that build the segments"),
            draws=True,
            computes=True,
        ),
        pick("Scaling", "Min-max (0 to 1)", "Features: another scale", draws=True, computes=True),
        pick("Scaling", "Standard (average 0, spread 1)", "Features: the scale of before", draws=True),
        shut_tab("Column by column", of="Features"),
    ),
    "Choose_k": (
        pick("Segments to go on with", "7", "Choose k: pick a number", draws=True, computes=True),
        *(tab(name, of="Choose k", draws=True, computes=True) for name in ("Repeatable", "Each customer")),
        *(tab(name, of="Choose k", draws=True) for name in ("Sizes", "How they split", "More measures")),
        radio("Overlap", of="Choose k, another measure", draws=True),
    ),
    "Clusters": (
        change_axis,
        choose_by_value,
        pick("View", "3-D", "Clusters: 3-D", draws=True),
        pick("View", "Map", "Clusters: map", draws=True, computes=True),
        pick("View", "Flat", "Clusters: flat again"),
        click(
            "Clusters: another number",
            enter,
            before=lambda page: fill(page, "Segments", "5"),
            draws=True,
            computes=True,
        ),
        click(
            "Clusters: another method",
            lambda page: page.get_by_role("option", name="Mini-batch k-means").click(),
            before=open_method,
            draws=True,
            computes=True,
        ),
        back_to_kmeans,
    ),
    "Segments": (
        click("Segments: name one", enter, heading("Regulars"), before=open_naming, draws=True),
        pick("Compared with", "Everybody else", "Segments: compare with others", draws=True),
        *(tab(name, of="Segments", draws=True, computes=True) for name in ("Pictures", "Value", "Fair enough?")),
        *(tab(name, of="Segments", computes=True) for name in ("Numbers", "Rules", "Customers")),
        radio("Between two", of="Segments, customers", computes=True),
        click(
            "Segments, pictures: Every customer",
            lambda page: page.get_by_role("radio", name="Every customer").click(),
            before=lambda page: (page.get_by_role("tab", name="Pictures").click(), settle(page)),
            draws=True,
            computes=True,
        ),
        radio("Pairs", of="Segments, pictures", draws=True),
        tab("By hand", of="Segments"),
        look_into,
        button("Back to all customers", "Segments: back to all customers", draws=True),
        merge,
        button("Undo the last step", "Segments: undo a step"),
    ),
    "Export": (
        *(shut_tab(name, of="Export") for name in ("Campaign", "Code", "Preview")),
        save("Download the labelled list", "Export: download the labelled list"),
        button(
            "Build the workbook",
            "Export: build a workbook",
            lambda page: page.get_by_role("button", name="Save the workbook"),
            before=lambda page: page.get_by_role("tab", name="Files").click(),
            computes=True,
        ),
        save("Save the workbook", "Export: save the workbook"),
        save("Save my work", "save my work"),
    ),
    "New_customers": (
        button(
            re.compile("^Take the file that is loaded"),
            "New customers: apply to the loaded file",
            heading("have a segment"),
            draws=True,
            computes=True,
        ),
        apply_saved,
        radio("What changed", of="New customers"),
        tab("One customer", of="New customers"),
    ),
    "Compare": (
        tab("Two segmentations", of="Compare"),
        button(
            "Keep these segments",
            "Compare: keep the segments",
            lambda page: page.get_by_text("What is on show is kept as").first,
        ),
        compare_two,
        tab("All methods", of="Compare", draws=True, computes=True),
        tab("Known labels", of="Compare", draws=True, computes=True),
    ),
    "How_k_means_works": (
        push("Play", "play", "Round 1"),
        push("Pause", "pause", "Round"),
        push("Step", "a step", "centers move|Round 2|Settled"),
        click(
            "How k-means works: another number",
            enter,
            lambda page: page.locator(".gtitle", has_text="5 centers").first,
            before=lambda page: fill(page, "Centers (k)", "5"),
            draws=True,
            computes=True,
        ),
        pick("Scene", "Two moons", "How k-means works: another scene", draws=True, computes=True),
        button(re.compile("^Next:"), "How k-means works: the next scene", draws=True, computes=True),
    ),
}
LABELLED: dict[str, tuple[Click, ...]] = {  # where a column holds known labels
    "Compare": (
        radio("Pictures", of="Compare, known labels", draws=True, computes=True),
        radio("Not fitting", of="Compare, known labels", draws=True, computes=True),
        radio("Held out", of="Compare, known labels", computes=True),
    ),
}
PURCHASES: dict[str, tuple[Click, ...]] = {
    "Transactions": (
        shut_tab("Usual rule names", of="Transactions"),
        pick("Returns", "Leave them out", "Transactions: leave returns out", computes=True),
        button("Use one row per customer", "Transactions: make customers", heading("build"), draws=True, computes=True),
    ),
}
