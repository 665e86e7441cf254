"""What stands in a file is never read as Markdown: where a page shows some of it, `plain` stands around it.

Held on the source, so that it also covers what no test of a page opens; tests/test_hostile_pages.py looks at what the
pages send.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py")])
# What reads its text, label or help as Markdown.
MARKDOWN = {
    *("markdown", "write", "caption", "title", "header", "subheader", "info", "warning", "error", "success", "toast"),
    *("expander", "popover", "button", "download_button", "form_submit_button", "link_button", "page_link", "metric"),
    *("badge", "checkbox", "toggle", "radio", "selectbox", "multiselect", "slider", "select_slider", "text_input"),
    *("text_area", "number_input", "date_input", "time_input", "file_uploader", "camera_input", "feedback", "dialog"),
    *("tabs", "segmented_control", "pills", "progress", "spinner", "status", "chat_message"),
}
SHOWN = {"label", "body", "help", "text"}
# What text of the user is called in the pages, wherever it comes from.
OF_THE_USER = {
    *("column", "columns", "axis", "axes", "level", "levels", "header", "headers", "file_name", "sheet", "sheets"),
    *("segment_names", "segment_notes", "note", "notes", "error", "cell", "cells", "customer", "row"),
}
ESCAPED = {"plain", "listed", "count", "len", "whole", "number"}  # the last ones give no text of the user
# Sentences of ours that are called so, looked through one by one.
OURS = {("new_customers/moving.py", "note"), ("new_customers/result.py", "note if which == tables.ALL else shown")}


def shown_as_markdown(path: Path):
    """Every expression that a page hands to something that reads Markdown, and its line."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MARKDOWN):
            continue
        for given in [*call.args[:1], *(word.value for word in call.keywords if word.arg in SHOWN)]:
            yield call.lineno, given


def unescaped(expression: ast.AST):
    """The names in an expression that are the user's text and stand in no call that escapes it."""
    if isinstance(expression, ast.Call):
        called = expression.func.id if isinstance(expression.func, ast.Name) else ""
        if called in ESCAPED or not (called in ("str", "") and isinstance(expression.func, ast.Name)):
            return
    if isinstance(expression, ast.Name) and expression.id in OF_THE_USER:
        yield expression.id
    if isinstance(expression, ast.Attribute):
        if expression.attr in OF_THE_USER or (expression.attr == "name" and _root(expression) in OF_THE_USER):
            yield ast.unparse(expression)
        return
    for child in ast.iter_child_nodes(expression):
        yield from unescaped(child)


def _root(expression: ast.AST) -> str:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_of_the_user_is_escaped_before_it_is_read_as_markdown(path):
    name = path.as_posix().partition("_ui/")[2] or path.name
    found = [
        f"line {line}: {', '.join(names)}"
        for line, given in shown_as_markdown(path)
        if (names := list(unescaped(given))) and (name, ast.unparse(given)) not in OURS
    ]
    assert found == []


def test_the_rule_knows_a_name_that_is_not_escaped():
    written = ast.parse('f"Order of {column.name}, {plain(note)} and {levels[0]}"', mode="eval").body
    assert list(unescaped(written)) == ["column.name", "levels"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_shows_html_of_its_own(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {word.arg for call in ast.walk(tree) if isinstance(call, ast.Call) for word in call.keywords}
    called = {ast.unparse(call.func) for call in ast.walk(tree) if isinstance(call, ast.Call)}
    assert not words & {"unsafe_allow_html", "unsafe_allow_javascript"}
    assert not called & {"st.html", "st.latex", "components.html", "components.v1.html", "eval", "exec", "compile"}
